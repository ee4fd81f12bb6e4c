"""A finished episode, its record -> Dossier: what a regulator or a reader may ask of it, in one piece.

It is kept as dossier.json beside record.toml, so that it stays with the folder when the program is long gone.
"""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.files import refuse_links, write_atomically
from ki_briefing.base.records import to_json
from ki_briefing.episode.built import read_record
from ki_briefing.episode.provenance import is_signed, is_stamped
from ki_briefing.model.episode import Correction
from ki_briefing.model.text import Omission
from ki_briefing.show.reading import DOSSIER_FILE
from ki_briefing.show.record import RECORD_FILE, Deed, Entry, load_record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ki_briefing.model.episode import Release, VoicePart
    from ki_briefing.show.settings import Show

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
        return cls(
            voice=part.voice,
            kind=part.kind,
            engine=part.engine,
            fingerprint=part.fingerprint,
            licence=part.licence,
            credit=part.credit,
            consent=part.consent,
            instead_of=part.instead_of,
        )

    def __str__(self) -> str:
        parts = (self.kind, self.fingerprint, self.licence, f"consent: {self.consent}" if self.consent else "")
        instead = f", instead of {self.instead_of}" if self.instead_of else ""
        return f"{self.voice} ({'; '.join(filter(None, parts))}){instead}"


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a newsroom shows of an episode.

    Attributes:
        article_digest: SHA-256 of the article's file, in hexadecimal.
        verbatim: People wrote it, as the show says, and nothing of it was changed to be read.
        audio: SHA-256 of the MP3 as it is built now, in hexadecimal.
        notice: What tells that a machine speaks.
        notice_spoken: It is heard.
        notice_at: When the sentence begins with which it begins [s]; None: it is not heard.
        notice_reason: Why it is switched off; empty: it is not.
        voice: Whose voices are heard, and their licences, as the notes say it.
        voices: The same, voice by voice.
        digital_source_type: How the voices came to be, in the IPTC's vocabulary.
        signed: The MP3 carries a signed C2PA manifest; ``verify`` says whether it is intact.
        time_stamp: ``yes``, ``none``, or why it is still missing.
        mark: Id of the key in the sound's inaudible mark; empty: it has none.
        license: Of the podcast.
        version: Of the program that built it; empty: one before 0.3.
        omitted: What was written but is not spoken, and why.
        approval: Who let these bytes go on air; None: nobody was asked.
        corrections: What listeners were told of corrections.
        entries: Everything that was decided, oldest first.
    """

    folder: Path
    title: str
    number: int
    guid: str
    date: datetime
    article: str
    article_digest: str
    verbatim: bool
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

    def __str__(self) -> str:
        place = "NOT SPOKEN" if self.notice_at is None else f"spoken at {self.notice_at:.1f} s"
        why = f" ({self.notice_reason})" if self.notice_reason else ""
        lines = (
            f"{self.folder}: {self.title} (number {self.number})",
            f"  guid: {self.guid}",
            f"  date: {self.date.isoformat(' ', 'minutes')}",
            f"  article: {self.article or 'no address'}{', read word for word' if self.verbatim else ''}",
            f"  article, SHA-256: {self.article_digest}",
            f"  MP3, SHA-256: {self.audio}",
            f"  notice, {place}{why}: {self.notice or 'none'}",
            *(f"  voice: {each}" for each in self.voices),
            f"  credit: {self.voice or 'none'}",
            f"  digital source type: {self.digital_source_type}",
            f"  provenance: {'signed (C2PA)' if self.signed else 'not signed'}",
            f"  time stamp: {self.time_stamp}",
            f"  mark in the sound: {self.mark or 'none'}",
            f"  licence: {self.license or 'none named'}",
            f"  built by: ki-briefing {self.version}".rstrip(),
            f"  approval: {self.approval or 'none'}",
            *(f"  not spoken ({each.reason}): {' '.join(each.text.split())}" for each in self.omitted),
            *(f"  {each}" for each in self.entries),
        )
        return "\n".join(lines)


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
    start, stamped = episode.notice_start, is_stamped(audio)
    return Dossier(
        folder=folder,
        title=episode.title,
        number=episode.number,
        guid=episode.guid,
        date=episode.date,
        article=episode.article_url,
        article_digest=episode.article_digest,
        verbatim=episode.verbatim,
        audio=release.audio.digest,
        notice=episode.notice,
        notice_spoken=start is not None,
        notice_at=None if start is None else start / 1000,
        notice_reason=show.frames.notice_reason if show.frames.is_silent else "",
        voice=episode.voice_credit,
        voices=tuple(map(SpeakingVoice.of, record.voices)),
        digital_source_type=episode.digital_source_type,
        signed=is_signed(audio),
        time_stamp="yes" if stamped else record.unstamped or "none",
        mark=record.mark,
        license=show.podcast.license,
        version=record.version,
        omitted=record.omitted,
        approval=decided.approval(release.audio.digest),
        corrections=decided.corrections,
        entries=decided.entries,
    )


def keep_dossier(show: Show, dossier: Dossier) -> None:
    """Write a dossier beside the episode's record.

    Raises:
        StorageError: The disk refused.
    """
    path = dossier.folder / DOSSIER_FILE
    refuse_links(show.folder, path)
    write_atomically(path, to_json(replace(dossier, folder=Path(dossier.folder.name)), 1) + "\n")


def is_outdated(folder: str) -> bool:
    """Tell whether something was decided of an episode after its dossier was written; only time stamps are read."""
    return _written(f"{folder}/{DOSSIER_FILE}") < _written(f"{folder}/{RECORD_FILE}")


def _written(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 - 20,000 of them a run
    except OSError:
        return 0


def to_csv(dossiers: Iterable[Dossier]) -> str:
    """Return dossiers as a table with a line for each, for a spreadsheet (RFC 4180)."""
    text = io.StringIO()
    rows = [_row(each) for each in dossiers]
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else ())
    if rows:
        writer.writeheader()
    writer.writerows({key: _harmless(str(value)) for key, value in row.items()} for row in rows)
    return text.getvalue()


def _row(dossier: Dossier) -> dict[str, object]:
    aired = [each.at.isoformat() for each in dossier.entries if each.deed is Deed.AIRED]
    return {
        "number": dossier.number,
        "date": dossier.date.isoformat(),
        "title": dossier.title,
        "guid": dossier.guid,
        "folder": dossier.folder.name,
        "article": dossier.article,
        "article_sha256": dossier.article_digest,
        "verbatim": dossier.verbatim,
        "mp3_sha256": dossier.audio,
        "notice": dossier.notice,
        "notice_at": "" if dossier.notice_at is None else dossier.notice_at,
        "notice_reason": dossier.notice_reason,
        "voices": " | ".join(map(str, dossier.voices)),
        "credit": dossier.voice,
        "digital_source_type": dossier.digital_source_type,
        "signed": dossier.signed,
        "time_stamp": dossier.time_stamp,
        "mark": dossier.mark,
        "not_spoken": len(dossier.omitted),
        "approved_by": dossier.approval.by if dossier.approval else "",
        "aired": aired[0] if aired else "",
        "corrections": len(dossier.corrections),
        "license": dossier.license,
        "version": dossier.version,
    }


def _harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: titles may be a stranger's."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
