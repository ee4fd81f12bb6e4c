"""The items of another host's feed -> ImportedItem: all that they say, mended where the meaning is clear.

None is dropped. What was understood, what is a guess and what was left out is said in remarks.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from ki_briefing.base.web import same_page, web_address
from ki_briefing.intake.imported_dates import in_order, read_date
from ki_briefing.intake.imported_markup import (
    CONTENT,
    ITUNES,
    is_empty,
    is_known,
    kept,
    name_of,
    text_in,
    text_of,
    unescaped,
    unescaped_html,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo
    from xml.etree.ElementTree import Element

    from ki_briefing.intake.imported_dates import FeedDate

_DURATION = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:\.\d+)?")
_TYPES = {".m4a": "audio/x-m4a", ".mp4": "video/mp4", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".aac": "audio/aac"}
_MP3 = ("audio/mp3", "audio/x-mp3", "audio/x-mpeg", "audio/mpeg3", "audio/x-mpeg-3", "audio/mpg")
_EXPLICIT = {"yes": "true", "true": "true", "explicit": "true", "no": "false", "false": "false", "clean": "false"}
_TEXTS = (ITUNES + "title", ITUNES + "subtitle", ITUNES + "author")
_READ = frozenset(("title", "guid", "pubDate", "link", "description", CONTENT + "encoded", "enclosure"))
_READ |= {ITUNES + name for name in ("duration", "episode", "season", "explicit", "episodeType", "summary")}
_MOST_NAMED = 5

ESCAPED_TWICE = "a title that was escaped twice, mended"


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person should know of a feed that is taken over.

    Attributes:
        text: What it is.
        items: Titles of the items it is about.
        all_named: Each of them matters.
    """

    text: str
    items: tuple[str, ...] = ()
    all_named: bool = False

    def __str__(self) -> str:
        named = self.items if self.all_named else self.items[:_MOST_NAMED]
        more = f" and {len(self.items) - len(named)} more" if len(self.items) > len(named) else ""
        return f"{self.text}: {', '.join(named)}{more}" if named else self.text


@dataclass(frozen=True, slots=True)
class ImportedItem:
    """An episode as the old feed describes it.

    Attributes:
        guid: Must be kept for ever.
        is_permalink: The guid is the address of its page.
        date: Must be kept too; with its time zone.
        link: Address of its page or article; empty if none.
        audio: Address of its sound; empty if none.
        size: Of its sound, as the feed says [bytes]; 0 if it does not.
        media_type: Of its sound.
        seconds: How long it is; 0 if the feed does not say.
        number: ``itunes:episode``; 0 if none.
        season: ``itunes:season``; 0 if none.
        description: Its text, as HTML or plain.
        content: Its longer text (``content:encoded``), as HTML; empty if none.
        summary: ``itunes:summary``, as HTML or plain; empty if none.
        rest: All else that it says, as XML of our feed.
    """

    guid: str
    is_permalink: bool
    date: datetime
    title: str
    link: str = ""
    audio: str = ""
    size: int = 0
    media_type: str = "audio/mpeg"
    seconds: int = 0
    number: int = 0
    season: int = 0
    description: str = ""
    content: str = ""
    summary: str = ""
    rest: str = ""

    def is_about(self, page: str) -> bool:
        """Tell whether its page has this address, in the form of ``same_page``."""
        return page in (same_page(self.link), same_page(self.guid))


class _Remarks:
    """What there is to say, gathered."""

    def __init__(self) -> None:
        self._about: dict[str, list[str]] = {}
        self._omitted: Counter[str] = Counter()

    def note(self, text: str, title: str) -> None:
        self._about.setdefault(text, []).append(f"“{title}”")

    def omit(self, name: str) -> None:
        self._omitted[name] += 1

    def gathered(self) -> tuple[Remark, ...]:
        said = [Remark(text, tuple(items), text in _TO_MEND) for text, items in self._about.items()]
        if self._omitted:
            counts = ", ".join(f"{name} ({count})" for name, count in self._omitted.items())
            said.append(Remark(f"left out of the old items, as our feed has no place for it: {counts}"))
        return tuple(said)


_NO_DATE = "no date that can be read; put between its neighbours, until you write a <pubDate> into imported-feed.xml"
_NO_TIME = "no time of day that can be read; taken as noon, until you write a <pubDate> into imported-feed.xml"
_TO_MEND = (_NO_DATE, _NO_TIME)


def read_items(
    nodes: Sequence[Element], zone: tzinfo, base: str = ""
) -> tuple[tuple[ImportedItem, ...], tuple[Remark, ...]]:
    """Read items, in the feed's order.

    Args:
        nodes: With our names (``with_our_namespaces``).
        zone: What is meant where a date names none.
        base: Address below which relative addresses of sounds are.
    """
    remarks = _Remarks()
    dates = [read_date(text_in(node, "pubDate"), zone) for node in nodes]
    moments = in_order([each.moment or each.day for each in dates])
    found: dict[str, ImportedItem] = {}
    for node, date, moment in zip(nodes, dates, moments, strict=True):
        item = _read_item(node, moment, base, remarks)
        _remark_date(date, item.title, remarks)
        if item.guid in found:
            other = web_address(item.audio) or item.link
            if item.audio == found[item.guid].audio or not other or other in found:
                remarks.note("the same episode stands there twice; taken once", item.title)
                continue
            remarks.note("the guid of another episode, so that apps show one of them; now its own address", item.title)
            item = replace(item, guid=other, is_permalink=False)
        found[item.guid] = item
    return tuple(found.values()), remarks.gathered()


def _remark_date(date: FeedDate, title: str, remarks: _Remarks) -> None:
    if date.moment and not date.as_usual:
        remarks.note("a date that is not written as in feeds, understood all the same", title)
    elif not date.moment:
        remarks.note(_NO_TIME if date.day else _NO_DATE, title)


def _read_item(node: Element, moment: datetime, base: str, remarks: _Remarks) -> ImportedItem:
    title = unescaped(text_in(node, "title", ITUNES + "title"))
    if title != text_in(node, "title", ITUNES + "title"):
        remarks.note(ESCAPED_TWICE, title)
    link, sound = web_address(text_in(node, "link")), node.find("enclosure")
    audio = _sound_address(sound, base, title, remarks)
    size = _whole(sound.get("length", "").strip()) if sound is not None else 0
    if not audio:
        remarks.note("no sound; apps leave it out", title)
    elif not size:
        remarks.note("no length of its sound; left open until --with-audio brings it here", title)
    guid = text_in(node, "guid")
    if not guid:
        guid = audio or link or str(uuid.uuid5(uuid.NAMESPACE_URL, f"{title} {text_in(node, 'pubDate')}"))
        remarks.note("no guid; it gets the address of its sound, which is what apps know it by", title)
    seconds = _seconds(text_in(node, ITUNES + "duration"))
    if not seconds and text_in(node, ITUNES + "duration"):
        remarks.omit("itunes:duration that is none")
    permanent = node.find("guid")
    return ImportedItem(
        guid=guid,
        is_permalink=permanent is not None and permanent.get("isPermaLink") != "false" and web_address(guid) != "",
        date=moment,
        title=title or "Ohne Titel",
        link=link,
        audio=audio,
        size=size,
        media_type=_media_type(sound, audio),
        seconds=seconds,
        number=_whole(text_in(node, ITUNES + "episode"), digits=6),
        season=_whole(text_in(node, ITUNES + "season"), digits=6),
        description=unescaped_html(text_in(node, "description")),
        content=unescaped_html(text_in(node, CONTENT + "encoded")),
        summary=unescaped_html(text_in(node, ITUNES + "summary")),
        rest=_rest(node, remarks),
    )


def _sound_address(sound: Element | None, base: str, title: str, remarks: _Remarks) -> str:
    written = sound.get("url", "").strip() if sound is not None else ""
    if not written or web_address(written):
        return web_address(written)
    try:
        address = web_address(urljoin(base, written))
    except ValueError:  # a bracket that is never closed
        return ""
    if address:
        remarks.note(f"no whole address of its sound; taken as one below {base}", title)
    return address


def _rest(node: Element, remarks: _Remarks) -> str:
    """Return what is kept as it stands."""
    pieces = []
    explicit = _EXPLICIT.get(text_in(node, ITUNES + "explicit").lower(), "")
    kind = text_in(node, ITUNES + "episodeType").lower()
    if explicit:
        pieces.append(f"<itunes:explicit>{explicit}</itunes:explicit>")
    if kind in ("full", "trailer", "bonus"):
        pieces.append(f"<itunes:episodeType>{kind}</itunes:episodeType>")
    for child in node:
        if child.tag in _READ or is_empty(child):
            continue
        if child.tag in _TEXTS:
            child.text = unescaped(text_of(child))
        if child.tag == "comments":
            child.text = web_address(text_of(child))
        piece = kept(child) if is_known(child) else ""
        if piece:
            pieces.append(piece)
        else:
            remarks.omit(name_of(child))
    return "\n".join(pieces)


def _seconds(text: str) -> int:
    found = _DURATION.fullmatch(text)
    if not found:
        return 0
    hours, minutes, seconds = (int(each or 0) for each in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _media_type(sound: Element | None, audio: str) -> str:
    given = (sound.get("type", "") if sound is not None else "").strip().lower()
    if re.fullmatch(r"[\w.+-]+/[\w.+-]+", given):
        return "audio/mpeg" if given in _MP3 else given
    path = audio.partition("?")[0].lower()
    return next((kind for ending, kind in _TYPES.items() if path.endswith(ending)), "audio/mpeg")


def _whole(text: str, digits: int = 12) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else 0
