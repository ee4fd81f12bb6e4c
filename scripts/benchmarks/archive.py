"""What one more episode costs in shows of 100, 1,000 and 10,000: archive.py [--json FILE] [--folder FOLDER] [COUNT …]

One real episode is built, multiplied in name and by hard links, and published; then whole processes are measured. The
figures are printed as a table and kept as JSON, from which growth.py draws its picture.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import os
import platform
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import Any

from measure import Contender, Cost, compare, print_costs, run

from ki_briefing.base.slug import slugify
from ki_briefing.episode.assets import measure_asset
from ki_briefing.episode.built import BUILD_FILE
from ki_briefing.episode.release import RELEASE_FILE, read_release, release_json
from ki_briefing.publication.gate import check_rules
from ki_briefing.show.record import RECORD_FILE
from ki_briefing.show.settings import Sound

PROGRAM = str(Path(sys.executable).with_name("ki-briefing"))
WORDS = Path(__file__).parents[2] / "src/ki_briefing/data/misread.txt"
FIRST = datetime(1990, 1, 1, 6, tzinfo=timezone(timedelta(hours=1)))
SHOW = '[jingles]\nstyle = "none"\n[publication]\nbase_url = "https://podcast.example.org"\n'
TEXT = (
    "# Folge {n}\n\nDer erste Satz der Folge steht hier. Der zweite auch.\n\n## Danach\n\nDer dritte Satz nennt {n}.\n"
)
ROUNDS = 5


class Archive:
    """A show of many built episodes, whose files are one real episode's."""

    def __init__(self, show: Path) -> None:
        """Make an empty show, and build the episode."""
        self.show, self._template = show, show / ".template"
        self._numbers, self._articles = count(1), count(1)
        (show / "inbox").mkdir(parents=True)
        (show / "show.toml").write_text(SHOW, encoding="utf-8")
        article = show / ".template.md"
        article.write_text(TEXT.format(n=1), encoding="utf-8")
        subprocess.run([PROGRAM, "build", str(article)], check=True, stdout=subprocess.DEVNULL)
        built = next((show / "built").glob(f"*/{RELEASE_FILE}")).parent
        shutil.move(built, self._template)
        shutil.rmtree(show / "built")
        release = self._shrunk(read_release(self._template / RELEASE_FILE).audio.name)
        self._files = [asset.name for asset in release.assets] + [BUILD_FILE]
        self._sound = release.audio.digest
        self._release: dict[str, Any] = json.loads(release_json(release))
        self._words = [line for line in WORDS.read_text(encoding="utf-8").splitlines() if line.isalpha()]

    def _shrunk(self, audio: str) -> Any:
        """Shorten the sound, which costs nothing but disk here."""
        path = self._template / audio
        path.write_bytes(path.read_bytes()[:10_000])
        return dataclasses.replace(read_release(self._template / RELEASE_FILE), audio=measure_asset(path))

    def add(self, episodes: int = 1) -> None:
        """Add built episodes that have passed the check, a day apart, with headlines of seven words."""
        for number in (next(self._numbers) for _ in range(episodes)):
            date = FIRST + timedelta(days=number)
            title = " ".join(random.Random(number).sample(self._words, 7)).capitalize()
            slug = slugify(f"{date:%Y-%m-%d} {title}")
            self._write(self.show / slug, number, date, title, slug)

    def _write(self, folder: Path, number: int, date: datetime, title: str, slug: str) -> None:
        (folder / "built").mkdir(parents=True)
        text, guid = TEXT.format(n=number), f"00000000-0000-4000-8000-{number:012}"
        (folder / "article.md").write_text(text, encoding="utf-8")
        (folder / "episode.toml").write_text(
            f'guid = "{guid}"\nnumber = {number}\ndate = {date.isoformat()}\nslug = "{slug}"\nsource = "article.md"\n'
            f'title = "{title}"\n'
        )
        self._release["episode"] |= {
            "guid": guid, "number": number, "date": date.isoformat(), "slug": slug, "title": title,
            "article_digest": hashlib.sha256(text.encode()).hexdigest(),
        }  # fmt: skip
        for name in self._files:
            os.link(self._template / name, folder / "built" / name)
        (folder / "built" / RELEASE_FILE).write_text(json.dumps(self._release, ensure_ascii=False), encoding="utf-8")
        (folder / RECORD_FILE).write_text(  # a shortened sound would not pass
            f'[[entries]]\ndeed = "passed"\nat = {date.isoformat()}\naudio = "{self._sound}"\n'
            f'note = "{check_rules(Sound())}"\n'
        )

    def drop(self, folder: Path | None = None) -> Path:
        """Put an article into the inbox, or another folder, an hour old."""
        number = next(self._articles)
        path = (folder or self.show / "inbox") / f"neu-{number}.md"
        path.write_text(TEXT.format(n=f"neu {number}"), encoding="utf-8")
        os.utime(path, (time.time() - 3600,) * 2)
        return path


def measure(archive: Archive, episodes: int) -> dict[str, Cost]:
    """Fill the archive, and return the median cost of each command."""
    archive.add(episodes)
    show = ("--show", str(archive.show))
    publish, unattended = (PROGRAM, "publish", *show), (PROGRAM, "run", *show)
    first = run(Contender("publish, for the first time", publish))
    run(Contender("run, for the first time", unattended))
    sound = archive.show.parent / f"{archive.show.name}-alone" / "neu.md"
    sound.parent.mkdir()
    costs = compare(
        [
            Contender("status", (PROGRAM, "status", *show)),
            Contender("run, nothing to do", unattended, lambda: run(Contender("settle", unattended))),
            Contender("publish, nothing new", publish),
            Contender("publish, one more episode", publish, archive.add),
            Contender("run, one article", unattended, archive.drop),
            Contender("build, the sound alone", (PROGRAM, "build", str(sound)), lambda: alone(archive, sound)),
        ],
        ROUNDS,
    )
    return {"publish, for the first time": first, **costs}


def alone(archive: Archive, path: Path) -> None:
    """Put an article where there is no show, nor anything built."""
    shutil.rmtree(path.parent / "built", ignore_errors=True)
    archive.drop(path.parent).replace(path)


def describe_machine() -> str:
    """Return what the figures were measured on."""
    model = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    cores, kind = os.cpu_count(), model[1] if model else platform.machine()
    return f"{cores} cores of {kind}, {platform.system()}, Python {platform.python_version()}"


def main() -> None:
    """Measure, print, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=[100, 1000, 10_000], help="episodes of each show")
    parser.add_argument("--json", type=Path, help="where the figures are kept")
    parser.add_argument("--folder", help="where the shows are made; the file system counts")
    asked = parser.parse_args()
    found: dict[int, dict[str, Cost]] = {}
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        for episodes in asked.counts:
            found[episodes] = measure(Archive(Path(name) / str(episodes)), episodes)
            print(f"{episodes} episodes\n")
            print_costs(found[episodes])
    if asked.json:
        costs = {
            str(episodes): {each: dataclasses.asdict(cost) for each, cost in of.items()}
            for episodes, of in found.items()
        }
        kept = {"machine": describe_machine(), "rounds": ROUNDS, "costs": costs}
        asked.json.write_text(f"{json.dumps(kept, ensure_ascii=False, indent=1)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
