"""Show's folder -> what ``run`` knows of the places from which articles come: feeds, their articles, the inbox.

The episodes' folders say which articles have become episodes; here stands what they do not say: what was refused or
passed over, what failed, when a feed last changed, over what the program died. It is a database in the show's cache; if
it is deleted, a feed is looked at as if for the first time.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ki_briefing.base import database
from ki_briefing.base.web import with_normal_escapes

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self

    from ki_briefing.show.settings import Show

SOURCES_FILE = "sources.sqlite"

_VERSION = 2
_SCHEMA = """
CREATE TABLE visit (feed TEXT PRIMARY KEY, etag TEXT NOT NULL, last_modified TEXT NOT NULL, context TEXT NOT NULL);
CREATE TABLE source (
    feed TEXT, id TEXT, standing TEXT NOT NULL, digest TEXT NOT NULL, latest TEXT NOT NULL, context TEXT NOT NULL,
    episode TEXT NOT NULL, tries INTEGER NOT NULL, again REAL NOT NULL, PRIMARY KEY (feed, id));
CREATE TABLE attempt (about TEXT PRIMARY KEY, deaths INTEGER NOT NULL);
"""


class Standing(StrEnum):
    """What became of an article of a feed."""

    WAITING = "waiting"  # the next run takes it, or the one after its date
    TAKEN = "taken"
    REFUSED = "refused"  # the feed's rules do not want it
    PASSED = "passed"  # it stood there before the feed was followed
    FAILED = "failed"  # no episode can be made of it as it is


@dataclass(frozen=True, slots=True)
class Visit:
    """The last visit to a feed.

    Attributes:
        etag: Of the answer, and so ``last_modified``; both empty if the next answer must be read in any case.
        context: A text that changes with the show's settings.
    """

    etag: str = ""
    last_modified: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class KnownSource:
    """An article of a feed that a run has seen.

    Attributes:
        digest: Of the article as it was when this was decided, as its feed shows it.
        latest: Of the article as it was seen last; another one than ``digest`` if it has changed since.
        context: A text that changes with the show's settings, as it was then.
        episode: Name of the episode's folder, if it became one.
        tries: How many times in a row it has failed.
        again: When a run is to look at it again, changed or not [s since 1970]; 0: the next one if it waits, else none.
    """

    id: str
    standing: Standing
    digest: str
    latest: str
    context: str
    episode: str = ""
    tries: int = 0
    again: float = 0.0

    def is_due(self, now: datetime) -> bool:
        """Tell whether a run looks at it now, changed or not."""
        return self.again <= now.timestamp() and (self.standing is Standing.WAITING or self.again > 0)


def failed_sources(show: Show) -> tuple[str, ...]:
    """Return the ids of the articles of feeds of which no episode can be made; no lock is needed.

    Raises:
        StorageError: The disk refused.
    """
    path = show.cache / SOURCES_FILE
    if not path.is_file():
        return ()
    query = "SELECT feed, id FROM source WHERE standing = ? ORDER BY feed, id"
    followed = {feed.url for feed in show.feeds}
    try:
        with database.Database(path, _SCHEMA, _VERSION) as opened:
            return tuple(row[1] for row in opened.rows(query, (Standing.FAILED,)) if row[0] in followed)
    except database.TornDatabase:  # the next run makes it anew
        return ()


class Sources:
    """What is known of a show's sources; a context manager. Open it under the run's lock."""

    def __init__(self, show: Show) -> None:
        """Open it.

        Raises:
            StorageError: The disk refused.
        """
        self._db = database.open_or_remake(show.cache / SOURCES_FILE, _SCHEMA, _VERSION)
        self._normalize()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def _normalize(self) -> None:
        """Write the ids as ``same_page`` does: earlier versions kept escapes as an address had them."""
        escaped = self._db.rows("SELECT feed, id FROM source WHERE instr(id, '%') > 0")
        renamed = [(new, *row) for row in escaped if (new := with_normal_escapes(row[1])) != row[1]]
        self._db.execute_each("UPDATE OR IGNORE source SET id = ? WHERE feed = ? AND id = ?", renamed)

    def visit(self, feed: str) -> Visit | None:
        """Return the last visit to a feed; None if there was none."""
        row = self._db.one("SELECT etag, last_modified, context FROM visit WHERE feed = ?", (feed,))
        return Visit(*row) if row else None

    def note_visit(self, feed: str, visit: Visit) -> None:
        """Remember a visit."""
        values = (feed, visit.etag, visit.last_modified, visit.context)
        self._db.execute("INSERT OR REPLACE INTO visit VALUES (?, ?, ?, ?)", values)

    def known(self, feed: str) -> tuple[KnownSource, ...]:
        """Return all that is known of a feed's articles."""
        query = "SELECT id, standing, digest, latest, context, episode, tries, again FROM source WHERE feed = ?"
        return tuple(KnownSource(row[0], Standing(row[1]), *row[2:]) for row in self._db.rows(query, (feed,)))

    def note(self, feed: str, *sources: KnownSource) -> None:
        """Remember what became of articles."""
        rows = ((feed, *astuple(each)) for each in sources)
        with self._db.transaction():
            self._db.execute_each("INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def begin(self, about: str) -> int:
        """Note that work on an article begins, and return how many times in a row the program died over it."""
        row = self._db.one("SELECT deaths FROM attempt WHERE about = ?", (about,))
        self._db.execute("INSERT OR REPLACE INTO attempt VALUES (?, ?)", (about, (row[0] if row else 0) + 1))
        return int(row[0]) if row else 0

    def end(self, about: str) -> None:
        """Note that the program outlived it."""
        self._db.execute("DELETE FROM attempt WHERE about = ?", (about,))

    def deaths(self, about: str) -> int:
        """Return how many times in a row the program died over an article."""
        row = self._db.one("SELECT deaths FROM attempt WHERE about = ?", (about,))
        return int(row[0]) if row else 0
