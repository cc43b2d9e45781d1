"""Declarations that nobody uses: their name stands nowhere else in the code that is built.

A name that has a namesake in use is not found, nor is one that only tests use: this catches what is plainly left over, at once and without a
build. What Swift, a package or C calls by its name, so that no line of ours needs to, is listed in lists/called.txt with the reason.
"""
import collections
import pathlib
import re

from .declarations import declarations
from .tree import Finding, line_of, reasons

CALLED = pathlib.Path(__file__).parent / "lists/called.txt"
USERS = ["Sources/", "Fuzzing/", "Benchmarks/"]
IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
# Cases of these come from text or numbers from outside, or are gone through all together.
MADE_FROM_VALUES = re.compile(r"\benum\s+(\w+)\s*:[^{]*\b(String|Int|U?Int(?:8|16|32|64)|CaseIterable|Character)\b")


def check(tree, called=CALLED):
    files = [path for path in tree.swift_files if path.startswith(tuple(USERS))]
    sources = [path for path in files if path.startswith("Sources/")]
    seen = collections.Counter()
    for path in files + tree.generated_files:
        seen.update(IDENTIFIER.findall(tree.code(path)))
    tested = {name for path in tree.swift_files if path.startswith("Tests/") for name in IDENTIFIER.findall(tree.code(path))}
    sites = collections.defaultdict(list)
    for path in sources:
        code = tree.code(path)
        from_values = {match[1] for match in MADE_FROM_VALUES.finditer(code)}
        for found in declarations(code):
            if found.kind == "extension" or "@main" in found.modifiers or "override" in found.modifiers.split():
                continue
            if found.kind == "case" and found.around and found.around[-1] in from_values:
                continue
            sites[found.name].append((path, found))
    listed = reasons(called)
    for name, found in sites.items():
        if name in listed or name == "_" or seen[name] > len(found):
            continue
        for path, declaration in found:
            users = "only by tests" if name in tested else "nowhere"
            yield Finding(path, line_of(tree.code(path), declaration.position),
                          f"`{name}` is used {users}: take it out, or name in {_shown(called)} who calls it")
    for name, line in listed.items():
        if name not in sites:
            yield Finding(_shown(called), line, f"nothing is called `{name}` any more: take the line out")


def _shown(path):
    return "/".join(pathlib.Path(path).parts[-4:])
