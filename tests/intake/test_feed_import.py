"""A show that moves here keeps what podcast apps know it by."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ki_briefing.base.errors import FeedError
from ki_briefing.episode.addresses import Addresses
from ki_briefing.intake.feed_import import read_feed
from ki_briefing.publication.feed import podcast_guid
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from public_shows import BASE, NOW, build, make_episode, make_show

if TYPE_CHECKING:
    from pathlib import Path


def old_feed(items: str) -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Alt</title>{items}</channel></rss>'.encode()


ITEM = (
    "<item><title>Chips für alle</title><guid>tag:alt,2020:17</guid><pubDate>Mon, 2 Mar 2020 05:00:00 GMT</pubDate>"
    '<link>https://alt.example/17</link><enclosure url="https://alt.example/17.mp3" length="1"/></item>'
)


def test_our_own_feed_reads_back(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    publish_site(show, [build(show, make_episode(number)) for number in (1, 2)], FolderTarget(show.public), now=NOW)
    feed = read_feed((show.public / "feed.xml").read_bytes())
    assert [(item.guid, item.date, item.number) for item in feed.items] == [
        (make_episode(number).guid, make_episode(number).date, number) for number in (2, 1)
    ]
    guid = podcast_guid(show.podcast, Addresses(BASE))
    assert feed.podcast == replace(show.podcast, guid=guid, persons=(), podroll=(), update_frequency="")
    assert feed.last_number == 2


def test_an_article_finds_its_old_episode_by_address_or_title() -> None:
    feed = read_feed(old_feed(ITEM))
    for found in (feed.find(title="anders", link="https://alt.example/17"), feed.find(title="Chips – für ALLE!")):
        assert found is not None
        assert (found.guid, found.date.isoformat()) == ("tag:alt,2020:17", "2020-03-02T05:00:00+00:00")
    assert feed.find(title="Neues", link="https://alt.example/18") is None


@pytest.mark.parametrize("link", ["http:// alt.example/", "https://alt.example, https://neu.example", "alt.example"])
def test_an_address_that_is_none_is_left_out(link: str) -> None:
    assert read_feed(old_feed(f"<link>{link}</link>{ITEM}")).podcast.link == ""


def test_items_without_guid_or_date_and_repeated_ones_do_not_count() -> None:
    bad = "<item><guid>a</guid></item><item><pubDate>Mon, 2 Mar 2020 05:00:00 GMT</pubDate></item>"
    assert len(read_feed(old_feed(ITEM + bad + ITEM)).items) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html></html>",
        b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss><channel>&b;</channel></rss>',
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>',
        b'<!DOCTYPE rss SYSTEM "http://127.0.0.1/x.dtd"><rss><channel/></rss>',
        b'<?xml version="1.0" encoding="no-such"?><rss><channel/></rss>',
    ],
)
def test_what_is_no_harmless_feed_is_refused(content: bytes) -> None:
    with pytest.raises(FeedError):
        read_feed(content)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 400))
def test_no_bytes_do_worse_than_be_refused(noise: bytes, at: int) -> None:
    feed = old_feed(ITEM)
    with contextlib.suppress(FeedError):
        read_feed(feed[:at] + noise + feed[at:])
