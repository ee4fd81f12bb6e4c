"""Pages are set as German is set, and say nothing twice."""

from __future__ import annotations

import pytest

from ki_briefing.publication.typography import NARROW, teaser, typeset


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ('Das "Ende" naht.', "Das „Ende“ naht."),
        ('"Ja", sagt er ("nein").', "„Ja“, sagt er („nein“)."),
        ('Ein 5" Display', 'Ein 5" Display'),
        ("Rund 30 % von 5 Mio. Euro", f"Rund 30{NARROW}% von 5{NARROW}Mio. Euro"),
        (
            "z. B. und z.B., d.h. u. a. i. d. R.",
            f"z.{NARROW}B. und z.{NARROW}B., d.{NARROW}h. u.{NARROW}a. i.{NARROW}d.{NARROW}R.",
        ),
        ("am 3. März um 12:30 Uhr", f"am 3.\xa0März um 12:30{NARROW}Uhr"),
        ("§ 18 - und mehr", f"§{NARROW}18 – und mehr"),
        ("Es gibt 12 Uhren.", "Es gibt 12 Uhren."),
        ("„schon“ gut", "„schon“ gut"),
        ("", ""),
    ],
)
def test_quotes_dashes_and_spaces_are_german(written: str, set_: str) -> None:
    assert typeset(written) == set_
    assert typeset(set_) == set_


@pytest.mark.parametrize(
    ("title", "summary", "shown"),
    [("Chips: ja?", "Chips ja.", ""), ("Chips", "Chips und mehr", "Chips und mehr"), ("Chips", "", "")],
)
def test_a_summary_that_repeats_the_title_is_left_out(title: str, summary: str, shown: str) -> None:
    assert teaser(title, summary) == shown
