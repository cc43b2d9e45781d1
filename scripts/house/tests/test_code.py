import unittest

from house import layers, reach, unsafe, unused
from .planted import PlantedTest


class UnusedTests(PlantedTest):
    def check(self, listed=""):
        return self.found(unused.check, called=self.write("called.txt", listed))

    def test_a_function_that_nobody_calls(self):
        self.write("Sources/A/A.swift", "struct A {\n    func used() {}\n    // unused()\n    func unused() {}\n}\n"
                   "let a = A().used(\"unused\")\nlet b = a + b\n")
        self.assertFinds(self.check(), "Sources/A/A.swift:4: `unused` is used nowhere")

    def test_a_use_in_an_interpolation_or_in_the_fuzzers_is_one(self):
        self.write("Sources/A/A.swift", "func a() {}\nfunc b() {}\n")
        self.write("Fuzzing/Sources/Fuzz/B.swift", 'print("\\(a())")\nb()\n')
        self.assertEqual(self.check(), [])

    def test_a_use_in_tests_is_none(self):
        self.write("Sources/A/A.swift", "func a() {}\n")
        self.write("Tests/A/A.swift", "a()\n")
        self.assertFinds(self.check(), "Sources/A/A.swift:1: `a` is used only by tests")

    def test_overloads_that_nobody_calls(self):
        self.write("Sources/A/A.swift", "func a() {}\nfunc a(_ b: Int) {}\n")
        self.assertFinds(self.check(), "Sources/A/A.swift:1: `a`", "Sources/A/A.swift:2: `a`")

    def test_a_case_that_nobody_names(self):
        self.write("Sources/A/A.swift", "enum A {\n    case b, c(Int)\n}\nlet a = A.b\nlet d = a + d\n")
        self.assertFinds(self.check(), "Sources/A/A.swift:2: `c`")

    def test_a_case_that_is_made_from_text(self):
        self.write("Sources/A/A.swift", 'enum A: String {\n    case b\n}\nlet a = A(rawValue: "b")\nlet d = a + d\n')
        self.assertEqual(self.check(), [])

    def test_what_is_called_from_elsewhere_is_listed_with_a_reason(self):
        self.write("Sources/A/A.swift", "func a() {}\n")
        self.assertEqual(self.check("a: C calls it\n"), [])
        with self.assertRaises(ValueError):
            self.check("a\n")

    def test_a_line_of_the_list_that_is_of_no_use(self):
        self.write("Sources/A/A.swift", "")
        self.assertEqual(len(self.check("# remark\na: C calls it\n")), 1)


class ReachTests(PlantedTest):
    def check(self, listed=""):
        return self.found(reach.check, listed=self.write("public.txt", listed))

    def test_a_type_that_is_not_listed(self):
        self.write("Sources/A/A.swift", "public struct A {\n    public init() {}\n}\n")
        self.assertFinds(self.check(), "Sources/A/A.swift:1: `public` on `A`", "Sources/A/A.swift:2: `public` on `A`")
        self.assertEqual(self.check("A: generic\n"), [])

    def test_an_extension_of_a_type_that_is_not_listed(self):
        self.write("Sources/A/A.swift", "extension A {\n    @inlinable public var b: Int { 1 }\n}\nopen class C {}\n")
        self.assertFinds(self.check(), "Sources/A/A.swift:2: `public` on `A`", "Sources/A/A.swift:4: `open` on `C`")

    def test_a_function_of_no_type(self):
        self.write("Sources/A/A.swift", "public func a() {}\n")
        self.assertFinds(self.check(), "Sources/A/A.swift:1: `public` on func `a`")

    def test_a_name_that_is_no_modifier(self):
        self.write("Sources/A/A.swift", "func open() {}\nlet a = open\ncase open\nwork(open: 1)\n.public\n")
        self.assertEqual(self.check(), [])

    def test_a_public_import_for_nothing(self):
        self.write("Sources/A/A.swift", "public import B\npackage struct A {}\n")
        self.assertFinds(self.check(), "Sources/A/A.swift:1: `public import B`")
        self.write("Sources/A/A.swift", "public import B\nextension B {\n    @usableFromInline func a() {}\n}\n")
        self.assertEqual(self.check(), [])

    def test_a_line_of_the_list_that_is_of_no_use(self):
        self.write("Sources/A/A.swift", "package struct A {}\n")
        self.assertEqual(len(self.check("A: generic\n")), 1)


class UnsafeTests(PlantedTest):
    def check(self, listed="A: C\n"):
        return self.found(unsafe.check, listed=self.write("unsafe.txt", listed))

    def test_a_target_that_is_not_listed(self):
        self.write("Sources/Library/B/B.swift", "let a: UnsafeRawPointer\n")
        self.assertFinds(self.check(""), "Sources/Library/B/B.swift:1: `UnsafeRawPointer` in B")

    def test_trust_without_a_word(self):
        self.write("Sources/A/A.swift", "/// A lock.\nfinal class A: @unchecked Sendable {\n\n    // Safety: b\n    let c = unsafeBitCast(d)\n\n"
                   "    let e = unsafeBitCast(f)\n}\n")
        self.assertFinds(self.check(), "Sources/A/A.swift:2: say above it", "Sources/A/A.swift:7: say above it")

    def test_a_class_may_say_it_below_its_first_line(self):
        self.write("Sources/A/A.swift", "final class A: @unchecked Sendable {\n    // Safety (@unchecked): its lock.\n    let b = 1\n}\n")
        self.assertEqual(self.check(), [])

    def test_words_in_comments_are_no_use(self):
        self.write("Sources/A/A.swift", "// Safety: a\nlet a = unsafeBitCast(b)\n")
        self.write("Sources/B/B.swift", "// UnsafeRawPointer\n")
        self.assertEqual(self.check(), [])

    def test_a_line_of_the_list_that_is_of_no_use(self):
        self.write("Sources/A/A.swift", "")
        self.assertEqual(len(self.check()), 1)


class LayerTests(PlantedTest):
    def check(self, loop="struct Loop {}\n", tls="struct TLS {}\n"):
        self.write("Sources/HTTPKit/Limits.swift", "struct ServerLimits {}\n")
        self.write("Sources/HTTPKit/Server/Server.swift", "struct Server {\n    struct Inner {}\n}\n")
        self.write("Sources/HTTPKit/TLS/TLS.swift", tls)
        self.write("Sources/HTTPKit/Loop/Loop.swift", loop)
        return self.found(layers.check)

    def test_the_loop_names_the_server(self):
        self.assertFinds(self.check(loop="// Server\nstruct Loop {\n    let server: Server\n}\n"),
                         "Sources/HTTPKit/Loop/Loop.swift:3: Loop names `Server` of Server")

    def test_the_loop_names_limits_that_lie_beside_the_folders(self):
        self.assertFinds(self.check(loop="let limits: ServerLimits\n"), "Sources/HTTPKit/Loop/Loop.swift:1: Loop names `ServerLimits`")

    def test_the_loop_may_name_tls_but_not_the_other_way_round(self):
        self.assertEqual(self.check(loop="struct Loop {\n    let tls: TLS\n}\n"), [])
        self.assertFinds(self.check(tls="struct TLS {\n    let loop: Loop\n}\n"), "Sources/HTTPKit/TLS/TLS.swift:2: TLS names `Loop` of Loop")

    def test_types_within_types_are_no_layer(self):
        self.assertEqual(self.check(loop="struct Loop {\n    struct Inner {}\n    let inner: Inner\n}\n"), [])

    def test_a_layer_that_is_gone(self):
        self.write("Sources/HTTPKit/Loop/Loop.swift", "struct Loop {}\n")
        self.assertEqual(len(self.found(layers.check)), 1)


if __name__ == "__main__":
    unittest.main()
