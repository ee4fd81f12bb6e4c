"""An article that came as a mail, saved as text: its head and the letter to the desk are not spoken.

Text -> elements with a reason, and the text below. A text quoted with ">" as a whole is the article itself.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from ki_briefing.article.elements import Element, ElementKind
from ki_briefing.article.lines import plain_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HEAD = "mail header"
LETTER = "letter"

_FIELD = re.compile(
    r"[ \t>*_]*(?P<name>betreff|von|an|cc|bcc|kopie|datum|gesendet|anlagen?|anhänge?|antwort an|subject|from|to|"
    r"date|sent|reply-to|attachments?)[*_]*:[*_]*(?:\s+\S.*|\s*)",
    re.I,
)
_SUBJECT = frozenset(("betreff", "subject"))
_FORWARDED = re.compile(r"\W*(?:ursprüngliche|weitergeleitete|original) ?(?:nachricht|message|e-?mail)\b.{0,20}", re.I)
_GREETING = re.compile(
    r"(?:hallo|hi|hey|moin(?: moin)?|servus|liebe[rs]?|guten (?:tag|morgen|abend)|sehr geehrte[rs]?|grüezi)"
    r"(?:,| (?!les|hör|freund|kind)[^.!?,:]{1,50}[,!])",
    re.I,
)
_CLOSING = re.compile(
    r"\b(?:(?:viele|beste|liebe|schöne|herzliche|freundliche)n? (?:grüße|grüßen|gruesse|gruessen|grüsse|grüssen)|"
    r"(?:gruß|gruss|lg|vg|mfg)\b|danke und \w+)",
    re.I,
)
_LONGEST_LETTER = 5  # paragraphs, above its article
_LONGEST = 400  # letters of one of them
_LONGEST_NOTE = 160  # letters of one without a close
_LONGEST_NAME = 45
_FORWARDS = 3
_QUOTED = re.compile(r"[ \t]*>[ \t]?")


def split(text: str) -> tuple[list[Element], str]:
    """Return what a mail has above its article, and the text below; of any other text nothing and the text."""
    above: list[Element] = []
    for _ in range(_FORWARDS):
        lines = plain_lines(text)
        end = _head_end(lines)
        body = _unquoted(lines[end:]) if end else lines
        start = _letter_end(body, is_mail=end > 0)
        if not end and not start:
            break
        above += (*_left_out(lines[:end], HEAD), *_left_out(body[:start], LETTER))
        text = "\n".join(body[start:])
    return above, text


def _left_out(lines: Sequence[str], reason: str) -> Iterator[Element]:
    return (Element(ElementKind.PARAGRAPH, " ".join(line.split()), reason=reason) for line in lines if line.strip())


def _head_end(lines: Sequence[str]) -> int:
    """Return the line below the fields of a mail at the top, or 0: a subject or two fields make one."""
    names: set[str] = set()
    end = 0
    for at, line in enumerate(lines):
        if found := _FIELD.fullmatch(line):
            names.add(found["name"].lower())
            end = at + 1
        elif line.strip() and not _FORWARDED.match(line):
            break
    return end if names & _SUBJECT or len(names) > 1 else 0


def _unquoted(lines: Sequence[str]) -> list[str]:
    """Return the lines without their marks of quotation, if most of them have one."""
    filled = [line for line in lines if line.strip()]
    quoted = sum(line.lstrip().startswith(">") for line in filled)
    return [_QUOTED.sub("", line, count=1) for line in lines] if quoted * 2 > len(filled) else list(lines)


def _letter_end(lines: Sequence[str], *, is_mail: bool) -> int:
    """Return the line below a letter at the top, or 0: from a greeting to its close, or what goes on after a comma."""
    groups = groupby(range(len(lines)), lambda at: bool(lines[at].strip()))
    paragraphs = [list(group) for filled, group in groups if filled]
    texts = [" ".join(lines[at].strip() for at in paragraph) for paragraph in paragraphs]
    greeting = _GREETING.match(texts[0]) if texts else None
    if not greeting or len(texts[0]) > _LONGEST:
        return 0
    alone = greeting.end() == len(texts[0])
    closed = next((at for at in range(_LONGEST_LETTER) if at < len(texts) and _closes(texts[at])), -1)
    goes_on = alone and len(texts) > 1 and texts[1][0].islower() and len(texts[1]) < _LONGEST_NOTE
    if closed >= 0 and closed + 1 < len(texts):  # a name may stand below
        closed += bool(_CLOSING.fullmatch(texts[closed].rstrip(" ,!"))) and len(texts[closed + 1]) < _LONGEST_NAME
    if closed < 0 or len("".join(texts[closed + 1 :])) <= len("".join(texts[: closed + 1])):
        closed = 1 if goes_on else 0 if is_mail else -1
    return paragraphs[closed][-1] + 1 if 0 <= closed < len(texts) - 1 else 0


def _closes(text: str) -> bool:
    return len(text) <= _LONGEST and bool(_CLOSING.match(text) or _CLOSING.search(text[-_LONGEST_NAME:]))
