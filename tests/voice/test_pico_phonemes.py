"""Pico gets phonemes where they help it, in signs that it knows, and its own front end does the rest."""

from __future__ import annotations

import re

import numpy as np
import pytest

from fakes import utterance
from ki_briefing.base.errors import SpeechError
from ki_briefing.german.lexicon import Lexicon, load_lexicon, read_shipped
from ki_briefing.model.spans import Pronunciation
from ki_briefing.voice.native import pico_phonemes
from ki_briefing.voice.native.pico import PicoEngine, PicoSettings
from ki_briefing.voice.native.pico_phonemes import marked, phonemes

pytest.importorskip("py_nanotts", reason="there is a wheel for Linux on x86-64 only")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def text(spoken: str, lexicon: Lexicon) -> str:
    return marked(utterance(spoken, *lexicon.pronunciations(spoken)), str.upper)


def test_every_sign_is_heard() -> None:
    """The library drops what it does not know, without a word."""
    engine = PicoEngine(PicoSettings())

    def sound(ipa: str) -> bytes:
        how = Pronunciation(8, 11, ipa=ipa)
        return engine.synthesize(utterance("Das ist das hier.", how)).samples.tobytes()

    without = sound("ˈtaˈta")
    heard = {sign: sound(f"ˈta{sign}ˈta") for sign in pico_phonemes._PHONEMES}

    assert [sign for sign, samples in heard.items() if samples == without] == []


def test_every_entry_of_the_lexicon_has_phonemes() -> None:
    assert [word for word, entry in read_shipped().items() if entry.ipa and not phonemes(entry.ipa)] == []


@pytest.mark.parametrize(
    ("ipa", "signs"),
    [
        ("ˈdiːpsiːk", ('"di:psi:k',)),
        ("blæk ˈfɔrɪst", ("blEk", '"fORIst')),
        ("tʃɪp", ('"tSIp',)),
        ("ˈbaːdn̩", ('"ba:dn=',)),
        ("ʁɛstoˈʁɑ̃ː", ('REsto"Ra~:',)),
        ("ˈkʏnstlɐ", ('"kYnstl6',)),
        ("x€y", ()),
    ],
)
def test_ipa_becomes_the_nearest_sounds_that_it_has(ipa: str, signs: tuple[str, ...]) -> None:
    assert phonemes(ipa) == signs


def test_a_name_that_phonemes_help_gets_them_others_are_left_to_the_voice(lexicon: Lexicon) -> None:
    assert text("Heute Facebook.", lexicon) == "HEUTE <phoneme ph='\"fe:sbUk'/>."
    assert text("Facebooks Werbung", lexicon) == "<phoneme ph='\"fe:sbUks'/> WERBUNG"
    assert text("Das Facebook-Konto", lexicon) == "DAS <phoneme ph='\"fe:sbUk'/> KONTO"
    assert text("Heute Österreich.", lexicon) == "HEUTE ÖSTERREICH."
    assert text("Neue Releases und Chipimporte.", lexicon) == "NEUE RELEASES UND CHIPIMPORTE."


def test_a_hyphen_beside_phonemes_is_not_said(lexicon: Lexicon) -> None:
    said = text("Das war Briefing-Daily.", lexicon)

    assert "-" not in said.replace("'/>", "")
    assert said.count("<phoneme") == 2


def test_every_name_with_phonemes_is_in_the_lexicon_and_has_ipa() -> None:
    shipped = read_shipped()

    assert pico_phonemes._helped()
    assert [name for name in pico_phonemes._helped() if not (name in shipped and shipped[name].ipa)] == []


def test_what_a_producer_writes_as_ipa_is_said_so_unless_it_is_part_of_a_word() -> None:
    how = Pronunciation(6, 10, ipa="kvɛn", respelling="Kwenn")

    assert marked(utterance("Heute Qwen.", how), str) == "Heute <phoneme ph='\"kvEn'/>."
    assert marked(utterance("Heute Qwenchen.", how), str) == "Heute Kwennchen."
    assert marked(utterance("Heute Qwen.", Pronunciation(6, 10, ipa="k€", respelling="Kwenn")), str) == "Heute Kwenn."
    assert marked(utterance("Heute Qwen.", Pronunciation(6, 10, ipa="kw" * 99)), str) == "Heute Qwen."


def test_no_pronunciation_commands_the_library() -> None:
    how = Pronunciation(0, 4, ipa="a'/><play file='/etc/passwd'/>", respelling="<play file='/etc/passwd'/>")

    said = marked(utterance("Qwen <genfile file='x'> da", how), lambda text: re.sub("[<>]", " ", text))

    assert "<" not in said
    with pytest.raises(SpeechError):
        PicoEngine(PicoSettings()).synthesize(utterance("…", how))


def test_phonemes_are_as_repeatable_as_letters() -> None:
    engine = PicoEngine(PicoSettings())
    said = utterance("Heute Qwen.", Pronunciation(6, 10, ipa="kwɛn"))

    assert np.array_equal(engine.synthesize(said).samples, engine.synthesize(said).samples)
