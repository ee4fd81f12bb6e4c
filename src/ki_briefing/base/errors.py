"""The error tree: what went wrong, what to do next, and the exit code for cron.

Exit codes follow sysexits.h where it covers the case. They are stable and documented in the README.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from ki_briefing.base.hints import quoted, to_install

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
    """Something the producer can fix; never raised for our own bugs.

    Attributes:
        message: What went wrong, in one sentence without a full stop.
        hint: What to do next.
        exit_code: The exit code of the process.
        passing: Neither the article nor a setting is at fault, so the next run tries again.
    """

    exit_code = Exit.DATA
    passing = False

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def innermost(error: BaseException) -> str:
    """Return what an error's innermost cause says."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return str(error) or type(error).__name__


class ConfigError(BriefingError):
    """A setting in show.toml, episode.toml or lexicon.toml cannot be used."""

    exit_code = Exit.CONFIG


class NothingToDo(BriefingError):
    """A decision does not fit the episode as it is: there is nothing to correct, to unhold or to restore."""

    exit_code = Exit.USAGE


class NotToml(ConfigError):
    """A file of settings is not TOML, or not UTF-8, as all TOML is."""

    def __init__(self, path: Path, error: Exception) -> None:
        if isinstance(error, UnicodeDecodeError):
            line = error.object.count(b"\n", 0, error.start) + 1
            super().__init__(
                f"{path} is not UTF-8: line {line} holds a letter of another encoding", "Save it as UTF-8."
            )
        else:
            super().__init__(f"{path} is not valid TOML: {error}", hint="Fix that line.")


class NotReady(ConfigError):
    """A setting names something that is not on this machine, or not yet."""


class OverLimit(ConfigError):
    """More would be sent to a service than its limit allows."""


class ArticleError(BriefingError):
    """The article was read, but no episode can be made of it."""


class ArticleMissing(ArticleError):
    """The article's file does not exist or cannot be read."""

    exit_code = Exit.NO_INPUT
    passing = True


class AddressRefused(ArticleError):
    """An address must not be asked: it lies in a private network, or its site does not want it."""


class AddressOffline(ArticleMissing):
    """A server cannot be reached, does not end in time, or refuses us for now."""


class FeedError(BriefingError):
    """A feed, of another podcast or of a newsroom, cannot be read."""


class LexiconEmpty(BriefingError):
    """A lexicon that is to be taken over holds no word."""


class LogError(BriefingError):
    """A web server's log cannot be read."""


class LogMissing(LogError):
    """There is no such log."""

    exit_code = Exit.NO_INPUT


class AlreadyAnEpisode(ArticleError):
    """This very article already is an episode, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"this article is an episode already: {folder}", hint=f"To build it: ki-briefing build {quoted(folder)}"
        )
        self.folder = folder


class AnotherVersion(AlreadyAnEpisode):
    """This article is an episode already, in ``folder``, which says something else."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.message = f"this is another version of the article of {folder}"
        self.hint = f"For a correction: ki-briefing correct {quoted(folder)} FILE"


class SpeechError(BriefingError):
    """An engine refused or failed to speak."""

    exit_code = Exit.UNAVAILABLE
    passing = True


class NothingToSay(SpeechError):
    """A text has no letter, or an engine has no sound for it."""

    def __init__(self, text: str) -> None:
        super().__init__(f"there is nothing to say in: {text[:60]!r}", hint="Rephrase that sentence.")


class EngineMissing(SpeechError):
    """The chosen engine is not installed on this machine."""


class EngineUnknown(EngineMissing):
    """No engine of this machine has this name."""

    exit_code = Exit.CONFIG


class EngineOffline(SpeechError):
    """The engine's service cannot be reached, or refuses us for now."""


class LibraryMissing(BriefingError):
    """A library that this feature needs is not installed."""

    exit_code = Exit.UNAVAILABLE

    def __init__(self, message: str, *, extra: str) -> None:
        super().__init__(message, hint=to_install(f"ki-briefing[{extra}]"))


class SoundError(BriefingError):
    """A sound file cannot be used, or a sound cannot be made."""


class CheckError(BriefingError):
    """A finished episode fails the check and must not go on air as it is."""


class PublishError(BriefingError):
    """A file of the publication cannot be written."""

    exit_code = Exit.CANNOT_CREATE


class AuthorityOffline(PublishError):
    """The time stamp authority cannot be reached, refuses us for now, or its answer cannot be used."""

    passing = True


class StorageError(PublishError):
    """The disk or the target refused to read or write."""

    exit_code = Exit.IO
    passing = True


class BrokenEntry(StorageError):
    """A store entry is broken or missing. It has been deleted, so the stage that made it will make it again."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is broken", hint="Run the same command again to rebuild it. If this persists, check the disk."
        )


class Locked(BriefingError):
    """Another ki-briefing is at work on this show or this episode."""

    exit_code = Exit.LOCKED
    passing = True
