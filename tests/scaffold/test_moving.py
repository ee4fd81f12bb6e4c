"""What a show brings along from the host before is looked into before it is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ki_briefing.intake.http import Web
from ki_briefing.intake.imported_feed import read_feed
from ki_briefing.scaffold import init_show
from ki_briefing.scaffold.moving import OldFeed, fetch_cover, fetch_sounds, left_behind, read_old_feed
from ki_briefing.show.reading import load_show
from ki_briefing.show.settings import Intake
from old_host import OldHost, feed_of, mp3

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WEB = Intake(private_hosts=("127.0.0.1",))


@pytest.fixture
def host() -> Iterator[OldHost]:
    with OldHost() as running:
        yield running


def web(_: str = "") -> Web:
    return Web(WEB)


def moved(folder: Path, feed: str) -> None:
    init_show(folder, feed=OldFeed(feed.encode(), read_feed(feed.encode())))


def test_a_feed_at_an_address_comes_with_all_its_pages(host: OldHost) -> None:
    link = f'<atom:link rel="next" href="{host.url}/2"/>'
    host.files |= {"/1": feed_of(host, 4, 3, head=link).encode(), "/2": feed_of(host, 2, 1).encode()}
    kept = read_feed(read_old_feed(f"{host.url}/1", web).content)
    assert [each.guid for each in kept.items] == ["alt-4", "alt-3", "alt-2", "alt-1"]
    assert kept.older == ""


def test_a_feed_that_does_not_tell_its_address_keeps_the_one_where_it_was(host: OldHost) -> None:
    host.files["/feed"] = feed_of(host, 1).replace(f"{host.url}/1.mp3", "/1.mp3").encode()
    assert read_feed(read_old_feed(f"{host.url}/feed", web).content).items[0].audio == f"{host.url}/1.mp3"


def test_of_a_file_with_one_page_of_many_it_is_said(host: OldHost, tmp_path: Path) -> None:
    (tmp_path / "old.xml").write_text(feed_of(host, 1, head='<atom:link rel="next" href="https://alt.example/2"/>'))
    assert "older items stand on further pages" in str(read_old_feed(tmp_path / "old.xml", web).feed.remarks[0])


def test_a_sound_that_is_not_the_episode_is_not_taken(host: OldHost, tmp_path: Path) -> None:
    moved(tmp_path, feed_of(host, 3, 2, 1).replace("/3.mp3", "/3.mov").replace("audio/mpeg", "video/quicktime", 1))
    host.files |= {"/2.mp3": mp3(1), "/1.mp3": b"This is not a sound." * 99}
    missing = [(each.item.guid, str(each.error)) for each in fetch_sounds(load_show(tmp_path), web(), lambda *_: None)]
    assert [guid for guid, _ in missing] == ["alt-3", "alt-2", "alt-1"]
    assert "is no sound that can be kept here (video/quicktime)" in missing[0][1]
    assert "ends after 1 of 2 seconds" in missing[1][1]
    assert "cannot be decoded" in missing[2][1]
    assert list((tmp_path / "imported").iterdir()) == []
    assert str(left_behind(load_show(tmp_path))) == "still at their old addresses: sounds of 3 episodes"


def test_a_cover_that_cannot_be_one_is_not_taken(host: OldHost, tmp_path: Path) -> None:
    host.files["/cover.png"] = b"no picture"
    moved(tmp_path, feed_of(host, 1, head=f'<itunes:image href="{host.url}/cover.png"/>'))
    remark = fetch_cover(load_show(tmp_path), web())
    assert "is neither JPEG, PNG, WebP nor GIF" in str(remark)
    assert load_show(tmp_path).podcast.cover == ""
    assert list((tmp_path / "assets").iterdir()) == []
