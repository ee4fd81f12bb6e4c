"""What a run meets on its way, collected: Trouble by Trouble, and the bugs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ki_briefing.base.errors import BriefingError, Exit
from ki_briefing.base.hints import quoted
from ki_briefing.show.record import load_record

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.new import Taken

DEATHS = 3
"""After dying this often over an article or an episode, the program counts it as failed."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong with one article, episode or feed, or what is to be known of it.

    Attributes:
        path: Where it is now: a file, a folder, an address.
        exit_code: Of the process; 0: it only is to be known.
        waits: The next run tries again; if not, a run does when the article, the episode or a setting has changed.
        is_news: The previous run did not report it.
    """

    path: Path | str
    message: str
    hint: str
    exit_code: Exit
    waits: bool
    is_news: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """What distinguishes it from other troubles, as valid text, which file names need not be."""
        path, message = (text.encode("utf-8", "replace").decode() for text in (str(self.path), self.message))
        return path, message

    def __str__(self) -> str:
        hint = f"{self.hint} The next run tries again." if self.waits else self.hint
        return f"{self.path}: {self.message}" + (f"\n  {hint.strip()}" if hint else "")


@dataclass(slots=True)
class Outcome:
    """What a run has done and met so far.

    Attributes:
        taken: Folders of the new episodes.
        corrected: Folders of the episodes that have a corrected article.
        troubles: In the order in which they came.
        bugs: What went wrong through a bug of ours.
    """

    taken: list[Path] = field(default_factory=list)
    corrected: list[Path] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    bugs: list[Exception] = field(default_factory=list)

    def take(self, taken: Taken) -> None:
        """Note what became of an article."""
        (self.corrected if taken.corrects else self.taken).append(taken.folder)
        if taken.remark:
            self.tell(taken.folder, taken.remark, "")
        if taken.corrects and (withdrawal := load_record(taken.folder).withdrawal):
            self.tell(
                taken.folder,
                f"was withdrawn by {withdrawal.by}, and its article has been corrected",
                f"If it may be heard again: ki-briefing restore {quoted(taken.folder)}",
            )

    def note(self, path: Path | str, error: BriefingError, *, waits: bool = False) -> None:
        """Note what went wrong.

        Args:
            waits: The next run tries again, also if the error does not say so.
        """
        waits = waits or is_passing(error)
        self.troubles.append(Trouble(path, error.message, error.hint, error.exit_code, waits=waits))

    def tell(self, path: Path | str, message: str, hint: str) -> None:
        """Note what nobody must mend, but somebody should know."""
        self.troubles.append(Trouble(path, message, hint, Exit.DONE, waits=False))


def is_passing(error: BriefingError) -> bool:
    """Tell whether the next run tries again: the error says so, or it came from a system that refused."""
    cause: BaseException | None = error
    while cause and not (isinstance(cause, OSError) and cause.errno):
        cause = cause.__cause__
    return error.passing or cause is not None


def of_bug(bug: Exception) -> BriefingError:
    """Return a bug as an error to be noted."""
    return BriefingError(f"a bug of ki-briefing: {type(bug).__name__}: {bug}", hint="Please report it.")


def of_deaths(deaths: int, path: Path | str) -> BriefingError:
    """Return what to say of something over which the program has died too often."""
    return BriefingError(
        f"ki-briefing died {deaths} times while it was at {path}",
        hint="Is there enough memory? Change the article, or build it by hand to see why.",
    )


def reason_text(error: BriefingError) -> str:
    """Return what is written beside an article that cannot be used."""
    return f"{error.message}\n{error.hint}\n" if error.hint else f"{error.message}\n"
