"""Does an engine keep the promises of the port? Plugin -> nothing, or a sentence that names the broken promise.

It makes the engine speak. In a test of the engine's own package, a test per promise::

    class TestTone(EngineConformance):
        plugin = tone.plugin

or all of them at once: ``check_plugin(tone.plugin, tone.Settings(pitch=220))``.
"""

from __future__ import annotations

import os
import re
import typing
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar
from unittest.mock import patch

import numpy as np

from ki_briefing.base.deadline import TooLate, within
from ki_briefing.base.errors import SpeechError
from ki_briefing.base.records import RecordError, from_plain, to_plain
from ki_briefing.base.secrets import IS_VARIABLE
from ki_briefing.model.sound import Clip
from ki_briefing.model.spans import Pronunciation
from ki_briefing.model.text import Utterance, UtteranceRole
from ki_briefing.show.voices import Voice
from ki_briefing.voice.engine import Form, S
from ki_briefing.voice.heard import slips
from ki_briefing.voice.online.answers import AUDIBLE, is_plausible

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from ki_briefing.voice.engine import Engine, Plugin

    Promise = Callable[["_Trial"], None]

_SENTENCES = (
    "Das Unternehmen hat am Montag ein neues Modell vorgestellt.",
    "Es kostet viereinhalb Millionen Euro.",
    "Größe, Übermut und Äpfel: So klingt es in Köln, sagt die Forscherin, und niemand widerspricht ihr heute noch.",
    "Was sagt der Chef dazu?",
)
_ODD = (
    "", " ", "\n\n", "…", "–", "!?", "\0", "a\0b", "\ud800", "\ue000", "😀", "漢字", "a\u200bb", "<voice>", "&amp;",
    "[[x]]", "</speak>", "{{a}}", "%s%n", "x" * 200, "Wort " * 100,
)  # fmt: skip
_WORD = "Guacamole"
_BESIDE = ("({})", "„{}“", "»{}«", '"{}"', "'{}'", "– {} –", "/{}/", "{}-{}", "{}/{}", "{}, {}.", "…{}…", "{}!")
_FORMS = {
    Form.IPA: Pronunciation(0, len(_WORD), ipa="baˈnaːnənˌkuːxn̩"),
    Form.RESPELLING: Pronunciation(0, len(_WORD), respelling="Bananenkuchen"),
    Form.LANGUAGE: Pronunciation(0, len(_WORD), language="en"),
}
_PATIENCE = 120  # seconds for one utterance
_THREADS = 4
_RATES = (8_000, 192_000)  # Hz
_VARIABLE = "KI_BRIEFING_CONFORMANCE_SECRET"


class BrokenPromise(AssertionError):
    """The engine breaks a promise of the port; the message says which."""


@dataclass(frozen=True, slots=True)
class _Trial:
    plugin: Plugin[Any]
    settings: Any = None

    def require(self, kept: bool, otherwise: str) -> None:
        if not kept:
            raise BrokenPromise(f"engine '{self.plugin.facts.name}' {otherwise}")

    def make(self, **changed: str) -> Engine:
        return self.plugin.make(replace(self.settings or self.plugin.Settings(), **changed))

    def say(self, engine: Engine, text: str, *pronunciations: Pronunciation) -> Clip:
        """Return what the engine says, checked to be sound, on a thread of its own: so it is asked in a build, too."""
        utterance = Utterance(text, text, UtteranceRole.PARAGRAPH, 0, (), pronunciations)
        try:
            clip = within(_PATIENCE, lambda: engine.synthesize(utterance))
        except (SpeechError, KeyboardInterrupt):
            raise
        except TooLate:
            self.require(False, f"has not answered within {_PATIENCE} s to {_shown(text)}")
        except BaseException as error:
            self.require(False, f"raises {error!r} where a SpeechError belongs, for {_shown(text)}")
        self.require(isinstance(clip, Clip), f"returns {type(clip).__name__}, no Clip, for {_shown(text)}")
        samples, rate = clip.samples, clip.sample_rate
        self.require(
            samples.dtype == np.float32 and samples.ndim == 1,
            f"returns samples of {samples.dtype} in the shape {samples.shape}, not float32 in one row",
        )
        self.require(len(samples) > 0, f"returns no samples for {_shown(text)}: that is a SpeechError")
        self.require(bool(np.isfinite(samples).all()), f"returns NaN or infinity for {_shown(text)}")
        self.require(
            type(rate) is int and _RATES[0] <= rate <= _RATES[1],
            f"returns a sample rate of {rate!r}; it is a whole number from {_RATES[0]} to {_RATES[1]} Hz",
        )
        return clip


def _settings_have_defaults_that_show_toml_accepts(trial: _Trial) -> None:
    kind = trial.plugin.Settings
    trial.require(is_dataclass(kind), "has Settings that are no dataclass")
    for key in {item.name for item in fields(Voice)} & {item.name for item in fields(kind)}:
        trial.require(False, f"has a setting '{key}': that key of [voice] is ours")
    complaint = ""
    try:
        default = from_plain(kind, {})
        trial.require(isinstance(default, Hashable), "has Settings that are not frozen")
        if from_plain(kind, to_plain(default)) != default:
            complaint = "it comes back from show.toml as another value"
    except RecordError as error:
        complaint = str(error)
    trial.require(not complaint, f"has a setting without a good default: {complaint}")


def _facts_are_complete(trial: _Trial) -> None:
    facts = trial.plugin.facts
    trial.require(facts.name.isprintable() and " " not in facts.name and facts.name != "", "has no name of one word")
    trial.require(facts.note.strip() != "" and "\n" not in facts.note, "does not say in one line what it is (note)")
    trial.require(facts.licence.strip() != "", "does not say under what licence it speaks")
    trial.require(facts.at_once >= 0, f"says that {facts.at_once} threads may ask at once")
    trial.require(facts.understands <= frozenset(Form), "understands forms of a pronunciation that do not exist")


def _fingerprint_is_one_line_and_stable(trial: _Trial) -> None:
    first, second = trial.make(), trial.make()
    before = first.fingerprint
    trial.require(before != "" and before.isprintable(), f"has a fingerprint that is not one line: {before!r}")
    trial.require(second.fingerprint == before, f"made twice, has two fingerprints: {before}; {second.fingerprint}")
    trial.say(first, _SENTENCES[0])
    trial.require(first.fingerprint == before, "changes its fingerprint by speaking")


def _secrets_stay_out_of_the_fingerprint(trial: _Trial) -> None:
    hints = typing.get_type_hints(trial.plugin.Settings, include_extras=True)
    for name in (name for name, hint in hints.items() if IS_VARIABLE in typing.get_args(hint)):
        found = []
        for secret in ("first-secret-7319", "second-secret-2846"):
            with patch.dict(os.environ, {_VARIABLE: secret}):
                found.append(trial.make(**{name: _VARIABLE}).fingerprint)
            trial.require(secret not in found[-1], f"writes the secret of its setting '{name}' into its fingerprint")
        trial.require(found[0] == found[1], f"has another fingerprint for another secret of its setting '{name}'")


def _speech_is_audible_and_as_long_as_its_text(trial: _Trial) -> None:
    engine = trial.make()
    for text in _SENTENCES:
        clip = trial.say(engine, text)
        trial.require(float(np.abs(clip.samples).max()) >= AUDIBLE, f"is silent when asked for {_shown(text)}")
        trial.require(
            is_plausible(_seconds(clip), text),
            f"says {len(text)} letters in {_seconds(clip):.1f} s: 0.03 to 0.3 s a letter are speech",
        )


def _longer_text_sounds_longer(trial: _Trial) -> None:
    engine = trial.make()
    short, long = (trial.say(engine, text) for text in (_SENTENCES[1], " ".join(_SENTENCES[:2])))
    trial.require(
        _seconds(long) > _seconds(short),
        "needs no longer for two sentences than for the second of them",
    )


def _equal_calls_give_equal_samples(trial: _Trial) -> None:
    engine = trial.make()
    first, kept = [], []
    for text in _SENTENCES:
        first.append(trial.say(engine, text))
        kept.append(first[-1].samples.copy())
    again = [trial.say(engine, text) for text in reversed(_SENTENCES)][::-1]
    other = trial.make()
    anew = [trial.say(other, text) for text in _SENTENCES]
    for text, clip, samples, second, third in zip(_SENTENCES, first, kept, again, anew, strict=True):
        trial.require(np.array_equal(clip.samples, samples), "writes into a clip that it has returned")
        trial.require(_same(second, clip), f"says {_shown(text)} otherwise after other sentences: it holds a state")
        trial.require(_same(third, clip), f"made twice with one fingerprint, says {_shown(text)} in two ways")


def _words_are_timed_in_order_and_inside(trial: _Trial) -> None:
    engine = trial.make()
    for text in _SENTENCES:
        clip = trial.say(engine, text)
        if not trial.plugin.facts.word_times:
            trial.require(not clip.words, "tells word times, but its facts say that it does not")
            continue
        trial.require(bool(clip.words), f"tells no word times for {_shown(text)}, but its facts say that it does")
        for word in clip.words:
            trial.require(
                0 <= word.start < word.end <= len(text) and 0 <= word.onset < word.offset <= len(clip.samples),
                f"tells of {_shown(text)} a word outside its text or its sound: {word}",
            )
        for word, following in pairwise(clip.words):
            trial.require(
                word.end <= following.start and word.offset <= following.onset,
                f"tells of {_shown(text)} words that are not in order: {word}, {following}",
            )
    if trial.plugin.facts.word_times:
        _require_every_word_once(trial, engine)


def _require_every_word_once(trial: _Trial, engine: Engine) -> None:
    """Whatever stands beside a word, with and without a pronunciation: its words tell of it, once."""
    alone = [form.format(*[_WORD] * 2) for form in _BESIDE]
    for text in (*_SENTENCES, *alone, *(f"Heute sagt {each} niemand alles." for each in alone)):
        for how in (None, *_FORMS.values()):
            places = [match.start() for match in re.finditer(_WORD, text)] if how else []
            said = trial.say(engine, text, *(replace(how, start=at, end=at + len(_WORD)) for at in places if how))
            for slip in slips(text, said.words):
                fault = "says twice" if slip.twice else "leaves out, by its word times,"
                trial.require(False, f"{fault} '{text[slip.start : slip.end]}' of {_shown(text)}")


def _pronunciations_matter_only_in_the_forms_it_understands(trial: _Trial) -> None:
    engine = trial.make()
    text = f"{_WORD} steht heute auf der Karte."
    plain = trial.say(engine, text)
    for form, how in _FORMS.items():
        said = trial.say(engine, text, how)
        if form not in trial.plugin.facts.understands:
            trial.require(_same(said, plain), f"minds a pronunciation's {form}, but its facts say that it does not")
        elif form is not Form.LANGUAGE:  # a voice may well say a foreign word alike
            trial.require(not _same(said, plain), f"does not mind a pronunciation's {form}, but its facts say so")
    whole = "".join(f"{_WORD}, " for _ in _FORMS)
    at = len(_WORD) + 2
    trial.say(
        engine, whole, *(replace(how, start=at * n, end=at * n + len(_WORD)) for n, how in enumerate(_FORMS.values()))
    )


def _what_cannot_be_said_is_a_speech_error(trial: _Trial) -> None:
    engine = trial.make()
    for text in _ODD:
        try:
            trial.say(engine, text)
        except SpeechError as error:
            trial.require(error.hint != "", f"refuses {_shown(text)} without a hint: {error.message}")


def _threads_get_the_same_samples(trial: _Trial) -> None:
    engine = trial.make()
    alone = [trial.say(engine, text) for text in _SENTENCES]
    with ThreadPoolExecutor(trial.plugin.facts.at_once or _THREADS) as threads:
        together = list(threads.map(lambda text: trial.say(engine, text), _SENTENCES * 3))
    for text, clip, expected in zip(_SENTENCES * 3, together, alone * 3, strict=True):
        trial.require(_same(clip, expected), f"says {_shown(text)} otherwise while other threads ask")


PROMISES: tuple[Promise, ...] = (
    _settings_have_defaults_that_show_toml_accepts,
    _facts_are_complete,
    _fingerprint_is_one_line_and_stable,
    _secrets_stay_out_of_the_fingerprint,
    _speech_is_audible_and_as_long_as_its_text,
    _longer_text_sounds_longer,
    _equal_calls_give_equal_samples,
    _words_are_timed_in_order_and_inside,
    _pronunciations_matter_only_in_the_forms_it_understands,
    _what_cannot_be_said_is_a_speech_error,
    _threads_get_the_same_samples,
)


def check_plugin(plugin: Plugin[S], settings: S | None = None) -> None:
    """Have an engine speak and keep every promise.

    Args:
        settings: What to make it with; else its defaults.

    Raises:
        BrokenPromise: It breaks one.
        BriefingError: It cannot be made, or refuses an ordinary sentence.
    """
    trial = _Trial(plugin, settings)
    for promise in PROMISES:
        promise(trial)


class EngineConformance:
    """A pytest class: one test per promise. Subclass it, and name the plugin; ``settings`` if not its defaults."""

    plugin: ClassVar[Plugin[Any]]
    settings: ClassVar[Any] = None

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of each promise."""
        if "promise" in metafunc.fixturenames:
            metafunc.parametrize("promise", PROMISES, ids=[each.__name__.strip("_") for each in PROMISES])

    def test_engine(self, promise: Promise) -> None:
        """Have the engine speak and keep a promise."""
        promise(_Trial(self.plugin, self.settings))


def _seconds(clip: Clip) -> float:
    return len(clip.samples) / clip.sample_rate


def _same(one: Clip, other: Clip) -> bool:
    return one.sample_rate == other.sample_rate and np.array_equal(one.samples, other.samples)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
