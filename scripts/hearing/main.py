"""The table of scripts/listen: every voice says the same articles, dry, and a speech recogniser hears them."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from ki_briefing.base.errors import BriefingError  # noqa: E402
from ki_briefing.base.store import Store  # noqa: E402
from ki_briefing.build import read_script  # noqa: E402
from ki_briefing.show.reading import load_show  # noqa: E402
from ki_briefing.voice.clips import load_clip, speak  # noqa: E402
from ki_briefing.voice.engines import list_engines, load_speaker  # noqa: E402
from ki_briefing.voice.hearing.listening import Hearing, Limits, Passage, listen, spoken_tokens  # noqa: E402
from ki_briefing.voice.hearing.recognizer import SAMPLE_RATE, at_hearing_rate, load_recognizer  # noqa: E402
from whisper_model import whisper_model  # noqa: E402

SAMPLES = ("2026-01-15-eu-ki-verordnung-fristen", "2026-01-22-vom-transformer-zum-sprachmodell")
PATIENT = Limits(0.5, 20, 1, 1.0)  # what is worse is heard once more, alone
BREATH = 0.4  # seconds


@dataclass(frozen=True)
class Heard:
    """What was heard of one article in one voice."""

    voice: str
    fingerprint: str
    article: str
    seconds: float
    processor: float
    hearings: tuple[Hearing, ...]

    def rate(self, kind: str) -> float:
        """Return errors per word, or letter."""
        errors = {"words": "errors", "letters": "letter_errors"}[kind]
        comparisons = [each.comparison for each in self.hearings]
        return float(
            sum(getattr(each, errors) for each in comparisons) / sum(getattr(each, kind) for each in comparisons)
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/listen", description="How well each voice is understood.")
    parser.add_argument("articles", nargs="*", type=Path, default=[ROOT / "episodes" / name for name in SAMPLES])
    parser.add_argument("--show", type=Path, default=ROOT / "episodes", help="the show whose voices are heard as well")
    parser.add_argument("--voice", action="append", help="only this voice; may be repeated")
    parser.add_argument("--limits", action="store_true", help="also print limits for data/listening.toml")
    parser.add_argument("--speak", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.speak:
        say(asked.articles[0], asked.show, asked.voice[0], asked.speak)
        return
    voices = asked.voice or [each.name for each in list_engines() if each.ready]
    voices += [] if asked.voice else [each.name for each in load_show(asked.show).voices]
    table = [found for voice in voices for article in asked.articles if (found := heard(voice, article, asked.show))]
    print_table(table)
    if asked.limits:
        print_limits(table)


def say(article: Path, show: Path, voice: str, folder: Path) -> None:
    """Have one voice say an article, in a process of its own, and leave the sound in a folder."""
    script = read_script(article)
    speaker = load_speaker(load_show(show).voice_named(voice))
    before = os.times()
    speech = speak(script.utterances, replace(speaker, facts=replace(speaker.facts, at_once=1)), Store(folder))
    clips = [load_clip(take) for take in speech.takes]
    sounds = [at_hearing_rate(clip.samples, clip.sample_rate) for clip in clips]
    np.savez(folder / "sounds.npz", *sounds)
    told = {"fingerprint": speaker.engine.fingerprint, "before": before.user + before.system}
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")


def heard(voice: str, article: Path, show: Path) -> Heard | None:
    """Return what is heard of an article; nothing if this voice cannot say it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, __file__, str(article), "--show", str(show), "--voice", voice, "--speak", name]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            print(f"{voice} does not say {article.name}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
            return None
        told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
        with np.load(folder / "sounds.npz") as sounds:
            clips = [sounds[each] for each in sounds.files]
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime - told["before"]
    tokens = [spoken_tokens([utterance]) for utterance in read_script(article).utterances]
    ends = np.cumsum([len(clip) / SAMPLE_RATE + BREATH for clip in clips])
    passages = [
        Passage(said, float(end) - BREATH - len(clip) / SAMPLE_RATE, float(end) - BREATH, PATIENT)
        for said, clip, end in zip(tokens, clips, ends, strict=True)
    ]
    breath = np.zeros(round(BREATH * SAMPLE_RATE), np.float32)
    whole = np.concatenate([piece for clip in clips for piece in (clip, breath)])

    def read(start: float, end: float) -> np.ndarray:
        return whole[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]

    hearings = listen(passages, read, load_recognizer(str(whisper_model())))
    seconds = sum(map(len, clips)) / SAMPLE_RATE
    return Heard(voice, told["fingerprint"], article.name, seconds, spent, hearings)


def print_table(table: list[Heard]) -> None:
    """Print the figures, as Markdown."""
    print("| voice | article | words wrong | letters wrong | seconds spoken per second of processor time |")
    print("|---|---|--:|--:|--:|")
    for each in table:
        speed = each.seconds / max(0.01, each.processor)
        print(
            f"| {each.voice} | {each.article} | {each.rate('words'):.2f} | {each.rate('letters'):.2f} | {speed:.0f} |"
        )


def print_limits(table: list[Heard]) -> None:
    """Print the worst that good episodes of each voice reach."""
    for fingerprint in dict.fromkeys(each.fingerprint for each in table):
        mine = [each for each in table if each.fingerprint == fingerprint]
        hearings = [hearing for each in mine for hearing in each.hearings]
        scores = sorted((hearing.score for hearing in hearings), reverse=True)
        lost = max(hearing.longest_loss for hearing in hearings)
        print(f"[voices.{fingerprint.partition(' ')[0]}] # {len(hearings)} utterances")
        print(f"passage = {scores[0]:.2f} # then {', '.join(f'{score:.2f}' for score in scores[1:6])}")
        unlike = max(hearing.comparison.unlike for hearing in hearings)
        print(f"lost = {lost}\nunlike = {unlike}\nepisode = {max(each.rate('words') for each in mine):.2f}")


if __name__ == "__main__":
    try:
        main()
    except BriefingError as error:
        sys.exit(f"{error.message}. {error.hint}")
