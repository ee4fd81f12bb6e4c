"""Several voices in one script: each says its part, and who cannot is replaced in all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fakes import ToneEngine, speaker
from ki_briefing.base.errors import ConfigError, EngineOffline, NotReady, OverLimit, SpeechError
from ki_briefing.base.store import Store
from ki_briefing.model.text import Script, Segment, SegmentKind, Utterance, UtteranceRole
from ki_briefing.show.reading import load_show
from ki_briefing.show.voices import Extent, Voice
from ki_briefing.voice import spending
from ki_briefing.voice.cast import Member, Part, Performance, load_parts, perform

Fails = Callable[[str], Exception | None]


def said_by(voice: str, *texts: str) -> tuple[Utterance, ...]:
    return tuple(Utterance(text, text, UtteranceRole.PARAGRAPH, 350, voice=voice) for text in texts)


SCRIPT = Script(
    "Titel",
    (
        Segment(SegmentKind.INTRO, "Eins", said_by("anna", "Guten Tag.", "Es geht los.")),
        Segment(SegmentKind.SECTION, "Zwei", (*said_by("anna", "Er sagt:"), *said_by("ben", "Das ist neu."))),
        Segment(SegmentKind.OUTRO, "Drei", (*said_by("ben", "Sagt er."), *said_by("anna", "Danke.", "Guten Tag."))),
    ),
    (),
)
TEXTS = [utterance.spoken for utterance in SCRIPT.utterances]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "clips")


def away(_text: str) -> Exception:
    return EngineOffline("nobody answers")


def not_the(word: str) -> Fails:
    return lambda text: SpeechError(f"cannot say {word}") if word in text else None


class Company:
    """Voices of tones, by name."""

    def __init__(self, store: Store, **fails: Fails) -> None:
        self._store = store
        self.engines = {name: ToneEngine(name, fails.get(name)) for name in ("anna", "ben", "eva", "kai")}

    def part(self, *names: str, extent: Extent = Extent.EPISODE) -> Part:
        members = (
            Member(name, name.title(), Voice(credit=f"Stimme: {name}"), speaker(self.engines[name], at_once=1))
            for name in names
        )
        return Part(names[0], tuple(members), extent)

    def perform(self, *parts: Part) -> Performance:
        return perform(SCRIPT, parts, self._store)


def voices(performance: Performance) -> list[str]:
    return [take.fingerprint for take in performance.takes]


def test_each_voice_says_its_part_and_takes_name_it(store: Store) -> None:
    company = Company(store)
    done = company.perform(company.part("anna"), company.part("ben"))

    assert voices(done) == ["anna", "anna", "anna", "ben", "ben", "anna", "anna"]
    assert [take.speaker for take in done.takes] == ["Anna", "Anna", "Anna", "Ben", "Ben", "Anna", "Anna"]
    assert [take.frames for take in done.takes] == [len(text) * 220 for text in TEXTS]
    assert [(part.voice, part.utterances) for part in done.parts] == [("anna", (0, 1, 2, 5, 6)), ("ben", (3, 4))]
    assert done.degraded == ()
    assert done.spoken == 6  # "Guten Tag." once


def test_where_one_voice_says_all_no_take_names_it(store: Store) -> None:
    company = Company(store, ben=away)
    done = company.perform(company.part("anna"), company.part("ben", "anna"))

    assert {take.speaker for take in done.takes} == {""}
    assert done.degraded == (3, 4)


def test_a_voice_that_cannot_say_all_is_replaced_in_all_its_part_and_the_others_stay(store: Store) -> None:
    company = Company(store, anna=not_the("Danke"))
    done = company.perform(company.part("anna", "eva"), company.part("ben"))

    assert voices(done) == ["eva", "eva", "eva", "ben", "ben", "eva", "eva"]
    first, second = done.parts
    assert (first.voice, first.instead_of, first.reason) == ("eva", "anna", "cannot say Danke")
    assert (second.voice, second.instead_of, second.reason) == ("ben", "", "")
    assert done.degraded == (0, 1, 2, 5, 6)


def test_by_segment_only_the_chapters_change_in_which_something_failed(store: Store) -> None:
    company = Company(store, anna=not_the("Danke"))
    done = company.perform(company.part("anna", "eva", extent=Extent.SEGMENT), company.part("ben"))

    assert voices(done) == ["anna", "anna", "anna", "ben", "ben", "eva", "eva"]
    assert done.degraded == (5, 6)


def test_the_first_of_the_list_who_can_say_all_stands_in(store: Store) -> None:
    company = Company(store, anna=away, eva=not_the("Danke"))
    done = company.perform(company.part("anna", "eva", "kai", "ben"), company.part("ben"))

    assert voices(done) == ["kai", "kai", "kai", "ben", "ben", "kai", "kai"]
    assert company.engines["anna"].said == ["Guten Tag."]
    assert done.parts[0].reason == "nobody answers"


def test_what_is_offline_is_asked_once(store: Store) -> None:
    company = Company(store, anna=away)
    by_segment = company.part("anna", "eva", extent=Extent.SEGMENT)
    done = company.perform(by_segment, company.part("ben", "anna", "eva"))

    assert company.engines["anna"].said == ["Guten Tag."]
    assert voices(done) == ["eva", "eva", "eva", "ben", "ben", "eva", "eva"]


def test_what_a_voice_said_before_it_failed_is_kept_for_its_return(store: Store) -> None:
    company = Company(store, anna=not_the("Danke"))
    company.perform(company.part("anna", "eva"), company.part("ben"))
    again = Company(store)
    done = again.perform(again.part("anna", "eva"), again.part("ben"))

    assert again.engines["anna"].said == ["Danke."]
    assert done.degraded == ()
    assert done.spoken == 1


def test_the_fallback_is_not_asked_when_nothing_fails(store: Store) -> None:
    company = Company(store)
    company.perform(company.part("anna", "eva"), company.part("ben", "eva"))

    assert company.engines["eva"].said == []


def test_when_all_fail_the_last_ones_error_is_told(store: Store) -> None:
    company = Company(store, anna=away, eva=not_the("Guten"))

    with pytest.raises(SpeechError, match="cannot say Guten"):
        company.perform(company.part("anna", "eva"), company.part("ben"))


def test_a_bug_in_an_engine_is_not_hidden_by_the_fallback(store: Store) -> None:
    company = Company(store, anna=lambda _text: ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        company.perform(company.part("anna", "eva"), company.part("ben"))


def parts_of(folder: Path, settings: str) -> tuple[Part, ...]:
    (folder / "show.toml").write_text(settings, encoding="utf-8")
    return load_parts(load_show(folder))


def test_a_shows_cast_is_made_with_the_voices_settings(tmp_path: Path) -> None:
    settings = """
        [podcast]
        title = "Unser Podcast"
        [voice]
        fallback = ["ben", "espeak"]
        [voices.ben]
        name = "de+m3"
        credit = "Ben"
        fallback = "espeak"
        [cast]
        quote = "ben"
        [cast.authors]
        "Eva Muster" = "espeak"
    """
    own, ben, espeak = parts_of(tmp_path, settings)

    assert [part.name for part in (own, ben, espeak)] == ["", "ben", "espeak"]
    assert [member.name for member in own.members] == ["espeak", "ben", "espeak"]
    assert [member.title for member in own.members] == ["Espeak", "Ben", "Espeak"]
    assert [member.credit for member in ben.members] == ["Ben", "Stimme: espeak-ng (GPL-3.0-or-later)"]
    assert ben.members[0].speaker.engine.fingerprint == "espeak-ng 1.52.0 gmw/de+m3 +0% r4"
    assert own.members[1] is ben.members[0]


def test_the_shows_own_voice_is_not_needed_where_another_is_the_default(tmp_path: Path) -> None:
    (part,) = parts_of(tmp_path, "[voice]\nengine = 'nobody'\n[cast]\ndefault = 'espeak'\n")

    assert part.name == "espeak"


@pytest.mark.parametrize(
    ("settings", "complaint", "hint"),
    [
        (
            "[voices.anna]\nname = 'fr'\n[cast]\ndefault = 'anna'",
            r"^\[voices.anna\] name: engine 'espeak' has no voice 'fr'",
            'name = "de"',
        ),
        (
            "[voices.anna]\nraet = 3\n[cast]\ndefault = 'anna'",
            "show.toml: voices: anna: unknown key 'raet'",
            "'rate'?",
        ),
    ],
)
def test_a_voice_that_cannot_be_made_is_refused_before_a_word_is_spoken(
    tmp_path: Path, settings: str, complaint: str, hint: str
) -> None:
    with pytest.raises(ConfigError, match=complaint) as caught:
        parts_of(tmp_path, settings)
    assert hint in caught.value.hint


NO_VOICES = """
    [voice]
    engine = "piper"
    fallback = ["keyed", "eva", "espeak"]
    [voices.keyed]
    engine = "http"
    address = "https://voices.example/v1"
    key = "NOBODYS_KEY"
    [voices.eva]
    engine = "piper"
    name = "eva"
"""


def test_who_is_not_on_this_machine_is_passed_over_and_told(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KI_BRIEFING_VOICES", str(tmp_path / "none"))
    (part,) = parts_of(tmp_path, NO_VOICES)
    script = Script("T", (Segment(SegmentKind.INTRO, "T", said_by("", "Ja.")),), ())
    (said,) = perform(script, (part,), store).parts

    assert [member.name for member in part.members] == ["espeak"]
    assert (said.voice, said.instead_of, said.utterances) == ("espeak", "piper", (0,))
    own, keyed, eva = said.reason.split("; ")
    assert "piper" in own
    assert keyed == "keyed: the environment variable NOBODYS_KEY is not set"
    assert eva.startswith("eva: ")


def test_where_nobody_is_on_this_machine_the_last_ones_error_is_told(tmp_path: Path) -> None:
    settings = NO_VOICES.replace(', "eva", "espeak"', "")

    with pytest.raises(NotReady, match="NOBODYS_KEY"):
        parts_of(tmp_path, settings)


def test_who_is_missing_is_told_only_where_somebody_stands_in(store: Store) -> None:
    company = Company(store, anna=not_the("Danke"))
    anna = replace(company.part("anna", "eva"), missing="kai: not there")
    done = company.perform(anna, company.part("ben"))

    assert [part.reason for part in done.parts] == ["cannot say Danke; kai: not there", ""]


@pytest.mark.parametrize(
    ("extent", "who"),
    [
        (Extent.EPISODE, ["eva", "eva", "eva", "ben", "ben", "eva", "eva"]),
        (Extent.SEGMENT, ["eva", "eva", "anna", "ben", "ben", "eva", "eva"]),
    ],
)
def test_over_its_limit_a_voice_is_replaced_and_refused_where_nobody_stands_in(
    store: Store, extent: Extent, who: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spending, "_SENT", type(spending._SENT)())
    company = Company(store)
    part = company.part("anna", "eva", extent=extent)
    own, other = part.members
    limited = replace(own, speaker=replace(own.speaker, facts=replace(own.speaker.facts, limit=20)))
    done = company.perform(replace(part, members=(limited, other)), company.part("ben"))

    assert voices(done) == who
    assert "[voice] limit" in done.parts[0].reason
    with pytest.raises(OverLimit, match="limit of a run is 20"):
        company.perform(replace(part, members=(limited,)), company.part("ben"))
