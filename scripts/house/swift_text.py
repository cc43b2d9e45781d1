"""Swift source as the checks read it: without comments and without what stands in strings."""
import re

OPENING = re.compile(r'//|/\*|#*"""|#*"|[()]')
BLOCK = re.compile(r"/\*|\*/")
NOT_NEWLINE = re.compile(r"[^\n]")


def blanked(text):
    """The same number of lines and columns, with spaces where there was text."""
    return NOT_NEWLINE.sub(" ", text)


def code(text):
    """`text` with comments and the contents of strings blanked. Code inside an interpolation stays, for it is code."""
    pieces = []
    _code(text, 0, pieces, in_interpolation=False)
    return "".join(pieces)


def _code(text, position, pieces, in_interpolation):
    """Appends code from `position` on; inside an interpolation only up to its closing parenthesis. Returns where it stopped."""
    depth = 0
    while match := OPENING.search(text, position):
        pieces.append(text[position:match.start()])
        opening, position = match.group(), match.end()
        if opening == "//":
            end = text.find("\n", position)
            end = len(text) if end < 0 else end
            pieces.append(blanked(text[match.start():end]))
            position = end
        elif opening == "/*":
            position = _end_of_block(text, position)
            pieces.append(blanked(text[match.start():position]))
        elif opening == "(":
            depth += 1
            pieces.append(opening)
        elif opening == ")":
            if in_interpolation and depth == 0:
                return match.start()
            depth -= 1
            pieces.append(opening)
        else:
            position = _string(text, opening, position, pieces)
    pieces.append(text[position:])
    return len(text)


def _end_of_block(text, position):
    depth = 1
    while depth and (match := BLOCK.search(text, position)):
        depth += 1 if match.group() == "/*" else -1
        position = match.end()
    return position if depth == 0 else len(text)


def _string(text, opening, position, pieces):
    """Appends quotes and interpolated code of the string that `opening` begins. Returns where the string ends."""
    hashes = opening.count("#")
    quotes = opening[hashes:]
    pieces.append(opening)
    inside = re.compile(r"\\" + "#" * hashes + r"(\(?)" + "|" + quotes + "#" * hashes + ("" if len(quotes) == 3 else r"|\n"))
    while match := inside.search(text, position):
        pieces.append(blanked(text[position:match.start()]))
        position = match.end()
        if match.group(1):
            pieces.append(" " * (len(match.group()) - 1) + "(")
            position = _code(text, position, pieces, in_interpolation=True)
            pieces.append(text[position:position + 1])
            position += 1
        elif match.group().startswith("\\"):
            # An escape: the next character belongs to it, whatever it is.
            pieces.append(" " * len(match.group()) + blanked(text[position:position + 1]))
            position += 1
        else:
            pieces.append(match.group())
            return position
    pieces.append(blanked(text[position:]))
    return len(text)
