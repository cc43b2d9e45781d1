import shutil
import unittest

from house import imports
from .planted import PlantedTest

TABLE = """\
# Architecture

| target | idea | imports | never |
|---|---|---|---|
| `Low` | bytes | – | – |
| `Middle` | a contract | `Low` | `Wire` |
| `Wire` | HTTP | `Low` | – |
| `service` | a service | `Middle` | – |
"""


def manifest(**dependencies):
    """Targets with what they import; a name in small letters is a program."""
    return {"targets": [
        {"name": name, "type": "executable" if name.islower() else "regular", "path": f"Sources/{name}",
         "dependencies": [{"byName": [other, None]} for other in others]} for name, others in dependencies.items()]}


class ImportTests(PlantedTest):
    def setUp(self):
        super().setUp()
        self.targets = {"Low": [], "Middle": ["Low"], "Wire": ["Low"], "service": ["Middle"]}
        self.table = TABLE

    def check(self, **others):
        self.write("docs/ARCHITECTURE.md", self.table)
        self.write("Package.swift", "".join(f'library("{name}")\n' for name in self.targets))
        self.write("Sources/Middle/A.swift", "internal import Low\n")
        dumped = {"Package.swift": manifest(**self.targets)}
        for path, targets in others.items():
            self.write(f"{path}/Package.swift", '.target(name: "Middle")\n')
            dumped[f"{path}/Package.swift"] = manifest(**targets)
        return self.found(imports.check, dumped)

    def test_a_table_that_is_right(self):
        self.assertEqual(self.check(), [])

    def test_an_import_that_the_table_does_not_name(self):
        self.targets["Wire"] = ["Low", "Middle"]
        self.assertFinds(self.check(), "docs/ARCHITECTURE.md:7: Package.swift has `Wire` import `Middle`")

    def test_an_import_that_only_the_table_names(self):
        self.targets["Wire"] = []
        self.assertFinds(self.check(), "docs/ARCHITECTURE.md:7: Package.swift does not have `Wire` import `Low`")

    def test_a_target_without_a_row(self):
        self.targets["Other"] = []
        self.assertFinds(self.check(), "docs/ARCHITECTURE.md:1: the table of targets has no row for `Other`")

    def test_a_row_without_a_target(self):
        self.table += "| `Gone` | nothing | – | – |\n"
        self.assertFinds(self.check(), "docs/ARCHITECTURE.md:9: there is no target `Gone`")

    @unittest.skipUnless(shutil.which("swift"), "there is no swift")
    def test_a_manifest_that_does_not_load(self):
        self.write("Package.swift", "// swift-tools-version: 6.2\nimport PackageDescription\nlet package = Packag()\n")
        self.assertFinds(self.found(imports.check), "Package.swift:1: the manifest does not load")

    def test_no_table(self):
        self.table = "# Architecture\n"
        self.assertEqual(len(self.check()), 4)

    def test_what_is_never_to_be_reached_is_reached_through_another(self):
        self.targets |= {"Middle": ["Low", "Helper"], "Helper": ["Wire"]}
        self.table = TABLE.replace("| `Low` | `Wire` |", "| `Low`, `Helper` | `Wire` |") + "| `Helper` | help | `Wire` | – |\n"
        self.write("Sources/Middle/B.swift", "internal import Helper\n")
        self.assertFinds(self.check(), "docs/ARCHITECTURE.md:6: `Middle` is never to import `Wire`, and does: Middle > Helper > Wire")

    def test_a_ban_on_what_is_not_there(self):
        self.table = TABLE.replace("| `Wire` |\n| `Wire`", "| `Wrie` |\n| `Wire`")
        self.assertFinds(self.check(), "docs/ARCHITECTURE.md:6: `Middle` never imports `Wrie`")

    def test_a_service_imports_another(self):
        self.targets["other"] = ["service"]
        self.table += "| `other` | a service | `service` | – |\n"
        self.assertFinds(self.check(), "Package.swift:5: `other` imports the program `service`")

    def test_a_dependency_that_no_file_imports(self):
        self.targets["Middle"] = ["Low", "Wire"]
        self.table = TABLE.replace("| `Low` | `Wire` |", "| `Low`, `Wire` | – |")
        self.assertFinds(self.check(), "Package.swift:2: no file of `Middle` imports `Wire`")

    def test_foundation_and_swiftnio(self):
        self.write("Sources/Low/A.swift", "// import Foundation\ninternal import Foundation\npackage import struct NIOCore.ByteBuffer\n")
        self.assertFinds(self.check(), "Sources/Low/A.swift:2: `Foundation` has no place", "Sources/Low/A.swift:3: `NIOCore` has no place")

    def test_a_package_beside_that_declares_something_else(self):
        self.assertEqual(self.check(Fuzzing={"Low": [], "Middle": ["Low"]}), [])
        self.assertFinds(self.check(Fuzzing={"Low": [], "Middle": []}), "Fuzzing/Package.swift:1: `Middle` has to have the dependencies")


if __name__ == "__main__":
    unittest.main()
