"""Episode's folder <-> EpisodeRecord: what was decided about an episode, by whom and when; it only grows.

It is kept as record.toml beside episode.toml: there it survives a rebuild and a lost cache, moves with the folder, and
the facts, which must not change, stay as they are. A newsroom can show it to a regulator.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from ki_briefing.base.characters import find_unwritable
from ki_briefing.base.errors import ConfigError
from ki_briefing.base.files import TEMPORARY, delete_leftover, refuse_links, write_atomically
from ki_briefing.base.records import RecordError, from_plain
from ki_briefing.model.episode import Correction
from ki_briefing.show.lock import record_lock
from ki_briefing.show.reading import RECORD_FILE as RECORD_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.show.settings import Show

_PATIENCE = 5.0  # seconds for somebody else who writes it


class Deed(StrEnum):
    """What was done with an episode."""

    APPROVED = "approved"  # somebody heard these bytes and lets them go on air
    HELD = "held"
    UNHELD = "unheld"
    REVISED = "revised"  # the article of what is on air was corrected
    PASSED = "passed"  # these bytes passed the check
    FORCED = "forced"  # somebody put these bytes on air though the check did not let them pass
    STAMPED = "stamped"  # a time stamp was added to the bytes that the note names; the sound is the same
    AIRED = "aired"
    ADDRESSED = "addressed"  # from now on apps know its sound by this path below the public folder, for ever
    RENAMED = "renamed"  # it has another slug; the pages of this former one forward
    CORRECTED = "corrected"  # what is on air says something else than before, since a revision
    WITHDRAWN = "withdrawn"
    DELETED = "deleted"  # withdrawn, and so is its page; its folder is deleted next
    RESTORED = "restored"
    REVOICED = "revoiced"  # another voice says it; the note names it


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record.

    Attributes:
        at: When, with its time zone; a correction has that of its revision, which is what listeners are told.
        by: Who; empty: the program.
        audio: SHA-256 of the MP3 that it is about, in hexadecimal; empty: of none in particular.
        note: Why, or under which rules; the path or slug that it is about; of a correction what was wrong, for
            listeners.
        article: SHA-256 of the article's file that it is about, in hexadecimal; empty: of none in particular.
        wording: Digest of what that article says.
    """

    deed: Deed
    at: datetime
    by: str = ""
    audio: str = ""
    note: str = ""
    article: str = ""
    wording: str = ""

    def __str__(self) -> str:
        when = self.at.isoformat(" ", "minutes")
        parts = (f"{when} {self.deed}", f"by {self.by}" if self.by else "", self.audio[:10])
        note = f"without its time stamp it was {self.note[:10]}" if self.deed is Deed.STAMPED else self.note
        return " ".join(part for part in parts if part) + (f": {note}" if note else "")


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

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """What listeners were told of corrections, each once, with the note that it has now."""
        told = {each.at: each.note for each in self.entries if each.deed is Deed.CORRECTED}
        return tuple(Correction(at, note) for at, note in told.items())

    @property
    def came_corrected(self) -> bool:
        """Whether what went on air last was a correction."""
        last = next((each for each in reversed(self.entries) if each.deed in (Deed.AIRED, Deed.CORRECTED)), None)
        return last is not None and last.deed is Deed.CORRECTED

    @property
    def revisions(self) -> tuple[Entry, ...]:
        """How the article was corrected since the episode went on air last, the oldest first."""
        return tuple(each for each in self._since_aired[1] if each.deed is Deed.REVISED)

    @property
    def tells_wording(self) -> bool:
        """Whether it is known what went on air last; older versions of ki-briefing did not write that down."""
        aired = self._since_aired[0]
        return aired is not None and aired.wording != ""

    def revision(self, article: str) -> Entry | None:
        """Return when this article became that of the episode, as a correction that is not on air; None if unknown."""
        return next((each for each in reversed(self.revisions) if each.article == article), None)

    def is_revised(self, article: str, wording: str) -> bool:
        """Tell whether an article says something else than what went on air last.

        Its file must be another one too: that we learn to read a file better is no correction. Of what an older version
        of ki-briefing put on air, only those corrections are known that were taken as such.
        """
        aired = self._since_aired[0]
        if aired and aired.wording:
            return article != aired.article and wording != aired.wording
        return self.revision(article) is not None

    @property
    def _since_aired(self) -> tuple[Entry | None, tuple[Entry, ...]]:
        """When it went on air last, and what was done since."""
        last = max((index for index, each in enumerate(self.entries) if each.deed is Deed.AIRED), default=-1)
        return (self.entries[last] if last >= 0 else None), self.entries[last + 1 :]

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


def tidy_up(episode: Path) -> None:
    """Delete what a killed process left beside an episode's record."""
    for left in episode.glob(f"{TEMPORARY}*"):
        delete_leftover(left)


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
        tidy_up(episode)
        before = _read(path)
        text = "\n".join((*([before] if before else []), *map(_text, entries)))
        record = _parsed(text, path)
        write_atomically(path, text)
    return record


def _text(entry: Entry) -> str:
    from ki_briefing.base.toml import to_toml

    for text in (entry.by, entry.note):
        if found := find_unwritable(text):
            raise ConfigError(f"the record cannot hold the control character {found}", hint="Take it out of the text.")
    values = {**asdict(entry), "deed": entry.deed.value}
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
