#!/usr/bin/env python3
"""Checks the rules of the house that no compiler and no test keeps (CONTRIBUTING.md). Takes seconds and needs no build.

    scripts/house.py                 all checks
    scripts/house.py paths imports   some of them
    scripts/house.py --list          what there is

Each finding is one line, `file:line: what is wrong and what to do`. Ends with 1 where there is one. The checks are in scripts/house, a file each,
with their own tests in scripts/house/tests.
"""
import pathlib
import sys

sys.dont_write_bytecode = True
from house import columns, commits, formatting, imports, layers, paths, reach, unsafe, unused, walk  # noqa: E402
from house.tree import Tree  # noqa: E402

CHECKS = {
    "columns": columns, "imports": imports, "paths": paths, "walk": walk, "commits": commits, "unused": unused, "reach": reach, "unsafe": unsafe,
    "layers": layers, "formatting": formatting,
}


def main(arguments):
    if "--list" in arguments:
        for name, check in CHECKS.items():
            print(f"{name:12} {check.__doc__.strip().splitlines()[0]}")
        return 0
    unknown = [name for name in arguments if name not in CHECKS]
    if unknown:
        print(f"house: there is no check {', '.join(unknown)}; --list names them", file=sys.stderr)
        return 64
    wanted = arguments or list(CHECKS)
    tree = Tree(pathlib.Path(__file__).resolve().parent.parent)
    lint = formatting.Lint(tree) if "formatting" in wanted else None
    found = [finding for name in wanted if name != "formatting" for finding in CHECKS[name].check(tree)]
    found += lint.findings() if lint else []
    for finding in sorted(set(found)):
        print(finding)
    print(f"house: {len(wanted)} checks, {len(set(found)) or 'no'} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
