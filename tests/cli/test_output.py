"""What commands are given, and what they take it for."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from ki_briefing.cli import cli
from ki_briefing.cli.output import PLACE, quoted


def test_a_place_is_a_path_or_the_address_of_a_page() -> None:
    assert PLACE.convert("https://example.org/a", None, None) == "https://example.org/a"
    assert PLACE.convert("artikel/a.md", None, None) == Path("artikel/a.md")


@pytest.mark.parametrize("other", ["ftp://example.org/a.md", "file:///home/anna/a.md"])
def test_another_kind_of_address_is_not_taken_for_a_file_that_is_missing(other: str) -> None:
    with pytest.raises(click.BadParameter, match="begins with https://"):
        PLACE.convert(other, None, None)


def test_a_path_in_a_command_can_be_copied_as_it_stands() -> None:
    assert quoted(Path("Meine Sendung/folge")) == "'Meine Sendung/folge'"


@pytest.mark.parametrize("other", ["--json", "--force"])
def test_what_a_draft_cannot_have_is_refused_and_not_left_out_in_silence(other: str) -> None:
    with pytest.raises(click.UsageError, match="--draft goes with"):
        cli.main(["publish", "--draft", "folge", other], standalone_mode=False)


@pytest.mark.parametrize("command", [["delete", "--yes", ""], ["build", ""], ["new", ""], ["publish", "--show", ""]])
def test_an_empty_path_is_not_the_current_folder(command: list[str]) -> None:
    with pytest.raises(click.BadParameter, match="the path is empty"):
        cli.main(command, standalone_mode=False)
