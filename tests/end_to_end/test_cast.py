"""Several voices in one show, from show.toml to the air: how they sound, what tells them apart, who stands in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import webvtt

import google_translate as google
from ki_briefing.base.errors import Exit
from ki_briefing.build import build_episode
from ki_briefing.check import check_episode
from ki_briefing.episode.release import read_release
from ki_briefing.model.episode import DigitalSourceType, Release
from ki_briefing.new import new_episode
from ki_briefing.run import run_show
from ki_briefing.show.reading import load_show
from ki_briefing.sound import codec, loudness
from ki_briefing.taking.report import RunReport

NOW = datetime(2026, 3, 4, 6, 5, tzinfo=UTC)
INTERVIEW = """# Ein Gespräch über Chips

Die Forscherin erklärt, warum es nicht schneller geht, und was als Nächstes kommt.

## Was die Forscher sagen

Forscher sehen Grenzen ohne bessere Hardware, und sie sagen es auch: Um 12:30 Uhr war alles klar.

> „Um 14:30 Uhr haben wir es versucht: Es hat nicht gereicht“, sagt Lin. Mehr war nicht zu holen, aber wir bleiben dran.

Danach ging es weiter. „We have never seen anything like this before in our lives.“ Das war der Satz des Tages.

## Kurz erklärt: Was ist ein Chip?

Ein Chip ist ein kleines Stück Silizium, auf dem viele Schalter sitzen. Er rechnet sehr schnell.
"""
NOTICE = "Dieser Beitrag enthält eine KI-generierte Stimme und synthetische Stimmen."
SHORT = """# Ein kurzer Titel

Der Satz steht hier, lang genug für einen Absatz, und er wird gesprochen.
"""
CAST = """
[jingles]
style = "none"
[voices.anna]
engine = "pico"
[voices.ben]
name = "de+m3"
title = "Ben König"
[voices.kim]
name = "de+f4"
credit = "Kim: eine Stimme aus dem Baukasten"
[cast]
default = "anna"
quote = "ben"
explainer = "ben"
[cast.languages]
en = "kim"
"""


def episode_of(folder: Path, settings: str, article: str = INTERVIEW) -> Path:
    (folder / "show.toml").write_text(settings, encoding="utf-8")
    (folder / "artikel.md").write_text(article, encoding="utf-8")
    return new_episode(folder / "artikel.md", load_show(folder), now=NOW)


def release_of(episode: Path) -> Release:
    return read_release(episode / "built" / "episode.json")


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an episode in three voices."""
    episode = episode_of(tmp_path_factory.mktemp("show"), CAST)
    build_episode(episode)
    return episode


def test_the_voices_are_equally_loud_in_the_finished_mp3(spoken: Path) -> None:
    release = release_of(spoken)
    samples = codec.decode((spoken / "built" / release.audio.name).read_bytes())
    rate = release.episode.sample_rate
    said: dict[str, list[np.ndarray]] = {}
    for sentence in release.episode.sentences:
        heard = samples[sentence.start * rate // 1000 : sentence.end * rate // 1000]
        said.setdefault(sentence.speaker, []).append(heard)
    heard_at = {
        name: loudness.integrated(loudness.estimated(np.concatenate(pieces), rate, rate // 10).astype(np.float32))
        for name, pieces in said.items()
    }

    assert heard_at.keys() == {"Anna", "Ben König", "Kim"}
    assert max(heard_at.values()) - min(heard_at.values()) <= 1.0, heard_at


def test_every_transcript_names_who_speaks(spoken: Path) -> None:
    built, slug = spoken / "built", release_of(spoken).episode.slug
    assert release_of(spoken).episode.notice == NOTICE
    captions = webvtt.read(str(built / f"{slug}.vtt")).captions
    segments = json.loads((built / f"{slug}.json").read_text())["segments"]
    srt = (built / f"{slug}.srt").read_text(encoding="utf-8")
    page = (built / f"{slug}.html").read_text(encoding="utf-8")

    by_text = {caption.text.replace("\n", " "): caption.voice for caption in captions}
    assert by_text["Danach ging es weiter."] == "Anna"
    assert by_text["„We have never seen anything like this before in our lives.“"] == "Kim"
    assert by_text["Er rechnet sehr schnell."] == "Ben König"
    assert {each["body"]: each["speaker"] for each in segments}["Danach ging es weiter."] == "Anna"
    assert "\nBen König: Kurz erklärt∶ Was ist ein Chip?\n" in srt
    assert page.count("<cite>Ben König:</cite>") == 2


def test_the_notes_credit_each_voice_once_and_the_marking_follows_the_trained_one(spoken: Path) -> None:
    notes = (spoken / "built" / "notes.txt").read_text(encoding="utf-8")
    episode = release_of(spoken).episode

    assert notes.count("SVOX Pico") == notes.count("espeak-ng") == notes.count("Kim: eine Stimme") == 1
    assert episode.digital_source_type == DigitalSourceType.TRAINED
    assert [name in episode.engine for name in ("svox-pico", "de+m3", "de+f4")] == [True] * 3


def test_the_record_says_who_spoke_what_and_the_check_passes(spoken: Path) -> None:
    record = json.loads((spoken / "built" / "build.json").read_text())
    verdict = check_episode(spoken)

    assert [(part["voice"], part["engine"]) for part in record["voices"]] == [
        ("anna", "pico"), ("ben", "espeak"), ("kim", "espeak"),
    ]  # fmt: skip
    assert sorted(index for part in record["voices"] for index in part["utterances"]) == [*range(record["utterances"])]
    assert verdict.passed
    assert not [each for each in verdict.findings if each.name == "misread words" and each.advice]


def test_another_cast_speaks_only_what_has_another_voice_now(spoken: Path, tmp_path: Path) -> None:
    show = shutil.copytree(spoken.parent, tmp_path / "show")
    assert build_episode(show / spoken.name).unchanged
    settings = CAST.replace('quote = "ben"', 'quote = "kim"')
    (show / "show.toml").write_text(settings, encoding="utf-8")

    assert build_episode(show / spoken.name).spoken == 2


def test_an_engine_named_for_one_build_says_all(tmp_path: Path) -> None:
    (part,) = build_episode(episode_of(tmp_path, CAST, SHORT), engine="espeak").voices

    assert (part.voice, part.instead_of) == ("espeak", "")


# --- fallback ---


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[google.GoogleTranslate]:
    """Return an online voice on loopback, which refuses as long as there is a file ``away``."""

    def reply(_number: int, text: str) -> bytes:
        return (
            google.http(b"no", "403 Forbidden")
            if (tmp_path / "away").exists()
            else google.answer(text, google.tone_mp3(0.06 * len(text)))
        )

    started = google.GoogleTranslate(tmp_path, reply)
    monkeypatch.setenv("HTTPS_PROXY", started.proxy)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(started.bundle))
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    yield started
    started.close()


def test_whoever_stood_in_is_replaced_once_the_first_voice_is_back(
    tmp_path: Path, service: google.GoogleTranslate
) -> None:
    show = tmp_path / "show"
    show.mkdir()
    settings = '[voice]\nengine = "gtts"\nfallback = ["espeak"]\n[publication]\nbase_url = "https://example.org"\n'
    episode = episode_of(show, settings + '[jingles]\nstyle = "none"\n', SHORT)
    (tmp_path / "away").touch()

    def run(hours: float) -> RunReport:
        return run_show(show, now=NOW + timedelta(hours=hours))

    first = run(0)
    asked = len(service.asked)
    silent = run(0.5)
    assert (first.exit_code, first.degraded) == (Exit.DEGRADED, (episode,))
    assert release_of(episode).episode.digital_source_type == DigitalSourceType.ALGORITHMIC
    assert (silent.exit_code, silent.built, len(service.asked)) == (Exit.DONE, (), asked)

    before = release_of(episode)
    still_away = run(1)
    assert (still_away.exit_code, still_away.built, still_away.messages(again=True)) == (Exit.DONE, (), ())
    assert len(service.asked) > asked
    assert release_of(episode) == before

    (tmp_path / "away").unlink()
    back = run(2)
    after = release_of(episode)
    assert back.troubles == ()
    assert (back.exit_code, back.built, back.degraded) == (Exit.DONE, (episode,), ())
    assert after.episode.digital_source_type == DigitalSourceType.TRAINED
    assert (after.episode.guid, after.episode.engine[:4]) == (before.episode.guid, "gtts")
    assert (show / "public" / after.audio.name).read_bytes() == (episode / "built" / after.audio.name).read_bytes()

    asked = len(service.asked)
    assert run(3).built == ()
    assert len(service.asked) == asked
