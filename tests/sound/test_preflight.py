"""What a show's settings get wrong about the sound is said before the first word, with table and key, and at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ki_briefing.base.errors import ConfigError, Exit
from ki_briefing.base.store import Store
from ki_briefing.show.settings import Jingles, Sound
from ki_briefing.sound.preflight import preflight

TONE = 0.3 * np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000)
PARTS = ("ident", "stinger", "outro", "bed")


def refused(folder: Path, sound: Sound, jingles: Jingles) -> str:
    with pytest.raises(ConfigError) as caught:
        preflight(sound, jingles, folder, Store(folder / "store"))
    assert caught.value.hint
    return caught.value.message


def own(part: str, name: str) -> Jingles:
    names = dict.fromkeys(PARTS, "none") | {part: name}
    return Jingles(ident=names["ident"], stinger=names["stinger"], outro=names["outro"], bed=names["bed"])


@pytest.mark.parametrize(
    ("sound", "key"),
    [
        (Sound(bit_rate=97), "bit_rate"),
        (Sound(sample_rate=44_100), "sample_rate"),
        (Sound(sample_rate=24_000, bit_rate=48), "bit_rate"),
        (Sound(channels=3), "channels"),
        (Sound(alternates=("wma",)), "alternates"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_format_that_cannot_be_made_is_refused_by_its_key(tmp_path: Path, sound: Sound, key: str) -> None:
    assert refused(tmp_path, sound, Jingles()).startswith(f"[sound] {key}")


def test_a_style_that_does_not_exist_is_refused_by_its_key(tmp_path: Path) -> None:
    for style in ("loud", "\0", "x" * 5_000, "../../data"):
        message = refused(tmp_path, Sound(), Jingles(style=style))
        assert message.startswith("[jingles] style")
        assert message.isprintable()
        assert len(message) < 200


def _absent(_path: Path) -> None:
    pass


def _text(path: Path) -> None:
    path.write_text("#EXTM3U\n/etc/passwd\n", encoding="utf-8")


def _silence(path: Path) -> None:
    soundfile.write(path, TONE * 0, 48_000)


def _moment(path: Path) -> None:
    soundfile.write(path, TONE[:100], 48_000)


def _torn(path: Path) -> None:
    soundfile.write(path, TONE, 48_000)
    path.write_bytes(path.read_bytes()[:50_000])


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _unreadable_loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    "make", [_absent, Path.mkdir, os.mkfifo, _device, _unreadable_loop, _text, _silence, _moment, _torn]
)
def test_an_own_file_that_is_no_music_is_refused_by_its_key(
    tmp_path: Path, part: str, make: Callable[[Path], None]
) -> None:
    make(tmp_path / "own.wav")

    message = refused(tmp_path, Sound(), own(part, "own.wav"))

    assert message.startswith(f"[jingles] {part}: ")
    assert "own.wav" in message


@pytest.mark.parametrize("name", ["a\0b.wav", "x" * 5_000, "/" * 5_000, "/dev/stdin", "\ud800.wav"])
def test_a_name_that_no_file_has_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    message = refused(tmp_path, Sound(), own("ident", name))

    assert message.startswith("[jingles] ident: there is no sound file")
    assert message.isprintable()
    assert len(message) < 300


def test_only_a_bed_may_be_long(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "own.wav", np.resize(TONE, 61 * 48_000), 48_000)

    preflight(Sound(), own("bed", "own.wav"), tmp_path, Store(tmp_path / "store"))
    for part in PARTS[:3]:
        assert "longer than 60 seconds" in refused(tmp_path, Sound(), own(part, "own.wav"))


def test_a_file_is_judged_once_until_it_or_the_format_changes(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "own.wav", TONE, 48_000)

    def judgements(sound: Sound) -> int:
        preflight(sound, own("ident", "own.wav"), tmp_path, Store(tmp_path / "store"))
        return len(list((tmp_path / "store").glob("*/*")))

    assert [judgements(sound) for sound in (Sound(), Sound(), Sound(channels=2, bit_rate=128))] == [1, 1, 2]
    soundfile.write(tmp_path / "own.wav", TONE[::-1], 48_000)
    assert [judgements(Sound()), judgements(Sound())] == [3, 3]


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ("[sound]\nbit_rate = 97\n", "[sound] bit_rate"),
        ('[sound]\nalternates = ["wma"]\n', "[sound] alternates"),
        ('[jingles]\nstyle = "loud"\n', "[jingles] style"),
        ('[jingles]\nident = "absent.wav"\n', "[jingles] ident"),
        ('[jingles]\nident = "pipe.wav"\n', "[jingles] ident"),
        ('[jingles]\noutro = "a\\u0000b.wav"\n', "[jingles] outro"),
        (f'[jingles]\noutro = "{"x" * 5_000}"\n', "[jingles] outro"),
        ('[jingles]\nbed = "text.wav"\n', "[jingles] bed"),
    ],
)
def test_a_build_ends_before_anything_is_spoken(tmp_path: Path, settings: str, key: str) -> None:
    (tmp_path / "show.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "text.wav").write_text("kein Klang", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.wav")
    episode = tmp_path / "2026-01-15-kurz"
    episode.mkdir()
    (episode / "article.txt").write_text("Ein Titel\nEin Satz, lang genug für einen Absatz.\n", encoding="utf-8")
    (episode / "episode.toml").write_text(
        'guid = "1"\nnumber = 1\ndate = 2026-01-15T06:00:00+01:00\nslug = "kurz"\nsource = "article.txt"\n',
        encoding="utf-8",
    )

    command = [sys.executable, "-m", "ki_briefing", "build", str(episode)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == Exit.CONFIG, done.stderr
    table, name = key.split()
    assert f"{table} {name}" in done.stderr or f"show.toml: {table[1:-1]}: {name}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / ".cache").glob("clips/*"))
