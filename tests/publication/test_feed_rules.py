"""What every podcast app and directory needs of the feed."""

from __future__ import annotations

import dataclasses
import uuid
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ki_briefing.episode.addresses import Addresses
from ki_briefing.publication import feed
from ki_briefing.publication.feed_items import NOTES_LIMIT, write_item
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.podcast import Link, Order, Podcast
from public_shows import BASE, NOW, build, make_episode, make_show
from publication_samples import sample_release

if TYPE_CHECKING:
    from pathlib import Path

NAMES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "psc": "http://podlove.org/simple-chapters",
    "fh": "http://purl.org/syndication/history/1.0",
}
ADDRESSES = Addresses(BASE)


def parse(*items: str, podcast: Podcast | None = None, page: feed.Page | None = None) -> etree._Element:
    page = page or feed.Page(0, 0, len(items), None, None)
    cover = f"{BASE}/cover.jpg"
    written = feed.write_page(page, items, podcast or Podcast(), ADDRESSES, cover=cover, newest="", updated="")
    return etree.fromstring(written)


def every(root: etree._Element, path: str) -> list[str]:
    found = root.xpath(path, namespaces=NAMES)
    assert isinstance(found, list)
    return [str(each) for each in found]


def test_channel_is_complete_for_directories(tmp_path: Path) -> None:
    podcast = make_show(tmp_path).podcast
    channel = parse(podcast=podcast)
    needed = "title description link language itunes:image itunes:category itunes:explicit itunes:author itunes:owner"
    for name in (
        *needed.split(),
        *["podcast:guid", "podcast:locked", "podcast:medium", "podcast:license", "podcast:person", "podcast:image"],
    ):
        assert channel.find(f"channel/{name}", NAMES) is not None, name
    assert every(channel, "channel/podcast:txt[@purpose='ai-content']/text()") == ["true"]
    assert every(channel, "channel/itunes:category/itunes:category/@text") == ["Tech News"]
    assert every(channel, "channel/podcast:podroll/podcast:remoteItem/@feedGuid") == [podcast.podroll[0].feed_guid]
    assert every(channel, "channel/podcast:updateFrequency/@rrule") == ["FREQ=DAILY"]
    assert every(channel, "channel/atom:link[@rel='self']/@href") == [f"{BASE}/feed.xml"]


def test_channel_has_all_categories_and_ways_to_support_it_and_says_where_it_moves() -> None:
    podcast = Podcast(
        author="Redaktion",
        owner="Verlag",
        email="wir@example.org",
        category="News > Daily News",
        further_categories=("Technology", "News > Daily News"),
        type=Order.SERIAL,
        funding_url="https://example.org/abo",
        further_funding=(Link("Spende", "https://example.org/spende"),),
        new_feed_url="https://anderswo.example.org/feed",
    )
    channel = parse(podcast=podcast)
    assert every(channel, "channel//itunes:category/@text") == ["News", "Daily News", "Technology"]
    assert every(channel, "channel/podcast:funding/@url") == ["https://example.org/abo", "https://example.org/spende"]
    assert every(channel, "channel/podcast:funding/text()") == ["Unterstützen", "Spende"]
    assert every(channel, "channel/itunes:new-feed-url/text()") == ["https://anderswo.example.org/feed"]
    assert every(channel, "channel/itunes:owner/itunes:name/text()") == ["Verlag"]
    assert every(channel, "channel/itunes:type/text()") == ["serial"]


def test_guid_of_the_podcast_comes_from_the_feeds_address_unless_it_moved_here() -> None:
    wanted = uuid.uuid5(uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6"), "podcast.example.org/ki/feed.xml")
    assert feed.podcast_guid(Podcast(), ADDRESSES) == str(wanted)
    assert feed.podcast_guid(Podcast(guid="917393e3-1b1e-5cef-ace4-edaa54e1f810"), ADDRESSES).startswith("917393e3")


def test_a_measuring_prefix_precedes_the_sound_in_the_feed_and_nothing_else(tmp_path: Path) -> None:
    plain, measured = (make_show(tmp_path / name) for name in ("plain", "measured"))
    publishing = dataclasses.replace(measured.publication, prefix="https://op3.dev/e/")
    measured = dataclasses.replace(measured, publication=publishing)
    for show in (plain, measured):
        publish_site(show, [build(show, make_episode(1))], FolderTarget(show.public), now=NOW)

    before, after = (etree.parse(str(show.public / "feed.xml")).getroot() for show in (plain, measured))
    [address] = every(before, "//enclosure/@url")
    assert every(after, "//enclosure/@url") == ["https://op3.dev/e/" + address.removeprefix("https://")]
    for enclosure in after.iter("enclosure"):
        enclosure.set("url", address)
    assert etree.tostring(after) == etree.tostring(before)
    pages = [sorted(path.read_bytes() for path in show.public.rglob("*.html")) for show in (plain, measured)]
    assert pages[0] == pages[1]


def test_a_measuring_prefix_is_told_where_http_is_spoken() -> None:
    item = parse(write_item(sample_release(), Podcast(), Addresses("http://a.example", "https://op3.dev/e/"), ""))
    assert every(item, "//enclosure/@url")[0].startswith("https://op3.dev/e/http://a.example/")


def test_item_says_everything_an_app_can_show() -> None:
    item = parse(write_item(sample_release(), Podcast(), ADDRESSES, "<p>Notizen</p>"))
    assert every(item, "//item/enclosure/@length") == ["366336"]
    assert every(item, "//item/enclosure/@type") == ["audio/mpeg"]
    assert every(item, "//item/guid/@isPermaLink") == ["false"]
    assert every(item, "//item/link/text()") == [f"{BASE}/chips-fuer-deepseek/"]
    assert every(item, "//item/itunes:duration/text()") == ["30"]
    assert every(item, "//item/itunes:season/text()") == ["2"]
    assert every(item, "//item/itunes:image/@href")[0].endswith(".jpg")
    assert every(item, "//item/podcast:transcript/@type")[0] == "text/vtt"
    assert len(every(item, "//item/podcast:transcript/@url")) == 4
    assert every(item, "//item/podcast:chapters/@type") == ["application/json+chapters"]
    assert every(item, "//item/podcast:contentLink/@href") == ["https://redaktion.example.org/artikel/chips/"]
    assert every(item, "//item/podcast:txt[@purpose='ai-content']/text()") == ["true"]
    assert every(item, "//psc:chapter/@start") == ["00:00:00.000", "00:00:05.000", "00:00:12.000"]
    date = every(item, "//item/pubDate/text()")[0]
    assert date == "Thu, 15 Jan 2026 06:30:00 +0100"
    assert parsedate_to_datetime(date) == sample_release().episode.date


def test_soundbite_is_the_key_points_where_their_length_suits() -> None:
    release = sample_release()
    assert not every(parse(write_item(release, Podcast(), ADDRESSES, "")), "//podcast:soundbite")  # 7 s is too short
    first, points, last = release.episode.chapters
    episode = dataclasses.replace(
        release.episode, frames=48_000 * 60, chapters=(first, points, dataclasses.replace(last, start=30))
    )
    item = parse(write_item(dataclasses.replace(release, episode=episode), Podcast(), ADDRESSES, ""))
    assert every(item, "//podcast:soundbite/@startTime") == ["5.0"]
    assert every(item, "//podcast:soundbite/@duration") == ["25.0"]


def test_notes_longer_than_apple_reads_give_way_to_the_summary() -> None:
    item = parse(write_item(sample_release(), Podcast(), ADDRESSES, "ü" * NOTES_LIMIT))
    assert every(item, "//item/description/text()") == [sample_release().episode.summary]


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.text(st.characters(codec=None), max_size=30))
def test_no_text_can_break_the_feed(text: str) -> None:
    release = sample_release()
    chapters = tuple(dataclasses.replace(each, title=text) for each in release.episode.chapters)
    episode = dataclasses.replace(release.episode, title=text, summary=text, author=text, guid=text, chapters=chapters)
    item = write_item(dataclasses.replace(release, episode=episode), Podcast(), ADDRESSES, text)
    parse(item, podcast=Podcast(title=text, description=text, funding_url="https://x.example", funding_text=text))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.integers(0, 3000))
def test_archive_pages_never_change_when_an_episode_is_added(total: int) -> None:
    def archive(count: int) -> dict[int, tuple[int, int]]:
        pages = feed.paginate(count)
        assert sum(page.length for page in pages) == count
        return {page.number: (count - page.skip - page.length, count - page.skip) for page in pages if page.number}

    before, after = archive(total), archive(total + 1)
    assert before.items() <= after.items()  # counted from the oldest episode, each page holds the same ones
    assert 0 <= feed.paginate(total)[-1].length < 2 * feed.PAGE


def test_pages_lead_to_each_other_from_the_newest_to_the_oldest_and_back(tmp_path: Path) -> None:
    pages = {feed.page_path(page.number): page for page in feed.paginate(430)}
    at, seen = "feed.xml", 0
    while at:
        root = parse(page=pages[at])
        assert every(root, "//atom:link[@rel='self']/@href") == [f"{BASE}/{at}"]
        assert bool(every(root, "//fh:archive")) == (at != "feed.xml")
        assert every(root, "//atom:link[@rel='next']/@href") == every(root, "//atom:link[@rel='prev-archive']/@href")
        seen += pages[at].length
        at = "".join(every(root, "//atom:link[@rel='next']/@href"))[len(BASE) + 1 :]
    assert seen == 430


def test_same_episodes_give_the_same_feed_in_whatever_order_they_are_found(tmp_path: Path) -> None:
    feeds = []
    for name, step in (("a", 1), ("b", -1)):
        show = make_show(tmp_path / name)
        folders = [build(show, make_episode(number)) for number in range(1, 5)][::step]
        publish_site(show, folders, FolderTarget(show.public), now=NOW)
        feeds.append((show.public / "feed.xml").read_bytes())
    assert feeds[0] == feeds[1]
    assert every(etree.fromstring(feeds[0]), "//item/itunes:episode/text()") == ["4", "3", "2", "1"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "ftp://x.example/a"])
def test_only_web_addresses_become_links(address: str) -> None:
    release = sample_release()
    episode = dataclasses.replace(release.episode, article_url=address)
    item = write_item(dataclasses.replace(release, episode=episode), Podcast(), ADDRESSES, "")
    assert address not in item
