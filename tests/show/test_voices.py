"""Who speaks: a show's voices by name, and the cast that gives each utterance one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ki_briefing.base.errors import ConfigError
from ki_briefing.model.text import SegmentKind, UtteranceRole
from ki_briefing.show.reading import load_show
from ki_briefing.show.settings import Show
from ki_briefing.show.voices import Extent, Voice

TWO = """
[voice]
fallback = "espeak"
fallback_by = "segment"
[voices]
eva = {}
kai = {}
tom = {}
john = {}
mey = {}
muster = {}
kurz = {}
[voices.anna]
engine = "gtts"
[voices.ben]
name = "de+m3"
fallback = ["anna", "pico"]
title = "Ben König"
credit = "Ben, CC0"
[cast]
default = "anna"
quote = "ben"
explainer = "eva"
headline = "kai"
question = "tom"
[cast.languages]
en = "john"
[cast.speakers]
"Meyer" = "mey"
[cast.authors]
"Eva Muster" = "muster"
"Hans Kurz" = "kurz"
"""


def show_of(folder: Path, settings: str) -> Show:
    return load_show(folder, settings)


def test_a_voice_has_its_own_keys_and_without_a_fallback_that_of_the_show(tmp_path: Path) -> None:
    show = show_of(tmp_path, TWO)
    anna, ben = show.voice_named("anna"), show.voice_named("ben")

    assert (anna.engine, anna.title, anna.fallback, anna.fallback_by) == ("gtts", "Anna", ("espeak",), Extent.SEGMENT)
    assert (ben.engine, ben.title, ben.fallback, ben.fallback_by) == (
        "espeak", "Ben König", ("anna", "pico"), Extent.EPISODE,
    )  # fmt: skip
    assert ben.credit == "Ben, CC0"
    assert [(each.key, each.value) for each in ben.options.items] == [("name", "de+m3")]
    assert ben.options.place == f"{tmp_path / 'show.toml'}: voices: ben"


def test_an_engine_is_a_voice_too(tmp_path: Path) -> None:
    assert show_of(tmp_path, TWO).voice_named("espeak") == Voice(engine="espeak", title="Espeak")


@pytest.mark.parametrize(("name", "hint"), [("ana", "Did you mean 'anna'?"), ("espek", "Did you mean 'espeak'?")])
def test_an_unknown_voice_names_the_nearest(tmp_path: Path, name: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=f"there is no voice '{name}'") as caught:
        show_of(tmp_path, TWO).voice_named(name)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ("[cast]\nqoute = 'anna'", "cast: unknown key 'qoute'"),
        ("[cast]\nquote = 3", "cast: quote: must be text, not 3"),
        ("[cast]\nauthors = 'anna'", "cast: authors: must be a table"),
        ("[cast.authors]\nEva = 3", "cast: authors: Eva: must be text, not 3"),
        ("[voices]\nanna = 'pico'", "voices: anna: must be a table"),
        ("[voice]\nfallback = 3", "voice: fallback: must be a list"),
        ("[voice]\nfallback = [3]", "voice: fallback: must be text, not 3"),
        ("[voice]\nfallback_by = 'word'", "voice: fallback_by: must be 'episode' or 'segment', not 'word'"),
    ],
)
def test_what_cannot_be_a_voice_or_a_role_is_refused(tmp_path: Path, settings: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        show_of(tmp_path, settings)
    assert caught.value.message == f"{tmp_path / 'show.toml'}: {complaint}"


@pytest.mark.parametrize(
    ("settings", "complaint", "hint"),
    [
        ("[cast]\nquote = 'espek'", "cast: quote: there is no voice 'espek'", "'espeak'?"),
        ("[voices.anna]\n[cast.authors]\nEva = 'ana'", "cast: authors: Eva: there is no voice 'ana'", "'anna'?"),
        ("[cast.languages]\nen = 'jon'\n[voices.john]", "cast: languages: en: there is no voice 'jon'", "'john'?"),
        ("[voices.anna]\nfallback = 'espek'", "voices: anna: fallback: there is no voice 'espek'", "'espeak'?"),
        ("[voice]\nfallback = 'espek'", "voice: fallback: there is no voice 'espek'", "'espeak'?"),
    ],
)
def test_a_voice_that_is_not_there_is_refused_where_it_is_named(
    tmp_path: Path, settings: str, complaint: str, hint: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        show_of(tmp_path, settings)
    assert caught.value.message == f"{tmp_path / 'show.toml'}: {complaint}"
    assert hint in caught.value.hint


def test_a_fallback_may_be_one_name_several_or_none(tmp_path: Path) -> None:
    given = ("", "fallback = ''", "fallback = 'pico'", "fallback = ['pico', 'espeak']")

    assert [show_of(tmp_path, f"[voice]\n{each}\n").voice.fallback for each in given] == [
        (), (), ("pico",), ("pico", "espeak"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "kind", "whose", "voice"),
    [
        (UtteranceRole.PARAGRAPH, SegmentKind.SECTION, {}, "anna"),
        (UtteranceRole.QUOTE, SegmentKind.SECTION, {}, "ben"),
        (UtteranceRole.QUOTE, SegmentKind.EXPLAINER, {}, "ben"),
        (UtteranceRole.PARAGRAPH, SegmentKind.EXPLAINER, {}, "eva"),
        (UtteranceRole.HEADLINE, SegmentKind.INTRO, {}, "kai"),
        (UtteranceRole.QUESTION, SegmentKind.SECTION, {}, "tom"),
        (UtteranceRole.QUESTION, SegmentKind.SECTION, {"speaker": "Dr. Meyer"}, "mey"),
        (UtteranceRole.ANSWER, SegmentKind.SECTION, {"speaker": "Meyerhoff"}, "anna"),
        (UtteranceRole.QUOTE, SegmentKind.SECTION, {"language": "en", "speaker": "Meyer"}, "john"),
        (UtteranceRole.PARAGRAPH, SegmentKind.SECTION, {"author": "Hans Kurz und Eva Muster"}, "kurz"),
        (UtteranceRole.PARAGRAPH, SegmentKind.SECTION, {"author": "Von EVA MUSTER, Berlin"}, "muster"),
        (UtteranceRole.FRAME, SegmentKind.OUTRO, {"author": "Eva Muster"}, "anna"),
        (UtteranceRole.PARAGRAPH, SegmentKind.EXPLAINER, {"author": "Eva Muster"}, "eva"),
    ],
)
def test_the_most_specific_rule_of_the_cast_decides(
    tmp_path: Path, role: UtteranceRole, kind: SegmentKind, whose: dict[str, str], voice: str
) -> None:
    assert show_of(tmp_path, TWO).cast.voice_of(role, kind, **whose) == voice


def test_without_a_cast_the_shows_own_voice_speaks(tmp_path: Path) -> None:
    assert Show(tmp_path).cast.voice_of(UtteranceRole.PARAGRAPH, SegmentKind.SECTION) == ""
