"""What publishing did, and what it did not: the values that commands show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ki_briefing.base.errors import BriefingError
    from ki_briefing.publication.gate import Held
    from ki_briefing.publication.mirror import Mirrored


@dataclass(frozen=True, slots=True)
class Problem:
    """An episode that could not be published; an earlier version of it stays public."""

    folder: Path
    error: BriefingError


@dataclass(frozen=True, slots=True)
class Publication:
    """What was done to the target.

    Attributes:
        episodes: How many the feed names.
        written: Paths of the files made or changed, in order.
        removed: Paths of the files deleted.
        waiting: Built folders of episodes with a future date; a later run puts them on air.
        busy: Built folders of episodes that are being built; until that is done, their public version stays.
        unbuilt: Built folders that are not there; what is on air of these episodes stays.
        held: What the gate holds, those with a future date too, but for what does not pass the check: that is a
            problem.
        mirrors: What was done to each of the show's targets after that.
    """

    episodes: int
    written: tuple[str, ...]
    removed: tuple[str, ...]
    problems: tuple[Problem, ...]
    waiting: tuple[Path, ...]
    busy: tuple[Path, ...] = ()
    held: tuple[Held, ...] = ()
    mirrors: tuple[Mirrored, ...] = ()
    unbuilt: tuple[Path, ...] = ()
