"""Settings, facts, article, script, files -> one digest: equal digests mean equal episodes.

It depends only on contents, never on a file's time or place, so a show that was copied, restored or moved needs no
build.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.files import digest, file_digest, is_file
from ki_briefing.base.records import to_json
from ki_briefing.show.notify import Notify
from ki_briefing.show.settings import Approval, Intake, Listening, Storage
from ki_briefing.sound import VERSION as SOUND
from ki_briefing.voice import VERSION as SPEECH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ki_briefing.model.episode import Correction
    from ki_briefing.model.text import Article, Script
    from ki_briefing.show.settings import EpisodeFacts, Show

VERSION = "episode 6"
"""Must be increased whenever the same inputs begin to give other files beside the MP3, or another tag; a test checks
that. Sound and speech have versions of their own."""


def own_files(show: Show) -> tuple[str, ...]:
    """Return the names of the show's own files that episodes are made from, relative to its folder."""
    jingles, signing = show.jingles, show.signing
    music = (jingles.ident, jingles.stinger, jingles.outro, jingles.bed)
    named = (show.podcast.cover, *music, signing.key, signing.certificate)
    return tuple(name for name in named if name and is_file(show.folder / name))


def digest_inputs(
    show: Show,
    facts: EpisodeFacts,
    article: Article,
    script: Script,
    pictures: Iterable[Path],
    corrections: Iterable[Correction] = (),
) -> str:
    """Return the digest.

    Args:
        pictures: Files of the article's pictures.
        corrections: Of what was on air.

    Raises:
        StorageError: A file cannot be read.
    """
    signing = show.signing
    files = (show.folder / name for name in own_files(show))
    heard = replace(  # none of these makes another episode
        show,
        folder=Path(),
        storage=Storage(),
        listening=Listening(),
        notify=Notify(),
        targets=(),
        feeds=(),
        intake=Intake(),
        publication=replace(show.publication, approval=Approval.NONE),
        signing=replace(signing, timestamp_url="any" if signing.timestamp_url else ""),
        podcast=replace(show.podcast, imprint_url="", responsible="", contact_url=""),
    )
    facts = replace(facts, origin="", came_as="")
    values = (heard, facts, replace(article, published=None), script, tuple(corrections))
    return digest(VERSION, SOUND, SPEECH, *map(to_json, values), *map(file_digest, (*pictures, *files)))
