"""Whatever the clock does, nothing leaves the air, nothing is aired twice, and the order stays."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from lxml import etree

from ki_briefing.cli import cli
from ki_briefing.run import run_show
from ki_briefing.show.reading import load_episode

if TYPE_CHECKING:
    from pathlib import Path

BERLIN = ZoneInfo("Europe/Berlin")
SETTINGS = """
[podcast]
timezone = "Europe/Berlin"
[jingles]
style = "none"
[frames]
outro = []
[voice]
engine = "espeak"
[publication]
base_url = "https://podcast.example.org"
"""
ARTICLE = (
    "# {title}\n\nDer erste Satz steht hier, lang genug für einen Absatz.\n\n## Dahinter\n\nDer zweite Satz auch.\n"
)


@pytest.fixture
def show(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "show.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def drop(show: Path, title: str) -> None:
    path = show / "inbox" / f"{title}.md"
    path.write_text(ARTICLE.format(title=title), encoding="utf-8")
    os.utime(path, (0, 0))


def on_air(show: Path, now: datetime) -> list[tuple[str, datetime]]:
    """Run it, and return titles and dates in the feed, oldest first."""
    report = run_show(show, now=now)
    assert (report.troubles, report.failed, report.bugs) == ((), (), ())
    items = etree.parse(show / "public" / "feed.xml").getroot().findall("channel/item")
    found = [(each.findtext("title", ""), parsedate_to_datetime(each.findtext("pubDate", ""))) for each in items]
    return found[::-1]


def test_a_clock_that_is_set_back_takes_nothing_off_the_air_and_brings_nothing_twice(show: Path) -> None:
    now = datetime(2026, 6, 1, 12, tzinfo=BERLIN)
    drop(show, "Eins")
    first = on_air(show, now)
    guids = {load_episode(path).guid for path in show.glob("2*")}

    drop(show, "Zwei")
    later = on_air(show, now - timedelta(days=400))
    assert [title for title, _ in later] == ["Zwei", "Eins"]
    assert first[0] in later
    assert on_air(show, now - timedelta(days=400)) == on_air(show, now) == later
    assert guids < {load_episode(path).guid for path in show.glob("2*")}


@pytest.mark.parametrize(
    "night", [datetime(2026, 3, 29, 0, 30), datetime(2026, 10, 25, 0, 30), datetime(2028, 2, 28, 22, 30)]
)
def test_in_the_nights_of_the_time_change_and_on_leap_day_the_order_is_that_of_time(
    show: Path, night: datetime
) -> None:
    begin = night.replace(tzinfo=ZoneInfo("UTC"))
    for hour, title in enumerate(("Vorher", "Danach")):
        drop(show, title)
        found = on_air(show, (begin + timedelta(hours=hour)).astimezone(BERLIN))
        assert [name for name, _ in found][-1] == title

    dates = [date for _, date in found]
    assert [date - dates[0] for date in dates] == [timedelta(hours=hour) for hour in range(2)]


def test_a_time_that_does_not_exist_is_refused_and_one_that_exists_twice_goes_on_air_once(show: Path) -> None:
    article = show / "artikel.md"
    article.write_text(ARTICLE.format(title="Nacht"), encoding="utf-8")

    def new(date: str) -> str:
        return CliRunner().invoke(cli, ["new", str(article), "--show", str(show), "--date", date]).output

    assert "no clock shows 29.03.2026 02:30" in new("2026-03-29T02:30")
    assert "25.10.2026 02:30 UTC+0200" in new("2026-10-25T02:30")
    times = [
        datetime(2026, 10, 25, hour, minute, tzinfo=ZoneInfo("UTC")) for hour, minute in ((0, 29), (0, 31), (1, 31))
    ]
    assert [len(on_air(show, each)) for each in times] == [0, 1, 1]
