/*
 * feel_test.h: files of FEEL tests.
 *
 *     //! 参保人数: number(人) 30          name, type, value; `?` = unknown, `? 3..10` unknown
 * within bounds
 *     //! 实缴: year number(元) {"2019": 500}   by period; also quarter, month, day; parameter = by
 * date, may be bare
 *     //! calendar 2020 off 2020-01-24..2020-02-02 work 2020-01-19
 *     //! as-of 2020-03-09
 *     1 + 1                       // = 2
 *     1 / 0                       // error E_DIVISION 1:1
 *     参保人数 > 5                 // unknown 参保人数
 *
 *     //! mode: spec                     the rest of the file is the standard to the letter;
 * `error` is then a null that an error made
 *
 * An expectation compares printed values, or values. Types: number(unit), string, boolean, date,
 * time, "a"|"b", list<type>, {member: type, ...}, any and the two durations as days, months.
 */
#ifndef HUIQI_CLI_FEEL_TEST_H
#define HUIQI_CLI_FEEL_TEST_H
#include <stdbool.h>

/* Prints what fails and "N passed, N failed"; 0, 1 when one failed, 2 when a file cannot be read.
 */
int feel_test_files(int count, char **paths, bool explain);
#endif
