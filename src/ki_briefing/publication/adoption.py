"""Public feed -> the episodes that are on air and their items, for a ledger that was lost: nothing leaves the feed
because nobody remembers it."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ConfigError, PublishError
from ki_briefing.base.xml import XmlError, parse_xml
from ki_briefing.episode.addresses import FEED_PATH, episode_path
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.publication.ledger import PublishedEpisode
from ki_briefing.publication.newsroom import is_article_path
from ki_briefing.publication.pages import page_paths
from ki_briefing.show.reading import load_episode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from ki_briefing.episode.addresses import Addresses
    from ki_briefing.publication.ledger import Ledger
    from ki_briefing.publication.target import Target

_ITEM = re.compile(rb"<item>\n.*?\n</item>\n", re.DOTALL)
_ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
_OLDER = "channel/{http://www.w3.org/2005/Atom}link[@rel='prev-archive']"


def adopt_public(
    ledger: Ledger, target: Target, addresses: Addresses, show: Path, built: Sequence[str], now: int
) -> None:
    """Note in a new ledger what is public: these episodes, as far as the feed names them, and all files of ours.

    Nothing is known of what their files were made from, so a publication compares them.

    Args:
        show: The show's folder.
        built: The episodes' built folders below it, whether they are there or not.
        now: The present [s since 1970].
    """
    with ledger.transaction():
        ours = ledger.adopt(frozenset(target.names()), now)
        articles = _articles(target, ours)
        for entry, item in _find_on_air(target, addresses, show, built):
            below = episode_path(entry.slug)
            named = (path for path, slug in articles.items() if slug == entry.slug)
            kept = (entry.audio, *page_paths(entry.slug), *named, *(path for path in ours if path.startswith(below)))
            ledger.claim(entry.slug, tuple(dict.fromkeys(kept)), now)
            ledger.record_episode(entry, item)


def _articles(target: Target, paths: Iterable[str]) -> dict[str, str]:
    """Return the slug that each file names which leads from an article to its episode."""
    found = {}
    for path in filter(is_article_path, paths):
        with contextlib.suppress(ValueError, TypeError, KeyError):  # another program changed it
            found[path] = str(json.loads(target.read(path) or b"")["episode"])
    return found


def _find_on_air(
    target: Target, addresses: Addresses, show: Path, built: Sequence[str]
) -> Iterator[tuple[PublishedEpisode, str]]:
    """Yield each of these episodes that the public feed names, once, as it was published, with its item."""
    folders: dict[str, str] | None = None
    path, seen = FEED_PATH, set()
    while path and path not in seen and (content := target.read(path)):
        seen.add(path)
        try:
            root = parse_xml(content)
        except XmlError:  # no feed of ours
            return
        if folders is None:
            folders = dict(_guids(show, built))
        items, texts = root.findall("channel/item"), _ITEM.findall(content)
        if len(items) != len(texts):
            return
        for item, text in zip(items, texts, strict=True):
            if folder := folders.pop(item.findtext("guid", ""), ""):
                try:
                    entry = _published(item, folder, addresses)
                except ValueError:  # it has no date, or another program changed it
                    continue
                if digest := target.digest(entry.audio):
                    yield replace(entry, digest=digest), text.decode()
        older = root.find(_OLDER)
        path = _below(older.get("href", ""), addresses) if older is not None else ""


def _guids(show: Path, built: Sequence[str]) -> Iterator[tuple[str, str]]:
    for folder in built:
        with contextlib.suppress(ConfigError):  # nobody knows which episode it is
            try:
                yield read_release(show / folder / RELEASE_FILE).episode.guid, folder
            except PublishError:  # it is not built
                yield load_episode((show / folder).parent).guid, folder


def _published(item: Element, folder: str, addresses: Addresses) -> PublishedEpisode:
    """Return what an item tells of its episode; ValueError if that is too little."""
    date, enclosure = parsedate_to_datetime(item.findtext("pubDate", "")), item.find("enclosure")
    picture = item.find(f"{_ITUNES}image")
    slug = _below(item.findtext("link", ""), addresses).rstrip("/")
    sound = enclosure.get("url", "") if enclosure is not None else ""
    _, own, audio = sound.rpartition(addresses.url("").removeprefix("https://"))  # a service that counts may precede
    if enclosure is None or not (slug and own and audio):
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
        picture=_below(picture.get("href", ""), addresses) if picture is not None else "",
        audio=audio,
        size=int(enclosure.get("length", "")),
    )


def _below(address: str, addresses: Addresses) -> str:
    """Return the path of an address below the public folder; empty if it leads elsewhere."""
    base = addresses.url("")
    return address.removeprefix(base) if address.startswith(base) else ""
