"""Layers within HTTPKit: TLS names nothing of the other folders, Loop only TLS. So both stand without HTTP."""
import re

from .declarations import declarations
from .tree import Finding, line_of

LIBRARY = "Sources/HTTPKit"
# Lowest first. Everything that is not in one of these folders is above them, also what lies beside the folders.
LOWER = ["TLS", "Loop"]
IDENTIFIER = re.compile(r"(?<![\w.`])[A-Z]\w*")
TYPES = {"struct", "class", "enum", "actor", "protocol", "typealias"}


def check(tree):
    files = [path for path in tree.swift_files if path.startswith(LIBRARY + "/")]
    folder = {path: path[len(LIBRARY) + 1:].split("/")[0] for path in files}
    declared = {}
    for path in files:
        for found in declarations(tree.code(path)):
            if found.kind in TYPES and not found.around:
                declared.setdefault(found.name, set()).add(folder[path])
    for level, lower in enumerate(LOWER):
        if lower not in folder.values():
            yield Finding("scripts/house/layers.py", 1, f"there is no folder {LIBRARY}/{lower} any more: name the lower folders that there are")
        within = set(LOWER[:level + 1])
        above = {name: folders for name, folders in declared.items() if not folders & within}
        for path in (path for path in files if folder[path] == lower):
            code = tree.code(path)
            for match in IDENTIFIER.finditer(code):
                if match.group() in above:
                    yield Finding(path, line_of(code, match.start()),
                                  f"{lower} names `{match.group()}` of {', '.join(above[match.group()])}: hand in what it needs, or move it down")
