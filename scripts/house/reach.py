"""`public` only on what lists/public.txt names: no product is a library, so `package` reaches everybody.

The compiler inlines across modules only what is public, so what is generic or passed with every question may be. Each type on the list has the
measurement, or the signature that names it, beside it.
"""
import pathlib
import re

from .declarations import Scopes
from .tree import Finding, line_of, reasons

LISTED = pathlib.Path(__file__).parent / "lists/public.txt"
PUBLIC = re.compile(r"(?<![\w.`])(public|open)\b(?!\s*\()")
DECLARED = re.compile(r"(?:(?:public|open|final|indirect|nonisolated|static|borrowing|consuming|mutating)\s+)*"
                      r"(import|struct|class|enum|actor|protocol|extension|typealias|func|var|let|init|subscript)\b\s*"
                      r"(?:(?:struct|class|enum|func)\s+)?([\w.]*)")
TYPES = {"struct", "class", "enum", "actor", "protocol", "extension", "typealias"}


def check(tree, listed=LISTED):
    names = reasons(listed)
    seen = set()
    for path in tree.swift_files:
        if not path.startswith("Sources/"):
            continue
        code = tree.code(path)
        matches = list(PUBLIC.finditer(code))
        if not matches:
            continue
        scopes = Scopes(code)
        imports, others = [], 0
        for match in matches:
            declared = DECLARED.match(code, match.start())
            if not declared or (match[1] == "open" and not re.match(r"open\s+(class|func|var)\b", code[match.start():])):
                # A name, an argument label or a case that is called `open` or `public`.
                continue
            if declared[1] == "import":
                imports.append((match.start(), declared[2]))
                continue
            others += 1
            around = scopes.around(match.start())
            name = around[0] if around else declared[2] if declared[1] in TYPES else ""
            name = name.split(".")[-1]
            seen.add(name)
            if name not in names:
                yield Finding(path, line_of(code, match.start()),
                              f"`{match[1]}` on {_called(declared, name)}: write `package`, or give the reason in {_shown(listed)}")
        for position, module in imports:
            # What may be inlined elsewhere may name what is public only.
            if not others and "@usableFromInline" not in code:
                yield Finding(path, line_of(code, position),
                              f"`public import {module}` in a file that declares nothing public: write `package import`")
    for name, line in names.items():
        if name not in seen:
            yield Finding(_shown(listed), line, f"nothing public is called `{name}` any more: take the line out")


def _called(declared, name):
    return f"`{name}`" if name else f"{declared[1]} `{declared[2]}`"


def _shown(path):
    return "/".join(pathlib.Path(path).parts[-4:])
