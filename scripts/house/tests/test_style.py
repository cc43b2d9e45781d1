import shutil
import unittest

from house import columns, formatting
from .planted import PlantedTest


class ColumnTests(PlantedTest):
    def test_a_comment_that_is_too_long(self):
        self.write("Sources/A/A.swift", "// " + "x" * 147 + "\n// " + "x" * 148 + "\n")
        self.assertFinds(self.found(columns.check), "Sources/A/A.swift:2: 151 columns")

    def test_manifests_and_tests_too_generated_files_not(self):
        for path in ["Package.swift", "Tests/A/A.swift", "Fuzzing/Sources/Fuzz/A.swift", "Benchmarks/Sources/A/A.swift",
                     "Sources/A/A.generated.swift"]:
            self.write(path, "// " + "x" * 150 + "\n")
        self.assertEqual(len(self.found(columns.check)), 4)

    def test_links_to_folders_are_not_followed(self):
        self.write("Sources/A/A.swift", "")
        self.write("Fuzzing/Sources/Fuzz/A.swift", "")
        (self.root / "Sources/B").symlink_to("A")
        self.assertEqual(self.found(columns.check), [])


class FormattingTests(PlantedTest):
    def test_reports_are_read(self):
        output = "Sources/A.swift:3:9: error: [Spacing] remove 1 space\nnonsense\nPackage.swift:106:1: error: [LineLength] line is too long\n"
        found = [str(finding) for finding in formatting.read(output)]
        self.assertEqual([text.split(";")[0] for text in found],
                         ["Sources/A.swift:3: [Spacing] remove 1 space", "Package.swift:106: [LineLength] line is too long"])

    @unittest.skipUnless(shutil.which("swift"), "there is no swift")
    def test_a_file_that_is_not_formatted(self):
        self.write(".swift-format", '{"version": 1, "lineLength": 150, "indentation": {"spaces": 4}}')
        self.write("Sources/A/A.swift", "struct  A {\n  let b = 1\n}\n")
        self.assertTrue(self.found(formatting.check))

    @unittest.skipUnless(shutil.which("swift"), "there is no swift")
    def test_a_configuration_that_cannot_be_read(self):
        self.write(".swift-format", "{")
        self.write("Sources/A/A.swift", "struct A {}\n")
        self.assertTrue(self.found(formatting.check))


if __name__ == "__main__":
    unittest.main()
