"""An article of three minutes beside the shell chains, which get the same words and music."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path

from measure import Contender, Figure, compare, print_costs, remove

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PROGRAM = str(Path(sys.executable).with_name("ki-briefing"))
JINGLES = ROOT / "src/ki_briefing/data/jingles/bright"
SAMPLE = "2026-01-22-vom-transformer-zum-sprachmodell"
ROUNDS = 5


def measure(work: Path) -> list[Figure]:
    """Return the figures of a short article."""
    show = work / "show"
    shutil.copytree(ROOT / "episodes", show, ignore=shutil.ignore_patterns("built", ".cache", "public"))
    episode = show / SAMPLE
    build = (PROGRAM, "build", str(episode))
    article = (episode / "article.txt").read_text(encoding="utf-8")
    numbers = count()

    def edit() -> None:
        changed = article.replace("15 Seiten", f"{next(numbers)} Seiten")
        (episode / "article.txt").write_text(changed, encoding="utf-8")

    costs = compare(
        [
            *_baselines(episode, work),
            Contender("build, cold", build, lambda: remove(show / ".cache", episode / "built")),
            Contender("build, unchanged", build),
            Contender("build, one word edited", build, edit),
            Contender("--help", (PROGRAM, "--help")),
            Contender("import click", (sys.executable, "-c", "import click")),
        ],
        ROUNDS,
    )
    print_costs(costs)
    wall = {name: cost.wall for name, cost in costs.items()}
    cold = wall["build, cold"]
    return [
        Figure("cold build / two-pass shell chain, wall", cold / wall["two-pass"], 0.18),
        Figure("cold build / one-pass shell chain, wall", cold / wall["one-pass"], 0.45),
        Figure("cold build / gTTS and pydub script, wall", cold / wall["gTTS and pydub script"], 0.10),
        Figure("--help / import click, wall", wall["--help"] / wall["import click"], 1.5),
    ]


def _baselines(episode: Path, work: Path) -> list[Contender]:
    """Return the shell chains and the script, with what the episode says as their text."""
    script = subprocess.run([PROGRAM, "script", "--json", episode], capture_output=True, check=True).stdout
    segments = json.loads(script)["segments"]
    text = work / "text.txt"
    sentences = [each["spoken"] for segment in segments for each in segment["utterances"]]
    text.write_text("\n".join(sentences) + "\n", encoding="utf-8")
    music = (str(JINGLES / "ident.flac"), str(JINGLES / "outro.flac"))
    pydub = (sys.executable, "-W", "ignore", str(HERE / "pydub_script.py"))
    return [
        Contender("two-pass", (str(HERE / "two_pass.sh"), str(text), *music, str(work / "2.mp3"))),
        Contender("one-pass", (str(HERE / "one_pass.sh"), str(text), str(work / "1.mp3"))),
        Contender("gTTS and pydub script", (*pydub, str(text), *music, str(work / "p.mp3"))),
    ]
