"""Timeline -> chapter marks -> Podcasting 2.0 JSON, Podlove chapters, lines for the notes; ``tags`` makes ID3 of them.

Titles are shortened once, by one rule, so all forms agree in titles and seconds.
"""

from __future__ import annotations

import json
import re
from itertools import zip_longest
from typing import TYPE_CHECKING
from urllib.parse import quote

from ki_briefing.base.markup import element
from ki_briefing.base.web import web_address
from ki_briefing.episode import clock
from ki_briefing.model.episode import ChapterMark
from ki_briefing.model.text import SegmentKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ki_briefing.episode.addresses import Addresses
    from ki_briefing.model.episode import Asset, Episode
    from ki_briefing.model.sound import Chapter, Timeline

TITLE_LENGTH = 40
"""Longest title [characters]; Spotify ignores chapters with longer ones."""

DANGLING = frozenset(
    "aber als am an auf aus bei bis das dem den der des die doch durch ein eine einem einen einer eines für gegen"
    " hinter im in ins mit nach neben nicht noch ob ohne seit sich sie so sowie um und unter vom von vor was wegen wenn"
    " wie wird zu zum zur zwischen über oder dass soll will kann".split()
)
"""Words that belong to the next word: no line should end with them."""

PODLOVE_NAMESPACE = "http://podlove.org/simple-chapters"

_LABEL = re.compile(r"^Kurz erklärt\s*[:–-]\s*(?=\S)")
_ASIDE = re.compile(r" ?[(\[][^)\]]{0,200}[)\]]")  # limited in length: else a row of brackets would take quadratic time
_BRACKETS = str.maketrans("", "", "()[]")
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


def mark(
    timeline: Timeline, article_url: str, *, anchors: bool, pictures: Sequence[Asset | None] = ()
) -> tuple[ChapterMark, ...]:
    """Return the chapters as they are published.

    Args:
        article_url: The article's page; empty if it has none.
        anchors: Every heading on the page has an ``id``; if not, the links are text fragments.
        pictures: One per chapter, or none at all.
    """
    page = web_address(article_url)
    return tuple(
        ChapterMark(
            start=chapter.start // timeline.sample_rate,
            title=shorten(chapter.title),
            heading=_one_line(chapter.title),
            kind=chapter.kind,
            url=_section_url(chapter, page, anchors=anchors),
            picture=picture,
        )
        for chapter, picture in zip_longest(timeline.chapters, pictures)
    )


def shorten(title: str, length: int = TITLE_LENGTH) -> str:
    """Return a title of at most ``length`` characters, cut between words, that does not end with a dangling *und*.

    The label *Kurz erklärt* and asides in brackets go first; several apps take the latter for time stamps.
    """
    title = _one_line(title)
    title = _LABEL.sub("", title)
    title = (_one_line(_ASIDE.sub("", title)) or title).translate(_BRACKETS).strip(" -–—") or "–"
    if len(title) <= length:
        return title
    words = title[: length - 1].split(" ")[:-1]  # two characters go to " …"
    while words and (words[-1].lower().strip(",;:–—-") in DANGLING | {""}):
        words.pop()
    if len(" ".join(words)) < length // 3:  # one endless word: cut it
        return title[: length - 1] + "…"
    return " ".join(words).rstrip(",;:–—-. ") + " …"


def to_json(episode: Episode, podcast_title: str, addresses: Addresses) -> str:
    """Return Podcasting 2.0 chapters, version 1.2.0.

    Source: https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/chapters/jsonChapters.md
    """
    chapters = []
    for chapter in episode.chapters:
        entry: dict[str, object] = {"startTime": chapter.start, "title": chapter.title}
        if chapter.url:
            entry["url"] = chapter.url
        if picture := _picture_url(episode, chapter, addresses):
            entry["img"] = picture
        chapters.append(entry)
    document = {"version": "1.2.0", "title": episode.title, "podcastName": podcast_title, "chapters": chapters}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def to_podlove(episode: Episode, addresses: Addresses) -> str:
    """Return ``psc:chapters`` for a feed that declares the prefix as ``PODLOVE_NAMESPACE``.

    Source: https://podlove.org/simple-chapters/. Every chapter has a start, because gPodder crashes without.
    """
    rows = (
        element(
            "psc:chapter",
            start=f"{clock.full(chapter.start)}.000",
            title=chapter.title,
            href=chapter.url,
            image=_picture_url(episode, chapter, addresses),
        )
        for chapter in episode.chapters
    )
    return element("psc:chapters", inner="".join(rows), version="1.2")


def _picture_url(episode: Episode, chapter: ChapterMark, addresses: Addresses) -> str:
    return addresses.asset(episode.slug, chapter.picture) if chapter.picture else ""


def to_lines(episode: Episode) -> tuple[str, ...]:
    """Return one line per chapter for the notes, e.g. ``00:01:23 Forscher sehen Grenzen``."""
    return tuple(f"{clock.full(chapter.start)} {chapter.title}" for chapter in episode.chapters)


def _section_url(chapter: Chapter, page: str, *, anchors: bool) -> str:
    if not page or chapter.kind in (SegmentKind.INTRO, SegmentKind.OUTRO):
        return ""
    if not chapter.anchor or "#" in page:
        return page
    if anchors:
        return f"{page}#{chapter.anchor}"
    heading = quote(_one_line(chapter.title), safe="").replace("-", "%2D")  # a bare hyphen would be syntax
    return f"{page}#:~:text={heading}"


def _one_line(text: str) -> str:
    """Return the text on one line, without invisible characters, and with plain spaces and hyphens."""
    return " ".join(_UNSEEN.sub("", " ".join(text.split())).replace("\u2011", "-").split())
