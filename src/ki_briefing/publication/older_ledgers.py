"""The ledger's file -> its open database, brought up to date if an older version wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.base.database import Database, TornDatabase

if TYPE_CHECKING:
    from pathlib import Path

COMMON = "_site"
"""Owner of the files that belong to no episode; no slug has such a sign."""

_OLDER = 2  # it had no digest, but the names of files had
_COMMON_BEFORE = (  # its owner was called as an episode can be, too
    "owner = 'site' AND path NOT LIKE '%/%' AND path NOT LIKE '%.mp3' AND path NOT LIKE 'artikel-%.json'"
)


def open_ledger(path: Path, schema: str, version: int) -> Database:
    """Open the ledger's database, or create it.

    Raises:
        TornDatabase: The file is torn, foreign or of a version that is not known.
    """
    database = _open(path, schema, version)
    _shorten_places(database)
    if database.one(f"SELECT 1 FROM file WHERE {_COMMON_BEFORE} LIMIT 1"):
        database.execute(f"UPDATE file SET owner = ? WHERE {_COMMON_BEFORE}", (COMMON,))
    return database


def _open(path: Path, schema: str, version: int) -> Database:
    try:
        return Database(path, schema, version)
    except TornDatabase:
        with Database(path, schema, _OLDER) as older, older.transaction():
            older.execute("ALTER TABLE episode ADD COLUMN digest TEXT NOT NULL DEFAULT ''")
            older.execute("UPDATE episode SET digest = substr(audio, -14, 10)")  # …-0123456789.mp3
            older.execute(f"PRAGMA user_version = {version}")
        return Database(path, schema, version)


def _shorten_places(database: Database) -> None:
    """Shorten the absolute paths that version 0.1 wrote to paths below the show's folder."""
    for (folder,) in list(database.rows("SELECT folder FROM episode WHERE folder LIKE '/%'")):
        below = "/".join(folder.split("/")[-2:])
        with database.transaction():
            for table in ("episode", "item"):
                database.execute(f"UPDATE OR REPLACE {table} SET folder = ? WHERE folder = ?", (below, folder))
