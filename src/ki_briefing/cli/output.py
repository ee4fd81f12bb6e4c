"""How commands print: results to stdout, everything else to stderr, progress only to a terminal."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ki_briefing.base.records import to_json
from ki_briefing.base.web import is_on_the_web

if TYPE_CHECKING:
    from collections.abc import Callable

    from ki_briefing.base.errors import BriefingError
    from ki_briefing.model.source import Source
    from ki_briefing.watch.notices import Untold

_OTHER_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Place(click.Path):
    """A path. An empty one, as of a variable that is not set, is not the current folder: it is refused."""

    def __init__(self, **options: Any) -> None:
        super().__init__(path_type=Path, **options)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        if not os.fspath(value):
            self.fail("the path is empty; the current folder is: .", param, ctx)
        return super().convert(value, param, ctx)


class PlaceOrAddress(Place):
    """A path, or the address of a page as text."""

    name = "path or address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a path, unless it is an address."""
        if isinstance(value, str) and is_on_the_web(value):
            return value
        if isinstance(value, str) and _OTHER_ADDRESS.match(value):
            self.fail(f"{value!r} is no address of a page: that begins with https:// or http://", param, ctx)
        return super().convert(value, param, ctx)


PLACE = PlaceOrAddress()
EPISODES = click.argument("episodes", nargs=-1, type=Place())
JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
SHOW = click.option("--show", "show_folder", type=Place(), default=".", help="Use the show in this folder.")


def all_episodes() -> tuple[Path, ...]:
    """Return the folders of every episode of the show that the current folder belongs to."""
    from ki_briefing.show.workspace import find_episodes, find_show

    return tuple(find_episodes(find_show(Path())))


def fetched(address: str) -> Source:
    """Return what stands at an address; the show that the current folder belongs to, if any, says who may be asked."""
    from ki_briefing.intake.address import fetch
    from ki_briefing.intake.http import Web, open_web
    from ki_briefing.show.settings import Intake
    from ki_briefing.show.workspace import surrounding_show

    show = surrounding_show(Path())
    return fetch(open_web(show) if show else Web(Intake()), address)


def say(text: object, *, err: bool = False, nl: bool = True) -> None:
    """Print a text to stdout, or to stderr, without control characters that could play tricks on a terminal."""
    click.echo(_CONTROL.sub(lambda sign: f"\\u{ord(sign[0]):04x}", str(text)), err=err, nl=nl)


def complain(about: str, error: BriefingError | Untold) -> None:
    """Say on stderr what is wrong with something, and below it what to do next."""
    say(f"{about}: {error.message}\n  {error.hint}".rstrip(), err=True)


def print_json(value: Any, indent: int | None = 2) -> None:
    """Print a result for a script."""
    say(to_json(value, indent))


def talk(text: str) -> None:
    """Tell a person something that is not a result, unless ``--quiet`` is given."""
    if not click.get_current_context().obj["quiet"]:
        say(text, err=True)


def progress() -> Callable[[str, int, int, float], None] | None:
    """Return a function that shows progress on stderr, or None if that is not a terminal."""
    if click.get_current_context().obj["quiet"] or not sys.stderr.isatty():
        return None
    return _Progress().show


class _Progress:
    """How far a stage is, and how long it will take if it goes on like this."""

    def __init__(self) -> None:
        self._stage = ""
        self._begun = 0.0
        self._first = self._done = 0

    def show(self, stage: str, done: int, total: int, seconds: float) -> None:
        """Show it in the terminal's last line.

        Args:
            seconds: How long what is done sounds; 0 if that is not known.
        """
        now = time.monotonic()
        if stage != self._stage or done <= self._done:
            self._stage, self._begun, self._first = stage, now, done
        self._done = done
        shown = f"\r\x1b[K{stage} {done}/{total}"
        if seconds:
            shown += f", {_clock(seconds)} min of sound"
        if self._first < done < total:
            shown += f", {_clock((now - self._begun) / (done - self._first) * (total - done))} min left"
        click.echo(shown, err=True, nl=False)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def clear_progress() -> None:
    """Erase the progress from the terminal."""
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)


def close_output() -> None:
    """Write nothing more to stdout, not even what is buffered."""
    if sys.stdout:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
