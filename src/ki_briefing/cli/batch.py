"""The command for many articles at once: batch."""

from __future__ import annotations

import math
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ki_briefing.base.errors import Exit
from ki_briefing.base.hints import quoted
from ki_briefing.cli.output import JSON, PLACE, SHOW, clear_progress, print_json, progress, say, talk
from ki_briefing.cli.status import Age

if TYPE_CHECKING:
    from ki_briefing.taking.outcome import Trouble


class Amount(click.FloatRange):
    """A number; what is none (``nan``) would be no limit at all."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number."""
        amount = super().convert(value, param, ctx)
        if math.isnan(amount):
            self.fail(f"{value!r} is no amount", param, ctx)
        return amount


@click.command(hidden=True)
@click.argument("sources", nargs=-1, type=PLACE)
@SHOW
@click.option("--plan", is_flag=True, help="Only say what it would take: sound, cost, time.")
@click.option("--cluster", default="", metavar="ADDRESS", help="Use a Dask cluster: tcp://host:8786.")
@click.option("--jobs", type=click.IntRange(1), default=None, help="Use so many processes; default: one per core.")
@click.option("--limit-cost", type=Amount(0), default=math.inf, help="Spend no more than this on voices.")
@click.option("--limit-time", type=Age(), help="Begin nothing after so long, e.g. 90m or 8h.")
@click.option("--voice", default="", help="Speak finished episodes anew with this voice.")
@click.option("--per-hour", type=click.IntRange(1), default=None, help="Begin so many an hour: apps download them.")
@JSON
def batch(
    sources: tuple[Path | str, ...],
    show_folder: Path,
    plan: bool,
    cluster: str,
    jobs: int | None,
    limit_cost: float,
    limit_time: timedelta | None,
    voice: str,
    per_hour: int | None,
    as_json: bool,
) -> None:
    """Make many articles episodes, and build them.

    SOURCES are folders and files of articles, addresses of pages and feeds, and text files that list addresses. Without
    SOURCES, build whatever is due in the show. Numbers follow the articles' dates. What is done is kept: the same
    command again does the rest.
    """
    from ki_briefing.batch.conductor import batch_room, batch_show
    from ki_briefing.batch.purse import Limits
    from ki_briefing.batch.workers import open_workers
    from ki_briefing.show.workspace import find_show

    show, now = find_show(show_folder), datetime.now().astimezone()
    with batch_room(show) as room, closing(open_workers(show, cluster=cluster, jobs=jobs or 0)) as workers:
        if plan:
            from ki_briefing.batch.plan import plan_batch

            found = plan_batch(show, sources, workers, room, now=now, voice=voice, progress=progress())
            clear_progress()
            _print(found, found.troubles, as_json=as_json)
            sys.exit(Exit.DONE)
        limits = Limits(limit_cost, math.inf if limit_time is None else limit_time.total_seconds(), per_hour or 0)
        report = batch_show(show, sources, workers, room, now=now, limits=limits, voice=voice, progress=progress())
    clear_progress()
    _print(report, report.troubles, as_json=as_json)
    if report.made:
        talk(f"Next: ki-briefing publish --show {quoted(show_folder)}")
    sys.exit(report.exit_code)


def _print(result: object, troubles: tuple[Trouble, ...], *, as_json: bool) -> None:
    for trouble in troubles:
        say(trouble, err=True)
    if as_json:
        print_json(result)
    else:
        say(str(result))
