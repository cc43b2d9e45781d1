"""Every path, function and make target that a document names exists.

In inline code and in links a path may be written from the top of the checkout, from the document's folder, or from a folder that holds targets
(`HTTPKit/Loop`, `AKA/ISIM.swift`); a file's name alone will do where no other file has it. `<name>` and `*` stand for anything. In blocks of
code, which show commands and what they print, only what begins with a folder of this project is looked at. `path:name` is a function, a
property, a case or a type that the file declares. A name in inline code that looks like one of Swift's (`EventLoop`, `Database.write`) stands
somewhere in the sources.
"""
import fnmatch
import functools
import os
import re

from . import markdown
from .declarations import declarations
from .tree import Finding

# A file of one of these kinds is meant to be one of ours, wherever it is named.
ENDINGS = (".swift", ".md", ".py", ".sh", ".yaml")
PATH = re.compile(r"[\w.+<>*-]+(?:/[\w.+<>*-]+)*/?")
PLACE = re.compile(r"(?P<path>[\w./+-]+\.swift):(?P<name>[A-Za-z_]\w*)(?:\(\S*\))?")
MAKE = re.compile(r"\bmake ([a-z][\w-]*)")
NAME = re.compile(r"[A-Z]\w*[a-z]\w*(?:\.\w+)*(?:\(.*\))?")
TARGET = re.compile(r"^([a-z][\w-]*):(?!=)", re.MULTILINE)


def check(tree):
    places = Places(tree)
    for path in tree.documents:
        lines = tree.lines(path)
        for number, kind, text in markdown.spans(lines):
            for fault in _faults(places, tree, path, kind, text):
                yield Finding(path, number, fault)


def _faults(places, tree, document, kind, text):
    if kind == "link":
        yield from _link(tree, document, text)
        return
    if kind == "code" and NAME.fullmatch(text) and not text.endswith(ENDINGS):
        for word in re.findall(r"\w+", text.partition("(")[0]):
            if word not in places.words:
                yield f"`{word}` stands nowhere in the sources: write what it is called now"
    for name in MAKE.findall(text):
        if name not in places.make_targets:
            yield f"`make {name}`: the Makefile has no such target"
    for token in re.split(r"[\s,;'\"()\[\]]+", text):
        token = token.removeprefix("./").rstrip(":.")
        if place := PLACE.fullmatch(token):
            yield from _place(places, tree, document, place)
        elif PATH.fullmatch(token) and places.is_ours(token, document, kind) and not places.find(token, document):
            several = len(places.by_name.get(token, [])) > 1
            yield f"`{token}` is the name of several files: write the folder" if several else f"`{token}` is not there: correct the path"


def _link(tree, document, text):
    if re.match(r"[a-z]+:", text):
        return
    path, _, anchor = text.partition("#")
    target = os.path.normpath(os.path.join(os.path.dirname(document), path)) if path else document
    if not tree.exists(target):
        yield f"the link to {text} leads nowhere: correct it"
    elif anchor and target.endswith(".md") and anchor not in markdown.anchors(tree.lines(target)):
        yield f"{target} has no heading #{anchor}: correct the link"


def _place(places, tree, document, place):
    found = places.find(place["path"], document)
    if not found:
        yield f"`{place['path']}` is not there: correct the path"
    elif not any(place["name"] in places.names(path) for path in found):
        yield f"{found[0]} declares no `{place['name']}`: name the function that is there now"


class Places:
    """Where a path of a document may lead."""

    def __init__(self, tree):
        self.tree = tree
        self.files = tree.files
        self.folders = {folder for path in self.files for folder in _parents(path)}
        self.all = set(self.files) | self.folders
        # Folders that hold targets: a path may begin below them.
        self.tops = ["", "Sources/", *(f"{folder}/" for folder in sorted(self.folders) if re.fullmatch(r"Sources/(Library|System)", folder))]
        self.first = {path[len(top):].split("/")[0] for top in self.tops for path in self.folders if path.startswith(top)}
        self.top_folders = {path.split("/")[0] for path in self.folders}
        self.by_name = {}
        for path in self.files:
            self.by_name.setdefault(os.path.basename(path), []).append(path)
        self.ignored = [line.strip().strip("/") for line in tree.lines(".gitignore")] if tree.exists(".gitignore") else []
        self.make_targets = set(TARGET.findall(tree.text("Makefile"))) if tree.exists("Makefile") else set()
        self._names = {}

    @functools.cached_property
    def words(self):
        """Every word of what is no document, and the test targets, which Package.swift names after their folders."""
        found = {os.path.basename(folder) + "Tests" for folder in self.folders if folder.startswith("Tests/")}
        for path in self.files:
            if path.endswith((".swift", ".h", ".py", ".sh", ".yaml")) or path in ("Makefile", ".swift-format"):
                found.update(re.findall(r"\w+", self.tree.text(path)))
        return found

    def is_ours(self, token, document, kind):
        """Whether it is meant as a path of this project, as far as one can tell."""
        if any(fnmatch.fnmatch(part, pattern) for pattern in self.ignored if pattern for part in [token.strip("/"), *token.split("/")]):
            return False
        first = token.split("/")[0]
        if kind == "block":
            return "/" in token.strip("/") and first in self.top_folders
        return token.endswith(ENDINGS) or ("/" in token and (first in self.first or self._relative(first, document) in self.all))

    def find(self, token, document):
        """The files and folders that are meant; none where there is no such path, or where a bare name is that of several files."""
        token = re.sub(r"<[^<>]*>", "*", token.rstrip("/"))
        candidates = [self._relative(token, document), *(top + token for top in self.tops)]
        if "*" in token:
            return [path for path in self.all for candidate in candidates if fnmatch.fnmatch(path, candidate)]
        found = [candidate for candidate in candidates if candidate in self.all]
        if not found and "/" not in token and len(self.by_name.get(token, [])) == 1:
            return self.by_name[token]
        return found

    def names(self, path):
        if path not in self._names:
            code = self.tree.code(path) if path.endswith(".swift") else ""
            self._names[path] = {found.name for found in declarations(code) if found.kind != "extension"}
            self._names[path] |= {word for word in ("init", "deinit", "subscript") if re.search(rf"\b{word}\b", code)}
        return self._names[path]

    @staticmethod
    def _relative(token, document):
        return os.path.normpath(os.path.join(os.path.dirname(document), token))


def _parents(path):
    while path := os.path.dirname(path):
        yield path
