"""Forms that a text has by itself, whatever its markup: datelines, bold headings, live tickers, interviews.

Elements -> elements of better kinds.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ki_briefing.article import datelines
from ki_briefing.article.boilerplate import is_prose
from ki_briefing.article.elements import Element, ElementKind
from ki_briefing.article.inline import footnote, without_notes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PLUS = re.compile(r"\s*\+{3,}\s*")
_CLOCK = re.compile(
    r"[\[(+* ]*(?:(?:mo|di|mi|do|fr|sa|so|[a-z]{3,7}tag),? )?(?:\d{1,2}\.\s?(?:\d{1,2}\.|"
    r"\w+)?,? )?\d{1,2}[:.]\d{2}\s?(?:uhr\b)?|[\[(+* ]*\d{1,2} uhr\b",
    re.I,
)
_TIME = re.compile(r"[\[(]?(?:\d{1,2}[:.]\d{2}(?: ?uhr)?|\d{1,2} uhr)[\])]?", re.I)
_LABEL = re.compile(
    r"(?P<label>(?:(?-i:[A-ZÄÖÜ])[\w.’'-]{0,24})(?: (?:von|van|de|der|"
    r"zu) )?(?: ?(?-i:[A-ZÄÖÜ])[\w.’'-]{0,24}){0,3}(?: \([^()]{1,30}\))?):\s+(?P<text>\S.*)",
    re.S,
)
_ASKS = frozenset("frage f interview redaktion q".split())
_RUNNING = (ElementKind.PARAGRAPH, ElementKind.HEADING, ElementKind.QUOTE)
_LEAST_ENTRIES = 3
_LEAST_TIMES = 2
_LEAST_TURNS = 4
_LEAST_QUESTIONS = 3
_LEAST_LEAD = 7  # words
_LONGEST_NAME = 40
_INTERVIEW = re.compile(r"\binterview\b|\bim gespräch\b|\bein gespräch\b|^[„\"»]", re.I)
_HEADING_LENGTH = 110
_HEADING_WORDS = 14
_SENTENCE_END = re.compile(r"[.!…;,:][\"“”»«'’)\]]*$")
_LONGEST_ENTRY = 200


def recognize(elements: Sequence[Element]) -> list[Element]:
    """Return the elements with their forms."""
    found = list(datelines.mark(iter(_timed(list(_cleaned(elements))))))
    return _bare_headings(_ticker(_bold_headings(_bold_questions(_asked_in_headings(_turns(_names_joined(found)))))))


def _cleaned(elements: Sequence[Element]) -> Iterator[Element]:
    """Yield the elements without marks of footnotes and plus signs, the footnotes with their reason."""
    for element in elements:
        if element.kind in (ElementKind.CODE, ElementKind.TABLE) or element.reason:
            is_note = element.reason == "footnote"
            yield replace(element, text=footnote(element.text) or without_notes(element.text)) if is_note else element
            continue
        if (note := footnote(element.text)) and element.kind is not ElementKind.HEADING:
            yield replace(element, text=note).unspoken("footnote")
            continue
        text = without_notes(element.text)
        kind = element.kind
        if "+++" in text:
            pieces = [piece for piece in _PLUS.split(text) if piece]
            if len(pieces) > 1 and _TIME.fullmatch(pieces[0]) and _is_sentences(pieces[-1]):
                yield replace(element, text=pieces[0], kind=ElementKind.ENTRY)
                yield replace(element, text=", ".join(pieces[1:]), kind=ElementKind.PARAGRAPH)
                continue
            announces = text.startswith("+++") and len(text) <= _LONGEST_ENTRY
            kind, text = ElementKind.ENTRY if announces else kind, ", ".join(pieces) or text
        is_new = text != element.text or kind is not element.kind
        yield replace(element, text=text, kind=kind) if is_new else element


def _timed(elements: list[Element]) -> list[Element]:
    """Make entries of a live ticker of the times that stand alone above what happened then."""
    times = [
        at
        for at, (each, below) in enumerate(pairwise(elements))
        if _is_time(each) and below.text and not (_is_time(below) or below.reason or below.linked)
    ]
    if len(times) < _LEAST_TIMES:
        return elements
    result = list(elements)
    for at in reversed(times):
        time, below = elements[at].text.strip("[]()"), elements[at + 1]
        entry = replace(below, kind=ElementKind.ENTRY, text=time, bold=False)
        if below.kind is ElementKind.PARAGRAPH:
            result[at] = entry
        elif below.kind in (ElementKind.HEADING, ElementKind.ENTRY):
            result[at : at + 2] = [replace(entry, text=f"{time}: {below.text}")]
    return result


def _is_time(element: Element) -> bool:
    is_line = element.kind in (ElementKind.PARAGRAPH, ElementKind.HEADING) and not element.reason
    return is_line and bool(_TIME.fullmatch(element.text))


def _names_joined(elements: list[Element]) -> list[Element]:
    """Join the names of an interview that stand on lines of their own with what is said below."""
    names = [_name_alone(each) for each in elements]
    begun = [
        at for at in range(len(elements) - 1) if names[at] and not names[at + 1] and _may_be_said(elements[at + 1])
    ]
    counts = Counter(names[at] for at in begun)
    turns = [at for at in begun if counts[names[at]] > 1]
    said = [names[at] for at in turns]
    if len(turns) < _LEAST_TURNS or any(first == second for first, second in pairwise(said)):
        return elements
    joined = list(elements)
    for at in reversed(turns):
        joined[at : at + 2] = [replace(elements[at + 1], text=f"{names[at]}: {elements[at + 1].text}", bold=False)]
    return joined


def _name_alone(element: Element) -> str:
    if element.reason or element.linked or element.kind not in _RUNNING or len(element.text) > _LONGEST_NAME:
        return ""
    found = _LABEL.fullmatch(f"{element.text.rstrip(' :')}: x")
    return found["label"] if found else ""


def _may_be_said(element: Element) -> bool:
    return element.kind in (ElementKind.PARAGRAPH, ElementKind.QUOTE) and not element.reason


def _turns(elements: list[Element]) -> list[Element]:
    """Recognise who asks and who answers by their names in front of what they say."""
    labels = _one_name_each([_label(element) for element in elements])
    counts = Counter(label for label, _ in filter(None, labels))
    speakers = {label for label, count in counts.items() if count > 1}
    turns = [at for at, found in enumerate(labels) if found and found[0] in speakers]
    if len(speakers) < 2 or len(turns) < _LEAST_TURNS:
        return elements
    spoken = [at for at in range(turns[0], turns[-1] + 1) if not elements[at].reason]
    if len(turns) * 2 < len(spoken):
        return elements
    asking = {
        label for label in speakers if _asks(label, [found[1] for found in labels if found and found[0] == label])
    }
    known: set[str] = set()
    result = _interview_opening(elements[: turns[0]])
    last = ""
    for at in range(turns[0], len(elements)):
        element, found = elements[at], labels[at]
        if found and found[0] in speakers:
            last, words = found
            kind = ElementKind.QUESTION if last in asking else ElementKind.ANSWER
            if last in known:
                result.append(Element(ElementKind.PARAGRAPH, f"{last}:", reason="speaker"))
                element = replace(element, text=words)
            known.add(last)
            result.append(replace(element, kind=kind, speaker=last, bold=False))
        elif at <= turns[-1] and element.kind is ElementKind.PARAGRAPH and not element.reason:
            kind = ElementKind.QUESTION if last in asking else ElementKind.ANSWER
            result.append(replace(element, kind=kind, speaker=last))
        else:
            result.append(element)
    return result


def _one_name_each(labels: Sequence[tuple[str, str] | None]) -> list[tuple[str, str] | None]:
    """Return what is said under one name for each speaker: *Rita Lang* is who is *Lang* later."""
    names = {found[0] for found in labels if found}
    full = {name: [each for each in names if each.endswith(f" {name}")] for name in names}
    return [(full[found[0]][0], found[1]) if found and len(full[found[0]]) == 1 else found for found in labels]


def _interview_opening(opening: Sequence[Element]) -> list[Element]:
    """Return what stands above the first turn: a question that names nobody is one, a long second headline the lead."""
    result = list(opening)
    spoken = [at for at, each in enumerate(opening) if not each.reason]
    if spoken and opening[spoken[-1]].text.endswith("?") and opening[spoken[-1]].kind in _RUNNING:
        result[spoken[-1]] = replace(opening[spoken[-1]], kind=ElementKind.QUESTION, level=1, bold=False)
    headings = [at for at in spoken if result[at].kind is ElementKind.HEADING]
    if len(headings) == 2 and headings == spoken[:2]:
        title, lead = (opening[at] for at in headings)
        if title.level == lead.level and len(lead.text.split()) >= _LEAST_LEAD:
            result[headings[1]] = replace(lead, kind=ElementKind.PARAGRAPH)
    return result


def _label(element: Element) -> tuple[str, str] | None:
    if element.reason or element.kind not in _RUNNING or not (found := _LABEL.fullmatch(element.text)):
        return None
    return found["label"], found["text"]


def _asks(label: str, said: Sequence[str]) -> bool:
    return label.lower() in _ASKS or sum("?" in text for text in said) * 2 > len(said)


def _bold_questions(elements: list[Element]) -> list[Element]:
    """Recognise an interview by its questions in bold print."""
    asked = [at for at, each in enumerate(elements) if _is_bold(each) and each.text.rstrip('"“”»«').endswith("?")]
    if len(asked) < 2:
        return elements
    result = list(elements)
    for first, following in zip(asked, [*asked[1:], len(elements)], strict=True):
        result[first] = replace(elements[first], kind=ElementKind.QUESTION, bold=False)
        for at in range(first + 1, following):
            if elements[at].kind is ElementKind.HEADING or _is_bold(elements[at]):
                break
            if elements[at].kind is ElementKind.PARAGRAPH and not elements[at].reason:
                result[at] = replace(elements[at], kind=ElementKind.ANSWER)
    return result


def _asked_in_headings(elements: list[Element]) -> list[Element]:
    """Recognise an interview whose questions are headings: it says so, or its title is a quotation."""
    headings = [each for each in elements if each.kind is ElementKind.HEADING and not each.reason]
    asked = [each for each in headings if each.text.rstrip('"“”»«').endswith("?")]
    opening = " ".join(each.text for each in elements[:4])
    if len(asked) < _LEAST_QUESTIONS or len(asked) + 2 < len(headings) or not _INTERVIEW.search(opening):
        return elements
    result: list[Element] = []
    going_on = False
    for each in elements:
        if each.kind is ElementKind.HEADING and not each.reason:
            going_on = each.text.rstrip('"“”»«').endswith("?")
            result.append(replace(each, kind=ElementKind.QUESTION, level=1) if going_on else each)
        elif going_on and each.kind is ElementKind.PARAGRAPH and not each.reason:
            result.append(replace(each, kind=ElementKind.ANSWER))
        else:
            result.append(each)
    return result


def _bare_headings(elements: list[Element]) -> list[Element]:
    """Make headings of short lines above running text, where no other heading stands: Word texts without styles."""
    spoken = [at for at, each in enumerate(elements) if not each.reason and each.kind is not ElementKind.CAPTION]
    if any(elements[at].kind not in (ElementKind.PARAGRAPH, ElementKind.ITEM, ElementKind.QUOTE) for at in spoken):
        return elements
    result = list(elements)
    for before, at, after in zip([-1, *spoken], spoken, spoken[1:], strict=False):
        element = elements[at]
        above = before < 0 or is_prose(elements[before])
        bare = above and _is_short(element.text) and not element.linked and not element.text.endswith("?")
        if bare and element.kind is ElementKind.PARAGRAPH and is_prose(elements[after]):
            result[at] = replace(element, kind=ElementKind.HEADING, level=1 if before < 0 else 2)
    return result


def _bold_headings(elements: list[Element]) -> list[Element]:
    """Make headings of short lines in bold print that stand above a text."""
    result = list(elements)
    level = 2
    for at, element in enumerate(elements):
        if element.kind is ElementKind.HEADING and not element.reason:
            level = min(6, element.level + 1) if element.level > 1 else 2
        elif _is_bold(element) and _is_short(element.text):
            following = next((each for each in elements[at + 1 : at + 12] if not each.reason), None)
            if (
                following
                and not following.bold
                and following.kind in (ElementKind.PARAGRAPH, ElementKind.ITEM, ElementKind.QUOTE)
            ):
                result[at] = replace(element, kind=ElementKind.HEADING, level=level)
    return result


def _ticker(elements: list[Element]) -> list[Element]:
    """Make entries of headings that begin with a time, if there are several."""
    timed = [each.kind is ElementKind.HEADING and bool(_CLOCK.match(each.text)) for each in elements]
    if sum(timed) < _LEAST_ENTRIES:
        return elements
    return [
        replace(each, kind=ElementKind.ENTRY) if is_entry else each
        for each, is_entry in zip(elements, timed, strict=True)
    ]


def _is_bold(element: Element) -> bool:
    return element.bold and element.kind is ElementKind.PARAGRAPH and not element.reason and not element.linked


def _is_short(text: str) -> bool:
    return len(text) <= _HEADING_LENGTH and len(text.split()) <= _HEADING_WORDS and not _SENTENCE_END.search(text)


def _is_sentences(text: str) -> bool:
    return is_prose(Element(ElementKind.PARAGRAPH, text))
