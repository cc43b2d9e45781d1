"""Lines that are too long. `swift format` breaks code, but neither comments nor strings."""
from .tree import Finding

COLUMNS_MAX = 150


def check(tree):
    for path in tree.swift_files:
        for number, line in enumerate(tree.lines(path), 1):
            if len(line) > COLUMNS_MAX:
                yield Finding(path, number, f"{len(line)} columns: break the line, at most {COLUMNS_MAX}")
