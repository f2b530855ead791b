//! 空: any null
"a" + "b"                          // = "ab"
"政策" + "体检"                     // = "政策体检"
"quote \" and \\ and \n"           // = "quote \" and \\ and \n"
string length("惠企")              // = 2
string length("")                  // = 0
substring("foobar", 3)             // = "obar"
substring("foobar", 3, 3)          // = "oba"
substring("foobar", -2, 1)         // = "a"
substring("政策体检", 3)            // = "体检"
substring("foobar", 0)             // error E_RANGE 1:1
substring("foobar", 10)            // error E_RANGE 1:1
upper case("aBc4")                 // = "ABC4"
lower case("aBc4")                 // = "abc4"
substring before("foobar", "bar")  // = "foo"
substring before("foobar", "xyz")  // = ""
substring after("foobar", "ob")    // = "ar"
substring after("", "a")           // = ""
contains("高新技术企业", "高新")     // = true
contains("foobar", "of")           // = false
starts with("上海市", "上海")        // = true
ends with("上海市", "市")           // = true
matches("A12", "^[A-Z][0-9]+$")    // = true
matches("a12", "^A", "i")          // = true
matches("a", "^[b-z]$")            // = false
matches("a.b", "a.b", "q")         // = true
matches("axb", "a.b", "q")         // = false
matches("a", "[")                  // error E_INPUT 1:1
matches("a", "a", "z")             // error E_INPUT 1:1
replace("abracadabra", "bra", "*") // = "a*cada*"
replace("abcd", "(ab)|(cd)", "[1=$1][2=$2]") // = "[1=ab][2=][1=][2=cd]"
replace("abc", "x*", "-")          // = "-a-b-c-"
split("John Doe", "\\s")            // = ["John", "Doe"]
split("a;b;c;;", ";")              // = ["a", "b", "c", "", ""]
string join(["a", "b", "c"], "、")  // = "a、b、c"
string join(["a", null, "c"], "-") // = "a-c"
string join([])                    // = ""
string(1.10)                       // = "1.1"
string(true)                       // = "true"
string(@"2020-03-09")              // = "2020-03-09"
string([1, "a"])                   // = "[1, \"a\"]"
string({a: 1})                     // = "{a: 1}"
string(空)                         // = null
string("a")                        // = "a"
