"""A show, and an episode of it, are made: init, new."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from ki_briefing.cli.output import SHOW, say, talk


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", default="", help="The podcast's name.")
@click.option("--base-url", default="", help="Address at which its public folder will be served.")
@click.option("--sign", is_flag=True, help="Make a key and certificate: episodes carry C2PA provenance.")
@click.option(
    "--feed", type=click.Path(path_type=Path), help="Go on with the feed of another host, saved as this file."
)
def init(folder: Path, title: str, base_url: str, sign: bool, feed: Path | None) -> None:
    """Make a new show in FOLDER."""
    from ki_briefing.scaffold import init_show

    for path in init_show(folder, title=title, base_url=base_url, sign=sign, feed=feed):
        say(path)
    talk(f"Next: ki-briefing new {folder}/beispiel.md --show {folder}")


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@SHOW
@click.option("--date", help="When it goes on air, e.g. 2026-01-15T06:00:00+01:00; else now.")
def new(source: Path, show_folder: Path, date: str | None) -> None:
    """Make the article SOURCE an episode of a show. Freezes its guid, date and number."""
    from ki_briefing.new import new_episode
    from ki_briefing.show.workspace import find_show

    try:
        aired = datetime.fromisoformat(date) if date else None
    except ValueError as error:
        raise click.BadParameter(f"{date!r} is no ISO 8601 date", param_hint="--date") from error
    if aired and not 1970 <= aired.year < 3000:
        raise click.BadParameter(f"{date!r} is no year to go on air", param_hint="--date")
    if aired and (aired.utcoffset() or timedelta()) % timedelta(minutes=1):
        raise click.BadParameter(f"{date!r} is in a zone that is not whole minutes from UTC", param_hint="--date")
    if aired and aired.tzinfo is None:
        aired = aired.astimezone()
    folder = new_episode(source, find_show(show_folder), date=aired, now=datetime.now().astimezone())
    say(folder)
    talk(f"Next: ki-briefing script {folder}")
