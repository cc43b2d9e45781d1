"""Who may import whom: the table of docs/ARCHITECTURE.md against Package.swift, and both against the sources.

The table has a row for each target in Sources. Its column `imports` names what Package.swift declares, neither more nor less; its column
`never` names what must not be reached, not even through others. Fuzzing and Benchmarks build some of the targets once more, through links, and
have to declare the same.
"""
import json
import re
import subprocess

from .tree import Finding, line_of

DOCUMENT = "docs/ARCHITECTURE.md"
MANIFEST = "Package.swift"
COLUMNS = ("target", "imports", "never")
NAME = re.compile(r"`([^`]+)`")
IMPORT = re.compile(r"^[ \t]*(?:@\w+(?:\([^)]*\))?[ \t]+)*(?:(?:public|package|internal|fileprivate|private)[ \t]+)?import[ \t]+"
                    r"(?:(?:struct|class|enum|func|protocol|typealias|let|var)[ \t]+)?(\w+)", re.MULTILINE)
# Neither is to be in what is shipped: Foundation costs 50 MB and SwiftNIO is what HTTPKit stands in for.
UNWELCOME = re.compile(r"Foundation\w*|NIO\w*|_NIO\w*")


class Target:
    def __init__(self, described):
        self.name, self.kind = described["name"], described["type"]
        self.path = described.get("path") or f"Sources/{self.name}"
        self.dependencies = {next(iter(entry.values()))[0] for entry in described["dependencies"]}


class BrokenManifest(Exception):
    """A manifest that SwiftPM does not load, and what SwiftPM says."""


def manifests(tree):
    """The targets of each manifest that builds what is in Sources, by the manifest's path."""
    started = {}
    for path in tree.manifests:
        if path.startswith("Benchmarks/Baselines"):
            continue
        started[path] = subprocess.Popen(
            ["swift", "package", "--package-path", str((tree.root / path).parent), "dump-package"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    read = {}
    for path, process in started.items():
        output, errors = process.communicate()
        if process.returncode:
            raise BrokenManifest(path, errors.strip().split("\n")[-1])
        read[path] = json.loads(output)
    return read


def check(tree, dumped=None):
    try:
        dumped = dumped or manifests(tree)
    except BrokenManifest as error:
        yield Finding(error.args[0], 1, f"the manifest does not load: {error.args[1]}")
        return
    packages = {path: {target["name"]: Target(target) for target in manifest["targets"]} for path, manifest in dumped.items()}
    targets = {name: target for name, target in packages[MANIFEST].items() if target.path.startswith("Sources/")}
    yield from _table(tree, targets)
    yield from _services(tree, targets)
    yield from _sources(tree, targets)
    for path, others in packages.items():
        if path != MANIFEST:
            yield from _same(tree, path, others, targets)


def rows(tree):
    """The rows of the table: line, targets, imports, never. Nothing where there is no such table."""
    header = None
    for number, line in enumerate(tree.lines(DOCUMENT), 1):
        if not line.startswith("|"):
            header = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if header is None:
            header = [cell.lower() for cell in cells]
        elif set(COLUMNS) <= set(header) and len(cells) == len(header) and not set(line) <= set("|-: "):
            yield (number, *(NAME.findall(cells[header.index(column)]) for column in COLUMNS))


def _table(tree, targets):
    described = {}
    for number, names, imports, never in rows(tree):
        for name in names:
            if name not in targets:
                yield Finding(DOCUMENT, number, f"there is no target `{name}` in Sources: take it out of the table")
                continue
            if name in described:
                yield Finding(DOCUMENT, number, f"`{name}` has a second row, the first is in line {described[name]}")
            described[name] = number
            declared = targets[name].dependencies
            for other in sorted(declared - set(imports)):
                yield Finding(DOCUMENT, number, f"{MANIFEST} has `{name}` import `{other}`: write it in the row, or take it out there")
            for other in sorted(set(imports) - declared):
                yield Finding(DOCUMENT, number, f"{MANIFEST} does not have `{name}` import `{other}`: take it out of the row")
            for other in sorted(set(never) & set(reached := _reached(targets, name))):
                yield Finding(DOCUMENT, number, f"`{name}` is never to import `{other}`, and does: {' > '.join(reached[other])}")
            known = set(targets).union(*(target.dependencies for target in targets.values()))
            for other in sorted(set(never) - known):
                yield Finding(DOCUMENT, number, f"`{name}` never imports `{other}`, which is no target: correct the row")
    for name in sorted(set(targets) - set(described)):
        yield Finding(DOCUMENT, 1, f"the table of targets has no row for `{name}`: add one")


def _reached(targets, start):
    """What a target imports, itself or through others, each with the way there."""
    ways, waiting = {}, [[start]]
    while waiting:
        way = waiting.pop(0)
        for other in sorted(targets[way[-1]].dependencies) if way[-1] in targets else []:
            if other not in ways:
                ways[other] = [*way, other]
                waiting.append(ways[other])
    return ways


def _services(tree, targets):
    for target in targets.values():
        for other in sorted(target.dependencies):
            if other in targets and targets[other].kind == "executable":
                yield Finding(MANIFEST, _line(tree, MANIFEST, target.name),
                              f"`{target.name}` imports the program `{other}`: move what both need to a library")


def _sources(tree, targets):
    for target in targets.values():
        imported = set()
        for path in tree.swift_files:
            if not path.startswith(target.path + "/"):
                continue
            for match in IMPORT.finditer(tree.code(path)):
                imported.add(match[1])
                if UNWELCOME.fullmatch(match[1]):
                    yield Finding(path, line_of(tree.code(path), match.start()),
                                  f"`{match[1]}` has no place in Sources: do without (CONTRIBUTING.md)")
        if target.kind != "system" and imported:
            for other in sorted(target.dependencies - imported):
                yield Finding(MANIFEST, _line(tree, MANIFEST, target.name),
                              f"no file of `{target.name}` imports `{other}`: take it out of its dependencies")


def _same(tree, path, others, targets):
    for name in sorted(set(others) & set(targets)):
        if others[name].dependencies != targets[name].dependencies:
            expected = ", ".join(sorted(targets[name].dependencies))
            yield Finding(path, _line(tree, path, name), f"`{name}` has to have the dependencies that it has in {MANIFEST}: {expected}")


def _line(tree, path, name):
    declared = re.compile(rf'(?:name: |\()"{re.escape(name)}"')
    return next((number for number, line in enumerate(tree.lines(path), 1) if declared.search(line)), 1)
