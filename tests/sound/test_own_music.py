"""Whatever sound file a producer names as a jingle: it is heard as it is, or named with what to do; nothing else."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from ki_briefing.base.errors import BriefingError
from ki_briefing.show.settings import Jingles, Sound
from ki_briefing.sound import loudness
from ki_briefing.sound.jingle import Part, choose, looped
from mastered import master_of

Samples = NDArray[np.float32]

TONE = (0.3 * np.sin(2 * np.pi * 440 * np.arange(2 * 48_000) / 48_000)).astype(np.float32)


def load(path: Path, sound: Sound | None = None, level: float = -17.0) -> Samples:
    jingle = choose(Part.IDENT, Jingles(ident=path.name), path.parent)
    assert jingle is not None
    return jingle.load(sound or Sound(), level)


def wav(path: Path, samples: Samples = TONE, rate: int = 48_000, subtype: str = "PCM_16") -> bytearray:
    soundfile.write(path, samples, rate, subtype=subtype)
    return bytearray(path.read_bytes())


def refused(path: Path) -> str:
    """Return the complaint about a file, which must name it and say what to do."""
    with pytest.raises(BriefingError) as caught:
        load(path)
    assert path.name in caught.value.message
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_wav_of_any_usual_kind_keeps_length_and_pitch_and_gets_the_loudness(
    tmp_path: Path, subtype: str, rate: int, channels: int
) -> None:
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(2 * rate) / rate).astype(np.float32)
    wav(tmp_path / "own.wav", np.repeat(tone[:, None], channels, axis=1), rate, subtype)

    samples = load(tmp_path / "own.wav", Sound(channels=3 - channels))

    assert samples.shape == (96_000, 3 - channels)
    assert np.abs(np.fft.rfft(samples[:48_000, 0])).argmax() == 440
    assert loudness.integrated(loudness.energies(samples, 48_000, 4_800)) == pytest.approx(-17, abs=0.2)


@pytest.mark.parametrize("command", [["lame", "-b", "128"], ["lame", "-V", "4"], ["lame", "-t"], ["sox"], ["ffmpeg"]])
@pytest.mark.judge("lame", "sox", "ffmpeg")
def test_mp3_and_flac_of_other_programs_are_heard(tmp_path: Path, command: list[str]) -> None:
    wav(tmp_path / "a.wav")
    arguments = {
        "lame": [*command, "--quiet", "a.wav", "own"],
        "sox": ["sox", "a.wav", "-t", "flac", "own"],
        "ffmpeg": ["ffmpeg", "-v", "error", "-i", "a.wav", "-f", "flac", "own"],
    }[command[0]]
    subprocess.run(arguments, cwd=tmp_path, check=True)

    samples = load(tmp_path / "own")

    assert len(samples) / 48_000 == pytest.approx(2, abs=0.06)  # without a LAME header an MP3 keeps its padding
    assert np.abs(np.fft.rfft(samples[4_800:52_800, 0])).argmax() == 440


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a sound at all" * 100,
        bytes(50_000),
        np.random.default_rng(1).bytes(50_000),
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"ID3\x03\x00\x00\x00\x00\x10\x00" + bytes(5_000),
    ],
    ids=["empty", "text", "zeros", "noise", "a header", "a tag"],
)
@pytest.mark.parametrize("suffix", ["wav", "mp3", "flac"])
def test_what_is_no_sound_is_named(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"own.{suffix}"
    path.write_bytes(content)

    assert "not a sound file we can read" in refused(path) or not content.startswith(b"ID3")


@pytest.mark.parametrize("kept", [0.5, 0.8])
def test_what_a_decoder_prints_about_a_broken_file_reaches_nobody(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], kept: float
) -> None:
    path = tmp_path / "own.mp3"
    soundfile.write(path, 0.3 * np.sin(np.arange(480_000) / 7), 48_000, format="MP3")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])

    assert "cut off" in refused(path)
    os.write(2, b"we may speak again")
    assert capfd.readouterr().err == "we may speak again"


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://{other}\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n{other}\n",
        "ffconcat version 1.0\nfile '{other}'\n",
        "[playlist]\nFile1={other}\n",
        '<?xml version="1.0"?><MPD><Period><BaseURL>{other}</BaseURL></Period></MPD>',
    ],
    ids=["HLS", "M3U", "concat", "PLS", "DASH"],
)
@pytest.mark.judge("strace")
def test_a_playlist_is_refused_and_what_it_names_is_never_opened(tmp_path: Path, text: str) -> None:
    other = tmp_path / "secret.wav"
    wav(other)
    (tmp_path / "own.mp3").write_text(text.format(other=other), encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from ki_briefing.sound.codec import read_file;"
        "read_file(Path(sys.argv[1]), 48000, 1)"
    )

    done = subprocess.run(
        ["strace", "-f", "-e", "trace=open,openat", sys.executable, "-c", code, tmp_path / "own.mp3"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert "SoundError" in done.stderr
    assert "own.mp3" in done.stderr
    assert "secret.wav" not in done.stderr.replace(text, "")


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
@pytest.mark.judge("lame")
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, suffix: str, share: float) -> None:
    path = tmp_path / f"own.{suffix}"
    if suffix == "mp3":
        wav(tmp_path / "a.wav")
        subprocess.run(["lame", "--quiet", tmp_path / "a.wav", path], check=True)
    else:
        soundfile.write(path, TONE, 48_000)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])

    refused(path)


@pytest.mark.parametrize("length", [4_000, 10_000_000])
def test_a_header_that_lies_about_the_length_is_refused(tmp_path: Path, length: int) -> None:
    data = wav(tmp_path / "own.wav")
    data[40:44] = struct.pack("<I", length)
    (tmp_path / "own.wav").write_bytes(data)

    refused(tmp_path / "own.wav")


def test_a_wav_whose_writer_could_not_go_back_to_its_header_is_heard_in_full(tmp_path: Path) -> None:
    data = wav(tmp_path / "own.wav")
    data[40:44] = data[4:8] = b"\xff" * 4
    (tmp_path / "own.wav").write_bytes(data)

    assert len(load(tmp_path / "own.wav")) == len(TONE)


@pytest.mark.parametrize(
    ("samples", "complaint"),
    [
        (np.zeros(48_000), "silent"),
        (np.full(48_000, 0.5), "silent"),
        (TONE * 1e-5, "silent"),
        (np.append(TONE, np.nan), "no sound"),
        (np.append(TONE, np.inf), "no sound"),
        (TONE * 1e25, "no sound"),
        (np.ones(1), "shorter"),
        (np.zeros(0), "shorter"),
        (np.repeat(TONE[:, None], 8, axis=1), "8 channels"),
        (np.resize(TONE, 61 * 48_000), "longer"),
    ],
    ids=["silence", "DC", "next to silence", "NaN", "Inf", "huge", "one sample", "none", "8 channels", "too long"],
)
def test_a_wav_without_a_usable_sound_is_refused(tmp_path: Path, samples: Samples, complaint: str) -> None:
    wav(tmp_path / "own.wav", samples, subtype="FLOAT")

    assert complaint in refused(tmp_path / "own.wav")


@pytest.mark.parametrize("rate", [4_000, 384_000])
def test_a_rate_that_no_music_has_is_refused(tmp_path: Path, rate: int) -> None:
    wav(tmp_path / "own.wav", rate=rate)

    assert f"{rate} Hz" in refused(tmp_path / "own.wav")


def test_a_constant_offset_is_taken_off(tmp_path: Path) -> None:
    wav(tmp_path / "own.wav", TONE + np.float32(0.5), subtype="FLOAT")

    assert abs(float(load(tmp_path / "own.wav").mean())) < 1e-4


@pytest.mark.parametrize("kind", ["absent", "folder", "pipe", "device", "dangling"])
def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "own.wav"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind in ("device", "dangling"):
        path.symlink_to("/dev/zero" if kind == "device" else tmp_path / "gone.wav")

    assert "there is no sound file" in refused(path)


@pytest.mark.parametrize("settings", ["ident", "bed", "ident stinger outro"])
def test_two_hours_and_a_full_minute_of_the_largest_kind_stay_below_512_mb(tmp_path: Path, settings: str) -> None:
    path = tmp_path / "own.wav"
    if settings == "bed":  # two hours, of which only the intro's length is read
        data = wav(path, np.resize(TONE, 30 * 48_000))
        size = 2 * 3_600 * 96_000 // 2
        data[4:8], data[40:44] = struct.pack("<I", size + 36), struct.pack("<I", size)
        path.write_bytes(data)
        os.truncate(path, size + 44)
    else:
        wav(path, np.repeat(np.resize(TONE, 59 * 192_000)[:, None], 2, axis=1), 192_000, "PCM_24")
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]);"
        "from mastered import master_of; from ki_briefing.show.settings import Jingles, Sound;"
        "import ki_briefing.sound.master as master; master.available = lambda: 8;"  # processors
        "jingles = Jingles(**dict.fromkeys(sys.argv[3].split(), 'own.wav'));"
        "master_of(Path(sys.argv[2]), Sound(channels=2, bit_rate=128), jingles, 1);"
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"  # ru_maxrss counts the parent in
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, Path(__file__).parents[1], tmp_path, settings],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert int(done.stdout) < 512_000, done.stdout


def test_speech_starts_on_time_after_an_own_ident_of_any_rate(tmp_path: Path) -> None:
    for rate in (8_000, 44_100, 192_000):
        wav(tmp_path / "own.wav", np.resize(TONE, 2 * rate), rate)
        cues = master_of(tmp_path, Sound(), replace(Jingles(style="none"), ident="own.wav"), 1).timeline.cues
        assert cues[0].start == pytest.approx((2 - 0.8) * 48_000, abs=48)


def test_music_that_is_no_loop_goes_on_as_a_bed_without_a_step_or_a_gap() -> None:
    time = np.arange(5 * 48_000) / 48_000
    swelling = (np.sin(2 * np.pi * 330.25 * time) * (0.05 + 0.1 * time / 5)).astype(np.float32)[:, None]

    bed = looped(swelling, 14 * 48_000, 48_000)

    assert bed.shape == (14 * 48_000, 1)
    assert np.abs(np.diff(bed[:, 0])).max() <= 1.5 * np.abs(np.diff(swelling[:, 0])).max()
    assert np.sqrt(np.mean(np.square(bed.reshape(-1, 4_800)), axis=1)).min() > 0.03
    assert np.abs(np.diff(np.resize(swelling, bed.shape)[:, 0])).max() > 2 * np.abs(np.diff(swelling[:, 0])).max()


@pytest.mark.parametrize("style", ["bright", "calm", "news"])
def test_music_made_as_a_loop_keeps_its_beat(style: str) -> None:
    jingle = choose(Part.BED, Jingles(style=style), Path())
    assert jingle is not None
    once = jingle.load(Sound(), -24.0)

    assert np.array_equal(looped(once, 3 * len(once), 48_000), np.resize(once, (3 * len(once), 1)))
