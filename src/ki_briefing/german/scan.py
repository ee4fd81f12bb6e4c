"""The scanner: one way through a text; at each place that may need words, the rules are tried in order of priority.

Rules, text -> spoken text and its spans. A rule is a pattern, tied to how the place begins (digit, letter or sign),
and a function that says what was found or declines. All rules of one beginning are tried in one compiled
alternation. Time is linear in the text as long as each rule's pattern looks only a bounded way ahead and behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ki_briefing.model import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DIGIT, LETTER, SIGN = "digit", "letter", "sign"

_LETTERS = r"[^\W\d_²³¹⁰⁴-⁹₀-₉½¼¾⅐-⅞]"
_PLACE = re.compile(
    rf"""
    (?P<digit>[0-9])
    | (?P<letter>(?<!{_LETTERS})(?:
        {_LETTERS}+ (?= \. | [@*_&]\w | /[-\w(] | :[\w/] | -?\d | [²³₀-₉] | \([-a-zA-Z] )
      | [A-ZÄÖÜ](?=[A-ZÄÖÜ]|-?\$)
      | (?:[A-ZÄÖÜ]?[a-zäöü]{{1,30}}(?:In(?:nen)?|G|B|O)|[IVX]|Mio|Mrd|Bio|Tsd|bzw|usw|ggf|inkl|ca|[mM]bH|[Ss]og)(?!\w)
    ))
    | (?P<sign>[^\w\s.,;:!?'()…–-] | [²³¹⁰⁴-⁹₀-₉½¼¾⅐-⅞_] | -(?=[\d.,]|\B|.\b) | [–—(](?=.) | …)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One semiotic class of the written language.

    Attributes:
        kind: Its name in the report.
        starts: Which places it may begin at: DIGIT, LETTER, SIGN.
        pattern: What it looks like, without flags.
        say: The match in words; None: not this class after all, ask the next rule.
    """

    kind: str
    starts: tuple[str, ...]
    pattern: str
    say: Callable[[re.Match[str]], str | None]


class Scanner:
    """The rules in order of priority, compiled once."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = {start: [rule for rule in rules if start in rule.starts] for start in (DIGIT, LETTER, SIGN)}
        self._any = {
            start: re.compile("|".join(f"({_without_names(rule.pattern)})" for rule in those))
            for start, those in self._rules.items()
        }
        self._group = {start: _group_numbers(those) for start, those in self._rules.items()}

    def say(self, text: str) -> tuple[str, tuple[Span, ...]]:
        """Return the text in words, and which piece became which."""
        pieces: list[str] = []
        spans: list[Span] = []
        at = length = search_from = 0
        last = ""
        while place := _PLACE.search(text, search_from):
            found = self._first(text, place.start(), place.lastgroup or "")
            if found is None:
                search_from = place.end()
                continue
            kind, said, end = found
            start = place.start()
            if (
                not said
                and text[start - 1 : start] == " "
                and start > at
                and (text[end : end + 1] in _CLOSING or end == len(text))
            ):
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
            at = search_from = end
        pieces.append(text[at:])
        return "".join(pieces), tuple(spans)

    def _first(self, text: str, at: int, start: str) -> tuple[str, str, int] | None:
        """Return kind, words and end of the first rule that knows this place."""
        match = self._any[start].match(text, at)
        if match is None:
            return None
        rules = self._rules[start]
        for index in range(self._group[start][match.lastindex or 0], len(rules)):
            found = _compiled(rules[index].pattern).match(text, at)
            if found and (said := rules[index].say(found)) is not None:
                return rules[index].kind, said, found.end()
        return None


_CLOSING = frozenset(".,;:!?)")


def _fitted(said: str, last: str, text: str, end: int) -> tuple[str, int]:
    """Return the words with the spaces they need between their neighbours, and where the written piece ends."""
    after = text[end : end + 1]
    said = said.strip()
    if not said:
        glued = last.isalnum() and after.isalnum()
        if after == " " and last in (" ", ""):
            return "", end + 1
        return (" " if glued else ""), end
    if last and last.isalnum() and said[0].isalnum():
        said = " " + said
    if (after.isalnum() and said[-1].isalnum()) or (said[-1] == "," and after.isalnum()):
        said += " "
    return said, end


def _without_names(pattern: str) -> str:
    """Return the pattern without capturing groups, so that only whole rules are counted."""
    return re.sub(r"(?<!\\)\((?!\?)|\(\?P<\w+>", "(?:", pattern)


def _group_numbers(rules: Sequence[Rule]) -> dict[int, int]:
    return {index + 1: index for index in range(len(rules))}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
