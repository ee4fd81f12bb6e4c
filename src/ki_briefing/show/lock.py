"""Who may write: one lock for what a whole show shares, one for each episode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.base.files import lock, sweep_leftovers

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ki_briefing.show.settings import Show
    from ki_briefing.show.workspace import Workspace


def show_lock(show: Show) -> AbstractContextManager[None]:
    """Return the show's lock, to be held by whoever writes in its folder."""
    return lock(show.cache / "lock")


def sweep(workspace: Workspace) -> None:
    """Delete what a killed run left in the folders that a build writes; call it under the lock."""
    for folder in (workspace.show.cache, workspace.built.parent):
        sweep_leftovers(folder)
