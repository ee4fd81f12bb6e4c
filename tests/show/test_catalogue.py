"""What a show remembers of its episodes: found again, numbered on, tried again only when that may help."""

from __future__ import annotations

import os
import shutil
import sqlite3
from itertools import count
from typing import TYPE_CHECKING

import pytest

from ki_briefing.base.errors import StorageError
from ki_briefing.base.files import digest, file_digest
from ki_briefing.base.web import same_page
from ki_briefing.show.catalogue import CATALOGUE_FILE, Catalogue, Pending, State, episode_names
from ki_briefing.show.reading import load_show
from ki_briefing.show.sources import KnownSource, Sources, Standing

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.show.settings import Show

REPORT = "built/build.json"
MOMENTS = count(1_700_000_000)


@pytest.fixture
def show(show_folder: Path) -> Show:
    return load_show(show_folder)


def write(path: Path, text: str) -> None:
    """Change a file so that its time stamp shows it, however fast the test is."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (next(MOMENTS),) * 2)


def add(show: Show, name: str, number: int, *, text: str = "", origin: str = "") -> Path:
    folder = show.folder / name
    folder.mkdir()
    facts = f'guid = "g{number}"\nnumber = {number}\ndate = 2026-01-15T06:00:00+01:00\nslug = "{name}"\n'
    write(folder / "episode.toml", facts + f'source = "article.md"\norigin = "{origin}"\n')
    write(folder / "article.md", text or name)
    return folder


def pending(show: Show, context: str = "") -> list[Pending]:
    with Catalogue(show) as catalogue:
        return list(catalogue.pending(REPORT, context))


def end(show: Show, folder: Path, state: State, context: str = "") -> None:
    """Work on an episode as a run does."""
    with Catalogue(show) as catalogue:
        catalogue.begin(folder)
        write(folder / REPORT, state)
        catalogue.end(folder, state, REPORT, context)


def test_an_episode_is_found_by_its_article_and_by_what_the_article_was_made_of(show: Show) -> None:
    folder = add(show, "eins", 1, origin="abc")

    with Catalogue(show) as catalogue:
        assert catalogue.find(file_digest(folder / "article.md")) == folder
        assert catalogue.find("abc") == folder
        assert catalogue.find(digest("another")) is None
        assert (catalogue.has_guid("g1"), catalogue.has_guid("g2")) == (True, False)


def test_an_id_in_which_an_earlier_version_kept_the_escapes_as_they_were_is_known(show: Show) -> None:
    folder = add(show, "eins", 1)
    write(folder / "episode.toml", (folder / "episode.toml").read_text() + 'source_id = "bote.example/ma%c3%9fnahme"\n')
    with Catalogue(show) as catalogue:
        assert catalogue.find_source(same_page("https://bote.example/maßnahme/")) == folder
    written = KnownSource("bote.example/ma%c3%9fnahme", Standing.PASSED, "d", "d", "c")
    with Sources(show) as sources:
        sources.note("feed", written)
    with Sources(show) as sources:
        assert [each.id for each in sources.known("feed")] == [same_page("https://bote.example/maßnahme/")]


def test_the_next_number_follows_the_highest_and_begins_with_one(show: Show) -> None:
    with Catalogue(show) as catalogue:
        assert catalogue.next_number() == 1
    for name, number in (("a", 7), ("b", 3)):
        add(show, name, number)
    with Catalogue(show) as catalogue:
        assert catalogue.next_number() == 8


def test_what_passed_is_done_until_its_article_facts_or_report_change(show: Show) -> None:
    folder = add(show, "eins", 1)
    assert pending(show) == [Pending(folder, folder / "article.md", State.UNKNOWN, 0)]

    for name in ("article.md", "episode.toml", REPORT):
        end(show, folder, State.PASSED)
        assert pending(show, "other settings") == []
        write(folder / name, (folder / name).read_text("utf-8"))
        assert [each.state for each in pending(show)] == [State.PASSED], name


def test_what_failed_is_tried_again_when_the_settings_change(show: Show) -> None:
    folder = add(show, "eins", 1)
    end(show, folder, State.FAILED, "settings")

    assert pending(show, "settings") == []
    assert [each.folder for each in pending(show, "others")] == [folder]
    with Catalogue(show) as catalogue:
        assert catalogue.failed() == (folder,)


def test_a_program_that_dies_at_an_episode_is_counted_and_the_end_forgives_it(show: Show) -> None:
    folder = add(show, "eins", 1)
    for _ in range(2):
        with Catalogue(show) as catalogue:
            catalogue.begin(folder)
    assert [each.deaths for each in pending(show)] == [2]

    end(show, folder, State.UNKNOWN)
    assert [each.deaths for each in pending(show)] == [0]


def test_episodes_come_and_go_with_their_folders(show: Show) -> None:
    folders = [add(show, name, number) for number, name in enumerate(("b", "d", "f"), 1)]
    end(show, folders[1], State.PASSED)
    (folders[0] / "episode.toml").unlink()
    (folders[2] / "episode.toml").unlink()
    add(show, "c", 4)
    add(show, "e", 5)
    (show.folder / "a").symlink_to("a")  # a link that leads in a circle
    (show.folder / ".g").mkdir()

    assert [each.folder.name for each in pending(show)] == ["c", "e"]
    assert episode_names(show.folder) == ["c", "d", "e"]


def test_a_catalogue_that_stays_open_sees_episodes_come_and_go(show: Show) -> None:
    first, second = add(show, "a", 1), add(show, "b", 2)
    (show.folder / "in-arbeit").mkdir()

    with Catalogue(show) as catalogue:
        shutil.rmtree(first)
        write(second / "article.md", "anders")
        add(show, "c", 7)
        add(show, "in-arbeit/d", 8).rename(show.folder / ".d")
        write(show.folder / "in-arbeit" / "episode.toml", "number = 9\n")
        catalogue.refresh_folders()
        come = [each.name for each in catalogue.folders()]
        unseen = catalogue.find(file_digest(second / "article.md"))
        catalogue.read(second)

        assert (come, catalogue.next_number()) == (["b", "c", "in-arbeit"], 8)
        assert (unseen, catalogue.find(file_digest(second / "article.md"))) == (None, second)


def test_an_episode_that_cannot_be_read_is_pending_and_keeps_its_number(show: Show) -> None:
    folder = add(show, "eins", 5)
    pending(show)
    write(folder / "episode.toml", "number =")

    assert [each.folder for each in pending(show)] == [folder]
    with Catalogue(show) as catalogue:
        assert catalogue.next_number() == 6


def test_news_is_what_was_not_said_the_last_time(show: Show) -> None:
    a, b = ("a", "too loud"), ("b", "too long")
    with Catalogue(show) as catalogue:
        assert catalogue.news([a]) == {a}
        assert catalogue.news([a, b]) == {b}
    with Catalogue(show) as catalogue:
        assert catalogue.news([a, b]) == set()
        assert catalogue.news([b]) == set()
        assert catalogue.news([a, b]) == {a}  # it was good for a while


@pytest.mark.parametrize("harm", ["torn", "foreign", "other version"])
def test_a_memory_that_cannot_be_used_is_made_anew(show: Show, harm: str) -> None:
    folder = add(show, "eins", 1)
    end(show, folder, State.PASSED)
    path = show.cache / CATALOGUE_FILE
    data = path.read_bytes()
    if harm == "other version":
        other = sqlite3.connect(path)
        other.execute("PRAGMA user_version = 99")
        other.close()
    else:
        path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096) if harm == "torn" else b"no database" * 500)

    assert [each.state for each in pending(show)] == [State.UNKNOWN]
    with Catalogue(show) as catalogue:
        assert catalogue.next_number() == 2


def test_a_disk_that_refuses_is_a_clear_error(show: Show) -> None:
    (show.cache / CATALOGUE_FILE).mkdir(parents=True)

    with pytest.raises(StorageError, match="cannot use") as caught:
        Catalogue(show)
    assert caught.value.hint


def test_a_show_that_is_not_there_is_a_clear_error(show: Show) -> None:
    with pytest.raises(StorageError, match="cannot read"):
        episode_names(show.folder / "absent")
