"""An utterance as espeak-ng is given it, and the way back: which words of it are said when, as the library reports.

Utterance -> text with ``[[mnemonics]]`` in it, also for words in another language (``[[_^_en …]]``): unlike a change of
voice by SSML that keeps the sentence in one breath and one melody. Word events -> stretches of the spoken form.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ki_briefing.voice.children import Children
from ki_briefing.voice.native import espeak_child
from ki_briefing.voice.native.espeak_library import REINSTALL, SAMPLE_RATE, Notation, WordEvent, data_folder
from ki_briefing.voice.native.mnemonics import is_english, mnemonics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ki_briefing.model.spans import Pronunciation
    from ki_briefing.model.text import Utterance

LANGUAGE_MARK = re.compile(r"\([a-z][a-z0-9-]*\)")
"""A switch of language in what the library transcribes."""

_SWITCH = SAMPLE_RATE // 20  # a switch of language takes 7 ms
_TAGS = {"zh": "cmn", "no": "nb"}  # BCP 47 -> the library's name
_GOES_ON = re.compile(r"(?:[-'’][^\W_]+|\.[^\W\d_]\b)+")
"""Of KI-Chef, geht's and C.H. the library reports the first part only."""

_LONELY_HYPHEN = re.compile(r"(?<![^\W_])-(\s*)$")  # it, not the word after it, is reported
_LINKED = re.compile(r"\s*([^\W_]+)")  # a word after a lonely hyphen is reported as that hyphen
_REST = re.compile(r"[^\W_]*")  # of a word of more than 31 letters, or with an apostrophe before its second one
_TOGETHER = re.compile(
    r"\b(?:noch nicht|nicht mehr|nicht nur|gar nicht|es ist|of (?:an?|the)|out of|this one|to be|with the)\b",
    re.IGNORECASE,
)
"""What the library's dictionaries hold as one word, those of the words that they call English included."""

_COMMANDS = frozenset("[]_")
_MOST_SOUNDS = 100
"""Sounds and stress marks in a word: over 200 of them the library writes where it must not, in English over 159."""

_DOTTED = re.compile(r"((?:[^\W\d_]\.){19}[^\W\d_])\.(?=[^\W\d_]\.)")
"""Twenty dotted letters, and more to come: over 160 bytes of them the library writes where it must not."""

_readers = Children("ki_briefing.voice.native.espeak_child reading", "espeak-ng", REINSTALL)


@dataclass(frozen=True, slots=True)
class Stretch:
    """``spoken[start:end]``, as the library says it from a frame on; ``ipa`` with its switches of language."""

    start: int
    end: int
    frame: int
    ipa: str


@dataclass(frozen=True, slots=True)
class MarkedText:
    """Text as the library gets it, and the way back.

    Attributes:
        inserts: (start, end, spoken start, spoken end) of what stands for a stretch of the spoken form.
    """

    text: str
    inserts: tuple[tuple[int, int, int, int], ...]
    spoken: str

    def stretches(self, events: Sequence[WordEvent], frames: int) -> list[Stretch]:
        """Return what is said when, in order: one per stretch of the spoken form.

        A word that the library says again stands again, so that it is found.

        Args:
            frames: Of the whole sound.
        """
        found: list[Stretch] = []
        reported = -1
        ends = [*(event.frame for event in events[1:]), frames]
        for event in map(self._passed_switch, events, ends):
            start, end = self._spoken_range(event)
            again = event.start < reported  # equal: it is spelled, or its number is said, in pieces
            before = found[-1] if found else Stretch(0, 0, 0, "")
            if end <= start or event.frame >= frames or (start < before.end and not again):
                if found:  # the same number, pronunciation or compound
                    space = " " * (" " in self.spoken[before.start : before.end])
                    found[-1] = replace(before, ipa=before.ipa + space + event.ipa)
                continue
            reported = event.start
            if found and self.spoken[before.end : start] == "-":  # a compound with a pronunciation in it
                found[-1] = replace(before, end=end, ipa=before.ipa + event.ipa)
            else:
                found.append(Stretch(start, end, event.frame, event.ipa))
        return found

    def _spoken_range(self, event: WordEvent) -> tuple[int, int]:
        """Return the range of the spoken form that is said from a word event on."""
        insert = next((each for each in self.inserts if event.start < each[1]), None)
        if insert and insert[0] <= event.start:
            end = insert[1]
        elif together := _TOGETHER.match(self.text, event.start):
            end = together.end()
        else:
            end = min(event.end, insert[0] if insert else len(self.text))
            if self.text[end - 1].isalnum() and (word := _REST.match(self.text, end)):
                end = word.end()
            elif not any(map(str.isalnum, self.text[event.start : end])) and (linked := _LINKED.match(self.text, end)):
                end = linked.end()
        if goes_on := _GOES_ON.match(self.text, end):
            end = goes_on.end()
        return self._spoken_at(event.start, end=False), self._spoken_at(end, end=True)

    def _passed_switch(self, event: WordEvent, until: int) -> WordEvent:
        """Return what a word event that lasts until a frame reports: after a long switch of language, the next word."""
        if until - event.frame < _SWITCH or self.text[event.start : event.end] != "_^_de":
            return event
        linked = _LINKED.match(self.text, self.text.index("]]", event.start) + 2)
        return WordEvent(linked.start(1), linked.end(1), event.frame, event.ipa) if linked else event

    def _spoken_at(self, at: int, *, end: bool) -> int:
        shift = 0
        for first, last, spoken_first, spoken_last in self.inserts:
            if at < first + end:
                break
            if at < last + end:
                return spoken_last if end else spoken_first
            shift = spoken_last - last
        return min(at + shift, len(self.spoken))


def mark(utterance: Utterance) -> MarkedText:
    """Return an utterance with what its pronunciations are said by: IPA, else another language, else respelling."""
    spoken = clean(utterance.spoken)
    pieces: list[str] = []
    inserts: list[tuple[int, int, int, int]] = []
    at = length = 0
    for each in utterance.pronunciations:
        if not at <= each.start < each.end <= len(spoken):
            continue
        insert = _insert(spoken[each.start : each.end], each)
        if not insert:
            continue
        between = spoken[at : each.start]
        if insert.startswith("[["):
            between = _LONELY_HYPHEN.sub(r" \1", between)
            if between[-1:] != " " and each.start > 0:
                # right after a bracket, quote or hyphen the library says something else, or nothing
                insert = f" {insert}"
        pieces += (between, insert)
        length += each.start - at
        inserts.append((length, length + len(insert), each.start, each.end))
        length += len(insert)
        at = each.end
    return MarkedText("".join(pieces) + spoken[at:], tuple(inserts), spoken)


def _insert(word: str, how: Pronunciation) -> str:
    """Return what to write instead of a word, or nothing if the voice shall read it on its own."""
    if how.ipa and (phonemes := mnemonics(how.ipa, how.language)) and all(map(_is_short, phonemes.split())):
        return f"[[_^_en {phonemes} _^_de]]" if is_english(how.language) else f"[[{phonemes}]]"
    if how.language and not how.language.lower().startswith("de") and (phonemes := _foreign(word, how.language)):
        return phonemes
    return clean(how.respelling)


def _is_short(word: str) -> bool:
    """Tell whether the library has room for a word's mnemonics."""
    return sum(map(word.count, "|',")) < _MOST_SOUNDS


def clean(text: str) -> str:
    """Replace by spaces, one for one, what would be a command to the library: brackets, control and private signs.

    Underscores too: they are not said, but the library reports them instead of the word after them. And what would make
    it write where it must not.
    """
    text = _DOTTED.sub(r"\1 ", text)
    if text.isprintable() and not _COMMANDS.intersection(text):
        return text
    return "".join(
        " " if char in _COMMANDS or unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") else char for char in text
    )


def transcribed(text: str, voice: str, notation: Notation) -> str:
    """Return the phonemes of a text, as a voice file reads it."""
    return _readers.ask(espeak_child.request(text, voice, notation=notation), text).decode()


@lru_cache(maxsize=8)  # to look for a language costs 1 ms
def _reader(language: str) -> str:
    """Return the voice file of a language, or nothing if there is none."""
    found = [path for path in (data_folder() / "lang").glob("*/*") if path.name == language]
    return f"{found[0].parent.name}/{language}" if found else ""


def _foreign(word: str, language: str) -> str:
    """Return a word as another language's phonemes, without regional differences, or nothing if nobody reads it."""
    tag = language.lower().split("-")[0]
    tag = _TAGS.get(tag, tag)
    voice = _reader(tag)
    phonemes = LANGUAGE_MARK.sub(" ", transcribed(word, voice, Notation.MNEMONICS)) if voice else ""
    return f"[[_^_{tag} {phonemes.strip()} _^_de]]" if phonemes.strip() else ""
