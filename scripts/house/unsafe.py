"""Memory-unsafe code: only in the targets of lists/unsafe.txt, and what is taken on trust under a `// Safety:` line that says why it holds."""
import pathlib
import re

from .tree import Finding, line_of, reasons

LISTED = pathlib.Path(__file__).parent / "lists/unsafe.txt"
# Pointers in any form.
UNSAFE = re.compile(r"\b(?:_?with\w*Unsafe\w*|Unsafe\w+|OpaquePointer|Unmanaged|unsafeBitCast|unsafeDowncast)\b"
                    r"|\b(?:assumingMemoryBound|withMemoryRebound|bindMemory)\b|@unchecked\s+Sendable|\bnonisolated\(unsafe\)")
# Where one is wrong, the compiler, the sanitisers and the tests may all be silent.
ON_TRUST = re.compile(r"\bUnmanaged\b|\bunsafeBitCast\b|\bunsafeDowncast\b|\bassumingMemoryBound\b|\bwithMemoryRebound\b|\bbindMemory\b"
                      r"|@unchecked\s+Sendable|\bnonisolated\(unsafe\)")
LINES_ABOVE_MAX = 12


def check(tree, listed=LISTED):
    allowed = reasons(listed)
    seen = set()
    for path in tree.swift_files:
        if not path.startswith("Sources/"):
            continue
        target = target_of(path)
        code = tree.code(path)
        uses = list(UNSAFE.finditer(code))
        if not uses:
            continue
        seen.add(target)
        if target not in allowed:
            yield Finding(path, line_of(code, uses[0].start()),
                          f"`{uses[0].group()}` in {target}, which has no unsafe code: do without, or give the reason in {_shown(listed)}")
            continue
        lines = tree.lines(path)
        for number in sorted({line_of(code, match.start()) for match in ON_TRUST.finditer(code)}):
            if not _vouched(lines, number):
                yield Finding(path, number, "say above it in a line `// Safety: …` why this holds")
    for name, line in allowed.items():
        if name not in seen:
            yield Finding(_shown(listed), line, f"{name} has no unsafe code any more: take the line out")


def target_of(path):
    parts = path.split("/")
    return parts[2] if parts[1] in ("Library", "System") else parts[1]


def _vouched(lines, number):
    """Whether a Safety line stands in the same paragraph, at or above the use; of a class as such also right below its first line."""
    if "@unchecked" in lines[number - 1] and "// Safety" in "".join(lines[number:number + 1]):
        return True
    for above in range(number, max(0, number - LINES_ABOVE_MAX), -1):
        line = lines[above - 1]
        if "Safety:" in line:
            return True
        if not line.strip() and above != number:
            return False
    return False


def _shown(path):
    return "/".join(pathlib.Path(path).parts[-4:])
