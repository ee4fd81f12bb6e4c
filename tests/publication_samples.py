"""An episode as the tests of publication want it: every field filled, with what breaks careless writers."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from ki_briefing.episode.media_types import CHAPTERS_TYPE
from ki_briefing.model.episode import Asset, ChapterMark, DigitalSourceType, Episode, Release, Sentence
from ki_briefing.model.text import Reference, SegmentKind, UtteranceRole

ARTICLE_URL = "https://redaktion.example.org/artikel/chips/"


def sample_episode() -> Episode:
    """Return an episode of 30 seconds."""
    return Episode(
        guid="5d0ce5a2-5b7c-4a62-9a5a-1a54cf4b1f5e",
        number=7,
        date=datetime(2026, 1, 15, 6, 30, tzinfo=timezone(timedelta(hours=1))),
        slug="chips-fuer-deepseek",
        title="DeepSeek soll „geschmuggelte“ Chips genutzt haben",
        summary="Bericht: Das Startup <DeepSeek> & Nvidia-Chips.",
        key_points=("Eigene Chips enttäuschten.", "Ein neues Modell kommt bald."),
        frames=48_000 * 30 + 480,
        sample_rate=48_000,
        chapters=(
            ChapterMark(0, "Begrüßung", "Begrüßung", SegmentKind.INTRO),
            ChapterMark(5, "In Kürze", "In Kürze", SegmentKind.KEY_POINTS),
            ChapterMark(
                12,
                "Forscher sehen Grenzen ohne bessere …",
                "Forscher sehen Grenzen ohne bessere Hardware aus dem Ausland",
                SegmentKind.SECTION,
                ARTICLE_URL + "#forscher-sehen-grenzen",
            ),
        ),
        sentences=(
            Sentence(100, 2000, "KI-Briefing-Daily.", 0, 0, UtteranceRole.FRAME),
            Sentence(2200, 4600, "Diese Folge spricht eine synthetische Stimme.", 0, 0, UtteranceRole.FRAME),
            Sentence(5100, 7000, "Eigene Chips enttäuschten.", 1, 1, UtteranceRole.KEY_POINT),
            Sentence(7700, 9800, "Ein neues Modell kommt bald.", 1, 2, UtteranceRole.KEY_POINT),
            Sentence(12_100, 18_000, "Forscher sehen Grenzen ohne bessere Hardware …", 2, 3, UtteranceRole.HEADING),
            Sentence(
                19_000, 28_400, "Fazit: Um 12:30 Uhr: „alles gut“, sagt <Lin> & Co.", 2, 4, UtteranceRole.PARAGRAPH
            ),
        ),
        sources=(
            Reference("Wall Street Journal: Bericht", "https://wsj.example.com/a?b=1&c=2"),
            Reference("Eigene Recherche"),
        ),
        article_url=ARTICLE_URL,
        article_digest="ab" * 32,
        article_image="https://redaktion.example.org/bild.jpg",
        author="Erika Mustermann",
        keywords=("KI", "Nvidia", "DeepSeek"),
        notice="Diese Folge spricht eine synthetische Stimme.",
        voice_credit="Stimme: eSpeak NG, GPL-3.0-or-later",
        engine="espeak 1.52 de +0%",
        digital_source_type=DigitalSourceType.ALGORITHMIC,
        season=2,
    )


def sample_release() -> Release:
    """Return that episode with files that exist in name only."""
    stem = "chips-fuer-deepseek"
    return Release(
        sample_episode(),
        audio=Asset(f"{stem}.mp3", 366_336, "audio/mpeg", "1" * 64),
        chapters=Asset("chapters.json", 700, CHAPTERS_TYPE, "2" * 64),
        transcripts=(
            Asset(f"{stem}.vtt", 900, "text/vtt", "3" * 64),
            Asset(f"{stem}.json", 1200, "application/json", "4" * 64),
            Asset(f"{stem}.srt", 800, "application/x-subrip", "5" * 64),
            Asset(f"{stem}.html", 950, "text/html", "6" * 64),
        ),
        picture=Asset("cover.jpg", 250_000, "image/jpeg", "7" * 64),
        waveform=Asset("waveform.svg", 9_000, "image/svg+xml", "8" * 64),
    )
