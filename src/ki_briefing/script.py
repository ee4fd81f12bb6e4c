"""Article -> Script: what will be said, in which order, with which pauses.

Every written sentence is spoken or listed as omitted with the reason. The transcript shows the written form.
"""

from __future__ import annotations

import re
import string
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.hints import nearest
from ki_briefing.base.processors import spread
from ki_briefing.german import sentences
from ki_briefing.german.clauses import clauses
from ki_briefing.german.dates import MONTHS
from ki_briefing.german.unicode import normalize
from ki_briefing.german.verbalize import explain, verbalize
from ki_briefing.model.text import (
    BlockKind,
    Omission,
    Script,
    SectionRole,
    Segment,
    SegmentKind,
    Utterance,
    UtteranceRole,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from ki_briefing.german.lexicon import Lexicon
    from ki_briefing.model.text import Article, Block, Section
    from ki_briefing.show.settings import Show

LETTERS_PER_SECOND = 16.5
"""How fast a German voice reads at its own pace; measured with the embedded one on the sample articles."""

_WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_ROLES = {
    BlockKind.PARAGRAPH: UtteranceRole.PARAGRAPH,
    BlockKind.LIST_ITEM: UtteranceRole.LIST_ITEM,
    BlockKind.QUOTE: UtteranceRole.QUOTE,
    BlockKind.SUBHEADING: UtteranceRole.HEADING,
}
_SOUND = re.compile(r"[^\W_]")
_SPELLED = re.compile(r"\b[A-ZÄÖÜ](?: [A-ZÄÖÜ])+s?\b")
_ALONE = 10_000  # letters, ten minutes of speech: less is said before another process has begun
_BATCH = 16_000  # letters that are sent to another process at once
_JINGLES = 12.0  # seconds of music that no speech runs under, roughly


def write_script(article: Article, show: Show, *, number: int, date: datetime, lexicon: Lexicon) -> Script:
    """Return what the episode says.

    Raises:
        ConfigError: A template of ``[frames]`` names an unknown placeholder.
    """
    writer = _Writer(show, lexicon, _words_of_the_day(article, show, number, date))
    segments = [writer.frame(SegmentKind.INTRO, show.frames.intro_title, show.frames.intro)]
    if article.key_points:
        segments.append(writer.key_points(article.key_points))
    segments += (writer.section(section) for section in article.sections)
    segments.append(writer.frame(SegmentKind.OUTRO, show.frames.outro_title, show.frames.outro))
    said = tuple(writer.closed(segment) for segment in segments if segment.utterances)
    return Script(article.headline, said, (*article.omitted, *_sources(article)), article.language)


def read_aloud(text: str, lexicon: Lexicon) -> tuple[Utterance, ...]:
    """Return any text as it would be said, sentence by sentence, long ones in parts."""
    return tuple(utterance(part, lexicon) for part in _parts(text))


def utterance(part: str, lexicon: Lexicon) -> Utterance:
    """Return a part of any text, as ``shown`` hands it out, as it would be said."""
    return _utterance(part, lexicon, UtteranceRole.PARAGRAPH, 0)


def shown(lines: Iterable[str], show: Callable[[str, bool, bool], str]) -> Iterator[str]:
    """Yield what is to be shown of any lines, for each part that is said at once; of a book, found by all processors.

    Args:
        show: Pure; gets a part, empty for an empty line, and whether its line begins and whether it ends with it.
    """
    parts = _places(lines)
    for part in _letters(parts, _ALONE):
        yield show(*part)
    batches = iter(lambda: tuple(_letters(parts, _BATCH)), ())
    yield from spread(lambda batch: "".join([show(*part) for part in batch]), batches)


def _letters(parts: Iterator[tuple[str, bool, bool]], count: int) -> Iterator[tuple[str, bool, bool]]:
    """Yield so many letters of the parts that are left, or what there is."""
    for part in parts:
        yield part
        count -= len(part[0]) + 1
        if count <= 0:
            break


def _places(lines: Iterable[str]) -> Iterator[tuple[str, bool, bool]]:
    """Yield the parts of lines, and whether they are the first and the last of theirs."""
    for line in lines:
        parts = _parts(line)
        part, first = next(parts, ""), True
        for following in parts:
            yield part, first, False
            part, first = following, False
        yield part, first, True


def _parts(text: str) -> Iterator[str]:
    return (part for sentence in sentences.each(text) for part in clauses(sentence))


def explained(utterance: Utterance) -> str:
    """Return for a reader what is said, and below it every decision and every pronunciation from a lexicon."""
    lines = [utterance.spoken]
    for span in utterance.spans:
        said = utterance.spoken[span.spoken_start : span.spoken_end]
        lines.append(f"  {utterance.written[span.start : span.end]!r} → {said!r}  ({span.kind})")
    for each in utterance.pronunciations:
        sounds = [f"/{each.ipa}/" * bool(each.ipa), each.respelling, each.language]
        lines.append(f"  {utterance.spoken[each.start : each.end]!r} ♪ {', '.join(filter(None, sounds))}  (lexicon)")
    return "\n".join(lines)


def forecast(script: Script) -> float:
    """Return how long the episode will be, roughly [s]."""
    letters = sum(len(utterance.spoken) for utterance in script.utterances)
    return letters / LETTERS_PER_SECOND + sum(utterance.pause for utterance in script.utterances) / 1000 + _JINGLES


def to_text(script: Script) -> str:
    """Return the script for a reader: spoken forms stand below what was written where they differ."""
    lines = [script.title, "=" * len(script.title)]
    for segment in script.segments:
        lines += ["", f"[{segment.kind}] {segment.title}"]
        for utterance in segment.utterances:
            lines.append(f"  {utterance.written}")
            if (said := _legible(utterance)) != normalize(utterance.written):
                lines.append(f"    → {said}")
    if script.omitted:
        lines += ["", "Not spoken:", *(f"  ({omission.reason}) {omission.text}" for omission in script.omitted)]
    minutes, seconds = divmod(round(forecast(script)), 60)
    return "\n".join([*lines, "", f"About {minutes}:{seconds:02} min."])


def _legible(utterance: Utterance) -> str:
    """Return the spoken form with spelled letters as one is used to read them: KI-Modell, not K I-Modell."""

    def together(letters: re.Match[str]) -> str:
        word = letters[0].replace(" ", "")
        return word if word in utterance.written else letters[0]

    return _SPELLED.sub(together, utterance.spoken)


class _Writer:
    """Writes the segments of one episode."""

    def __init__(self, show: Show, lexicon: Lexicon, words: dict[str, str]) -> None:
        self._pauses = show.pauses
        self._frames = show.frames
        self._lexicon = lexicon
        self._words = words

    def frame(self, kind: SegmentKind, title: str, templates: Iterable[str]) -> Segment:
        """Return what the show itself says at the beginning or the end."""
        roles = {"{headline}": UtteranceRole.HEADLINE, "{teaser}": UtteranceRole.TEASER}
        said: list[Utterance] = []
        for template in templates:
            role = roles.get(template, UtteranceRole.FRAME)
            said += self._say(self._fill(template), role, self._pauses.paragraph)
        return Segment(kind, title, tuple(said))

    def key_points(self, points: Iterable[str]) -> Segment:
        """Return *In Kürze* with a calm pause between its points."""
        said: list[Utterance] = []
        for template in self._frames.key_points:
            said += self._say(self._fill(template), UtteranceRole.HEADING, self._pauses.heading)
        for point in points:
            said += self._say(point, UtteranceRole.KEY_POINT, self._pauses.key_point)
        return Segment(SegmentKind.KEY_POINTS, self._frames.key_points_title, tuple(said))

    def section(self, section: Section) -> Segment:
        """Return a section: its heading as a heading, then its text."""
        kind = SegmentKind.EXPLAINER if section.role is SectionRole.EXPLAINER else SegmentKind.SECTION
        said = list(self._say(section.heading, UtteranceRole.HEADING, self._pauses.heading))
        for block in section.blocks:
            said += self._say(block.text, _ROLES[block.kind], self._pause_after(block))
        return Segment(kind, " ".join(section.heading.split()), tuple(said), section.anchor, section.picture)

    def closed(self, segment: Segment) -> Segment:
        """Return the segment with the pause of a segment at its end."""
        *others, last = segment.utterances
        return replace(segment, utterances=(*others, replace(last, pause=self._pauses.segment)))

    def _pause_after(self, block: Block) -> int:
        if block.kind is BlockKind.SUBHEADING:
            return self._pauses.heading
        return self._pauses.key_point if block.kind is BlockKind.LIST_ITEM else self._pauses.paragraph

    def _fill(self, template: str) -> str:
        """Return a template with the day's words, or nothing if one of them is empty today."""
        names = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
        for name in names:
            if name not in self._words:
                raise ConfigError(f"show.toml: frames: unknown placeholder '{{{name}}}'", nearest(name, self._words))
        return "" if any(not self._words[name] for name in names) else template.format_map(self._words)

    def _say(self, text: str, role: UtteranceRole, pause: int) -> Iterator[Utterance]:
        """Yield the utterances of a paragraph; the last one is followed by the pause."""
        written = [each for each in sentences.split(text) if _SOUND.search(each)]
        for index, sentence in enumerate(written):
            parts = clauses(sentence)
            after = pause if index + 1 == len(written) else self._pauses.sentence
            for part in parts[:-1]:
                yield _utterance(part, self._lexicon, role, self._pauses.clause)
            yield _utterance(parts[-1], self._lexicon, role, after)


spoken = lru_cache(maxsize=8192)(verbalize)
"""What an utterance says, and no more. A hostile text repeats itself a hundred thousand times."""


@lru_cache(maxsize=1024)  # here too, but each is larger
def _utterance(written: str, lexicon: Lexicon, role: UtteranceRole, pause: int) -> Utterance:
    said = explain(written)
    return Utterance(said.written, said.spoken, role, pause, said.spans, lexicon.pronunciations(said.spoken))


def _words_of_the_day(article: Article, show: Show, number: int, date: datetime) -> dict[str, str]:
    return {
        "podcast": show.podcast.title,
        "date": f"{date.day}. {MONTHS[date.month - 1]} {date.year}",
        "weekday": _WEEKDAYS[date.weekday()],
        "number": str(number),
        "headline": article.headline,
        "teaser": article.teaser,
        "notice": show.frames.notice,
    }


def _sources(article: Article) -> Iterator[Omission]:
    for source in article.sources:
        yield Omission(source.text, "source")
