"""Turn IPA into the phoneme mnemonics of espeak-ng.

IPA of a German lexicon -> what stands between ``[[`` and ``]]``. Pure: no library, no files. The mnemonics are those of
the phoneme tables ``de`` and ``en`` of espeak-ng 1.52 (docs/phonemes.md there); sounds that a table lacks become
the nearest one that it has, as a German newsreader does with them.
"""

from __future__ import annotations

import unicodedata

from ki_briefing.german.ipa import has_sound, split, tidy, wrong_sign

_STRESS = {"ˈ": "'", "ˌ": ",", "'": "'"}
_SYLLABIC = "\N{COMBINING VERTICAL LINE BELOW}"

_CONSONANTS = {
    "p": "p", "b": "b", "t": "t", "d": "d", "k": "k", "ɡ": "g", "g": "g", "q": "k", "c": "k", "ɟ": "g", "ʔ": "?",
    "ʈ": "t", "ɖ": "d", "m": "m", "n": "n", "ŋ": "N", "ɲ": "n^", "ɳ": "n", "f": "f", "v": "v", "ʋ": "v", "β": "v",
    "ɸ": "f", "θ": "T", "ð": "D", "s": "s", "z": "z", "ʃ": "S", "ʒ": "Z", "ʂ": "S", "ʐ": "Z", "ɕ": "S", "ʑ": "Z",
    "ç": "C", "x": "x", "χ": "x", "ɣ": "g", "h": "h", "ɦ": "h", "l": "l", "ɫ": "l", "ɬ": "l", "ɭ": "l", "ʎ": "l^",
    "j": "j", "w": "w", "ʍ": "w", "r": "r", "ɹ": "r", "ɾ": "r", "ʁ": "r", "ʀ": "r", "ɻ": "r",
    "tʃ": "tS", "ʧ": "tS", "dʒ": "dZ", "ʤ": "dZ", "ʨ": "tS", "ʥ": "dZ", "ʣ": "d|z",
    "ɢ": "g", "ɱ": "m", "ɴ": "N", "ʙ": "b", "ⱱ": "v", "ɽ": "r", "ʝ": "j", "ħ": "h", "ʕ": "?", "ɮ": "l", "ɰ": "g",
    "ʟ": "l", "ɥ": "j", "ʜ": "h", "ʢ": "?", "ʡ": "?", "ɺ": "l", "ɧ": "S", "ɓ": "b", "ɗ": "d", "ʄ": "d", "ɠ": "g",
    "ʛ": "g", "ʘ": "p", "ǀ": "t", "ǃ": "k", "ǂ": "k", "ǁ": "k",
}  # fmt: skip

_GERMAN = {
    **_CONSONANTS,
    "ts": "ts", "ʦ": "ts", "pf": "pF",
    "a": "a", "aː": "A:", "ɑ": "A", "ɑː": "A:", "ä": "a", "ɐ": "3", "ɐ̯": "r", "ʌ": "a", "æ": "E", "æː": "E:",
    "ɛ": "E", "ɛː": "E:", "e": "e", "eː": "e:", "ə": "@", "əː": "W:", "ɜ": "W", "ɜː": "W:", "ɝ": "W", "ɝː": "W:",
    "ɚ": "3", "i": "i", "iː": "i:", "ɪ": "I", "ɨ": "I", "ᵻ": "I", "y": "y", "yː": "y:", "ʏ": "y", "ø": "Y:",
    "øː": "Y:", "œ": "W", "œː": "W:", "o": "o", "oː": "o:", "ɔ": "O", "ɔː": "O:", "ɒ": "O", "ɒː": "O:", "u": "u",
    "uː": "u:", "ʊ": "U", "ʉ": "y", "ʉː": "u:", "ɯ": "u", "ɤ": "o", "ɘ": "@", "ɵ": "Y:", "ɞ": "W", "ɶ": "W", "ᵿ": "U",
    "aɪ": "aI", "ai": "aI", "aʊ": "aU", "au": "aU", "ɔʏ": "OY", "ɔɪ": "OY", "ɔø": "OY", "ɔy": "OY", "ɔi": "OY",
    "eɪ": "EI", "ɛɪ": "EI", "ei": "EI", "oʊ": "oU", "əʊ": "oU", "ou": "oU", "iɐ̯": "i:|r", "ʊɐ̯": "u:|r",
    "ã": "A~", "ɑ̃": "A~", "ãː": "A~", "ɑ̃ː": "A~", "ɔ̃": "O~", "õ": "O~", "ɔ̃ː": "O~", "õː": "O~",
    "œ̃": "W~", "ɛ̃": "W~", "ẽ": "W~", "œ̃ː": "W~", "ɛ̃ː": "W~",
}  # fmt: skip

_ENGLISH = {
    **_CONSONANTS,
    "a": "a", "aː": "A:", "ɑ": "0", "ɑː": "A:", "ɐ": "a#", "ʌ": "V", "æ": "a", "ɛ": "E", "ɛː": "e@", "e": "E",
    "eː": "e:", "ə": "@", "əː": "3:", "ɜ": "3:", "ɜː": "3:", "ɝ": "3:", "ɝː": "3:", "ɚ": "3", "i": "i", "iː": "i:",
    "ɪ": "I", "ɨ": "I2", "ᵻ": "I2", "y": "u:", "yː": "u:", "ʏ": "U", "ø": "3:", "øː": "3:", "œ": "3:", "o": "o:",
    "oː": "o:", "ɔ": "O", "ɔː": "O:", "ɒ": "0", "ɒː": "0", "u": "u:", "uː": "u:", "ʊ": "U", "ʉ": "u:", "ʉː": "u:",
    "aɪ": "aI", "ai": "aI", "aʊ": "aU", "au": "aU", "ɔɪ": "OI", "ɔʏ": "OI", "eɪ": "eI", "ɛɪ": "eI", "ei": "eI",
    "oʊ": "oU", "əʊ": "oU", "ou": "oU", "ɪə": "i@", "iə": "i@", "eə": "e@", "ɛə": "e@", "ʊə": "U@", "aɪə": "aI@",
    "aʊə": "aU@", "ɯ": "u:", "ɤ": "o:", "ɘ": "@", "ɵ": "3:", "ɞ": "3:", "ɶ": "3:", "ᵿ": "U", "ʦ": "t|s",
    "ã": "A~", "ɑ̃": "A~", "ɔ̃": "O~", "õ": "O~",
}  # fmt: skip

_GERMAN_VOWELS = frozenset("aAeEiIoOuUyYW@3")


def mnemonics(ipa: str, language: str = "de") -> str:
    """Return the mnemonics of an IPA transcription, words separated by spaces.

    Args:
        language: ``en`` or ``en-…`` for the English phoneme table, anything else for the German one.

    Returns:
        Nothing if the transcription has no sound, or holds a sign that is not IPA.
    """
    table = _ENGLISH if is_english(language) else _GERMAN
    stress = "ˈ" if _STRESS.keys().isdisjoint(ipa) else ""  # dictionaries leave it out of a single syllable: tʃɪp
    if wrong_sign(ipa):
        return ""
    return " ".join(_word(stress + word, table) for word in tidy(ipa).split() if has_sound(word))


def is_english(language: str) -> bool:
    """Tell whether a BCP 47 tag means English of any kind."""
    return language.lower().split("-")[0] == "en"


def _word(ipa: str, table: dict[str, str]) -> str:
    """Return one word's mnemonics, kept apart by ``|``: ``a|I`` are two sounds, ``aI`` is one."""
    sounds: list[str] = []
    for piece in split(ipa, table):
        if piece in table:
            sounds.append(table[piece])
        elif piece in _STRESS:
            sounds.append(_STRESS[piece])
        elif piece == _SYLLABIC and sounds:  # n̩: the German voice says a short vowel before it
            sounds.insert(len(sounds) - 1, "@")
        else:  # a mark, or a letter with one, as in ỹ
            sounds += filter(None, (table.get(sign, "") for sign in unicodedata.normalize("NFD", piece)))
    return _with_onset(sounds) if table is _GERMAN else _joined(sounds)


def _with_onset(sounds: list[str]) -> str:
    """Put the glottal stop before a German word that begins with a vowel: strong if stressed."""
    first = next((sound for sound in sounds if sound not in _STRESS.values()), "")
    if first[:1] in _GERMAN_VOWELS and first:
        sounds = ["_!" if sounds[0] == "'" else "_|", *sounds]
    return _joined(sounds)


def _joined(sounds: list[str]) -> str:
    """Separate the sounds, but leave a stress mark with its own."""
    text = ""
    for sound in sounds:
        text += sound if not text or text[-1] in _STRESS.values() or text.endswith("_|") else f"|{sound}"
    return text
