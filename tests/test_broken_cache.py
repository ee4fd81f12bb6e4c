"""A broken cache is a slow build, never an error: what a disk has spoilt is made anew, and the episode is the same."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from ki_briefing.base.store import Store, read_entry, sweep_broken
from ki_briefing.build import build_episode
from ki_briefing.episode.built import Built

OVERHEAD = 36  # bytes before what an entry holds
ARTICLE = """---
image: bild.png
---
# Ein kurzer Titel

Der erste Satz steht hier, lang genug für einen Absatz. Der zweite Satz auch.

## Noch ein Titel

![Ein Bild](bild.png)

Der dritte Satz hat 12 Wörter. Danach kommt nichts mehr.
"""
EDITED = ARTICLE.replace("nichts", "wenig")
SETTINGS = """
[sound]
alternates = ["opus"]
[jingles]
ident = "ident.wav"
"""
KINDS: dict[str, Callable[[bytes], bool]] = {
    "clip": lambda held: held.startswith(b"CLIP"),
    "picture": lambda held: held.startswith(b"\xff\xd8\xff"),
    "MP3": lambda held: held[:2] in (b"\xff\xfb", b"\xff\xf3"),
    "FLAC": lambda held: held.startswith(b"fLaC"),
    "judgement of a jingle": lambda held: not held,
    "head of a stretch": lambda held: True,
}


@dataclass(frozen=True)
class Wanted:
    """What is made of the edited article without any cache, and how many utterances are spoken for it."""

    sounds: list[bytes]
    spoken: int


def kind_of(entry: Path) -> str:
    return next(kind for kind, is_it in KINDS.items() if is_it(read_entry(entry)))


def entries(show: Path) -> list[Path]:
    return sorted(path for path in (show / ".cache").glob("*/*/*") if path.is_file())


def build(show: Path) -> Built:
    return build_episode(show / "2026-01-15-kurz")


def sounds(show: Path) -> list[bytes]:
    """Return the finished MP3 and Opus."""
    return [(show / "2026-01-15-kurz/built/kurz").with_suffix(suffix).read_bytes() for suffix in (".mp3", ".opus")]


def make_show(folder: Path, article: str) -> Path:
    episode = folder / "2026-01-15-kurz"
    episode.mkdir(parents=True)
    (folder / "show.toml").write_text(SETTINGS, encoding="utf-8")
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000)
    soundfile.write(folder / "ident.wav", tone, 48_000)
    Image.linear_gradient("L").resize((1500, 1500)).save(episode / "bild.png")
    (episode / "article.md").write_text(article, encoding="utf-8")
    (episode / "episode.toml").write_text(
        'guid = "1f0c"\nnumber = 1\ndate = 2026-01-15T06:00:00+01:00\nslug = "kurz"\nsource = "article.md"\n',
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Wanted:
    show = make_show(tmp_path_factory.mktemp("wanted") / "show", EDITED)
    spoken = build(show).spoken
    return Wanted(sounds(show), spoken)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    show = make_show(tmp_path_factory.mktemp("built") / "show", ARTICLE)
    build(show)
    return show


@pytest.fixture
def edited(built: Path, tmp_path: Path) -> Path:
    """Return a show that was built before its article was edited: the next build has something to do."""
    show = tmp_path / "show"
    shutil.copytree(built, show)
    (show / "2026-01-15-kurz/article.md").write_text(EDITED, encoding="utf-8")
    return show


def flip(entry: Path, at: int) -> None:
    data = bytearray(entry.read_bytes())
    data[at] ^= 1
    entry.write_bytes(data)


def test_the_cache_holds_every_kind_of_entry(built: Path) -> None:
    assert {kind_of(entry) for entry in entries(built)} == set(KINDS)


@pytest.mark.parametrize("at", [0, OVERHEAD - 1, -1], ids=["mark", "digest", "last byte"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_episode_is_built_whatever_kind_of_entry_is_broken(edited: Path, wanted: Wanted, kind: str, at: int) -> None:
    for entry in entries(edited):
        if kind_of(entry) == kind:
            flip(entry, at)

    command = [sys.executable, "-m", "ki_briefing", "build", str(edited / "2026-01-15-kurz")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert sounds(edited) == wanted.sounds


@pytest.mark.parametrize("kind", KINDS)
def test_an_episode_is_built_with_a_single_broken_entry(edited: Path, wanted: Wanted, kind: str) -> None:
    flip(next(entry for entry in entries(edited) if kind_of(entry) == kind), -1)

    build(edited)

    assert sounds(edited) == wanted.sounds


def test_an_episode_is_built_although_the_whole_cache_is_broken(edited: Path, wanted: Wanted) -> None:
    for entry in entries(edited):
        entry.write_bytes(entry.read_bytes()[:-1])

    assert build(edited).spoken == wanted.spoken
    assert sounds(edited) == wanted.sounds


def test_what_was_spoken_before_a_broken_clip_was_found_is_counted(edited: Path, wanted: Wanted) -> None:
    for entry in entries(edited):
        if kind_of(entry) == "clip":
            flip(entry, -1)
    shutil.rmtree(edited / ".cache/sound")

    assert build(edited).spoken == wanted.spoken


def test_sweeping_takes_what_is_broken_and_nothing_else(tmp_path: Path) -> None:
    store = Store(tmp_path / "sound")
    whole, broken = (store.write(f"{name}0", name.encode() * 100) for name in ("aa", "bb"))
    flip(broken, 50)
    (tmp_path / "lock").touch()

    sweep_broken(tmp_path)

    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"lock", whole.name}
