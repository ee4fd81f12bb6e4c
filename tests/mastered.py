"""A master of noises that are as peaky as a voice: what the sound stage is tested on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ki_briefing.base.store import Store, read_entry
from ki_briefing.model.sound import Clip, Master, Take
from ki_briefing.model.text import Script, Segment, SegmentKind, Utterance, UtteranceRole
from ki_briefing.show.settings import Jingles, Sound
from ki_briefing.sound.master import make_master

RATE = 22_050
KINDS = (SegmentKind.INTRO, SegmentKind.KEY_POINTS, SegmentKind.SECTION, SegmentKind.EXPLAINER, SegmentKind.OUTRO)


def voice_like(seed: int, seconds: float, peak: float = 0.9) -> Clip:
    """Return noise in syllables: as peaky as a voice, the same for the same seed."""
    random = np.random.default_rng(seed)
    count = int(seconds * RATE)
    times = np.arange(count) / RATE
    syllables = np.clip(np.sin(2 * np.pi * 4 * times + seed), 0, 1) ** 2 + 0.02
    tone = np.sin(2 * np.pi * (110 + 5 * seed) * times) + 0.4 * random.standard_normal(count)
    samples = (syllables * tone).astype(np.float32)
    return Clip(samples * np.float32(peak / np.abs(samples).max()), RATE)


def script_of(sentences: int) -> tuple[Script, list[Take], dict[str, Clip]]:
    """Return five chapters of so many sentences, their takes, and the clips by the takes' keys."""
    takes, clips, segments = [], {}, []
    for chapter, kind in enumerate(KINDS):
        said = []
        for number in range(sentences):
            seed = chapter * 100 + number
            clip = voice_like(seed, 1.2 + 0.37 * (seed % 5), peak=0.2 + 0.15 * (seed % 6))
            clips[f"{seed:04x}"] = clip
            takes.append(Take(f"{seed:04x}", Path("unused"), "tone 1", len(clip.samples), RATE))
            text = f"Satz {number} in Kapitel {chapter}."
            said.append(Utterance(text, text, UtteranceRole.PARAGRAPH, 600 if number % 3 == 2 else 350))
        segments.append(Segment(kind, f"Kapitel {chapter}", tuple(said)))
    return Script("Titel", tuple(segments), ()), takes, clips


def master_of(folder: Path, sound: Sound, jingles: Jingles | None = None, sentences: int = 5) -> Master:
    """Return them mastered; stretches are kept in the folder's ``s``."""
    script, takes, clips = script_of(sentences)
    return make_master(
        script,
        takes,
        lambda take: clips[take.key],
        sound,
        jingles or Jingles(),
        folder=folder,
        store=Store(folder / "s"),
    )


def write(master: Master, path: Path) -> Path:
    """Write the bare MP3 and return its path."""
    path.write_bytes(master.header + b"".join(read_entry(part) for part in master.parts))
    return path
