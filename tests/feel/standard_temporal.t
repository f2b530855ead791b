// DMN 1.5 clauses 10.3.2.3.4 to 10.3.2.3.8, tables 56 to 59 and 65, 66: dates, times, durations.
//! mode: spec

// properties
@"2012-03-07".year                                      // = 2012
@"2012-03-07".month                                     // = 3
@"2012-03-07".day                                       // = 7
@"2012-03-07".weekday                                   // = 3
@"2012-03-07".hour                                      // error E_TYPE 1:1
@"2012-03-07T10:11:12".hour                             // = 10
@"2012-03-07T10:11:12".minute                           // = 11
@"2012-03-07T10:11:12".second                           // = 12
@"2012-03-07T10:11:12.25".second                        // = 12.25
@"2012-03-07T10:11:12+02:00".time offset                // = @"PT2H"
@"2012-03-07T10:11:12".time offset                      // = null
@"2012-03-07T10:11:12@Europe/Paris".timezone            // = "Europe/Paris"
@"2012-03-07T10:11:12Z".timezone                        // = null
@"10:11:12.5".second                                    // = 12.5
@"10:11:12-05:30".time offset                           // = @"-PT5H30M"
@"10:11:12Z".time offset                                // = @"PT0S"
@"10:11:12".timezone                                    // = null
@"10:11:12".year                                        // error E_TYPE 1:1
@"P1Y2M".years                                          // = 1
@"P1Y2M".months                                         // = 2
@"P27M".years                                           // = 2
@"-P27M".months                                         // = -3
@"P1Y".days                                             // error E_TYPE 1:1
@"P2DT3H4M5.5S".days                                    // = 2
@"P2DT3H4M5.5S".hours                                   // = 3
@"P2DT3H4M5.5S".minutes                                 // = 4
@"P2DT3H4M5.5S".seconds                                 // = 5.5
@"PT25H".days                                           // = 1
@"PT25H".hours                                          // = 1
@"-PT25H".hours                                         // = -1
@"PT1S".years                                           // error E_TYPE 1:1
[1..10].start                                           // = 1
(1..10].start included                                  // = false

// addition and subtraction: date
@"2020-01-31" + @"P1M"                                  // = @"2020-02-29"
@"2020-03-31" - @"P1M"                                  // = @"2020-02-29"
@"P1M" + @"2020-01-31"                                  // = @"2020-02-29"
@"2020-01-01" - @"P1Y1M"                                // = @"2018-12-01"
@"2020-01-01" + @"P-1M"                                 // error E_INPUT 1:17
@"2020-01-01" + @"PT23H59M"                             // = @"2020-01-01"
@"2020-01-01" + @"PT24H"                                // = @"2020-01-02"
@"2020-01-01" - @"PT1S"                                 // = @"2019-12-31"
@"P1D" + @"2020-01-01"                                  // = @"2020-01-02"
@"P1D" - @"2020-01-01"                                  // error E_TYPE 1:1
@"2020-01-02" - @"2020-01-01"                           // = @"P1D"
@"2020-01-01" + @"2020-01-01"                           // error E_TYPE 1:1
@"2020-01-01" + 1                                       // error E_TYPE 1:1
@"999999999-12-31" + @"P1D"                             // error E_RANGE 1:1
@"-999999999-01-01" - @"P1D"                            // error E_RANGE 1:1
@"999999999-12-31" - @"-999999999-01-01" > @"P1D"       // = true

// date and time
@"2020-01-31T10:00:00" + @"P1M"                         // = @"2020-02-29T10:00:00"
@"2020-01-01T23:59:59" + @"PT1S"                        // = @"2020-01-02T00:00:00"
@"2020-01-01T00:00:00" - @"PT0.000000001S"              // = @"2019-12-31T23:59:59.999999999"
string(@"2020-01-01T00:00:00" - @"PT0.000000001S")      // = "2019-12-31T23:59:59.999999999"
@"2020-01-02T00:00:00" - @"2020-01-01T12:00:00"         // = @"PT12H"
@"2020-01-01T12:00:00+02:00" - @"2020-01-01T12:00:00Z"  // = @"-PT2H"
@"2020-01-01T12:00:00+02:00" - @"2020-01-01"            // = @"PT10H"
@"2020-01-01" - @"2020-01-01T12:00:00Z"                 // = @"-PT12H"
@"2020-01-01T12:00:00" - @"2020-01-01T12:00:00Z"        // error E_TYPE 1:1
@"2020-01-01T12:00:00" - @"2020-01-01"                  // error E_TYPE 1:1
@"2020-01-01T12:00:00" + @"2020-01-01T12:00:00"         // error E_TYPE 1:1
@"999999999-12-31T23:59:59" + @"PT1S"                   // error E_RANGE 1:1
string(@"2020-01-01T12:00:00@Asia/Dhaka" + @"P1D")      // = "2020-01-02T12:00:00@Asia/Dhaka"

// time
@"23:00:00" + @"PT2H"                                   // = @"01:00:00"
@"01:00:00" - @"PT2H"                                   // = @"23:00:00"
@"PT2H" + @"23:00:00"                                   // = @"01:00:00"
@"10:00:00" + @"P1D"                                    // = @"10:00:00"
@"10:00:00" - @"12:30:00"                               // = @"-PT2H30M"
@"10:00:00Z" - @"10:00:00+02:00"                        // = @"PT2H"
@"10:00:00" - @"10:00:00Z"                              // error E_TYPE 1:1
@"10:00:00" + @"P1M"                                    // error E_TYPE 1:1
string(@"23:00:00+02:00" + @"PT2H")                     // = "01:00:00+02:00"

// durations
@"P1D" + @"PT1H"                                        // = @"PT25H"
@"P1D" - @"PT1H"                                        // = @"PT23H"
@"P1Y" + @"P1M"                                         // = @"P13M"
@"P1Y" - @"P1M"                                         // = @"P11M"
@"P1Y" + @"P1D"                                         // error E_TYPE 1:1
@"P1D" * 1.5                                            // = @"PT36H"
1.5 * @"P1D"                                            // = @"PT36H"
@"P1D" / 2                                              // = @"PT12H"
@"P1D" / 0                                              // error E_DIVISION 1:1
@"P1D" / @"PT1H"                                        // = 24
@"P1D" / @"PT0S"                                        // error E_DIVISION 1:1
2 / @"P1D"                                              // error E_TYPE 1:1
@"P1D" * @"P1D"                                         // error E_TYPE 1:1
@"P1Y" * 2                                              // = @"P2Y"
@"P1Y" / 2                                              // = @"P6M"
@"P1Y" / @"P1M"                                         // = 12
@"P1Y" / @"P0M"                                         // error E_DIVISION 1:1
@"P1Y" / @"P1D"                                         // error E_TYPE 1:1
@"P1M" * 0.5                                            // = @"P0M"
-@"P1D"                                                 // = @"-P1D"
@"P1D" ** 2                                             // error E_TYPE 1:1
@"PT1S" / 3                                             // = @"PT0.333333333S"

// comparison
@"2020-01-01" < @"2020-01-02"                           // = true
@"-0001-01-01" < @"0001-01-01"                          // = true
@"2020-01-01T10:00:00+02:00" = @"2020-01-01T08:00:00Z"  // = true
@"2020-01-01T10:00:00@Europe/Paris" = @"2020-01-01T09:00:00Z" // = true
@"2020-07-01T10:00:00@Europe/Paris" = @"2020-07-01T08:00:00Z" // = true
@"2020-01-01T10:00:00+02:00" < @"2020-01-01T09:00:00Z"  // = true
@"2020-01-01T10:00:00@Australia/Sydney" < @"2020-01-01T00:00:00Z" // = true
@"10:00:00" < @"10:00:01"                               // = true
@"10:00:00+02:00" = @"08:00:00Z"                        // = true
@"10:00:00Z" < @"10:00:00-01:00"                        // = true
@"P1D" = @"PT24H"                                       // = true
@"P1Y" = @"P12M"                                        // = true
@"P1Y" = @"P365D"                                       // error E_TYPE 1:1
@"P1D" < @"P2D"                                         // = true
@"2020-01-01" = @"2020-01-01T00:00:00"                  // error E_TYPE 1:1
@"2020-01-01" < @"2020-01-01T00:00:00"                  // error E_TYPE 1:1
@"10:00:00" = 10                                        // error E_TYPE 1:1
@"2020-01-01T00:00:00" in [@"2019-01-01T00:00:00"..@"2021-01-01T00:00:00"] // = true
@"P1D" in (>= @"PT1H")                                  // = true

// zones: skipped and doubled hours
string(@"2021-03-28T02:30:00@Europe/Paris" + @"PT0S")   // = "2021-03-28T03:30:00@Europe/Paris"
@"2021-10-31T02:30:00@Europe/Paris" = @"2021-10-31T00:30:00Z" // = true
@"2021-10-31T03:30:00@Europe/Paris" - @"2021-10-31T01:30:00@Europe/Paris" // = @"PT3H"
@"2020-01-01T10:00:00@Europe/Nowhere"                   // error E_INPUT 1:1
@"2020-01-01T10:00:00@"                                 // error E_INPUT 1:1
@"10:00:00@europe/paris"                                // error E_INPUT 1:1
time("10:00:00@Etc/UTC") = time("10:00:00Z")            // = true
@"2018-10-11T10:00:00Z[UTC]"                            // error E_INPUT 1:1

// more zones than a thread keeps, asked in turn
{zs: ["Europe/Paris", "Asia/Dhaka", "Etc/UTC", "Australia/Sydney", "America/New_York", "Asia/Shanghai"], r: for i in 1..3, z in zs return date and time("2021-07-01T12:00:00@" + z) - date and time("2021-07-01T12:00:00Z"), ok: count(r) = 18 and distinct values(r) = [@"-PT2H", @"-PT6H", @"PT0S", @"-PT10H", @"PT4H", @"-PT8H"]}.ok // = true

// literals
@"2012-12-25T11:00:00Z"                                 // = date and time("2012-12-25T11:00:00Z")
@"P0DT25H"                                              // = @"P1DT1H"
@"P0Y13M"                                               // = @"P1Y1M"
@""                                                     // error E_INPUT 1:1
@"2020-02-30"                                           // error E_INPUT 1:1
@"11:00"                                                // error E_INPUT 1:1
