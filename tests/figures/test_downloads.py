"""A download is what the IAB's guidelines call one."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ki_briefing.base.errors import PublishError
from ki_briefing.base.records import to_json
from ki_briefing.figures.access_log import Request
from ki_briefing.figures.agents import OTHER, app_of
from ki_briefing.figures.chart import write_chart
from ki_briefing.figures.downloads import Figures, Reason, count_downloads
from ki_briefing.figures.sounds import Sounds, read_sounds
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from public_shows import NOW, build, make_episode, make_show

if TYPE_CHECKING:
    pass

TAG = b"ID3\x03\0\0\0\0\x07\x68" + bytes(1000)  # 7 * 128 + 104 = 1000 bytes follow its header
SECONDS = 300
SOUND = TAG + bytes(SECONDS * 100)  # 100 bytes a second
MINUTE = len(TAG) + 60 * 100
START = datetime(2026, 11, 28, 12, tzinfo=UTC).timestamp()


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Sounds:
    show = make_show(tmp_path_factory.mktemp("show"))
    with pytest.raises(PublishError):
        read_sounds(show)
    folders = [build(show, make_episode(at, frames=SECONDS * 48_000), audio=SOUND) for at in (1, 2)]
    publish_site(show, folders, FolderTarget(show.public), now=NOW)
    return read_sounds(show)


@pytest.fixture(scope="module")
def ask(sounds: Sounds) -> Request:
    """A listener's request for all of the first episode."""
    path = "/ki/" + next(each.audio for each in sounds.episodes if each.slug == "folge-1")
    return Request("203.0.113.7", START, "GET", path, 200, len(SOUND), "AntennaPod/3.4")


def count(sounds: Sounds, *requests: Request | None) -> Figures:
    return count_downloads(requests, sounds)


def left(figures: Figures) -> dict[Reason, int]:
    return {each.reason: each.requests for each in figures.left_out}


def test_one_client_makes_one_download_a_day(sounds: Sounds, ask: Request) -> None:
    again = dataclasses.replace(ask, at=START + 86_399)
    assert count(sounds, again, ask).downloads == 1  # the lines may be in any order
    assert count(sounds, ask, dataclasses.replace(ask, at=START + 86_400)).downloads == 2
    assert count(sounds, ask, dataclasses.replace(ask, client="203.0.113.8")).downloads == 2
    assert count(sounds, ask, dataclasses.replace(ask, agent="AntennaPod/3.5")).downloads == 2
    other = dataclasses.replace(ask, path=ask.path.replace("folge-1", "folge-2"))
    assert count(sounds, ask, other).downloads == 2


def test_a_download_over_midnight_is_one(sounds: Sounds, ask: Request) -> None:
    late = datetime(2026, 11, 28, 23, 59, 50, tzinfo=UTC).timestamp()
    parts = [dataclasses.replace(ask, at=late + 20 * at, status=206, sent=MINUTE // 2 + 1) for at in (0, 1)]
    assert [(each.name, each.downloads) for each in count(sounds, *parts).days] == [("2026-11-28", 1)]


def test_ranges_add_up_to_the_tag_and_a_minute(sounds: Sounds, ask: Request) -> None:
    part = dataclasses.replace(ask, status=206, sent=MINUTE // 2)
    assert left(count(sounds, part)) == {Reason.SHORT: 1}
    assert count(sounds, part, dataclasses.replace(part, at=START + 5)).downloads == 1
    assert count(sounds, dataclasses.replace(ask, sent=MINUTE)).downloads == 1
    assert left(count(sounds, dataclasses.replace(ask, sent=MINUTE - 1))) == {Reason.SHORT: 1}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": 206, "sent": 2}, Reason.PROBE),
        ({"method": "HEAD", "sent": 0}, Reason.METHOD),
        ({"method": "POST"}, Reason.METHOD),
        ({"status": 304, "sent": 0}, Reason.STATUS),
        ({"status": 404}, Reason.STATUS),
        ({"agent": ""}, Reason.NAMELESS),
        ({"agent": "curl/8.5.0"}, Reason.PROGRAM),
        ({"agent": "atc/1.0 watchOS/10.1 model/Watch7,5"}, Reason.PROGRAM),
        ({"host": "other.example"}, Reason.HOST),
        ({"path": "/ki/nirgends/nichts.mp3"}, Reason.UNKNOWN),
    ],
)
def test_what_is_no_download_is_named(sounds: Sounds, ask: Request, changes: dict[str, object], reason: Reason) -> None:
    figures = count(sounds, dataclasses.replace(ask, **changes))  # type: ignore[arg-type] # fields by name
    assert (figures.downloads, left(figures)) == (0, {reason: 1})


def test_neighbours_of_an_ipv6_network_are_one_listener(sounds: Sounds, ask: Request) -> None:
    one, two = (dataclasses.replace(ask, client=f"2001:db8:0:1::{each}") for each in (1, 2))
    assert count(sounds, one, two).downloads == 1
    assert count(sounds, one, dataclasses.replace(ask, client="2001:db8:0:2::1")).downloads == 2


def test_an_ipv4_address_in_ipv6_is_that_address(sounds: Sounds, ask: Request) -> None:
    mapped = [dataclasses.replace(ask, client=f"::ffff:203.0.113.{each}") for each in (7, 8)]
    assert count(sounds, ask, *mapped).downloads == 2


def test_a_log_of_another_site_is_told_by_what_was_asked_for(sounds: Sounds, ask: Request) -> None:
    page, other = dataclasses.replace(ask, path="/"), dataclasses.replace(ask, host="other.example")
    figures = count(sounds, page, other, dataclasses.replace(other, path="/ki/nichts.mp3"))
    assert [(each.place, each.requests) for each in figures.elsewhere] == [("other.example/ki/", 2), ("/", 1)]
    assert count(sounds, page, other, dataclasses.replace(ask, agent="curl/8")).elsewhere == ()


def test_an_address_that_the_feed_named_earlier_counts_and_so_does_one_without_the_base(
    sounds: Sounds, ask: Request
) -> None:
    for path in ("/ki/folge-1/folge-0123456789.mp3", "/folge-1/folge-0123456789.mp3", "/ki/folge-1/x.opus"):
        assert count(sounds, dataclasses.replace(ask, path=path)).episodes[1].downloads == 1
    page = dataclasses.replace(ask, path="/ki/folge-1/")
    assert count(sounds, page).left_out == ()


def test_figures_per_episode_app_and_day_add_up_and_hold_nobodys_address(sounds: Sounds, ask: Request) -> None:
    figures = count(
        sounds,
        None,
        ask,
        dataclasses.replace(ask, agent="Podcasts/4023.450.2 CFNetwork/1568 Darwin/24", at=START + 86_400),
        dataclasses.replace(ask, client="198.51.100.9", path=ask.path.replace("folge-1", "folge-2")),
    )
    assert [(each.name, each.downloads) for each in figures.apps] == [("AntennaPod", 2), ("Apple Podcasts", 1)]
    assert [(each.name, each.downloads) for each in figures.days] == [("2026-11-28", 2), ("2026-11-29", 1)]
    assert [(each.slug, each.downloads) for each in figures.episodes] == [("folge-2", 1), ("folge-1", 2)]
    assert (figures.begin, figures.end) == ("2026-11-28T12:00:00+00:00", "2026-11-29T12:00:00+00:00")
    assert (figures.requests, figures.unreadable) == (3, 1)
    assert "203.0.113" not in to_json(figures)
    assert "198.51" not in repr(figures)


@pytest.mark.parametrize(
    ("agent", "app"),
    [
        ("AntennaPod/3.4.1", "AntennaPod"),
        ("Spotify/8.9.10 iOS/17.4 (iPhone14,2)", "Spotify"),
        ("Spotify/1.0", ""),
        ("PocketCasts/1.0 (Pocket Casts Feed Parser; +http://pocketcasts.com/)", ""),
        ("Pocket Casts", "Pocket Casts"),
        ("Podcasts/4023.450.2 CFNetwork/1568.200.51 Darwin/24.1.0", "Apple Podcasts"),
        ("AppleCoreMedia/1.0.0.22A3354 (iPhone; U; CPU OS 18_0 like Mac OS X; de_de)", "Apple (several apps)"),
        ("gPodder/3.11.4 (http://gpodder.org/) Linux", "gPodder"),
        ("Newsboat/2.36 (Linux x86_64)", "Newsboat"),
        ("VLC/3.0.20 LibVLC/3.0.20", "VLC"),
        ("Lavf/60.16.100", ""),
        ("ffmpeg/7.1", ""),
        ("libavformat/61.7", ""),
        ("NewsBlur Feed Fetcher - 12 subscribers", ""),
        ("Beispiel/1.0 (+https://example.org/; 1 subscriber)", ""),
        ("FeedUpdate/2.0", ""),
        ("DeepCast/4.3.0 Podcast Sync (+https://deepcast.fm)", ""),
        ("WhatsApp/2.24.20.89 A", ""),
        ("meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)", ""),
        ("meta-externalfetcher/1.1", ""),
        ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", ""),
        ("trafilatura/2.0.0 (+https://github.com/adbar/trafilatura)", ""),
        ("Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 20 Build/CUBOT; wv) Chrome/131.0 Mobile Safari/537.36", "Chrome"),
        ("curl/8.5.0", ""),
        ("Wget/1.21.4", ""),
        ("python-requests/2.32.3", ""),
        ("okhttp/4.12.0", ""),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", ""),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)", ""),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0", ""),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36", "Chrome"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18.1 Safari/605.1.15", "Safari"),
        ("Etwas ganz Neues/1.0", OTHER),
    ],
)
def test_apps_are_told_from_programs(agent: str, app: str) -> None:
    assert app_of(agent) == app


def test_the_chart_shows_every_day_and_is_a_picture_for_all(sounds: Sounds, ask: Request) -> None:
    later = dataclasses.replace(ask, at=START + 3 * 86_400)
    drawn = write_chart(count(sounds, ask, later), "KI & <Co>")
    root = ET.fromstring(drawn)
    bars = [each[0].text for each in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert bars == ["28.11.: 1", "29.11.: 0", "30.11.: 0", "1.12.: 1"]
    assert root.get("role") == "img"
    assert "Downloads von KI & <Co>" in [each.text for each in root]
    months = [each[0].text for each in ET.fromstring(
        write_chart(count(sounds, ask, dataclasses.replace(ask, at=START + 100 * 86_400)), "KI")
    ).iter("{http://www.w3.org/2000/svg}rect")]  # fmt: skip
    assert months == ["Nov. 2026: 1", "Dez. 2026: 0", "Jan. 2027: 0", "Feb. 2027: 0", "März 2027: 1"]
    assert ET.fromstring(write_chart(count(sounds), "KI")) is not None
