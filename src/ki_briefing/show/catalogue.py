"""Show's folder -> its episodes by article, the next number, and the episodes that need work.

The catalogue remembers what it read in a database in the show's cache, so an archive of any size costs little: only
the time stamps of unchanged episodes are looked at. If it is deleted, it is rebuilt from the folders.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from ki_briefing import __version__
from ki_briefing.base import database
from ki_briefing.base.errors import BriefingError
from ki_briefing.base.files import digest, file_digest, refusals, stamp
from ki_briefing.base.web import page_id, with_normal_escapes
from ki_briefing.show.lock import show_lock
from ki_briefing.show.reading import EPISODE_FILE, LEXICON_FILE, SHOW_FILE, TOLD_FILES, load_episode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path
    from typing import Self

    from ki_briefing.show.settings import Show

CATALOGUE_FILE = "episodes.sqlite"

_VERSION = 5
_SCHEMA = """
CREATE TABLE episode (
    folder TEXT PRIMARY KEY, facts TEXT NOT NULL, source TEXT NOT NULL, article TEXT NOT NULL, guid TEXT NOT NULL,
    number INTEGER NOT NULL, digest TEXT NOT NULL, origin TEXT NOT NULL, source_id TEXT NOT NULL, page TEXT NOT NULL,
    came_as TEXT NOT NULL, state TEXT NOT NULL, tried TEXT NOT NULL, deaths INTEGER NOT NULL);
CREATE INDEX guids ON episode (guid);
CREATE INDEX digests ON episode (digest);
CREATE INDEX origins ON episode (origin);
CREATE INDEX source_ids ON episode (source_id);
CREATE INDEX pages ON episode (page);
CREATE INDEX names ON episode (came_as);
CREATE INDEX numbers ON episode (number);
CREATE TABLE said (about TEXT, text TEXT, PRIMARY KEY (about, text));
"""


class State(StrEnum):
    """How the last attempt at an episode ended."""

    UNKNOWN = ""
    PASSED = "passed"
    FAILED = "failed"
    DEGRADED = "degraded"  # passed, but a voice stands in for another, or the time stamp is missing


@dataclass(frozen=True, slots=True)
class Pending:
    """An episode that needs work.

    Attributes:
        source: Its article.
        state: How the last attempt ended.
        deaths: How many times in a row the program died while working on it.
    """

    folder: Path
    source: Path
    state: State
    deaths: int


@dataclass(frozen=True, slots=True)
class Degraded:
    """An episode of which something is to be made good.

    Attributes:
        again: When runs try that again at the earliest; None: the next one does.
    """

    folder: Path
    again: datetime | None


def settings_stamp(show: Show) -> str:
    """Return a text that changes with the show's settings and with this program's version."""
    return " ".join((__version__, *(stamp(str(show.folder / name)) for name in (SHOW_FILE, LEXICON_FILE))))


def episode_names(folder: Path) -> list[str]:
    """Return the names of a show's episode folders, sorted."""
    return [name for name in subfolders(folder) if stamp(f"{folder}/{name}/{EPISODE_FILE}")]


def subfolders(folder: Path) -> list[str]:
    """Return the names of a show's folders that can be episodes, sorted."""
    with refusals(folder, "read"), os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if _is_folder(entry) and not entry.name.startswith("."))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # e.g. a circular link
        return False


def degraded_episodes(show: Show) -> tuple[Degraded, ...]:
    """Return the episodes of which something is to be made good, by name; no lock is needed.

    Raises:
        StorageError: The disk refused.
    """
    path = show.cache / CATALOGUE_FILE
    if not path.is_file():
        return ()
    query = "SELECT folder, tried FROM episode WHERE state = ? ORDER BY folder"
    try:
        with database.Database(path, _SCHEMA, _VERSION) as opened:
            rows = opened.rows(query, (State.DEGRADED,))
            return tuple(Degraded(show.folder / name, _next_hour(tried)) for name, tried in rows)
    except database.TornDatabase:  # the next run makes it anew
        return ()


def _next_hour(tried: str) -> datetime | None:
    """Return the end of the hour in which a degraded episode was tried (``Catalogue._tried``)."""
    try:
        return datetime.fromisoformat(f"{tried.rpartition(' ')[2]}:00+00:00") + timedelta(hours=1)
    except ValueError:  # no hour was given
        return None


def open_catalogue(show: Show, *, patience: float) -> Catalogue:
    """Open a show's catalogue for longer than one holds the show's lock.

    Raises:
        Locked: Somebody else held the lock for longer than ``patience`` [s].
        StorageError: The disk refused.
    """
    with show_lock(show, patience=patience):
        return Catalogue(show)


@contextlib.contextmanager
def lent_catalogue(show: Show, kept: Catalogue | None = None, *, patience: float) -> Iterator[Catalogue]:
    """Hold the show's lock, and lend its catalogue: one that somebody keeps open, or one that is opened for this.

    Raises:
        Locked: Somebody else held the lock for longer than ``patience`` [s].
        StorageError: The disk refused.
    """
    with show_lock(show, patience=patience):
        if kept:
            kept.refresh_folders()
            yield kept
        else:
            with Catalogue(show) as opened:
                yield opened


class Catalogue:
    """A show's open catalogue; a context manager. Open it under the show's lock."""

    def __init__(self, show: Show) -> None:
        """Open the catalogue and bring it up to date with the folders.

        Raises:
            StorageError: The disk refused.
        """
        self._show = show
        self._root = str(show.folder)
        self._db = database.open_or_remake(show.cache / CATALOGUE_FILE, _SCHEMA, _VERSION)
        self._known: set[str] = set()
        self.refresh()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def find(self, digest: str) -> Path | None:
        """Return the folder of the episode whose article has this digest now, or had it when it came in."""
        row = self._db.one("SELECT folder FROM episode WHERE digest = ? OR origin = ?", (digest, digest))
        return self._show.folder / row[0] if row else None

    def find_source(self, source_id: str) -> Path | None:
        """Return the folder of the newest episode that was made from the source with this id, or names that page."""
        query = "SELECT folder FROM episode WHERE (source_id = ? OR page = ?) AND ? != '' ORDER BY number DESC"
        row = self._db.one(query, (with_normal_escapes(source_id),) * 3)
        return self._show.folder / row[0] if row else None

    def folders(self) -> tuple[Path, ...]:
        """Return the folders of all episodes, by name."""
        return tuple(self._show.folder / row[0] for row in self._db.rows("SELECT folder FROM episode ORDER BY folder"))

    def find_named(self, came_as: str, most: int) -> tuple[Path, ...]:
        """Return the folders of the newest episodes, so many at most, whose article came in under this file name."""
        query = "SELECT folder FROM episode WHERE came_as = ? AND came_as != '' ORDER BY number DESC LIMIT ?"
        return tuple(self._show.folder / row[0] for row in self._db.rows(query, (came_as, most)))

    def has_guid(self, guid: str) -> bool:
        """Tell whether an episode has this guid."""
        return self._db.one("SELECT 1 FROM episode WHERE guid = ?", (guid,)) is not None

    def next_number(self) -> int:
        """Return the number after the highest one."""
        return 1 + sum(int(row[0]) for row in self._db.rows("SELECT coalesce(max(number), 0) FROM episode"))

    def pending(self, record: str, context: str, hour: str = "") -> Iterator[Pending]:
        """Yield the episodes that are new, were edited, are degraded, or failed under other conditions; by name.

        Args:
            record: Path, in an episode's folder, of the file that a finished build leaves.
            context: A text that changes when failed episodes are to be tried again; so they are, too, when any file in
                their folder has changed.
            hour: A text that changes with the hour; degraded episodes are tried again then.
        """
        rows = self._db.rows("SELECT folder, facts, source, article, state, tried, deaths FROM episode ORDER BY folder")
        for name, facts, source, article, state, tried, deaths in rows:
            if tried != self._tried(name, (facts, article), State(state), record, context, hour):
                folder = self._show.folder / name
                yield Pending(folder, folder / source, State(state), deaths)

    def failed(self) -> tuple[Path, ...]:
        """Return the folders of the episodes whose last attempt failed."""
        rows = self._db.rows("SELECT folder FROM episode WHERE state = ? ORDER BY folder", (State.FAILED,))
        return tuple(self._show.folder / row[0] for row in rows)

    def begin(self, folder: Path) -> None:
        """Note that work on an episode begins: if the program dies now, the next run knows over which one."""
        self._db.execute("UPDATE episode SET deaths = deaths + 1 WHERE folder = ?", (folder.name,))

    def end(self, folder: Path, state: State, record: str, context: str, hour: str = "") -> None:
        """Note how work on an episode, as it was when it was read, ended; if unknown, it stays pending."""
        name = folder.name
        row = self._db.one("SELECT facts, article FROM episode WHERE folder = ?", (name,))
        tried = self._tried(name, row, state, record, context, hour) if row and state is not State.UNKNOWN else ""
        self._db.execute("UPDATE episode SET state = ?, tried = ?, deaths = 0 WHERE folder = ?", (state, tried, name))

    def news(self, messages: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return those messages (about, text) that the last call did not get, and remember them all for the next."""
        now = set(messages)
        before = set(self._db.rows("SELECT about, text FROM said"))
        if now != before:
            with self._db.transaction():
                self._db.execute("DELETE FROM said")
                self._db.execute_each("INSERT INTO said VALUES (?, ?)", now)
        return now - before

    def _tried(self, name: str, stamps: Iterable[str], state: State, record: str, context: str, hour: str) -> str:
        """Return what the outcome of an attempt depended on: while that is the same, there is nothing to do."""
        tried = f"{' '.join(stamps)} {self._stamp(name, record)}"
        if state is State.FAILED:
            return f"{tried} {context} {digest(*self._files(name, record.partition('/')[0]))}"
        return f"{tried} {hour}" if state is State.DEGRADED else tried

    def _files(self, name: str, built: str) -> Iterator[str]:
        """Yield a stamp of each file in an episode's folder that it is made of, e.g. a picture."""
        for root, folders, names in os.walk(f"{self._root}/{name}"):
            folders[:] = sorted(each for each in folders if each != built)
            made_of = sorted(each for each in names if each not in TOLD_FILES)
            yield from (stamp(f"{root}/{each}", rights=True) for each in made_of)

    def refresh(self) -> None:
        """Bring the catalogue up to date with the folders; call it under the show's lock."""
        rows = self._db.rows("SELECT folder, facts, source, article FROM episode ORDER BY folder")
        stamps = ((name, self._stamp(name, EPISODE_FILE)) for name in subfolders(self._show.folder))
        facts = {name: now for name, now in stamps if now}
        changed, gone = [], []
        for name, row in database.outer_join(facts, rows, lambda row: str(row[0])):
            if name is None:
                gone.append(str(row[0]) if row else "")
            elif row is None or row[1] != facts[name] or row[3] != self._stamp(name, row[2]):
                changed.append(name)
        self._change(changed, gone)
        self._known = set(facts)

    def refresh_folders(self) -> None:
        """Take notice of episodes that have come or gone, but not of changes of the others; under the show's lock.

        Only names are looked at. No number is given twice all the same: who makes an episode has it read.
        """
        with refusals(self._show.folder, "read"):
            found = set(os.listdir(self._root))  # noqa: PTH208 - of 50,000 folders, for each article of a batch
        gone = self._known - found
        come = {each for each in found - self._known if not each.startswith(".") and self._stamp(each, EPISODE_FILE)}
        self._change(come, gone)
        self._known |= come
        self._known -= gone

    def read(self, folder: Path) -> None:
        """Bring the catalogue up to date with one episode."""
        self._known.add(folder.name)
        self._read(folder.name)

    def _change(self, changed: Collection[str], gone: Collection[str]) -> None:
        if changed or gone:
            with self._db.transaction():
                self._db.execute_each("DELETE FROM episode WHERE folder = ?", ((name,) for name in gone))
                for name in changed:
                    self._read(name)

    def _stamp(self, name: str, file: str) -> str:
        return stamp(f"{self._root}/{name}/{file}")

    def _read(self, name: str) -> None:
        folder = self._show.folder / name
        facts = self._stamp(name, EPISODE_FILE)
        source, article, guid, number, digest, origin, source_id, page, came_as = "", "", "", 0, "", "", "", "", ""
        try:
            episode = load_episode(folder)
            source, guid, number = episode.source, episode.guid, episode.number
            origin, source_id, came_as = episode.origin, with_normal_escapes(episode.source_id), episode.came_as
            page = page_id(episode.url)
            article = self._stamp(name, source)
            digest = file_digest(folder / source)
        except BriefingError:
            pass  # the build will say what is wrong
        self._db.execute(
            """
            INSERT INTO episode VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', 0)
            ON CONFLICT (folder) DO UPDATE SET facts = excluded.facts, source = excluded.source, guid = excluded.guid,
                article = excluded.article, digest = excluded.digest, origin = excluded.origin,
                source_id = excluded.source_id, page = excluded.page, came_as = excluded.came_as,
                number = coalesce(nullif(excluded.number, 0), number)
            """,
            (name, facts, source, article, guid, number, digest, origin, source_id, page, came_as),
        )
