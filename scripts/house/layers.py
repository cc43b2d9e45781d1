#!/usr/bin/env python3
"""HTTPKit's lower folders do not name the upper ones.

    scripts/house/layers.py          prints each line that does, and exits 1 if there is one
"""
import pathlib, re, sys

ROOT = pathlib.Path(__file__).resolve().parents[2] / "Sources/HTTPKit"
LOWER = ["TLS", "Loop"]
DECLARATION = re.compile(r"^(?:@\w+ )*(?:package |public |private |fileprivate |final |indirect )*(?:class|struct|enum|protocol|actor|typealias) (\w+)", re.M)


def code(text):
    """Without comments and string literals."""
    return re.sub(r'//[^\n]*|"(?:[^"\\\n]|\\.)*"', "", text)


def breaches():
    """Each line of a lower folder that names a type which a folder above it declares: (path, number, type)."""
    folders = {file: file.relative_to(ROOT).parts[0] for file in sorted(ROOT.rglob("*.swift"))}
    found = []
    for level, lower in enumerate(LOWER):
        within = LOWER[: level + 1]
        upper = {name for file, folder in folders.items() if folder not in within for name in DECLARATION.findall(code(file.read_text()))}
        named = re.compile(r"\b(?:%s)\b" % "|".join(sorted(upper)))
        for file in (file for file, folder in folders.items() if folder == lower):
            for number, line in enumerate(file.read_text().splitlines(), 1):
                found += [(file, number, name) for name in named.findall(code(line))]
    return found


if __name__ == "__main__":
    lines = breaches()
    for file, number, name in lines:
        print(f"{file.relative_to(ROOT.parents[1])}:{number}: {name} belongs to a layer above")
    sys.exit(1 if lines else 0)
