"""All built episodes -> the public folder: feed and site, under the show's lock, as far as the gate lets them pass."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from ki_briefing.base.errors import BriefingError, ConfigError
from ki_briefing.base.files import look_at
from ki_briefing.episode.addresses import Addresses
from ki_briefing.episode.built import read_record
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.publication.drafts import publish_draft, put_draft, sweep_drafts
from ki_briefing.publication.embargo import read_embargo
from ki_briefing.publication.gate import require_address
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.catalogue import episode_names
from ki_briefing.show.lock import episode_lock, show_lock
from ki_briefing.show.reading import DOSSIER_FILE, RECORD_FILE
from ki_briefing.show.record import load_record
from ki_briefing.show.workspace import BUILT, find_show, open_workspace

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.model.finding import Finding
    from ki_briefing.publication.gate import Embargo
    from ki_briefing.publication.report import Publication
    from ki_briefing.show.settings import Show

_PATIENCE = 30.0  # seconds to wait for somebody else's build or publication


def publish_show(
    folder: Path,
    *,
    now: datetime,
    held: frozenset[Path] = frozenset(),
    patience: float = 0.0,
    inspection: Inspection | None = None,
    forced_by: str = "",
) -> Publication:
    """Bring the public folder of a show up to date.

    Args:
        now: The present, with its time zone.
        held: Folders of episodes that must not go on air as they are now; their public version stays.
        patience: How long to wait for another publication [s].
        inspection: Knows what was checked already; None: nothing was.
        forced_by: Who lets pass what the check does not; empty: nobody.

    Raises:
        ConfigError: There is no show, or it has no address to be published at.
        Locked: Another ki-briefing is numbering or publishing.
        StorageError: The disk refused; what is public is as valid as before.
    """
    show = find_show(folder)
    with show_lock(show, patience=patience):
        names = episode_names(show.folder)
        built = (f"{show.folder}/{name}/{BUILT}" for name in names)
        done = publish_site(
            show,
            built,
            FolderTarget(show.public),
            now=int(now.timestamp()),
            held={episode / BUILT for episode in held},
            inspector=inspection or Inspection(),
            forced_by=forced_by,
        )
        sweep_drafts(show, now)
        for name in names:
            if _is_undocumented(f"{show.folder}/{name}"):
                _keep_dossier(show, show.folder / name)
    return done


def show_draft(path: Path, *, now: datetime) -> str:
    """Give a built episode that is not on air yet a secret address in the public folder, and return it.

    Raises:
        ConfigError: It is no episode of a show, was withdrawn, or the show has no address.
        Locked: Another ki-briefing is publishing, or building the episode.
        PublishError: It is not built, or not whole.
        StorageError: The disk refused.
    """
    show, built = _of_a_show(path)
    require_address(show)
    with show_lock(show, patience=_PATIENCE), episode_lock(show, built, patience=_PATIENCE):
        page = publish_draft(show, built, FolderTarget(show.public), now)
    return Addresses.of(show.publication.base_url).url(page)


def write_draft(path: Path, folder: Path) -> str:
    """Put a built episode's page and sound into a folder, for a preview, and return the path of the page's folder.

    Raises:
        BriefingError: As in ``show_draft``.
    """
    show, built = _of_a_show(path)
    with episode_lock(show, built, patience=_PATIENCE):
        return put_draft(show, built, FolderTarget(folder))


def _of_a_show(path: Path) -> tuple[Show, Path]:
    workspace = open_workspace(path)
    if workspace.bare:
        raise ConfigError(f"{path} is no episode of a show", hint="Name an episode's folder.")
    return workspace.show, workspace.built


def _keep_dossier(show: Show, episode: Path) -> None:
    """Write down what is to be known of an episode of which something was decided.

    If it cannot be told now, e.g. because it is being built, the next publication writes it.
    """
    from ki_briefing.episode.dossier import compile_dossier, keep_dossier

    built = episode / BUILT
    with contextlib.suppress(BriefingError), episode_lock(show, built):
        read_record(built)  # all that is read where an older version built it
        keep_dossier(show, compile_dossier(show, episode, read_release(built / RELEASE_FILE)))


def _is_undocumented(episode: str) -> bool:
    """Tell whether something was decided of an episode after its dossier was written; only time stamps are read."""
    record = look_at(f"{episode}/{RECORD_FILE}")
    dossier = look_at(f"{episode}/{DOSSIER_FILE}") if record else None
    return record is not None and (dossier is None or dossier.st_mtime_ns < record.st_mtime_ns)


class Inspection:
    """What the gate asks of articles and sounds; nothing is measured twice in one process."""

    def __init__(self) -> None:
        self._failures: dict[tuple[Path, str], tuple[Finding, ...]] = {}

    def embargo(self, episode: Path) -> Embargo | None:
        """Return the wish of an episode's article as it is now.

        Raises:
            BriefingError: The article cannot be read.
        """
        workspace = open_workspace(episode)
        return read_embargo(workspace.article, workspace.show)

    def failures(self, episode: Path) -> tuple[str, ...]:
        """Return what does not let a built episode pass the check, in words."""
        return tuple(f"{each.name}: {each.value}" for each in self.failed(episode))

    def failed(self, episode: Path) -> tuple[Finding, ...]:
        """Return the findings that do not let a built episode pass the check; none if somebody put it on air by force.

        Raises:
            BriefingError: It cannot be checked.
        """
        from ki_briefing.check import check_episode
        from ki_briefing.model.finding import Mark

        key = episode, read_release(episode / BUILT / RELEASE_FILE).audio.digest
        if key not in self._failures:
            forced = load_record(episode).was_forced(key[1])
            findings = () if forced else check_episode(episode).findings
            self._failures[key] = tuple(each for each in findings if each.mark is Mark.FAIL)
        return self._failures[key]
