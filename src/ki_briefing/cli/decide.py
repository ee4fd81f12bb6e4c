"""The commands by which somebody decides: approve, hold, unhold, withdraw, restore, delete; record shows it."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ki_briefing.base.hints import quoted
from ki_briefing.base.people import user_name
from ki_briefing.cli.output import JSON, PLACE, SHOW, Place, complain, print_json, say, talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from ki_briefing.publication.report import Publication

EPISODE = click.argument("episode", type=Place())
BY = click.option("--by", metavar="NAME", default=user_name, help="Who decides; default: you.")


@click.command()
@EPISODE
@BY
def approve(episode: Path, by: str) -> None:
    """Let EPISODE go on air, as you heard it.

    It is written down who approved which MP3 and when. If the MP3 changes, it has to be approved again.
    """
    from ki_briefing.decide import approve_episode, find_hindrance, is_on_air

    now = _now()
    say(approve_episode(episode, by=by, now=now))
    if is_on_air(episode):
        talk("It is on air already.")
    elif waits := find_hindrance(episode, now=now):
        talk(f"It does not go on air now: it {waits}\n  {waits.hint}".rstrip())
    else:
        talk("It goes on air with the next: ki-briefing publish, or ki-briefing run")


@click.command()
@EPISODE
@click.argument("source", required=False, type=PLACE)
@click.option("--note", default="", help="What was wrong, for listeners and readers.")
@click.option("--last", is_flag=True, help="The note is that of the last correction, which is on air already.")
@BY
def correct(episode: Path, source: Path | str | None, note: str, last: bool, by: str) -> None:
    """Correct EPISODE: replace its article by SOURCE, a file or the address of a page.

    Without SOURCE, edit the article in its folder, before or after, and only say here what was wrong. Guid, number,
    date and address stay, and only what changed is spoken again. The article that SOURCE replaces is kept in earlier/.
    """
    from ki_briefing.decide import correct_episode

    if last and source:
        raise click.UsageError("--last is for the note of a correction that is on air: name no SOURCE")
    entry = correct_episode(episode, source, by=by, note=note, now=_now(), last=last)
    if not entry:
        talk("It was never on air, so nobody is told.")
    else:
        say(entry)
        if not entry.article:
            talk("The article says what is on air: the note waits for its next change. If it is about the last")
            talk("correction, say it again with --last.")
            return
    talk(f"Next: ki-briefing build {quoted(episode)}, or ki-briefing run")


@click.command()
@EPISODE
@click.option("--reason", default="", help="Why; it is written down, not published.")
@BY
def hold(episode: Path, reason: str, by: str) -> None:
    """Keep EPISODE off the air until unhold; what is on air of it stays."""
    from ki_briefing.decide import hold_episode

    say(hold_episode(episode, by=by, reason=reason, now=_now()))


@click.command()
@EPISODE
@BY
def unhold(episode: Path, by: str) -> None:
    """End the hold on EPISODE, so that it may go on air."""
    from ki_briefing.decide import unhold_episode

    say(unhold_episode(episode, by=by, now=_now()))


@click.command()
@EPISODE
@click.option("--reason", required=True, help="Why; it is written down, not published.")
@BY
def withdraw(episode: Path, reason: str, by: str) -> None:
    """Take EPISODE off the air at once.

    It leaves the feed, its files are deleted, here and at the show's targets, and its page says that it was withdrawn.
    """
    from ki_briefing.decide import withdraw_episode

    _change(episode, lambda now: withdraw_episode(episode, by=by, reason=reason, now=now))
    talk(f"Take the line that links to it out of the article. To bring it back: ki-briefing restore {quoted(episode)}")


@click.command()
@EPISODE
@BY
def restore(episode: Path, by: str) -> None:
    """Bring a withdrawn EPISODE back, with its guid, date and address."""
    from ki_briefing.decide import restore_episode

    _change(episode, lambda now: restore_episode(episode, by=by, now=now))


@click.command()
@EPISODE
@BY
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(episode: Path, by: str, yes: bool) -> None:
    """Delete EPISODE for good: its folder with the article and its record, its public files and its page."""
    from ki_briefing.decide import delete_episode, open_episode

    open_episode(episode)
    if not yes:
        click.confirm(f"Delete {episode} for good?", abort=True, err=True)
    _change(episode, lambda now: delete_episode(episode, by=by, now=now))
    talk(f"Deleted: {episode}")


@click.command()
@click.argument("episode", type=Place(), required=False)
@click.option("--all", "of_all", is_flag=True, help="Show it of every episode of the show.")
@click.option("--year", type=int, help="With --all: only of this year's.")
@click.option("--csv", "as_csv", is_flag=True, help="With --all: print a table for a spreadsheet.")
@SHOW
@JSON
def record(
    episode: Path | None, of_all: bool, year: int | None, as_csv: bool, show_folder: Path, as_json: bool
) -> None:
    """Show what EPISODE is made of, and what was decided about it, by whom and when.

    The same is kept in the folder of each published episode, in dossier.json, and shown if what was built is lost or
    altered.
    """
    from ki_briefing.decide import describe_episode

    if of_all == bool(episode) or ((as_csv or year is not None) and not of_all):
        raise click.UsageError("name an EPISODE, or --all, which --csv and --year go with")
    if as_csv and as_json:
        raise click.UsageError("--csv and --json exclude each other")
    if episode:
        dossier = describe_episode(episode)
        if as_json:
            print_json(dossier)
        else:
            say(dossier)
    else:
        _list_records(show_folder, year, as_csv=as_csv, as_json=as_json)


def _list_records(place: Path, year: int | None, *, as_csv: bool, as_json: bool) -> None:
    from ki_briefing.base.errors import BriefingError, Exit
    from ki_briefing.decide import describe_episodes
    from ki_briefing.episode.dossier_table import to_csv
    from ki_briefing.show.workspace import find_show

    dossiers, code = [], Exit.DONE
    for found in describe_episodes(find_show(place), year):
        if isinstance(found, BriefingError):
            complain("Error", found)  # the others are told
            code = found.exit_code
        elif as_csv:
            dossiers.append(found)
        elif as_json:
            print_json(found, indent=None)
        else:
            say(found)
    if dossiers:
        say(to_csv(dossiers), nl=False)
    sys.exit(code)


def _now() -> datetime:
    return datetime.now().astimezone()


def _change(episode: Path, change: Callable[[datetime], Publication]) -> None:
    """Change what is on air, say what became of it, and end if something is wrong."""
    from ki_briefing.cli.publishing import change_air, exit_code, tell
    from ki_briefing.show.workspace import open_workspace

    now = _now()
    done, untold = change_air(open_workspace(episode).show, now, lambda: change(now))
    if click.get_current_context().obj["verbose"]:
        for path in done.removed:
            say(f"deleted: {path}")
        for path in done.written:
            say(path)
    for held in done.held:
        talk(str(held))
    tell(done, untold)
    if code := exit_code(done):
        sys.exit(code)
