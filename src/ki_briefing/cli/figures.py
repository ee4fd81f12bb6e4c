"""The command that counts who heard it: figures."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ki_briefing.cli.output import JSON, SHOW, Place, print_json, say, talk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ki_briefing.figures.downloads import Count, Figures


@click.command()
@click.argument("logs", nargs=-1, required=True, metavar="ACCESSLOG…", type=Place(allow_dash=True))
@SHOW
@click.option("--svg", type=Place(), metavar="FILE", help="Also draw the downloads per day.")
@JSON
def figures(logs: tuple[Path, ...], show_folder: Path, svg: Path | None, as_json: bool) -> None:
    """Count downloads in the access logs of a web server, as the IAB's guidelines do.

    Per episode, app and day (UTC). Logs of nginx, Apache, Caddy, also compressed; "-" is standard input. Programs and
    what is less than a minute of sound are left out and named. Nobody's address is kept.
    """
    from ki_briefing.base.files import write_atomically
    from ki_briefing.figures.access_log import read_log
    from ki_briefing.figures.chart import write_chart
    from ki_briefing.figures.downloads import count_downloads
    from ki_briefing.figures.sounds import read_sounds
    from ki_briefing.show.workspace import find_show

    show = find_show(show_folder)
    sounds = read_sounds(show)
    requests = itertools.chain.from_iterable(read_log(None if str(path) == "-" else path) for path in logs)
    found = count_downloads(requests, sounds)
    if svg:
        write_atomically(svg, write_chart(found, show.podcast.title).encode())
    if found.elsewhere:
        places = ", ".join(f"{each.place} ({each.requests})" for each in found.elsewhere)
        ours = show.publication.base_url or "this show"
        say(f"no request is for a sound of {ours}; of {found.requests}, most are for {places}", err=True)
    if as_json:
        print_json(found)
        return
    for line in _lines(found):
        say(line)
    for each in found.left_out:
        talk(f"left out: {each.requests} {each.reason}")
    if found.unreadable:
        say(f"{found.unreadable} of {found.requests + found.unreadable} lines are no requests", err=True)


def _lines(found: Figures) -> Iterator[str]:
    days = f"{found.begin[:10]} to {found.end[:10]}" if found.begin else "no request"
    yield f"{found.downloads:>7}  downloads, {days} (UTC)"
    yield from _table("by app", found.apps)
    yield from _table("by day", found.days)
    yield "by episode"
    for episode in found.episodes:
        if episode.downloads:
            apps = ", ".join(f"{each.name} {each.downloads}" for each in episode.apps)
            yield f"{episode.downloads:>7}  {episode.title} ({episode.date[:10]}): {apps}"
    if silent := sum(not each.downloads for each in found.episodes):
        yield f"{0:>7}  {silent} other episode{'s' if silent != 1 else ''}"


def _table(title: str, counts: Sequence[Count]) -> Iterator[str]:
    yield title
    for each in counts:
        yield f"{each.downloads:>7}  {each.name}"
