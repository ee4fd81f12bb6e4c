"""Batches: batch.py [ARTICLES] [PART…]; without a part, all of them.

forecast   how far the plan is off the run, here
cluster    two workers in processes of their own beside one, and beside this machine's own processes
deaths     what becomes of a batch when a worker, the client and the scheduler are killed
numbering  how long an article takes to become an episode in a show of 20,000

Every way must end with the same sound.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from article import write
from ki_briefing.new import take_article
from ki_briefing.show.catalogue import Catalogue
from ki_briefing.show.reading import load_show

if TYPE_CHECKING:
    from collections.abc import Iterator

EPISODES = 20_000
NOTHING = hashlib.sha256().hexdigest()[:16]
PROGRAM = Path(sys.executable).with_name("ki-briefing")
COUNTING = """
import os, ki_briefing.batch.worker as worker
def counted(unit, build=worker.build_unit):
    with open(os.environ["BUILDS"], "a") as file:
        file.write(unit.folder + "\\n")
    return build(unit)
if worker.build_unit.__name__ == "build_unit":  # Dask loads this twice
    worker.build_unit = counted
"""


class Cluster:
    """A scheduler and workers with one thread each, as ``dask scheduler`` and ``dask worker`` start them."""

    def __init__(self, work: Path, workers: int) -> None:
        self._work, self._count = work, workers
        self._file = work / "scheduler.json"
        self.builds = work / "builds"
        self.builds.write_text("")
        (work / "counting.py").write_text(COUNTING)
        self.start()

    def start(self) -> None:
        self._file.unlink(missing_ok=True)
        self.scheduler = self._run("dask_scheduler", "--port", "0", "--no-dashboard")
        while not self._file.exists() or not (text := self._file.read_text()):
            time.sleep(0.1)
        self.address = json.loads(text)["address"]
        self.workers = [self._worker() for _ in range(self._count)]

    def _worker(self) -> subprocess.Popen[bytes]:
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--preload", str(self._work / "counting.py"))
        return self._run("dask_worker", *options, "--local-directory", str(self._work), "--death-timeout", "20")

    def _run(self, module: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", "--scheduler-file", str(self._file), *options]
        environment = {**os.environ, "BUILDS": str(self.builds), "OPENBLAS_NUM_THREADS": "1"}
        with (self._work / f"{module}.log").open("ab") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self._work)

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as work:
        running = Cluster(Path(work), workers)
        try:
            yield running
        finally:
            running.end()


def make_show(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "show.toml").write_text('[podcast]\ndescription = "Ein Archiv."\ntimezone = "Europe/Berlin"\n')
    return folder


def batch(show: Path, articles: Path, *options: str) -> list[str]:
    return [str(PROGRAM), "-q", "batch", str(articles), "--show", str(show), "--json", *options]


def run(*command: str) -> tuple[dict[str, Any], float, int]:
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    seconds = time.monotonic() - begun
    if done.stderr:
        print(done.stderr.strip()[-300:])
    return json.loads(done.stdout or "{}"), seconds, done.returncode


def digest(show: Path) -> str:
    """Return the digest of all sound, by name; each show has guids of its own, so the tags differ."""
    state = hashlib.sha256()
    for path in sorted(show.glob("*/built/*.mp3")):
        sound = path.read_bytes()
        tag = 10 + sum((byte & 0x7F) << 7 * (3 - place) for place, byte in enumerate(sound[6:10]))
        state.update(path.name.encode() + sound[tag:])
    return state.hexdigest()[:16]


def finished(show: Path) -> int:
    return len(list(show.glob("*/built/build.json")))


def interrupt(command: list[str], show: Path, half: int) -> subprocess.Popen[bytes]:
    """Begin a batch, and return it when half of it is done."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while finished(show) < half and process.poll() is None:
        time.sleep(0.05)
    return process


def main(count: int, *parts: str) -> None:
    work = Path(tempfile.mkdtemp(prefix="batch-"))
    articles = work / "articles"
    articles.mkdir()
    for index in range(count):
        paragraphs = write(2, 1000 + 50 * index).split("\n\n")[2 : 4 + index % 3]  # of four sentences each
        text = "\n\n".join((f"# Nummer {index}", f"Es geht um Fall {index}.", *paragraphs))
        date = f"{2000 + index // 300}-{1 + index % 300 // 25:02}-{1 + index % 25:02}"
        (articles / f"{index:05}.md").write_text(f"---\ndate: {date}\n---\n{text}")
    try:
        for part in (forecast, clusters, deaths, numbering):
            if not parts or part.__name__.removesuffix("s") in (each.removesuffix("s") for each in parts):
                part(work, articles, count)
        print("same sound:", len({digest(show.parent) for show in work.glob("*/show.toml")} - {NOTHING}) <= 1)
    finally:
        shutil.rmtree(work)


def forecast(work: Path, articles: Path, count: int) -> None:
    plan, seconds, _ = run(*batch(make_show(work / "here"), articles, "--plan"))
    print(f"plan: {plan['seconds']:.0f} s, {plan['sound'] / 3600:.1f} h of sound, made in {seconds:.0f} s")
    report, here, _ = run(*batch(make_show(work / "here"), articles))
    sound = sum(each["seconds"] for each in report["made"])
    print(f"here, {os.cpu_count()} processes: {here:.0f} s for {count} articles, {sound / 3600:.1f} h of sound")
    print(f"plan / run: {plan['seconds'] / report['seconds']:.2f} (sound {plan['sound'] / sound:.2f})")


def clusters(work: Path, articles: Path, _count: int) -> None:
    walls = {}
    for workers in (1, 2):
        with cluster(workers) as running:
            _, walls[workers], _ = run(*batch(make_show(work / f"by{workers}"), articles, "--cluster", running.address))
        print(f"cluster, {workers} workers: {walls[workers]:.0f} s")
    print(f"two workers / one: {walls[1] / walls[2]:.2f} times as fast")


def deaths(work: Path, articles: Path, count: int) -> None:
    with cluster(2) as running:
        show = make_show(work / "worker")
        process = interrupt(batch(show, articles, "--cluster", running.address), show, count // 2)
        running.workers[0].kill()
        process.wait()
        builds = running.builds.read_text().splitlines()
        print(f"worker killed: {finished(show)} of {count} finished in {len(builds)} builds: {process.returncode}")
    with cluster(2) as running:
        show = make_show(work / "client")
        interrupt(batch(show, articles, "--cluster", running.address), show, count // 2).send_signal(signal.SIGKILL)
        time.sleep(3)
        before = finished(show)
        report, _, _ = run(*batch(show, articles, "--cluster", running.address))
        print(f"client killed after {before}: the next did {len(report['made'])}")
    with cluster(2) as running:
        show = make_show(work / "scheduler")
        process = interrupt(batch(show, articles, "--cluster", running.address), show, count // 2)
        running.scheduler.kill()
        begun = time.monotonic()
        process.wait()
        print(f"scheduler killed: the batch ended with {process.returncode} after {time.monotonic() - begun:.0f} s")
        running.end()
        running.start()
        before = finished(show)
        report, _, _ = run(*batch(show, articles, "--cluster", running.address))
        print(f"scheduler started again after {before}: the next did {len(report['made'])}")


def numbering(work: Path, articles: Path, _count: int) -> None:
    folder = make_show(work / "many")
    for number in range(1, EPISODES + 1):
        date = datetime(1990, 1, 1, 6, tzinfo=UTC) + timedelta(hours=6 * number)
        episode = folder / f"{date:%Y-%m-%d}-fall-{number:05}"
        episode.mkdir()
        (episode / "article.md").write_text(f"# Fall {number}\n\nEs geht um Fall {number}.\n")
        (episode / "episode.toml").write_text(
            f'guid = "{number}"\nnumber = {number}\ndate = {date.isoformat()}\nslug = "{episode.name}"\n'
            'source = "article.md"\n'
        )
    show, seconds = load_show(folder), []
    with Catalogue(show) as catalogue:
        for path in sorted(articles.iterdir()):
            begun = time.process_time()
            take_article(path, show, now=datetime.now(UTC), catalogue=catalogue)
            seconds.append(time.process_time() - begun)
    print(f"an article in a show of {EPISODES}: {statistics.median(seconds) * 1000:.0f} ms of a processor")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, *sys.argv[2:])
