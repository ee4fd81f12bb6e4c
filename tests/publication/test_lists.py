"""An archive is searched in an index of each year, and a new episode changes that of its own only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ki_briefing.publication.ledger import LEDGER_FILE, Ledger, PublishedEpisode
from ki_briefing.publication.lists import Documents, Lists
from ki_briefing.publication.site import Site
from ki_briefing.publication.target import FolderTarget
from ki_briefing.publication.templates import Templates
from public_shows import make_show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ki_briefing.show.settings import Show


@pytest.fixture
def show(tmp_path: Path) -> Show:
    return make_show(tmp_path)


@pytest.fixture
def ledger(show: Show) -> Iterator[Ledger]:
    with Ledger(show.cache / LEDGER_FILE) as ledger:
        yield ledger


def remember(ledger: Ledger, number: int, year: int) -> None:
    slug, date = f"folge-{number}", f"{year}-03-01T06:00:00+01:00"
    entry = PublishedEpisode(
        f"{slug}/built",
        f"build {number}",
        "",
        slug,
        slug,
        year,
        number,
        date,
        f"Titel {number}",
        "",
        60,
        "",
        "a.mp3",
        1,
    )
    with ledger.transaction():
        ledger.record_episode(entry, "<item>\n</item>\n")


def publish(show: Show, ledger: Ledger) -> list[str]:
    """Return the paths of what was written."""
    written: list[str] = []
    documents = Documents(FolderTarget(show.public), ledger, written)
    Lists(show, Site(show), documents, ledger, cover="", key="settings").publish()
    return written


def test_a_new_episode_changes_the_index_of_its_year_only(show: Show, ledger: Ledger) -> None:
    for number in range(1, 61):
        remember(ledger, number, 2025 if number < 31 else 2026)
    assert {"folgen-2025.json", "folgen-2026.json"} <= set(publish(show, ledger))

    remember(ledger, 61, 2026)
    assert publish(show, ledger) == ["folgen-2026.json", "index.html", "feed.xml"]
    index = json.loads((show.public / "folgen-2026.json").read_text(encoding="utf-8"))
    assert index[:2] == [
        ["Titel 61", "2026-03-01", "folge-61/index.html"],
        ["Titel 60", "2026-03-01", "folge-60/index.html"],
    ]
    assert len(index) == 31


def test_a_year_without_an_episode_is_not_offered_any_more(show: Show, ledger: Ledger) -> None:
    for number in range(1, 62):
        remember(ledger, number, 2025 if number == 1 else 2026)
    publish(show, ledger)
    assert "<option>2025</option>" in (show.public / "index.html").read_text(encoding="utf-8")

    with ledger.transaction():
        ledger.forget("folge-1/built")
    publish(show, ledger)
    assert "<option>2025</option>" not in (show.public / "index.html").read_text(encoding="utf-8")


def test_where_nothing_has_changed_no_template_is_read(
    show: Show, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(ledger, 1, 2026)
    publish(show, ledger)

    monkeypatch.setattr(Templates, "_environment", None)
    assert publish(show, ledger) == []
