"""All built episodes -> the public folder: feed and site, under the show's lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.catalogue import episode_names
from ki_briefing.show.lock import show_lock
from ki_briefing.show.workspace import BUILT, find_show

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.publication.publisher import Publication


def publish_show(
    folder: Path, *, now: datetime, held: frozenset[Path] = frozenset(), patience: float = 0.0
) -> Publication:
    """Bring the public folder of a show up to date.

    Args:
        now: The present, with its time zone; episodes with a later date wait.
        held: Folders of episodes that must not go on air as they are now; their public version stays.
        patience: How long to wait for another publication [s].

    Raises:
        ConfigError: There is no show, or it has no address to be published at.
        Locked: Another ki-briefing is numbering or publishing.
        StorageError: The disk refused; what is public is as valid as before.
    """
    show = find_show(folder)
    with show_lock(show, patience=patience):
        built = (f"{show.folder}/{name}/{BUILT}" for name in episode_names(show.folder))
        unfit = {episode / BUILT for episode in held}
        return publish_site(show, built, FolderTarget(show.public), now=int(now.timestamp()), held=unfit)
