"""A built folder -> its snippets for the article as they should be now: empty while the episode is withdrawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ki_briefing.base.files import file_digest, write_atomically
from ki_briefing.base.records import to_json
from ki_briefing.episode.addresses import Addresses
from ki_briefing.episode.backlink import write_snippets
from ki_briefing.episode.built import BUILD_FILE, read_record
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.model.episode import Output
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
    texts = {
        each.name: "" if decided.withdrawal else each.text
        for each in write_snippets(release, show.podcast, Addresses.of(show.publication.base_url))
    }
    outputs = []
    for output in record.unpublished:
        if output.name in texts:
            write_atomically(built / output.name, texts[output.name])
            outputs.append(Output(output.name, file_digest(built / output.name)))
        else:
            outputs.append(output)
    if tuple(outputs) != record.unpublished:
        write_atomically(built / BUILD_FILE, to_json(replace(record, unpublished=tuple(outputs)), indent=1))
