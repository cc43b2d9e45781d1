"""Finds declarations in Swift code (comments and strings blanked): good enough to know names, kinds and the type that is around them."""
import bisect
import re
import typing

WORD = r"[A-Za-z_]\w*"
# In `class func` the first word is a modifier.
NAMED = re.compile(
    r"(?<![\w.`#@])(?P<kind>func|var|let|struct|class|enum|actor|protocol|typealias|associatedtype|extension)\s+"
    r"(?!(?:func|var|let|init|subscript)\b)(?P<name>" + WORD + r"|`\w+`)")
BINDINGS = re.compile(r"(?<![\w.])(?:var|let)\s*\(([^()=:]*)\)")
CASE = re.compile(r"^[ \t]*(?:indirect[ \t]+)?case[ \t]+([a-z_`][^\n]*(?:\n[ \t]+(?!case\b)[a-z_]\w*[^\n:]*)*)", re.MULTILINE)
CASE_NAME = re.compile(r"`?([a-z_]\w*)`?")
TYPES = {"struct", "class", "enum", "actor", "protocol", "extension"}


class Declaration(typing.NamedTuple):
    kind: str
    name: str
    position: int
    # The types around it, outermost first. An extension counts as the type that it extends.
    around: tuple
    # What stands before it on the same line or lines: attributes and modifiers.
    modifiers: str


MODIFIERS = re.compile(r"((?:@\w+(?:\([^()]*\))?|[a-z]+(?:\([a-z]+\))?)\s+)*$")


def declarations(code):
    scopes = Scopes(code)
    for match in NAMED.finditer(code):
        before = code[max(0, match.start() - 200):match.start()]
        yield Declaration(
            match["kind"], match["name"].strip("`"), match.start(), scopes.around(match.start()), MODIFIERS.search(before).group())
    for match in BINDINGS.finditer(code):
        for name in re.findall(WORD, match[1]):
            if name != "_":
                yield Declaration("let", name, match.start(), scopes.around(match.start()), "")
    for match in CASE.finditer(code):
        around = scopes.around(match.start())
        if scopes.kind(match.start()) != "enum":
            continue
        for name, position in _case_names(match[1], match.start(1)):
            yield Declaration("case", name, position, around, "")


def _case_names(text, start):
    """The names of `case one, two(Int), three = 3`: what stands at a comma outside of parentheses."""
    depth, position = 0, 0
    while position < len(text):
        match = CASE_NAME.match(text, position)
        if match:
            yield match[1], start + position
            position = match.end()
        while position < len(text) and (depth or text[position] != ","):
            depth += (text[position] in "([") - (text[position] in ")]")
            position += 1
        position += 1
        while position < len(text) and text[position].isspace():
            position += 1


class Scopes:
    """Which types, functions and switches are around a position."""

    OPEN = re.compile(
        r"[{}]|(?<![\w.`#@])(?:(struct|class|enum|actor|protocol|extension)\s+(?!(?:func|var|let|init|subscript)\b)((?:" + WORD
        + r")(?:\." + WORD + r")*)|(func|init|deinit|subscript|switch)\b)")

    def __init__(self, code):
        # (position, stack of (kind, name)) at each brace.
        self.positions, self.stacks = [0], [()]
        stack, waiting = [], None
        for match in self.OPEN.finditer(code):
            text = match.group()
            if text == "{":
                stack.append(waiting or ("block", ""))
                waiting = None
            elif text == "}":
                if stack:
                    stack.pop()
                waiting = None
            elif match[1]:
                waiting = (match[1], match[2])
            else:
                waiting = (match[3], "")
            if text in "{}":
                self.positions.append(match.start())
                self.stacks.append(tuple(stack))

    def stack(self, position):
        return self.stacks[bisect.bisect_right(self.positions, position - 1) - 1 if position else 0]

    def around(self, position):
        return tuple(name for kind, name in self.stack(position) if kind in TYPES)

    def kind(self, position):
        """What is directly around: a kind of type, `func`, `switch`, `block`, or nothing at the top of a file."""
        stack = self.stack(position)
        return stack[-1][0] if stack else ""
