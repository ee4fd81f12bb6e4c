"""The error tree: what went wrong, what to do next, and the exit code that tells cron.

Exit codes follow sysexits.h where it has a word for the case. They are documented in the README and stable.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Exit(IntEnum):
    """Every exit code of ``ki-briefing``."""

    DONE = 0
    BUG = 1
    USAGE = 2
    DEGRADED = 3
    DATA = 65
    NO_INPUT = 66
    UNAVAILABLE = 69
    CANNOT_CREATE = 73
    IO = 74
    LOCKED = 75
    CONFIG = 78
    INTERRUPTED = 130
    TERMINATED = 143


class BriefingError(Exception):
    """Something the producer can mend; never raised for our own bugs.

    Attributes:
        message: What went wrong, one sentence without a full stop.
        hint: What to do next.
        exit_code: The process exit code this error ends with.
        passing: No fault of the article or its settings: the next run tries again.
    """

    exit_code = Exit.DATA
    passing = False

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(BriefingError):
    """A setting in show.toml, episode.toml or lexicon.toml cannot be used."""

    exit_code = Exit.CONFIG


class ArticleError(BriefingError):
    """The article was read but is not an article we can speak."""


class ArticleMissing(ArticleError):
    """There is no article to read: no such file, or not readable."""

    exit_code = Exit.NO_INPUT
    passing = True


class AlreadyAnEpisode(ArticleError):
    """An episode was made of this very article before.

    Attributes:
        folder: The episode's folder.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(f"this article is an episode already: {folder}", hint=f"ki-briefing build {folder}")
        self.folder = folder


class SpeechError(BriefingError):
    """An engine refused or failed to speak."""

    exit_code = Exit.UNAVAILABLE
    passing = True


class EngineMissing(SpeechError):
    """The chosen engine is not installed on this machine."""


class EngineOffline(SpeechError):
    """The engine's service cannot be reached, or refuses to serve us now."""


class LibraryMissing(BriefingError):
    """An optional library that this needs is not installed."""

    exit_code = Exit.UNAVAILABLE

    def __init__(self, message: str, *, extra: str) -> None:
        super().__init__(message, hint=f"Run: pip install 'ki-briefing[{extra}]'")


class SoundError(BriefingError):
    """A sound file cannot be used, or a sound cannot be made."""


class CheckError(BriefingError):
    """A finished episode does not pass the gate, and must not go on air as it is."""


class PublishError(BriefingError):
    """A file of the publication cannot be written."""

    exit_code = Exit.CANNOT_CREATE


class AuthorityOffline(PublishError):
    """The time stamp authority cannot be reached, or refuses to serve us now."""

    passing = True


class StorageError(PublishError):
    """The disk or the target refused to read or write."""

    exit_code = Exit.IO
    passing = True


class BrokenEntry(StorageError):
    """An entry of a store is broken or gone. It has been deleted: the stage that made it makes it anew."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is broken", hint="Run the same command again: it is made anew. If that goes on, check the disk."
        )


class Locked(BriefingError):
    """Another ki-briefing works on this show, or this episode, right now."""

    exit_code = Exit.LOCKED
    passing = True
