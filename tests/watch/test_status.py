"""What ``status`` knows of a show without touching it, and what the run log keeps."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ki_briefing.base.records import to_json
from ki_briefing.cli import cli
from ki_briefing.episode.built import BUILD_FILE, BuildRecord
from ki_briefing.model.episode import VoicePart
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show import runs
from ki_briefing.show.catalogue import Catalogue, State
from ki_briefing.show.feeds import Feed
from ki_briefing.show.record import Deed, Entry, note_deeds
from ki_briefing.show.runs import LoggedRun, LoggedTrouble, log_run, logged_runs
from ki_briefing.show.sources import KnownSource, Sources, Standing
from ki_briefing.watch.status import behind, read_status
from public_shows import BASE, build, make_episode, make_show

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.model.episode import Episode
    from ki_briefing.show.settings import Show

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ARTICLE = "# Titel\n\nEin Satz.\n"


def make(show: Show, episode: Episode, article: str = ARTICLE) -> Path:
    """Return the folder of an episode with article and facts, built."""
    folder = show.folder / episode.slug
    folder.mkdir(parents=True)
    (folder / "article.md").write_text(article, encoding="utf-8")
    facts = f'guid = "{episode.guid}"\nnumber = {episode.number}\nslug = "{episode.slug}"\nseason = {episode.season}\n'
    (folder / "episode.toml").write_text(f"{facts}date = {episode.date.isoformat()}\n", encoding="utf-8")
    build(show, replace(episode, article_digest=hashlib.sha256(article.encode()).hexdigest()))
    return folder


def test_status_names_what_is_on_air_what_waits_and_what_is_broken(tmp_path: Path) -> None:
    show = replace(make_show(tmp_path), feeds=(Feed("https://example.org/feed"),))
    late = NOW + timedelta(days=3)
    aired, waiting = make(show, make_episode(1)), make(show, make_episode(2, date=late))
    publish_site(show, [aired / "built", waiting / "built"], FolderTarget(show.public), now=round(NOW.timestamp()))
    unbuilt, edited = make(show, make_episode(3)), make(show, make_episode(4))
    shutil.rmtree(unbuilt / "built")
    (edited / "article.md").write_text(f"{ARTICLE}\nNoch ein Satz.\n", encoding="utf-8")
    (edited / "reason.txt").write_text("does not pass the check: silence\nShorten it.\n", encoding="utf-8")
    (show.inbox / "failed").mkdir(parents=True)
    (show.inbox / "neu.md").write_text(ARTICLE, encoding="utf-8")
    (show.inbox / "neu.md~").write_text(ARTICLE, encoding="utf-8")
    (show.inbox / "failed" / "leer.md").touch()
    (show.inbox / "failed" / "leer.md.reason.txt").write_text("no sentence\n", encoding="utf-8")
    (show.inbox / "failed" / "gone.md.reason.txt").write_text("no sentence\n", encoding="utf-8")
    with Sources(show) as sources:
        known = KnownSource("https://example.org/5", Standing.FAILED, "d", "d", "")
        sources.note("https://example.org/feed", known)
        sources.note("https://example.org/left", replace(known, id="https://example.org/6"))
    before = sorted(path for path in tmp_path.rglob("*"))
    found = read_status(show, NOW)

    assert (found.on_air, found.inbox, found.next_date) == (1, 1, late)
    assert found.newest is not None
    assert found.newest.number == 1
    assert [(each.folder, each.why, each.until) for each in found.waiting] == [
        (waiting, "waits for its date", late),
        (unbuilt, "not built yet", None),
        (edited, "edited since it was built", None),
    ]
    assert [(each.about, each.reason) for each in found.broken] == [
        (str(edited), "does not pass the check: silence"),
        (str(show.inbox / "failed" / "leer.md"), "no sentence"),
        ("https://example.org/5", "no episode can be made of this article of a feed"),
    ]
    assert found.free > 0
    assert sorted(path for path in tmp_path.rglob("*")) == before


def test_what_waits_and_what_is_mended_is_told_as_the_gate_sees_it(tmp_path: Path) -> None:
    show, soon = make_show(tmp_path), NOW + timedelta(hours=5)
    text = {1: "Sperrfrist: 1. Juni 2026, 7 Uhr", 2: "Sperrfrist: heute, 23 Uhr"}
    held, unreadable = (
        make(
            show,
            make_episode(number, date=NOW + timedelta(days=number - 1)),
            f"# Titel\n\n{text[number]}\n\nEin Satz.\n",
        )
        for number in text
    )
    mended, gone = make(show, make_episode(3)), make(show, make_episode(4))
    (mended / "reason.txt").write_text("no sentence\n", encoding="utf-8")
    os.utime(mended / "reason.txt", (0, 0))
    (gone / "reason.txt").write_text("no sentence\n", encoding="utf-8")
    note_deeds(show, gone, Entry(Deed.WITHDRAWN, NOW, "Ada"))
    publish_site(show, [mended / "built"], FolderTarget(show.public), now=round(NOW.timestamp()))
    note_deeds(show, mended, Entry(Deed.HELD, NOW, "Ada", note="Namen prüfen"))
    (show.public / "feed.xml").unlink()
    found = read_status(show, NOW)

    assert [(each.folder, each.why, each.until) for each in found.waiting] == [
        (held, "is under embargo", soon),
        (unreadable, "is under an embargo whose time cannot be read", None),
    ]
    assert found.next_date == soon
    assert [(each.folder, each.why) for each in found.held] == [(mended, "held by Ada, Namen prüfen")]
    reason = "is gone; to write it anew: ki-briefing publish"
    assert [(each.about, each.reason) for each in found.broken] == [(str(show.public / "feed.xml"), reason)]


def test_a_show_on_which_nothing_was_ever_done_has_a_status(tmp_path: Path) -> None:
    found = read_status(make_show(tmp_path), NOW)

    assert (found.on_air, found.waiting, found.last_run, found.cache) == (0, (), None, 0)
    assert found.is_overdue(timedelta(days=99), NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("hour", ["2099-01-01T04", "2026-01-01T04", ""])
def test_a_voice_whose_service_refuses_is_named_once_with_reason_and_time(tmp_path: Path, hour: str) -> None:
    show = make_show(tmp_path)
    (tmp_path / "show.toml").write_text(
        f'[publication]\nbase_url = "{BASE}"\n[podcast]\ntimezone = "Europe/Berlin"\n', encoding="utf-8"
    )
    own = VoicePart("gtts", "gtts", "gtts 2 de", trained=True, credit="", utterances=(0,))
    other = replace(own, voice="espeak", instead_of="gtts", reason="Google's voice refuses with HTTP 429")
    for number, part in enumerate((own, other, other), 1):
        record = BuildRecord("", -16.0, -1.0, 1, (), degraded=("Ein Satz.",), unpublished=(), voices=(part,))
        built = make(show, make_episode(number)) / "built" / BUILD_FILE
        built.write_text(to_json(record), encoding="utf-8")
    with Catalogue(show) as catalogue:
        for folder in catalogue.folders():
            catalogue.end(folder, State.DEGRADED, f"built/{BUILD_FILE}", "", hour)
    text, plain = (
        CliRunner().invoke(cli, ["status", "--show", str(tmp_path), *more]).stdout for more in ([], ["--json"])
    )
    is_over = not hour.startswith("2099")

    again = "the next run asks it again" if is_over else "runs ask it again from 2099-01-01 06:00+01:00"
    line = f"Voice gtts is away, {again} (another speaks in episodes: 2): {other.reason}"
    assert [each for each in text.splitlines() if "gtts" in each] == [line]
    until = None if is_over else "2099-01-01T05:00:00+00:00"
    assert json.loads(plain)["away"] == [{"voice": "gtts", "why": other.reason, "until": until, "episodes": 2}]


def test_a_copied_show_is_not_taken_for_edited(tmp_path: Path) -> None:
    show = make_show(tmp_path / "a")
    make(show, make_episode(1))
    shutil.copytree(tmp_path / "a" / "folge-1" / "built", tmp_path / "b" / "folge-1" / "built")
    shutil.copytree(tmp_path / "a", tmp_path / "b", dirs_exist_ok=True)
    (tmp_path / "b" / "folge-1" / "article.md").touch()

    assert list(behind(replace(show, folder=tmp_path / "b"))) == []


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("article.md", "Ein Satz.", "Ein Wort."), ("episode.toml", "number = 1", "number = 2")],
)
@pytest.mark.parametrize("aside", [False, True])
def test_an_edit_is_seen_however_an_editor_writes(
    tmp_path: Path, name: str, before: str, after: str, aside: bool
) -> None:
    show = make_show(tmp_path)
    episode = make(show, make_episode(1))
    assert list(behind(show)) == []

    path = episode / name
    (written := path.with_name("new") if aside else path).write_text(path.read_text().replace(before, after))
    written.replace(path)
    assert [each.why for each in behind(show)] == ["edited since it was built"]


def test_nothing_is_read_of_an_episode_whose_record_has_grown(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    episode = make(show, make_episode(1))
    (episode / "built" / "episode.json").write_text("unreadable", encoding="utf-8")
    note_deeds(show, episode, Entry(Deed.AIRED, NOW))
    (episode / "dossier.json").write_text("{}", encoding="utf-8")

    assert list(behind(show)) == []


def test_the_log_has_a_line_a_run_and_never_more_than_two_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_LARGEST", 2000)
    show = make_show(tmp_path)
    for number in range(30):
        trouble = LoggedTrouble(f"ä{number}.md", "no sentence", "", 65)
        log_run(show, LoggedRun(NOW + timedelta(hours=number), 1.5, "1", 65 if number % 2 else 0, troubles=(trouble,)))
    found = list(logged_runs(show))

    assert sorted(path.name for path in (tmp_path / "log").iterdir()) == ["runs.1.jsonl", "runs.jsonl"]
    assert all(path.stat().st_size <= 2000 for path in (tmp_path / "log").iterdir())
    assert [run.began for run in found] == [NOW + timedelta(hours=29 - back) for back in range(len(found))]
    assert len(found) > 7
    assert (found[0].is_good, found[1].is_good, found[0].troubles[0].about) == (False, True, "ä29.md")


def test_a_line_that_a_power_cut_tore_costs_no_other(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    log_run(show, LoggedRun(NOW, 1.0, "1", 0))
    with (tmp_path / "log" / "runs.jsonl").open("ab") as log:
        log.write(b'{"began": "2026-06-0')
    log_run(show, LoggedRun(NOW + timedelta(hours=1), 1.0, "1", 65))

    assert [run.exit_code for run in logged_runs(show)] == [65, 0]
    lines = (tmp_path / "log" / "runs.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["exit_code"] for line in (lines[0], lines[2])] == [0, 65]
