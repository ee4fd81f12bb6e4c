"""The scanner: one way through a text; at each place that may need words, the rules are tried in order of priority.

Rules, text -> spoken text and its spans. A rule is a pattern, tied to how the place begins (digit, letter or sign),
and a function that says what was found or declines. Only the rules that what follows the figures or letters allows
are tried. Time is linear in the text as long as each rule's pattern looks only a bounded way ahead and behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ki_briefing.german.numbers import AMOUNT
from ki_briefing.german.numerals import ANNOUNCED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Piece = tuple[int, int, int, int, str]
    """A ``spans.Span`` in the making: start, end, start and end in the spoken form, kind."""

    _Match = Callable[[str, int], re.Match[str] | None]

DIGIT, LETTER, SIGN = "digit", "letter", "sign"

OFTEN = 500
"""Places of a kind from which on one pattern of all its rules is worth its making."""

_RAISED = "²³¹⁰⁴-⁹₀-₉½¼¾⅐-⅞"
ANY_LETTER = rf"[^\W\d_{_RAISED}]"
_DECIMAL = re.compile(r"\.\d{1,2}(?![\d.])")
_WORD = re.compile(rf"{ANY_LETTER}++")
_DIGIT_PLACE = f"(?=[0-9]){AMOUNT}"
_SIGN_PLACE = r"""[^\w\s.,;:!?'()…–-] | [²³¹⁰⁴-⁹₀-₉½¼¾⅐-⅞_] | ['’](?=\d\d(?!\d)) | \((?=0\d) | \.(?<![\w.…].)(?=[a-z]{2})
    | -(?= \d | [>-] | (?<=\d.)\ \d ) | –(?= [–—] | (?<=\d.)\ ?\d )"""
_SHORT_WORDS = "(?:Mio|Mrd|Bio|Tsd|gpt|llms?|bzw|usw|ggf|inkl|ca)"
_LETTER_PLACE = rf"""(?<!{ANY_LETTER})(?:
        {ANY_LETTER}++ (?= \. | [@*_&]\w | /[-\w(] | :[\w/] | -?\d | [²³₀-₉] | \([-a-zA-Z] )
      | [A-ZÄÖÜ](?=[A-ZÄÖÜ]|-?\$) {ANY_LETTER}*+
      | (?:[A-ZÄÖÜ]?[a-zäöü]{{1,30}}+In(?:nen)?|[A-ZÄÖÜ]++[a-zäöü]{{1,12}}+[A-ZÄÖÜ]+[a-z]?|(?<![Α-ω])[Α-ω]
        |[IVX]{ANNOUNCED}
        |{_SHORT_WORDS}|(?:Mo|Di|Mi|Do|Fr|Sa)(?=[–-](?:Di|Mi|Do|Fr|Sa|So)\b)|[mM]bH)(?!\w)
    )"""
_PLAIN_WORD = rf"(?!{_SHORT_WORDS}(?!\w))(?:[A-ZÄÖÜ]?[a-zäöüß]++|[A-HJ-UWYZÄÖÜ])(?:[\ ,;!?]++|(?![\w.@*&/:($–-]))"
_NO_PLACE = r"[\s,;:!?)…]"  # nothing to say begins with these
_NEXT_PLACE = rf"""(?xs)
    (?:{_PLAIN_WORD})*+ (?: (?> {ANY_LETTER}++ | . ) {_NO_PLACE}*+ (?:{_PLAIN_WORD})*+ )*?
    (?: (?P<digit>{_DIGIT_PLACE}) | (?P<letter>(?=[^\W_{_RAISED}]){_LETTER_PLACE}) | (?P<sign>{_SIGN_PLACE}) )
    """
"""What leads to the next place, word by word, and the place: figures, letters or a sign. To be matched: a search would
try every letter."""


_CLASSES = {
    **dict.fromkeys("-–—−", "-"),
    **dict.fromkeys("%°‰″℃", "%"),
    **dict.fromkeys("€$£¥₹₩₽₺₿₴₪¢", "€"),
    **dict.fromkeys("^×*·⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉", "^"),
    **dict.fromkeys("½¼¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒", "½"),
    **dict.fromkeys("0123456789", "1"),
    **{sign: sign for sign in " .,/:@_&('+\""},
}
"""What may follow a place's figures or letters, in classes. Besides these: ``1`` a digit, ``u`` a word of measure,
``g`` other letters joined to figures, ``a`` another word, ``c`` a hyphen before no digit, ``s`` a full stop at a word's
end, ``o`` one after figures (an ordinal, perhaps), ``d`` a point and one or two decimals."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One semiotic class of the written language.

    Attributes:
        kind: Its name in the report.
        starts: Which places it may begin at: DIGIT, LETTER, SIGN.
        pattern: What it looks like, without flags.
        say: The match in words; None: not this class after all, ask the next rule.
        after: A cheap test before the pattern, empty for none: what may come after the first figures (one space apart)
            or letters, by ``_CLASSES``; of a SIGN, the characters it may begin with, rare ones by their class.
    """

    kind: str
    starts: tuple[str, ...]
    pattern: str
    say: Callable[[re.Match[str]], str | None]
    after: str = ""


class _Candidates:
    """The rules that may know a kind of place, in order of priority."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._matches: list[tuple[_Match, Rule]] = [(_compiled(rule.pattern).match, rule) for rule in rules]
        self._asked = 0
        self._which: _Match | None = None
        self._by_name: dict[str | None, tuple[_Match | None, Rule, _Candidates]] = {}

    def first(self, text: str, at: int) -> tuple[str, str, int] | None:
        """Return kind, words and end of the first rule that knows this place."""
        if self._which:
            fits = self._which(text, at)
            if not fits:
                return None
            named, rule, others = self._by_name[fits.lastgroup]
            found = named(text, at) if named else fits
            if found and (said := rule.say(found)) is not None:
                return rule.kind, said, found.end()
            return others.first(text, at)
        self._asked += 1
        if self._asked > OFTEN:
            self._join()
        for match, rule in self._matches:
            found = match(text, at)
            if found and (said := rule.say(found)) is not None:
                return rule.kind, said, found.end()
        return None

    def _join(self) -> None:
        """Make one pattern that tells, by its last group's name, which rule is the first that fits."""
        unnamed = (re.sub(r"\(\?P<\w+>", "(?:", rule.pattern) for rule in self._rules)
        joined = "|".join(f"(?:{each})(?P<rule{index}>)" for index, each in enumerate(unnamed))
        self._which = re.compile(joined).match
        for index, (match, rule) in enumerate(self._matches):
            named = match if "(?P<" in rule.pattern else None
            self._by_name[f"rule{index}"] = named, rule, _Candidates(self._rules[index + 1 :])


class Scanner:
    """The rules in order of priority, each compiled when a text first needs it."""

    def __init__(self, rules: Sequence[Rule], measures: frozenset[str]) -> None:
        """Take the rules and the words of measure: what the names and symbols of units and currencies begin with."""
        self._rules = rules
        self._measures = measures
        self._next_place: _Match = re.compile(_NEXT_PLACE).match
        self._candidates: dict[str, dict[str, _Candidates]] = {DIGIT: {}, LETTER: {}, SIGN: {}}

    def say(self, text: str) -> tuple[str, list[Piece]]:
        """Return the text in words, and which piece became which."""
        pieces: list[str] = []
        spans: list[Piece] = []
        at = length = search_from = 0
        last = ""
        next_place, candidates = self._next_place, self._candidates
        while place := next_place(text, search_from):
            begins = place.lastgroup or ""
            start, end = place.span(begins)
            if begins == SIGN:
                follower = text[start]
            else:
                follower = _after_letters(text, end) if begins == LETTER else self._after_figures(text, end)
            found = (candidates[begins].get(follower) or self._compile(begins, follower)).first(text, start)
            if found is None:
                search_from = end
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
            written, spoken = end - start, len(said)
            if written != spoken or said != text[start:end]:
                spans.append((start, end, length, length + spoken, kind))
            length += spoken
            at = search_from = end
        pieces.append(text[at:])
        return "".join(pieces), spans

    def _after_figures(self, text: str, end: int) -> str:
        """Return the class of what follows the figures that end here; a blank for everything else."""
        spaced = text[end : end + 1] == " "
        end += spaced
        after = text[end : end + 1]
        if after.isalpha():
            word = _WORD.match(text, end)
            if word and (word[0] in self._measures or word[0].lower() in self._measures):
                return "u"
            return "a" if spaced else "g"
        known = _CLASSES.get(after) or ("1" if after.isdecimal() else " ")
        if known == "-":
            return "-" if text[end + 1 : end + 3].lstrip(" ")[:1].isdecimal() else "c"
        if known == ".":
            return "d" if _DECIMAL.match(text, end) else "." if text[end + 1 : end + 2].isalnum() else "o"
        return known

    def _compile(self, begins: str, follower: str) -> _Candidates:
        """Return the rules for a kind of place that is seen for the first time; rare signs share those of a class."""
        known = self._candidates[begins]
        shared = _CLASSES.get(follower, " ")
        if begins == SIGN and follower not in _COMMON_SIGNS and follower != shared:
            candidates = known.get(shared) or self._compile(SIGN, shared)
        else:
            candidates = _Candidates(
                [rule for rule in self._rules if begins in rule.starts and (not rule.after or follower in rule.after)]
            )
        known[follower] = candidates
        return candidates


_COMMON_SIGNS = frozenset('-–—−+%&/<=>@#$€£~≈*_|()[]{}"„“”§^°×….')
_CLOSING = frozenset((*".,;:!?)", ""))  # nothing: the end


def _after_letters(text: str, end: int) -> str:
    """Return the class of what follows the letters that end here; a blank for everything else."""
    after = text[end : end + 1]
    if after == ".":
        return "." if text[end + 1 : end + 2].isalnum() else "s"
    return _CLASSES.get(after) or ("1" if after.isdecimal() else " ")


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


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
