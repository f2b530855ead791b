/* banned.h: calls that have no place in the house become compile errors that say so. */
#ifndef HUIQI_BASE_BANNED_H
#define HUIQI_BASE_BANNED_H

/* The headers that declare them come first: with optimisation they define some of them inline. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(f) sorry_##f##_is_banned_use_span_buffer_or_date

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef strtok
#undef gmtime
#undef localtime
#undef asctime
#undef ctime
#undef atoi
#undef atol
#undef atof
#define strcpy(a, b)     BANNED(strcpy)
#define strcat(a, b)     BANNED(strcat)
#define strncpy(a, b, n) BANNED(strncpy)
#define strncat(a, b, n) BANNED(strncat)
#define sprintf(...)     BANNED(sprintf)
#define vsprintf(...)    BANNED(vsprintf)
#define strtok(a, b)     BANNED(strtok)
#define gmtime(t)        BANNED(gmtime)
#define localtime(t)     BANNED(localtime)
#define asctime(t)       BANNED(asctime)
#define ctime(t)         BANNED(ctime)
#define atoi(s)          BANNED(atoi)
#define atol(s)          BANNED(atol)
#define atof(s)          BANNED(atof)

#endif
