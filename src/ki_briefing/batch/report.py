"""What a batch did: the value that its command shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.base.errors import Exit

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.taking.outcome import Trouble


@dataclass(frozen=True, slots=True)
class Made:
    """An episode that was built.

    Attributes:
        seconds: Of its sound [s].
        work: How long a worker took [s].
        worker: Host and process.
        degraded: Another voice speaks in it than the show wants.
    """

    folder: Path
    seconds: float
    work: float
    worker: str
    degraded: bool = False


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What a batch did.

    Attributes:
        made: The episodes that were built, in the order in which they were finished.
        finished: How many of those named were finished before.
        left: How many were not begun, because of a limit.
        repeated: How many units were given to a second worker, because the first died.
        troubles: What went wrong, or is to be known.
        seconds: How long it took [s].
        price: What its voices cost, in whatever currency their services bill; 0: nothing.
        limit: Which limit ended it; empty: none.
    """

    made: tuple[Made, ...]
    finished: int
    left: int
    repeated: int
    troubles: tuple[Trouble, ...]
    seconds: float
    price: float = 0.0
    limit: str = ""

    @property
    def sound(self) -> float:
        """How long all that was built sounds together [s]."""
        return sum(each.seconds for each in self.made)

    @property
    def exit_code(self) -> Exit:
        """The first trouble's; without trouble it shows whether fallback voices speak."""
        if failures := [each.exit_code for each in self.troubles if each.exit_code]:
            return failures[0]
        return Exit.DEGRADED if any(each.degraded for each in self.made) else Exit.DONE

    def __str__(self) -> str:
        """Return a table, and what it comes to."""
        rows = [
            f"{_clock(each.seconds):>7} min  {each.work:6.1f} s  {each.folder.name}"
            + ("  (fallback voice)" if each.degraded else "")
            for each in self.made
        ]
        failed = sum(bool(each.exit_code) for each in self.troubles)
        counts = (f"{len(self.made)} built", f"{self.finished} finished before", f"{failed} failed")
        left = f"; {self.left} left: {self.limit}" if self.limit else ""
        again = f"; {self.repeated} done again after a worker had died" if self.repeated else ""
        price = f"; about {self.price:.2f} spent" if self.price else ""
        total = f"{', '.join(counts)}{left}{again}{price}."
        return "\n".join((*rows, f"{total} {_clock(self.sound)} min of sound in {_clock(self.seconds)} min."))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
