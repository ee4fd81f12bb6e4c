"""Episode's folder <-> EpisodeRecord: what was decided about an episode, by whom and when; it only grows.

It is kept as record.toml beside episode.toml: there it survives a rebuild and a lost cache, moves with the folder, and
the facts, which must not change, stay as they are. A newsroom can show it to a regulator.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from ki_briefing.base.characters import find_unwritable
from ki_briefing.base.errors import ConfigError
from ki_briefing.base.files import refuse_links, write_atomically
from ki_briefing.base.records import RecordError, from_plain
from ki_briefing.base.toml import to_toml
from ki_briefing.show.lock import record_lock

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.show.settings import Show

RECORD_FILE = "record.toml"

_PATIENCE = 5.0  # seconds for somebody else who writes it


class Deed(StrEnum):
    """What was done with an episode."""

    APPROVED = "approved"  # somebody heard these bytes and lets them go on air
    HELD = "held"
    UNHELD = "unheld"
    PASSED = "passed"  # these bytes passed the check
    FORCED = "forced"  # somebody put these bytes on air though the check did not let them pass
    STAMPED = "stamped"  # a time stamp was added to the bytes that the note names; the sound is the same
    AIRED = "aired"
    ADDRESSED = "addressed"  # from now on apps know its sound by this path below the public folder, for ever
    RENAMED = "renamed"  # it has another slug; the pages of this former one forward
    WITHDRAWN = "withdrawn"
    DELETED = "deleted"  # withdrawn, and so is its page; its folder is deleted next
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record.

    Attributes:
        at: When, with its time zone.
        by: Who; empty: the program.
        audio: SHA-256 of the MP3 that it is about, in hexadecimal; empty: of none in particular.
        note: Why, or under which rules; the path or slug that it is about.
    """

    deed: Deed
    at: datetime
    by: str = ""
    audio: str = ""
    note: str = ""

    def __str__(self) -> str:
        parts = (f"{self.at:%Y-%m-%d %H:%M} {self.deed}", f"by {self.by}" if self.by else "", self.audio[:10])
        return " ".join(part for part in parts if part) + (f": {self.note}" if self.note else "")


@dataclass(frozen=True, slots=True)
class EpisodeRecord:
    """``record.toml``: its entries, in the order in which they were made."""

    entries: tuple[Entry, ...] = ()

    @property
    def hold(self) -> Entry | None:
        """Why the episode must not go on air as it is; None if nobody holds it."""
        return self._standing(Deed.HELD, Deed.UNHELD)

    @property
    def withdrawal(self) -> Entry | None:
        """Why the episode is off the air until it is restored; None if it is not."""
        return self._standing(Deed.WITHDRAWN, Deed.RESTORED)

    @property
    def deletion(self) -> Entry | None:
        """Why no page speaks of it either; None unless it is withdrawn for good."""
        return self._standing(Deed.DELETED, Deed.RESTORED)

    @property
    def was_aired(self) -> bool:
        """Whether it ever went on air."""
        return any(each.deed is Deed.AIRED for each in self.entries)

    @property
    def left_air(self) -> bool:
        """Whether it was withdrawn, and has not been on air again since."""
        return self._standing(Deed.WITHDRAWN, Deed.AIRED) is not None

    @property
    def enclosure(self) -> str:
        """By which path below the public folder apps know its sound; empty: by none yet."""
        return next((each.note for each in self.entries if each.deed is Deed.ADDRESSED), "")

    def former_slugs(self, slug: str) -> tuple[str, ...]:
        """Return the slugs that it had before this one."""
        former = dict.fromkeys(each.note for each in self.entries if each.deed is Deed.RENAMED)
        return tuple(each for each in former if each != slug)

    def approval(self, audio: str) -> Entry | None:
        """Return who approved these bytes, or the same without their time stamp, the last one; None if nobody did."""
        return self._about(audio, Deed.APPROVED)

    def was_forced(self, audio: str) -> bool:
        """Tell whether somebody put these bytes on air though they do not pass the check."""
        return self._about(audio, Deed.FORCED) is not None

    def passed(self, audio: str, rules: str) -> bool:
        """Tell whether these bytes passed the check under these rules."""
        return any(each.note == rules and each.audio == audio for each in self.entries if each.deed is Deed.PASSED)

    def _about(self, audio: str, deed: Deed) -> Entry | None:
        names = self._same_sound(audio)
        return next((each for each in reversed(self.entries) if each.deed is deed and each.audio in names), None)

    def _same_sound(self, audio: str) -> set[str]:
        """Return the digests of an MP3 as it is, and as it was before it got its time stamp."""
        names = {audio}
        for each in reversed(self.entries):
            if each.deed is Deed.STAMPED and each.audio in names:
                names.add(each.note)
        return names

    def _standing(self, begin: Deed, end: Deed) -> Entry | None:
        last = next((each for each in reversed(self.entries) if each.deed in (begin, end)), None)
        return last if last and last.deed is begin else None


def load_record(episode: Path) -> EpisodeRecord:
    """Return an episode's record; empty if nothing was decided yet.

    Raises:
        ConfigError: It cannot be read: nobody knows what was decided.
    """
    text = _read(episode / RECORD_FILE)
    return _parsed(text, episode / RECORD_FILE)


def note_deeds(show: Show, episode: Path, *entries: Entry) -> EpisodeRecord:
    """Add entries to an episode's record, and return it.

    Raises:
        ConfigError: The record cannot be read, or an entry holds what cannot be written.
        Locked: Somebody else writes it.
        StorageError: The disk refused.
    """
    path = episode / RECORD_FILE
    with record_lock(show, episode, patience=_PATIENCE):
        refuse_links(show.folder, path)
        before = _read(path)
        text = "\n".join((*([before] if before else []), *map(_text, entries)))
        record = _parsed(text, path)
        write_atomically(path, text)
    return record


def _text(entry: Entry) -> str:
    for text in (entry.by, entry.note):
        if found := find_unwritable(text):
            raise ConfigError(f"the record cannot hold the control character {found}", hint="Take it out of the text.")
    values = {"deed": entry.deed.value, "at": entry.at, "by": entry.by, "audio": entry.audio, "note": entry.note}
    return "[[entries]]\n" + to_toml({key: value for key, value in values.items() if value})


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {path}: {error}", hint="Check its permissions.") from error


def _parsed(text: str, path: Path) -> EpisodeRecord:
    try:
        record = from_plain(EpisodeRecord, tomllib.loads(text), place=str(path))
    except (ValueError, RecursionError, RecordError) as error:
        raise ConfigError(f"{path} cannot be read: {error}", hint="Bring back an earlier copy of it.") from error
    if any(each.at.tzinfo is None for each in record.entries):
        raise ConfigError(f"{path}: an entry's time has no zone", hint="Bring back an earlier copy of it.")
    return record
