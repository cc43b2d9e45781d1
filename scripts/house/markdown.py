"""What of a Markdown text is a link, inline code or a block of code."""
import re

FENCE = re.compile(r"^\s*(```|~~~)")
INLINE = re.compile(r"(`+)(.+?)\1")
LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#+\s+(.*?)\s*$")


def spans(lines):
    """Yields (line number, `link` or `code` or `block`, text)."""
    fenced = False
    before = ""
    for number, line in enumerate(lines, 1):
        if FENCE.match(line):
            fenced = not fenced
        elif fenced or (line.startswith("    ") and not before.strip()) or (line.startswith("    ") and before.startswith("    ")):
            yield number, "block", line
        else:
            for match in INLINE.finditer(line):
                yield number, "code", match[2]
            for match in LINK.finditer(INLINE.sub("", line)):
                yield number, "link", match[1]
            # A link whose text is code: [`Makefile`](Makefile).
            for match in re.finditer(r"`\]\(([^()\s]+)\)", line):
                yield number, "link", match[1]
        before = line


def anchors(lines):
    """The anchors of the headings, as GitHub makes them."""
    found = set()
    for line in lines:
        if match := HEADING.match(line):
            text = re.sub(r"[`*_]", "", match[1]).lower()
            found.add(re.sub(r"[^\w\- ]", "", text).replace(" ", "-"))
    return found
