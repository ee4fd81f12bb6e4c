"""Show -> locks: one for what its episodes share, one per episode, one for the unattended run.

The show's lock is held to number an episode and to publish; an episode's lock while it is built and while its files
are copied. So a build does not stop a publication, nor the other way round. A lock never outlives its process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.base.errors import Locked
from ki_briefing.base.files import lock, refuse_links

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from ki_briefing.show.settings import Show


def show_lock(show: Show, *, patience: float = 0.0) -> AbstractContextManager[None]:
    """Return the lock for numbering an episode and for publishing; ``patience`` is how long to wait for it [s]."""
    _refuse_links(show)
    return lock(show.cache / "lock", str(show.folder), patience=patience)


def episode_lock(show: Show, built: Path, *, patience: float = 0.0) -> AbstractContextManager[None]:
    """Return the lock for writing an episode's built folder, and for reading it while it must not change."""
    _refuse_links(show)
    name = "-".join(built.relative_to(show.folder).parts)
    return lock(show.cache / "locks" / name, str(built.parent), patience=patience)


def record_lock(show: Show, episode: Path, *, patience: float = 0.0) -> AbstractContextManager[None]:
    """Return the lock for adding to an episode's record; nobody holds it for longer than one writing takes."""
    _refuse_links(show)
    return lock(show.cache / "locks" / f"{episode.name}-record", f"the record of {episode}", patience=patience)


def is_building(show: Show) -> bool:
    """Tell whether an episode is being built, or its files copied, just now."""
    _refuse_links(show)
    try:
        for path in (show.cache / "locks").glob("*"):
            with lock(path, str(show.folder)):
                pass
    except Locked:
        return True
    return False


def run_lock(show: Show) -> AbstractContextManager[None]:
    """Return the lock of the unattended run."""
    _refuse_links(show)
    return lock(show.cache / "run", str(show.folder))


def moving_lock(show: Show) -> AbstractContextManager[None]:
    """Return the lock for fetching what the host before has."""
    _refuse_links(show)
    return lock(show.cache / "moving", str(show.folder))


def _refuse_links(show: Show) -> None:
    refuse_links(show.folder, show.cache / "locks")
