"""Another host's feed, a new show -> the show with all that the feed tells, and if it is wanted sounds and cover.

What is fetched is looked into before it is believed. A run that is killed is gone on with.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ki_briefing.base.errors import BriefingError, SoundError, StorageError
from ki_briefing.base.files import refuse_links, write_atomically
from ki_briefing.base.partial import Partial
from ki_briefing.base.slug import slugify
from ki_briefing.base.store import Store
from ki_briefing.base.xml import write_xml
from ki_briefing.episode.artwork import load_cover
from ki_briefing.intake.download import download
from ki_briefing.intake.imported_feed import (
    LARGEST,
    ImportedFeed,
    base_of,
    channel_of,
    load_feed,
    older_page,
    parse_feed,
    read_feed,
    read_file,
)
from ki_briefing.intake.imported_items import Remark
from ki_briefing.intake.imported_markup import ATOM, BASE
from ki_briefing.publication.imported import SOUNDS, sound_key, sounds_here
from ki_briefing.scaffold import set_value
from ki_briefing.show.lock import moving_lock
from ki_briefing.show.reading import SHOW_FILE, load_show
from ki_briefing.show.workspace import IMPORTED_FEED, IMPORTED_SOUNDS
from ki_briefing.sound.codec import play

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ki_briefing.intake.http import Web
    from ki_briefing.intake.imported_items import ImportedItem
    from ki_briefing.show.settings import Show

_MOST_PAGES = 200
_PAGING = ("next", "prev", "previous", "first", "last", "current", "prev-archive", "next-archive")
_AS_MP3 = "Save it as MP3 and write its address into imported-feed.xml, or leave it there."
_SECONDS = 60.0  # for a page of the feed
_NAME = 60  # letters of a title in a file's name
_LEAST = 0.9  # of the length that the feed tells must be there
_BLOCK = 30  # seconds decoded at a time
_M4A = b"ftyp"  # at the fifth byte
_COVER = "assets/cover"
_LEFT = {"itunes:image": "pictures", "podcast:chapters": "chapters", "podcast:transcript": "transcripts"}
_TYPES = {"audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/x-m4a": ".m4a"}


@dataclass(frozen=True, slots=True)
class OldFeed:
    """A feed that a show is to continue.

    Attributes:
        content: As it will be kept.
        fetched: It came from its address, so that the network may be used.
    """

    content: bytes
    feed: ImportedFeed
    fetched: bool = False


def read_old_feed(source: Path | str, web: Callable[[str], Web]) -> OldFeed:
    """Return the feed in a file or at an address; there, with all its pages.

    Args:
        web: Opens the web for an address, whose site is the show's own.

    Raises:
        FeedError: The feed cannot be used.
        StorageError: The file cannot be read.
        ArticleError: There is nothing at the address.
    """
    if isinstance(source, str):
        return _fetched(source, web(source))
    content = read_file(source)
    feed = read_feed(content)
    if feed.older:
        older = Remark(f"older items stand on further pages ({feed.older}); to have them too, name the feed's address")
        feed = replace(feed, remarks=(older, *feed.remarks))
    return OldFeed(content, feed)


def _fetched(address: str, web: Web) -> OldFeed:
    answer = web.get(address, most=LARGEST, seconds=_SECONDS)
    content, root = answer.content, parse_feed(answer.content)
    channel = channel_of(root)
    if not base_of(channel):
        channel.set(BASE, answer.url)
        content = write_xml(root)
    older, seen = older_page(channel), {address}
    for _ in range(_MOST_PAGES):
        if not older or older in seen:
            break
        seen.add(older)
        page = channel_of(parse_feed(web.get(older, most=LARGEST, seconds=_SECONDS).content))
        channel.extend(list(page.iter("item")))
        older = older_page(page)
    if len(seen) > 1:
        for link in channel.findall(ATOM + "link"):
            if link.get("rel") in _PAGING:
                channel.remove(link)
        content = write_xml(root)
    return OldFeed(content, read_feed(content), fetched=True)


def old_cover(show: Show) -> str:
    """Return the address of the old feed's cover; empty if it has none, or the show has one of its own."""
    return "" if show.podcast.cover else load_feed(show.folder / IMPORTED_FEED).cover


def fetch_cover(show: Show, web: Web) -> Remark | None:
    """Make the old feed's cover the show's, unless it has one; return what is to be said.

    Raises:
        StorageError: The disk refused.
    """
    address = old_cover(show)
    if not address:
        return None
    ending = ".png" if urlsplit(address).path.lower().endswith(".png") else ".jpg"
    file = Partial(show.folder / f"{_COVER}{ending}")
    refuse_links(show.folder, file.path)
    try:
        download(web, address, file)
        load_cover(file.part, Store(show.cache / "pictures"))
    except StorageError:
        raise
    except BriefingError as error:
        file.discard()
        return Remark(f"the old cover ({address}) cannot be taken: {error}; {error.hint}")
    file.finish()
    path = show.folder / SHOW_FILE
    settings = set_value(path.read_text(encoding="utf-8"), "cover", f"{_COVER}{ending}")
    load_show(show.folder, settings)
    write_atomically(path, settings)
    return None


@dataclass(frozen=True, slots=True)
class Missing:
    """A sound that stays at the old host."""

    item: ImportedItem
    error: BriefingError


def fetch_sounds(show: Show, web: Web, progress: Callable[[int, int], None]) -> Iterator[Missing]:
    """Bring the sounds of the old episodes that are not here yet, and yield those that cannot be had.

    Args:
        progress: Called with how many are done, and of how many.

    Raises:
        Locked: Another ki-briefing is at it.
        StorageError: The disk refused.
    """
    wanted = [item for item in load_feed(show.folder / IMPORTED_FEED).items if item.audio]
    with moving_lock(show):
        here = sounds_here(show)
        for done, item in enumerate(wanted):
            progress(done, len(wanted))
            if sound_key(item.guid) not in here:
                try:
                    _fetch_sound(show, item, web)
                except StorageError:
                    raise
                except BriefingError as error:
                    yield Missing(item, error)
        progress(len(wanted), len(wanted))


def _fetch_sound(show: Show, item: ImportedItem, web: Web) -> None:
    ending = _TYPES.get(item.media_type) or PurePosixPath(urlsplit(item.audio).path).suffix.lower()
    if ending not in SOUNDS:
        raise SoundError(f"{item.audio} is no sound that can be kept here ({item.media_type})", hint=_AS_MP3)
    name = f"{slugify(item.title)[:_NAME].strip('-') or 'folge'}-{sound_key(item.guid)}{ending}"
    file = Partial(show.folder / IMPORTED_SOUNDS / name)
    refuse_links(show.folder, file.path)
    download(web, item.audio, file)
    try:
        _check(file.part, item)
    except SoundError:
        file.discard()
        raise
    file.finish()


def _check(path: Path, item: ImportedItem) -> None:
    """Make sure that a file can be played, and is about as long as the feed says.

    Raises:
        SoundError: It cannot, or is not.
    """
    with path.open("rb") as start:
        if start.read(12)[4:8] == _M4A:  # its decoder is in no fresh environment
            return
    with play(path, _BLOCK) as playing:
        seconds = sum(len(block) for block in playing.blocks) / playing.sample_rate
    if seconds < max(1, _LEAST * item.seconds):
        raise SoundError(f"{item.audio} ends after {seconds:.0f} of {item.seconds} seconds", hint=_AS_MP3)


def left_behind(show: Show) -> Remark | None:
    """Return what the old episodes still have at other hosts; None if there is nothing."""
    items = load_feed(show.folder / IMPORTED_FEED).items
    counts = Counter(word for item in items for name, word in _LEFT.items() if f"<{name} " in item.rest)
    counts["sounds"] = sum(item.audio != "" and sound_key(item.guid) not in sounds_here(show) for item in items)
    named = ", ".join(f"{word} of {count} episodes" for word, count in counts.items() if count)
    return Remark(f"still at their old addresses: {named}") if named else None
