"""The embedded voice: deterministic, on every core, timed by words, unmoved by hostile text."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ki_briefing.base.errors import ConfigError, SpeechError
from ki_briefing.german.lexicon import Lexicon
from ki_briefing.model.sound import Clip
from ki_briefing.model.spans import Pronunciation
from ki_briefing.model.text import Utterance, UtteranceRole
from ki_briefing.script import read_aloud
from ki_briefing.voice.heard import slips
from ki_briefing.voice.native import espeak_library
from ki_briefing.voice.native.espeak import EspeakEngine, EspeakSettings, ipa, variants

SENTENCES = (
    "Das chinesische Unternehmen hat ein neues Modell vorgestellt.",
    "Es kostet viereinhalb Millionen Euro.",
    "Ja.",
    "Größe, Übermut und Äpfel: so klingt es in Köln!",
    "Was sagt der Chef von OpenAI dazu?",
)


def utterance(text: str, *pronunciations: Pronunciation) -> Utterance:
    return Utterance(text, text, UtteranceRole.PARAGRAPH, 0, (), pronunciations)


def say(text: str, *pronunciations: Pronunciation, rate: int = 0, name: str = "") -> Clip:
    return EspeakEngine(EspeakSettings(rate=rate, name=name)).synthesize(utterance(text, *pronunciations))


def test_equal_utterances_sound_equal_whatever_was_said_before_and_on_any_thread() -> None:
    engine = EspeakEngine(EspeakSettings())
    alone = {text: engine.synthesize(utterance(text)) for text in SENTENCES}
    shuffled = list(SENTENCES * 8)
    random.Random(1).shuffle(shuffled)

    with ThreadPoolExecutor(4) as threads:
        again = list(threads.map(lambda text: engine.synthesize(utterance(text)), shuffled))

    for text, clip in zip(shuffled, again, strict=True):
        assert np.array_equal(clip.samples, alone[text].samples)
        assert clip.words == alone[text].words


def test_words_are_timed_in_order_and_name_their_letters() -> None:
    text = "Größe, Übermut und Äpfel: so klingt es in Köln!"
    clip = say(text)

    assert [text[word.start : word.end] for word in clip.words] == [
        "Größe", "Übermut", "und", "Äpfel", "so", "klingt", "es", "in", "Köln",
    ]  # fmt: skip
    for word, following in zip(clip.words, clip.words[1:], strict=False):
        assert word.onset < word.offset <= following.onset
    assert clip.words[-1].offset <= len(clip.samples)


def test_a_pronunciation_is_one_word_at_its_own_place() -> None:
    text = "Der Chef von Hugging Face, OpenAI-Gründer und Groq-Kenner kommt."
    forms = {
        "Hugging Face": {"language": "en"},
        "OpenAI": {"ipa": "ˈoʊpn̩ ʔeɪˈʔaɪ"},
        "Groq": {"respelling": "Grockgrock"},
    }
    pronunciations = [
        Pronunciation(text.index(word), text.index(word) + len(word), **form) for word, form in forms.items()
    ]
    clip = say(text, *pronunciations)

    heard = [text[word.start : word.end] for word in clip.words]
    assert heard == ["Der", "Chef", "von", "Hugging Face", "OpenAI-Gründer", "und", "Groq-Kenner", "kommt"]
    assert not np.array_equal(clip.samples, say(text).samples)


def test_words_end_before_the_pause_that_follows() -> None:
    clip = say("Ja, gut.")

    assert clip.words[1].onset - clip.words[0].offset > clip.sample_rate // 20


def test_rate_makes_it_faster_and_slower() -> None:
    normal, fast, slow = (len(say(SENTENCES[0], rate=rate).samples) for rate in (0, 25, -25))

    assert fast < 0.9 * normal
    assert slow > 1.15 * normal
    assert EspeakEngine(EspeakSettings(rate=25)).fingerprint != EspeakEngine(EspeakSettings()).fingerprint


def test_a_variant_is_another_voice() -> None:
    assert "de+f4" in variants()
    assert not np.array_equal(say("Guten Tag.", name="de+f4").samples, say("Guten Tag.").samples)
    assert EspeakEngine(EspeakSettings(name="de")).fingerprint == EspeakEngine(EspeakSettings()).fingerprint


@pytest.mark.parametrize("name", ["dee", "de+zzz", "../x"])
def test_an_unknown_voice_is_a_setting_to_mend(name: str) -> None:
    with pytest.raises(ConfigError, match="name") as caught:
        EspeakEngine(EspeakSettings(name=name))
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    ["[[x", "]]y[[", "[[_^_xx zz", "a\0b", "<voice", "&amp;", "\x01 5S", "z\ud800", "z\ue000", "a" * 10_000, "😀",
     "a\n\n\nb", "{{a}}", "%s%n", "K" * 300, "漢字", "a\u200bb", "-" * 5000 + "a",
     "w." * 1000, "z.B." * 100, "ä.ß." * 300],
)  # fmt: skip
def test_hostile_text_is_only_text(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    clip = say(text)

    assert clip.samples.dtype == np.float32
    assert clip.samples.ndim == 1
    assert all(0 <= word.start < word.end <= len(text) for word in clip.words)
    ipa(text)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("text", ["", " ", ".", "...", "–", "[[", "\0", "\ud800", "\ue000", "\n\n\n", "!?", "١٢٣"])
def test_a_text_without_a_word_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(SpeechError, match="nothing to say") as caught:
        say(text)
    assert caught.value.hint


def test_brackets_in_the_text_are_not_phonemes() -> None:
    assert ipa("Das [[h'aUs]] hier.") != ipa("Das Haus hier.")


def test_pronunciations_out_of_place_are_not_minded() -> None:
    wrong = (Pronunciation(3, 99, language="en"), Pronunciation(2, 2, ipa="aː"), Pronunciation(-4, 2, ipa="aː"))

    assert np.array_equal(say("Guten Tag.", *wrong).samples, say("Guten Tag.").samples)


@pytest.mark.parametrize("language", ["", "en"])
@pytest.mark.parametrize("sounds", ["ba" * 120, "ˈat" * 200, "tsaː" * 90])
def test_ipa_of_more_sounds_than_the_library_takes_is_left_out(sounds: str, language: str) -> None:
    long = Pronunciation(6, 9, ipa=sounds, language=language)

    assert np.array_equal(say("Guten Tag.", long).samples, say("Guten Tag.", replace(long, ipa="")).samples)


def test_a_transcription_does_not_depend_on_the_ones_before() -> None:
    forward = [ipa(text) for text in SENTENCES]
    backward = [ipa(text) for text in reversed(SENTENCES)]

    assert forward == backward[::-1]
    assert ipa("Heute sagt niemand alles.") == "hˈɔøtə zˈɑːkt nˈiːmant ˈaləs"


def test_a_data_folder_with_a_very_long_name_is_reached_by_a_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    (deep / "phontab").write_bytes(b"x")

    short = espeak_library._short(deep)

    assert len(short) < 40
    assert Path(short, "phontab").read_bytes() == b"x"


def test_an_english_quotation_is_read_by_english_rules() -> None:
    (said,) = read_aloud("Er rief: „We are at a turning point“ und ging.", Lexicon())

    assert "tˈɜːnɪŋ pˈɔɪnt" in ipa(said)
    assert slips(said.spoken, EspeakEngine(EspeakSettings()).synthesize(said).words) == ()


def test_a_word_between_english_ones_that_the_library_itself_calls_english_is_not_taken_for_lost() -> None:
    text = "Protect our humanity and make the world."
    at = [(0, 7), (8, 11), (21, 24), (25, 29), (30, 33), (34, 39)]
    said = utterance(text, *(Pronunciation(*each, language="en") for each in at))

    assert slips(text, EspeakEngine(EspeakSettings()).synthesize(said).words) == ()
