"""Every word is heard, whatever stands beside it; a word that a voice loses is found by its word times."""

from __future__ import annotations

import pytest

from fakes import utterance
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.model.sound import Word
from ki_briefing.model.spans import Pronunciation
from ki_briefing.voice.heard import Slip, slips
from ki_briefing.voice.native.espeak import EspeakEngine, EspeakSettings, ipa

LEXICON = load_lexicon()
WORDS = tuple(LEXICON.entries)
BESIDE = (
    "({})", "(({}))", "[{}]", "{{{}}}", "<{}>", "„{}“", "„{}”", "“{}”", "»{}«", "«{}»", "›{}‹", "‚{}‘", '"{}"',
    '""{}""', "'{}'", "’{}’", "`{}`", "–{}–", "– {} –", "—{}", "-{}-", "- {} -", "/{}/", "//{}//", "\\{}", "+{}+",
    "*{}*", "**{}**", "_{}_", "…{}…", "...{}...", "•{}", "·{}·", "|{}|", "={}=", "~{}~", "#{}", "&{}", ":{}:",
    "{}, ja", "{}; ja", "{}?", "{}! Ja", "(„{}“)", "\u00a0{}\u00a0", "\u2011{}\u2011", "★{}", "→{}", "§{}", "°{}",
    "^{}", "%{}", "({}), ({})", "{}/{}", "{}-{}", "{}–{}", "„{}“-„{}“", "{}+{}",
)  # fmt: skip
PLACES = ("Heute sagt {} niemand alles.", "{} sagt niemand.", "Niemand sagt {}", "{}")
HOW = ({"ipa": "ˈdʒeːminaɪ"}, {"ipa": "ˈdʒɛmɪnaɪ", "language": "en"}, {"language": "en"}, {"language": "fr"})


def gemini(text: str, how: dict[str, str]) -> tuple[Pronunciation, ...]:
    at = [index for index in range(len(text)) if text.startswith("Gemini", index)]
    return tuple(Pronunciation(each, each + 6, **how) for each in at)


@pytest.mark.parametrize("how", HOW, ids=str)
@pytest.mark.parametrize("place", PLACES)
def test_a_pronunciation_is_heard_whatever_stands_beside_it(place: str, how: dict[str, str]) -> None:
    alone = ipa(utterance("Gemini", *gemini("Gemini", how)))
    engine = EspeakEngine(EspeakSettings())
    for beside in BESIDE:
        text = place.format(beside.format("Gemini", "Gemini"))
        said = utterance(text, *gemini(text, how))

        assert ipa(said).count(alone) == text.count("Gemini"), text
        assert slips(text, engine.synthesize(said).words) == (), text


def test_every_word_of_the_lexicon_is_heard_wherever_it_stands() -> None:
    missing = []
    for index, word in enumerate(WORDS):  # each in one context, each context at hundreds of words
        alone = ipa(utterance(word, *LEXICON.pronunciations(word)))
        text = PLACES[index % len(PLACES)].format(BESIDE[index % len(BESIDE)].format(word, word))
        heard = ipa(utterance(text, *LEXICON.pronunciations(text)))
        if heard.count(alone) < text.count(word):
            missing.append((text, alone, heard))

    assert missing == []


def test_words_of_the_lexicon_have_their_times() -> None:
    engine = EspeakEngine(EspeakSettings())
    lost = []
    for start in range(0, len(WORDS), 80):  # a tenth: all of them take half a minute
        words = WORDS[start : start + 8]
        text = ", ".join(BESIDE[(start + n) % len(BESIDE)].format(word, word) for n, word in enumerate(words))
        said = engine.synthesize(utterance(text, *LEXICON.pronunciations(text)))
        lost += [(text[slip.start : slip.end], text) for slip in slips(text, said.words)]

    assert lost == []


WORDS_TOLD = [
    "Das ist nicht mehr so, es ist gar nicht gut, noch nicht und nicht nur hier.",
    "Und das - und dies: - das ist so. dann kommt C.H. Beck, wie geht's, geht’s gut?",
    "Das zweihundertsechsundfünfzigtausendfünfhundert-Kontextfenster des KI-Chef-Beraters, 2024 und 1.5 GB.",
    "Place des Arts in L'Isle-sur-la-Sorgue, Journal of the American, one of a kind, out of the box, to be.",
    "_Haus_ __Hof__ *Garten* Привет, 漢字 und A, B, C.",
]


@pytest.mark.parametrize("text", WORDS_TOLD)
def test_what_the_embedded_voice_says_in_one_is_not_taken_for_lost(text: str) -> None:
    assert slips(text, EspeakEngine(EspeakSettings()).synthesize(utterance(text)).words) == ()


def test_a_word_without_a_time_was_left_out_and_one_with_two_was_said_twice() -> None:
    text = "Google (Gemini) kommt, sagt er."
    words = (Word(0, 6, 0, 9), Word(16, 21, 9, 20), Word(23, 27, 20, 30), Word(23, 27, 30, 40))

    assert slips(text, words) == (Slip(8, 14), Slip(23, 27, twice=True), Slip(28, 30))
    assert [text[slip.start : slip.end] for slip in slips(text, words)] == ["Gemini", "sagt", "er"]
    assert slips(text, ()) == tuple(Slip(*at) for at in [(0, 6), (8, 14), (16, 21), (23, 27), (28, 30)])
    assert slips("– … –", ()) == ()
