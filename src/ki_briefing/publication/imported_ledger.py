"""The part of the ledger that holds another host's episodes: rows beside ours, and the list that both are in.

An episode of ours with the same guid takes a row's place. One that was withdrawn leaves the place empty.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ki_briefing.base.database import Database

_MARK = "imported:"
_LISTED = "guid NOT IN (SELECT guid FROM episode) AND guid NOT IN (SELECT guid FROM imported_off)"
_NOTHING = "CAST('' AS TEXT)"
_SCHEMA = (
    """
    CREATE TABLE IF NOT EXISTS imported (
        guid TEXT PRIMARY KEY, made_of TEXT NOT NULL, aired INTEGER NOT NULL, number INTEGER NOT NULL,
        date TEXT NOT NULL, title TEXT NOT NULL, summary TEXT NOT NULL, seconds INTEGER NOT NULL, link TEXT NOT NULL,
        sound TEXT NOT NULL, size INTEGER NOT NULL)
    """,
    "CREATE INDEX IF NOT EXISTS newest_imported ON imported (aired DESC, number DESC, guid DESC)",
    "CREATE TABLE IF NOT EXISTS imported_off (guid TEXT PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS imported_from (stamp TEXT NOT NULL)",
)


@dataclass(frozen=True, slots=True)
class ImportedEpisode:
    """An episode of the host before.

    Attributes:
        made_of: Digest of its item.
        aired: Its date [s since 1970, UTC].
        date: Its date in ISO 8601.
        link: Address of its page, or else of its sound; empty if it has neither.
        sound: Name of its sound in the show's folder; empty if it is still at the old host.
        size: Of that file [bytes].
    """

    guid: str
    made_of: str
    aired: int
    number: int
    date: str
    title: str
    summary: str
    seconds: int
    link: str
    sound: str
    size: int


_COLUMNS = ", ".join(item.name for item in fields(ImportedEpisode))
_MARKS = ", ".join("?" for _ in fields(ImportedEpisode))


def is_imported(folder: str) -> bool:
    """Tell whether what stands where a built folder's path does is an episode of the host before."""
    return folder.startswith(_MARK)


class ImportedLedger:
    """Another host's episodes in the open ledger."""

    def __init__(self, database: Database, columns: str) -> None:
        """Make the list that holds them beside ours, with these columns of ours."""
        self._db = database
        for statement in _SCHEMA:
            database.execute(statement)
        given = {"folder": f"CAST('{_MARK}' || guid AS TEXT)", "slug": "guid", "page": "link", "audio": "sound"}
        given |= {item.name: item.name for item in fields(ImportedEpisode)}
        theirs = ", ".join(f"{given.get(name, _NOTHING)} AS {name}" for name in columns.split(", "))
        database.execute(
            f"CREATE TEMP VIEW listed AS SELECT {columns} FROM episode UNION ALL SELECT {theirs} FROM imported "
            f"WHERE {_LISTED}"
        )

    @property
    def has_any(self) -> bool:
        """Whether any is in the lists."""
        return self._db.one(f"SELECT 1 FROM imported WHERE {_LISTED} LIMIT 1") is not None

    @property
    def stamp(self) -> str:
        """What the rows were made of; empty if there are none."""
        row = self._db.one("SELECT stamp FROM imported_from")
        return row[0] if row else ""

    def replace(self, stamp: str, episodes: Iterable[tuple[ImportedEpisode, str]]) -> None:
        """Hold exactly these episodes, each with its item in the feed."""
        with self._db.transaction():
            self._db.execute("DELETE FROM imported")
            self._db.execute("DELETE FROM item WHERE folder LIKE ?", (f"{_MARK}%",))
            self._db.execute("DELETE FROM imported_from")
            for episode, item in episodes:
                self._db.execute(f"INSERT INTO imported ({_COLUMNS}) VALUES ({_MARKS})", astuple(episode))
                self._db.execute("INSERT INTO item VALUES (?, ?)", (f"{_MARK}{episode.guid}", item))
            self._db.execute("INSERT INTO imported_from VALUES (?)", (stamp,))

    def take_off(self, guids: Iterable[str]) -> None:
        """Let exactly the episodes with these guids be off the air."""
        wanted = set(guids)
        if wanted != {row[0] for row in self._db.rows("SELECT guid FROM imported_off")}:
            with self._db.transaction():
                self._db.execute("DELETE FROM imported_off")
                self._db.execute_each("INSERT INTO imported_off VALUES (?)", [(guid,) for guid in wanted])

    def sounds(self, *, off: bool = False) -> Iterator[tuple[str, int]]:
        """Yield name and size [bytes] of the sounds that are here: of episodes on the air, or of those that are off."""
        condition = "IN" if off else "NOT IN"
        rows = self._db.rows(
            f"SELECT sound, size FROM imported WHERE sound != '' AND guid {condition} (SELECT guid FROM imported_off)"
        )
        return ((name, size) for name, size in rows)
