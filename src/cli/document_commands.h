/*
 * document_commands.h: the subcommands of `huiqi document`: a line in document_commands.def and a
 * function document_NAME in a file of this folder, with the arguments behind the name.
 */
#ifndef HUIQI_CLI_DOCUMENT_COMMANDS_H
#define HUIQI_CLI_DOCUMENT_COMMANDS_H

#define DOCUMENT_COMMAND(name, usage, help) int document_##name(int argc, char **argv);
#include "cli/document_commands.def"
#undef DOCUMENT_COMMAND
#endif
