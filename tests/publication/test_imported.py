"""The episodes of the host before stay in the feed, as they are, until one of ours takes their place."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from ki_briefing.base.errors import FeedError
from ki_briefing.intake.imported_feed import read_feed
from ki_briefing.publication.imported import sound_key
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.record import Deed, Entry, note_deeds
from ki_briefing.show.settings import Show
from ki_briefing.watch.status import read_status
from public_shows import NOW, build, make_episode, make_show

FEEDS = Path(__file__).parents[1] / "data" / "feeds"
OLD = "imported-feed.xml"


def moved(folder: Path, name: str = "magazin") -> Show:
    """Return a show that has moved here."""
    (folder / OLD).write_bytes((FEEDS / f"{name}.xml").read_bytes())
    return make_show(folder)


def publish(show: Show, *built: Path, now: int = NOW) -> str:
    """Publish, and return the feed."""
    publish_site(show, built, FolderTarget(show.public), now=now)
    return (show.public / "feed.xml").read_text("utf-8")


def fetched(show: Show, guid: str) -> str:
    """Put an old episode's sound into the show's folder, and return its name."""
    name = f"die-bruecke-{sound_key(guid)}.mp3"
    (show.folder / "imported").mkdir()
    (show.folder / "imported" / name).write_bytes(b"sound")
    return name


@pytest.mark.parametrize("name", ["magazin", "funk", "blog"])
def test_every_old_episode_stays_as_apps_know_it(name: str, tmp_path: Path) -> None:
    content = (FEEDS / f"{name}.xml").read_bytes()
    feed = feedparser.parse(publish(moved(tmp_path, name)))
    assert not feed.bozo
    old = {each.audio or each.link: each for each in read_feed(content).items}
    assert len(feed.entries) == len(feedparser.parse(content).entries) == len(old)
    for before in feedparser.parse(content).entries:
        sound = before.enclosures[0].href if before.enclosures else before.link
        after = next(
            each for each in feed.entries if sound in (*(one.href for one in each.enclosures), each.get("link"))
        )
        assert after.id == (old[sound].guid if before.get("id") in ("7b6a5948", None) else before.id)
        assert after.title == old[sound].title
        assert after.published_parsed == old[sound].date.utctimetuple()
        for key in ("link", "itunes_episode", "itunes_season", "itunes_episodetype", "image"):
            assert after.get(key) == before.get(key)
        assert bool(after.get("itunes_explicit")) == bool(before.get("itunes_explicit"))
        assert [each.href for each in after.enclosures] == [each.href for each in before.enclosures]


def test_what_apps_show_of_an_old_episode_stays(tmp_path: Path) -> None:
    item = publish(moved(tmp_path)).split("<item>")[1]
    for piece in (
        '<guid isPermaLink="false">f3c1a5b0c3</guid>',
        "<pubDate>Wed, 03 Jun 2020 06:00:00 +0200</pubDate>",
        "<description>&lt;p&gt;Eine Brücke wird gebaut &amp;amp; eröffnet.&lt;/p&gt;</description>",
        '<enclosure url="https://audio.example.org/t/magazin/3.mp3?source=feed" length="2400120" type="audio/mpeg"/>',
        "<itunes:duration>300</itunes:duration>",
        "<itunes:episode>3</itunes:episode>",
        "<itunes:season>2</itunes:season>",
        "<itunes:episodeType>full</itunes:episodeType>",
        "<itunes:explicit>false</itunes:explicit>",
        '<itunes:image href="https://magazin.example.org/3.jpg"/>',
        '<podcast:transcript url="https://magazin.example.org/3.vtt" type="text/vtt" language="de"/>',
        '<podcast:chapters url="https://magazin.example.org/3.json" type="application/json+chapters"/>',
        '<podcast:person role="guest">Max Muster</podcast:person>',
        '<podcast:soundbite startTime="12.0" duration="30.0">Der Anfang</podcast:soundbite>',
        '<psc:chapter start="00:00:00.000" title="Anfang &amp; Ende"/>',
    ):
        assert piece in item


def test_what_could_act_in_an_old_text_does_not(tmp_path: Path) -> None:
    feed = publish(moved(tmp_path, "funk"))
    assert "&lt;p&gt;Zwölf. &lt;/p&gt;" in feed
    assert "alert" not in feed


def test_lists_name_them_and_lead_to_their_page_or_sound(tmp_path: Path) -> None:
    show = moved(tmp_path, "blog")
    publish(show, build(show, make_episode(1)))
    page = (show.public / "index.html").read_text("utf-8")
    assert '<a href="https://blog.example.org/2019/03/folge-4/">„Folge 4“ – der März</a>' in page
    assert '<a href="folge-1/index.html">' in page
    assert page.index("folge-1/") < page.index("folge-4/") < page.index("folge-3/")
    assert "Alle Folgen spricht eine synthetische Stimme" not in page


def test_an_episode_of_ours_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    show = moved(tmp_path)
    ours = build(show, make_episode(1, guid="f3c1a5b0c3"))
    feed = feedparser.parse(publish(show, ours))
    assert [each.id for each in feed.entries].count("f3c1a5b0c3") == 1
    assert "folge-1" in feed.entries[0].enclosures[0].href
    feed = feedparser.parse(publish(show))  # its folder is gone
    assert "magazin/3.mp3" in next(each for each in feed.entries if each.id == "f3c1a5b0c3").enclosures[0].href


def test_only_a_feed_of_ours_alone_says_of_the_whole_that_a_machine_speaks(tmp_path: Path) -> None:
    item = "<item><title>Alt</title><guid>old</guid><enclosure url='https://a.example/1.mp3' length='0'/></item>"
    (tmp_path / OLD).write_text(f"<rss><channel><title>Alt</title>{item}</channel></rss>", encoding="utf-8")
    show = make_show(tmp_path)
    purpose, ours = '<podcast:txt purpose="ai-content">', build(show, make_episode(1))
    mixed = publish(show, ours)
    (tmp_path / OLD).unlink()
    alone = publish(show, ours)

    assert '<enclosure url="https://a.example/1.mp3" type="audio/mpeg"/>' in mixed
    assert (mixed.partition("<item>")[0].count(purpose), mixed.count(purpose)) == (0, 1)
    assert (alone.partition("<item>")[0].count(purpose), alone.count(purpose)) == (1, 2)


def test_what_was_withdrawn_does_not_come_back_as_the_old_one(tmp_path: Path) -> None:
    show = moved(tmp_path)
    ours = build(show, make_episode(1, guid="f3c1a5b0c3"))
    (ours.parent / "episode.toml").write_text(
        'guid = "f3c1a5b0c3"\nnumber = 1\ndate = 2026-01-16T06:30:00+01:00\nslug = "folge-1"\n', encoding="utf-8"
    )
    name = fetched(show, "f3c1a5b0c3")
    publish(show, ours)
    assert (show.public / "alte_folgen" / name).exists()
    note_deeds(show, ours.parent, Entry(Deed.WITHDRAWN, datetime(2026, 2, 1, tzinfo=UTC), "Erika"))
    for _ in range(2):
        assert "f3c1a5b0c3" not in publish(show, ours)
        assert not (show.public / "alte_folgen").exists()
        (show.cache / "publication.sqlite").unlink()


def test_a_lost_cache_loses_no_old_episode(tmp_path: Path) -> None:
    show = moved(tmp_path)
    before = publish(show)
    (show.cache / "publication.sqlite").unlink()
    assert publish(show) == before


def test_the_old_feed_is_read_only_if_it_changed(tmp_path: Path) -> None:
    show = moved(tmp_path)
    before, status = publish(show), (tmp_path / OLD).stat()
    with (tmp_path / OLD).open("r+b") as file:
        file.write(b"?" * 1000)
    os.utime(tmp_path / OLD, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert publish(show) == before
    os.utime(tmp_path / OLD)
    with pytest.raises(FeedError, match=OLD):
        publish(show)
    assert (show.public / "feed.xml").read_text("utf-8") == before


def test_a_date_that_somebody_writes_into_the_old_feed_counts(tmp_path: Path) -> None:
    show = moved(tmp_path, "funk")
    publish(show)
    text = (tmp_path / OLD).read_text("utf-8")
    (tmp_path / OLD).write_text(text.replace("neulich", "Fri, 02 Oct 2015 09:00:00 +0200"), encoding="utf-8")
    assert "<pubDate>Fri, 02 Oct 2015 09:00:00 +0200</pubDate>" in publish(show)


def test_many_old_episodes_are_paged_and_a_new_one_changes_one_page(tmp_path: Path) -> None:
    items = "".join(
        f"<item><title>Folge {n}</title><guid>alt-{n}</guid>"
        f"<pubDate>{n % 28 + 1} Jan {1990 + n // 28} 10:00:00 GMT</pubDate>"
        f'<enclosure url="https://alt.example.org/{n}.mp3" length="1" type="audio/mpeg"/></item>'
        for n in range(350)
    )
    (tmp_path / OLD).write_text(f"<rss><channel><title>Alt</title>{items}</channel></rss>", encoding="utf-8")
    show = make_show(tmp_path)
    assert publish(show).count("<item>") == 150
    done = publish_site(show, [build(show, make_episode(1))], FolderTarget(show.public), now=NOW)
    assert done.episodes == 351
    assert [path for path in done.written if path.startswith("feed")] == ["feed.xml"]
    pages = [(show.public / name).read_text("utf-8") for name in ("feed.xml", "feed-2.xml", "feed-1.xml")]
    assert [page.count("<item>") for page in pages] == [151, 100, 100]
    assert all(f">alt-{n}<" in "".join(pages) for n in range(350))


def test_a_sound_that_was_fetched_is_served_from_here(tmp_path: Path) -> None:
    show = moved(tmp_path)
    name = fetched(show, "f3c1a5b0c3")
    feed = publish(show)
    address = f"https://podcast.example.org/ki/alte_folgen/{name}"
    assert f'<enclosure url="{address}" length="5" type="audio/mpeg"/>' in feed
    assert (show.public / "alte_folgen" / name).read_bytes() == b"sound"
    assert "t/magazin/2.m4a" in feed  # not fetched


def test_status_counts_what_the_feed_names(tmp_path: Path) -> None:
    show = moved(tmp_path)
    old = publish(show, build(show, make_episode(1))).count("<item>") - 1

    found = read_status(show, datetime.fromtimestamp(NOW, UTC))
    assert (found.on_air, found.imported) == (old + 1, old)
