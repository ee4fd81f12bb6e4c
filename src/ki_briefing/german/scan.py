"""The scanner: one way through a text; wherever a rule may begin, all that may begin there are asked in their order.

Rules, text -> spoken text and its spans. A rule is a pattern, tied to how a place begins (figures, a word or a sign),
and a function that says what was found or declines. Time is linear in the text as long as each rule's pattern looks
only a bounded way ahead and behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ki_briefing.model.spans import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DIGIT, WORD, LETTER, SIGN = "digit", "word", "letter", "sign"
"""The places where a rule may begin: figures; a plain word, to which nothing is tied; the first letter of any other
word (in capitals, before a full stop, a hyphen, a figure ...); a sign, which is all else but white space."""

_RAISED = "²³¹⁰⁴-⁹₀-₉½¼¾⅐-⅞"
ANY_LETTER = rf"[^\W\d_{_RAISED}]"
PLACE = re.compile(
    rf"(?P<{DIGIT}>[0-9]++)"
    rf"|(?<!{ANY_LETTER})(?:(?P<{WORD}>[A-ZÄÖÜ]?[a-zäöüß]++(?=[\s,;!?)]|$))|(?P<{LETTER}>{ANY_LETTER}++))"
    rf"|(?P<{SIGN}>[^\w\s]|[{_RAISED}_])"
)
"""The next place; which one it is, its group's name says."""

_CLOSING = frozenset((*".,;:!?)", ""))  # nothing: the end


@dataclass(frozen=True)
class Rule:
    """One form of the written language and what is said for it.

    Attributes:
        kind: Its semiotic class, as the spans name it.
        starts: The places it may begin at.
        pattern: What it looks like, without flags; the only thing that decides where the rule is asked.
        say: The match in words; None: not this form after all, ask the next rule.
    """

    kind: str
    starts: tuple[str, ...]
    pattern: str
    say: Callable[[re.Match[str]], str | None]

    @cached_property
    def match(self) -> Callable[[str, int], re.Match[str] | None]:
        """What the pattern finds in a text at a position; compiled when a text first has such a place."""
        return re.compile(self.pattern).match


class Scanner:
    """The rules in their order, by the places that they may begin at."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = {place: [rule for rule in rules if place in rule.starts] for place in (DIGIT, WORD, LETTER, SIGN)}

    def say(self, text: str) -> tuple[str, list[Span]]:
        """Return the text in words, and which piece of it became which."""
        pieces: list[str] = []
        spans: list[Span] = []
        at = length = 0
        last = ""  # the letter or sign that was said last
        place = PLACE.search(text)
        while place:
            start = place.start()
            found = self._first(place.lastgroup or "", text, start)
            if found is None:
                place = PLACE.search(text, place.end())
                continue
            kind, said, end = found
            if not said and start > at and text[start - 1] == " " and text[end : end + 1] in _CLOSING:
                start -= 1
            if start > at:
                pieces.append(text[at:start])
                length += start - at
                last = text[start - 1]
            said, end = _fitted(said, last, text, end)
            if said:
                pieces.append(said)
                last = said[-1]
            if said != text[start:end]:
                spans.append(Span(start, end, length, length + len(said), kind))
            length += len(said)
            at = end
            place = PLACE.search(text, at)
        pieces.append(text[at:])
        return "".join(pieces), spans

    def _first(self, begins: str, text: str, at: int) -> tuple[str, str, int] | None:
        """Return kind, words and end of the first rule that knows this place."""
        for rule in self._rules[begins]:
            found = rule.match(text, at)
            if found and (said := rule.say(found)) is not None:
                return rule.kind, said, found.end()
        return None


def _fitted(said: str, last: str, text: str, end: int) -> tuple[str, int]:
    """Return the words with the spaces they need between their neighbours, and where the written piece ends."""
    after = text[end : end + 1]
    said = said.strip()
    if not said:
        if after == " " and last in (" ", ""):
            return "", end + 1
        return (" " if last.isalnum() and after.isalnum() else ""), end
    if last.isalnum() and said[0].isalnum():
        said = " " + said
    if after.isalnum() and (said[-1].isalnum() or said[-1] == ","):
        said += " "
    return said, end
