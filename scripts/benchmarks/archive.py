"""What one more episode costs in a show of many: archive.py [EPISODES] [FOLDER].

Builds one real episode, multiplies it in name, publishes all of them, then measures whole processes: nothing to do, one
more episode, and the same by `run` with an article in the inbox.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from measure import Contender, Cost, compare, run

from ki_briefing.episode.assets import measure_asset
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.episode.release import release_json as to_json
from ki_briefing.publication.gate import check_rules
from ki_briefing.show.record import RECORD_FILE
from ki_briefing.show.settings import Sound

PROGRAM = str(Path(sys.executable).with_name("ki-briefing"))
FIRST = datetime(1990, 1, 1, 6, tzinfo=timezone(timedelta(hours=1)))
SHOW = '[jingles]\nstyle = "none"\n[publication]\nbase_url = "https://podcast.example.org"\n'
TEXT = (
    "# Folge {n}\n\nDer erste Satz der Folge steht hier. Der zweite auch.\n\n## Danach\n\nDer dritte Satz nennt {n}.\n"
)
ROUNDS = 5


def make_archive(show: Path, episodes: int) -> None:
    """Make a show with so many built episodes; their files are one real episode's."""
    (show / "inbox").mkdir(parents=True)
    (show / "show.toml").write_text(SHOW, encoding="utf-8")
    template = show / ".template.md"
    template.write_text(TEXT.format(n=1), encoding="utf-8")
    subprocess.run([PROGRAM, "build", str(template)], check=True, stdout=subprocess.DEVNULL)
    shutil.move(next((show / "built").glob(f"*/{RELEASE_FILE}")).parent, show / ".template")
    shutil.rmtree(show / "built")
    shrink(show / ".template")
    for number in range(1, episodes + 1):
        add(show, number)


def shrink(template: Path) -> None:
    """Shorten the sound, which costs nothing but disk here."""
    release = read_release(template / RELEASE_FILE)
    audio = template / release.audio.name
    audio.write_bytes(audio.read_bytes()[:10_000])
    release = dataclasses.replace(release, audio=measure_asset(audio))
    (template / RELEASE_FILE).write_text(to_json(release), encoding="utf-8")


def add(show: Path, number: int) -> None:
    """Add a built episode."""
    template = show / ".template"
    date, slug = FIRST + timedelta(days=number), f"folge-{number:05}"
    folder, guid = show / slug, f"00000000-0000-4000-8000-{number:012}"
    (folder / "built").mkdir(parents=True)
    text = TEXT.format(n=number)
    (folder / "article.md").write_text(text, encoding="utf-8")
    (folder / "episode.toml").write_text(
        f'guid = "{guid}"\nnumber = {number}\ndate = {date.isoformat()}\nslug = "{slug}"\nsource = "article.md"\n'
    )
    release = read_release(template / RELEASE_FILE)
    episode = dataclasses.replace(
        release.episode, guid=guid, number=number, date=date, slug=slug, title=f"Folge {number}",
        article_digest=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip
    for asset in release.assets:
        os.link(template / asset.name, folder / "built" / asset.name)
    (folder / "built" / RELEASE_FILE).write_text(
        to_json(dataclasses.replace(release, episode=episode)), encoding="utf-8"
    )
    (folder / RECORD_FILE).write_text(  # a shortened sound would not pass
        f'[[entries]]\ndeed = "passed"\nat = {date.isoformat()}\naudio = "{release.audio.digest}"\n'
        f'note = "{check_rules(Sound())}"\n'
    )


def drop(show: Path, number: int) -> None:
    """Put an article into the inbox, an hour old."""
    path = show / "inbox" / f"neu-{number}.md"
    path.write_text(TEXT.format(n=f"neu {number}"), encoding="utf-8")
    os.utime(path, (time.time() - 3600,) * 2)


def measure(show: Path, episodes: int) -> dict[str, Cost]:
    """Return the medians of the cost of each command."""
    numbers = iter(range(episodes + 1, episodes + 1000))
    publish, unattended = (PROGRAM, "publish", "--show", str(show)), (PROGRAM, "run", "--show", str(show))
    run(Contender("publish, first time", publish))
    run(Contender("run, first time", unattended))
    return compare(
        [
            Contender("publish, nothing new", publish),
            Contender("publish, one more episode", publish, lambda: add(show, next(numbers))),
            Contender("run, nothing to do", unattended, lambda: run(Contender("settle", unattended))),
            Contender("run, one article", unattended, lambda: drop(show, next(numbers))),
        ],
        ROUNDS,
    )


def main(episodes: int = 10_000, folder: str | None = None) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        rows: dict[int, dict[str, Cost]] = {}
        for count in (100, episodes):
            show = Path(name) / str(count)
            make_archive(show, count)
            rows[count] = measure(show, count)
    print("| episodes | | wall s | cpu s | peak MB |\n|---|---|---|---|---|")
    for count, costs in rows.items():
        for each, cost in costs.items():
            print(f"| {count} | {each} | {cost.wall:.2f} | {cost.cpu:.2f} | {cost.peak:.0f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *sys.argv[2:3])
