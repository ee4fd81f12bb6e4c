"""IPA becomes mnemonics, and the embedded voice then says that IPA."""

from __future__ import annotations

import pytest

from ki_briefing.german import ipa as ipa_signs
from ki_briefing.model.spans import Pronunciation
from ki_briefing.model.text import Utterance, UtteranceRole
from ki_briefing.voice.native import mnemonics as phonemes
from ki_briefing.voice.native.espeak import ipa
from ki_briefing.voice.native.espeak_library import Notation
from ki_briefing.voice.native.espeak_text import transcribed


def said(word: str, **how: str) -> str:
    """Return the IPA between the neighbours of a word with a pronunciation."""
    text = f"Heute sagt {word} alles."
    start = text.index(word)
    pronunciation = Pronunciation(start, start + len(word), **how)
    heard = ipa(Utterance(text, text, UtteranceRole.PARAGRAPH, 0, (), (pronunciation,)))
    assert heard.startswith("hˈɔøtə zˈɑːkt ")
    assert heard.endswith(" ˈaləs")
    return heard.removeprefix("hˈɔøtə zˈɑːkt ").removesuffix(" ˈaləs")


@pytest.mark.parametrize(
    ("written", "transcription", "heard"),
    [
        ("Claude", "kloːt", "klˈoːt"),
        ("DeepSeek", "ˈdiːpsiːk", "dˈiːpsiːk"),
        ("Azure", "ˈɛʒɐ", "ˈɛʒɜ"),
        ("OpenAI", "ˈoʊpn̩ ʔeɪˈʔaɪ", "ˈoʊpən ʔɛɪʔˈaɪ"),
        ("Reasoning", "ˈʁiːzənɪŋ", "rˈiːzənɪŋ"),
        ("Chips", "t͡ʃɪps", "tʃˈɪps"),
        ("Tür", "tyːɐ̯", "tˈyːɾ"),
        ("Thriller", "[ˈθʁɪlɐ]", "θrˈɪlɜ"),
        ("Restaurant", "ʁɛstoˈʁɑ̃ː", "rɛstorˈɑ̃"),
        ("Häuser", "ˈhɔʏ̯zɐ", "hˈɔøzɜ"),
    ],
)
def test_the_german_voice_says_the_ipa_it_was_given(written: str, transcription: str, heard: str) -> None:
    assert said(written, ipa=transcription) == heard


@pytest.mark.parametrize(
    ("written", "transcription", "heard"),
    [
        ("Claude", "klɔːd", "klˈɔːd"),
        ("Anthropic", "ænˈθɹɒpɪk", "anθɹˈɒpɪk"),
        ("Meta", "ˈmeɪtə", "mˈeɪtə"),
        ("Earth", "ɜːθ", "ˈɜːθ"),
    ],
)
def test_english_ipa_keeps_its_english_sounds(written: str, transcription: str, heard: str) -> None:
    assert said(written, ipa=transcription, language="en") == heard


def test_a_language_reads_the_word_in_its_own_sounds() -> None:
    assert said("OpenAI", language="en") == "ˈəʊpən ˌeɪˈaɪ"
    assert said("OpenAI", language="en-US") == "ˈəʊpən ˌeɪˈaɪ"
    assert said("Bonjour", language="fr") == "bɔ̃ʒˈuʁ"


def test_a_respelling_is_the_last_resort() -> None:
    assert said("Groq", respelling="Grock") == "ɡɾˈɔk"
    assert said("Groq", respelling="Grock", ipa="ɡʊk") == "ɡˈʊk"
    assert said("Groq", respelling="Grock", ipa="ɡ☃k") == "ɡɾˈɔk"
    assert said("Groq", respelling="Grock", language="tlh") == "ɡɾˈɔk"


@pytest.mark.parametrize(("language", "table"), [("de", phonemes._GERMAN), ("en", phonemes._ENGLISH)])
def test_the_library_knows_every_mnemonic_of_the_tables(language: str, table: dict[str, str]) -> None:
    for sound in sorted(set(table.values())):
        inside = f"a|{sound}|l|@" if language == "de" else f"_^_en a|{sound}|l|@ _^_de"
        echo = transcribed(f"[[{inside}]]", "gmw/de", Notation.MNEMONICS).replace("(en)", "").replace("(de)", "")
        assert echo.strip() == f"a{sound}l@".replace("|", "")


def test_what_is_no_ipa_is_left_to_the_other_forms() -> None:
    assert phonemes.mnemonics("k☃t") == ""
    assert phonemes.mnemonics("") == ""
    assert phonemes.mnemonics("...") == ""


@pytest.mark.parametrize(
    ("transcription", "heard"),
    [("pʰoː", "pˈoː"), ("ʝa", "jˈa"), ("nɥi", "njˈi"), ("ɗu", "dˈu"), ("tʲɪː", "tˈɪ"), ("ũma˥", "ˈuma")],
)
def test_sounds_that_german_lacks_become_the_nearest(transcription: str, heard: str) -> None:
    assert said("Quux", ipa=transcription) == heard


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_letter_of_the_phonetic_alphabet_is_said(language: str) -> None:
    assert [letter for letter in ipa_signs._LETTERS if not phonemes.mnemonics(letter, language)] == []
