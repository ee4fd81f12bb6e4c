"""Dates of old feeds are read where only one moment can be meant."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ki_briefing.intake.imported_dates import in_order, read_date

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-06-01T10:00:00Z", "2020-06-01T10:00:00+00:00"),
        ("2020-06-01 10:00:00.5+02:00", "2020-06-01T10:00:00+02:00"),
        ("Mon, 01 Jun 2020 10:00:00 CEST", "2020-06-01T10:00:00+02:00"),
        ("Mon, 01 Jun 2020 10:00:00 MESZ", "2020-06-01T10:00:00+02:00"),
        ("Sun, 01 Mär 2020 10:00:00 +0100", "2020-03-01T10:00:00+01:00"),
        ("Di, 1. Dezember 2020, 18:05 Uhr", "2020-12-01T18:05:00+01:00"),
        ("01.06.2020 10:00", "2020-06-01T10:00:00+02:00"),
        ("June 1, 2020 3:05 PM", "2020-06-01T15:05:00+02:00"),
        ("Mon, 01 Jun 2020 10:00:00", "2020-06-01T10:00:00+02:00"),
        ("Mon, 01 Jun 2020 10:00:00 -0000", "2020-06-01T10:00:00+00:00"),
    ],
)
def test_what_can_be_understood_is(text: str, moment: str) -> None:
    found = read_date(text, BERLIN)
    assert found.moment is not None
    assert (found.moment.isoformat(), found.as_usual) == (moment, False)


@pytest.mark.parametrize(
    "text", ["Mon, 01 Jun 2020 10:00:00 +0200", "1 Jun 20 10:00 EST", "Mon, 01 Jun 2020 10:00:00 GMT"]
)
def test_what_feeds_write_is_as_usual(text: str) -> None:
    assert read_date(text, BERLIN).as_usual


@pytest.mark.parametrize("text", ["Mon, 01 Jun 2020 34:50:00 -0400", "1 Jun 2020 24:00:00 -0400", "1 Jun 2020 99:99"])
def test_where_the_time_cannot_be_the_day_is_known(text: str) -> None:
    found = read_date(text, BERLIN)
    assert found.moment is None
    assert found.day is not None
    assert found.day.strftime("%d.%m.%Y %H:%M") == "01.06.2020 12:00"


@pytest.mark.parametrize("text", ["", "gestern", "1591005600", "Mon, 31 Feb 2020 10:00:00 GMT", "1 Jan 1900 10:00 GMT"])
def test_nobody_guesses(text: str) -> None:
    found = read_date(text, BERLIN)
    assert (found.moment, found.day) == (None, None)


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2020, 6, number, hour, tzinfo=UTC)


def test_an_item_without_a_date_stands_between_its_neighbours() -> None:
    assert in_order([day(4), None, day(2)]) == [day(4), day(3), day(2)]
    assert in_order([day(1), None, None, day(4)]) == [day(1), day(2), day(3), day(4)]
    for moments in ([None, None, day(3), day(2), None], [None, day(2), day(3), None], [None, None], [None], []):
        filled = in_order(moments)
        assert len(filled) == len(moments)
        assert len(set(filled)) == len(filled)
        assert sorted(filled) in (filled, filled[::-1])
        assert all(each in (None, now) for each, now in zip(moments, filled, strict=True))
