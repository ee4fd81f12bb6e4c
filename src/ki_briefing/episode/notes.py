"""Episode -> show notes as plain text and HTML: summary, key points, chapters, links, sources, who speaks.

Several apps make a chapter of every "14:30" they find. So an invisible character breaks up all times but those of the
chapters.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ki_briefing.base.web import web_address
from ki_briefing.episode.chapters import to_lines
from ki_briefing.episode.clock import day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ki_briefing.model.episode import Correction, Episode

_CHAPTERS = "Kapitel"
_EXPENDABLE = ("Quellen", "In Kürze", _CHAPTERS)  # where the text is too long, these lose entries first
_FORMER = "Frühere Korrekturen stehen auf der Seite der Folge."
_TIME = re.compile(r"(?<=\d):(?=\d)")
_JOINER = "\u2060"
_ACTIVE = re.compile(
    r"</?(?:script|style|iframe|frame|object|embed|form|input|svg|math|base|meta|link)\b|\son\w+\s*=|\b(?:java|vb)script\s*:",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the notes under a heading; each entry is a text and its address, which may be empty."""

    heading: str
    entries: tuple[tuple[str, str], ...]


def corrected(correction: Correction) -> str:
    """Return what readers are told of a correction, e.g. ``Korrigiert am 12. März 2026: Es waren drei, nicht vier.``"""
    return f"Korrigiert am {day(correction.at)}" + (f": {correction.note}" if correction.note else ".")


def to_text(episode: Episode) -> str:
    """Return the notes as plain text."""
    pieces = [_plain(episode.summary)] if episode.summary else []
    pieces += _corrections(episode)
    for part in _parts(episode):
        lines = [f"{text}: {url}" if url and url not in text else text for text, url in part.entries]
        mark = "" if part.heading == _CHAPTERS else "- "
        pieces.append("\n".join([part.heading, *(mark + line for line in lines)]))
    pieces += _ending(episode)
    return "\n\n".join(pieces) + "\n"


def to_html(episode: Episode, limit: int = 0) -> str:
    """Return the notes as sanitised HTML.

    Args:
        limit: Largest size [bytes]; 0: no limit. To fit, entries are dropped from the end: first sources, then key
            points; then the oldest corrections, which it says; then chapters. The last correction, the article's
            address and who speaks always stay.
    """
    parts = list(_parts(episode))
    summary, told = _plain(episode.summary), _corrections(episode)
    every = told
    text = _html(episode, summary, told, parts)
    while limit and (excess := len(text.encode()) - limit) > 0:
        index = next((at for name in _EXPENDABLE for at, part in enumerate(parts) if part.heading == name), None)
        if len(told) > 1 and (index is None or parts[index].heading == _CHAPTERS):
            told = told[1:]
        elif index is not None:
            parts[index] = replace(parts[index], entries=parts[index].entries[:-1])
            parts = [part for part in parts if part.entries]
        elif summary:
            summary = summary[: -excess - 2].rsplit(" ", 1)[0].rstrip() + "…" if len(summary) > excess + 2 else ""
        else:
            break
        text = _html(episode, summary, told if told is every else [*told, _FORMER], parts)
    return text


def harmless(text: str) -> str:
    """Return HTML of strangers without what could act; as it stands if nothing in it could."""
    import nh3

    return nh3.clean(text) if _ACTIVE.search(text) else text


def _html(episode: Episode, summary: str, told: Sequence[str], parts: Sequence[_Part]) -> str:
    import nh3

    pieces = [f"<p>{html.escape(line)}</p>" for line in (summary, *told) if line]
    for part in parts:
        items = "".join(f"<li>{_linked(text, url)}</li>" for text, url in part.entries)
        pieces.append(f"<p>{html.escape(part.heading)}</p><ul>{items}</ul>")
    pieces += (f"<p>{html.escape(line)}</p>" for line in _ending(episode))
    return nh3.clean("\n".join(pieces), tags={"p", "ul", "li", "a"}, attributes={"a": {"href"}}, link_rel=None)


def _parts(episode: Episode) -> Sequence[_Part]:
    article = web_address(episode.article_url)
    parts = [
        _Part("In Kürze", tuple((_plain(point), "") for point in episode.key_points)),
        _Part(_CHAPTERS, tuple((line, "") for line in to_lines(episode))),
        _Part("Zum Nachlesen", ((_plain(episode.title), article),) if article else ()),
        _Part("Quellen", tuple((_plain(source.text), web_address(source.url)) for source in episode.sources)),
    ]
    return [part for part in parts if part.entries]


def _corrections(episode: Episode) -> list[str]:
    return [_plain(corrected(each)) for each in episode.corrections]


def _ending(episode: Episode) -> list[str]:
    revoiced = f"Neu vertont am {episode.revoiced:%d.%m.%Y}." if episode.revoiced else ""
    return [_plain(line) for line in (episode.label, episode.voice_credit, revoiced) if line]


def _plain(text: str) -> str:
    """Return a text on one line, with nothing that apps take for a time stamp."""
    return _TIME.sub(f":{_JOINER}", " ".join(text.split()))


def _linked(text: str, url: str) -> str:
    return f'<a href="{html.escape(url)}">{html.escape(text)}</a>' if url else html.escape(text)
