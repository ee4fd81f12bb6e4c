"""A built folder -> its snippets for the article as they should be now: empty while the episode is withdrawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ki_briefing.base.files import write_atomically
from ki_briefing.episode.addresses import Addresses
from ki_briefing.episode.backlink import write_snippets
from ki_briefing.episode.built import measured_anew, read_record, write_record
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.show.record import load_record

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.show.settings import Show


def update_snippets(show: Show, built: Path) -> None:
    """Write the snippets of a finished episode anew; call it under the episode's lock.

    Raises:
        PublishError: The episode is not built.
        StorageError: The disk refused.
    """
    decided = load_record(built.parent)
    release, record = read_release(built / RELEASE_FILE), read_record(built)
    release = replace(release, enclosure=decided.enclosure)
    known = {output.name for output in record.unpublished}
    snippets = write_snippets(release, show.podcast, Addresses.of(show.publication.base_url))
    for snippet in snippets:
        if snippet.name in known:
            write_atomically(built / snippet.name, "" if decided.withdrawal else snippet.text)
    after = measured_anew(built, record, [snippet.name for snippet in snippets])
    if after != record:
        write_record(built, after)
