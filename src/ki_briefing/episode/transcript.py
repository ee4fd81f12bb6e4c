"""Timeline -> transcripts in the written form, as WebVTT, SRT, Podcasting 2.0 JSON and HTML.

Subtitles have at most two lines of 42 characters. A longer sentence is divided, and timed by its word timings if there
are any, else in proportion. All formats avoid what podcast apps are known to misread.
"""

from __future__ import annotations

import html
import json
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING, Any

from ki_briefing.episode import clock
from ki_briefing.episode.chapters import DANGLING
from ki_briefing.model.episode import Sentence
from ki_briefing.model.text import UtteranceRole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ki_briefing.model.episode import Episode
    from ki_briefing.model.sound import Cue, Timeline

LINE = 42
LINES = 2

_HEADINGS = frozenset((UtteranceRole.HEADING, UtteranceRole.HEADLINE))
_STANDALONE = _HEADINGS | {UtteranceRole.KEY_POINT, UtteranceRole.LIST_ITEM}
_WHOLE = re.compile(r"[.!?…][\"'“”‘’«»)\]]*$")
_BREATH = 0.3  # seconds: clauses of one sentence are closer together, sentences are further apart
_REST = 0.5  # seconds: a longer silence ends a paragraph
_DASHES = ("–", "—")
_STOPS = (",", ";", ":", "!", "?", *_DASHES)  # a full stop within a sentence is an abbreviation's or an ordinal's
_SHORTEST = 1000  # milliseconds that a subtitle stays, if the next one leaves enough time
_READING = 50  # milliseconds per character that it stays, under the same condition
_JOINER = "\u2060"
_NO_BREAK = "\u00a0"
_NAMED = ": "  # between a speaker and what he says
_RATIO = "\u2236"  # looks like a colon


@dataclass(frozen=True, slots=True)
class Subtitle:
    """What is on the screen at once.

    Attributes:
        start: When it appears [ms].
        end: When it disappears [ms].
        lines: One or two, with at most 42 characters unless a single word is longer.
        speaker: Who says it; empty where one voice says all.
        introduces: It is the first of this speaker after another: where a format names speakers in the text, it does so
            here. The first line has room for that.
    """

    start: int
    end: int
    lines: tuple[str, ...]
    speaker: str = ""
    introduces: bool = False


def sentences(timeline: Timeline) -> tuple[Sentence, ...]:
    """Return the sentences of an episode with their paragraphs; the clauses of a sentence are rejoined."""
    found: list[Sentence] = []
    paragraph = 0
    before: Cue | None = None
    for group in _sentences(timeline):
        cue, last = group[0], group[-1]
        if before and (
            before.chapter != cue.chapter
            or before.role is not cue.role
            or before.speaker != cue.speaker
            or cue.role in _STANDALONE
            or cue.start - before.end > _REST * timeline.sample_rate
        ):
            paragraph += 1
        start, end = _milliseconds(cue.start, timeline), _milliseconds(last.end, timeline)
        text = " ".join(each.text for each in group)
        found.append(Sentence(start, max(end, start + 1), text, cue.chapter, paragraph, cue.role, cue.speaker))
        before = last
    return tuple(found)


def subtitles(timeline: Timeline) -> tuple[Subtitle, ...]:
    """Return the subtitles of an episode, in order, without overlap."""
    shown: list[Subtitle] = []
    for group in _sentences(timeline):
        speaker = group[0].speaker
        introduces = bool(speaker) and not (shown and shown[-1].speaker == speaker)
        screens = _lay_out(" ".join(cue.text for cue in group), room=len(speaker) + len(_NAMED) if introduces else 0)
        starts = _starts(group, screens)
        for lines, start, end in zip(screens, starts, [*starts[1:], group[-1].end], strict=True):
            begin = max(_milliseconds(start, timeline), shown[-1].end if shown else 0)
            end_of = max(_milliseconds(end, timeline), begin + 1)
            shown.append(Subtitle(begin, end_of, lines, speaker, introduces and lines is screens[0]))
    return tuple(_prolonged(shown, _milliseconds(timeline.frames, timeline)))


def _prolonged(shown: Sequence[Subtitle], end: int) -> Iterator[Subtitle]:
    """Let subtitles stay on during the silence after them until there was time to read them."""
    for each, following in zip(shown, [*(later.start for later in shown[1:]), end], strict=True):
        needed = each.start + max(_SHORTEST, _READING * len(" ".join(each.lines)))
        yield replace(each, end=max(each.end, min(following, needed)))


def to_vtt(shown: Sequence[Subtitle], speaker: str) -> str:
    """Return WebVTT in which every cue names its voice: who says it, or ``speaker`` where one voice says all."""
    cues = (
        f"{clock.exact(each.start, '.')} --> {clock.exact(each.end, '.')}\n"
        f"<v {html.escape(each.speaker or speaker, quote=False)}>"
        + "\n".join(html.escape(line, quote=False) for line in each.lines)
        for each in shown
    )
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def to_srt(shown: Sequence[Subtitle]) -> str:
    """Return SubRip.

    Apps take what stands before a colon and a plain space for the speaker, until they find another one. So only where
    another voice begins to speak is there such a space, and no other colon: AntennaPod would drop what follows it.
    """
    cues = (
        f"{number}\n{clock.exact(each.start, ',')} --> {clock.exact(each.end, ',')}\n" + _srt_text(each)
        for number, each in enumerate(shown, 1)
    )
    return "\n\n".join(cues) + "\n"


def _srt_text(subtitle: Subtitle) -> str:
    lines = "\n".join(subtitle.lines)
    if subtitle.introduces:
        return _NAMED.join(text.replace(":", _RATIO) for text in (subtitle.speaker, lines))
    return re.sub(":$", f":{_JOINER}", lines, flags=re.MULTILINE).replace(": ", f":{_NO_BREAK}")


def to_json(timeline: Timeline, speaker: str) -> str:
    """Return Podcasting 2.0 JSON, version 1.0.0: a segment per sentence, never an empty one.

    Each names who says it, or ``speaker`` where one voice says all.
    If the engine told word timings, a segment also has ``words``, with the same keys for each word; readers of the
    format ignore keys that they do not know.
    """
    segments: list[str] = []  # as JSON, to save memory: a long episode has a hundred thousand words
    for sentence, group in zip(sentences(timeline), _sentences(timeline), strict=True):
        who = {"speaker": sentence.speaker or speaker}
        segment: dict[str, Any] = {**who, **_timed(sentence.start, sentence.end, sentence.text)}
        words = [
            _timed(
                _milliseconds(word.onset, timeline),
                _milliseconds(word.offset, timeline),
                cue.text[word.start : word.end],
            )
            for cue in group
            for word in cue.words
        ]
        segments.append(json.dumps({**segment, "words": words} if words else segment, ensure_ascii=False))
    return f'{{"version": "1.0.0", "segments": [{", ".join(segments)}]}}\n'


def _timed(start: int, end: int, text: str) -> dict[str, Any]:
    return {"startTime": start / 1000, "endTime": end / 1000, "body": text}


def to_html(episode: Episode) -> str:
    """Return HTML with a time before each paragraph, its speaker where that is another, headings, and no scripts."""
    title = html.escape(episode.title)
    lines = [
        "<!doctype html>",
        f'<html lang="{html.escape(episode.language)}">',
        f'<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>',
        f"<body><main><h1>{title}</h1>",
    ]
    speaker = ""
    for _, paragraph in groupby(episode.sentences, key=lambda sentence: sentence.paragraph):
        group = list(paragraph)
        start = group[0].start
        if group[0].speaker != speaker:
            speaker = group[0].speaker
            lines.append(f"<cite>{html.escape(speaker, quote=False)}:</cite>")
        text = f"<p>{html.escape(' '.join(sentence.text for sentence in group), quote=False)}</p>"
        if group[0].role in _HEADINGS:
            text = f'<div role="heading" aria-level="2">{text}</div>'
        lines.append(f'<time datetime="PT{start / 1000:.3f}S">{clock.full(start // 1000)}</time>')
        lines.append(text)
    return "\n".join([*lines, "</main></body>", "</html>"]) + "\n"


def _sentences(timeline: Timeline) -> Iterator[tuple[Cue, ...]]:
    """Yield the cues of each sentence: the clauses of a long one have a cue each."""
    group: list[Cue] = []
    for cue in timeline.cues:
        if group and not _continues(group[-1], cue, timeline):
            yield tuple(group)
            group = []
        group.append(cue)
    if group:
        yield tuple(group)


def _continues(before: Cue, cue: Cue, timeline: Timeline) -> bool:
    return (
        before.chapter == cue.chapter
        and before.role is cue.role
        and before.speaker == cue.speaker
        and not _WHOLE.search(before.text)
        and cue.start - before.end < _BREATH * timeline.sample_rate
    )


def _lay_out(text: str, room: int = 0) -> list[tuple[str, ...]]:
    """Divide a text into screens of one or two lines, evenly, breaking where it hurts least: after punctuation.

    Args:
        room: Characters to leave free at the beginning of the first line.
    """
    if room:
        (first, *rest), *others = _lay_out("\0" * room + text.lstrip())
        return [(first[room:], *rest), *others]
    words = text.split() or [text]
    begins = list(accumulate((len(word) + 1 for word in words), initial=0))
    if len(words) in _ends(begins, 0):
        return [_lines(words) or (words[0],)]
    torn = [_pain(before, after) for before, after in pairwise(words)] + [0.0]
    best = [(0.0, 0)] * (len(words) + 1)  # from each word on: the lowest price, and the word after the first screen
    for start in reversed(range(len(words))):
        choices = []
        for end in _ends(begins, start):
            length = begins[end] - 1 - begins[start]
            price = 1.0 + 0.6 * torn[end - 1] + 0.5 * (1 - min(1.0, length / (LINE * LINES))) ** 2
            choices.append((price + best[end][0], end))
        best[start] = min(choices)
    screens = []
    at = 0
    while at < len(words):
        end = best[at][1]
        screens.append(_lines(words[at:end]) or (words[at],))
        at = end
    return screens


def _ends(begins: Sequence[int], start: int) -> range:
    """Return where a screen that begins with a word may end: whatever fits into two lines, or that word alone.

    Args:
        begins: Where each word begins in the text; at the end, its length plus one.
    """
    second = bisect_right(begins, begins[start] + LINE + 1) - 1  # the first line is as full as can be
    last = bisect_right(begins, begins[second] + LINE + 1) - 1 if second > start else start
    return range(start + 1, max(last, start + 1) + 1)


def _lines(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words as one line, or as two of similar length; none if they do not fit."""
    text = " ".join(words)
    if len(text) <= LINE:
        return (text,)
    pairs = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    fitting = [pair for pair in pairs if max(map(len, pair)) <= LINE]
    return min(fitting, key=_badness, default=())


def _badness(pair: tuple[str, str]) -> float:
    """Return how bad two lines look: uneven, or broken where it hurts."""
    first, second = pair
    return abs(len(first) - len(second)) + 16 * _pain(first.rsplit(" ", 1)[-1], second)


def _pain(before: str, after: str) -> float:
    """Return how much a break between two words hurts: not at all after punctuation, most between words that belong."""
    if before.endswith(_STOPS) and not after.startswith(_DASHES):
        return 0.0
    belongs = before.lower() in DANGLING or (before[-2:-1].isdigit() and before.endswith("."))
    return 1.7 if belongs or after.startswith(_DASHES) else 1.0


def _starts(group: Sequence[Cue], screens: Sequence[tuple[str, ...]]) -> list[int]:
    """Return the frame at which the first word of each screen is heard."""
    starts = []
    at = 0  # characters of the sentence before this screen, white space not counted
    for lines in screens:
        starts.append(_heard_at(group, at))
        at += sum(len("".join(line.split())) for line in lines)
    return starts


def _heard_at(group: Sequence[Cue], at: int) -> int:
    """Return the frame at which a sentence's character is heard; white space is not counted."""
    for cue in group:
        size = len("".join(cue.text.split()))
        if at < size or cue is group[-1]:
            break
        at -= size
    told = (word.onset for word in cue.words if len("".join(cue.text[: word.start].split())) >= at)
    guess = cue.start + (cue.end - cue.start) * at // max(1, size)
    return min(max(next(told, guess) if at else cue.start, cue.start), cue.end)


def _milliseconds(frame: int, timeline: Timeline) -> int:
    return frame * 1000 // timeline.sample_rate
