"""A warning about a foreign word is worth reading."""

from __future__ import annotations

import pytest

from ki_briefing.german.foreign import suspects
from ki_briefing.german.lexicon import Lexicon, load_lexicon
from ki_briefing.model.lexicon import Entry

SHIPPED = load_lexicon()


def test_names_that_no_lexicon_knows_are_named_once_in_order() -> None:
    text = "Shazam und Fireship: Shazam kauft Zhongxing, Vuquoc bleibt bei DeepThought."
    assert suspects(text, SHIPPED) == ("Shazam", "Fireship", "Zhongxing", "Vuquoc", "DeepThought")


def test_a_word_in_a_lexicon_is_no_suspect() -> None:
    assert suspects("Fireship startet.", Lexicon({"Fireship": Entry(ipa="ˈfaɪɐʃɪp")})) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Eine seiner Maschinen bringt Medizin, meine Kantine schließt am Freitag um 14 Uhr.",
        "Die Analysten der GmbH prüfen eine Alternative und die positive Initiative der Nationen.",
        "OpenAI, Claude und das Wall Street Journal, Startups und Chatbots, Facebook und YouTube",
        "Das Team am Theater sah den Frühling, die Boote im Hafen und die Technik der Systeme.",
        "Schreibt an info@example.org oder lest www.example.com/shop und github.io.",
        "KI, GPU, EU und NATO",
    ],
)
def test_german_and_familiar_words_are_no_suspects(text: str) -> None:
    assert suspects(text, SHIPPED) == ()


@pytest.mark.parametrize(
    "word",
    "Marseille Johnson Award Profis Silvester Covid joggen Premier League Houston Mainline Series Figure Digit"
    " Starbucks Ryanair Pfizer Ingenieurinnen Schulhomepage Goldmedaille Biontech".split(),
)
def test_common_words_that_the_voice_says_wrong_are_named(word: str) -> None:
    assert suspects(f"Heute sagt {word} alles.", Lexicon()) == (word,)


def test_a_name_that_would_be_spelled_is_named() -> None:
    assert suspects("Das sagt N V I D I A.", Lexicon()) == ("NVIDIA",)
    assert suspects("Das sagt N V I D I A.", Lexicon({"N V I D I A": Entry(ipa="ɛnˈvɪdia")})) == ()
    assert suspects("Die A B D A und die B A F I N.", Lexicon()) == ("BAFIN",)


@pytest.mark.parametrize(
    "text",
    [
        "Im Erdgeschoss war es leer, und die Mangelware kam dennoch; jener Junge stand im Tunnel vor dem Turm.",
        "Das Grundgesetz gilt im Parkhaus wie im Luxushotel. Krankheiten und Handgelenke heilen im Mittelmeer.",
        "Nach dem Beschluss der Betreuungsstelle variieren Turniere und Bauunternehmen am Donauufer.",
        "Schicken wir Martin, sodass die Ressource reicht.",
        "Ein Holzboot mit Infrarotkabine und Windturbine, ressourceneffizient, ohne Toxine, in Rotnuancen.",
    ],
)
def test_native_words_are_no_suspects(text: str) -> None:
    assert suspects(text, SHIPPED) == ()
