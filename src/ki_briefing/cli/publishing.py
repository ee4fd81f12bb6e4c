"""What the commands share that change what is on air: the targets follow, and whoever wants to know is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ki_briefing.base.errors import Exit
from ki_briefing.cli.output import complain, say, talk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ki_briefing.publication.report import Publication
    from ki_briefing.show.settings import Show
    from ki_briefing.watch.notices import Untold


def change_air(
    show: Show, now: datetime, change: Callable[[], Publication], *, mirror: bool = True
) -> tuple[Publication, tuple[Untold, ...]]:
    """Change what is on air; return what was done, and the ways on which nobody could be told."""
    from ki_briefing.publication.mirror import mirror_show
    from ki_briefing.watch.after import Watch

    watch = Watch(show, now)
    done = change()
    if mirror:
        done = replace(done, mirrors=mirror_show(show, look=True))
    return done, watch.after_publication()


def tell(done: Publication, untold: Sequence[Untold]) -> None:
    """Say what could not be published, what was done here and at the targets, and who could not be told."""
    for problem in done.problems:
        is_named = str(problem.folder.parent) in problem.error.message
        complain("not published" if is_named else f"not published: {problem.folder}", problem.error)
    talk(f"Episodes in the feed: {done.episodes}; files written: {len(done.written)}, removed: {len(done.removed)}")
    for mirror in done.mirrors:
        if mirror.left_out:
            say(f"target '{mirror.target}': cannot be mirrored: {', '.join(mirror.left_out)}", err=True)
        if mirror.error:
            complain(f"target '{mirror.target}' is not up to date", mirror.error)
        talk(f"target '{mirror.target}': files written: {len(mirror.written)}, removed: {len(mirror.removed)}")
    for way in untold:
        complain(way.way, way)


def exit_code(done: Publication) -> Exit:
    """Return how the command ends."""
    errors = (*(each.error for each in done.problems), *(each.error for each in done.mirrors if each.error))
    return next((each.exit_code for each in errors), Exit.DONE)
