"""Article, Show -> Script: what will be said, in which order, with which pauses.

Every written sentence is either spoken or listed as omitted, with the reason. The show's own words come from the
templates of ``[frames]``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from ki_briefing.base.web import web_address
from ki_briefing.german import sentences
from ki_briefing.german.clauses import LONGEST_WORD, clauses, halves, is_short, without_long_words
from ki_briefing.german.dates import MONTHS
from ki_briefing.german.quotations import is_english, with_english
from ki_briefing.german.verbalize import explain
from ki_briefing.german.weekdays import WEEKDAYS
from ki_briefing.model.episode import VoiceKind
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
from ki_briefing.show.frames import check_frames, name_voices, placeholders_in
from ki_briefing.show.settings import USUAL_PAUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from ki_briefing.german.lexicon import Lexicon
    from ki_briefing.model.episode import Correction
    from ki_briefing.model.text import Article, Block, Section
    from ki_briefing.show.settings import Pauses, Show

LETTERS_PER_SECOND = 16.5
"""How fast a German voice reads at its default rate, measured with the embedded voice on the sample articles."""

_NOTE = "note"  # only in a template of a correction

_ROLES = {
    BlockKind.PARAGRAPH: UtteranceRole.PARAGRAPH,
    BlockKind.LIST_ITEM: UtteranceRole.LIST_ITEM,
    BlockKind.QUOTE: UtteranceRole.QUOTE,
    BlockKind.SUBHEADING: UtteranceRole.HEADING,
    BlockKind.QUESTION: UtteranceRole.QUESTION,
    BlockKind.ANSWER: UtteranceRole.ANSWER,
}
_FRAMED = (SegmentKind.INTRO, SegmentKind.OUTRO)
_SOUND = re.compile(r"[^\W_]")
_JINGLES = 12.0  # seconds of music that no speech runs under, roughly
_LONG = 600.0  # seconds: a longer episode reminds its listeners in its middle, too


def write_script(
    article: Article,
    show: Show,
    *,
    number: int,
    date: datetime,
    lexicon: Lexicon,
    correction: Correction | None = None,
    kinds_of: Callable[[frozenset[str]], Iterable[VoiceKind]] | None = None,
) -> Script:
    """Return the script of an episode.

    Args:
        correction: The last one of what was on air, which the intro tells if the show wants.
        kinds_of: Returns the kinds of the voices with these names, for the notice; None: by rules, all of them.

    Raises:
        ConfigError: A template of ``[frames]`` cannot be filled.
    """
    check_frames(show.frames)
    writer = _Writer(show, lexicon, _words_of_the_day(article, show, number, date), article.author)
    segments = [writer.key_points(article.key_points)] if article.key_points else []
    segments += (writer.section(section, article.headline) for section in article.sections)
    segments = [writer.closed(segment) for segment in segments if segment.utterances]
    omitted = (*article.omitted, *writer.left_out, *_sources(article))
    body = Script(article.headline, tuple(segments), omitted, article.language, article.embargo)
    framed = writer.framed(body, (), correction)
    names = frozenset(each.voice for each in framed.utterances)
    return writer.framed(body, kinds_of(names) if kinds_of else [VoiceKind.RULES] * len(names), correction)


def reword(
    script: Script,
    article: Article,
    show: Show,
    kinds: Iterable[VoiceKind],
    *,
    number: int,
    date: datetime,
    lexicon: Lexicon,
    correction: Correction | None = None,
) -> Script:
    """Return a script with the notice that is true of voices of these kinds, and the reminders of it."""
    writer = _Writer(show, lexicon, _words_of_the_day(article, show, number, date), article.author)
    return writer.framed(script, kinds, correction)


def is_verbatim(script: Script, article: Article) -> bool:
    """Tell whether everything that is said, but for the show's own words, stands in the article, letter by letter.

    The article is what was read of its file: plain text by role.
    """
    blocks = (block.text for section in article.sections for block in section.blocks)
    headings = (section.heading for section in article.sections)
    written = "\n".join(map(_letters, (article.headline, article.teaser, *article.key_points, *headings, *blocks)))
    return all(
        _letters(utterance.written) in written
        for segment in script.segments
        for utterance in segment.utterances
        if not _is_own(utterance, segment)
    )


def _is_own(utterance: Utterance, segment: Segment) -> bool:
    """Tell whether it is the show that says this, not the article."""
    title = segment.kind is SegmentKind.KEY_POINTS and utterance.role is UtteranceRole.HEADING
    return title or utterance.role is UtteranceRole.FRAME


def _letters(text: str) -> str:
    return "".join(_SOUND.findall(text))


def read_aloud(text: str, lexicon: Lexicon, pauses: Pauses = USUAL_PAUSES) -> Iterator[Utterance]:
    """Yield any text as it would be said, sentence by sentence, long sentences clause by clause."""
    for sentence in sentences.each(text):
        yield from _sentence(sentence, lexicon, UtteranceRole.PARAGRAPH, pauses.clause, pauses.sentence)


def forecast(script: Script) -> float:
    """Return the approximate length of the episode [s]."""
    return _seconds(script.utterances) + _JINGLES


def lacks_reminder(script: Script) -> bool:
    """Tell whether a script is so long that its listeners are to be reminded in its middle, and they are not."""
    body = [utterance for segment in script.segments if segment.kind not in _FRAMED for utterance in segment.utterances]
    return _seconds(body) > _LONG and all(each.role is not UtteranceRole.FRAME for each in body)


def _seconds(utterances: Iterable[Utterance]) -> float:
    return sum(len(each.spoken) / LETTERS_PER_SECOND + each.pause / 1000 for each in utterances)


class _Writer:
    """Writes the segments of one episode."""

    def __init__(self, show: Show, lexicon: Lexicon, words: dict[str, str], author: str) -> None:
        self._pauses = show.pauses
        self._cast = show.cast
        self._author = author
        self._frames = show.frames
        self._lexicon = lexicon
        self._words = words
        self._left_out: dict[str, None] = {}

    @property
    def left_out(self) -> Iterator[Omission]:
        """The words that nobody could read aloud, each once."""
        for word in self._left_out:
            yield Omission(word, f"a word of over {LONGEST_WORD} letters")

    def framed(self, script: Script, kinds: Iterable[VoiceKind], correction: Correction | None) -> Script:
        """Return a script between intro and outro, with the notice and the reminders of voices of these kinds."""
        frames, kinds = self._frames, tuple(kinds)
        self._words["voices"] = name_voices(kinds)
        self._words["notice"] = "" if frames.is_silent else frames.notice_of(kinds)
        reminder = frames.spoken_reminder
        body = [_without_frame(each) for each in script.segments if each.kind not in _FRAMED]
        intro = self.intro(correction)
        outro = self.frame(SegmentKind.OUTRO, frames.outro_title, (reminder, *frames.outro) if frames.outro else ())
        if place := _middle(body, self._pauses.paragraph):
            body[place[0]] = self._reminded(body[place[0]], place[1], reminder)
        said = (self.closed(segment) for segment in (intro, *body, outro) if segment.utterances)
        return replace(script, segments=tuple(said))

    def _reminded(self, segment: Segment, at: int, reminder: str) -> Segment:
        """Return a segment with a reminder before one of its utterances."""
        said = segment.utterances
        words = self._say(self._fill(reminder), UtteranceRole.FRAME, self._pauses.paragraph, segment.kind)
        return replace(segment, utterances=(*said[:at], *words, *said[at:]))

    def intro(self, correction: Correction | None) -> Segment:
        """Return the intro, with what the show says of a correction at its end."""
        said = self.frame(SegmentKind.INTRO, self._frames.intro_title, self._frames.intro)
        if correction is None:
            return said
        usual = self._words
        self._words = {**usual, **_words_of(correction.at), _NOTE: correction.note}
        told = self.frame(SegmentKind.INTRO, said.title, self._frames.correction)
        self._words = usual
        return replace(said, utterances=(*said.utterances, *told.utterances))

    def frame(self, kind: SegmentKind, title: str, templates: Iterable[str]) -> Segment:
        """Return the intro or the outro, made from templates of ``[frames]``."""
        roles = {"{headline}": UtteranceRole.HEADLINE, "{teaser}": UtteranceRole.TEASER}
        said: list[Utterance] = []
        for template in templates:
            role = roles.get(template, UtteranceRole.FRAME)
            said += self._say(self._fill(template), role, self._pauses.paragraph, kind)
        return Segment(kind, title, tuple(said))

    def key_points(self, points: Iterable[str]) -> Segment:
        """Return *In Kürze* with a calm pause between its points."""
        kind = SegmentKind.KEY_POINTS
        said: list[Utterance] = []
        for template in self._frames.key_points:
            said += self._say(self._fill(template), UtteranceRole.HEADING, self._pauses.heading, kind)
        for point in points:
            said += self._say(point, UtteranceRole.KEY_POINT, self._pauses.key_point, kind)
        return Segment(kind, self._frames.key_points_title, tuple(said))

    def section(self, section: Section, headline: str) -> Segment:
        """Return a section: its heading as a heading, then its text; one without has the article's title."""
        kind = SegmentKind.EXPLAINER if section.role is SectionRole.EXPLAINER else SegmentKind.SECTION
        said = list(self._say(section.heading, UtteranceRole.HEADING, self._pauses.heading, kind))
        for block in section.blocks:
            said += self._say(block.text, _ROLES[block.kind], self._pause_after(block), kind, block.speaker)
        title = " ".join((section.heading or headline).split())
        return Segment(kind, title, tuple(said), section.anchor, section.picture)

    def closed(self, segment: Segment) -> Segment:
        """Return the segment with the pause that ends a segment."""
        *others, last = segment.utterances
        return replace(segment, utterances=(*others, replace(last, pause=self._pauses.segment)))

    def _pause_after(self, block: Block) -> int:
        if block.kind is BlockKind.SUBHEADING:
            return self._pauses.heading
        return self._pauses.key_point if block.kind is BlockKind.LIST_ITEM else self._pauses.paragraph

    def _fill(self, template: str) -> str:
        """Return a template filled in; empty if one of its placeholders is empty for this episode."""
        return (
            "" if any(not self._words[name] for name in placeholders_in(template)) else template.format_map(self._words)
        )

    def _say(
        self, text: str, role: UtteranceRole, pause: int, kind: SegmentKind, speaker: str = ""
    ) -> Iterator[Utterance]:
        """Yield the utterances of a paragraph; ``pause`` follows the last one [ms]."""
        text, long = without_long_words(text)
        self._left_out.update(dict.fromkeys(long))
        voice_of = partial(self._cast.voice_of, role, kind, speaker=speaker, author=self._author)
        written = [each for each in sentences.split(text) if _SOUND.search(each)]
        for index, sentence in enumerate(written):
            after = pause if index + 1 == len(written) else self._pauses.sentence
            for each in _sentence(sentence, self._lexicon, role, self._pauses.clause, after):
                yield self._given(each, voice_of)

    def _given(self, utterance: Utterance, voice_of: Callable[..., str]) -> Utterance:
        """Return the utterance with its voice; one that speaks its language needs no help with its words."""
        if self._cast.languages.en and is_english(utterance.written, utterance.spoken):
            return replace(utterance, voice=voice_of(language="en"), pronunciations=())
        return replace(utterance, voice=voice_of())


def _sentence(written: str, lexicon: Lexicon, role: UtteranceRole, between: int, after: int) -> Iterator[Utterance]:
    """Yield the utterances of a sentence, with the pauses between and after them [ms]."""
    said = [each for part in clauses(written) for each in _utterances(part, lexicon, role)]
    for each in said[:-1]:
        yield replace(each, pause=between)
    yield replace(said[-1], pause=after)


def _utterances(written: str, lexicon: Lexicon, role: UtteranceRole) -> Iterator[Utterance]:
    """Yield what is said of a part of a sentence: one utterance, or more where it grew beyond a minute in words."""
    said = explain(written)
    if not is_short(said.spoken) and len(written) > 1:
        for part in filter(None, halves(written)):
            yield from _utterances(part, lexicon, role)
        return
    pronunciations = with_english(said.spoken, lexicon.pronunciations(said.spoken))
    yield Utterance(said.written, said.spoken, role, 0, said.spans, pronunciations)


def _without_frame(segment: Segment) -> Segment:
    """Return a segment of the article without the show's own words."""
    said = tuple(each for each in segment.utterances if each.role is not UtteranceRole.FRAME)
    return replace(segment, utterances=said)


def _middle(body: Sequence[Segment], pause: int) -> tuple[int, int] | None:
    """Return where in the middle to remind: in which segment, before which utterance; None: nowhere, or no need to.

    It is after music and a heading, or if nothing but the first segment has them, after a paragraph with this pause.
    """
    starts = list(accumulate((_seconds(segment.utterances) for segment in body), initial=0.0))
    parts = [each for each in zip(starts, range(len(body)), body) if each[2].kind is not SegmentKind.KEY_POINTS]  # noqa: B905
    fit = {start: (index, _text_at(segment.utterances)) for start, index, segment in parts if index} or {
        start + _seconds(segment.utterances[:at]): (index, at)
        for start, index, segment in parts
        for at, (before, _) in enumerate(pairwise(segment.utterances), start=1)
        if before.pause >= pause and before.role is not UtteranceRole.HEADING
    }
    return fit[min(fit, key=lambda second: abs(second - starts[-1] / 2))] if fit and starts[-1] > _LONG else None


def _text_at(said: Sequence[Utterance]) -> int:
    return next((index for index, each in enumerate(said) if each.role is not UtteranceRole.HEADING), 0)


def _words_of_the_day(article: Article, show: Show, number: int, date: datetime) -> dict[str, str]:
    notes = " und ".join(_in_the_notes(article))
    return {
        "podcast": show.podcast.title,
        **_words_of(date),
        "number": str(number),
        "headline": article.headline if article.headed else "",
        "teaser": article.teaser,
        "notes": notes[:1].upper() + notes[1:],
    }


def _in_the_notes(article: Article) -> Iterator[str]:
    """Yield what the notes will hold to read on, in the accusative."""
    if web_address(article.url):
        yield "den Artikel zum Nachlesen"
    if article.sources:
        yield "alle Quellen"


def _words_of(date: datetime) -> dict[str, str]:
    return {"date": f"{date.day}. {MONTHS[date.month - 1]} {date.year}", "weekday": WEEKDAYS[date.weekday()]}


def _sources(article: Article) -> Iterator[Omission]:
    for source in article.sources:
        yield Omission(source.text, "source")
