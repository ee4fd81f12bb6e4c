"""Who may write what: one lock for what a show shares, one for each episode, one for the unattended run.

The show's lock is held only to number an episode and to publish; an episode's while it is built and while its files
are copied; so neither stops the other. What is locked stays locked until the process ends, however it ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.base.files import lock, refuse_links

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from ki_briefing.show.settings import Show


def show_lock(show: Show, *, patience: float = 0.0) -> AbstractContextManager[None]:
    """Return the lock of whoever gives out a number, or writes the public folder; wait so many seconds for it."""
    _refuse_links(show)
    return lock(show.cache / "lock", str(show.folder), patience=patience)


def episode_lock(show: Show, built: Path) -> AbstractContextManager[None]:
    """Return the lock of whoever writes an episode's built folder, or needs it to stay as it is."""
    _refuse_links(show)
    name = "-".join(built.relative_to(show.folder).parts)
    return lock(show.cache / "locks" / name, str(built.parent))


def run_lock(show: Show) -> AbstractContextManager[None]:
    """Return the lock of the unattended run."""
    _refuse_links(show)
    return lock(show.cache / "run", str(show.folder))


def _refuse_links(show: Show) -> None:
    refuse_links(show.folder, show.cache / "locks")
