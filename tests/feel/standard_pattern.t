// DMN 1.5 clause 10.3.4.3: patterns of XPath 2.0 (clause 7.6 of its functions) and XML Schema part 2, appendix F.
//! mode: spec

// matching is anywhere; anchors
matches("abc", "b")                                     // = true
matches("abc", "^b")                                    // = false
matches("abc", "^a.c$")                                 // = true
matches("abc", "")                                      // = true
matches("", "^$")                                       // = true
matches("a\nb", "^b")                                   // = false
matches("a\nb", "^b", "m")                              // = true
matches("a\nb", "a$")                                   // = false
matches("a\nb", "a$", "m")                              // = true
matches("a\n", "a$")                                    // = false
matches("a\nb", "a.b")                                  // = false
matches("a\nb", "a.b", "s")                             // = true
matches("a\rb", "a.b")                                  // = false

// flags
matches("ABC", "abc")                                   // = false
matches("ABC", "abc", "i")                              // = true
matches("ÉA", "éa", "i")                                // = true
matches("hello world", "hello\ sworld", "x")            // = true
matches("helloworld", "hello world", "x")               // = true
matches("hello world", "hello[ ]world", "x")            // = true
matches("a.b", "a.b", "q")                              // = true
matches("axb", "a.b", "q")                              // = false
matches("A.B", "a.b", "qi")                             // = true
matches("a", "a", "")                                   // = true
matches("a", "a", "g")                                  // error E_INPUT 1:1
matches("a\nb", "A.B", "si")                            // = true
matches("a", "a", null)                                 // = true
matches(null, "a")                                      // error E_TYPE 1:1
matches("a", null)                                      // error E_TYPE 1:1
matches(input: "foobar", pattern: "^FO*b", flags: "i")  // = true

// quantifiers
matches("aaa", "^a{3}$")                                // = true
matches("aaa", "^a{2}$")                                // = false
matches("aaa", "^a{2,}$")                               // = true
matches("aaa", "^a{1,2}$")                              // = false
replace("aaa", "a+?", "b")                              // = "bbb"
replace("aab", "a{1,2}?", "x")                          // = "xxb"
matches("a", "a**")                                     // error E_INPUT 1:1
matches("a", "*a")                                      // error E_INPUT 1:1
matches("a", "a{,2}")                                   // error E_INPUT 1:1
matches("a", "a{2,1}")                                  // error E_INPUT 1:1
matches("a", "(a")                                      // error E_INPUT 1:1
matches("a", "a)")                                      // error E_INPUT 1:1
matches("a", "[a")                                      // error E_INPUT 1:1
matches("a", "[]")                                      // error E_INPUT 1:1
matches("a", "[z-a]")                                   // error E_INPUT 1:1
matches("a", "(?=a)")                                   // error E_INPUT 1:1
matches("a", "(?:a)")                                   // = true
matches("a", "a\")                                      // error E_SYNTAX 1:14

// alternatives, groups, back-references
matches("cd", "ab|cd")                                  // = true
matches("abab", "(ab)\1")                               // = true
matches("abac", "^(ab)\1")                              // = false
matches("aa", "(b)?\1aa")                               // = true
matches("a1", "(a)\11")                                  // = false
matches("aa1", "(a)\11")                                // = true
matches("a", "\1(a)")                                   // error E_INPUT 1:1

// classes
matches("b", "[a-c]")                                   // = true
matches("d", "[^a-c]")                                  // = true
matches("I", "[A-Z-[OI]]")                              // = false
matches("B", "[A-Z-[OI]]")                              // = true
matches("5", "[\d-[5]]")                                // = false
matches("b", "[a-z-[aeiou]]")                           // = true
matches("e", "[a-z-[aeiou]]")                           // = false
matches("e", "[a-z-[a-z-[e]]]")                         // = true
matches("-", "[a-]")                                    // = true
matches("-", "[-a]")                                    // = true
matches("^", "[a^]")                                    // = true
matches("]", "[\]]")                                    // = true
matches("[", "[\[]")                                    // = true
matches("\\", "[\\\\]")                                 // = true
matches("中", "[一-龥]")                                 // = true
matches("🐎", "^.$")                                     // = true
matches("🐎", "^[\U01F400-\U01F4FF]$")                   // = true

// escapes for several characters
matches("7", "^\d$")                                    // = true
matches("٣", "^\d$")                                    // = true
matches("7", "^\D$")                                    // = false
matches(" ", "^\s$")                                    // = true
matches("\u00A0", "^\s$")                               // = false
matches("x", "^\S$")                                    // = true
matches("_", "^\w$")                                    // = false
matches("é", "^\w$")                                    // = true
matches("!", "^\W$")                                    // = true
matches("_", "^\i$")                                    // = true
matches(":", "^\i$")                                    // = true
matches("1", "^\i$")                                    // = false
matches("1", "^\c$")                                    // = true
matches("-", "^\c$")                                    // = true
matches(" ", "^\C$")                                    // = true
matches("1", "^\I$")                                    // = true
matches("a", "^[\i-[a]]$")                              // = false

// categories and blocks
matches("A", "\p{Lu}")                                  // = true
matches("a", "\p{Lu}")                                  // = false
matches("a", "\P{Lu}")                                  // = true
matches("中", "\p{L}")                                   // = true
matches("€", "\p{Sc}")                                  // = true
matches("a", "\p{Xx}")                                  // error E_INPUT 1:1
matches("a", "\p{IsBasicLatin}")                        // = true
matches("é", "\p{IsBasicLatin}")                        // = false
matches("é", "\P{IsBasicLatin}")                        // = true
matches("é", "\p{IsLatin-1Supplement}")                 // = true
matches("α", "\p{IsGreek}")                             // = true
matches("α", "\p{IsGreekandCoptic}")                    // = true
matches("中", "\p{IsCJKUnifiedIdeographs}")              // = true
matches("ж", "[\p{IsCyrillic}-[а]]")                    // = true
matches("a", "\p{IsNoSuchBlock}")                       // error E_INPUT 1:1
matches("a", "\pL")                                     // error E_INPUT 1:1

// single escapes
matches("a.b", "a\.b")                                  // = true
matches("$", "\$")                                      // = true
matches("a-b", "a\-b")                                  // = true
matches("tab\t", "tab\t")                               // = true
matches("{}", "\{\}")                                   // = true
matches("a", "\e")                                      // error E_INPUT 1:1
matches("a", "\x41")                                    // error E_INPUT 1:1
matches("a", "\u0041")                                  // = false
matches("a", "\b")                                      // error E_INPUT 1:1
matches("a", "\A")                                      // error E_INPUT 1:1

// replace
replace("abracadabra", "bra", "*")                      // = "a*cada*"
replace("abracadabra", "a.*a", "*")                     // = "*"
replace("abracadabra", "a.*?a", "*")                    // = "*c*bra"
replace("abracadabra", "a", "")                         // = "brcdbr"
replace("abracadabra", "a(.)", "a$1$1")                 // = "abbraccaddabbra"
replace("AAAA", "A+", "b")                              // = "b"
replace("AAAA", "A+?", "b")                             // = "bbbb"
replace("darted", "^(.*?)d(.*)$", "$1c$2")              // = "carted"
replace("abc", "b", "[$0]")                             // = "a[b]c"
replace("abc", "(b)", "$2")                             // = "ac"
replace("abc", "b", "\\$")                              // = "a$c"
replace("abc", "b", "\\\\")                             // = "a\\c"
replace("abc", "b", "$")                                // error E_INPUT 1:1
replace("abc", "b", "$x")                               // error E_INPUT 1:1
replace("abc", "b", "\\x")                              // error E_INPUT 1:1
replace("abc", "x*", "-")                               // error E_INPUT 1:1
replace("abc", "B", "x", "i")                           // = "axc"
replace("a.c", ".", "$1\\", "q")                        // = "a$1\\c"
replace("🐎ab", "a", "🐎")                                // = "🐎🐎b"
replace("abcdefghijk", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)", "$11$1") // = "ka"
replace("abc", "(b)", "$12")                            // = "ab2c"
replace(input: "abc", pattern: "b", replacement: "x")   // = "axc"

// split
split("a1b22c", "\d+")                                  // = ["a", "b", "c"]
split("abc", "")                                        // error E_INPUT 1:1
split("a,b", ",")                                       // = ["a", "b"]
split(",a,", ",")                                       // = ["", "a", ""]
split("中、国", "、")                                     // = ["中", "国"]
split("a", "(")                                         // error E_INPUT 1:1
split(string: "a b", delimiter: " ")                    // = ["a", "b"]
