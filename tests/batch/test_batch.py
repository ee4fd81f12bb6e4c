"""Many articles at once: in the order of their dates, whoever builds them; what is done is kept."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ki_briefing.base.errors import SpeechError
from ki_briefing.batch import conductor
from ki_briefing.batch.conductor import batch_room, batch_show
from ki_briefing.batch.plan import plan_batch
from ki_briefing.batch.purse import Limits
from ki_briefing.batch.workers import Processes
from ki_briefing.build import build_episode
from ki_briefing.show.catalogue import Catalogue
from ki_briefing.show.reading import load_show
from ki_briefing.show.record import load_record
from speech_server import SpeechServer

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
SETTINGS = '[podcast]\ndescription = "Ein Test."\ntimezone = "Europe/Berlin"\n[jingles]\nstyle = "none"\n'
DAYS = (3, 1, 4, 2)


def make_show(folder: Path) -> Path:
    folder.mkdir()
    (folder / "show.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


def write_articles(folder: Path) -> Path:
    folder.mkdir()
    for index, day in enumerate(DAYS):
        text = f"---\ndate: 2026-01-0{day}T08:00:00+01:00\n---\n# Bericht vom Tag {day}\n\nHier steht Satz {index}.\n"
        (folder / f"{index}.md").write_text(text, encoding="utf-8")
    return folder


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ki_briefing", "batch", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def files(show: Path, *, without: str = ".cache") -> dict[str, bytes]:
    paths = (path for path in sorted(show.rglob("*")) if path.is_file() and without not in path.parts)
    return {str(path.relative_to(show)): path.read_bytes() for path in paths if path.name != "record.toml"}


def facts(show: Path) -> list[dict[str, Any]]:
    found = [tomllib.loads(path.read_text(encoding="utf-8")) for path in show.glob("*/episode.toml")]
    return sorted(found, key=lambda each: int(each["number"]))


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], Path]:
    """Return a show after a batch of four articles and one that is none, the batch's report, and the articles."""
    folder = tmp_path_factory.mktemp("batch")
    show, articles = make_show(folder / "show"), write_articles(folder / "articles")
    (articles / "leer.md").write_text("\n", encoding="utf-8")
    done = run(articles, "--show", show, "--json", cwd=folder)
    assert done.returncode == 65, done.stderr
    assert "leer.md" in done.stderr
    return show, json.loads(done.stdout), articles


@pytest.fixture(scope="module")
def workers() -> Iterator[Processes]:
    with closing(Processes(2)) as processes:
        yield processes


def test_articles_become_episodes_in_the_order_of_their_dates(batch: tuple[Path, dict[str, Any], Path]) -> None:
    show, report, _ = batch

    assert [(each["number"], each["date"].day) for each in facts(show)] == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert len(report["made"]) == 4
    assert [each["exit_code"] for each in report["troubles"]] == [65]


def test_workers_make_what_build_makes(batch: tuple[Path, dict[str, Any], Path], tmp_path: Path) -> None:
    show, _, _ = batch
    copy = shutil.copytree(show, tmp_path / "copy", ignore=shutil.ignore_patterns("built", ".cache"))

    for episode in copy.glob("*/"):
        build_episode(episode)

    assert files(copy) == files(show)


def test_the_same_batch_again_does_nothing(batch: tuple[Path, dict[str, Any], Path]) -> None:
    show, _, articles = batch
    before = files(show)

    done = run(articles, "--show", show, "--json", cwd=show)

    report = json.loads(done.stdout)
    assert (report["made"], report["finished"]) == ([], 4)
    assert files(show) == before


def test_a_run_after_a_batch_has_nothing_to_build_or_check(batch: tuple[Path, dict[str, Any], Path]) -> None:
    show, _, _ = batch

    with Catalogue(load_show(show)) as catalogue:
        assert list(catalogue.pending("built/build.json", "")) == []
    assert all(load_record(path.parent).entries[-1].deed == "passed" for path in show.glob("*/episode.toml"))


def test_a_killed_batch_goes_on_and_nothing_is_done_twice(tmp_path: Path) -> None:
    show, articles = make_show(tmp_path / "show"), write_articles(tmp_path / "articles")
    command = [sys.executable, "-m", "ki_briefing", "batch", str(articles), "--show", str(show), "--jobs", "1"]
    batch = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (done := list(show.glob("*/built/build.json"))):
        assert batch.poll() is None
        time.sleep(0.02)
    batch.kill()
    batch.wait()
    done = list(show.glob("*/built/build.json"))
    before = {path: path.stat().st_mtime_ns for path in done}

    report = json.loads(run(articles, "--show", show, "--json", cwd=tmp_path).stdout)

    assert len(report["made"]) + len(before) == 4
    assert {path: path.stat().st_mtime_ns for path in done} == before
    assert [each["number"] for each in facts(show)] == [1, 2, 3, 4]
    assert not list((show / ".cache" / "batch").glob("*"))


class Deadly(Processes):
    """The worker of the first unit is killed, and over one unit all die that get it."""

    killed = 0

    def submit(self, work: Any, unit: Any) -> Any:
        future = super().submit(_die if "tag-3" in unit.folder else work, unit)
        if not self.killed:
            self.killed = next(iter(self._pool._processes))
            os.kill(self.killed, signal.SIGKILL)
        return future


def _die(_unit: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_dies_costs_a_second_try_and_what_two_die_over_is_given_up(tmp_path: Path) -> None:
    show, articles = load_show(make_show(tmp_path / "show")), write_articles(tmp_path / "articles")

    with closing(Deadly(2)) as deadly, batch_room(show) as room:
        report = batch_show(show, [articles], deadly, room, now=NOW)

    assert sorted(each.folder.name[-5:] for each in report.made) == ["tag-1", "tag-2", "tag-4"]
    (trouble,) = report.troubles
    assert "worker died" in trouble.message
    assert (show.folder / "2026-01-03-bericht-vom-tag-3" / "reason.txt").is_file()


def test_a_plan_that_costs_a_worker_its_life_ends_with_a_clear_error(tmp_path: Path) -> None:
    show, articles = load_show(make_show(tmp_path / "show")), write_articles(tmp_path / "articles")

    with closing(Deadly(1)) as deadly, batch_room(show) as room, pytest.raises(SpeechError, match="a worker died"):
        plan_batch(show, [articles], deadly, room, now=NOW)


def test_an_article_in_other_words_corrects_its_episode(
    batch: tuple[Path, dict[str, Any], Path], tmp_path: Path, workers: Processes
) -> None:
    show = load_show(shutil.copytree(batch[0], tmp_path / "show", ignore=shutil.ignore_patterns(".cache")))
    articles, before = shutil.copytree(batch[2], tmp_path / "articles"), facts(show.folder)
    other = articles / "1.md"
    other.write_text(other.read_text(encoding="utf-8").replace("Hier steht", "Richtig ist"), encoding="utf-8")

    with batch_room(show) as room:
        report = batch_show(show, [articles], workers, room, now=NOW)

    (made,), after = report.made, facts(show.folder)
    assert (made.folder.name, report.finished) == ("2026-01-01-bericht-vom-tag-1", 3)
    assert "Richtig ist" in (made.folder / "article.md").read_text(encoding="utf-8")
    assert "Hier steht" in (made.folder / "earlier" / "1-article.md").read_text(encoding="utf-8")
    assert [each["guid"] for each in after] == [each["guid"] for each in before]
    assert build_episode(made.folder).unchanged


class Watched(Processes):
    """Notes when units are begun, and lets somebody edit the article of the last."""

    def __init__(self, workers: Processes) -> None:
        self.slots, self._pool = workers.slots, workers._pool
        self.begins: list[float] = []

    def submit(self, work: Any, unit: Any) -> Any:
        self.begins.append(time.monotonic())
        if len(self.begins) == 3:
            with Path(unit.home, unit.folder, "article.md").open("a", encoding="utf-8") as file:
                file.write("Das kam dazu.\n")
        return super().submit(work, unit)


def test_so_many_an_hour_are_begun_and_what_is_edited_meanwhile_is_built_by_the_next_run(
    tmp_path: Path, workers: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    show, articles = load_show(make_show(tmp_path / "show")), write_articles(tmp_path / "articles")
    watched = Watched(workers)
    (articles / "0.md").unlink()
    monkeypatch.setattr(conductor, "_HOUR", 1.5)

    with batch_room(show) as room:
        report = batch_show(show, [articles], watched, room, now=NOW, limits=Limits(per_hour=2))

    first, second, third = watched.begins
    assert second - first < 1.5 <= third - first
    assert len(report.made) == 3
    with Catalogue(show) as catalogue:
        assert [each.folder.name[-5:] for each in catalogue.pending("built/build.json", "")] == ["tag-4"]


def test_a_limit_of_time_leaves_the_rest_and_says_so(tmp_path: Path, workers: Processes) -> None:
    show, articles = load_show(make_show(tmp_path / "show")), write_articles(tmp_path / "articles")
    with batch_room(show) as room:
        report = batch_show(show, [articles], workers, room, now=NOW, limits=Limits(seconds=0))

    assert (report.made, report.left) == ((), 4)
    assert "4 left" in str(report)
    assert facts(show.folder) == []


def test_a_plan_says_what_it_takes_and_changes_nothing(
    batch: tuple[Path, dict[str, Any], Path], tmp_path: Path, workers: Processes
) -> None:
    _, report, articles = batch
    show = load_show(make_show(tmp_path / "show"))
    with batch_room(show) as room:
        plan = plan_batch(show, [articles], workers, room, now=NOW)

    assert (plan.episodes, plan.finished, len(plan.troubles)) == (4, 0, 1)
    assert plan.characters == plan.unspoken > 0
    assert plan.sound == pytest.approx(sum(each["seconds"] for each in report["made"]), rel=0.1)  # half were measured
    assert plan.seconds > 0
    assert not list(show.folder.glob("2026*"))
    assert not list(show.cache.glob("*/??"))


def test_another_voice_keeps_number_date_guid_and_says_so(
    batch: tuple[Path, dict[str, Any], Path], tmp_path: Path, workers: Processes
) -> None:
    folder = shutil.copytree(batch[0], tmp_path / "show")
    with (folder / "show.toml").open("a", encoding="utf-8") as file:
        file.write('[voices.schnell]\nengine = "espeak"\nrate = 30\n')
    show, before = load_show(folder), facts(folder)
    with batch_room(show) as room:
        report = batch_show(show, [], workers, room, now=NOW, voice="schnell")
        again = batch_show(show, [], workers, room, now=NOW, voice="schnell")

    assert (len(report.made), len(again.made), again.finished) == (4, 0, 4)
    after = facts(folder)
    assert [{**each, "voice": "schnell", "revoiced": after[0]["revoiced"]} for each in before] == after
    episode = report.made[0].folder
    assert "Neu vertont am 28.11.2026." in (episode / "built" / "notes.txt").read_text(encoding="utf-8")
    assert [each.note for each in load_record(episode).entries if each.deed == "revoiced"] == ["schnell"]
    assert build_episode(episode).unchanged


def test_a_limit_of_cost_is_asked_before_anything_is_sent(tmp_path: Path, workers: Processes) -> None:
    server = SpeechServer()
    folder, articles = make_show(tmp_path / "show"), write_articles(tmp_path / "articles")
    with (folder / "show.toml").open("a", encoding="utf-8") as file:
        file.write(f'[voice]\nengine = "http"\naddress = "{server.address}"\nprice = 1000000\n')  # 1 a character
    show = load_show(folder)

    with batch_room(show) as room:
        plan = plan_batch(show, [articles], workers, room, now=NOW)
        asked = len(server.asked)
        price = plan.voices[0].unspoken.price
        report = batch_show(show, [articles], workers, room, now=NOW, limits=Limits(cost=0.6 * price))
    server.close()

    assert asked == 0
    assert plan.seconds == 0
    assert (len(report.made), report.left) in ((2, 2), (3, 1))  # what they share is paid once, or twice at once
    assert sum(map(len, server.texts)) <= report.price <= 0.6 * price
    assert len(facts(folder)) == len(report.made)
