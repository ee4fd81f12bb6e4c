"""How a sentence sounds -> the signs that a trained voice reads, and back to when each word is heard.

IPA by word, as espeak-ng writes it, and the marks between the words -> one sign per entry of the voice's own table.
Pure. A sound that a table lacks becomes the nearest one that it has.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ki_briefing.model.sound import Word

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from ki_briefing.voice.native.espeak import Sounding

_MARK = re.compile(r"[.?!,:;…–—]|(?<=\s)-(?=\s)")
_WRITTEN = {"…": ",", "–": ",", "—": ",", "-": ","}  # a pause; all other marks are signs of every table
_ENDS = ".?!"
_CUTS = (frozenset(".?!;:,"), frozenset(" "))  # where a text that is too long is cut, best places first

SOUNDS = " abdefhijklmnoprstuvwxyzçøŋœɐɑɒɔəɛɜɡɪɹɾʃʊʌʏʒʔθðˈˌː̃"
"""Every sign that espeak-ng's German voice writes, for words that it reads as English too."""

_NEAREST = {
    "ʏ": "y", "y": "i", "ø": "œ", "œ": "ɛ", "ɜ": "ɐ", "ɐ": "a", "ɑ": "a", "ɒ": "ɔ", "ɔ": "o", "ʌ": "a", "ə": "e",
    "ɛ": "e", "ɪ": "i", "ʊ": "u", "ɾ": "r", "r": "ʁ", "ʁ": "ɹ", "ɹ": "ɾ", "ɡ": "g", "ç": "x", "x": "h", "ʒ": "ʃ",
    "ʃ": "s", "ŋ": "n", "θ": "s", "ð": "z", "w": "v", "ʔ": "", "̃": "", "ˌ": "", "ˈ": "", "ː": "",
}  # fmt: skip

AS_GERMANS_DO = {"ɹ": "ɾ", "θ": "s", "ð": "z", "w": "v", "ɒ": "ɔ", "ʌ": "a"}
"""English sounds that stand in every voice's table, but that a voice which learned German has hardly ever heard."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign, and the index of the word it belongs to; -1: it stands between words."""

    text: str
    word: int = -1


def spell(
    spoken: str,
    soundings: Sequence[Sounding],
    table: Container[str],
    *,
    instead: Mapping[str, str] | None = None,
    apart: bool = False,
) -> tuple[Sign, ...]:
    """Return the signs of an utterance; the last one ends a sentence or a clause.

    Args:
        table: The signs that the voice knows.
        instead: What to write for sounds that the table may well know.
        apart: The voice learned base letters and accents as two signs.
    """
    signs: list[Sign] = []
    ends = [*(each.start for each in soundings[1:]), len(spoken)]
    for index, (each, following) in enumerate(zip(soundings, ends, strict=True)):
        ipa = each.ipa
        for sound, other in (instead or {}).items():
            ipa = ipa.replace(sound, other)
        signs += (Sign(sign, index) for char in _written(ipa, apart) for sign in _known(char, table))
        signs += map(Sign, _between(spoken[each.end : following], last=following == len(spoken)))
    return tuple(sign for sign in signs if sign.text in table)


def unspeakable(table: Container[str]) -> str:
    """Return the sounds for which a table has no sign, and none of a sound near by."""
    return "".join(char for char in SOUNDS if not _known(char, table) and _NEAREST.get(char) != "")


def pieces(signs: Sequence[Sign], most: int) -> Iterator[Sequence[Sign]]:
    """Cut signs into runs of at most ``most``: after a mark, else after a space."""
    while len(signs) > most:
        places = [[at for at in range(1, most + 1) if signs[at - 1].text in cuts] for cuts in _CUTS]
        end = next((found[-1] for found in places if found), most)
        yield signs[:end]
        signs = signs[end:]
    yield signs


def words(soundings: Sequence[Sounding], signs: Sequence[Sign], edges: Sequence[int]) -> tuple[Word, ...]:
    """Return when each word is heard.

    Args:
        edges: The frame at which each sign begins, and the frame at which the last one ends.
    """
    heard: dict[int, tuple[int, int]] = {}
    for sign, (begin, end) in zip(signs, pairwise(edges), strict=True):
        if sign.word >= 0:
            heard[sign.word] = (heard.get(sign.word, (begin, end))[0], end)
    return tuple(
        Word(soundings[index].start, soundings[index].end, begin, end)
        for index, (begin, end) in heard.items()
        if begin < end
    )


def _written(ipa: str, apart: bool) -> str:
    return unicodedata.normalize("NFD" if apart else "NFC", ipa)


def _known(char: str, table: Container[str]) -> str:
    """Return the sign or signs that stand for a sign of the IPA in a table."""
    tried = set()
    while char and char not in table and char not in tried:
        tried.add(char)
        parts = unicodedata.normalize("NFD", char)
        if len(parts) > 1 and char not in _NEAREST:
            return "".join(_known(part, table) for part in parts)
        char = _NEAREST.get(char, "")
    return char if char in table else ""


def _between(text: str, *, last: bool) -> str:
    marks: list[str] = _MARK.findall(text)
    ending = [mark for mark in marks if mark in _ENDS]
    if last:
        return (ending or [_WRITTEN.get(mark, mark) for mark in marks] or ["."])[-1]
    return f"{_WRITTEN.get(marks[0], marks[0])} " if marks else " "
