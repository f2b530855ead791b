/*
 * feel_prompt.h: the prompt of `huiqi feel`: a line editor with completion, and a history that is
 * still there next time.
 */
#ifndef HUIQI_CLI_FEEL_PROMPT_H
#define HUIQI_CLI_FEEL_PROMPT_H
#include "cli/feel_session.h"

/* Reads lines from the terminal until :quit or Ctrl-D; exit status. */
NODISCARD int feel_prompt(struct session *s, bool explain);
#endif
