"""What apps and listeners were told stays true: the podcast's guid, when the feed changed, by whose clock a day is."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from ki_briefing.base.errors import ConfigError
from ki_briefing.model.episode import Correction
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.record import Deed, Entry, note_deeds
from public_shows import NOW, build, make_episode, make_show

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.publication.report import Publication
    from ki_briefing.show.settings import Show

_PODCAST = "{https://podcastindex.org/namespace/1.0}"


def publish(show: Show, *folders: Path) -> Publication:
    return publish_site(show, folders, FolderTarget(show.public), now=NOW)


def told(show: Show, name: str) -> str:
    return etree.parse(show.public / "feed.xml").getroot().findtext(f"channel/{name}", "")


def test_the_podcast_keeps_its_guid_when_its_address_changes(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    built = build(show, make_episode(1))
    publish(show, built)
    guid, before = told(show, f"{_PODCAST}guid"), (show.public / "feed.xml").read_bytes()
    moved = dataclasses.replace(
        show, publication=dataclasses.replace(show.publication, base_url="https://neu.example.org")
    )
    with pytest.raises(ConfigError) as refusal:
        publish(moved, built)
    assert refusal.value.hint == f'Add to show.toml: [podcast] guid = "{guid}"'
    assert (show.public / "feed.xml").read_bytes() == before

    kept = dataclasses.replace(moved, podcast=dataclasses.replace(moved.podcast, guid=guid))
    assert "feed.xml" in publish(kept, built).written
    assert told(show, f"{_PODCAST}guid") == guid


def test_a_correction_changes_the_date_of_the_feed_and_not_that_of_the_newest_episode(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    folders = [build(show, make_episode(number)) for number in (1, 2)]
    publish(show, *folders)
    newest = told(show, "pubDate")
    assert told(show, "lastBuildDate") == newest

    at = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
    build(show, make_episode(1, corrections=(Correction(at, "Es waren zwei."),)), audio=b"corrected")
    publish(show, *folders)
    assert told(show, "lastBuildDate") == "Thu, 12 Mar 2026 09:30:00 +0000"
    assert told(show, "pubDate") == newest


def test_the_day_of_a_withdrawal_is_one_of_the_shows_clock(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    show = dataclasses.replace(show, podcast=dataclasses.replace(show.podcast, timezone="Europe/Berlin"))
    built = build(show, make_episode(1))
    publish(show, built)
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    note_deeds(show, built.parent, Entry(Deed.WITHDRAWN, late, "Erika"))

    (held,) = publish(show, built).held
    assert held.message == "was withdrawn by Erika on 2026-07-02"
    page = (show.public / "folge-1" / "index.html").read_text(encoding="utf-8")
    assert f'<time datetime="{(late + timedelta(hours=2)).replace(tzinfo=None).isoformat()}+02:00">2. Juli 2026' in page
