"""Timeline -> transcripts: WebVTT, SRT, Podcasting 2.0 JSON and HTML, all with the same written words.

Subtitle forms show at most two lines of 42 characters: a longer sentence becomes several cues, timed by its words where
the engine told them, else in proportion. The forms avoid what podcast apps are known to misread.
"""

from __future__ import annotations

import html
import json
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.model import UtteranceRole
from ki_briefing.publication.episode import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ki_briefing.model import Cue, Timeline
    from ki_briefing.publication.episode import Episode

LINE = 42
LINES = 2

_STANDALONE = frozenset(
    (UtteranceRole.HEADING, UtteranceRole.HEADLINE, UtteranceRole.KEY_POINT, UtteranceRole.LIST_ITEM)
)


@dataclass(frozen=True, slots=True)
class Subtitle:
    """What stands on the screen at once.

    Attributes:
        start: When it appears [ms].
        end: When it goes [ms].
        lines: One or two, at most 42 characters each unless a single word is longer.
    """

    start: int
    end: int
    lines: tuple[str, ...]


def sentences(timeline: Timeline) -> tuple[Sentence, ...]:
    """Return the sentences of an episode with their paragraphs."""
    found: list[Sentence] = []
    paragraph = 0
    for index, cue in enumerate(timeline.cues):
        before = timeline.cues[index - 1] if index else None
        if before and (
            before.chapter != cue.chapter
            or before.role is not cue.role
            or cue.role in _STANDALONE
            or _gap(before, cue, timeline)
        ):
            paragraph += 1
        start, end = _milliseconds(cue.start, timeline), _milliseconds(cue.end, timeline)
        found.append(Sentence(start, max(end, start + 1), cue.text, cue.chapter, paragraph, cue.role))
    return tuple(found)


def subtitles(timeline: Timeline) -> tuple[Subtitle, ...]:
    """Return what subtitles show, in order, without overlap."""
    shown: list[Subtitle] = []
    for cue in timeline.cues:
        for start, end, lines in _screens(cue):
            begin = max(_milliseconds(start, timeline), shown[-1].end if shown else 0)
            shown.append(Subtitle(begin, max(_milliseconds(end, timeline), begin + 1), lines))
    return tuple(shown)


def to_vtt(shown: Sequence[Subtitle], speaker: str) -> str:
    """Return WebVTT with the speaker as its voice."""
    name = html.escape(speaker, quote=False)
    cues = (
        f"{_clock(each.start, '.')} --> {_clock(each.end, '.')}\n<v {name}>"
        + "\n".join(html.escape(line, quote=False) for line in each.lines)
        for each in shown
    )
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def to_srt(shown: Sequence[Subtitle]) -> str:
    """Return SubRip. A no-break space after a colon keeps apps from taking what stands before it for a speaker."""
    cues = (
        f"{number}\n{_clock(each.start, ',')} --> {_clock(each.end, ',')}\n"
        + "\n".join(each.lines).replace(": ", ":\u00a0")
        for number, each in enumerate(shown, 1)
    )
    return "\n\n".join(cues).replace(":\n", ":\u00a0\n") + "\n"


def to_json(episode: Episode, speaker: str) -> str:
    """Return Podcasting 2.0 JSON, version 1.0.0: a segment per sentence, never an empty one."""
    segments = [
        {
            "speaker": speaker,
            "startTime": sentence.start / 1000,
            "endTime": sentence.end / 1000,
            "body": sentence.text,
        }
        for sentence in episode.sentences
    ]
    return json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False, indent=1) + "\n"


def to_html(episode: Episode) -> str:
    """Return HTML: a heading per chapter, a paragraph per paragraph; nothing to run."""
    lines = [
        "<!doctype html>",
        f'<html lang="{html.escape(episode.language)}">',
        f'<head><meta charset="utf-8"><title>{html.escape(episode.title)}</title></head>',
        "<body>",
    ]
    chapter = -1
    for group in _paragraphs(episode.sentences):
        if group[0].chapter != chapter:
            chapter = group[0].chapter
            lines.append(f"<h2>{html.escape(episode.chapters[chapter].title)}</h2>")
        seconds = group[0].start / 1000
        lines.append(f'<time datetime="PT{seconds:.3f}S">{_clock(group[0].start, ".")[:8]}</time>')
        lines.append(f"<p>{html.escape(' '.join(sentence.text for sentence in group))}</p>")
    return "\n".join([*lines, "</body>", "</html>"]) + "\n"


def _paragraphs(all_of: Sequence[Sentence]) -> Iterator[list[Sentence]]:
    group: list[Sentence] = []
    for sentence in all_of:
        if group and sentence.paragraph != group[-1].paragraph:
            yield group
            group = []
        group.append(sentence)
    if group:
        yield group


def _screens(cue: Cue) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield the cue in pieces that fit on the screen, with their first and last frames."""
    lines = textwrap.wrap(cue.text, LINE, break_long_words=False, break_on_hyphens=False) or [cue.text]
    groups = [tuple(lines[at : at + LINES]) for at in range(0, len(lines), LINES)]
    at = 0
    start = cue.start
    for index, group in enumerate(groups):
        at += sum(len(line) + 1 for line in group)
        end = cue.end if index + 1 == len(groups) else max(start + 1, _heard_at(cue, at))
        yield start, end, group
        start = end


def _heard_at(cue: Cue, at: int) -> int:
    """Return the frame at which the text from this character on is heard."""
    later = next((word.onset for word in cue.words if word.start >= at), None)
    if later is not None:
        return later
    return cue.start + (cue.end - cue.start) * at // max(1, len(cue.text))


def _gap(before: Cue, cue: Cue, timeline: Timeline) -> bool:
    """Return whether a paragraph ended between two sentences: the pause is as long as only that is."""
    return cue.start - before.end > timeline.sample_rate // 2


def _milliseconds(frame: int, timeline: Timeline) -> int:
    return frame * 1000 // timeline.sample_rate


def _clock(milliseconds: int, comma: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{comma}{rest:03}"
