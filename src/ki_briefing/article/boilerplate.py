"""What stands around an article and is none of it: menus, bylines, share bars, credits, teasers for other articles.

Lines -> the reason why they are not spoken. The patterns are data: ``data/boilerplate.toml`` and ``skip`` of a show.
They are asked about short lines only, never about running text, so a sentence that speaks of such things is spoken.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from ki_briefing.article.elements import Element, ElementKind
from ki_briefing.show.settings import USUAL, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ki_briefing.base.patterns import Pattern

_LONGEST = 240
_NAME = r"(?-i:(?:[A-ZÄÖÜ][\w.'’-]+)(?: (?:von|van|de|der|vom|el|al|ten) ?)?(?: [A-ZÄÖÜ][\w.'’-]*){1,3})"
_MONTH = r"(?:jan|feb|mär|mrz|apr|mai|jun|jul|aug|sep|okt|nov|dez)[a-zä]{0,6}\.?"
_PIECES = {
    "{names}": rf"{_NAME}(?:(?:,| und| &|/) ?{_NAME}){{0,3}}",
    "{date}": rf"(?:\d{{1,2}}\.\s?(?:\d{{1,2}}\.|{_MONTH})\s?(?:\d{{4}}|\d{{2}})?|\d{{4}}-\d\d-\d\d)",
    "{time}": r"\d{1,2}(?:[:.]\d\d(?:\s?uhr)?|\s?uhr(?: \d\d)?)",
}
_SEPARATORS = re.compile(r"\s*[|,·•/>»›→–—-]\s*|\s+und\s+|\s*:\s*$")
_BARS = re.compile(r"\s+[|•›»]\s+")
_KICKER_WORDS = 3
_PROSE = re.compile(r"[.!?…][\"“”»«'’)\]]*$")
_PROSE_WORDS = 8
_SENTENCE_WORDS = 4
_END_OF_LIST = 80  # letters of running text, not of a teaser
_TWO_SENTENCES = re.compile(r"[a-zäöüß]{2}[.!?] [A-ZÄÖÜ„]")
_CREDIT_AT_END = re.compile(
    r"(?:\((?:archiv|symbol)?(?:fotos?|bild(?:er)?|grafik|illustration|quelle|screenshot|©)\s*:?\s*[^()]{2,80}\)"
    r"|(?:^|[.!?…“”\")]\s+|\s[–|/-]\s)(?:(?:archiv|symbol)?(?:fotos?|bild(?:er)?|grafik|illustration|screenshot|"
    r"credit)\s*:|©|\(c\))\s*(?=(?-i:[A-ZÄÖÜ\d@])|dpa|afp|ap|epd|kna|privat|picture|imago|red|zvg)[^.!?:]{2,80})\.?$",
    re.I,
)
_CAPTION = re.compile(
    r"(?:archiv|symbol)?(?:fotos?|bild(?:er)?|grafik|screenshot|illustration|symbolbild|bildunterschrift|bu)\s*:\s*\S",
    re.I,
)
_CAPTION_LENGTH = 200
_BELOW_PICTURE = 400
_TABLE_TITLE = 80
_AD, _END_OF_AD = (re.compile(rf"\W*{begins}(?:anzeige|werbung)\W*", re.I) for begins in ("", "ende (?:der |von )?"))
_LONGEST_AD = 12  # elements


@dataclass(frozen=True, slots=True)
class _Rule:
    reason: str
    pattern: re.Pattern[str] | Pattern
    longest: int = _LONGEST
    opening: bool = False
    headings_only: bool = False
    anywhere: bool = False
    until: str = ""

    def holds(self, text: str) -> bool:
        """Tell whether a line is such a one."""
        if self.anywhere and isinstance(self.pattern, re.Pattern):
            return bool(self.pattern.search(text))
        return bool(self.pattern.fullmatch(text))


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """The rules of one show, and the headings that mean something in it.

    Attributes:
        words: Of each list of words its reason, the words, and whether it counts above the text only.
        lines: What a line may be.
        blocks: What begins a block.
    """

    words: tuple[tuple[str, frozenset[str], bool], ...]
    lines: tuple[_Rule, ...]
    blocks: tuple[_Rule, ...]
    key_points: frozenset[str]
    explainer: tuple[str, ...]
    sources: frozenset[str]

    def reason(self, text: str, *, opening: bool = False, words: bool = True) -> str:
        """Return why a line is not spoken, or nothing.

        Args:
            opening: No running text stands above it.
            words: A single word may be a button or a menu; it is none where it stands as a heading.
        """
        if words and (found := self._of_words(text, opening)):
            return found
        for rule in self.lines:
            if len(text) > rule.longest or (rule.opening and not opening):
                continue
            if rule.holds(text):
                return rule.reason
        return "caption" if is_caption(text) else self._of_pieces(text, opening, words)

    def _of_pieces(self, text: str, opening: bool, words: bool) -> str:
        """Return why a line of several pieces with bars between them is not spoken: for none of them is."""
        pieces = _BARS.split(text) if len(text) <= _LONGEST else []
        reasons = [self.reason(each, opening=opening, words=words) for each in pieces] if pieces[1:] else []
        brief = opening and not _PROSE.search(text) and all(len(each.split()) <= _KICKER_WORDS for each in pieces)
        return reasons[0] if reasons and (brief or all(reasons)) else ""  # of a kicker the first names a department

    def role(self, text: str) -> str:
        """Return what a heading means to the newsroom: ``key points``, ``explainer``, ``sources`` or nothing."""
        if len(text) > _LONGEST:
            return ""
        plain = folded(text)
        if plain in self.key_points:
            return "key points"
        if plain in self.sources:
            return "sources"
        whole = f"{plain}:" if text.rstrip().endswith(":") else plain
        return "explainer" if any(_begins(whole, each) for each in self.explainer) else ""

    def block(self, text: str, *, heading: bool) -> tuple[str, str]:
        """Return the reason of a block that a line opens and how far it reaches, or nothing twice."""
        plain = text.strip(" *_#")
        for rule in self.blocks:
            if len(plain) <= _LONGEST and (heading or not rule.headings_only) and rule.pattern.fullmatch(plain):
                return rule.reason, rule.until
        return "", ""

    def _of_words(self, text: str, opening: bool) -> str:
        if len(text) > _LONGEST:
            return ""
        pieces = [piece for piece in _SEPARATORS.split(text.strip(" :|>•·-–")) if piece] if len(text) > 1 else [text]
        for candidate in (frozenset((text.strip(" :|>•·-–"),)), frozenset(pieces)):
            for reason, words, only_opening in self.words:
                if candidate and candidate <= words and (opening or not only_opening):
                    return reason
        return ""


def _own(skip: tuple[str, ...]) -> Iterator[_Rule]:
    if skip:
        from ki_briefing.base.patterns import Pattern  # with a package of patterns that takes its time

        yield from (_Rule("skipped by show.toml", Pattern(each, "[article] skip"), 10_000) for each in skip)


@cache
def load(settings: Reading = USUAL) -> Boilerplate:
    """Return the rules that ship with ki-briefing and those of a show."""
    data = tomllib.loads((resources.files("ki_briefing") / "data" / "boilerplate.toml").read_text(encoding="utf-8"))
    headings = data["headings"]
    return Boilerplate(
        words=tuple(
            (each["reason"], frozenset(each["words"].split("|")), each.get("opening", False)) for each in data["words"]
        ),
        lines=(*_own(settings.skip), *map(_rule, data["line"])),
        blocks=tuple(map(_rule, data["block"])),
        key_points=frozenset(map(folded, (*headings["key_points"], *settings.key_points))),
        explainer=tuple(each.lower() for each in (*headings["explainer"], *settings.explainer)),
        sources=frozenset(map(folded, (*headings["sources"], *settings.sources))),
    )


def mark(elements: Sequence[Element], rules: Boilerplate) -> list[Element]:
    """Give what is boilerplate its reason: lines by themselves, and blocks from their first line on."""
    found: list[Element] = []
    block, until = "", ""
    opening = True
    advertised = _advertised(elements)
    for at, element in enumerate(elements):
        heading = element.kind is ElementKind.HEADING
        if element.reason or element.kind in (ElementKind.CAPTION, ElementKind.CODE, ElementKind.TABLE):
            found.append(element)
            continue
        if block and _ends(element, until):
            block = until = ""
        reason = rules.reason(element.text, opening=opening, words=not heading)
        if reason == "date" and element.kind is ElementKind.ENTRY:
            reason = ""  # the time of a live ticker's entry
        reason = "advertisement" if at in advertised else reason
        opened = rules.block(element.text, heading=heading or element.bold)
        if opened[0] and not (until == "end" and block == "press contact"):
            block, until = opened
            reason = block
        reason = block if until == "end" else reason or block
        if not reason and _is_under_picture(found, element):
            reason = "caption"
        if not reason and _is_above_table(elements, at):
            reason = "table"
        opening = opening and (bool(reason) or not begins_text(element.text))
        found.append(element.unspoken(reason))
    return found


def _advertised(elements: Sequence[Element]) -> frozenset[int]:
    """Return which elements stand between the marks of an advertisement: *Anzeige* and *Ende der Anzeige*."""
    found: set[int] = set()
    begun = -1
    for at, element in enumerate(elements):
        if begun >= 0 and at - begun <= _LONGEST_AD and _END_OF_AD.fullmatch(element.text):
            found.update(range(begun, at + 1))
        if _AD.fullmatch(element.text):
            begun = at
    return frozenset(found)


def is_caption(text: str) -> bool:
    """Return whether a line describes a picture."""
    credited = _CREDIT_AT_END.search(text)
    if credited and begins_text(text[: credited.start()]):
        return False  # running text that ends in a credit: rather that is spoken than a paragraph lost
    return len(text) < _CAPTION_LENGTH and bool(_CAPTION.match(text) or credited)


def is_prose(element: Element) -> bool:
    """Return whether an element is running text."""
    return (
        element.kind in (ElementKind.PARAGRAPH, ElementKind.QUOTE)
        and len(element.text.split()) >= _PROSE_WORDS
        and bool(_PROSE.search(element.text[-_LONGEST:]))
    )


def begins_text(text: str) -> bool:
    """Return whether with this line the article has begun: it is a sentence, no menu."""
    return len(text.split()) >= _SENTENCE_WORDS and text.rstrip("\"“”»«'’)]").endswith((".", "…"))


def _is_under_picture(before: Sequence[Element], element: Element) -> bool:
    return (
        bool(before)
        and before[-1].kind is ElementKind.CAPTION
        and bool(before[-1].url)
        and element.kind is ElementKind.PARAGRAPH
        and len(element.text) <= _BELOW_PICTURE
        and bool(_CREDIT_AT_END.search(element.text))
    )


def _is_above_table(elements: Sequence[Element], at: int) -> bool:
    """Return whether a short line is the title of a table; a heading is, if nothing else stands under it."""
    element, below = elements[at], [each for each in elements[at + 1 : at + 3] if each.kind is not ElementKind.CAPTION]
    if not below or below[0].kind is not ElementKind.TABLE or len(element.text) > _TABLE_TITLE:
        return False
    if element.kind is ElementKind.HEADING:
        return element.level > 1 and (len(below) == 1 or below[1].kind is ElementKind.HEADING)
    return element.kind is ElementKind.PARAGRAPH and not _PROSE.search(element.text)


def _ends(element: Element, until: str) -> bool:
    if element.kind is ElementKind.HEADING and until != "end":
        return True
    long = len(element.text) >= _END_OF_LIST or bool(_TWO_SENTENCES.search(element.text))
    return until == "prose" and is_prose(element) and not element.linked and long


def _rule(data: dict[str, Any]) -> _Rule:
    source = "|".join(data["patterns"])
    for name, piece in _PIECES.items():
        source = source.replace(name, piece)
    others = {key: value for key, value in data.items() if key not in ("reason", "patterns")}
    return _Rule(data["reason"], re.compile(source, re.I | re.S), **others)


def folded(text: str) -> str:
    """Return a heading for comparison: composed letters, plain hyphens and spaces, no closing marks."""
    composed = unicodedata.normalize("NFKC", text).replace("\u2010", "-").replace("\u00ad", "")
    return " ".join(composed.split()).strip(" *_#").lower().rstrip(" :")


def _begins(text: str, words: str) -> bool:
    return text.startswith(words) and (not words[-1].isalnum() or not text[len(words) : len(words) + 1].isalnum())
