"""A short episode with a real master, spoken in tones: what tags, transcripts and signatures are tested on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fakes import ToneEngine, speaker
from ki_briefing.base.store import Store
from ki_briefing.episode.chapters import mark
from ki_briefing.episode.id3 import join, read
from ki_briefing.episode.provenance import write_signed
from ki_briefing.episode.tags import Tag, write_mp3
from ki_briefing.episode.transcript import sentences
from ki_briefing.model.episode import Episode
from ki_briefing.model.sound import Master
from ki_briefing.model.text import Script, Segment, SegmentKind, Utterance, UtteranceRole
from ki_briefing.show.settings import Jingles, Sound
from ki_briefing.sound.master import make_master
from ki_briefing.voice.clips import load_clip, speak
from publication_samples import ARTICLE_URL, sample_episode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ki_briefing.episode.manifest import Statement
    from ki_briefing.episode.signer import Signer

JPEG = b"\xff\xd8\xff\xe0" + bytes(2000) + b"\xff\xd9"
LONG = (
    "Als Reaktion darauf soll das Startup für bestimmte Trainingsaufgaben auf andere Chips ausgewichen sein, die"
    " Berichten zufolge illegal ins Land gebracht wurden – mit Erfolg."
)


@dataclass(frozen=True)
class Spoken:
    """An episode, its script and its sound."""

    script: Script
    master: Master
    episode: Episode


def _say(text: str, role: UtteranceRole, pause: int = 350) -> Utterance:
    return Utterance(text, text, role, pause)


SCRIPT = Script(
    "Chips",
    (
        Segment(
            SegmentKind.INTRO,
            "Begrüßung",
            (
                _say("KI-Briefing-Daily.", UtteranceRole.FRAME),
                _say("Diese Folge spricht eine synthetische Stimme.", UtteranceRole.FRAME, 1000),
            ),
        ),
        Segment(
            SegmentKind.KEY_POINTS,
            "In Kürze",
            (
                _say("Eigene Chips enttäuschten.", UtteranceRole.KEY_POINT, 650),
                _say("Ein neues Modell kommt um 14:30 Uhr.", UtteranceRole.KEY_POINT, 1000),
            ),
        ),
        Segment(
            SegmentKind.SECTION,
            "Forscher sehen Grenzen ohne bessere Hardware aus dem Ausland",
            (
                _say("Forscher sehen Grenzen", UtteranceRole.HEADING, 750),
                _say("Fazit: Um 12:30 Uhr: „alles gut“, sagt <Lin> & Co.", UtteranceRole.PARAGRAPH),
                _say(LONG, UtteranceRole.PARAGRAPH, 600),
                _say("Er fragte:", UtteranceRole.PARAGRAPH),
                _say("Warum?", UtteranceRole.PARAGRAPH, 1000),
            ),
            "forscher-sehen-grenzen",
        ),
    ),
    (),
)


def speak_episode(folder: Path) -> Spoken:
    """Return the episode; its sound is kept below the folder."""
    speech = speak(SCRIPT.utterances, speaker(ToneEngine()), Store(folder / "clips"))
    master = make_master(
        SCRIPT, speech.takes, load_clip, Sound(), Jingles(style="none"), folder=folder, store=Store(folder / "sound")
    )
    episode = replace(
        sample_episode(),
        frames=master.timeline.frames,
        sample_rate=master.timeline.sample_rate,
        chapters=mark(master.timeline, ARTICLE_URL, anchors=True),
        sentences=sentences(master.timeline),
    )
    return Spoken(SCRIPT, master, episode)


def tag_of(episode: Episode) -> Tag:
    """Return a tag with every field filled."""
    return Tag(
        episode=episode,
        podcast="KI-Briefing-Daily",
        author="KI-Briefing",
        copyright="© 2026 Redaktion",
        description=episode.summary,
        episode_url="https://podcast.example.org/chips-fuer-deepseek/",
        site_url="https://podcast.example.org/",
        cover=JPEG,
    )


def write_episode(path: Path, spoken: Spoken) -> Path:
    """Write the tagged MP3 and return its path."""
    write_mp3(path, spoken.master, tag_of(spoken.episode))
    return path


def sign(path: Path, statement: Statement, signer: Signer) -> None:
    """Sign a tagged MP3 in place, in constant memory."""
    with path.open("rb") as file:
        id3_frames, start = read(file)
    write_signed(path, join(id3_frames or ()), lambda: _pieces(path, start), statement, signer)


def _pieces(path: Path, start: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while piece := file.read(1 << 20):
            yield piece
