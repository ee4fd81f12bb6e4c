"""Dossiers -> a table with a line for each episode, as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from ki_briefing.episode.dossier import Dossier
from ki_briefing.show.record import Deed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ki_briefing.episode.dossier import Unbuilt

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(episodes: Iterable[Dossier | Unbuilt]) -> str:
    """Return a table with a line for each, for a spreadsheet (RFC 4180, but lines end as elsewhere here: in LF)."""
    text = io.StringIO()
    rows = [_row(each) if isinstance(each, Dossier) else _row_of_unbuilt(each) for each in episodes]
    columns = max(rows, key=len, default={})
    writer = csv.DictWriter(text, fieldnames=list(columns), lineterminator="\n")
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
        "verbatim": "" if dossier.verbatim is None else dossier.verbatim,
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
        "written_by": dossier.written_by,
        "reminders_at": " | ".join(map(str, dossier.reminders_at)),
        "time_stamped": dossier.time_stamped.isoformat() if dossier.time_stamped else "",
        "time_authority": dossier.time_authority,
        "state": f"kept: {dossier.kept}" if dossier.kept else "built",
    }


def _row_of_unbuilt(episode: Unbuilt) -> dict[str, object]:
    return {
        "number": episode.number,
        "date": episode.date.isoformat(),
        "guid": episode.guid,
        "folder": episode.folder.name,
        "state": f"not built: {episode.unbuilt}",
    }


def _harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: titles may be a stranger's."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
