"""The feed of the host before, kept in the show's folder -> its episodes in our feed and lists, its sounds in public.

That file is the truth: the ledger only remembers what was read. It is read again when it, or the folder with the sounds
that were fetched, has changed; else nothing is opened.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from ki_briefing.base import files
from ki_briefing.base.markup import element, optional
from ki_briefing.episode.media_types import media_type
from ki_briefing.episode.notes import harmless
from ki_briefing.publication.feed_items import rfc2822
from ki_briefing.publication.gate import Reason
from ki_briefing.publication.imported_ledger import ImportedEpisode
from ki_briefing.show.reading import load_episode
from ki_briefing.show.workspace import IMPORTED_FEED, IMPORTED_SOUNDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ki_briefing.episode.addresses import Addresses
    from ki_briefing.intake.imported_items import ImportedItem
    from ki_briefing.publication.gate import Held
    from ki_briefing.publication.ledger import Ledger
    from ki_briefing.publication.target import FolderTarget
    from ki_briefing.show.settings import Show

VERSION = "imported 2"
"""Must be increased whenever the same old item begins to give another one."""

FOLDER = "alte_folgen"
"""Public folder of the old episodes' sounds, and their owner in the ledger; with a sign that no slug has."""

SOUNDS = (".mp3", ".m4a", ".opus")
"""What the sounds of podcasts are called."""

_TAG = re.compile(r"<[^<>]*>")
_SUMMARY = 240  # letters


def follow(show: Show, ledger: Ledger, addresses: Addresses) -> None:
    """Bring the ledger's rows up to date with the old feed's file.

    Raises:
        FeedError: The file cannot be used; nothing is forgotten.
        StorageError: It cannot be read.
    """
    path, sounds = show.folder / IMPORTED_FEED, show.folder / IMPORTED_SOUNDS
    read = files.stamp(str(path))
    stamp = f"{VERSION} {read} {files.stamp(str(sounds))} {addresses.base} {show.podcast.timezone}" if read else ""
    if stamp == ledger.imported.stamp:
        return
    ledger.imported.replace(stamp, _episodes(show, addresses) if read else ())


def publish(show: Show, target: FolderTarget, ledger: Ledger, held: Iterable[Held], now: int) -> list[str]:
    """Make the sounds public that were fetched from the old host; return the paths of those that were written.

    Args:
        held: What of ours is; what the old host had of a withdrawn episode stays off the air, too, and goes at once.
    """
    if ledger.imported.stamp:
        withdrawn = (each.folder for each in held if each.reason is Reason.WITHDRAWN)
        ledger.imported.take_off(load_episode(episode).guid for episode in withdrawn)
    wanted = {f"{FOLDER}/{name}": size for name, size in ledger.imported.sounds()}
    off = [f"{FOLDER}/{name}" for name, _ in ledger.imported.sounds(off=True)]
    if off or ledger.claimed(FOLDER) != tuple(sorted(wanted)):
        with ledger.transaction():
            ledger.claim(FOLDER, tuple(wanted), now)
            ledger.retire(off)
    written: list[str] = []
    for path, size in wanted.items():
        if target.size(path) != size:
            written += target.put_together([(path, show.folder / IMPORTED_SOUNDS / path.rpartition("/")[2])])
    return written


def sounds_here(show: Show) -> dict[str, str]:
    """Return the names of the sounds that were fetched, by the key of the episode (``sound_key``)."""
    folder = show.folder / IMPORTED_SOUNDS
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    whole = [path for path in found if path.suffix in SOUNDS and path.is_file() and not path.is_symlink()]
    return {path.stem.rpartition("-")[2]: path.name for path in whole}


def sound_key(guid: str) -> str:
    """Return what the name of an episode's sound ends with, whatever its title."""
    return files.digest(guid)[:10]


def write_imported(item: ImportedItem, *, audio: str, size: int, kind: str) -> str:
    """Return the ``<item>`` of an old episode.

    Args:
        audio: Address of its sound; empty if it has none.
        size: Of its sound [bytes]; 0: unknown, and left out.
        kind: Media type of its sound.
    """
    parts = (
        element("title", item.title),
        optional("link", item.link),
        element("guid", item.guid, isPermaLink="true" if item.is_permalink else "false"),
        element("pubDate", rfc2822(item.date)),
        element("description", harmless(item.description or item.summary) or item.title),
        optional("content:encoded", harmless(item.content)),
        element("enclosure", url=audio, length=str(size or ""), type=kind) if audio else "",
        optional("itunes:summary", harmless(item.summary)),
        optional("itunes:duration", str(item.seconds or "")),
        optional("itunes:episode", str(item.number or "")),
        optional("itunes:season", str(item.season or "")),
        item.rest,
    )
    return "<item>\n" + "\n".join(part for part in parts if part) + "\n</item>\n"


def _episodes(show: Show, addresses: Addresses) -> Iterator[tuple[ImportedEpisode, str]]:
    from ki_briefing.intake.imported_feed import load_feed

    here = sounds_here(show)
    for item in load_feed(show.folder / IMPORTED_FEED, show.podcast.timezone).items:
        sound = here.get(sound_key(item.guid), "")
        size = files.size(f"{show.folder}/{IMPORTED_SOUNDS}/{sound}") or 0 if sound else 0
        audio = addresses.url(f"{FOLDER}/{sound}") if size else item.audio
        xml = write_imported(
            item, audio=audio, size=size or item.size, kind=media_type(sound) if size else item.media_type
        )
        episode = ImportedEpisode(
            guid=item.guid,
            made_of=files.digest(xml)[:16],
            aired=round(item.date.timestamp()),
            number=item.number,
            date=item.date.isoformat(),
            title=item.title,
            summary=_summary(item.description or item.summary or item.content),
            seconds=item.seconds,
            link=item.link or audio,
            sound=sound if size else "",
            size=size,
        )
        yield episode, xml


def _summary(description: str) -> str:
    """Return the beginning of a description as plain text."""
    text = " ".join(html.unescape(_TAG.sub(" ", harmless(description))).split())
    return text if len(text) <= _SUMMARY else text[:_SUMMARY].rpartition(" ")[0] + " …"
