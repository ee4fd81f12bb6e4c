"""Feeds of every kind are read as the newsroom means them, and nothing in them is believed."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ki_briefing.base.errors import ArticleError, FeedError
from ki_briefing.intake.json_feed import read_post
from ki_briefing.intake.news import NewsItem
from ki_briefing.intake.newsfeed import feed_address, read_newsfeed

URL = "https://example.org/feed"
PARAGRAPH = "<p>Ein Absatz, der lang genug ist, dass er kein Anriss sein kann. Er hat zwei Sätze.</p>"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Blatt</title>{items}</channel></rss>"""


def rss(*items: str) -> bytes:
    return RSS.format(items="".join(f"<item>{each}</item>" for each in items)).encode()


def only(content: bytes) -> NewsItem:
    (item,) = read_newsfeed(content, URL).items
    return item


def test_an_item_tells_its_title_date_author_categories_and_text() -> None:
    item = only(
        rss(
            "<title>Was &amp;quot;KI&amp;quot; kostet</title><link>https://www.example.org/a/?utm_source=rss#x</link>"
            "<guid>17</guid><dc:creator>Erika Muster</dc:creator><category>KI</category><category>Welt</category>"
            "<category>KI</category><pubDate>Sat, 28 Nov 2026 10:00:00 +0100</pubDate>"
            f"<description>Worum es geht.</description><content:encoded><![CDATA[{PARAGRAPH * 6}]]></content:encoded>"
        )
    )

    assert (item.id, item.title, item.author) == ("example.org/a", 'Was "KI" kostet', "Erika Muster")
    assert (item.categories, item.teaser) == (("KI", "Welt"), "Worum es geht.")
    assert item.date == datetime(2026, 11, 28, 9, tzinfo=UTC)
    assert item.content == PARAGRAPH * 6


@pytest.mark.parametrize(
    "content",
    [
        "<p>Nur der Anfang.</p>",
        PARAGRAPH * 6 + "<p>Und dann […]</p>",
        PARAGRAPH * 6 + '<p>Und dann … <a href="/a">Weiterlesen</a></p>',
        PARAGRAPH * 6 + "<p>Und dann [&#8230;]</p>",
    ],
)
def test_the_beginning_of_an_article_is_not_taken_for_the_whole(content: str) -> None:
    item = only(rss(f"<title>T</title><link>{URL}/1</link><content:encoded><![CDATA[{content}]]></content:encoded>"))

    assert item.content == ""


def test_a_feed_that_is_not_well_formed_is_read_all_the_same() -> None:
    broken = (
        b"<rss version='2.0'><channel><item><title>M\xfcll &uuml;ber &nbsp; alles</title><link>https://example.org/a"
    )
    item = only(b"<?xml version='1.0' encoding='iso-8859-1'?>" + broken + b"</link></item>")

    assert item.title == "Müll über alles"


def test_items_come_newest_first_each_once_and_without_those_that_lead_nowhere() -> None:
    feed = read_newsfeed(
        rss(
            "<title>A</title><link>https://example.org/a</link><pubDate>Fri, 27 Nov 2026 10:00:00 GMT</pubDate>",
            "<title>B</title><link>https://example.org/b</link><pubDate>Sat, 28 Nov 2026 10:00:00 GMT</pubDate>",
            "<title>A</title><link>http://www.example.org/a/</link>",
            "<title>Datei</title><link>file:///etc/passwd</link>",
            "<title>Skript</title><link>javascript:alert(1)</link>",
            "<link>https://example.org/c</link>",
            "<title>D</title><link>https://example.org/d</link><pubDate>gestern</pubDate>",
        ),
        URL,
    )

    assert [(item.id, item.date is None) for item in feed.items] == [
        ("example.org/b", False),
        ("example.org/a", False),
        ("example.org/d", True),
    ]


def test_what_changed_shows_in_the_digest_and_nothing_else() -> None:
    def digest(text: str = PARAGRAPH * 6, more: str = "") -> str:
        link = f"<title>T</title><link>{URL}/1{more}</link>"
        return only(rss(f"{link}<content:encoded><![CDATA[{text}]]></content:encoded>")).digest

    assert digest() == digest(more="?utm_medium=rss") == digest(PARAGRAPH.replace("<p>", "<p class='a1b2'>") * 6)
    assert digest() != digest(PARAGRAPH * 7)


def test_a_post_of_wordpress_is_asked_for_where_its_feed_says_that_it_is_one() -> None:
    guid = "<guid isPermaLink='false'>https://example.org/blog/?p=12</guid>"
    item = f"<item><title>T</title><link>{URL}/1</link>{guid}</item>"
    generator = "<generator>https://wordpress.org/?v=6.8</generator>"

    assert only(RSS.format(items=item).encode()).post == ""
    feed = read_newsfeed(RSS.format(items=generator + item).encode(), f"{URL}/?cat=3")
    assert feed.items[0].post == "https://example.org/blog/wp-json/wp/v2/posts/12"
    assert feed.next == f"{URL}/?cat=3&paged=2"
    assert feed_address("https://example.org/wp-json/wp/v2/posts?categories=3").endswith("3&_embed=author,wp:term")


def test_one_entry_that_is_none_spoils_no_list() -> None:
    posts = [None, {"link": URL, "title": {"rendered": "T"}, "content": {"rendered": PARAGRAPH}}]

    assert only(json.dumps(posts).encode()).url == URL
    assert read_newsfeed(b"[]", URL).items == read_newsfeed(rss(), URL).items == ()


def test_a_post_behind_a_password_is_none() -> None:
    post = {"link": URL, "title": {"rendered": "T"}, "content": {"rendered": PARAGRAPH * 6, "protected": False}}
    assert read_post(json.dumps(post).encode(), URL).content == PARAGRAPH * 6
    post["content"] = {"rendered": PARAGRAPH * 6, "protected": True}

    with pytest.raises(ArticleError):
        read_post(json.dumps(post).encode(), URL)


def test_a_post_that_is_planned_or_a_draft_is_not_there_yet() -> None:
    posts = [
        {"link": f"{URL}/{status}", "title": {"rendered": "T"}, "content": {"rendered": PARAGRAPH}, "status": status}
        for status in ("future", "draft", "pending", "private", "publish")
    ]

    assert [item.url for item in read_newsfeed(json.dumps(posts).encode(), URL).items] == [f"{URL}/publish"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "no feed that we can read"),
        ("Guten Tag", "no feed that we can read"),
        (
            "<rss version='2.0'><channel><item><title>&#x110000;</title></item></channel></rss>",
            "no feed that we can read",
        ),
        (
            '<!DOCTYPE html><html><link rel="alternate" type="application/rss+xml" href="/rss.xml">',
            "https://example.org/rss.xml",
        ),
        ("<html><body>nichts</body></html>", "Name the address of a feed"),
        ("{", "no JSON that we can read"),
        ('{"a": 1}', "no feed"),
        ("[1, 2]", "no feed"),
        ("[null]", "no feed"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": {"a": 1}}', "without a list of items"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": [5, {"url": "x"}]}', "lists articles (2), but none"),
        ('[{"link": "file:///etc/passwd", "content": {}}]', "lists articles (1), but none"),
        (rss("<title>T</title><link>http://[::1</link>").decode(), "lists articles (1), but none"),
        (
            rss("<title>&x;</title><link>https://example.org/a</link>")
            .decode()
            .replace("?>", '?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
            "lists articles (1), but none",
        ),
        (
            f"<sitemapindex {SPACE}><sitemap><loc>https://example.org/1.xml</loc></sitemap>"
            "<sitemap><loc>https://example.org/news.xml</loc></sitemap></sitemapindex>",
            "Name the one with news: https://example.org/news.xml",
        ),
        (f"<urlset {SPACE}><url><loc>https://example.org/a</loc></url></urlset>", "without news"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><urlset>&a;</urlset>', "document type"),
    ],
)
def test_what_is_no_feed_is_answered_with_what_to_do(content: str, says: str) -> None:
    with pytest.raises(FeedError) as caught:
        read_newsfeed(content.encode(), URL)

    assert says in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.exit_code == 65


def test_a_feed_neither_opens_files_nor_expands_entities() -> None:
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    head = f'<!DOCTYPE rss [<!ENTITY a0 "aaaaaaaaaa">{bomb}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    feed = head.encode() + rss(f"<title>T &a8; &f;</title><link>{URL}/1</link>").partition(b"\n")[2]

    title = only(feed).title
    assert len(title) < 200
    assert "root" not in title


SAMPLES = (
    rss(f"<title>T</title><link>{URL}/1</link><content:encoded>{PARAGRAPH}</content:encoded>"),
    json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"url": URL, "title": "T"}]}).encode(),
    json.dumps([{"link": URL, "title": {"rendered": "T"}, "content": {"rendered": "T"}}]).encode(),
    f"<urlset {SPACE}><url><loc>https://example.org</loc></url></urlset>".encode(),
)


@settings(max_examples=150)
@given(st.sampled_from(SAMPLES), st.binary(max_size=40), st.integers(0, 300), st.integers(0, 40))
def test_no_bytes_do_worse_than_be_refused(sample: bytes, noise: bytes, at: int, gap: int) -> None:
    with contextlib.suppress(FeedError):
        read_newsfeed(sample[:at] + noise + sample[at + gap :], URL)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.just(URL),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "version items url title authors author name tags content rendered date_gmt _embedded wp:term".split()
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(JSON, st.booleans())
def test_no_json_does_worse_than_be_refused(data: object, listed: bool) -> None:
    whole = [data] if listed else {"version": "https://jsonfeed.org/version/1", "items": data}
    with contextlib.suppress(FeedError):
        read_newsfeed(json.dumps(whole).encode(), URL)
