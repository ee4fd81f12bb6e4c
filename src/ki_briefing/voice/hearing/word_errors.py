"""What was to be said, compared with what was heard: words right, wrong, lost, doubled and invented.

Texts -> Comparison. Pure. German writes one sound in many ways, and so does a recogniser: numbers and their words, ä
and ae, ß and ss, capitals, and compounds apart or together are alike. A name is right when it is written much like it
sounds.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from ki_briefing.german.verbalize import verbalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_APOSTROPHES = re.compile("['’]")
_SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe"})
_MOST_JOINED = 4  # words of one compound, or letters of one initialism
_LIKE = 0.4  # of its letters may differ in a name
_LIKE_TOGETHER = 0.25  # of their letters may differ in words that are joined
_UNLIKE = 0.7  # of its letters differ in a word of which nothing was heard
_SHORTEST = 5  # letters of a word that is no mere "und" or "der"
_TENS = ("zwanzig", "dreissig", "vierzig", "fuenfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_PARTS = {  # of number words, longest first where one begins with the other: their values
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
    "null": 0, "ein": 1, "erst": 1, "zwoelf": 12, "zwo": 2, "zwei": 2, "drei": 3, "dritt": 3, "vier": 4, "fuenf": 5,
    "sechs": 6, "sech": 6, "sieben": 7, "sieb": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "und": 0,
}  # fmt: skip
_SCALES = {"hundert": 10**2, "tausend": 10**3, "million": 10**6, "milliard": 10**9, "billion": 10**12}
_PART = re.compile("|".join((*_PARTS, *_SCALES)))
_NUMBER = re.compile(f"(?!und$)(?:{_PART.pattern})+(?:s?t)?(?:e[mnrs]?|s)?")
_DETACHED = 0.25  # letters that a join costs, so that words are joined only where it fits


class Fault(StrEnum):
    """What can happen to a word between a script and an ear."""

    WRONG = "wrong"
    LOST = "lost"
    DOUBLED = "doubled"
    INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class WordFault:
    """Words that were not heard as they were to be said.

    Attributes:
        said: What was to be said; empty if nothing was.
        heard: What was heard; empty if nothing was.
    """

    fault: Fault
    said: str
    heard: str

    @property
    def is_other_number(self) -> bool:
        """Whether a number was heard as another one: hardly a letter may be wrong, and the sentence is."""
        said, heard = map(_value, (self.said, self.heard))
        return said is not None and heard is not None and said != heard


@dataclass(frozen=True, slots=True)
class Comparison:
    """A text and what was heard of it.

    Attributes:
        words: How many words were to be said.
        letters: How many letters they have.
        errors: How many words were wrong, lost, doubled or invented.
        letter_errors: How many letters must be changed, taken out and put in, to get from one to the other.
        faults: In order; words that were lost, or put in, one after the other are one.
        heard: The words that were heard of it, in spoken form.
        unlike: How many words were, one after the other, heard as wholly other ones; names and short words aside.
    """

    words: int
    letters: int
    errors: int
    letter_errors: float
    faults: tuple[WordFault, ...] = ()
    heard: str = ""
    unlike: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it is compared.

    Attributes:
        shown: As it stood in its text.
        letters: In small letters of ASCII.
        name: It is one: likeness is enough.
    """

    shown: str
    letters: str
    name: bool = False


def tokens(text: str, names: Sequence[tuple[int, int]] = ()) -> tuple[Token, ...]:
    """Return the words of a text in spoken form.

    Args:
        names: The ranges of names in it.
    """
    found = []
    for match in _TOKEN.finditer(text):
        name = any(start < match.end() and match.start() < end for start, end in names)
        if letters := _plain(match[0]):
            found.append(Token(match[0], letters, name))
    return tuple(found)


def heard_tokens(text: str) -> tuple[Token, ...]:
    """Return the words of what a recogniser wrote, which has figures and abbreviations."""
    return tokens(verbalize(" ".join(text.split())))


def _plain(word: str) -> str:
    spelled = _APOSTROPHES.sub("", word).casefold().translate(_SPELLINGS)
    return "".join(letter for letter in unicodedata.normalize("NFKD", spelled) if letter.isalnum() and letter.isascii())


def _value(words: str) -> int | None:
    """Return the value of a number in words, whatever its ending; None if it is none."""
    plain = _plain(words)
    if not _NUMBER.fullmatch(plain):
        return None
    whole = part = 0
    for word in _PART.findall(plain):
        scale = _SCALES.get(word, 1)
        if scale > 100:
            whole, part = whole + (part or 1) * scale, 0
        else:
            part = (part or 1) * scale if scale > 1 else part + _PARTS[word]
    return whole + part


def compare(said: Sequence[Token], heard: Sequence[Token]) -> Comparison:
    """Return how what was heard differs from what was said."""
    return compare_each([said], heard)[0]


def compare_each(said: Sequence[Sequence[Token]], heard: Sequence[Token]) -> tuple[Comparison, ...]:
    """Compare several texts, said one after the other, with what was heard of all of them together."""
    whole = [token for text in said for token in text]
    owners = [index for index, text in enumerate(said) for _ in text]
    steps: list[list[_Step]] = [[] for _ in said]
    for step in _align(whole, heard, owners):
        # What was added belongs to the text whose word came before it.
        if owners:
            steps[owners[max(0, step.said[0] - step.puts_in)]].append(step)
    return tuple(_summarize(text, whole, heard, mine) for text, mine in zip(said, steps, strict=True))


@dataclass(frozen=True, slots=True)
class _Step:
    """``said[…]`` was heard as ``heard[…]``; ``cost`` in letters."""

    said: tuple[int, int]
    heard: tuple[int, int]
    cost: float

    @property
    def loses(self) -> bool:
        """Nothing was heard."""
        return self.heard[0] == self.heard[1]

    @property
    def puts_in(self) -> bool:
        """Nothing was to be said."""
        return self.said[0] == self.said[1]


_MOVES = tuple((1, n) for n in range(1, _MOST_JOINED + 1)) + tuple((n, 1) for n in range(2, _MOST_JOINED + 1))


def _align(said: Sequence[Token], heard: Sequence[Token], owners: Sequence[int]) -> list[_Step]:
    """Return the cheapest way from the one to the other, in whole words: a shortest path.

    Several words are taken for one only if they are much alike, and of one text.
    """
    from rapidfuzz.distance import Levenshtein

    rows, columns = len(said) + 1, len(heard) + 1
    best = [[0.0] * columns for _ in range(rows)]
    back = [[(0, 0)] * columns for _ in range(rows)]
    for row in range(rows):
        for column in range(columns):
            options = []
            if row:
                options.append((best[row - 1][column] + len(said[row - 1].letters), (1, 0)))
            if column:
                options.append((best[row][column - 1] + len(heard[column - 1].letters), (0, 1)))
            for down, right in _MOVES:
                if down > row or right > column or owners[row - down] != owners[row - 1]:
                    continue
                price = _price(_together(said, row - down, row), _together(heard, column - right, column), down + right)
                if price is not None:
                    options.append((best[row - down][column - right] + price, (down, right)))
            if options:
                best[row][column], back[row][column] = min(options)
    steps = []
    row, column = rows - 1, columns - 1
    while row or column:
        down, right = back[row][column]
        cost = Levenshtein.distance(_together(said, row - down, row), _together(heard, column - right, column))
        steps.append(_Step((row - down, row), (column - right, column), cost))
        row, column = row - down, column - right
    return steps[::-1]


def _together(words: Sequence[Token], start: int, end: int) -> str:
    return "".join(each.letters for each in words[start:end])


def _price(one: str, other: str, words: int) -> float | None:
    """Return what it costs to take words, written together, for others; None if nobody would.

    A letter in another's place counts twice, so that words that have nothing in common are rather lost and invented.
    """
    from rapidfuzz.distance import Indel

    most = _LIKE_TOGETHER * (len(one) + len(other))
    if words == 2:
        return Indel.distance(one, other) - _DETACHED
    if abs(len(one) - len(other)) > most:
        return None
    price = Indel.distance(one, other)
    return price + _DETACHED * (words - 2) if price <= most else None


def _summarize(
    text: Sequence[Token], said: Sequence[Token], heard: Sequence[Token], steps: Sequence[_Step]
) -> Comparison:
    faults: list[WordFault] = []
    errors = 0
    cost = 0.0
    for step in _runs(steps):
        mine, theirs = said[slice(*step.said)], heard[slice(*step.heard)]
        cost += step.cost
        if not step.cost or (mine and theirs and _is_like(mine, step.cost)):
            continue
        errors += len(mine) or len(theirs)
        faults.append(WordFault(_fault(step, heard), _shown(mine), _shown(theirs)))
    letters = sum(len(each.letters) for each in text)
    shown = _shown(heard[steps[0].heard[0] : steps[-1].heard[1]]) if steps else ""
    return Comparison(len(text), letters, errors, cost, tuple(faults), shown, _unlike(said, heard, steps))


def _unlike(said: Sequence[Token], heard: Sequence[Token], steps: Sequence[_Step]) -> int:
    """Return how many words were, one after the other, heard as wholly other ones."""
    most = run = 0
    for step in steps:
        letters = len(_together(said, *step.said))
        if step.puts_in or step.loses or letters < _SHORTEST or any(each.name for each in said[slice(*step.said)]):
            continue
        unlike = step.cost >= _UNLIKE * max(letters, len(_together(heard, *step.heard)))
        run = run + 1 if unlike else 0
        most = max(most, run)
    return most


def _runs(steps: Sequence[_Step]) -> Iterator[_Step]:
    """Yield the steps, those joined that lose, or put in, one word after the other."""
    kind = attrgetter("puts_in", "loses")
    for (puts_in, loses), group in groupby(steps, kind):
        if not (puts_in or loses):
            yield from group
            continue
        first, *others = group
        last = others[-1] if others else first
        cost = first.cost + sum(step.cost for step in others)
        yield _Step((first.said[0], last.said[1]), (first.heard[0], last.heard[1]), cost)


def _is_like(said: Sequence[Token], cost: float) -> bool:
    return any(each.name for each in said) and cost <= _LIKE * sum(len(each.letters) for each in said)


def _fault(step: _Step, heard: Sequence[Token]) -> Fault:
    if step.loses:
        return Fault.LOST
    if not step.puts_in:
        return Fault.WRONG
    start, end = step.heard
    length = end - start
    near = [each.letters for each in heard[max(0, start - length) : end + length]]
    twice = any(
        near[at : at + length] == near[at + length : at + 2 * length] for at in range(len(near) - 2 * length + 1)
    )
    return Fault.DOUBLED if twice else Fault.INVENTED


def _shown(words: Sequence[Token]) -> str:
    return " ".join(word.shown for word in words)
