"""A pattern of a producer means what it says, and ends."""

from __future__ import annotations

import pytest

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.patterns import Pattern


@pytest.mark.parametrize(
    ("written", "text", "whole", "within"),
    [
        ("KI", "ki", True, True),
        ("KI", "Alles über KI: was bleibt", False, True),
        ("KI", "Kino", False, False),
        ("Anzeige.*", "Anzeige: ein Auto", True, True),
        ("C++", "c++", True, True),
        ("*", "*", True, True),
        ("[Anzeige]", "[Anzeige]", True, True),
        (r"Folge \d+", "Folge 12", True, True),
        ("^KI$", "KI-Ethik", False, False),
        ("Öl", "Erdöl", False, False),
    ],
)
def test_words_mean_themselves_and_patterns_what_they_match(written: str, text: str, whole: bool, within: bool) -> None:
    assert (Pattern(written, "").fullmatch(text), Pattern(written, "").stands_in(text)) == (whole, within)


@pytest.mark.parametrize("written", [r"(?:a|b|ab)*c", r"(?:a|b|ab)*c|(x+x+)+y"])
def test_a_pattern_without_an_end_is_given_up_and_named(written: str) -> None:
    for match in (Pattern(written, "[article] skip").fullmatch, Pattern(written, "[article] skip").stands_in):
        with pytest.raises(ConfigError, match=r"in \[article\] skip takes too long") as caught:
            match("ab" * 5_000)
        assert caught.value.hint != ""
