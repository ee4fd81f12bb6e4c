"""The International Phonetic Alphabet: which signs belong to it. Pure.

Source: International Phonetic Association, The International Phonetic Alphabet (revised to 2020), with the ligatures
and other older signs that dictionaries still print.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

_LETTERS = frozenset(
    "pbtdʈɖcɟkɡgqɢʔmɱnɳɲŋɴʙrʀⱱɾɽɸβfvθðszʃʒʂʐçʝxɣχʁħʕhɦɬɮʋɹɻjɰlɭʎʟʘǀǃǂǁɓɗʄɠʛʍwɥʜʢʡɕʑɺɧɫʦʣʧʤʨʥ"
    "iyɨʉɯuɪʏʊeøɘɵɤoəɛœɜɞʌɔæɐaɶɑɒᵻᵿɚɝ"
)
_MARKS = frozenset(" .|‖‿-'ˈˌ:ːˑ˞↗↘ꜛꜜ/[]()")
_DIACRITICS = ((0x2B0, 0x2FF), (0x300, 0x36F), (0x1D2C, 0x1DBF), (0x1DC0, 0x1DFF), (0x207F, 0x207F))


LONGEST_WORD = 80
"""Signs of one word, more than the longest German one has: espeak-ng has room for no 100 sounds, and Pico for 100."""


def wrong_sign(ipa: str) -> str:
    """Return the first sign of a transcription that is not IPA; nothing if all are."""
    for sign in unicodedata.normalize("NFC", ipa):
        if not all(map(_is_ipa, unicodedata.normalize("NFD", sign))):
            return sign
    return ""


def is_too_long(ipa: str) -> bool:
    """Tell whether a word of a transcription has more than ``LONGEST_WORD`` signs: no voice would take it."""
    return any(len(unicodedata.normalize("NFC", word)) > LONGEST_WORD for word in ipa.split())


def has_sound(ipa: str) -> bool:
    """Tell whether there is a sound in a transcription, not only marks."""
    return any(sign in _LETTERS for sign in unicodedata.normalize("NFD", ipa))


def tidy(ipa: str) -> str:
    """Return a transcription in composed letters, without ties, and with signs of length instead of colons."""
    composed = unicodedata.normalize("NFC", ipa).replace(":", "ː")
    return composed.replace("\N{COMBINING DOUBLE INVERTED BREVE}", "").replace("\N{COMBINING DOUBLE BREVE BELOW}", "")


def split(word: str, known: Container[str]) -> Iterator[str]:
    """Yield a word's signs, two or three of them together where that is known as one sound."""
    at = 0
    while at < len(word):
        together = (word[at : at + count] for count in (3, 2))
        sound = next((piece for piece in together if piece in known), word[at])
        yield sound
        at += len(sound)


def _is_ipa(sign: str) -> bool:
    return sign in _LETTERS or sign in _MARKS or any(low <= ord(sign) <= high for low, high in _DIACRITICS)
