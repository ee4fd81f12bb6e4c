"""A show with built episodes, as publishing finds them on disk."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ki_briefing.episode.assets import measure_asset
from ki_briefing.episode.media_types import CHAPTERS_TYPE
from ki_briefing.episode.release import release_json as to_json
from ki_briefing.model.episode import Episode, Release
from ki_briefing.show.podcast import Person, Podcast, Podroll
from ki_briefing.show.settings import Publishing, Show
from publication_samples import sample_episode

if TYPE_CHECKING:
    from pathlib import Path

BASE = "https://podcast.example.org/ki"
NOW = round(datetime(2100, 1, 1, tzinfo=UTC).timestamp())  # every episode's date has come


def make_show(folder: Path, base_url: str = BASE) -> Show:
    """Return a show with every setting filled that the feed knows."""
    podcast = Podcast(
        email="redaktion@example.org",
        link="https://redaktion.example.org",
        copyright="© Redaktion",
        license="cc-by-4.0",
        funding_url="https://redaktion.example.org/abo",
        funding_text="Abo",
        update_frequency="FREQ=DAILY",
        persons=(Person("Erika Mustermann", "host", "https://example.org/erika"),),
        podroll=(Podroll("917393e3-1b1e-5cef-ace4-edaa54e1f810", "Noch einer"),),
    )
    return Show(folder, podcast=podcast, publication=Publishing(base_url=base_url))


def make_episode(number: int, **changes: object) -> Episode:
    """Return the sample episode as the show's nth, one a day."""
    episode = sample_episode()
    numbered = dataclasses.replace(
        episode,
        guid=f"00000000-0000-4000-8000-{number:012}",
        number=number,
        date=episode.date + timedelta(days=number),
        slug=f"folge-{number}",
    )
    return dataclasses.replace(numbered, **changes)  # type: ignore[arg-type] # fields by name


def build(show: Show, episode: Episode, audio: bytes = b"\xff\xfb sound", waveform: str = "") -> Path:
    """Write an episode's built folder and return it."""
    folder = show.folder / episode.slug / "built"
    folder.mkdir(parents=True, exist_ok=True)
    stem = episode.slug
    cues = "\n".join(
        f"{_clock(each.start)} --> {_clock(each.end)}\n<v Stimme>{_escape(each.text)}</v>\n"
        for each in episode.sentences
    )
    segments = [
        {"startTime": each.start / 1000, "endTime": each.end / 1000, "body": each.text} for each in episode.sentences
    ]
    contents = {
        f"{stem}.mp3": audio,
        "chapters.json": b'{"version": "1.2.0", "chapters": []}',
        f"{stem}.vtt": f"WEBVTT\n\n{cues}".encode(),
        f"{stem}.json": json.dumps({"version": "1.0.0", "segments": segments}).encode(),
        f"{stem}.srt": b"1\n00:00:00,100 --> 00:00:02,000\nHallo\n",
        f"{stem}.html": b"<p>Hallo</p>\n",
    }
    if waveform:
        contents["waveform.svg"] = waveform.encode()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    release = Release(
        episode,
        audio=measure_asset(folder / f"{stem}.mp3"),
        chapters=measure_asset(folder / "chapters.json", CHAPTERS_TYPE),
        transcripts=tuple(measure_asset(folder / f"{stem}.{suffix}") for suffix in ("vtt", "json", "srt", "html")),
        waveform=measure_asset(folder / "waveform.svg") if waveform else None,
    )
    (folder / "episode.json").write_text(to_json(release), encoding="utf-8")
    return folder


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
