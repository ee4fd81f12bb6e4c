"""What commands are given, and what they take it for."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from ki_briefing.cli.output import PLACE


def test_a_place_is_a_path_or_the_address_of_a_page() -> None:
    assert PLACE.convert("https://example.org/a", None, None) == "https://example.org/a"
    assert PLACE.convert("artikel/a.md", None, None) == Path("artikel/a.md")


@pytest.mark.parametrize("other", ["ftp://example.org/a.md", "file:///home/anna/a.md"])
def test_another_kind_of_address_is_not_taken_for_a_file_that_is_missing(other: str) -> None:
    with pytest.raises(click.BadParameter, match="begins with https://"):
        PLACE.convert(other, None, None)
