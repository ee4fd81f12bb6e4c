"""What SVOX Pico is given to read: an utterance in letters, with phonemes where they help it.

IPA becomes the X-SAMPA of Pico's German voice in a tag ``<phoneme ph='…'/>``. It drops signs that it does not know
without a word (found by trying: the sound is as without them), so what it lacks becomes the nearest sound that it has,
as a German newsreader says it.

Its own front end says most foreign names as Germans do, and better than it says phonemes. So of the lexicon that comes
along only those words get phonemes that a speech recogniser understood better with them (``data/pico.txt``, made by
``scripts/pico_words``); what a producer writes as IPA is always said so.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.german.ipa import split, tidy
from ki_briefing.german.lexicon import read_shipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from ki_briefing.model.spans import Pronunciation
    from ki_briefing.model.text import Utterance

_HELPED = Path(__file__).parents[2] / "data" / "pico.txt"
_LONGEST_ENDING = 4  # signs: ɪnən
_HYPHEN = re.compile(r"-(?=<phoneme)|(?<=/>)-")  # beside phonemes it is said: "Bindestrich"
_LONGEST = 100  # phonemes of a word: it was never tried with more

_STRESS = {"ˈ": '"', "ˌ": "%", "'": '"'}
_SILENT = frozenset("./[]()|‿‖ˑ̯͜͡- \N{COMBINING INVERTED BREVE BELOW}")
_SYLLABIC = "\N{COMBINING VERTICAL LINE BELOW}"
_HAS_SYLLABIC = frozenset("lmn")

_PHONEMES = {
    "p": "p", "b": "b", "t": "t", "d": "d", "k": "k", "ɡ": "g", "g": "g", "q": "k", "c": "k", "ɟ": "g", "ʔ": "?",
    "ʈ": "t", "ɖ": "d", "m": "m", "n": "n", "ŋ": "N", "ɲ": "nj", "ɳ": "n", "f": "f", "v": "v", "ʋ": "v", "β": "v",
    "ɸ": "f", "θ": "s", "ð": "z", "s": "s", "z": "z", "ʃ": "S", "ʒ": "Z", "ʂ": "S", "ʐ": "Z", "ɕ": "S", "ʑ": "Z",
    "ç": "C", "x": "x", "χ": "x", "ɣ": "g", "h": "h", "ɦ": "h", "l": "l", "ɫ": "l", "ɬ": "l", "ɭ": "l", "ʎ": "lj",
    "j": "j", "w": "u_^", "ʍ": "u_^", "r": "R", "ɹ": "R", "ɾ": "R", "ʁ": "R", "ʀ": "R", "ɻ": "R",
    "tʃ": "tS", "ʧ": "tS", "dʒ": "dZ", "ʤ": "dZ", "ts": "ts", "ʦ": "ts", "pf": "pf",
    "a": "a", "aː": "a:", "ɑ": "a", "ɑː": "a:", "ä": "a", "ɐ": "6", "ɐ̯": "6_^", "ʌ": "a", "æ": "E", "æː": "E:",
    "ɛ": "E", "ɛː": "E:", "e": "e", "eː": "e:", "ə": "@", "əː": "9", "ɜ": "9", "ɜː": "96_^", "ɝ": "96_^", "ɝː": "96_^",
    "ɚ": "6", "i": "i", "iː": "i:", "ɪ": "I", "ɨ": "I", "ᵻ": "I", "y": "y", "yː": "y:", "ʏ": "Y", "ø": "2",
    "øː": "2:", "œ": "9", "œː": "9", "o": "o", "oː": "o:", "ɔ": "O", "ɔː": "o:", "ɒ": "O", "ɒː": "o:", "u": "u",
    "uː": "u:", "ʊ": "U", "ʉ": "y", "ʉː": "u:", "ɯ": "u", "ɤ": "o",
    "aɪ": "aI", "ai": "aI", "aʊ": "aU", "au": "aU", "ɔʏ": "OY", "ɔɪ": "OY", "ɔø": "OY", "ɔy": "OY", "ɔi": "OY",
    "eɪ": "e:", "ɛɪ": "e:", "ei": "e:", "oʊ": "o:", "əʊ": "o:", "ou": "o:",
    "ã": "a~:", "ɑ̃": "a~:", "ãː": "a~:", "ɑ̃ː": "a~:", "ɔ̃": "o~:", "õ": "o~:", "ɔ̃ː": "o~:", "õː": "o~:",
    "œ̃": "E~:", "ɛ̃": "E~:", "ẽ": "E~:", "œ̃ː": "E~:", "ɛ̃ː": "E~:",
}  # fmt: skip


def marked(utterance: Utterance, clean: Callable[[str], str]) -> str:
    """Return an utterance with phonemes, else respellings, where there are any.

    Args:
        clean: Takes out of a text what would be a command.
    """
    spoken = utterance.spoken
    pieces: list[str] = []
    at = 0
    for each in utterance.pronunciations:
        alone = not (spoken[each.start - 1 : each.start].isalnum() or spoken[each.end : each.end + 1].isalnum())
        tags = [f"<phoneme ph='{word}'/>" for word in _chosen(spoken[each.start : each.end], each)] if alone else []
        if tags or each.respelling:
            pieces += (clean(spoken[at : each.start]), " ".join(tags) or clean(each.respelling))
            at = each.end
    return _HYPHEN.sub(" ", "".join(pieces) + clean(spoken[at:]))


def _chosen(word: str, how: Pronunciation) -> tuple[str, ...]:
    """Return the phonemes that a word is said with; nothing if letters are better."""
    if not how.ipa or (_comes_along(how.ipa) and _helped().isdisjoint((word, word.rstrip("s'’")))):
        return ()
    found = phonemes(how.ipa)
    return found if sum(map(len, found)) <= _LONGEST else ()


def _comes_along(ipa: str) -> bool:
    """Tell whether it is how a word of our lexicon sounds, perhaps with an ending."""
    return any(ipa[: len(ipa) - ending] in _shipped() for ending in range(_LONGEST_ENDING + 1))


@cache
def _shipped() -> frozenset[str]:
    return frozenset(entry.ipa for entry in read_shipped().values())


@cache
def _helped() -> frozenset[str]:
    lines = _HELPED.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and line[0] != "#")


def phonemes(ipa: str) -> tuple[str, ...]:
    """Return the phonemes of each word of an IPA transcription; nothing if a sign is no sound."""
    stress = "ˈ" if _STRESS.keys().isdisjoint(ipa) else ""  # dictionaries leave it out of a single syllable
    words = tuple(_word(stress + word) for word in tidy(ipa).split())
    return words if all(words) else ()


def _word(ipa: str) -> str:
    sounds: list[str] = []
    for piece in split(ipa, _PHONEMES):
        if sound := _PHONEMES.get(piece) or _STRESS.get(piece):
            sounds.append(sound)
        elif piece == _SYLLABIC and sounds:
            sounds[-1] = f"{sounds[-1]}=" if sounds[-1] in _HAS_SYLLABIC else f"@{sounds[-1]}"
        elif piece not in _SILENT:
            return ""
    return "".join(sounds)
