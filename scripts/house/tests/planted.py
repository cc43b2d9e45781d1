"""Small trees with faults planted in them: a check that cannot fail is worth nothing."""
import pathlib
import tempfile
import unittest

from house.tree import Tree


class PlantedTest(unittest.TestCase):
    """A test that writes a few files and looks at what a check says of them."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mc-house.")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def found(self, check, *arguments, **named):
        """What the check finds, as `path:line: text`."""
        return [str(finding) for finding in check(Tree(self.root), *arguments, **named)]

    def assertFinds(self, found, *beginnings):
        """Each finding begins as told, in this order, and there are no others."""
        self.assertEqual(len(found), len(beginnings), found)
        for finding, beginning in zip(found, beginnings):
            self.assertTrue(finding.startswith(beginning), f"{finding!r} does not begin with {beginning!r}")
