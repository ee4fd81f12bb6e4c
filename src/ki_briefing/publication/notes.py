"""Episode -> show notes, plain and HTML: summary, key points, chapters, links, sources, who speaks."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.publication.addresses import web_address
from ki_briefing.publication.chapters import to_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ki_briefing.publication.episode import Episode

LIMIT = 4000
"""Apple reads no more bytes of an item's description."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A headed piece of the notes; an entry is its text and its address, or none."""

    heading: str
    entries: tuple[tuple[str, str], ...]


def to_text(episode: Episode) -> str:
    """Return the notes as plain text."""
    pieces = [episode.summary] if episode.summary else []
    for part in _parts(episode):
        lines = [f"{text}: {url}" if url and url not in text else text for text, url in part.entries]
        mark = "" if part.heading == "Kapitel" else "- "
        pieces.append("\n".join([part.heading, *(mark + line for line in lines)]))
    pieces += _ending(episode)
    return "\n\n".join(pieces) + "\n"


def to_html(episode: Episode, limit: int = 0) -> str:
    """Return the notes as sanitised HTML.

    Args:
        limit: Bytes that must not be passed; sources are left out from the end until they fit. 0: no limit.
    """
    parts = list(_parts(episode))
    text = _html(episode, parts)
    while limit and len(text.encode()) > limit and parts:
        last = parts[-1]
        parts[-1:] = [_Part(last.heading, last.entries[:-1])] if len(last.entries) > 1 else []
        text = _html(episode, parts)
    return text


def _html(episode: Episode, parts: Sequence[_Part]) -> str:
    import nh3

    pieces = [f"<p>{html.escape(episode.summary)}</p>"] if episode.summary else []
    for part in parts:
        items = "".join(f"<li>{_linked(text, url)}</li>" for text, url in part.entries)
        pieces.append(f"<p>{html.escape(part.heading)}</p><ul>{items}</ul>")
    pieces += (f"<p>{html.escape(line)}</p>" for line in _ending(episode))
    return nh3.clean("\n".join(pieces), tags={"p", "ul", "li", "a"}, attributes={"a": {"href"}}, link_rel=None)


def _parts(episode: Episode) -> Sequence[_Part]:
    article = web_address(episode.article_url)
    parts = [
        _Part("In Kürze", tuple((point, "") for point in episode.key_points)),
        _Part("Kapitel", tuple((line, "") for line in to_lines(episode))),
        _Part("Zum Nachlesen", ((episode.title, article),) if article else ()),
        _Part("Quellen", tuple((source.text, web_address(source.url)) for source in episode.sources)),
    ]
    return [part for part in parts if part.entries]


def _ending(episode: Episode) -> list[str]:
    return [line for line in (episode.notice, episode.voice_credit) if line]


def _linked(text: str, url: str) -> str:
    return f'<a href="{html.escape(url)}">{html.escape(text)}</a>' if url else html.escape(text)
