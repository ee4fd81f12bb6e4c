"""What the README promises of settings, exit codes and commands is what the program does."""

from __future__ import annotations

from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from ki_briefing.base.errors import Exit
from ki_briefing.cli import cli
from ki_briefing.show import settings as show
from ki_briefing.show import voices
from ki_briefing.voice.native.espeak import EspeakSettings

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
TABLES = (
    voices.Voice,
    EspeakSettings,
    show.Listening,
    show.Reading,
    show.Intake,
    show.Pauses,
    show.Sound,
    show.Jingles,
    show.Publishing,
    show.Signing,
    show.Storage,
)


def toml(value: object) -> str:
    if value == ():
        return "[]"
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_setting_is_explained_with_its_true_default(table: type) -> None:
    for item in (each for each in fields(table) if each.name != "options"):  # an engine's own keys
        assert item.default is not MISSING
        assert f"`{item.name} = {toml(item.default)}`" in README, item.name


def test_every_exit_code_stands_in_the_table() -> None:
    assert [code for code in Exit if f"| {code.value} |" not in README] == []


def test_every_command_of_the_daily_round_exists() -> None:
    words = {line.split()[1] for line in README.splitlines() if line.startswith("    ki-briefing ")}

    assert words
    assert words <= cli.commands.keys()
