"""Lines of a plain text: which of them belong together, because a program broke them at a width.

Lines -> rows: a paragraph, a heading, a bullet each. A word cut at a line's end is mended without a dictionary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

END_OF_SENTENCE = re.compile(r"[.!?…:][\"“”»«'’)\]]*$")
_STRANGE_SPACES = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\x0b": "\n", "\x0c": "\n"})
_CUT = re.compile(r"(?P<before>[^\W\d_]+)(?:-|\u00ad|¬|\u2010)$")
_SMALL = re.compile(r"[\"„“»(]?[a-zäöüß]")
_STAYS = frozenset("und oder bis sowie bzw bzw. als noch wie aber statt beziehungsweise u. o. & auch nicht".split())
_WIDTHS = (30, 140)
_SURE_WIDTH = 45
_SLACK = 6
_SHARE = 0.6
_OPEN_SENTENCE = re.compile(r"[a-zäöüß]{2}[.!?] [A-ZÄÖÜ„»«\"][^.!?…:]*$")  # one is over, the next has begun
_UNIT = re.compile(r"\d[\d.,]* \S+|\S+")  # a number stays with what it counts


@dataclass(frozen=True, slots=True)
class Row:
    """Lines that are one.

    Attributes:
        text: Without the white space around and between.
        raw: Its first line as it stands.
        apart: An empty line stands above it, or nothing.
        joined: It was more than one line.
    """

    text: str
    raw: str
    apart: bool
    joined: bool = False


def normalized(text: str) -> str:
    """Return the text with one kind of line end and without a byte order mark."""
    return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")


def plain_lines(text: str) -> list[str]:
    """Return the lines of a plain text, whatever ends them."""
    return normalized(text).translate(_STRANGE_SPACES).split("\n")


def joint(first: str, second: str) -> tuple[str, str]:
    """Return the first of two lines as it is written before the second, and what stands between: a space or nothing.

    ``errei-`` + ``chen`` is one word; ``Strom-`` + ``und`` are two, ``US-`` + ``Präsident`` and ``KI-`` + ``basiert``
    keep the hyphen.
    """
    found = _CUT.search(first[-60:])
    word = second.split(maxsplit=1)[0] if found and second.split(maxsplit=1) else ""
    if not found or not word or word.rstrip(",").lower() in _STAYS:
        return first, " "
    if not word[0].isalpha() or word[0].isupper() or found["before"].isupper():
        return first, "" if word[0].isalnum() else " "
    return first[:-1], ""


def rows(lines: Sequence[str], stands_alone: Callable[[str], bool]) -> list[Row]:
    """Return the rows of a text.

    Args:
        stands_alone: Whether a line is never part of a paragraph: a bullet, a share bar.
    """
    alone = [bool(line.strip()) and stands_alone(line) for line in lines]
    width = _width(lines, alone)
    for index in range(1, len(lines)):  # a dash or a number may begin a line in the midst of a sentence
        before = lines[index - 1]
        if alone[index] and before.strip() and not alone[index - 1] and not END_OF_SENTENCE.search(before.strip()[-8:]):
            alone[index] = not _is_full(before, lines[index], width)
    found: list[Row] = []
    block: list[str] = []
    apart, apart_of_block = True, True
    for index, line in enumerate(lines):
        if not line.strip():
            apart = True
            continue
        goes_on = bool(block) and not apart and not alone[index]
        if goes_on and not _belongs(block[-1], line, width, alone=alone[index - 1]):
            goes_on = False
        if not goes_on:
            found += _closed(block, apart_of_block)
            block, apart_of_block = [], apart
        block.append(line)
        apart = False
    return [*found, *_closed(block, apart_of_block)]


def _closed(block: Sequence[str], apart: bool) -> Iterator[Row]:
    if not block:
        return
    pieces: list[str] = []
    plain = [" ".join(line.split()) for line in block]
    for line, following in zip(plain, [*plain[1:], ""], strict=True):
        pieces += joint(line, following) if following else (line,)
    yield Row("".join(pieces), block[0], apart, len(block) > 1)


def _belongs(line: str, following: str, width: int, *, alone: bool) -> bool:
    """Return whether the next line goes on with this one."""
    if _indent(following) > _indent(line) + 1 and not alone and width:
        return False  # a first line's indent
    if alone and not (_indent(following) > _indent(line) or _is_full(line, following, width)):
        return False
    text = line.strip()
    if END_OF_SENTENCE.search(text[-8:]):
        return _is_full(line, following, width)
    return (
        bool(_SMALL.match(following.strip()))
        or text.endswith((",", ";"))
        or bool(_CUT.search(text[-60:]))
        or (len(text) >= _SURE_WIDTH and len(following) <= _WIDTHS[1] and bool(_OPEN_SENTENCE.search(text)))
        or _is_full(line, following, width)
    )


def _is_full(line: str, following: str, width: int) -> bool:
    """Return whether the next line's first word, or its number with a unit, had no room on this line."""
    word = _UNIT.match(following.strip())
    return bool(width) and word is not None and len(line.rstrip()) + 1 + len(word[0]) > width - _SLACK


def _width(lines: Sequence[str], alone: Sequence[bool]) -> int:
    """Return at which width a program broke the lines, or 0.

    It is the width into which most lines just fit, but not with the next line's first word.
    """
    changes: dict[int, int] = {}
    pairs = 0
    for index in range(len(lines) - 1):
        line, following = lines[index].rstrip(), lines[index + 1]
        if not line or not following.strip() or alone[index]:
            continue
        if alone[index + 1] and END_OF_SENTENCE.search(line[-8:]):
            continue
        pairs += 1
        if len(line) <= _WIDTHS[1]:
            changes[len(line)] = changes.get(len(line), 0) + 1
            end = len(line) + 1 + len(following.split(maxsplit=1)[0])
            changes[end] = changes.get(end, 0) - 1
    best = most = covered = 0
    for at in sorted(changes):
        covered += changes[at]
        if covered >= most and _WIDTHS[0] <= at <= _WIDTHS[1]:
            best, most = at, covered
    enough = most >= (2 if best >= _SURE_WIDTH else 4) or (pairs == 1 and best >= _SURE_WIDTH)
    return best if enough and most >= pairs * _SHARE else 0


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())
