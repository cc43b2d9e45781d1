"""The files that the checks look at, each read once, and what a check has found."""
import functools
import pathlib
import subprocess
import typing

from . import swift_text

# Packages of their own beside the main one: folder of the sources that are written by hand there.
OWN_SOURCES = ["Sources", "Tests", "Fuzzing/Sources/Fuzz", "Benchmarks/Sources", "Benchmarks/Baselines/Sources"]
DOCUMENTS = ["*.md", "docs/*.md", "openapi/*.md", "docker/*.md", "Fuzzing/*.md", "Benchmarks/*.md"]


class Finding(typing.NamedTuple):
    """One line of the report: `path:line: what is wrong and what to do`."""
    path: str
    line: int
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}"


class Tree:
    """A checkout. Paths are texts relative to its top."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self._texts, self._codes = {}, {}

    def text(self, path):
        if path not in self._texts:
            self._texts[path] = (self.root / path).read_text(encoding="utf-8")
        return self._texts[path]

    def lines(self, path):
        return self.text(path).split("\n")

    def code(self, path):
        """A Swift file without comments and strings; lines and columns are those of the file."""
        if path not in self._codes:
            self._codes[path] = swift_text.code(self.text(path))
        return self._codes[path]

    def exists(self, path):
        return (self.root / path).exists()

    @functools.cached_property
    def swift_files(self):
        """Every Swift file that is written by hand. Links to folders, by which Fuzzing and Benchmarks build the same sources, are not followed."""
        found = [path for path in self.manifests]
        for folder in OWN_SOURCES:
            found += [path for path in self._below(folder, ".swift") if not path.endswith(".generated.swift")]
        return sorted(found)

    @functools.cached_property
    def manifests(self):
        return [path for path in ["Package.swift", "Fuzzing/Package.swift", "Benchmarks/Package.swift", "Benchmarks/Baselines/Package.swift"]
                if self.exists(path)]

    @functools.cached_property
    def generated_files(self):
        return [path for path in self._below("Sources", ".generated.swift")]

    @functools.cached_property
    def documents(self):
        return sorted(str(path.relative_to(self.root)) for pattern in DOCUMENTS for path in self.root.glob(pattern))

    @functools.cached_property
    def files(self):
        """Every file of the checkout: those that git would list, or, where there is no git, those that are there."""
        if self.exists(".git"):
            listed = subprocess.run(
                ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=self.root, capture_output=True, text=True)
            if listed.returncode == 0:
                return sorted(path for path in listed.stdout.split("\0") if path and self.exists(path))
        return sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*")
                      if path.is_file() and not any(part.startswith(".build") for part in path.relative_to(self.root).parts))

    def _below(self, folder, ending):
        top = self.root / folder
        if not top.is_dir():
            return
        waiting = [top]
        while waiting:
            for entry in sorted(waiting.pop().iterdir()):
                if entry.is_dir() and not entry.is_symlink():
                    waiting.append(entry)
                elif entry.name.endswith(ending):
                    yield str(entry.relative_to(self.root))


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def reasons(path):
    """A list of exceptions: one `name: why it is one` a line, `#` for remarks. Returns names with their reasons and lines."""
    found = {}
    for number, line in enumerate(pathlib.Path(path).read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, reason = line.partition(":")
        if not colon or not reason.strip():
            raise ValueError(f"{path}:{number}: an exception needs a reason: write `name: why`")
        found[name.strip()] = number
    return found
