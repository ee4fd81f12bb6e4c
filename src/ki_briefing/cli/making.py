"""The commands that make a show or an episode: init, new."""

from __future__ import annotations

import shlex
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ki_briefing.cli.output import PLACE, SHOW, say, talk

if TYPE_CHECKING:
    from ki_briefing.show.settings import Show


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", default="", help="Give the podcast this title.")
@click.option("--description", default="", help="Say what it is about, as directories show it.")
@click.option("--base-url", default="", help="Set the address where its public folder will be served.")
@click.option("--sign", is_flag=True, help="Make a key and a certificate, to sign episodes (C2PA).")
@click.option(
    "--timestamp", default="", metavar="URL", help="Have the signatures stamped by this authority (RFC 3161)."
)
@click.option("--systemd", is_flag=True, help="Write a timer for run, too; alone, into a show that there is.")
@click.option("--feed", type=click.Path(path_type=Path), help="Continue another host's feed, saved in this file.")
def init(
    folder: Path,
    title: str,
    description: str,
    base_url: str,
    sign: bool,
    timestamp: str,
    systemd: bool,
    feed: Path | None,
) -> None:
    """Make a new show in FOLDER."""
    from ki_briefing.scaffold import init_show
    from ki_briefing.show.reading import SHOW_FILE, load_show

    if systemd and (folder / SHOW_FILE).exists() and not (title or description or base_url or sign or feed):
        _write_timetable(load_show(folder))
        return
    if timestamp and not sign:
        raise click.UsageError("--timestamp is for signatures: add --sign")
    if sign and not timestamp and not (folder / SHOW_FILE).exists():
        timestamp = _authority()
    made = init_show(
        folder,
        title=title,
        description=description,
        base_url=base_url,
        sign=sign,
        timestamp_url=timestamp,
        feed=feed,
    )
    for path in made:
        say(path)
    show = load_show(folder)
    if systemd:
        _write_timetable(show)
    _explain(folder, show)


def _authority() -> str:
    """Ask for a time stamp authority, or say what is lost without one."""
    from ki_briefing.episode.certificate import YEARS

    talk(f"Without a time stamp, all signatures are void when the certificate ends, in {YEARS} years.")
    if sys.stdin.isatty() and sys.stderr.isatty():
        asked = "Address of a time stamp authority (RFC 3161), or nothing"
        return str(click.prompt(asked, default="", show_default=False, err=True)).strip()
    talk('For a time stamp: init --sign --timestamp URL, or later [signing] timestamp_url = "…" in show.toml.')
    return ""


def _write_timetable(show: Show) -> None:
    from ki_briefing.timetable import write_timetable

    timetable = write_timetable(show)
    for path in timetable.files:
        say(path)
    talk("To have run started every five minutes:")
    for command in timetable.enable:
        talk(f"  {command}")
    talk(f"Or, with cron (crontab -e):\n  {timetable.cron}")


def _explain(folder: Path, show: Show) -> None:
    """Say what to do with a new show."""
    from ki_briefing.scaffold import is_described

    place = shlex.quote(str(folder))
    talk(f'Hear its voice: ki-briefing say "Guten Tag." --show {place}')
    talk(f"Hear an example, which stays off the air: ki-briefing build {place}/beispiel.md")
    if not is_described(show.podcast):
        talk(f"Say what the podcast is about in {place}/show.toml: without that nothing goes on air.")
    address = show.publication.base_url or "the base_url that you write there"
    talk(f"What goes on air lies in {place}/public/. Let a web server on this machine serve it as {address}, or")
    talk("copy it to your web space after each publication, the feed last.")
    talk(f"Next: ki-briefing new ARTICLE --show {place}")


@click.command()
@click.argument("source", type=PLACE)
@SHOW
@click.option("--date", help="Set when it goes on air, e.g. 2026-01-15T06:00 or 15.1. 6 Uhr; default: now.")
def new(source: Path | str, show_folder: Path, date: str | None) -> None:
    """Make the article SOURCE an episode of a show.

    SOURCE is a file or the address of a page. Give it a guid, a date and a number, which never change. A date without a
    zone is by the clock of [podcast] timezone, or by this machine's.
    """
    from ki_briefing.new import new_episode, new_episode_from
    from ki_briefing.show.workspace import find_show

    now = datetime.now().astimezone()
    moment = _moment(date, now) if date else None
    show = find_show(show_folder)
    try:
        aired = show.podcast.by_its_clock(moment) if moment else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--date") from error
    if isinstance(source, Path):
        folder = new_episode(source, show, date=aired, now=now)
    else:
        folder = new_episode_from(source, show, date=aired, now=now)
    say(folder)
    if aired:
        talk(f"Goes on air: {aired:%d.%m.%Y %H:%M} UTC{aired:%z} ({show.podcast.zone_name})")
    talk(f"Next: ki-briefing script {folder}")


def _moment(date: str, now: datetime) -> datetime:
    """Return a date as people write it, in ISO 8601 or in German."""
    from ki_briefing.article.moments import read_moment

    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        found = read_moment(date, now)
        if not found:
            problem = f"{date!r} is neither ISO 8601, such as 2026-01-15T06:00, nor a date such as 15.1. 6 Uhr"
            raise click.BadParameter(problem, param_hint="--date") from None
        moment = found
    if not 1970 <= moment.year < 3000:
        raise click.BadParameter(f"{date!r} is not a year between 1970 and 2999", param_hint="--date")
    if (moment.utcoffset() or timedelta()) % timedelta(minutes=1):
        raise click.BadParameter(f"{date!r} is not a whole number of minutes from UTC", param_hint="--date")
    return moment
