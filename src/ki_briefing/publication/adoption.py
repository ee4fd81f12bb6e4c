"""Public feed -> the podcast's guid; for a ledger that was lost, the episodes that are on air, and their items.

So nothing leaves the feed because nobody remembers it, and no address changes.
"""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.xml import XmlError, parse_xml
from ki_briefing.episode.addresses import FEED_PATH, episode_path
from ki_briefing.publication.feed import is_page_path
from ki_briefing.publication.ledger import PublishedEpisode
from ki_briefing.publication.newsroom import is_article_path
from ki_briefing.publication.pages import page_paths
from ki_briefing.publication.whole import is_slug, known_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from ki_briefing.publication.ledger import Ledger
    from ki_briefing.publication.target import FolderTarget

_ITEM = re.compile(rb"<item>\n.*?\n</item>\n", re.DOTALL)
_SOUND = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)?\.mp3")
_ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
_GUID = "channel/{https://podcastindex.org/namespace/1.0}guid"
_SELF = "channel/{http://www.w3.org/2005/Atom}link[@rel='self']"


def require_guid(target: FolderTarget, guid: str) -> None:
    """Raise ConfigError if the public feed has another ``podcast:guid`` than this one."""
    try:
        before = parse_xml(target.read(FEED_PATH) or b"").findtext(_GUID, "").strip()
    except XmlError:  # there is no feed of ours
        return
    if before not in ("", guid):
        raise ConfigError(
            f"the podcast's guid would change from {before} to {guid}, and a podcast's guid never changes",
            hint=f'Add to show.toml: [podcast] guid = "{before}"',
        )


def adopt_public(ledger: Ledger, target: FolderTarget, show: Path, built: Sequence[str], now: int) -> None:
    """Note in a new ledger what is public: these episodes, as far as the feed names them, and all files of ours.

    Nothing is known of what their files were made from, so a publication compares them.

    Args:
        show: The show's folder.
        built: The episodes' built folders below it, whether they are there or not.
        now: The present [s since 1970].
    """
    names = frozenset(target.names())
    with ledger.transaction():
        ours = ledger.adopt(names, now)
        articles = _articles(target, ours)
        for entry, item in _find_on_air(target, names, show, built):
            below = episode_path(entry.slug)
            named = (path for path, slug in articles.items() if slug == entry.slug)
            kept = (entry.audio, *page_paths(entry.slug), *named, *(path for path in ours if path.startswith(below)))
            ledger.claim(entry.slug, tuple(dict.fromkeys(kept)), now)
            ledger.record_episode(entry, item)


def _articles(target: FolderTarget, paths: Iterable[str]) -> dict[str, str]:
    """Return the slug that each file names which leads from an article to its episode."""
    found = {}
    for path in filter(is_article_path, paths):
        with contextlib.suppress(ValueError, TypeError, KeyError):  # another program changed it
            found[path] = str(json.loads(target.read(path) or b"")["episode"])
    return found


def _find_on_air(
    target: FolderTarget, names: Iterable[str], show: Path, built: Sequence[str]
) -> Iterator[tuple[PublishedEpisode, str]]:
    """Yield each of these episodes that the public feed names, once, as it was published, with its item."""
    pages = sorted(filter(is_page_path, names), reverse=True)  # the current one first
    folders = dict(_guids(show, built)) if pages else {}
    for path in pages:
        content = target.read(path) or b""
        try:
            root = parse_xml(content)
        except XmlError:  # no feed of ours
            continue
        own = root.find(_SELF)
        base = own.get("href", "").removesuffix(path) if own is not None else ""
        items, texts = root.findall("channel/item"), _ITEM.findall(content)
        if not base or len(items) != len(texts):
            continue
        for item, text in zip(items, texts, strict=True):
            if folder := folders.pop(item.findtext("guid", ""), ""):
                try:
                    entry = _published(item, folder, base)
                except ValueError:  # another program changed it
                    continue
                if digest := target.digest(entry.audio):
                    yield replace(entry, digest=digest), text.decode()


def _guids(show: Path, built: Sequence[str]) -> Iterator[tuple[str, str]]:
    for folder in built:
        with contextlib.suppress(ConfigError):  # nobody knows which episode it is
            yield known_as(show / folder).guid, folder


def _published(item: Element, folder: str, base: str) -> PublishedEpisode:
    """Return what an item tells of its episode; ValueError if that is too little.

    Args:
        base: Address at which the public folder was served.
    """
    date, enclosure = parsedate_to_datetime(item.findtext("pubDate", "")), item.find("enclosure")
    picture = item.find(f"{_ITUNES}image")
    slug = item.findtext("link", "").removeprefix(base).rstrip("/")
    sound = enclosure.get("url", "") if enclosure is not None else ""
    audio = sound.rpartition(base.removeprefix("https://"))[2]  # a service that counts may precede
    if enclosure is None or not (is_slug(slug) and _SOUND.fullmatch(audio)):
        raise ValueError
    return PublishedEpisode(
        folder=folder,
        made_of="",
        placed="",
        slug=slug,
        guid=item.findtext("guid", ""),
        aired=round(date.timestamp()),
        number=int(item.findtext(f"{_ITUNES}episode", "0")),
        date=date.isoformat(),
        title=item.findtext("title", ""),
        summary=item.findtext(f"{_ITUNES}summary", ""),
        seconds=int(item.findtext(f"{_ITUNES}duration", "0")),
        picture=picture.get("href", "").removeprefix(base) if picture is not None else "",
        audio=audio,
        size=int(enclosure.get("length", "")),
    )
