"""Show -> Outbox: what is still to be told on each way, and what was told and lasts.

It is a database in the show's cache; if it is deleted, what lasts is told once more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ki_briefing.base import database
from ki_briefing.show.notify import Event
from ki_briefing.watch.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from ki_briefing.show.settings import Show

OUTBOX_FILE = "notices.sqlite"
AGAIN = timedelta(days=7)
"""After this time what still lasts is told again, and what could not be told is given up."""

_VERSION = 1
_SCHEMA = """
CREATE TABLE notice (
    way TEXT, event TEXT, about TEXT, text TEXT, since TEXT NOT NULL, told TEXT NOT NULL,
    PRIMARY KEY (way, event, about, text));
CREATE TABLE failing (way TEXT PRIMARY KEY);
"""


class Outbox:
    """A show's open outbox; a context manager."""

    def __init__(self, show: Show) -> None:
        """Open it.

        Raises:
            StorageError: The disk refused.
        """
        self._db = database.open_or_remake(show.cache / OUTBOX_FILE, _SCHEMA, _VERSION)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def post(self, way: str, happened: Iterable[Notice], lasting: Iterable[Notice] | None, now: datetime) -> None:
        """Remember what is to be told on a way.

        Args:
            lasting: Everything that lasts now: what is missing there is mended and forgotten; None: that is not known.
        """
        lasting = None if lasting is None else tuple(lasting)
        rows = [
            (way, each.event, each.about, each.text, each.since.isoformat()) for each in (*happened, *(lasting or ()))
        ]
        with self._db.transaction():
            if lasting is not None:
                current = {(each.event, each.about, each.text) for each in lasting}
                for notice, _told in self._notices(way):
                    key = (notice.event, notice.about, notice.text)
                    if notice.event.lasts and key not in current:
                        self._forget(way, notice)
            self._db.execute_each("INSERT OR IGNORE INTO notice VALUES (?, ?, ?, ?, ?, '')", rows)
            for notice, _told in self._notices(way):
                if not notice.event.lasts and now - notice.since > AGAIN:
                    self._forget(way, notice)

    def due(self, way: str, now: datetime) -> tuple[Notice, ...]:
        """Return what is to be told now, the oldest first."""
        due = [notice for notice, told in self._notices(way) if not told or now - datetime.fromisoformat(told) >= AGAIN]
        return tuple(sorted(due, key=lambda notice: notice.since.timestamp()))

    def note_told(self, way: str, notices: Iterable[Notice], now: datetime) -> None:
        """Remember that this was told: what lasts is told again after a while, the rest is done with."""
        with self._db.transaction():
            self._db.execute("DELETE FROM failing WHERE way = ?", (way,))
            for notice in notices:
                if notice.event.lasts:
                    key = (way, notice.event, notice.about, notice.text)
                    self._db.execute(
                        "UPDATE notice SET told = ? WHERE (way, event, about, text) = (?, ?, ?, ?)",
                        (now.isoformat(), *key),
                    )
                else:
                    self._forget(way, notice)

    def note_failure(self, way: str) -> bool:
        """Remember that a way failed; tell whether it did not the last time."""
        is_news = self._db.one("SELECT 1 FROM failing WHERE way = ?", (way,)) is None
        self._db.execute("INSERT OR IGNORE INTO failing VALUES (?)", (way,))
        return is_news

    def _forget(self, way: str, notice: Notice) -> None:
        key = (way, notice.event, notice.about, notice.text)
        self._db.execute("DELETE FROM notice WHERE (way, event, about, text) = (?, ?, ?, ?)", key)

    def _notices(self, way: str) -> list[tuple[Notice, str]]:
        rows = self._db.rows("SELECT event, about, text, since, told FROM notice WHERE way = ?", (way,))
        return [(Notice(Event(row[0]), row[1], row[2], datetime.fromisoformat(row[3])), row[4]) for row in rows]
