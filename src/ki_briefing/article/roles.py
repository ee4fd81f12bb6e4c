"""Elements of a written text -> Article: what each heading and line is for, wherever it stands.

A reader knows a file's markup and yields elements; here their roles are recognised: In Kürze, headline, sections,
explainers, sources, and what is written but never spoken. Nothing moves past a heading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from ki_briefing.article.boilerplate import folded
from ki_briefing.article.elements import About, Element, ElementKind
from ki_briefing.base.errors import ArticleError
from ki_briefing.base.slug import slugify
from ki_briefing.model.text import Article, Block, BlockKind, Omission, Reference, Section, SectionRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ki_briefing.article.boilerplate import Boilerplate

_SOURCE_LINE = re.compile(r"quellen?\s*:\s*\S", re.I)
_BARE_LINK = re.compile(r"<?(?:https?://|www\.)\S+>?")
_URL = re.compile(r"https?://[^\s<>\"')\]]+")
_SENTENCE = re.compile(r"[.!?…:][\s\"“”»«'’)\]]*$|[.!?…][\"“”»«'’)\]]*\s")
_TITLE_WORDS = 20
_SOUND = re.compile(r"[^\W_]")
_CORRECTION = "correction"  # a reason of boilerplate.toml, for editors' notes of other kinds too
_CORRECTED = re.compile(
    r"(?:(?:korrektur(?:hinweis)?|berichtigung|richtigstellung)\s*(?:\([^()]{0,40}\)\s*)?:\s*)(\S.*)"
    r"|(in einer (?:früheren|älteren|ersten|vorherigen) (?:version|fassung) .*)",
    re.I,
)
_NEVER_SPOKEN = {ElementKind.CODE: "code", ElementKind.TABLE: "table", ElementKind.CAPTION: "caption"}
_BLOCKS = {
    ElementKind.PARAGRAPH: BlockKind.PARAGRAPH,
    ElementKind.ITEM: BlockKind.LIST_ITEM,
    ElementKind.QUOTE: BlockKind.QUOTE,
    ElementKind.QUESTION: BlockKind.QUESTION,
    ElementKind.ANSWER: BlockKind.ANSWER,
}


def assemble(elements: Iterable[Element], about: About, rules: Boilerplate, name: str, *, marked: bool) -> Article:
    """Give every element its role.

    Args:
        marked: The headings are the writer's own, not guessed from short lines.

    Raises:
        ArticleError: There is no sentence to speak.
    """
    draft = _Draft(about, rules, marked)
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
    links: int = 0  # lines of nothing but a link under it


@dataclass(slots=True)
class _Draft:
    """The article while it is being read; each element is taken once, in order."""

    about: About
    rules: Boilerplate
    marked: bool
    headline: str = ""  # as a heading of the text has it
    state: _State = _State.OPENING
    before: list[Block] = field(default_factory=list)  # above the first heading of a part
    key_points: list[str] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)
    sources: list[Reference] = field(default_factory=list)
    omitted: list[Omission] = field(default_factory=list)
    key_points_at: int = -1  # how many blocks the lead had when In Kürze began

    def take(self, element: Element) -> None:
        reason = element.reason or _NEVER_SPOKEN.get(element.kind, "") or _silence(element)
        if reason:
            self.omitted.append(Omission(element.text, reason))
            if element.kind is ElementKind.CAPTION and self.parts and self.state is _State.BODY:
                self.parts[-1].picture = self.parts[-1].picture or element.url
        elif element.kind is ElementKind.HEADING:
            self._take_heading(element)
        elif element.kind is ElementKind.ENTRY:
            self._take_block(Block(BlockKind.SUBHEADING, element.text, element.level or 1))
        elif self.state is _State.SOURCES:
            self._take_source(element)
        elif self.state is _State.KEY_POINTS and (element.kind is ElementKind.ITEM or not self.key_points):
            self.key_points.append(element.text)
        elif element.linked or _BARE_LINK.fullmatch(element.text):
            self.sources.append(Reference(element.text, element.url))
            if self.parts:
                self.parts[-1].links += 1
        elif _SOURCE_LINE.match(element.text):
            self._take_source(element)
        else:
            self._take_block(Block(_BLOCKS[element.kind], element.text, _depth(element), element.speaker))

    def _take_heading(self, element: Element) -> None:
        role = self.rules.role(element.text)
        if role == "key points":
            self.state = _State.KEY_POINTS
            self.key_points_at = len(self.parts[0].blocks) if len(self.parts) == 1 else -1
        elif role == "sources":
            self.state = _State.SOURCES
        elif role == "explainer":
            self._open(element, SectionRole.EXPLAINER)
        elif self.headline and _same(self.headline, element.text):
            self.state = _State.BODY
        elif self._is_headline(element):
            self.headline = element.text
            self._open(element, SectionRole.SECTION)
        elif self.state is _State.BODY and self.parts and self._is_below(element):
            self.parts[-1].blocks.append(Block(BlockKind.SUBHEADING, element.text, element.level))
        else:
            self._open(element, SectionRole.SECTION)

    def _is_headline(self, element: Element) -> bool:
        """Return whether a heading is that of the whole: the one the file names, else the first with little above."""
        if self.about.title:
            return _same(self.about.title, element.text)
        if self.headline or self.parts:
            return False
        above = sum(block.kind is BlockKind.PARAGRAPH for block in self.before)
        return (self.marked and element.level == 1) or (
            above == len(self.before) and above <= (0 if self.marked else 1)
        )

    def _is_below(self, element: Element) -> bool:
        part = self.parts[-1]
        is_lead = len(self.parts) == 1 and part.role is SectionRole.SECTION and part.heading == self.headline
        return element.level > part.level and not is_lead

    def _open(self, element: Element, role: SectionRole) -> None:
        self.state = _State.BODY
        self.parts.append(_Part(element.text, role, element.level))

    def _take_source(self, element: Element) -> None:
        url = element.url or next(iter(_URL.findall(element.text)), "")
        self.sources.append(Reference(element.text, url))

    def _take_block(self, block: Block) -> None:
        if self.parts and (self.state is not _State.KEY_POINTS or self.key_points_at >= 0 or len(self.parts) == 1):
            self.parts[-1].blocks.append(block)
        else:
            self.before.append(block)
        if self.state is not _State.BODY:
            self.state = _State.BODY if self.parts else _State.OPENING

    def finish(self, name: str) -> Article:
        headline = self.about.title or self.headline
        lead = self._lead(headline)
        teaser = self._teaser(lead)
        above_links = [part for part in self.parts if part.links and not part.blocks and part is not lead]
        self.omitted += (Omission(part.heading, "heading of links") for part in above_links)
        parts = [part for part in self.parts if part not in above_links and (part.blocks or part is not lead)]
        title = headline or _first_words(self.key_points, parts)
        if not any(_SOUND.search(text) for text in _spoken_texts(teaser, self.key_points, parts)):
            raise ArticleError(f"{name} holds no sentence to speak", hint=self._hint())
        if not _has_body((*self.key_points, *(block.text for part in parts for block in part.blocks))):
            raise ArticleError(f"{name} holds no sentence below its title", hint=self._hint())
        return Article(
            headline=title,
            teaser=teaser,
            key_points=tuple(self.key_points),
            sections=_sections(parts),
            sources=tuple(self.sources),
            omitted=(*self.about.omitted, *self.omitted),
            url=self.about.url,
            author=self.about.author,
            published=self.about.published,
            image=self.about.image,
            language=self.about.language,
            embargo=self.about.embargo,
            headed=bool(headline),
            correction=self.about.correction or self._correction(),
        )

    def _correction(self) -> str:
        """Return what the text itself says of a correction, the last time."""
        said = (" ".join(each.text.split()) for each in reversed(self.omitted) if each.reason == _CORRECTION)
        found = next(filter(None, map(_CORRECTED.fullmatch, said)), None)
        return (found[1] or found[2]) if found else ""

    def _hint(self) -> str:
        reasons = dict.fromkeys(omission.reason for omission in self.omitted)
        left_out = f" Left out: {', '.join(reasons)}." if reasons else ""
        return f"Check that it is the article's text.{left_out}"

    def _lead(self, headline: str) -> _Part:
        """Return the section under the headline; one is made here for what stands above the first heading."""
        first = next(iter(self.parts), None)
        if first and self.headline and first.heading == self.headline and first.role is SectionRole.SECTION:
            return first
        lead = _Part(headline, SectionRole.SECTION, 1)
        self.parts.insert(0, lead)
        return lead

    def _teaser(self, lead: _Part) -> str:
        """Return the teaser, and put into the lead what stood above the headline besides it.

        The teaser is what the file says beside the text, else the paragraph above the headline, else the only one
        between headline and In Kürze. It is not said again where the text begins with it.
        """
        teaser, above = self.about.teaser, self.before
        if not teaser and above and above[0].kind is BlockKind.PARAGRAPH and self.headline:
            teaser, above = above[0].text, above[1:]
        elif not teaser and self.key_points_at == 1 and len(lead.blocks) > 1:
            teaser = lead.blocks.pop(0).text if lead.blocks[0].kind is BlockKind.PARAGRAPH else ""
        lead.blocks[:0] = above
        first = lead.blocks[0].text if lead.blocks else ""
        if self.about.teaser and _same(first, teaser) and len(lead.blocks) > 1:
            lead.blocks.pop(0)
        elif self.about.teaser and _begins(" ".join(block.text for block in lead.blocks[:3]), teaser):
            teaser = ""
        return teaser


def _silence(element: Element) -> str:
    return "" if _SOUND.search(element.text) else "no words"


def _depth(element: Element) -> int:
    return element.level if element.kind is ElementKind.ITEM else 0


def _same(first: str, second: str) -> bool:
    """Return whether two headings say the same, whatever marks they have."""
    return _letters(first) == _letters(second) != ""


def _begins(text: str, teaser: str) -> bool:
    return bool(teaser) and _letters(text).startswith(_letters(teaser.rstrip(" .…[]")))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, folded(text)))


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


def _has_body(texts: Sequence[str]) -> bool:
    """Tell whether there is a sentence, or as many words as a title does not have."""
    return any(_SENTENCE.search(text) for text in texts) or sum(len(text.split()) for text in texts) > _TITLE_WORDS


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
