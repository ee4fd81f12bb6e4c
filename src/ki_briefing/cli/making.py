"""The commands that make a show or an episode: init, new."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from ki_briefing.cli.output import PLACE, SHOW, say, talk


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", default="", help="Give the podcast this title.")
@click.option("--base-url", default="", help="Set the address where its public folder will be served.")
@click.option("--sign", is_flag=True, help="Make a key and a certificate, to sign episodes (C2PA).")
@click.option("--feed", type=click.Path(path_type=Path), help="Continue another host's feed, saved in this file.")
def init(folder: Path, title: str, base_url: str, sign: bool, feed: Path | None) -> None:
    """Make a new show in FOLDER."""
    from ki_briefing.scaffold import init_show

    for path in init_show(folder, title=title, base_url=base_url, sign=sign, feed=feed):
        say(path)
    talk(f'Hear its voice: ki-briefing say "Guten Tag." --show {folder}')
    talk(f"Next: ki-briefing new {folder}/beispiel.md --show {folder}")


@click.command()
@click.argument("source", type=PLACE)
@SHOW
@click.option("--date", help="Set when it goes on air, e.g. 2026-01-15T06:00:00+01:00; default: now.")
def new(source: Path | str, show_folder: Path, date: str | None) -> None:
    """Make the article SOURCE an episode of a show.

    SOURCE is a file or the address of a page. Give it a guid, a date and a number, which never change.
    """
    from ki_briefing.new import new_episode, new_episode_from
    from ki_briefing.show.workspace import find_show

    try:
        aired = datetime.fromisoformat(date) if date else None
    except ValueError as error:
        raise click.BadParameter(f"{date!r} is not an ISO 8601 date", param_hint="--date") from error
    if aired and not 1970 <= aired.year < 3000:
        raise click.BadParameter(f"{date!r} is not a year between 1970 and 2999", param_hint="--date")
    if aired and (aired.utcoffset() or timedelta()) % timedelta(minutes=1):
        raise click.BadParameter(f"{date!r} is not a whole number of minutes from UTC", param_hint="--date")
    if aired and aired.tzinfo is None:
        aired = aired.astimezone()
    show, now = find_show(show_folder), datetime.now().astimezone()
    if isinstance(source, Path):
        folder = new_episode(source, show, date=aired, now=now)
    else:
        folder = new_episode_from(source, show, date=aired, now=now)
    say(folder)
    talk(f"Next: ki-briefing script {folder}")
