import unittest

from house.declarations import Scopes, declarations
from house.swift_text import code


class CodeTests(unittest.TestCase):
    def test_comments_are_blank(self):
        self.assertEqual(code("a // b\nc /* d /* e */ f */ g"), "a     \nc                   g")

    def test_strings_are_blank_and_their_quotes_stay(self):
        self.assertEqual(code('f("a // b") + g'), 'f("      ") + g')

    def test_an_escaped_quote_does_not_end_a_string(self):
        self.assertEqual(code(r'"a\"b" + c'), '"    " + c')

    def test_what_is_interpolated_is_code(self):
        self.assertEqual(code(r'"a \(b("c")) d" e'), '"   (b(" "))  " e')

    def test_raw_strings_end_with_their_own_mark(self):
        self.assertEqual(code('#"a"b"# + c \\#(d)'), '#"   "# + c \\#(d)')

    def test_several_lines_of_text_keep_their_line_ends(self):
        self.assertEqual(code('"""\n a "b" \\(c)\n """ + d'), '"""\n        (c)\n """ + d')


class DeclarationTests(unittest.TestCase):
    def names(self, text):
        return [(found.kind, found.name) for found in declarations(code(text))]

    def test_types_functions_and_properties(self):
        self.assertEqual(
            self.names("struct A { let b = 1\n static func c() {}\n var d: Int { 2 } }\nprotocol E {}\nextension A {}"),
            [("struct", "A"), ("let", "b"), ("func", "c"), ("var", "d"), ("protocol", "E"), ("extension", "A")])

    def test_class_func_is_no_class(self):
        self.assertEqual(self.names("class A { class func b() {} }"), [("class", "A"), ("func", "b")])

    def test_cases_of_an_enum(self):
        self.assertEqual(
            self.names("enum A {\n    case b, c(d: Int, e: Int)\n    case f = 1\n}"), [("enum", "A"), ("case", "b"), ("case", "c"), ("case", "f")])

    def test_cases_of_a_switch_are_no_declarations(self):
        self.assertEqual(
            self.names("enum A {\n    func b() {\n        switch c {\n        case d: e()\n        }\n    }\n}"), [("enum", "A"), ("func", "b")])

    def test_what_is_around(self):
        text = code("struct A { enum B { case c } }\nextension A { func d() { let e = 1 } }")
        self.assertEqual(Scopes(text).around(text.index("case")), ("A", "B"))
        self.assertEqual(Scopes(text).around(text.index("let")), ("A",))


if __name__ == "__main__":
    unittest.main()
