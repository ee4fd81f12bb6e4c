"""The one gate before the air: an episode, the present -> Held, or what is to be written into its record as it goes on.

Nothing goes on air before its date, its embargo, its approval (where the show asks for it) and a passed check of
exactly these bytes, nor while somebody holds it or after it was withdrawn. What is on air stays there while a newer
build of it is held. ``--force`` stands in for the check only: date, embargo, approval and withdrawal are promises to
others, and each has a way of its own to be changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.hints import quoted
from ki_briefing.show.record import Deed, Entry
from ki_briefing.show.settings import Approval

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.model.episode import Release
    from ki_briefing.show.record import EpisodeRecord
    from ki_briefing.show.settings import Show, Sound


def require_address(show: Show) -> None:
    """Raise ConfigError unless the show says where its public folder is served."""
    if not show.publication.base_url:
        raise ConfigError(
            "the show has no address to be published at", hint='Add to show.toml: [publication] base_url = "https://…"'
        )


def check_rules(sound: Sound) -> str:
    """Return the show's own wishes that the check looks at: under others, an episode is checked again."""
    return f"{sound.loudness:g} LUFS, at most {sound.true_peak:g} dBTP"


class Reason(StrEnum):
    """Why an episode is held."""

    WITHDRAWN = "withdrawn"
    DATE = "date"
    EMBARGO = "embargo"
    HOLD = "hold"
    APPROVAL = "approval"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Held:
    """An episode that does not go on air now.

    Attributes:
        folder: The episode's folder.
        message: Why, e.g. ``waits for its date``.
        hint: What to do; empty where time or nobody's doing will bring it on air.
        until: When this reason ends by itself; None: when somebody acts.
        on_air: An earlier version of it stays on air.
        audio: SHA-256 of the MP3 that waits for approval, in hexadecimal; empty: it waits for something else.
    """

    folder: Path
    reason: Reason
    message: str
    hint: str = ""
    until: datetime | None = None
    on_air: bool = False
    audio: str = ""

    @property
    def needs_somebody(self) -> bool:
        """Whether it waits for a person who may not know it yet."""
        return self.until is None and self.reason in (Reason.EMBARGO, Reason.APPROVAL, Reason.CHECK)

    @property
    def announcement(self) -> str:
        """What that person is told: other bytes are another matter, so it names them as the record does."""
        return f"{self.message} (MP3 {self.audio[:10]})" if self.audio else self.message

    def __str__(self) -> str:
        when = f" until {self.until.isoformat(' ', 'minutes')}" if self.until else ""
        stays = " (an earlier version stays on air)" if self.on_air else ""
        return f"{self.message}{when}: {self.folder}{stays}"


@dataclass(frozen=True, slots=True)
class Embargo:
    """An article's wish not to be public yet; ``until`` is None if its time cannot be read."""

    until: datetime | None


class Inspector(Protocol):
    """Who knows an episode's article and can measure its sound."""

    def embargo(self, episode: Path) -> Embargo | None:
        """Return the wish of an episode's article as it is now."""
        ...

    def failures(self, episode: Path) -> tuple[str, ...]:
        """Return what does not let a built episode pass the check; empty if it passes."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may go on air.

    Attributes:
        episode: Its folder.
        on_air: Some version of it is on air.
        same: These very bytes are on air.
    """

    episode: Path
    release: Release
    record: EpisodeRecord
    on_air: bool
    same: bool


class Gate:
    """Who is asked before anything goes on air."""

    def __init__(self, show: Show, now: datetime, inspector: Inspector | None, *, forced_by: str = "") -> None:
        """Open the gate.

        Args:
            now: The present, with its time zone.
            inspector: None: the caller vouches for embargo and check.
            forced_by: Who lets pass what the check does not; empty: nobody.
        """
        self._show, self._now, self._inspector, self._forced_by = show, now, inspector, forced_by
        self._rules = check_rules(show.sound)

    def ask(self, candidate: Candidate) -> Held | tuple[Entry, ...]:
        """Return why it must not go on air now, or else what is to be written into its record.

        Raises:
            BriefingError: Its article or its sound cannot be read; then it must not go on air either.
        """
        held = self.hindrance(candidate)
        if held or candidate.same:
            return held or ()
        return self._checked(candidate)

    def hindrance(self, candidate: Candidate) -> Held | None:
        """Return why it must not go on air now, whatever the check says; None: only that is left to ask.

        Raises:
            BriefingError: Its article cannot be read.
        """
        if withdrawal := candidate.record.withdrawal:
            return self.withdrawn(candidate.episode, withdrawal)
        return None if candidate.same else self._waiting(candidate) or self._decided(candidate)

    def withdrawn(self, episode: Path, withdrawal: Entry) -> Held:
        """Return that an episode was withdrawn."""
        message = f"was withdrawn by {withdrawal.by} on {self._show.podcast.by_its_clock(withdrawal.at):%Y-%m-%d}"
        return Held(episode, Reason.WITHDRAWN, message, f"To bring it back: ki-briefing restore {quoted(episode)}")

    def _held(
        self, candidate: Candidate, reason: Reason, message: str, hint: str = "", until: datetime | None = None
    ) -> Held:
        shown = self._show.podcast.by_its_clock(until) if until else None
        return Held(candidate.episode, reason, message, hint, shown, candidate.on_air)

    def _waiting(self, candidate: Candidate) -> Held | None:
        """Look at the date, which counts once, and at the embargo that the article has now."""
        embargo = self._inspector.embargo(candidate.episode) if self._inspector else None
        if embargo and embargo.until is None:
            return self._held(
                candidate,
                Reason.EMBARGO,
                "is under an embargo whose time cannot be read",
                "Write it into the article like Sperrfrist: 12.03.2026, 10:00 Uhr, or take that line out.",
            )
        until = embargo.until if embargo and embargo.until and embargo.until > self._now else None
        date = candidate.release.episode.date
        if date > self._now and not candidate.on_air:
            latest = max(filter(None, (date, until)))
            return self._held(candidate, Reason.DATE, "waits for its date", until=latest)
        return self._held(candidate, Reason.EMBARGO, "is under embargo", until=until) if until else None

    def _decided(self, candidate: Candidate) -> Held | None:
        """Look at what people decided."""
        if hold := candidate.record.hold:
            why = f"is held by {hold.by}" + (f", {hold.note}" if hold.note else "")
            return self._held(
                candidate, Reason.HOLD, why, f"To let it go: ki-briefing unhold {quoted(candidate.episode)}"
            )
        wanted = self._show.publication.approval
        known = candidate.on_air or candidate.record.was_aired
        if wanted is Approval.NONE or (wanted is Approval.FIRST and known):
            return None
        audio = candidate.release.audio.digest
        if candidate.record.approval(audio):
            return None
        hint = f"Hear it, then: ki-briefing approve {quoted(candidate.episode)}"
        return replace(self._held(candidate, Reason.APPROVAL, "waits for approval", hint), audio=audio)

    def _aired(self, candidate: Candidate) -> tuple[Entry, ...]:
        """Return that it goes on air, and what it corrects."""
        release, told = candidate.release, candidate.record.corrections
        article, wording = release.episode.article_digest, release.episode.wording
        aired = Entry(Deed.AIRED, self._now, audio=release.audio.digest, article=article, wording=wording)
        known = {each.at for each in told}
        corrected = (each for each in release.episode.corrections if each.at not in known)
        return aired, *(Entry(Deed.CORRECTED, each.at, article=article, note=each.note) for each in corrected)

    def _checked(self, candidate: Candidate) -> Held | tuple[Entry, ...]:
        audio = candidate.release.audio.digest
        aired = self._aired(candidate)
        if self._inspector is None or candidate.record.passed(audio, self._rules) or candidate.record.was_forced(audio):
            return aired
        failures = self._inspector.failures(candidate.episode)
        if not failures:
            return Entry(Deed.PASSED, self._now, audio=audio, note=self._rules), *aired
        if self._forced_by:
            return Entry(Deed.FORCED, self._now, self._forced_by, audio, "; ".join(failures)), *aired
        return self._held(
            candidate,
            Reason.CHECK,
            "does not pass the check: " + "; ".join(failures),
            "See ki-briefing check. To put it on air all the same: ki-briefing publish --force",
        )
