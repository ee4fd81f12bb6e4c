"""An episode's folder -> Unit, all that a worker needs to build it; what a worker sends back -> the built folder.

A unit holds files as bytes, so a worker needs no show of its own. It has everything that was decided once (number,
date, guid, slug), so the result is the same wherever it is built. Secrets do not travel: an engine's key stands in the
worker's environment, and a signing key leaves this machine only where the connection is encrypted.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing import __version__
from ki_briefing.base.errors import BriefingError, Exit, PublishError
from ki_briefing.base.files import is_temporary, refusals, refuse_links, write_atomically
from ki_briefing.base.staging import staged
from ki_briefing.base.toml import with_values
from ki_briefing.episode.built import BUILD_FILE, find_built, names_in, read_record
from ki_briefing.episode.inputs import own_files
from ki_briefing.episode.release import RELEASE_FILE
from ki_briefing.show.reading import SHOW_FILE
from ki_briefing.show.workspace import BUILT, LEXICON_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ki_briefing.episode.built import Built
    from ki_briefing.show.settings import Show
    from ki_briefing.voice.spending import Forecast


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that travels; its name is relative to the show's folder, or to the built folder on its way back."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Unit:
    """What a worker needs to build one episode.

    Attributes:
        folder: Name of the episode's folder.
        files: The show's and the episode's, as far as a build reads them.
        home: The show's folder where it is at home, for messages.
        room: Folder for the worker's temporary files and for what it has built, on the machine that conducts; empty:
            the worker is elsewhere, and the files come back as bytes.
        version: Of the program that made the unit; no other builds it.
    """

    folder: str
    files: tuple[Enclosed, ...]
    home: str
    room: str = ""
    version: str = __version__


@dataclass(frozen=True, slots=True)
class Failure:
    """An error on its way back from a worker.

    Attributes:
        passing: Neither the article nor a setting is at fault, so it is worth another try.
    """

    message: str
    hint: str
    exit_code: Exit
    passing: bool = False

    @classmethod
    def of(cls, error: BriefingError, *, there: Path | None = None, home: str = "") -> Failure:
        """Return an error; paths below ``there`` are told as they are at ``home``."""
        texts = (error.message, error.hint)
        message, hint = (text.replace(str(there), home) for text in texts) if there else texts
        return cls(message, hint, error.exit_code, error.passing)

    @property
    def error(self) -> BriefingError:
        """The error again."""
        error = BriefingError(self.message, self.hint)
        error.exit_code, error.passing = Exit(self.exit_code), self.passing
        return error


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a unit.

    Attributes:
        folder: Name of the episode's folder.
        files: Of the built folder; none if it failed, or if they are in ``place``.
        place: Folder in the unit's room that holds them; a worker that is killed while it sends megabytes would stop
            the standard library's pool for ever.
        built: What the build returned; its paths are the worker's.
        failed: What does not let it pass the check, in words; what to do about it.
        seconds: How long the worker took [s].
        worker: Host and process.
    """

    folder: str
    files: tuple[Enclosed, ...] = ()
    place: str = ""
    built: Built | None = None
    failed: tuple[str, ...] = ()
    advice: str = ""
    error: Failure | None = None
    seconds: float = 0.0
    worker: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a unit would need.

    Attributes:
        characters: Of what is said.
        voices: What each voice says of them that costs something, and what of it is not there yet.
        unspoken: Of ``characters``, those that are in no store yet.
    """

    folder: str
    characters: int = 0
    unspoken: int = 0
    voices: tuple[Forecast, ...] = ()
    error: Failure | None = None


def worker_died() -> BriefingError:
    """Return what to say of a unit over which workers died."""
    return BriefingError(
        "its worker died over it, and so did another one",
        hint="Is there enough memory? Build it by hand to see why.",
    )


def pack_show(show: Show, *, shared: str = "") -> tuple[Enclosed, ...]:
    """Return the files of a show that builds read.

    Args:
        shared: Where its workers share what they have spoken, if the show does not say so.

    Raises:
        StorageError: One cannot be read.
    """
    names = (SHOW_FILE, LEXICON_FILE, *dict.fromkeys(own_files(show)))
    files = [_enclosed(show.folder, name) for name in names if (show.folder / name).is_file()]
    if shared and not show.storage.shared:
        files[0] = _sharing(files[0], shared)
    return tuple(files)


def sharing(unit: Unit, shared: str) -> Unit:
    """Return a unit whose worker shares what it speaks there, whatever the show says; empty: nowhere."""
    return replace(unit, files=(_sharing(unit.files[0], shared), *unit.files[1:]))


def _sharing(settings: Enclosed, shared: str) -> Enclosed:
    text = with_values(settings.content.decode("utf-8-sig"), "storage", {"shared": shared})
    return Enclosed(SHOW_FILE, text.encode())


def pack(
    show: Show, folder: Path, of_show: tuple[Enclosed, ...], *, room: str = "", instead: Enclosed | None = None
) -> Unit:
    """Return an episode as a unit.

    Args:
        of_show: What :func:`pack_show` returned.
        instead: Travels instead of the file of its name.

    Raises:
        StorageError: A file cannot be read.
    """
    names = (name for name in _names(show.folder, folder) if not (instead and name == instead.name))
    own = [_enclosed(show.folder, name) for name in names] + ([instead] if instead else [])
    return Unit(folder.name, (*of_show, *own), str(show.folder), room)


def unpack(unit: Unit, root: Path) -> Path:
    """Write a unit's files into a folder, as a show, and return the episode's folder."""
    unpack_files(unit.files, root)
    return root / unit.folder


def unpack_files(files: Iterable[Enclosed], root: Path) -> None:
    """Write files into a folder, for nobody else to read: one may be a key."""
    for each in files:
        write_atomically(root / each.name, each.content, durable=False, mode=0o600)


def pack_built(built: Path) -> tuple[Enclosed, ...]:
    """Return the files of a finished episode.

    Raises:
        StorageError: One cannot be read.
    """
    return tuple(_enclosed(built, name) for name in sorted(names_in(built)))


def receive(show: Show, result: Result) -> None:
    """Put what a worker has built in its place, all or nothing; use it under the episode's lock.

    Raises:
        PublishError: It came damaged.
        StorageError: The disk refused.
    """
    built = show.folder / result.folder / BUILT
    refuse_links(show.folder, built)
    stale = names_in(built)
    with staged(built, last=(RELEASE_FILE, BUILD_FILE)) as stage:
        if result.place:  # the worker wrote them on this disk: nothing has to be written again
            fresh = names_in(Path(result.place))
            with refusals(built, "write"):
                for name in fresh:
                    shutil.move(Path(result.place, name), stage)
        else:
            fresh = frozenset(Path(each.name).name for each in result.files)
            for each in result.files:
                write_atomically(stage / Path(each.name).name, each.content)
        if not find_built(stage, read_record(stage).inputs):
            raise PublishError(f"{result.folder} came back damaged from {result.worker}", "Run the same again.")
    for name in stale - fresh:
        (built / name).unlink(missing_ok=True)
    if result.place:
        shutil.rmtree(result.place, ignore_errors=True)


def _enclosed(folder: Path, name: str) -> Enclosed:
    with refusals(folder / name, "read"):
        return Enclosed(name, (folder / name).read_bytes())


def _names(show: Path, episode: Path) -> Iterator[str]:
    """Yield the episode's own files, relative to the show's folder, without what was built of them."""
    for root, folders, names in os.walk(episode):
        here = Path(root)
        folders[:] = [each for each in folders if not each.startswith(".") and not (here == episode and each == BUILT)]
        for name in names:
            if not is_temporary(name) and (here / name).is_file() and not (here / name).is_symlink():
                yield str((here / name).relative_to(show))
