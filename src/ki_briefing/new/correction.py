"""Episode's folder, Arrival -> the folder with the corrected article; the former one is kept in ``earlier/``.

A program that is killed here leaves the former article or the new one, and the next run completes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.base.errors import ArticleError
from ki_briefing.base.files import file_digest, refusals, refuse_links, write_atomically
from ki_briefing.base.hints import quoted
from ki_briefing.base.toml import with_values
from ki_briefing.episode.addresses import episode_path
from ki_briefing.show.lock import episode_lock
from ki_briefing.show.reading import EPISODE_FILE, load_episode
from ki_briefing.show.record import Deed, Entry, load_record, note_deeds
from ki_briefing.show.workspace import BUILT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.new.arrival import Arrival
    from ki_briefing.show.settings import EpisodeFacts, Show

EARLIER = "earlier"

_PATIENCE = 10.0  # seconds to wait for a build


def correct(
    folder: Path,
    arrival: Arrival,
    show: Show,
    *,
    now: datetime,
    by: str = "",
    note: str = "",
    over_edits: bool = False,
) -> Entry | None:
    """Make an arrival the article of an episode, and return what was written into its record, if it was on air.

    Args:
        by: Who corrects it; empty: the program.
        note: What was wrong, for listeners.
        over_edits: Also if somebody has edited the article in the folder.

    Raises:
        ArticleError: Somebody has.
        Locked: The episode is being built.
        StorageError: The disk refused; the episode has one article or the other.
    """
    with episode_lock(show, folder / BUILT, patience=_PATIENCE), refusals(folder, "correct"):
        facts = load_episode(folder)
        if not over_edits and _is_edited(folder, facts):
            raise ArticleError(
                f"the article of this episode has been edited in its folder: {folder}",
                hint=f"Edit it there again, or replace it with this one: ki-briefing correct {quoted(folder)} FILE",
            )
        _keep(show, folder, folder / facts.source)
        arrival.write(folder)
        _note_source(folder, facts, arrival)
        if arrival.name != facts.source:
            (folder / facts.source).unlink(missing_ok=True)
        if not was_aired(show, folder, facts):
            return None
        revised = Entry(Deed.REVISED, now.replace(microsecond=0), by, note=note, article=arrival.origin)
        note_deeds(show, folder, revised)
        return revised


def _is_edited(folder: Path, facts: EpisodeFacts) -> bool:
    """Tell whether the article is another one than came in; not if it is one whose correction was interrupted."""
    if facts.origin == file_digest(folder / facts.source):
        return False
    former = max(_earlier(folder), default=None)
    return former is None or file_digest(former[1]) != facts.origin


def _keep(show: Show, folder: Path, article: Path) -> None:
    """Keep an article as it is, unless it was kept last."""
    refuse_links(show.folder, folder / EARLIER)
    number, former = max(_earlier(folder), default=(0, None))
    if former is None or file_digest(former) != file_digest(article):
        write_atomically(folder / EARLIER / f"{number + 1}-{article.name}", article.read_bytes())


def _earlier(folder: Path) -> Iterator[tuple[int, Path]]:
    """Yield the former articles of an episode with their numbers."""
    for path in (folder / EARLIER).glob("*-*"):
        number = path.name.partition("-")[0]
        if number.isascii() and number.isdecimal():
            yield int(number), path


def _note_source(folder: Path, facts: EpisodeFacts, arrival: Arrival) -> None:
    """Write down where the episode's article is from now; all else in episode.toml stays, comments too."""
    values = {
        "source": arrival.name,
        "origin": arrival.origin,
        "source_id": facts.source_id or arrival.source_id,
        "url": facts.url or arrival.url,
        "came_as": arrival.came_as or facts.came_as,
    }
    path = folder / EPISODE_FILE
    text = path.read_text(encoding="utf-8-sig")
    write_atomically(path, with_values(text, "", {key: value for key, value in values.items() if value}))


def was_aired(show: Show, folder: Path, facts: EpisodeFacts) -> bool:
    """Tell whether an episode ever was on air; versions of ki-briefing that kept no record left its page."""
    page = show.public / episode_path(facts.slug) / "index.html"
    return load_record(folder).was_aired or page.is_file()
