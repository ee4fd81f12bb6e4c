"""English inside German text: quotations, titles, slogans.

Spoken form -> the stretches that are English, and how each of their words is to be read. Judged by common words that are
English and not German (``data/english.txt``), in quotation marks or in a row; rather none than a German one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ki_briefing.german.foreign import is_misread, words
from ki_briefing.model.spans import Pronunciation

if TYPE_CHECKING:
    from collections.abc import Iterator

_EITHER = frozenset(
    "a i in so an am was war will all not here her see such best last hat man die well back than".split()
)
_GERMAN = frozenset(
    "der das und ist nicht mit ein eine einen einem einer eines auf für von zu im den dem des sich auch als wie bei nach"
    " aus wird werden sind haben oder aber wenn noch nur über um zum zur vom kann sein seine seinen seiner ihre ihrer"
    " ihren es er sie wir ihr ich du dass daß sowie mehr sehr schon doch dieser diese dieses diesem diesen durch gegen"
    " ohne unter vor seit bis beim ins ans wurde wurden hatte hatten mich dich uns euch mir dir kein keine keinen"
    " damit dann hier dort da wer wo warum alle alles viel viele jetzt immer wieder nie heute ja nein".split()
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_QUOTED = re.compile(r"(?<!\w)[„“\"»«‚‘'›‹]([^„“”\"»«‚›‹]{5,400}?)(?:[“”\"«»‘’'›‹](?!\w)|$)")
_UMLAUT = re.compile("[äöüß]")
_BETWEEN = re.compile(r"[ ,:;\u2009]{1,2}")
_FEWEST_QUOTED, _FEWEST_BARE = 3, 4  # words
_MOST = 0.75  # of the words of an English text; some are German words as well


def english(spoken: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text that are English, in order, without overlap; from word to word."""
    done = 0
    for start, end in sorted((*_quoted(spoken), *_in_a_row(spoken)), key=lambda found: (found[0], -found[1])):
        if start >= done:
            yield start, end
            done = end


def is_english(written: str, spoken: str) -> bool:
    """Tell whether a text is English as a whole, and nothing in it is said otherwise than written, as numbers are."""
    said = list(_WORD.finditer(spoken))
    if _WORD.findall(written) != [word[0] for word in said] or any(_is_german(word[0].lower()) for word in said):
        return False
    stretches = list(english(spoken))
    sure = sum(any(start <= word.start() < end for start, end in stretches) for word in said)
    return sure > 0 and sure >= _MOST * len(said)


def with_english(spoken: str, known: tuple[Pronunciation, ...]) -> tuple[Pronunciation, ...]:
    """Return the pronunciations with one for each word that stands in English; what is known of a word stays."""
    taken = [range(each.start, each.end) for each in known]
    read = (
        Pronunciation(start + word.start(), start + word.end(), language="en")
        for start, end in english(spoken)
        for word in _WORD.finditer(spoken[start:end])
    )
    added = (each for each in read if not any(each.start < span.stop and span.start < each.end for span in taken))
    return tuple(sorted((*known, *added), key=lambda each: each.start))


def _quoted(spoken: str) -> Iterator[tuple[int, int]]:
    for quotation in _QUOTED.finditer(spoken):
        said = list(_WORD.finditer(spoken, *quotation.span(1)))
        small = [word[0].lower().replace("’", "'") for word in said]
        if len(said) < _FEWEST_QUOTED or any(map(_is_german, small)):
            continue
        clear = sum(word in _english() for word in small)
        foreign = sum(word not in _english() and is_misread(word) for word in small)
        if clear >= 2 or (clear and 3 * (clear + foreign) >= 2 * len(said)):
            yield said[0].start(), said[-1].end()


def _in_a_row(spoken: str) -> Iterator[tuple[int, int]]:
    row: list[re.Match[str]] = []
    for word in _WORD.finditer(spoken):
        if row and not _BETWEEN.fullmatch(spoken, row[-1].end(), word.start()):
            yield from _english_row(row)
            row = []
        if _may_be_english(word[0]):
            row.append(word)
        else:
            yield from _english_row(row)
            row = []
    yield from _english_row(row)


def _english_row(row: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Yield a row of words, from its first clearly English one to its last, if it is long and clear enough."""
    clear = [index for index, word in enumerate(row) if word[0].lower() in _english()]
    if len(clear) < 2:
        return
    first, last = clear[0], clear[-1]
    while last + 1 < len(row) and row[last + 1][0].lower() not in _EITHER:
        last += 1
    while first and row[first - 1][0].lower() not in _EITHER:
        first -= 1
    if last - first + 1 >= _FEWEST_BARE and 2 * len(clear) >= last - first + 1:
        yield row[first].start(), row[last].end()


def _may_be_english(word: str) -> bool:
    small = word.lower().replace("’", "'")
    return small in _english() or small in _EITHER or (not _is_german(small) and is_misread(small))


def _english() -> frozenset[str]:
    return words("english")


def _is_german(small: str) -> bool:
    return small in _GERMAN or bool(_UMLAUT.search(small))
