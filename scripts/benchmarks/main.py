"""The table of scripts/bench: ki-briefing beside the shell chains, in one run, medians of alternating rounds."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import Contender, compare, print_table, remove

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PROGRAM = str(Path(sys.executable).with_name("ki-briefing"))
JINGLES = ROOT / "src/ki_briefing/data/jingles/bright"
SAMPLE = "2026-01-22-vom-transformer-zum-sprachmodell"
ROUNDS = 5


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        show = work / "show"
        shutil.copytree(ROOT / "episodes", show, ignore=shutil.ignore_patterns("built", ".cache", "public"))
        episode = show / SAMPLE
        script = json.loads(
            subprocess.run([PROGRAM, "script", "--json", episode], capture_output=True, check=True).stdout
        )
        sentences = [each["spoken"] for segment in script["segments"] for each in segment["utterances"]]
        text = work / "text.txt"
        text.write_text("\n".join(sentences) + "\n", encoding="utf-8")
        build = (PROGRAM, "build", str(episode))
        words = iter(range(10**6))

        def edit() -> None:
            article = (ROOT / "episodes" / SAMPLE / "article.txt").read_text(encoding="utf-8")
            (episode / "article.txt").write_text(
                article.replace("15 Seiten", f"{next(words)} Seiten"), encoding="utf-8"
            )

        music = (str(JINGLES / "ident.flac"), str(JINGLES / "outro.flac"))
        costs = compare(
            [
                Contender("two-pass", (str(HERE / "two_pass.sh"), str(text), *music, str(work / "2.mp3"))),
                Contender("one-pass", (str(HERE / "one_pass.sh"), str(text), str(work / "1.mp3"))),
                Contender(
                    "gTTS and pydub script",
                    (
                        sys.executable,
                        "-W",
                        "ignore",
                        str(HERE / "pydub_script.py"),
                        str(text),
                        *music,
                        str(work / "p.mp3"),
                    ),
                ),
                Contender("build, cold", build, lambda: remove(show / ".cache", episode / "built")),
                Contender("build, unchanged", build),
                Contender("build, one word edited", build, edit),
                Contender("--help", (PROGRAM, "--help")),
                Contender("python -c 'import click'", (sys.executable, "-c", "import click")),
            ],
            ROUNDS,
        )
        print_table(costs, "two-pass")
        help_cost = costs["--help"].wall / costs["python -c 'import click'"].wall
        print(f"--help / import click: {help_cost:.2f}")
        print(f"unchanged / cold: {costs['build, unchanged'].wall / costs['build, cold'].wall:.2f}")


if __name__ == "__main__":
    main()
