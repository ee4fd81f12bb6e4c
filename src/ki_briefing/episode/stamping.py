"""A finished episode whose signature has no time stamp -> the same with it; its sound stays, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ki_briefing.base.errors import AuthorityOffline
from ki_briefing.base.files import write_atomically
from ki_briefing.base.staging import staged
from ki_briefing.episode.assets import measure_alternate, measure_asset
from ki_briefing.episode.built import BUILD_FILE, measured_anew, read_record, write_record
from ki_briefing.episode.finish import load_show_signer
from ki_briefing.episode.provenance import stamp
from ki_briefing.episode.release import RELEASE_FILE, read_release, release_json
from ki_briefing.episode.snippets import update_snippets
from ki_briefing.show.record import Deed, Entry, note_deeds

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.show.settings import Show


def stamp_built(show: Show, built: Path, *, now: datetime) -> bool:
    """Add the time stamp that an episode lacks; call it under the episode's lock.

    Whoever approved the episode, or let it pass by force, heard this very sound, so that holds for the new file too.

    Returns:
        Whether it has its stamp now; if not, the authority is still away.

    Raises:
        PublishError: It was signed with another key, or is not built.
        StorageError: The disk refused.
    """
    signer = load_show_signer(show)
    record, before = read_record(built), read_release(built / RELEASE_FILE)
    if signer is None:
        return False
    try:
        with staged(built, last=(RELEASE_FILE, BUILD_FILE)) as folder:
            audio = folder / before.audio.name
            stamp(built / audio.name, signer, audio)
            formats = (measure_alternate(audio, before.episode), *before.alternates[1:]) if before.alternates else ()
            release = replace(before, audio=measure_asset(audio), alternates=formats)
            write_atomically(folder / RELEASE_FILE, release_json(release))
            write_record(folder, measured_anew(folder, replace(record, unstamped=""), [RELEASE_FILE]))
            entry = Entry(Deed.STAMPED, now, audio=release.audio.digest, note=before.audio.digest)
            note_deeds(show, built.parent, entry)
    except AuthorityOffline:
        return False
    update_snippets(show, built)
    return True
