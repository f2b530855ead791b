//! calendar 2020 off 2020-01-01 2020-01-24..2020-02-02 2020-04-04..2020-04-06 2020-05-01..2020-05-05 work 2020-01-19 2020-04-26
//! as-of 2020-03-09
//! 受理日期: date ?
//! 注册地: string ?
//! 纳税地: string "上海市"
//! 经营地: string "上海市/静安区"
//! 区: string "上海市/静安区"
working days after(@"2020-03-06", 1)                      // = 2020-03-09
working days after(@"2020-03-06", 0)                      // = 2020-03-06
working days after(@"2020-01-18", 1)                      // = 2020-01-19
working days after(@"2020-01-23", 1)                      // = 2020-02-03
working days after(@"2020-02-03", -1)                     // = 2020-01-23
working days between(@"2020-03-06", @"2020-03-09")        // = 1
working days between(@"2020-04-03", @"2020-04-07")        // = 1
next working day(@"2020-03-07")                           // = 2020-03-09
next working day(@"2020-04-26")                           // = 2020-04-26
// a year that the calendar does not know is asked for as a parameter
working days after(@"2020-12-30", 10)                     // = unknown: 工作日历(2021)
working days after(@"2019-12-30", 1)                      // = unknown: 工作日历(2019)
working days after(@"2020-01-02", -5)                     // = unknown: 工作日历(2019)
working days between(@"2020-12-01", @"2021-02-01")        // = unknown: 工作日历(2021)
next working day(@"2021-01-01")                           // = unknown: 工作日历(2021)
working days after(受理日期, 2)                            // unknown 受理日期
// 日 and 工作日 are different units
days after(@"2020-01-23", 1)                              // = 2020-01-24
// periods
period("year", @"2020-03-09")                             // = "2020"
period("quarter", @"2020-03-09")                          // = "2020Q1"
period("month", @"2020-03-09")                            // = "2020-03"
period("day", @"2020-03-09")                              // = "2020-03-09"
period("week", @"2020-03-09")                             // error E_TYPE 1:8
previous("2020")                                          // = "2019"
previous("2020-01", 1)                                    // = "2019-12"
previous("2020Q1", 2)                                     // = "2019Q3"
previous("2020-03-01")                                    // = "2020-02-29"
previous("2020-3")                                        // error E_TYPE 1:10
periods("2019-12", "2020-02")                             // = ["2019-12", "2020-01", "2020-02"]
periods("2020Q2", "2020Q1")                               // = []
periods("2019", "2020-02")                                // error E_INPUT 1:1
// places
within region("上海市/静安区", "上海市")                    // = true
within region("上海市", "上海市")                          // = true
within region("上海市/静安区", "上海市/徐汇区")             // = false
within region("上海市/静安", "上海市/静安区")               // = false
within region(经营地, 区)                                  // = true
within region(纳税地, 区)                                  // unknown 纳税地
within region(注册地, 区)                                  // unknown 注册地
