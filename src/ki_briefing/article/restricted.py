"""What is marked "not for publication" is never spoken, in whatever file, place or spelling the mark stands.

Elements -> elements with a reason; Article -> the same, or an error: the last guard. A mark is known by its letters
alone, across lines, hyphens, bold print and letters set apart. A sentence that reports on such a mark ("Das Papier war
nicht zur Veröffentlichung bestimmt") is no mark.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from ki_briefing.article.elements import ElementKind
from ki_briefing.base.errors import ArticleError
from ki_briefing.model.text import Omission

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ki_briefing.article.elements import Element
    from ki_briefing.model.text import Article

REASON = "not for publication"

_MARK = re.compile(
    r"""(?x)
    (?:nicht|keine) (?:zur|zum|fuer(?:die|den|eine)?|in)? (?:allgemeinen?|oeffentlichen?|weiteren?)?
        (?:veroeffentlichung|verbreitung|weitergabe|weiterverbreitung|abdruck|publikation|oeffentlichkeit)
    | nicht(?:zu)?(?:veroeffentlichen|veroeffentlicht(?:werden)?|publizieren|abdrucken|verbreiten|weitergeben)
    | (?:zur|zum|fuer(?:die|den)?) (?:veroeffentlichung|verbreitung|weitergabe|abdruck|publikation|oeffentlichkeit)
        nicht(?:bestimmt|vorgesehen|gedacht|geeignet|freigegeben)
    | nur(?:zu[rm]|fuer(?:den|die)?) (?:redaktions)?internen? (?:gebrauch|verwendung|information|zwecke?n?|nutzung)
    | nur(?:zur|fuer)(?:die)?(?:information|kenntnis)(?:der|fuerdie)redaktion
    | notforpublication | notforrelease
    """
)
_DESK = re.compile(r"(?:^|(?<=[.!?(] ))[^\w(]*\(?nur für (?:die )?redaktion(?:en)?(?: bestimmt)?\s*(?:[:)!]|$)", re.I)
_BACK = re.compile(r"vorstehend|vorangehend|obige|obenstehend|oben genannt", re.I)
_AHEAD = re.compile(r"folgend|nachstehend|untenstehend|ab hier|hiernach|nachfolgend", re.I)
_REPORTED = re.compile(
    r"\b(?:war|waren|sei|seien|wäre|wären|gewesen|wurde|wurden|worden|hieß|sagte|erklärte|sollte|sollten|blieb|"
    r"ursprünglich|eigentlich|offenbar|soll|wollte|wollten|will|hatte|hatten)\b"
)
_UNTIL = re.compile(r"\b(?:vor|bis|ehe)\b[^.!?]{0,40}\d", re.I)
_READER = re.compile(r"\be-?mail\S*(?: \S+){0,3} nicht (?:ver|an|ge)\w+", re.I)  # what a form promises to its readers
_SENTENCE_END = re.compile(r"[.!?…][\"“”»«'’)\]]*$")
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_PREDICATE = re.compile(r"(?:bestimmt|vorgesehen|gedacht|geeignet|freigegeben|gestattet|erlaubt)*")
_FOLLOWS = 25  # letters after a mark: it is followed by what it means
_CONTACT = re.compile(r"\d{4}")
_LINE = 120  # letters of a line that still belongs to what is marked


def mark(elements: Sequence[Element]) -> list[Element]:
    """Give what is marked its reason: to the end of the text, back to the last heading, or the paragraph alone."""
    squeezed = [_squeeze(element.text) for element in elements]
    starts = list(accumulate(map(len, squeezed), initial=0))
    struck: set[int] = set()
    from_here = len(elements)
    looked_at = -1  # one mark decides for its paragraph
    for found in _MARK.finditer("".join(squeezed)):
        first = bisect_right(starts, found.start()) - 1
        last = bisect_right(starts, found.end() - 1) - 1
        if first == looked_at or first in struck:
            continue
        looked_at = last
        text = " ".join(element.text for element in elements[first : last + 1])
        if _is_report(text) or _UNTIL.search(text) or _READER.search(text):
            continue
        if _BACK.search(text):
            struck.update(range(_block_start(elements, first), last + 1))
        elif _AHEAD.search(text) or _is_bare(squeezed[last], found.end() - starts[last]):
            from_here = first
            break
        else:
            struck.update(range(first, _end(elements, last + 1)))
    return [
        replace(element, reason=REASON) if index >= from_here or index in struck else element
        for index, element in enumerate(elements)
    ]


def guard(article: Article, name: str) -> Article:
    """Return the article without a marked teaser.

    Raises:
        ArticleError: Something that would be spoken is marked.
    """
    if is_marked(article.teaser):
        article = replace(article, teaser="", omitted=(*article.omitted, Omission(article.teaser, REASON)))
    for text in _spoken(article):
        if is_marked(text):
            raise ArticleError(
                f'{name} would speak what is marked "not for publication": {text[:80]}',
                hint="Take that passage, or its mark, out of the text.",
            )
    return article


def is_marked(text: str) -> bool:
    """Return whether a text carries the mark."""
    return bool(_MARK.search(_squeeze(text))) and not (_is_report(text) or _UNTIL.search(text) or _READER.search(text))


def _squeeze(text: str) -> str:
    """Return the letters of a text, small, without umlauts; a label for the desk reads as the mark that it is."""
    composed = unicodedata.normalize("NFKC", text)
    plain = _DESK.sub("nicht zur Veröffentlichung ", composed).lower().translate(_LETTERS)
    return "".join(filter(str.isalnum, plain))


def _is_report(text: str) -> bool:
    """Return whether a text tells of a mark instead of being one."""
    return bool(_REPORTED.search(text) and _SENTENCE_END.search(text)) and not (
        _AHEAD.search(text) or _BACK.search(text)
    )


def _is_bare(squeezed: str, end: int) -> bool:
    """Return whether what is meant does not follow the mark in its own paragraph: then it stands below."""
    rest = _PREDICATE.sub("", squeezed[end:], count=1)
    return len(rest) < _FOLLOWS and not _CONTACT.search(rest)


def _end(elements: Sequence[Element], start: int) -> int:
    """Return where the lines end that go on with what is marked: telephone numbers, names."""
    at = start
    while at < len(elements) and elements[at].kind is not ElementKind.HEADING and len(elements[at].text) < _LINE:
        if _SENTENCE_END.search(elements[at].text) and not _CONTACT.search(elements[at].text):
            break
        at += 1
    return at


def _block_start(elements: Sequence[Element], index: int) -> int:
    """Return where what stands above the mark begins: below the last heading, or one element back."""
    for at in range(index - 1, max(-1, index - 40), -1):
        if elements[at].kind is ElementKind.HEADING:
            return at + 1 if at + 1 < index else at
    return max(0, index - 1)


def _spoken(article: Article) -> Iterator[str]:
    yield article.headline
    yield from article.key_points
    for section in article.sections:
        yield section.heading
        yield from (block.text for block in section.blocks)
