"""A finished episode, its record -> Dossier: what a regulator or a reader may ask of it, in one piece.

It is kept as dossier.json beside record.toml, so that it stays with the folder when the program is long gone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import PublishError
from ki_briefing.base.files import refuse_links, write_atomically
from ki_briefing.base.records import RecordError, from_json, to_json
from ki_briefing.episode.built import read_record
from ki_briefing.episode.declared import reminded_at
from ki_briefing.episode.provenance import find_stamp, is_signed
from ki_briefing.model.episode import Correction
from ki_briefing.model.text import Omission
from ki_briefing.show.reading import DOSSIER_FILE
from ki_briefing.show.record import Entry, load_record, tidy_up

if TYPE_CHECKING:
    from ki_briefing.model.episode import Release, VoicePart
    from ki_briefing.show.settings import Show


@dataclass(frozen=True, slots=True)
class SpeakingVoice:
    """A voice that is heard in an episode.

    Attributes:
        kind: ``rules``, ``trained`` or ``cloned``.
        fingerprint: Engine, version and every setting that is heard.
        licence: Of voice and engine; empty: nobody wrote one.
        consent: Who agreed to be cloned, and when.
        instead_of: The voice that could not speak.
    """

    voice: str
    kind: str
    engine: str
    fingerprint: str
    licence: str
    credit: str
    consent: str
    instead_of: str

    @classmethod
    def of(cls, part: VoicePart) -> SpeakingVoice:
        """Return what a dossier says of a part."""
        return cls(*(getattr(part, each.name) for each in fields(cls)))

    def __str__(self) -> str:
        parts = (self.kind, self.fingerprint, self.licence, f"consent: {self.consent}" if self.consent else "")
        instead = f", instead of {self.instead_of}" if self.instead_of else ""
        return f"{self.voice} ({'; '.join(filter(None, parts))}){instead}"


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a newsroom shows of an episode.

    Attributes:
        article_digest: SHA-256 of the article's file, in hexadecimal.
        verbatim: Nothing of the article was changed to be read, whoever wrote it; None: nobody wrote that down.
        audio: SHA-256 of the MP3 as it is built now, in hexadecimal.
        notice: What tells that a machine speaks.
        notice_spoken: It is heard.
        notice_at: When the sentence begins with which it begins [s]; None: it is not heard.
        notice_reason: Why it is switched off; empty: it is not.
        voice: Whose voices are heard, and their licences, as the notes say it.
        voices: The same, voice by voice.
        digital_source_type: How the voices came to be, in the IPTC's vocabulary.
        signed: The MP3 carries a signed C2PA manifest; ``verify`` says whether it is intact.
        time_stamp: ``yes``, ``none``, or why it is still missing; ``time_stamped`` and ``time_authority`` say when and
            by whom.
        mark: Id of the key in the sound's inaudible mark; empty: it has none.
        license: Of the podcast.
        version: Of the program that built it; empty: one before 0.3.
        omitted: What was written but is not spoken, and why.
        approval: Who let these bytes go on air; None: nobody was asked.
        corrections: What listeners were told of corrections.
        entries: Everything that was decided, oldest first. All times are by the show's clock.
        written_by: Who wrote the article, as the show says; empty: it does not.
        reminders_at: When listeners are reminded of the notice [s].
        kept: Why this is what dossier.json kept, and not what is built; empty: it is what is built.
    """

    folder: Path
    title: str
    number: int
    guid: str
    date: datetime
    article: str
    article_digest: str
    verbatim: bool | None
    audio: str
    notice: str
    notice_spoken: bool
    notice_at: float | None
    notice_reason: str
    voice: str
    voices: tuple[SpeakingVoice, ...]
    digital_source_type: str
    signed: bool
    time_stamp: str
    mark: str
    license: str
    version: str
    omitted: tuple[Omission, ...]
    approval: Entry | None
    corrections: tuple[Correction, ...]
    entries: tuple[Entry, ...]
    written_by: str = ""
    reminders_at: tuple[float, ...] = ()
    time_stamped: datetime | None = None
    time_authority: str = ""
    kept: str = ""

    def __str__(self) -> str:
        place = "NOT SPOKEN" if self.notice_at is None else f"spoken at {self.notice_at:.1f} s"
        why = f" ({self.notice_reason})" if self.notice_reason else ""
        stamped = f"{self.time_stamped.isoformat(' ', 'seconds')}" if self.time_stamped else self.time_stamp
        by = f", by {self.time_authority}" if self.time_authority else ""
        lines = (
            f"{self.folder}: {self.title} (number {self.number})",
            *([f"  as dossier.json kept it: {self.kept}"] if self.kept else ()),
            f"  guid: {self.guid}",
            f"  date: {self.date.isoformat(' ', 'minutes')}",
            f"  article: {self.article or 'no address'}{', read word for word' if self.verbatim else ''}",
            f"  article, SHA-256: {self.article_digest}",
            f"  MP3, SHA-256: {self.audio}",
            f"  written by: {self.written_by or 'the show does not say'}",
            f"  notice, {place}{why}: {self.notice or 'none'}",
            f"  reminded at: {', '.join(f'{each:.1f} s' for each in self.reminders_at) or 'never'}",
            *(f"  voice: {each}" for each in self.voices),
            f"  credit: {self.voice or 'none'}",
            f"  digital source type: {self.digital_source_type}",
            f"  provenance: {'signed (C2PA)' if self.signed else 'not signed'}",
            f"  time stamp: {stamped}{by}",
            f"  mark in the sound: {self.mark or 'none'}",
            f"  licence: {self.license or 'none named'}",
            f"  built by: ki-briefing {self.version}".rstrip(),
            f"  approval: {self.approval or 'none'}",
            *(f"  not spoken ({each.reason}): {' '.join(each.text.split())}" for each in self.omitted),
            *(f"  {each}" for each in self.entries),
        )
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Unbuilt:
    """An episode of which there is nothing to show yet; ``unbuilt`` says why."""

    folder: Path
    number: int
    guid: str
    date: datetime
    unbuilt: str

    def __str__(self) -> str:
        return f"{self.folder}: not built (number {self.number}, {self.date.isoformat(' ', 'minutes')})"


def compile_dossier(show: Show, folder: Path, release: Release) -> Dossier:
    """Return what is to be known of a finished episode.

    Args:
        folder: The episode's.

    Raises:
        ConfigError: Its record cannot be read.
        PublishError: Its build.json cannot be read.
    """
    built = folder / "built"
    record, decided, episode = read_record(built), load_record(folder), release.episode
    audio = built / release.audio.name
    start, stamp = episode.notice_start, find_stamp(audio)
    dossier = Dossier(
        folder=folder,
        title=episode.title,
        number=episode.number,
        guid=episode.guid,
        date=episode.date,
        article=episode.article_url,
        article_digest=episode.article_digest,
        verbatim=record.verbatim if record.verbatim is not None else episode.verbatim or None,
        audio=release.audio.digest,
        notice=episode.notice,
        notice_spoken=start is not None,
        notice_at=None if start is None else start / 1000,
        notice_reason=show.frames.notice_reason if show.frames.is_silent else "",
        voice=episode.voice_credit,
        voices=tuple(map(SpeakingVoice.of, record.voices)),
        digital_source_type=episode.digital_source_type,
        signed=is_signed(audio),
        time_stamp="yes" if stamp else record.unstamped or "none",
        mark=record.mark,
        license=show.podcast.license,
        version=record.version,
        omitted=record.omitted,
        approval=decided.approval(release.audio.digest),
        corrections=decided.corrections,
        entries=decided.entries,
        written_by=str(show.podcast.written_by),
        reminders_at=reminded_at(show.frames, episode, (part.kind for part in record.voices)),
        time_stamped=stamp.time if stamp else None,
        time_authority=stamp.authority if stamp else "",
    )
    return _by_clock(dossier, show)


def find_dossier(show: Show, folder: Path, why: str) -> Dossier | None:
    """Return what dossier.json kept of an episode, with what was decided since; None if there is none.

    Args:
        why: It is asked for.

    Raises:
        ConfigError: The episode's record cannot be read.
        PublishError: dossier.json cannot be read.
    """
    path = folder / DOSSIER_FILE
    try:
        kept = from_json(Dossier, path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, RecordError) as error:
        raise PublishError(f"{path} cannot be read: {error}", hint="Build the episode again.") from error
    decided = load_record(folder)
    approval = decided.approval(kept.audio)
    now = replace(kept, approval=approval, corrections=decided.corrections, entries=decided.entries)
    return _by_clock(replace(now, folder=folder, kept=why), show)


def _by_clock(dossier: Dossier, show: Show) -> Dossier:
    """Return a dossier with all its times by the show's clock, or this machine's."""

    def shown(moment: datetime) -> datetime:
        return show.podcast.by_its_clock(moment if show.podcast.timezone else moment.astimezone())

    return replace(
        dossier,
        date=shown(dossier.date),
        time_stamped=dossier.time_stamped and shown(dossier.time_stamped),
        approval=dossier.approval and replace(dossier.approval, at=shown(dossier.approval.at)),
        corrections=tuple(replace(each, at=shown(each.at)) for each in dossier.corrections),
        entries=tuple(replace(each, at=shown(each.at)) for each in dossier.entries),
    )


def keep_dossier(show: Show, dossier: Dossier) -> None:
    """Write a dossier beside the episode's record.

    Raises:
        StorageError: The disk refused.
    """
    path = dossier.folder / DOSSIER_FILE
    refuse_links(show.folder, path)
    tidy_up(dossier.folder)
    write_atomically(path, to_json(replace(dossier, folder=Path(dossier.folder.name)), 1) + "\n")
