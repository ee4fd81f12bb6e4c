"""What espeak-ng says of a sentence becomes the signs of a trained voice: Piper's own program writes the same ones."""

from __future__ import annotations

import re

import pytest
from piper.phonemize_espeak import EspeakPhonemizer

from fakes import utterance
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.model.sound import Word
from ki_briefing.model.spans import Pronunciation
from ki_briefing.script import read_aloud
from ki_briefing.voice.heard import slips
from ki_briefing.voice.native.espeak import Sounding, ipa, pronounce
from ki_briefing.voice.trained.kokoro import _TABLE
from ki_briefing.voice.trained.signs import SOUNDS, Sign, pieces, spell, unspeakable, words

EVERYTHING = frozenset(SOUNDS) | set("c.?!,:;̧")


def signs(text: str, *pronunciations: Pronunciation) -> str:
    said = pronounce(utterance(text, *pronunciations))
    return "".join(sign.text for sign in spell(text, said, EVERYTHING))


@pytest.mark.parametrize(
    "text",
    [
        "Das Unternehmen hat am Montag ein neues Modell vorgestellt.",
        "Größe, Übermut und Äpfel: So klingt es in Köln, sagt die Forscherin, und niemand widerspricht ihr heute.",
        "Was sagt der Chef dazu?",
        "Der Preis steigt noch nicht; das ist gut!",
    ],
)
def test_pipers_own_program_writes_the_same_signs(text: str) -> None:
    (theirs,) = EspeakPhonemizer().phonemize("de", text)
    ours = spell(text, pronounce(utterance(text)), EVERYTHING, apart=True)

    # its espeak-ng is a little younger than ours, and writes all r alike
    assert "".join(sign.text for sign in ours).replace("ɾ", "r") == "".join(theirs).replace("ɾ", "r")


def test_every_word_sounds_once_whatever_stands_beside_it() -> None:
    for form in ("({})", "„{}“", "»{}«", "'{}'", "– {} –", "/{}/", "{}-{}", "{}/{}", "…{}…"):
        text = f"Heute sagt {form.format(*['Guacamole'] * 2)} niemand alles."
        for how in ({}, {"ipa": "baˈnaːnə"}, {"respelling": "Banane"}, {"language": "en"}):
            places = [match.start() for match in re.finditer("Guacamole", text)] if how else []
            said = pronounce(utterance(text, *(Pronunciation(at, at + 9, **how) for at in places)))
            heard = [Word(each.start, each.end, index, index + 1) for index, each in enumerate(said)]
            assert slips(text, heard) == (), (text, how)


def test_by_word_or_as_a_whole_it_sounds_alike() -> None:
    text = "GPT-5.2 von OpenAI kostet 4,5 Mio. €, sagte Sundar Pichai (Google) am 3. März – noch nicht alles."
    for each in read_aloud(text, load_lexicon()):
        said = "".join(sounding.ipa for sounding in pronounce(each))
        assert said.replace(" ", "") == ipa(each).replace(" ", "")


def test_a_pronunciation_is_said_in_its_place() -> None:
    assert signs("Heute kommt Qwen.", Pronunciation(12, 16, ipa="kvɛn")) == "hˈɔøtə kˈɔmt kvˈɛn."


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Er sagt: Nein!", ":!"),
        ("Er kommt – oder nicht", ",."),
        ("Er kommt - oder nicht …", ",,"),
        ("KI-Chef geht.", "."),
        ("Er ging, „weil er wollte“, sagte sie.", ",,."),
        ("Wirklich (ja)?", "?"),
        ("weil er wollte,", ","),
    ],
)
def test_marks_are_pauses_and_the_last_one_ends_it(text: str, marks: str) -> None:
    assert "".join(sign for sign in signs(text) if sign in ".?!,:;") == marks


def test_a_sound_that_the_table_lacks_becomes_the_nearest() -> None:
    said = (Sounding(0, 5, "fˈʏnf"), Sounding(6, 9, "frɑ̃s"))

    assert "".join(sign.text for sign in spell("fünf fra", said, _TABLE)) == "fˈynf frɑ̃s."
    assert "".join(sign.text for sign in spell("fünf fra", said, frozenset("fnisa ."))) == "finf fas."


def test_a_voice_that_lacks_a_sound_is_known_before_it_speaks() -> None:
    assert unspeakable(_TABLE) == ""
    assert unspeakable(EVERYTHING) == ""
    assert unspeakable(frozenset(SOUNDS) - set("mn")) == "mn"


def test_what_is_too_long_is_cut_after_a_mark_else_after_a_space_else_anywhere() -> None:
    def cut(text: str, most: int) -> list[str]:
        return ["".join(sign.text for sign in each) for each in pieces([Sign(char) for char in text], most)]

    assert cut("aa, bb cc dd.", 8) == ["aa,", " bb cc ", "dd."]
    assert cut("aaaaaaaa bb", 3) == ["aaa", "aaa", "aa ", "bb"]
    assert cut("aa", 3) == ["aa"]


def test_a_word_is_heard_from_its_first_sign_to_its_last() -> None:
    said = (Sounding(0, 2, "ja"), Sounding(3, 7, "naɪn"))
    found = spell("ja, nein", said, EVERYTHING)

    assert words(said, found, [10 * index for index in range(len(found) + 1)]) == (
        Word(0, 2, 0, 20),
        Word(3, 7, 40, 80),
    )
