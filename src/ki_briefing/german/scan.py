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

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Piece = tuple[int, int, int, int, str]
    """A ``model.Span`` in the making: start, end, start and end in the spoken form, kind."""

    _Match = Callable[[str, int], re.Match[str] | None]

DIGIT, LETTER, SIGN = "digit", "letter", "sign"

_LETTERS = r"[^\W\d_²³¹⁰⁴-⁹₀-₉½¼¾⅐-⅞]"
_FIGURES = re.compile(AMOUNT)
_DECIMAL = re.compile(r"\.\d{1,2}(?![\d.])")
_WORD = re.compile(rf"{_LETTERS}++")
_DIGIT_PLACE = r"[0-9]"
_SIGN_PLACE = r"""[^\w\s.,;:!?'()…–-] | [²³¹⁰⁴-⁹₀-₉½¼¾⅐-⅞_] | ['’](?=\d\d(?!\d)) | \((?=0\d) | \.(?<![\w.…].)(?=[a-z]{2})
    | -(?= \d | [>-] | (?<=\d.)\ \d ) | –(?= [–—] | (?<=\d.)\ ?\d )"""
_SHORT_WORDS = "(?:Mio|Mrd|Bio|Tsd|gpt|llms?|bzw|usw|ggf|inkl|ca)"
_LETTER_PLACE = rf"""(?<!{_LETTERS})(?:
        {_LETTERS}++ (?= \. | [@*_&]\w | /[-\w(] | :[\w/] | -?\d | [²³₀-₉] | \([-a-zA-Z] )
      | [A-ZÄÖÜ](?=[A-ZÄÖÜ]|-?\$)
      | (?:[A-ZÄÖÜ]?[a-zäöü]{{1,30}}+In(?:nen)?|[A-ZÄÖÜ]++[a-zäöü]{{1,12}}+[A-ZÄÖÜ]+[a-z]?|(?<![Α-ω])[Α-ω]
        |[IVX](?!(?<=\b\w\ \w\ .)\ )  # no numeral among spelled letters
        |{_SHORT_WORDS}|(?:Mo|Di|Mi|Do|Fr|Sa)[–-](?:Di|Mi|Do|Fr|Sa|So)|[mM]bH)(?!\w)
    )"""
_PLAIN_WORD = rf"(?!{_SHORT_WORDS}[\ ,;!?])[A-ZÄÖÜ]?[a-zäöüß]++[\ ,;!?]"
_NEXT_PLACE = re.compile(
    rf"""
    (?: {_PLAIN_WORD} | (?! {_DIGIT_PLACE} | {_SIGN_PLACE} | {_LETTER_PLACE} ) (?: {_LETTERS}++ | . ) )*+
    (?: (?P<digit>{_DIGIT_PLACE}) | (?P<sign>{_SIGN_PLACE}) | (?P<letter>{_LETTER_PLACE}) )
    """,
    re.VERBOSE | re.DOTALL,
)
"""What leads to the next place, word by word, and the place. To be matched: a search would try every letter."""


_CLASSES = {
    **dict.fromkeys("-–—−", "-"),
    **dict.fromkeys("%°‰″℃", "%"),
    **dict.fromkeys("€$£¥₹₩₽₺₿₴₪¢", "€"),
    **dict.fromkeys("^×*·⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉", "^"),
    **dict.fromkeys("½¼¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒", "½"),
    **{sign: sign for sign in ".,/:@_&('+\""},
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


class Scanner:
    """The rules in order of priority, each compiled when a text first needs it."""

    def __init__(self, rules: Sequence[Rule], measures: frozenset[str]) -> None:
        """Take the rules and the words of measure: what the names and symbols of units and currencies begin with."""
        self._rules = rules
        self._measures = measures
        self._candidates: dict[tuple[str, str], list[tuple[_Match, Rule]]] = {}

    def say(self, text: str) -> tuple[str, list[Piece]]:
        """Return the text in words, and which piece became which."""
        pieces: list[str] = []
        spans: list[Piece] = []
        at = length = search_from = 0
        last = ""
        while place := _NEXT_PLACE.match(text, search_from):
            begins = place.lastgroup or ""
            start = place.start(begins)
            found = self._first(text, start, begins)
            if found is None:
                search_from = place.end()
                continue
            kind, said, end = found
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
                spans.append((start, end, length, length + len(said), kind))
            length += len(said)
            at = search_from = end
        pieces.append(text[at:])
        return "".join(pieces), spans

    def _first(self, text: str, at: int, start: str) -> tuple[str, str, int] | None:
        """Return kind, words and end of the first rule that knows this place."""
        key = start, self._follower(text, at, start)
        candidates = self._candidates.get(key)
        if candidates is None:
            candidates = self._compile(*key)
        for match, rule in candidates:
            found = match(text, at)
            if found and (said := rule.say(found)) is not None:
                return rule.kind, said, found.end()
        return None

    def _follower(self, text: str, at: int, start: str) -> str:
        """Return the class of what follows the figures or letters at a place; a blank for everything else."""
        if start == SIGN:
            return text[at] if text[at] in _COMMON_SIGNS else _CLASSES.get(text[at], " ")
        run = (_FIGURES if start == DIGIT else _WORD).match(text, at)
        end = run.end() if run else at
        spaced = start == DIGIT and text[end : end + 1] == " "
        end += spaced
        after = text[end : end + 1]
        if after.isalpha() and start == DIGIT:
            word = _WORD.match(text, end)
            if word and (word[0] in self._measures or word[0].lower() in self._measures):
                return "u"
            return "a" if spaced else "g"
        known = _CLASSES.get(after, "1" if after.isdecimal() else " ")
        if known == "-":
            return "-" if text[end + 1 : end + 3].lstrip(" ")[:1].isdecimal() or start == LETTER else "c"
        if known == ".":
            if start == DIGIT and _DECIMAL.match(text, end):
                return "d"
            return "." if text[end + 1 : end + 2].isalnum() else "o" if start == DIGIT else "s"
        return known

    def _compile(self, start: str, follower: str) -> list[tuple[_Match, Rule]]:
        rules = (rule for rule in self._rules if start in rule.starts and (not rule.after or follower in rule.after))
        candidates: list[tuple[_Match, Rule]] = [(_compiled(rule.pattern).match, rule) for rule in rules]
        self._candidates[start, follower] = candidates
        return candidates


_COMMON_SIGNS = frozenset('-–—−+%&/<=>@#$€£~≈*_|()[]{}"„“”§^°×….')
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


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
