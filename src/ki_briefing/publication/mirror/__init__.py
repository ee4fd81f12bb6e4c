"""Public folder -> the show's targets: files, then pages, then the feed; then what is public no more is deleted.

The public folder is the truth. What a target holds is known, so only what changed is sent; a folder is looked at, too.
A mirror that is killed leaves a valid publication at the target, and the next one goes on. It holds no lock of the
show: meanwhile anybody may publish, and the mirror starts over with what is public then.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.base import files
from ki_briefing.base.errors import BriefingError, ConfigError, LibraryMissing, PublishError
from ki_briefing.base.hints import quoted
from ki_briefing.episode.addresses import FEED_PATH, Addresses
from ki_briefing.publication.feed import is_page_path, podcast_guid
from ki_briefing.publication.mirror.folder import FolderSpace
from ki_briefing.publication.mirror.lock import TargetLock
from ki_briefing.publication.mirror.memory import MirrorMemory
from ki_briefing.publication.mirror.public_files import find_public, headers, rank, read_public
from ki_briefing.show.catalogue import episode_names
from ki_briefing.show.reading import load_episode
from ki_briefing.show.record import load_record
from ki_briefing.show.targets import Kind

if TYPE_CHECKING:
    from ki_briefing.publication.mirror.web_space import WebSpace
    from ki_briefing.show.settings import Show
    from ki_briefing.show.targets import MirrorTarget

_ROUNDS = 20  # how often a mirror starts over because somebody publishes meanwhile
_MANY = 100  # files; to delete so many, and more than half of all, is taken for a mistake


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What was done to a target.

    Attributes:
        target: Its name.
        written: Paths of the files put there, in order.
        removed: Paths of the files deleted there.
        left_out: Paths of public files that cannot be mirrored: links, names with other signs than ASCII's.
        error: Why it is not up to date; None: it is.
    """

    target: str
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    error: BriefingError | None = None


def mirror_show(show: Show, *, look: bool = False) -> tuple[Mirrored, ...]:
    """Bring all targets of a show up to date; one that fails does not hold up the others.

    Args:
        look: Also ask those targets for which there seems to be nothing to do.
    """
    return tuple(_Mirror(show, target).work(look=look) for target in show.targets)


def open_space(show: Show, target: MirrorTarget) -> WebSpace:
    """Return a target, ready to be connected to.

    Raises:
        ConfigError: A secret is missing.
        LibraryMissing: What speaks to it is not installed.
    """
    if target.kind is Kind.FOLDER:
        folder = show.folder / target.folder
        there, here = folder.resolve(), show.public.resolve()
        if there.is_relative_to(here) or here.is_relative_to(there):
            raise ConfigError(f"{target.place} and the public folder lie in each other", hint="Name another place.")
        return FolderSpace(folder)
    if target.kind is Kind.SFTP:
        try:
            from ki_briefing.publication.mirror.sftp import SftpSpace
        except ModuleNotFoundError as error:
            raise LibraryMissing("paramiko, which speaks to SFTP servers, is not installed", extra="sftp") from error
        return SftpSpace(target, show.folder)
    try:
        from ki_briefing.publication.mirror.s3 import S3Space
    except ModuleNotFoundError as error:
        raise LibraryMissing("obstore, which speaks to buckets, is not installed", extra="s3") from error
    return S3Space(target)


class _Changed(Exception):
    """Somebody has published meanwhile."""


class _Mirror:
    """One update of one target."""

    def __init__(self, show: Show, target: MirrorTarget) -> None:
        self._show, self._target = show, target
        self._written: list[str] = []
        self._removed: list[str] = []
        self._left_out: tuple[str, ...] = ()

    def work(self, *, look: bool) -> Mirrored:
        """Bring it up to date, or say why not."""
        name, error = self._target.name, None
        guid = podcast_guid(self._show.podcast, Addresses.of(self._show.publication.base_url))
        try:
            with (
                files.lock(self._show.cache / "mirrors" / f"{name}.lock", f"target '{name}'"),
                MirrorMemory(self._show.cache / "mirrors" / f"{name}.sqlite", repr(self._target), guid) as memory,
            ):
                self._find(memory)
                if look or not memory.is_settled or self._altered(memory):
                    with (
                        open_space(self._show, self._target) as space,
                        TargetLock(space, name, self._show.folder) as lock,
                    ):
                        memory.read_ledger(space)
                        memory.begin(self._altered(memory, space))
                        self._bring_up_to_date(memory, space, lock)
        except BriefingError as caught:
            error = caught
        return Mirrored(name, tuple(self._written), tuple(self._removed), self._left_out, error)

    def _altered(self, memory: MirrorMemory, space: WebSpace | None = None) -> tuple[str, ...]:
        """Return what the target has lost: all of it in a folder, where looking costs no request; elsewhere the feed.

        Args:
            space: The target, if it is open.
        """
        if self._target.kind is Kind.FOLDER:
            return memory.altered(self._show.folder / self._target.folder)
        held = memory.held(FEED_PATH)
        seen = space.read(FEED_PATH) if space and held else None
        is_lost = space is not None and (seen is None or hashlib.sha256(seen.content).hexdigest() != held)
        return (FEED_PATH,) if held and is_lost else ()

    def _find(self, memory: MirrorMemory) -> None:
        for _ in range(_ROUNDS):
            before = self._feed_stamp()
            found, self._left_out = find_public(self._show.public, memory.known())
            if self._feed_stamp() == before:  # so the feed names nothing that was published after we looked
                break
        memory.note_public(found)

    def _feed_stamp(self) -> tuple[str, ...]:
        return tuple(files.stamp(str(path)) for path in sorted(self._show.public.glob("feed*.xml")))

    def _bring_up_to_date(self, memory: MirrorMemory, space: WebSpace, lock: TargetLock) -> None:
        for _ in range(_ROUNDS):
            missing, surplus = memory.missing(), memory.surplus()
            self._refuse_loss(surplus, memory.count())
            if missing or surplus:
                memory.begin((*missing, *surplus))
                memory.write_ledger(space, finished=False)
            try:
                self._put(missing, memory, space, lock)
            except _Changed:
                self._find(memory)
                continue
            for path in surplus:
                space.delete(path)
                memory.note_deleted(path)
                self._removed.append(path)
            memory.write_ledger(space, finished=True)
            return
        raise PublishError(
            "the public folder changed again and again while it was mirrored", hint="Run the same command again."
        )

    def _refuse_loss(self, surplus: tuple[str, ...], count: int) -> None:
        """Raise PublishError if files would be deleted there that only this machine has lost.

        Args:
            count: How many files the target holds.
        """
        if len(surplus) > max(_MANY, count / 2):
            raise PublishError(
                f"{len(surplus)} of {count} files would be deleted there: is {self._show.public} whole?",
                hint="If that is meant, empty the target by hand, with its folder .ki-briefing.",
            )
        sounds = {path for path in surplus if path.endswith(".mp3")}
        for name in episode_names(self._show.folder) if sounds else ():
            folder = self._show.folder / name
            with contextlib.suppress(ConfigError):  # of which publishing says what is wrong
                record = load_record(folder)
                sound = record.enclosure or f"{load_episode(folder).slug}.mp3"
                if sound in sounds and not record.left_air:
                    raise PublishError(
                        f"{folder} is on air there, but {sound} is not in {self._show.public} any more",
                        hint=f"Run: ki-briefing build {quoted(folder)}; "
                        f"to take it off the air: ki-briefing withdraw {quoted(folder)}",
                    )

    def _put(self, missing: dict[str, str], memory: MirrorMemory, space: WebSpace, lock: TargetLock) -> None:
        """Send files, pages and feed, in this order, and new pages before those that lead to them."""
        is_confirmed = False
        for path in sorted(missing, key=rank):
            if lock.is_old:
                lock.confirm()
                memory.write_ledger(space, finished=False)
            elif is_page_path(path) and not is_confirmed:
                lock.confirm()
                is_confirmed = True
            content = read_public(self._show.public, path)
            if content is None or hashlib.sha256(content).hexdigest() != missing[path]:
                raise _Changed
            space.put(path, content, headers(path))
            memory.note_put(path, missing[path])
            self._written.append(path)
