"""What commands are given, and what they take it for."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ki_briefing.base.errors import ConfigError, Exit
from ki_briefing.base.hints import quoted
from ki_briefing.cli import cli
from ki_briefing.cli.output import PLACE
from ki_briefing.cli.publishing import exit_code, tell
from ki_briefing.publication.report import Problem, Publication


def test_a_place_is_a_path_or_the_address_of_a_page() -> None:
    assert PLACE.convert("https://example.org/a", None, None) == "https://example.org/a"
    assert PLACE.convert("artikel/a.md", None, None) == Path("artikel/a.md")


@pytest.mark.parametrize("other", ["ftp://example.org/a.md", "file:///home/anna/a.md"])
def test_another_kind_of_address_is_not_taken_for_a_file_that_is_missing(other: str) -> None:
    with pytest.raises(click.BadParameter, match="begins with https://"):
        PLACE.convert(other, None, None)


def test_a_path_in_a_command_can_be_copied_as_it_stands() -> None:
    assert quoted(Path("Meine Sendung/folge")) == "'Meine Sendung/folge'"


@pytest.mark.parametrize("quiet", [True, False])
def test_every_command_knows_quiet_and_verbose_behind_it_too(tmp_path: Path, quiet: bool) -> None:
    (tmp_path / "show.toml").write_text("")
    words = tmp_path / "words.toml"
    words.write_text('[words]\nQwen = "Kwen"\n')
    done = CliRunner().invoke(cli, ["lexicon", str(words), "--show", str(tmp_path), *(["-q"] if quiet else [])])
    assert (done.exit_code, done.output == "") == (0, quiet)
    for command in cli.commands.values():
        assert {"-q", "-v"} <= {name for each in command.params for name in each.opts}


def test_publishing_ends_as_its_first_problem_does_and_names_an_episode_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    about = ("/show/folge has the slug or guid of folge-2", "it is not built")
    problems = tuple(Problem(Path("/show/folge/built"), ConfigError(each)) for each in about)
    publication = Publication(0, (), (), problems, ())
    assert exit_code(publication) == Exit.CONFIG
    with click.Context(cli, obj={"quiet": True}):
        tell(publication, ())
    first, second = capsys.readouterr().err.splitlines()
    assert first == "not published: /show/folge has the slug or guid of folge-2"
    assert second == "not published: /show/folge/built: it is not built"


@pytest.mark.parametrize("other", ["--json", "--force"])
def test_what_a_draft_cannot_have_is_refused_and_not_left_out_in_silence(other: str) -> None:
    with pytest.raises(click.UsageError, match="--draft goes with"):
        cli.main(["publish", "--draft", "folge", other], standalone_mode=False)


@pytest.mark.parametrize("command", [["delete", "--yes", ""], ["build", ""], ["new", ""], ["publish", "--show", ""]])
def test_an_empty_path_is_not_the_current_folder(command: list[str]) -> None:
    with pytest.raises(click.BadParameter, match="the path is empty"):
        cli.main(command, standalone_mode=False)
