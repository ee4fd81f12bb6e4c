"""What has been published: a small database in the show's cache, so that an archive of any size costs little.

It remembers, per episode, what its files, feed item and card were made of, and every path ever written, so that only
what changed is made again and what is no longer named can be swept. It is a memory, not a truth: broken or deleted, it
is made anew and everything is compared with what stands in the target.
"""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import Self

_SCHEMA = """
CREATE TABLE IF NOT EXISTS episode (
    folder TEXT PRIMARY KEY, made_of TEXT NOT NULL, placed TEXT NOT NULL, slug TEXT NOT NULL UNIQUE,
    guid TEXT NOT NULL UNIQUE, aired INTEGER NOT NULL, number INTEGER NOT NULL, date TEXT NOT NULL,
    title TEXT NOT NULL, summary TEXT NOT NULL, seconds INTEGER NOT NULL, picture TEXT NOT NULL,
    audio TEXT NOT NULL, size INTEGER NOT NULL, item TEXT NOT NULL, page TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS newest ON episode (aired DESC, number DESC, slug DESC);
CREATE TABLE IF NOT EXISTS document (path TEXT PRIMARY KEY, made_of TEXT NOT NULL, stamp TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS file (path TEXT PRIMARY KEY, owner TEXT NOT NULL, retired INTEGER);
CREATE INDEX IF NOT EXISTS owners ON file (owner);
CREATE INDEX IF NOT EXISTS retirees ON file (retired) WHERE retired IS NOT NULL;
"""
_NEWEST = "ORDER BY aired DESC, number DESC, slug DESC"


@dataclass(frozen=True, slots=True)
class Entry:
    """An episode as it was published.

    Attributes:
        folder: Its built folder.
        made_of: Stamp of its ``episode.json`` and digest of all else that its item and files depend on.
        placed: Stamp of its public folder after its files were put there.
        aired: Its date [s since 1970, UTC]; lists are sorted by it.
        date: Its date in ISO 8601.
        picture: Path of its picture below the public folder, or empty.
        audio: Path of its MP3.
        size: Length of its MP3 [bytes].
        item: The feed's item.
        page: Digest of what its page was made of; empty: not made yet.
    """

    folder: str
    made_of: str
    placed: str
    slug: str
    guid: str
    aired: int
    number: int
    date: str
    title: str
    summary: str
    seconds: int
    picture: str
    audio: str
    size: int
    item: str
    page: str = ""


_COLUMNS = ", ".join(item.name for item in fields(Entry))
_MARKS = ", ".join("?" for _ in fields(Entry))


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An episode beside another one: enough for a link."""

    slug: str
    title: str


class Ledger:
    """The open database; a context manager that keeps what was written when its block ends well."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = self._open(path)
        except sqlite3.DatabaseError:  # torn or foreign: forget it
            for suffix in ("", "-journal"):
                with contextlib.suppress(OSError):
                    path.with_name(path.name + suffix).unlink()
            self._db = self._open(path)

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        db = sqlite3.connect(path, isolation_level=None)
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            db.close()
            raise sqlite3.DatabaseError("the ledger is torn")
        if {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")} != {
            "episode",
            "document",
            "file",
        }:
            db.executescript(_SCHEMA)
        db.execute("SELECT " + _COLUMNS + " FROM episode LIMIT 0")
        return db

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._db.close()

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Keep all or nothing of what the block writes."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @property
    def is_new(self) -> bool:
        """Nothing was ever written."""
        return self._db.execute("SELECT 1 FROM file LIMIT 1").fetchone() is None

    # --- episodes ---

    def known(self, folder: str) -> tuple[str, str, str, str, int] | None:
        """Return what tells whether an episode changed: made_of, placed, slug, audio, size."""
        row: tuple[str, str, str, str, int] | None = self._db.execute(
            "SELECT made_of, placed, slug, audio, size FROM episode WHERE folder = ?", (folder,)
        ).fetchone()
        return row

    def claimants(self, slug: str, guid: str) -> tuple[str, ...]:
        """Return the built folders that have this slug or this guid."""
        rows = self._db.execute("SELECT folder FROM episode WHERE slug = ? OR guid = ?", (slug, guid))
        return tuple(row[0] for row in rows)

    def folders(self) -> Iterator[str]:
        """Yield the built folders of all episodes."""
        return (row[0] for row in self._db.execute("SELECT folder FROM episode ORDER BY folder"))

    def keep(self, entry: Entry) -> None:
        """Remember an episode."""
        self._db.execute(f"INSERT OR REPLACE INTO episode ({_COLUMNS}) VALUES ({_MARKS})", astuple(entry))

    def forget(self, folder: str) -> None:
        """Forget an episode; its files remain known."""
        self._db.execute("DELETE FROM episode WHERE folder = ?", (folder,))

    def count(self) -> int:
        """Return how many episodes there are."""
        return int(self._db.execute("SELECT count(*) FROM episode").fetchone()[0])

    def newest(self, skip: int, length: int) -> Iterator[Entry]:
        """Yield so many episodes, newest first."""
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM episode {_NEWEST} LIMIT ? OFFSET ?", (length, skip))
        return (Entry(*row) for row in rows)

    def traces(self) -> Iterator[tuple[str, str]]:
        """Yield (slug, made_of) of all episodes, newest first: what pages of lists are made of."""
        yield from self._db.execute(f"SELECT slug, made_of FROM episode {_NEWEST}")

    def neighbours(self) -> Iterator[tuple[str, str, str, Neighbour | None, Neighbour | None]]:
        """Yield (folder, made_of, page, newer, older) of all episodes, newest first."""
        rows = self._db.execute(
            f"SELECT folder, made_of, page, lag(slug) OVER line, lag(title) OVER line, lead(slug) OVER line,"
            f" lead(title) OVER line FROM episode WINDOW line AS ({_NEWEST}) {_NEWEST}"
        )
        for folder, made_of, page, newer, newer_title, older, older_title in rows:
            yield (
                folder,
                made_of,
                page,
                Neighbour(newer, newer_title) if newer else None,
                Neighbour(older, older_title) if older else None,
            )

    def page_made(self, folder: str, page: str, placed: str) -> None:
        """Remember what an episode's page was made of, and its public folder's stamp after that."""
        self._db.execute("UPDATE episode SET page = ?, placed = ? WHERE folder = ?", (page, placed, folder))

    # --- documents and files ---

    def document(self, path: str) -> tuple[str, str] | None:
        """Return (made_of, stamp) of a page of the feed or the site."""
        row: tuple[str, str] | None = self._db.execute(
            "SELECT made_of, stamp FROM document WHERE path = ?", (path,)
        ).fetchone()
        return row

    def document_made(self, path: str, made_of: str, stamp: str) -> None:
        """Remember a page of the feed or the site."""
        self._db.execute("INSERT OR REPLACE INTO document VALUES (?, ?, ?)", (path, made_of, stamp))

    def claim(self, owner: str, paths: tuple[str, ...], now: int) -> None:
        """Note, before they are written, that these and only these paths belong to an owner; others of its retire."""
        marks = ", ".join("?" for _ in paths)
        self._db.execute(
            f"UPDATE file SET retired = ? WHERE owner = ? AND retired IS NULL AND path NOT IN ({marks})",
            (now, owner, *paths),
        )
        self._db.executemany("INSERT OR REPLACE INTO file VALUES (?, ?, NULL)", [(path, owner) for path in paths])

    def adopt(self, path: str, now: int) -> None:
        """Note a file of ours of which nothing else is known; it is retired until somebody claims it."""
        self._db.execute("INSERT OR IGNORE INTO file VALUES (?, '', ?)", (path, now))

    def claimed(self, owner: str) -> tuple[str, ...]:
        """Return the paths that belong to an owner."""
        rows = self._db.execute("SELECT path FROM file WHERE owner = ? AND retired IS NULL ORDER BY path", (owner,))
        return tuple(row[0] for row in rows)

    def retired(self, before: int) -> tuple[str, ...]:
        """Return the paths that nobody has claimed since before this time."""
        rows = self._db.execute("SELECT path FROM file WHERE retired <= ? ORDER BY path", (before,))
        return tuple(row[0] for row in rows)

    def swept(self, path: str) -> None:
        """Forget a file."""
        self._db.execute("DELETE FROM file WHERE path = ?", (path,))
        self._db.execute("DELETE FROM document WHERE path = ?", (path,))
