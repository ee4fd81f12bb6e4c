"""The command for those who watch: status."""

from __future__ import annotations

import re
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ki_briefing.base.errors import Exit
from ki_briefing.base.records import to_plain
from ki_briefing.cli.output import JSON, SHOW, print_json, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ki_briefing.watch.status import Status

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Age(click.ParamType):
    """A length of time: 90m, 26h, 2d."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the length."""
        found = re.fullmatch(r"(\d{1,5})([mhd])", str(value))
        if not found:
            self.fail(f"{value!r} is not a length of time such as 90m, 26h or 2d", param, ctx)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.command()
@SHOW
@click.option("--max-age", type=Age(), help="End with 69 if the last good run is older, e.g. 26h or 2d.")
@JSON
def status(show_folder: Path, max_age: timedelta | None, as_json: bool) -> None:
    """Say what is on air, what waits, what must be mended.

    A good run is one that did all that was due: no episode and no file of the inbox is left to be mended. Nothing is
    changed, and a run at work is not disturbed.
    """
    from ki_briefing.show.workspace import find_show
    from ki_briefing.watch.status import read_status

    now = datetime.now().astimezone()
    show = find_show(show_folder)
    found = read_status(show, now)

    def shown(moment: datetime) -> str:
        return show.podcast.by_its_clock(moment).isoformat(" ", "minutes")

    overdue = max_age is not None and found.is_overdue(max_age, now)
    if as_json:
        print_json({**to_plain(found), "overdue": overdue})
    else:
        for line in _lines(found, shown):
            say(line)
    if overdue:
        since = shown(found.last_good) if found.last_good else "none is known"
        say(f"Overdue: the last good run: {since}", err=True)
    sys.exit(Exit.UNAVAILABLE if overdue else Exit.DONE)


def _lines(found: Status, shown: Callable[[datetime], str]) -> Iterator[str]:
    episodes = "1 episode" if found.on_air == 1 else f"{found.on_air} episodes"
    theirs = f" in the feed, {found.imported} of them by the host before" if found.imported else " on air"
    yield f"{found.title}: {episodes}{theirs}{f', {found.feed}' if found.feed else ''}"
    if newest := found.newest:
        yield f"  newest: {newest.title} ({shown(datetime.fromisoformat(newest.date))})"
    if found.last_run:
        yield f"Last run: {shown(found.last_run)}, ended with {found.last_exit_code}"
        yield f"  last good one: {shown(found.last_good) if found.last_good else 'none is known'}"
    else:
        yield "Last run: none is known"
    waits = {(str(each.folder), each.why) for each in found.waiting}
    for trouble in found.troubles:
        message = trouble.message
        if not any(about == trouble.about and (why in message or message in why) for about, why in waits):
            yield f"  {trouble.about}: {message}"
    if found.waiting or found.inbox:
        yield f"Waiting: episodes: {len(found.waiting)}; files in the inbox: {found.inbox}"
    for each in found.waiting:
        yield f"  {each.why}{f' ({shown(each.until)})' if each.until else ''}: {each.folder}"
    for each in found.held:
        yield f"On air, but no newer version: {each.why}: {each.folder}"
    for voice in found.away:
        again = f"runs ask it again from {shown(voice.until)}" if voice.until else "the next run asks it again"
        yield f"Voice {voice.voice} is away, {again} (another speaks in episodes: {voice.episodes}): {voice.why}"
    for folder in found.unstamped:
        yield f"No time stamp yet, runs ask for it once an hour: {folder}"
    if found.broken:
        yield "To be mended:"
    for broken in found.broken:
        yield f"  {broken.about}: {broken.reason}"
    if found.next_date:
        yield f"Next on air: {shown(found.next_date)}"
    cache = f"caches {found.cache / 1e6:.0f} of {found.cache_limit / 1e6:.0f} MB"
    yield f"Disk: {found.free / 1e9:.1f} GB free; {cache}"
