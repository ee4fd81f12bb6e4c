"""A show that moves here keeps what podcast apps know it by."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ki_briefing.base.errors import FeedError
from ki_briefing.episode.addresses import Addresses
from ki_briefing.episode.notes import harmless
from ki_briefing.intake.imported_feed import read_feed
from ki_briefing.publication.feed import podcast_guid
from ki_briefing.publication.feed_items import write_license
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.podcast import Link, Order, Person, Podcast
from public_shows import BASE, NOW, build, make_episode, make_show

FEEDS = Path(__file__).parents[1] / "data" / "feeds"


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
    assert feed.podcast == replace(show.podcast, guid=guid)
    assert feed.last_number == 2
    assert feed.remarks == ()


def test_an_article_finds_its_old_episode_by_address_or_title() -> None:
    feed = read_feed(old_feed(ITEM))
    for found in (feed.find(title="anders", link="https://alt.example/17"), feed.find(title="Chips – für ALLE!")):
        assert found is not None
        assert (found.guid, found.date.isoformat()) == ("tag:alt,2020:17", "2020-03-02T05:00:00+00:00")
    assert feed.find(title="Neues", link="https://alt.example/18") is None


def test_a_sound_is_found_below_the_feeds_address_and_is_called_what_it_is() -> None:
    item = ITEM.replace("https://alt.example/17.mp3", "/sound/17.mp3").replace(
        'length="1"', 'length="0" type="audio/mp3"'
    )
    feed = read_feed(old_feed(f"<link>https://alt.example/podcast/</link>{item}"))
    (read,) = feed.items

    assert (read.audio, read.media_type, read.size) == ("https://alt.example/sound/17.mp3", "audio/mpeg", 0)
    assert [str(each).partition(";")[0] for each in feed.remarks] == [
        "no whole address of its sound",
        "no length of its sound",
    ]
    assert read_feed(old_feed(item)).items[0].audio == ""


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (
            "<![CDATA[<p>Funk &amp; <b>Fernsehen</b>,</p>\n<p>jeden&nbsp;Tag.<br>Gratis</p>]]>",
            "Funk & Fernsehen,\njeden Tag.\nGratis",
        ),
        ("&amp;lt;p&amp;gt;Funk &amp;amp;amp; Fernsehen&amp;lt;/p&amp;gt;", "Funk & Fernsehen"),
        ("Funk &amp;amp; Fernsehen", "Funk & Fernsehen"),
        ("a &lt; b, und\nb &gt; c", "a < b, und\nb > c"),
    ],
)
def test_our_description_is_plain_text(written: str, plain: str) -> None:
    assert read_feed(old_feed(f"<description>{written}</description>")).podcast.description == plain


def test_a_licence_of_ones_own_keeps_its_name() -> None:
    space = ' xmlns:podcast="https://podcastindex.org/namespace/1.0"'
    podcast = read_feed(
        old_feed(f'<podcast:license url="https://alt.example/l"{space}>Unsere</podcast:license>')
    ).podcast
    assert write_license(podcast) == '<podcast:license url="https://alt.example/l">Unsere</podcast:license>'


@pytest.mark.parametrize("link", ["http:// alt.example/", "https://alt.example, https://neu.example", "alt.example"])
def test_an_address_that_is_none_is_left_out(link: str) -> None:
    assert read_feed(old_feed(f"<link>{link}</link>{ITEM}")).podcast.link == ""


@pytest.mark.parametrize(
    "written",
    [
        "https://alt.example/17/",
        "http://alt.example/17",
        "https://www.alt.example/17",
        "https://alt.example/17?utm_source=rss",
    ],
)
def test_an_article_finds_its_old_episode_however_its_address_is_written(written: str) -> None:
    found = read_feed(old_feed(ITEM)).find(title="anders", link=written)
    assert found is not None
    assert found.guid == "tag:alt,2020:17"


def test_of_two_old_episodes_with_one_title_the_day_decides() -> None:
    second = ITEM.replace(":17", ":18").replace("/17", "/18").replace("2 Mar", "3 Mar")
    feed = read_feed(old_feed(ITEM + second))
    assert feed.find(title="Chips für alle") is None
    found = feed.find(title="Chips für alle", day=datetime(2020, 3, 3, 22, tzinfo=UTC))
    assert found is not None
    assert found.guid == "tag:alt,2020:18"


def test_no_item_is_dropped_and_what_is_odd_is_said() -> None:
    feed = read_feed((FEEDS / "funk.xml").read_bytes())
    assert [(each.guid, each.audio[-6:]) for each in feed.items] == [
        ("9d8c7b6a", "s_id=2"),
        ("8c7b6a59", "11.mp3"),
        ("7b6a5948", "10.mp3"),
        ("http://traffic.example.org/9.mp3", "/9.mp3"),
    ]
    assert [each.date.isoformat() for each in feed.items] == [
        "2015-10-05T10:00:00+02:00",
        "2015-10-04T12:00:00-04:00",
        "2015-10-02T21:00:00-04:00",
        "2015-10-01T10:00:00+00:00",
    ]
    assert list(map(str, feed.remarks)) == [
        "a title that was escaped twice, mended: “Funk & Fernsehen”",
        "a category that Apple no longer has; choose another: Games & Hobbies > Video Games",
        "left out of the old feed, as no setting can hold it: ttl, webMaster, itunes:keywords",
        "a date that is not written as in feeds, understood all the same: “Sendung 12”, “Sendung 9”",
        "no length of its sound; left open until --with-audio brings it here: “Sendung 11”, “Sendung 10”",
        "no time of day that can be read; taken as noon, until you write a <pubDate> into imported-feed.xml: "
        "“Sendung 11”",
        "no date that can be read; put between its neighbours, until you write a <pubDate> into imported-feed.xml: "
        "“Sendung 10”",
        "the guid of another episode, so that apps show one of them; now its own address: “Sendung 9”",
        "left out of the old items, as our feed has no place for it: content (1), itunes:duration that is none (1)",
    ]


def test_a_blog_gives_titles_dates_and_guids_that_need_mending() -> None:
    feed = read_feed((FEEDS / "blog.xml").read_bytes())
    assert [(each.title, each.guid, each.date.isoformat()) for each in feed.items] == [
        ("„Folge 4“ – der März", "https://blog.example.org/?p=204", "2019-03-01T09:00:00+01:00"),
        ("Nur ein Text", "https://blog.example.org/?p=203", "2019-02-15T09:00:00+00:00"),
        ("Folge 3", "https://blog.example.org/audio/folge3.mp3", "2019-02-01T09:00:00+01:00"),
    ]
    said = " ".join(map(str, feed.remarks))
    assert "no sound; apps leave it out: “Nur ein Text”" in said
    assert "no guid; it gets the address of its sound, which is what apps know it by: “Folge 3”" in said
    assert "a title that was escaped twice, mended: “„Folge 4“ – der März”" in said


def test_the_same_episode_twice_is_one() -> None:
    feed = read_feed(old_feed(ITEM + ITEM))
    assert len(feed.items) == 1
    assert [str(each) for each in feed.remarks] == ["the same episode stands there twice; taken once: “Chips für alle”"]


def test_settings_hold_what_the_channel_says() -> None:
    podcast = read_feed((FEEDS / "magazin.xml").read_bytes()).podcast
    assert podcast == Podcast(
        title="Magazin am Morgen",
        description="Was in der Nacht geschah.",
        author="Redaktion Morgen",
        email="podcast@magazin.example.org",
        owner="Verlag Morgen",
        link="https://magazin.example.org",
        category="News > Daily News",
        further_categories=("Technology",),
        type=Order.SERIAL,
        copyright="Redaktion Morgen",
        license="cc-by-4.0",
        guid="917393e3-1b1e-5cef-ace4-edaa54e1f810",
        locked=False,
        funding_url="https://magazin.example.org/abo",
        funding_text="Abo",
        further_funding=(Link("Spende", "https://magazin.example.org/spende"),),
        persons=(
            Person(
                "Erika Muster", "host", "https://magazin.example.org/erika", "https://magazin.example.org/erika.jpg"
            ),
        ),
    )


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


def test_hostile_items_cost_no_time_and_no_stack() -> None:
    deep = f"{'<category>' * 5000}x{'</category>' * 5000}"
    long = f"<pubDate>{'a' * 200_000}</pubDate><description>&lt;{' ' * 200_000}</description>"
    feed = read_feed(old_feed(ITEM.replace("</item>", f"{deep}{long}</item>")))
    assert len(feed.items) == 1
    assert len(feed.items[0].rest) < 500
    assert harmless(feed.items[0].description) == feed.items[0].description
