"""Copy of a news agency (dpa, AFP, Reuters and others) -> elements: the codes around the text are silent.

A story has a head of codes and slugs, a headline, a dateline "Berlin (dpa) - ", the text, and notes for newsrooms.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ki_briefing.article import plain
from ki_briefing.article.elements import Element, ElementKind
from ki_briefing.article.lines import plain_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ki_briefing.article.boilerplate import Boilerplate

_AGENCIES = r"(?:dpa|afp|reuters|ap|apa|sda|epd|kna|sid|dts|ddp|dapd|ots|keystone-sda|rtr)"
DATELINE = re.compile(
    rf"(?P<dateline>[A-ZÄÖÜ][^()!?\n]{{1,70}}\((?-i:{_AGENCIES}|DPA|AFP|AP|APA|SDA|KNA|SID|Reuters|REUTERS|"
    rf"RTR)(?:[/ -][\w/ .-]{{1,24}})?\)"
    r"\s?(?:[-–—:]+|(?=[A-ZÄÖÜ„\"])))\s*(?=\S)"
)
_CODE = re.compile(rf"[a-z]{{2,4}}\d{{3,5}}\s+\d\s+[a-z]{{2,4}}\s+\d{{1,5}}\s+{_AGENCIES}\s+\d{{3,5}}.*", re.I)
_NUMBER = re.compile(rf"{_AGENCIES}[- ]?\d{{2,6}}\b.*", re.I)
_SLUG = re.compile(r"[\w.ÄÖÜäöüß -]{1,40}(?:/[\w.ÄÖÜäöüß -]{1,40}){1,8}/?\s?=?")
_STRICT_SLUG = re.compile(r"[\wÄÖÜäöüß.-]{1,30}(?:/[\wÄÖÜäöüß. -]{1,30}){1,8}/?")
_BRACKETS = re.compile(r"\([^()]{3,120}\)")
_STATUS = re.compile(
    r"(?:zusammenfassung|überblick|eil(?:meldung)?|vorab(?:meldung)?|korrektur|berichtigung|wiederholung|"
    r"hintergrund|porträt|"
    r"(?:\d\. )?(?:zusammenfassung|meldung|lead)|neu|achtung|aktualisierung|ergänzung|feature|reportage|analyse|"
    r"kurzmeldung|"
    r"zf|ueberblick|extra|stichwort|chronologie|interview)\b[^.!?]{0,60}",
    re.I,
)
_NOTES = re.compile(
    rf"#{{0,3}}\s*(?:(?:{_AGENCIES}-)?notizblock|redaktionelle hinweise|redaktioneller hinweis|hinweis(?:e)? (?:an|"
    r"für) (?:die )?redaktion\w*|achtung(?:,)? redaktionen.*|"
    rf"orte|internet|ansprechpartner|kontakte?|{_AGENCIES}-kontakte?|service|bildhinweise?|fotohinweise?)\s*:?|"
    rf"\*(?:\s?\*){{2,}}",
    re.I,
)
_LATE_NOTES = re.compile(
    rf"{_AGENCIES}|"
    rf"\(?(?:bericht von|redigiert von|berichtet von|von .{{2,60}}, redigiert|© ?agence|\(c\) ?agence|"
    rf"© ?{_AGENCIES}|copyright).*|"
    rf"{_AGENCIES} [a-z]{{2,3}} \w.{{0,40}}|\d{{6}} [A-Z][a-zä]{{2,3}} \d{{2,4}}|"
    rf"[a-zäöü]{{2,4}}/[a-zäöü]{{2,4}}(?:/[a-zäöü]{{2,4}})?",
    re.I,
)
_SUBTITLE = re.compile(r"[-–]\s(?P<text>.{3,120}?)\s[-–]")
_HEAD = 14
_TAIL = 8


def is_agency_copy(text: str) -> bool:
    """Return whether a text has an agency's head or notes around it."""
    lines = [line.strip() for line in plain_lines(text[:100_000]) if line.strip()]
    head = lines[:_HEAD]
    dateline = next((index for index, line in enumerate(head) if DATELINE.match(line)), -1)
    if any(line.strip("# ") in ("Notizblock", "dpa-Notizblock", "dpa-Kontakte") for line in lines):
        return True
    if any(_CODE.fullmatch(line) for line in head[:3]):
        return True
    above = head[: max(dateline, 0)]
    signs = sum(bool(_STRICT_SLUG.fullmatch(line) or _NUMBER.fullmatch(line)) for line in above)
    signs += any(line.endswith(" =") or _STATUS.fullmatch(line) for line in above)
    return bool(signs)


def read(text: str, rules: Boilerplate) -> list[Element]:
    """Return the elements of an agency's story."""
    lines = plain_lines(text)
    start = _body_start(lines)
    end = _body_end(lines, start)
    return [*_head(lines[:start]), *plain.read("\n".join(lines[start:end]), rules), *_notes(lines[end:])]


def _body_start(lines: Sequence[str]) -> int:
    """Return the line of the dateline, or that below the headline with its sign, or the first."""
    filled = [index for index, line in enumerate(lines) if line.strip()][: _HEAD + 6]
    for index in filled:
        if DATELINE.match(lines[index].strip()):
            return index
    for index in filled:
        if lines[index].rstrip().endswith(" ="):
            return index + 1
    return next((index for index in filled if not _is_code(lines[index].strip())), 0)


def _body_end(lines: Sequence[str], start: int) -> int:
    """Return the line at which the notes for newsrooms begin."""
    end = next((index for index in range(start, len(lines)) if _NOTES.fullmatch(lines[index].strip())), len(lines))
    filled = [index for index in range(start, end) if lines[index].strip()]
    for index in reversed(filled[-_TAIL:]):
        if not _LATE_NOTES.fullmatch(lines[index].strip()):
            break
        end = index
    return end


def _is_code(line: str) -> bool:
    return bool(_CODE.fullmatch(line) or _NUMBER.fullmatch(line) or _SLUG.fullmatch(line))


def _head(lines: Sequence[str]) -> list[Element]:
    """Return codes as such, then the headline, which may be two lines, then what stands below it."""
    codes: list[Element] = []
    title: list[str] = []
    below: list[Element] = []
    written = [" ".join(line.split()) for line in lines if line.strip()]
    closed = any(line.endswith("=") for line in written)
    for line in written:
        is_code = _is_code(line) or _BRACKETS.fullmatch(line) or _STATUS.fullmatch(line)
        if not title and is_code and not line.endswith(" ="):
            codes.append(Element(ElementKind.PARAGRAPH, line, reason="agency header"))
        elif not title or (closed and not title[-1].endswith("=")):
            title.append(line)
        elif subtitle := _SUBTITLE.fullmatch(line):
            below.append(Element(ElementKind.PARAGRAPH, subtitle["text"]))
        else:
            reason = "agency header" if _BRACKETS.fullmatch(line) else "byline" if line.startswith("Von ") else ""
            below.append(Element(ElementKind.PARAGRAPH, line, reason=reason))
    headline = " ".join(line.rstrip("= ") for line in title)
    return [*codes, *([Element(ElementKind.HEADING, headline)] if headline else []), *below]


def _notes(lines: Sequence[str]) -> list[Element]:
    written = (" ".join(line.split()) for line in lines if line.strip())
    return [Element(ElementKind.PARAGRAPH, line, reason="agency notes") for line in written]
