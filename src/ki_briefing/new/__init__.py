"""Article's file, address or Source, show -> an episode's folder with the article and episode.toml.

episode.toml holds what is decided once and never changes: guid, number, date, slug. An article that is an episode
already, in other words, is a correction of it.
"""

from __future__ import annotations

import contextlib
import shutil
import uuid
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import AlreadyAnEpisode, AnotherVersion, ArticleError
from ki_briefing.base.files import TEMPORARY, file_digest, refusals, stamp, sync_folder, write_atomically
from ki_briefing.base.hints import quoted
from ki_briefing.base.toml import to_toml
from ki_briefing.base.web import page_id, same_page
from ki_briefing.episode.addresses import Addresses
from ki_briefing.intake.inbox import FAILED, remove
from ki_briefing.new.arrival import Arrival, arrive
from ki_briefing.new.correction import correct
from ki_briefing.new.dates import date_ahead, date_remark, not_moved
from ki_briefing.new.known import find_known, headline_slug, is_another, of_its_own, says_the_same, twin
from ki_briefing.publication.feed import podcast_guid
from ki_briefing.show.catalogue import lent_catalogue
from ki_briefing.show.reading import EPISODE_FILE, load_episode
from ki_briefing.show.settings import EpisodeFacts
from ki_briefing.show.workspace import IMPORTED_FEED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ki_briefing.intake.http import Web
    from ki_briefing.intake.imported_feed import ImportedFeed
    from ki_briefing.intake.imported_items import ImportedItem
    from ki_briefing.model.source import Source
    from ki_briefing.show.catalogue import Catalogue
    from ki_briefing.show.record import Entry
    from ki_briefing.show.settings import Show

__all__ = ["Taken", "correct_episode", "make_episode", "new_episode", "says_the_same", "take_article"]

_PATIENCE = 10.0  # seconds to wait for a publication


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an article: the folder of the new episode, or of the one that it corrects.

    Attributes:
        remark: What it might have become instead, or whose place it takes; empty if that is plain.
    """

    folder: Path
    corrects: bool
    remark: str = ""


def new_episode(
    source: Path | str | Source,
    show: Show,
    *,
    date: datetime | None = None,
    now: datetime,
    web: Web | None = None,
    again: bool = False,
) -> Path:
    """Make an article an episode of the show.

    Args:
        source: The article's file, a small file that holds its address, its address, or what came in from a feed. A
            page is kept beside the episode.
        date: When it goes on air, by the show's clock if it names no zone; None: at the article's own date if that is
            still to come, else now.
        now: The present, with its time zone.
        web: Where an address is asked; None: opened here.
        again: Also if there is an episode of this article.

    Returns:
        The episode's folder.

    Raises:
        AddressOffline: The address cannot be reached.
        AddressRefused: It must not be asked.
        AlreadyAnEpisode: An episode was made from the same source, and says the same.
        AnotherVersion: An episode was made from the same source, and says something else.
        ArticleError: The source is not an article, or is a file with the day, the headline and much of the text of an
            episode.
        Locked: Another ki-briefing is numbering or publishing.
    """
    return make_episode(source, show, date=date, now=now, web=web, again=again).folder


def make_episode(
    source: Path | str | Source,
    show: Show,
    *,
    date: datetime | None = None,
    now: datetime,
    web: Web | None = None,
    again: bool = False,
) -> Taken:
    """Do what ``new_episode`` does, and return also what is to be said of it.

    A file that lies in the inbox among those that failed leaves it.
    """
    arrival = arrive(source, show, web)
    with _leaving_failed(source, show):
        return _make_episode(arrival, show, date, now, again=again)


def take_article(
    source: Path | str | Source,
    show: Show,
    *,
    date: datetime | None = None,
    now: datetime,
    web: Web | None = None,
    catalogue: Catalogue | None = None,
    folder: Path | None = None,
) -> Taken:
    """Make an article an episode of the show, or correct the episode that was made from the same source.

    Args:
        catalogue: The show's, kept open by somebody who takes many articles; None: opened here.
        folder: Of an archive, in which the file lies.

    Raises:
        BriefingError: As in ``new_episode``; and as in ``correct_episode``, also if somebody has edited the article in
            the episode's folder.
    """
    arrival = replace(arrive(source, show, web), folder=folder)
    with _leaving_failed(source, show):
        try:
            return _make_episode(arrival, show, date, now, kept=catalogue)
        except AnotherVersion as known:
            correct(known.folder, arrival, show, now=now)
            if catalogue:
                catalogue.read(known.folder)
            remarks = (
                _not_the_old_one(arrival, known.folder, show, catalogue),
                not_moved(known.folder, arrival.article, show, now),
            )
            return Taken(known.folder, corrects=True, remark="; ".join(filter(None, remarks)))


@contextlib.contextmanager
def _leaving_failed(source: Path | str | Source, show: Show) -> Iterator[None]:
    """Take a file of the inbox that failed before out of it, once something has become of it."""
    failed = (show.inbox / FAILED).resolve()
    path = source if isinstance(source, Path) and source.resolve().parent == failed else None
    digest = file_digest(path) if path else ""
    yield
    if path:
        remove(path, digest)


def correct_episode(
    folder: Path,
    source: Path | str | Source,
    show: Show,
    *,
    now: datetime,
    by: str = "",
    note: str = "",
    over_edits: bool = False,
) -> Entry | None:
    """Make an article that of an episode; guid, number, date and slug stay, and the former article is kept beside it.

    Args:
        by: Who corrects it; empty: the program.
        note: What was wrong, for listeners.
        over_edits: Also if somebody has edited the article in the episode's folder.

    Returns:
        What was written into its record; None: it was never on air.

    Raises:
        AlreadyAnEpisode: The episode says that already.
        ArticleError: The source is not an article, or is that of another episode, or the one in the episode's folder
            has been edited.
        Locked: The episode is being built.
    """
    arrival = arrive(source, show, None)
    if other := _other_episode(arrival, folder, show):
        raise ArticleError(
            f"the address of this article is that of another episode: {other}",
            hint=f"If it corrects that one: ki-briefing correct {quoted(other)} FILE. If not, take its address out.",
        )
    if says_the_same(folder, arrival.article, show):
        raise AlreadyAnEpisode(folder)
    return correct(folder, arrival, show, now=now, by=by, note=note, over_edits=over_edits)


def _other_episode(arrival: Arrival, folder: Path, show: Show) -> Path | None:
    """Return the other episode that an article's address names, if it is not that of this one as well."""
    facts = load_episode(folder)
    if not arrival.id or arrival.id in (facts.source_id, page_id(facts.url)):
        return None
    with lent_catalogue(show, patience=_PATIENCE) as catalogue:
        return catalogue.find_source(arrival.id)


def _make_episode(
    arrival: Arrival,
    show: Show,
    date: datetime | None,
    now: datetime,
    *,
    again: bool = False,
    kept: Catalogue | None = None,
) -> Taken:
    with lent_catalogue(show, kept, patience=_PATIENCE) as catalogue:
        imported = _imported_feed(show)
        old = _old_item(arrival, imported, catalogue)
        ahead = None if date or old else date_ahead(arrival.article, show, now)
        aired = show.podcast.by_its_clock(date or (old.date if old else ahead or now)).replace(microsecond=0)
        has_old_address = old is not None and arrival.url != "" and old.is_about(same_page(arrival.url))
        namesakes = catalogue.find_named(arrival.came_as, 2)
        day = None if has_old_address else aired.date()
        if not again and (known := find_known(arrival, catalogue, show, day)):
            raise (AlreadyAnEpisode if known.is_same else AnotherVersion)(known.folder)
        folder = _free_folder(show, arrival, f"{aired:%Y-%m-%d}", again=again)
        facts = EpisodeFacts(
            guid=old.guid
            if old
            else next(each for each in _guids(arrival, folder, show) if not catalogue.has_guid(each)),
            number=(old.number if old else 0)
            or max(catalogue.next_number(), imported.last_number + 1 if imported else 1),
            season=old.season if old else 0,
            date=aired,
            slug=folder.name,
            source=arrival.name,
            url=arrival.url,
            origin=arrival.origin,
            source_id=arrival.source_id,
            came_as=arrival.came_as,
        )
        _make_folder(folder, facts, arrival)
        catalogue.read(folder)
    if old:
        return Taken(folder, False, f"it takes the place of the old host's “{old.title}” in the feed")
    remarks = [] if date else [date_remark(arrival.article, ahead)]
    first = twin(folder, arrival)
    like = namesakes if len(namesakes) == 1 else [first] if first else []
    if like and not again and not (arrival.id and load_episode(like[0]).url):
        remarks.append(of_its_own(arrival, like[0], first))
    return Taken(folder, False, "; ".join(filter(None, remarks)))


def _old_item(arrival: Arrival, imported: ImportedFeed | None, catalogue: Catalogue) -> ImportedItem | None:
    """Return the item of the host before whose article this is, unless an episode has taken its place."""
    article = arrival.article
    old = imported.find(title=article.headline, link=arrival.url, day=article.published) if imported else None
    return None if old and catalogue.has_guid(old.guid) else old


def _not_the_old_one(arrival: Arrival, folder: Path, show: Show, kept: Catalogue | None) -> str:
    """Return that a correction could have been meant for an episode of the host before; empty if not."""
    imported = _imported_feed(show)
    if imported is None:
        return ""
    with lent_catalogue(show, kept, patience=_PATIENCE) as catalogue:
        old = _old_item(arrival, imported, catalogue)
    return f"it corrects {folder.name}; it is not the old host's “{old.title}”: for that, new --again" if old else ""


def _guids(arrival: Arrival, folder: Path, show: Show) -> Iterator[str]:
    """Yield guids for an article: the first is the same on every machine, the others too if it is made one again."""
    guid = podcast_guid(show.podcast, Addresses.of(show.publication.base_url))
    try:
        podcast = uuid.UUID(guid)
    except ValueError:  # a show's own
        podcast = uuid.uuid5(uuid.NAMESPACE_URL, guid)
    source = arrival.id or folder.name
    yield str(uuid.uuid5(podcast, source))
    number = 1
    while True:
        number += 1
        yield str(uuid.uuid5(podcast, f"{source} {number}"))


def _free_folder(show: Show, arrival: Arrival, day: str, *, again: bool) -> Path:
    """Return where an episode will be: of another article with that day and headline, with a number.

    Raises:
        ArticleError: A file has the day and headline of an episode, and much of its text: it may be meant as a
            correction.
        AlreadyAnEpisode: An episode says the same.
    """
    name = f"{day}-{headline_slug(arrival.article)}"
    folder, number = show.folder / name, 1
    while folder.exists():
        if not (arrival.source_id or again or is_another(arrival, folder, show)):
            raise ArticleError(
                f"there is an episode of that day and headline already: {folder}",
                hint=f"For a correction: ki-briefing correct {quoted(folder)} FILE. "
                "For an episode of its own: ki-briefing new --again FILE.",
            )
        if not again and says_the_same(folder, arrival.article, show):
            raise AlreadyAnEpisode(folder)
        number += 1
        folder = show.folder / f"{name}-{number}"
    return folder


def _imported_feed(show: Show) -> ImportedFeed | None:
    """Return the feed that is continued here, if the show had another host before."""
    path = show.folder / IMPORTED_FEED
    return _read_imported(path, stamp(str(path)), show.podcast.timezone) if path.is_file() else None


@lru_cache(maxsize=1)
def _read_imported(path: Path, _stamp: str, zone: str) -> ImportedFeed:
    """Read that feed once for all articles of a batch: 2,000 items take 0.2 s."""
    from ki_briefing.intake.imported_feed import load_feed

    return load_feed(path, zone)


def _make_folder(folder: Path, facts: EpisodeFacts, arrival: Arrival) -> None:
    """Make an episode's folder; it appears only when it is complete."""
    new = folder.with_name(f"{TEMPORARY}new")
    shutil.rmtree(new, ignore_errors=True)  # left by a killed run
    values = {name: value for name, value in asdict(facts).items() if value}
    try:
        with refusals(folder, "make"):
            arrival.write(new)
            write_atomically(new / EPISODE_FILE, to_toml(values))
            new.rename(folder)
            sync_folder(folder.parent)
    finally:
        shutil.rmtree(new, ignore_errors=True)
