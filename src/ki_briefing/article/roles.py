"""Elements of a written text -> Article: what each heading and line is for, wherever it stands.

A reader knows a file's markup and yields elements; here their roles are recognised: In Kürze, headline, sections,
explainers, sources, and what is written but never spoken.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ArticleError
from ki_briefing.base.slug import slugify
from ki_briefing.model.text import Article, Block, BlockKind, Omission, Section, SectionRole, Source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class ElementKind(StrEnum):
    """What a reader sees, before anyone knows what it is for."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    QUOTE = "quote"
    CODE = "code"
    TABLE = "table"
    CAPTION = "caption"
    MARKUP = "markup"


@dataclass(frozen=True, slots=True)
class Element:
    """A piece of the written text, free of markup.

    Attributes:
        level: Depth of a heading or list item, 1 for the outermost.
        url: The first link in it, or empty; of a caption, its picture's address.
        linked: Nothing but links stands in it.
    """

    kind: ElementKind
    text: str
    level: int = 1
    url: str = ""
    linked: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What an article's front matter says of it; empty where it is silent."""

    title: str = ""
    teaser: str = ""
    url: str = ""
    author: str = ""
    published: datetime | None = None
    image: str = ""
    language: str = "de"


_KEY_POINTS = re.compile(
    r"(?:in kürze|kurz(?: und|&) knapp|das wichtigste in kürze|auf einen blick|kurzfassung)\s*:?", re.I
)
_EXPLAINER = re.compile(r"(?:kurz|einfach) erklärt\b.*|hintergrund\s*:.*|was ist eigentlich\b.*", re.I)
_SOURCES = re.compile(
    r"(?:quellen?(?:verzeichnis|angaben?)?|weiterführende links?|mehr zum thema|links?|fußnoten|einzelnachweise)\s*:?",
    re.I,
)
_SOURCE_LINE = re.compile(r"quellen?\s*:\s*\S", re.I)
_BACKLINK = re.compile(r"dieser artikel wurde im podcast\b|die folge kannst du hier anhören", re.I)
_ADVERT = re.compile(r"(?:anzeige|werbung|advertorial|\[anzeige\]|newsletter abonnieren.*)\s*:?", re.I)
_CAPTION = re.compile(r"(?:foto|bild|grafik|screenshot|illustration|symbolbild)\s*:\s*\S", re.I)
_CAPTION_LENGTH = 200
_BARE_LINK = re.compile(r"<?(?:https?://|www\.)\S+>?")
_URL = re.compile(r"https?://[^\s<>\"')\]]+")
_SOUND = re.compile(r"[^\W_]")
_NEVER_SPOKEN = {
    ElementKind.CODE: "code",
    ElementKind.TABLE: "table",
    ElementKind.CAPTION: "caption",
    ElementKind.MARKUP: "markup",
}
_BLOCKS = {
    ElementKind.PARAGRAPH: BlockKind.PARAGRAPH,
    ElementKind.ITEM: BlockKind.LIST_ITEM,
    ElementKind.QUOTE: BlockKind.QUOTE,
}


def is_role_heading(text: str) -> bool:
    """Return whether a line is one of the headings that every article of a newsroom may have."""
    return any(pattern.fullmatch(_plain(text)) for pattern in (_KEY_POINTS, _EXPLAINER, _SOURCES))


def is_caption(text: str) -> bool:
    """Return whether a line describes a picture."""
    return bool(_CAPTION.match(text)) and len(text) < _CAPTION_LENGTH


def assemble(elements: Iterable[Element], about: About | None, name: str) -> Article:
    """Give every element its role.

    Raises:
        ArticleError: There is no sentence to speak.
    """
    draft = _Draft(about or About())
    for element in elements:
        if element.text:
            draft.take(element)
    return draft.finish(name)


class _State(StrEnum):
    OPENING = "opening"
    KEY_POINTS = "key points"
    BODY = "body"
    SOURCES = "sources"


@dataclass(slots=True)
class _Part:
    heading: str
    role: SectionRole
    level: int
    blocks: list[Block] = field(default_factory=list)
    picture: str = ""


@dataclass(slots=True)
class _Draft:
    """The article while it is being read; each element is taken once, in order."""

    about: About
    headline: str = ""
    state: _State = _State.OPENING
    before: list[Block] = field(default_factory=list)  # above the headline
    key_points: list[str] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    omitted: list[Omission] = field(default_factory=list)
    key_points_at: int = -1  # how many blocks the lead had when In Kürze began

    def take(self, element: Element) -> None:
        reason = _reason_not_to_speak(element)
        if reason:
            self.omitted.append(Omission(element.text, reason))
            if element.kind is ElementKind.CAPTION and self.parts and self.state is _State.BODY:
                self.parts[-1].picture = self.parts[-1].picture or element.url
        elif element.kind is ElementKind.HEADING:
            self._take_heading(element)
        elif self.state is _State.SOURCES:
            self._take_source(element)
        elif self.state is _State.KEY_POINTS and (element.kind is ElementKind.ITEM or not self.key_points):
            self.key_points.append(element.text)
        elif element.linked or _BARE_LINK.fullmatch(element.text):
            self.sources.append(Source(element.text, element.url))
        elif _SOURCE_LINE.match(element.text):
            self._take_source(element)
        else:
            self._take_block(Block(_BLOCKS[element.kind], element.text, _depth(element)))

    def _take_heading(self, element: Element) -> None:
        text = _plain(element.text)
        if _KEY_POINTS.fullmatch(text):
            self.state = _State.KEY_POINTS
            self.key_points_at = len(self.parts[0].blocks) if len(self.parts) == 1 else -1
        elif _SOURCES.fullmatch(text):
            self.state = _State.SOURCES
        elif _EXPLAINER.fullmatch(text):
            self._open(element, SectionRole.EXPLAINER)
        elif not self.headline or _plain(self.headline) == text:
            self.headline = self.headline or element.text
            if not self.parts:
                self._open(element, SectionRole.SECTION)
            self.state = _State.BODY
        elif self.state is _State.BODY and self.parts and self._is_below(element):
            self.parts[-1].blocks.append(Block(BlockKind.SUBHEADING, element.text, element.level))
        else:
            self._open(element, SectionRole.SECTION)

    def _is_below(self, element: Element) -> bool:
        level = self.parts[-1].level
        return element.level > level and not (len(self.parts) == 1 and self.parts[0].role is SectionRole.SECTION)

    def _open(self, element: Element, role: SectionRole) -> None:
        self.state = _State.BODY
        self.parts.append(_Part(element.text, role, element.level))

    def _take_source(self, element: Element) -> None:
        url = element.url or next(iter(_URL.findall(element.text)), "")
        self.sources.append(Source(element.text, url))

    def _take_block(self, block: Block) -> None:
        if self.parts and (self.state is not _State.KEY_POINTS or self.key_points_at >= 0 or len(self.parts) == 1):
            self.parts[-1].blocks.append(block)
        else:
            self.before.append(block)
        if self.state is _State.KEY_POINTS:
            self.state = _State.BODY if self.parts else _State.OPENING

    def finish(self, name: str) -> Article:
        headline = self.about.title or self.headline
        lead = self._lead(headline)
        teaser, opening = self._teaser(lead)
        lead.blocks[:0] = opening
        parts = [part for part in self.parts if part.blocks or part is not lead]
        if not headline:
            headline = _first_words(self.key_points, parts)
            lead.heading = headline
        if not any(_SOUND.search(text) for text in _spoken_texts(teaser, self.key_points, parts)):
            raise ArticleError(f"{name} holds no sentence to speak", hint="Check that it is the article's text.")
        return Article(
            headline=headline,
            teaser=teaser,
            key_points=tuple(self.key_points),
            sections=_sections(parts),
            sources=tuple(self.sources),
            omitted=tuple(self.omitted),
            url=self.about.url,
            author=self.about.author,
            published=self.about.published,
            image=self.about.image,
            language=self.about.language,
        )

    def _lead(self, headline: str) -> _Part:
        """Return the section under the headline, made here if the text goes on without one."""
        if (
            self.parts
            and self.parts[0].role is SectionRole.SECTION
            and (self.parts[0].heading == self.headline or not self.headline)
        ):
            return self.parts[0]
        lead = _Part(headline, SectionRole.SECTION, 1)
        self.parts.insert(0, lead)
        return lead

    def _teaser(self, lead: _Part) -> tuple[str, list[Block]]:
        """Return the teaser, and what stood above the headline besides it.

        The teaser is what the front matter says, else the paragraph above the headline, else the only one between
        headline and In Kürze.
        """
        if self.about.teaser:
            same = [block for block in self.before if _plain(block.text) != _plain(self.about.teaser)]
            return self.about.teaser, same
        if self.before and self.before[0].kind is BlockKind.PARAGRAPH and (self.headline or self.about.title):
            return self.before[0].text, self.before[1:]
        if self.key_points_at == 1 and len(lead.blocks) > 1 and lead.blocks[0].kind is BlockKind.PARAGRAPH:
            return lead.blocks.pop(0).text, self.before
        return "", self.before


def _reason_not_to_speak(element: Element) -> str:
    if element.kind in _NEVER_SPOKEN:
        return _NEVER_SPOKEN[element.kind]
    if _BACKLINK.search(element.text):
        return "link to the episode"
    if _ADVERT.fullmatch(element.text):
        return "advertisement"
    if element.kind is ElementKind.PARAGRAPH and is_caption(element.text):
        return "caption"
    return "" if _SOUND.search(element.text) else "no words"


def _depth(element: Element) -> int:
    return element.level if element.kind is ElementKind.ITEM else 0


def _plain(text: str) -> str:
    """Return a heading for comparison: composed letters, plain hyphens and spaces, no closing marks."""
    composed = unicodedata.normalize("NFKC", text).replace("\u2010", "-").replace("\u00ad", "")
    return " ".join(composed.split()).strip(" *_#").lower()


def _first_words(key_points: list[str], parts: list[_Part]) -> str:
    """Return a title for an article that has none: its first sentence, shortened."""
    first = next((block.text for part in parts for block in part.blocks), "") or next(iter(key_points), "")
    words = re.split(r"(?<=[.!?])\s", first)[0].rstrip(".").split()
    return " ".join(words[:12]) + (" …" if len(words) > 12 else "")


def _spoken_texts(teaser: str, key_points: list[str], parts: list[_Part]) -> Iterable[str]:
    yield teaser
    yield from key_points
    for part in parts:
        for block in part.blocks:
            yield block.text


def _sections(parts: list[_Part]) -> tuple[Section, ...]:
    used: dict[str, int] = {}
    sections = []
    for part in parts:
        anchor = slugify(part.heading) or "abschnitt"
        used[anchor] = used.get(anchor, 0) + 1
        if used[anchor] > 1:
            anchor = f"{anchor}-{used[anchor]}"
        sections.append(Section(part.heading, tuple(part.blocks), anchor, part.role, part.picture))
    return tuple(sections)
