"""Dates as a newsroom writes them."""

from __future__ import annotations

from datetime import datetime

import pytest

from ki_briefing.article.moments import find_moment, read_moment

NOW = datetime.fromisoformat("2026-11-28T20:00:00+01:00")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("12.03.2026", "2026-03-12T00:00"),
        ("12.3.26", "2026-03-12T00:00"),
        ("12.3. 18 Uhr", "2027-03-12T18:00"),
        ("1.11., 6.30 Uhr", "2026-11-01T06:30"),
        ("am 1. Dezember um 18:05 Uhr", "2026-12-01T18:05"),
        ("1.2.2027 18:05", "2027-02-01T18:05"),
        ("12. März 2027, 18 Uhr UTC", "2027-03-12T18:00+00:00"),
        ("2026-03-12 18 Uhr", "2026-03-12T18:00"),
        ("2026-03-12, 18:05", "2026-03-12T18:05"),
        ("2026-03-12 18:05 UTC", "2026-03-12T18:05+00:00"),
        ("2026-02-30, 18:05", None),
        ("29.2. 12 Uhr", None),
        ("gestern", None),
        ("12.13.2026", None),
        ("12.3. 25 Uhr", None),
        ("12.3. 24:30 Uhr", None),
        ("12.3. 25 Uhr am Sankt-Nimmerleins-Tag", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_people_write_it_and_one_without_a_year_is_the_nearest(text: str, moment: str | None) -> None:
    assert read_moment(text, NOW) == (datetime.fromisoformat(moment) if moment else None)


def test_the_hour_after_a_date_without_a_year_is_no_year() -> None:
    assert find_moment("Sperrfrist: 12.3. 18 Uhr", 2026) == datetime.fromisoformat("2026-03-12T18:00+01:00")
