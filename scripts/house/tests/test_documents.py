import subprocess
import unittest

from house import commits, paths, walk
from .planted import PlantedTest


class PathTests(PlantedTest):
    def setUp(self):
        super().setUp()
        self.write("Makefile", "test: openapi\n\ttrue\nSECONDS ?= 10\n")
        self.write("Sources/Library/AKA/ISIM.swift", "struct ISIM {\n    init() {}\n    // func gone()\n    func answer() {}\n}\n")
        self.write("Sources/HTTPKit/Limits.swift", "")
        self.write("Sources/HTTPKit/Loop/Limits.swift", "")
        self.write("docs/OTHER.md", "# One heading, `two` words\n")
        self.write(".gitignore", ".build/\n/results.json\n")

    def check(self, text, document="README.md"):
        self.write(document, text)
        return self.found(paths.check)

    def test_paths_from_each_place_they_may_begin_at(self):
        self.assertEqual(
            self.check("`Sources/HTTPKit/Limits.swift` `HTTPKit/Loop` `AKA/ISIM.swift` `ISIM.swift` `docs/` `Sources/<Target>/Limits.swift`"), [])
        self.assertEqual(self.check("`OTHER.md` [other](OTHER.md) [top](../Makefile)", "docs/THIS.md"), [])

    def test_what_is_no_path_of_ours(self):
        self.assertEqual(self.check("`text/csv` `/admin/v1/bindings` `pki/ca.crt` `.build/release` `results.json` `HOST:PORT` `and/or`"), [])

    def test_a_file_that_is_gone(self):
        self.assertFinds(self.check("a\n`AKA/Milenage.swift` and\n`Gone.swift`"), "README.md:2: `AKA/Milenage.swift`", "README.md:3: `Gone.swift`")

    def test_a_folder_that_is_gone(self):
        self.assertFinds(self.check("`Sources/Nhss`, `HTTPKit/HTTP3`"), "README.md:1: `Sources/Nhss`", "README.md:1: `HTTPKit/HTTP3`")

    def test_a_pattern_that_nothing_matches(self):
        self.assertFinds(self.check("`Sources/<Target>/Main.swift`"), "README.md:1: `Sources/<Target>/Main.swift`")

    def test_a_name_that_several_files_have(self):
        self.assertFinds(self.check("`Limits.swift`"), "README.md:1: `Limits.swift` is the name of several files")

    def test_a_path_in_a_block_of_commands(self):
        self.assertFinds(self.check("```\npython3 docs/gone.py\nmake gone\n./authdb --database /tmp/a.sqlite pki/x.crt\n```\n"),
                         "README.md:2: `docs/gone.py`", "README.md:3: `make gone`")

    def test_links(self):
        self.assertFinds(self.check("[a](docs/OTHER.md#one-heading-two-words) [b](docs/OTHER.md#other) [c](docs/GONE.md) [d](https://example.org/x)"),
                         "README.md:1: docs/OTHER.md has no heading #other", "README.md:1: the link to docs/GONE.md leads nowhere")

    def test_functions(self):
        self.assertEqual(self.check("`AKA/ISIM.swift:answer` `AKA/ISIM.swift:init` `AKA/ISIM.swift:ISIM`"), [])
        self.assertFinds(self.check("`AKA/ISIM.swift:gone`, `AKA/Gone.swift:answer`"),
                         "README.md:1: Sources/Library/AKA/ISIM.swift declares no `gone`", "README.md:1: `AKA/Gone.swift` is not there")

    def test_names_of_types(self):
        self.assertFinds(self.check("`ISIM` `ISIM.answer` `Isim.answer(to:)`"), "README.md:1: `Isim` stands nowhere")

    def test_make_targets(self):
        self.assertEqual(self.check("`make test`"), [])
        self.assertFinds(self.check("`make SECONDS`, `make bench`"), "README.md:1: `make bench`")


class WalkTests(PlantedTest):
    def check(self, text):
        self.write("docs/ARCHITECTURE.md", text)
        return self.found(walk.check)

    def test_a_walk_of_enough_steps(self):
        steps = "\n".join(f"{number}. `A.swift:step{number}` does it" for number in range(20))
        self.assertEqual(self.check("# A\n\n## The walk of one identity\n\n" + steps), [])

    def test_a_walk_that_is_cut_short(self):
        steps = "\n".join(f"{number}. `A.swift:step{number}` does it" for number in range(19))
        after = "\n\n## Other\n\n`A.swift:other`\n"
        self.assertFinds(self.check("# A\n\n## The walk of one identity\n\n" + steps + after), "docs/ARCHITECTURE.md:3: the walk has 19 steps")

    def test_no_walk(self):
        self.assertFinds(self.check("# A\n"), "docs/ARCHITECTURE.md:1: there is no heading")


class CommitTests(PlantedTest):
    def git(self, *arguments):
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
        return subprocess.run(command, cwd=self.root, check=True, capture_output=True, text=True).stdout.strip()

    def test_examples(self):
        self.git("init", "-q")
        self.git("commit", "-q", "--allow-empty", "-m", "Add a metric")
        hash = self.git("rev-parse", "--short", "HEAD")
        self.write("docs/CHANGING.md", f"`{hash}` Add a metric\n`{hash}` Add a setting\n`0123abc` Add a metric\n")
        self.assertFinds(self.found(commits.check), f"docs/CHANGING.md:2: commit {hash} is called \"Add a metric\"",
                         "docs/CHANGING.md:3: commit 0123abc is not in this history")

    def test_without_a_history(self):
        self.write("docs/CHANGING.md", "`0123abc` Add a metric\n")
        self.assertEqual(self.found(commits.check), [])

    def test_without_the_document(self):
        self.assertFinds(self.found(commits.check), "docs/CHANGING.md:1: this document is missing")


if __name__ == "__main__":
    unittest.main()
