"""Who deletes what can be built again takes nothing off the air: only withdraw, delete and a deleted folder do."""

from __future__ import annotations

import dataclasses
import shutil
from typing import TYPE_CHECKING

import pytest

from ki_briefing.publication.gate import Reason
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.guid import guid_of
from ki_briefing.show.settings import Approval, Show
from public_shows import BASE, NOW, build, make_episode, make_show

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ki_briefing.publication.report import Publication

MONTH = 30 * 86_400
FACTS = 'guid = "{guid}"\nnumber = {number}\ndate = {date}\nslug = "{slug}"\n'


def on_air(folder: Path) -> tuple[Show, list[Path]]:
    """Return a show with two episodes on air, and their built folders."""
    show = make_show(folder)
    episodes = [make_episode(number) for number in (1, 2)]
    folders = [build(show, each) for each in episodes]
    for built, each in zip(folders, episodes, strict=True):
        facts = FACTS.format(guid=each.guid, number=each.number, date=each.date.isoformat(), slug=each.slug)
        (built.parent / "episode.toml").write_text(facts, encoding="utf-8")
    publish(show, folders)
    return show, folders


def publish(show: Show, folders: list[Path], *, now: int = NOW) -> Publication:
    return publish_site(show, folders, FolderTarget(show.public), now=now)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("forgotten", [False, True])
@pytest.mark.parametrize("lose", [shutil.rmtree, lambda built: (built / "episode.json").write_bytes(b"{")])
def test_what_is_on_air_of_an_episode_stays_while_it_is_not_built(
    tmp_path: Path, lose: Callable[[Path], object], forgotten: bool
) -> None:
    show, folders = on_air(tmp_path)
    before = snapshot(show.public)
    lose(folders[0])
    if forgotten:
        shutil.rmtree(show.cache)

    for later in (0, MONTH):
        report = publish(show, folders, now=NOW + later)
        assert (report.episodes, report.written, report.removed) == (2, (), ())
        assert [*report.unbuilt, *(each.folder for each in report.problems)] == [folders[0]]
        assert snapshot(show.public) == before

    show = dataclasses.replace(show, publication=dataclasses.replace(show.publication, approval=Approval.ALWAYS))
    build(show, make_episode(1), audio=b"a correction")
    held = publish(show, folders, now=NOW + 2 * MONTH).held
    assert [(each.reason, each.on_air) for each in held] == [(Reason.APPROVAL, True)]
    assert snapshot(show.public) == before

    shutil.rmtree(folders[0].parent)
    assert publish(show, folders[1:], now=NOW + 2 * MONTH).episodes == 1


@pytest.mark.parametrize("forgotten", [False, True])
def test_it_stays_when_the_show_moves_to_another_address(tmp_path: Path, forgotten: bool) -> None:
    show, folders = on_air(tmp_path)
    shutil.rmtree(folders[0])
    if forgotten:
        shutil.rmtree(show.cache)
    guid = guid_of(f"{BASE}/feed.xml")
    moved = dataclasses.replace(
        show,
        podcast=dataclasses.replace(show.podcast, guid=guid),
        publication=dataclasses.replace(show.publication, base_url="https://new.example.org"),
    )

    report = publish(moved, folders)
    assert (report.episodes, report.problems, report.unbuilt) == (2, (), (folders[0],))
    feed = (show.public / "feed.xml").read_text(encoding="utf-8")
    assert f"{BASE}/folge-1.mp3" in feed
    assert "https://new.example.org/folge-2.mp3" in feed


def test_in_a_fresh_copy_of_a_show_no_empty_feed_takes_the_place_of_the_one_that_is_on_air(tmp_path: Path) -> None:
    show, folders = on_air(tmp_path)
    for lost in (*folders, show.public, show.cache):
        shutil.rmtree(lost)
    report = publish(show, folders)
    assert (report.episodes, report.written, len(report.problems)) == (0, (), 2)
    assert not show.public.exists()
    build(show, make_episode(1))
    assert publish(show, folders).episodes == 1


@pytest.mark.parametrize("forgotten", [False, True])
def test_what_is_neither_built_nor_public_is_said_and_never_named_by_the_feed(tmp_path: Path, forgotten: bool) -> None:
    show, folders = on_air(tmp_path)
    shutil.rmtree(folders[0])
    shutil.rmtree(show.public)
    if forgotten:
        shutil.rmtree(show.cache)

    for _ in range(2):
        report = publish(show, folders)
        assert (report.episodes, [each.folder for each in report.problems]) == (1, [folders[0]])
        assert b"folge-1" not in (show.public / "feed.xml").read_bytes()
    build(show, make_episode(1))
    assert publish(show, folders).episodes == 2
