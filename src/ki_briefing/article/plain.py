"""Plain text -> elements: a heading is only a short line above a text, a bullet starts with a dash.

Blank lines may stand between paragraphs or not at all; lines may be broken at a width. What stands around an article on
a page is known here already, so that the headline above a byline is seen as one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ki_briefing.article.boilerplate import begins_text
from ki_briefing.article.elements import Element, ElementKind
from ki_briefing.article.lines import END_OF_SENTENCE, Row, plain_lines, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ki_briefing.article.boilerplate import Boilerplate

_BULLET = re.compile(r"(?P<indent>[ \t]*)(?:[-–—*•◦▪‣·]|(?P<number>\d{1,2})[.)](?=\s+\S))\s+(?P<text>.*)")
_QUOTE = re.compile(r">\s*(?P<text>.*)")
_END = re.compile(r"[.!…;,:][\"“”»«'’)\]]*$")
_HEADING_LENGTH = 110
_HEADING_WORDS = 14
_URL = re.compile(r"https?://[^\s<>\"')\]]+")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+")
_RULE = re.compile(r"[ \t]*([-=_*~#+ ]){3,}[ \t]*")
_TICKER = re.compile(r"[ \t]*\+{3}")
_COLUMNS = re.compile(r"\t+| {2,}")
_LEAST_ROWS = 3  # of a table whose columns are only set apart
_VERSE_LENGTH = 70
_LEVEL = 2  # of a heading that nobody marked as one


def read(text: str, rules: Boilerplate) -> list[Element]:
    """Return the elements of a plain text."""
    found: list[Element] = []
    for part in _parts(plain_lines(text)):
        if isinstance(part, str):
            found.append(Element(ElementKind.TABLE, part))
        else:
            found += _Text(rows(part, lambda line: _stands_alone(line, rules)), rules).elements(bool(found))
    return found


def _parts(lines: Sequence[str]) -> list[list[str] | str]:
    """Return the text in parts: lines, and tables with bars between their cells."""
    parts: list[list[str] | str] = [[]]
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end > at:
            cells = (cell.strip(" |\t") for line in lines[at:end] for cell in _cells(line))
            parts += (" | ".join(cell for cell in cells if cell.strip("-=:+ ")), [])
        else:
            end = at + 1
            part = parts[-1]
            assert isinstance(part, list)
            part.append(lines[at])
        at = end
    return [part for part in parts if part]


def _table_end(lines: Sequence[str], start: int) -> int:
    """Return where a table that begins here ends, or the start."""
    first = lines[start]
    if "|" in first:
        end = next((at for at in range(start, len(lines)) if "|" not in lines[at]), len(lines))
        return end if end - start >= 2 else start
    width = len(_cells(first))
    if width < 2 or first.startswith((" " * 2, "\t")) or (_BULLET.match(first) and width < 3):
        return start
    end = start + 1
    while end < len(lines) and lines[end].strip() and len(_cells(lines[end])) == width and lines[end][0] not in " \t":
        end += 1
    enough = end - start >= (2 if "\t" in first else _LEAST_ROWS)
    return end if enough and (width > 2 or "\t" in first or _are_aligned(lines[start:end])) else start


def _cells(line: str) -> list[str]:
    return line.split("|") if "|" in line else _COLUMNS.split(line.strip())


def _are_aligned(lines: Sequence[str]) -> bool:
    starts = {found.end() for line in lines if (found := re.search(r"\S {2,}", line))}
    return len(starts) == 1


def _stands_alone(line: str, rules: Boilerplate) -> bool:
    text = " ".join(line.split())
    return bool(
        _BULLET.match(line)
        or text.startswith((">", "+++", "[^"))
        or _RULE.fullmatch(line)
        or _ADDRESS.fullmatch(text)
        or rules.reason(text, opening=True)
        or rules.role(text)
        or rules.block(text, heading=True)[0]
    )


class _Text:
    """Rows of a text, of which each is seen among its neighbours."""

    def __init__(self, found: Sequence[Row], rules: Boilerplate) -> None:
        self._rows = found
        self._rules = rules
        self._kinds: list[str] = []
        self._numbers = {int(number) for row in found if (number := _number(row))}
        opening = True
        for at, row in enumerate(found):
            self._kinds.append(self._kind(at, opening=opening))
            opening = opening and (self._kinds[-1] != "text" or not begins_text(row.text))

    def elements(self, going_on: bool) -> list[Element]:
        """Return them; ``going_on``: a part of the text stands above."""
        found: list[Element] = []
        headed = going_on
        at = 0
        while at < len(self._rows):
            row, kind = self._rows[at], self._kinds[at]
            end = self._run_end(at)
            if kind == "heading" or (kind == "short" and end - at == 1 and self._is_heading(at)):
                found.append(Element(ElementKind.HEADING, row.text, _LEVEL))
                headed = True
            elif kind == "short" and end - at > 1:
                found += self._run(at, end, headed=headed)
                headed = headed or found[-(end - at)].kind is ElementKind.HEADING if end - at <= len(found) else headed
                at = end - 1
            elif kind == "rule" and found and _underlines(row, found[-1]):
                found[-1] = Element(ElementKind.HEADING, found[-1].text, _LEVEL)
            else:
                found.append(self._element(at))
            at += 1
        return found

    def _kind(self, at: int, *, opening: bool) -> str:
        row = self._rows[at]
        if _RULE.fullmatch(row.raw) and not row.joined:
            return "rule"
        if self._rules.role(row.text) or self._rules.block(row.text, heading=False)[0]:
            return "heading" if self._rules.role(row.text) else "boilerplate"
        if self._rules.reason(row.text, opening=opening, words=opening or not self._is_lonely(at)):
            return "boilerplate"
        if _TICKER.match(row.raw):
            return "entry"
        if _QUOTE.match(row.text):
            return "quote"
        if number := _number(row):
            if self._numbers & {int(number) - 1, int(number) + 1}:
                return "numbered"  # "12. März", "1. FC Köln" stand alone
        elif _BULLET.match(row.raw):
            return "item"
        is_short = len(row.text) <= _HEADING_LENGTH and len(row.text.split()) <= _HEADING_WORDS
        return (
            "short"
            if is_short and not row.joined and not _END.search(row.text) and not _URL.search(row.text)
            else "text"
        )

    def _is_lonely(self, at: int) -> bool:
        """Return whether a row stands by itself above running text, as a heading does and a button does not."""
        following = self._rows[at + 1] if at + 1 < len(self._rows) else None
        alone = self._rows[at].apart and self._kinds[at - 1 :] != ["boilerplate"]
        return alone and following is not None and _is_sentence(following)

    def _run_end(self, at: int) -> int:
        """Return where the short lines end that stand below each other without an empty line."""
        end = at + 1
        while end < len(self._rows) and self._kinds[end] == "short" and not self._rows[end].apart:
            end += 1
        return end

    def _next(self, at: int) -> int:
        """Return the next row that is not left out, or the number of rows."""
        at += 1
        while at < len(self._rows) and self._kinds[at] in ("boilerplate", "rule"):
            at += 1
        return at

    def _is_heading(self, at: int) -> bool:
        """Return whether a short line stands above a text, and below an end of one."""
        row, below = self._rows[at], self._next(at)
        if below >= len(self._rows):
            return False
        following = self._rows[below]
        if row.text.endswith("?") and len(following.text) <= len(row.text):
            return False
        if not (
            row.apart or at == 0 or self._kinds[at - 1] != "text" or END_OF_SENTENCE.search(self._rows[at - 1].text)
        ):
            return False
        if not row.apart and at > 0 and following.apart:
            return False  # it ends a block
        return self._kinds[below] != "short" or following.apart

    def _run(self, at: int, end: int, *, headed: bool) -> list[Element]:
        """Return short lines below each other: a headline with its second line, a list of words, or verse."""
        run = self._rows[at:end]
        below = self._next(end - 1)
        texts = [row.text for row in run]
        is_title = not headed and len(run) <= 3 and below < len(self._rows) and self._kinds[below] == "text"
        if is_title:
            return [
                Element(ElementKind.HEADING, texts[0], _LEVEL),
                *(self._element(index) for index in range(at + 1, end)),
            ]
        if self._is_heading_of_run(at, end):
            return [
                *(self._element(index) for index in range(at, end - 1)),
                Element(ElementKind.HEADING, texts[-1], _LEVEL),
            ]
        words = sum(len(text.split()) for text in texts) / len(texts)
        begins_each = headed and all(text[0].isupper() for text in texts)  # a press release's points
        if len(run) >= 3 and words >= 3.5 and not begins_each and not any(text[0].isdigit() for text in texts):
            return [Element(ElementKind.PARAGRAPH, " ".join(texts))]
        kind = ElementKind.ITEM if len(run) >= 3 else ElementKind.PARAGRAPH
        return [Element(kind, text) for text in texts]

    def _is_heading_of_run(self, at: int, end: int) -> bool:
        """Return whether the last of two short lines is a heading after all: running text stands right below it."""
        below = self._next(end - 1)
        return (
            end - at == 2
            and below < len(self._rows)
            and self._kinds[below] == "text"
            and not self._rows[below].apart
            and len(self._rows[below].text) > _HEADING_LENGTH
        )

    def _element(self, at: int) -> Element:
        row, kind = self._rows[at], self._kinds[at]
        url = next(iter(_URL.findall(row.text)), "")
        if kind == "numbered" and self._is_numbered_heading(at):
            return Element(ElementKind.HEADING, row.text, _LEVEL)
        listed = kind in ("item", "numbered") or (kind == "boilerplate" and not _number(row))
        if listed and (bullet := _BULLET.match(row.text)):
            indent = len(row.raw.expandtabs(4)) - len(row.raw.expandtabs(4).lstrip())
            return Element(ElementKind.ITEM, " ".join(bullet["text"].split()), 1 + indent // 2, url)
        if kind == "quote" and (quote := _QUOTE.match(row.text)):
            return Element(ElementKind.QUOTE, quote["text"], 0, url)
        return Element(ElementKind.ENTRY if kind == "entry" else ElementKind.PARAGRAPH, row.text, 0, url)

    def _is_numbered_heading(self, at: int) -> bool:
        """Return whether a numbered line stands above a text of its own and is no sentence."""
        row, below = self._rows[at], at + 1
        if row.joined or len(row.text) > _HEADING_LENGTH or _END.search(row.text) or below >= len(self._rows):
            return False
        return self._kinds[below] in ("text", "item", "quote")


def _number(row: Row) -> str:
    bullet = _BULLET.match(row.raw)
    return str(bullet["number"] or "") if bullet else ""


def _is_sentence(row: Row) -> bool:
    return row.joined or (len(row.text.split()) >= 8 and bool(END_OF_SENTENCE.search(row.text)))


def _underlines(row: Row, before: Element) -> bool:
    return (
        not row.apart
        and row.text[0] in "=-"
        and before.kind in (ElementKind.PARAGRAPH, ElementKind.HEADING)
        and len(before.text) <= _HEADING_LENGTH
    )
