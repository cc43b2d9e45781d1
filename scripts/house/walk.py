"""The way of one identity through the chain, in docs/ARCHITECTURE.md: that it is told, and in enough steps. That each place exists is paths.py's."""
from . import markdown
from .paths import PLACE
from .tree import Finding

DOCUMENT = "docs/ARCHITECTURE.md"
HEADING = "the walk of one identity"
STEPS_MIN = 20


def check(tree):
    lines = tree.lines(DOCUMENT)
    start = next((number for number, line in enumerate(lines, 1) if line.startswith("#") and HEADING in line.lower()), None)
    if start is None:
        yield Finding(DOCUMENT, 1, f"there is no heading \"{HEADING}\": tell the way from REGISTER to the counter and back as `file:function`")
        return
    end = next((number for number in range(start + 1, len(lines) + 1) if lines[number - 1].startswith("## ")), len(lines) + 1)
    steps = [text for number, kind, text in markdown.spans(lines) if kind == "code" and start < number < end and PLACE.fullmatch(text)]
    if len(steps) < STEPS_MIN:
        yield Finding(DOCUMENT, start, f"the walk has {len(steps)} steps of the form `file:function`, fewer than {STEPS_MIN}: tell all of it")
