"""What a run did: the value that its command shows, and its line in the run log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ki_briefing import __version__
from ki_briefing.base.errors import Exit
from ki_briefing.show.runs import LoggedRun, LoggedTrouble
from ki_briefing.show.workspace import REASON_FILE
from ki_briefing.taking.outcome import Trouble

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.publication.mirror import Mirrored
    from ki_briefing.publication.report import Publication


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did.

    Attributes:
        taken: Folders of the new episodes, from the inbox and from feeds.
        corrected: Folders of the episodes whose articles came in again in other words.
        built: Folders of the episodes that were built.
        degraded: Folders of those in which a fallback voice speaks; they are on air.
        publication: What was done to the public folder; None if that failed.
        troubles: What went wrong in this run, or is to be known.
        failed: Folders of all episodes that somebody must fix, those of earlier runs too.
        bugs: What went wrong through a bug of ours.
        mirrors: What was done to each of the show's targets.
    """

    taken: tuple[Path, ...]
    built: tuple[Path, ...]
    degraded: tuple[Path, ...]
    publication: Publication | None
    troubles: tuple[Trouble, ...]
    failed: tuple[Path, ...]
    bugs: tuple[Exception, ...]
    mirrors: tuple[Mirrored, ...] = ()
    corrected: tuple[Path, ...] = ()

    def messages(self, *, again: bool) -> tuple[str, ...]:
        """Return what somebody must be told; ``again``: also what the previous run reported."""
        return (
            *(str(trouble) for trouble in self.troubles if again or trouble.is_news),
            *(f"{folder}: spoken with the help of a fallback voice" for folder in self.degraded),
        )

    def __str__(self) -> str:
        written = len(self.publication.written) if self.publication else 0
        held = self.publication.held if self.publication else ()
        return "\n".join(
            (
                *(f"built: {folder}" for folder in self.built),
                *(str(each) for each in held),
                *(f"not on air as it is: {folder}, see its {REASON_FILE}" for folder in self.failed),
                *(f"corrected: {folder}" for folder in self.corrected),
                f"{len(self.taken)} new, {len(self.built)} built, {written} files published.",
            )
        )

    @property
    def exit_code(self) -> Exit:
        """The first trouble's; without trouble it shows whether the fallback voice speaks."""
        if self.bugs:
            return Exit.BUG
        if failures := [each.exit_code for each in self.troubles if each.exit_code]:
            return failures[0]
        return Exit.DEGRADED if self.degraded else Exit.DONE


def logged(report: RunReport, began: datetime, seconds: float) -> LoggedRun:
    """Return a run's line in the log.

    Args:
        seconds: How long it took.
    """

    def names(folders: tuple[Path, ...]) -> tuple[str, ...]:
        return tuple(folder.name for folder in folders)

    done = report.publication
    return LoggedRun(
        began=began,
        seconds=round(seconds, 3),
        version=__version__,
        exit_code=report.exit_code,
        taken=names(report.taken),
        corrected=names(report.corrected),
        built=names(report.built),
        degraded=names(report.degraded),
        failed=names(report.failed),
        episodes=done.episodes if done else None,
        written=len(done.written) if done else 0,
        removed=len(done.removed) if done else 0,
        troubles=tuple(
            LoggedTrouble(str(each.path), each.message, each.hint, each.exit_code) for each in report.troubles
        ),
    )


def joined(first: Publication | None, second: Publication | None) -> Publication | None:
    """Return what two publications of one run did."""
    if not (first and second):
        return second
    return replace(second, written=(*first.written, *second.written), removed=(*first.removed, *second.removed))
