"""Where a speaker may breathe in a long sentence, and what nobody could read aloud.

A sentence -> its parts. Pure; linear in the length of the text; any text is accepted. Nothing is lost: the parts joined
are the sentence but for white space.
"""

from __future__ import annotations

import re
from itertools import pairwise

LONGEST = 250
"""Letters that can be said in one breath."""

LONGEST_WORD = 100
"""Letters and figures of a word that can be read aloud: more are a key, an encoded file or a slip of the keyboard."""

_LONGEST_SPOKEN = 600
"""Letters of a spoken form that take no voice more than a minute at its own pace: at most 84 ms each."""

_LONE = 5  # letters that take as long as a letter that is spelled; up to 490 ms
_FOREIGN = 8  # letters that take as long as one of another script that is named; up to 730 ms
_LONE_LETTER = re.compile(r"\b[^\W\d_]\b")
_OTHER_SCRIPT = re.compile(r"[^\W\d_a-zA-Z\u00c0-\u024f]")
_UNBROKEN = re.compile(rf"(?<!\S)\S{{{LONGEST_WORD + 1},}}")
_CALM = 170  # letters up to which a part costs nothing
_SHORT = 50  # letters below which a part sounds chopped off
_LONGEST_RUN = 1000  # letters; what has more without a space is torn, for no engine could say it
_APART = 15  # letters between two cuts worth weighing
_CUT = re.compile(
    r"(?P<strong>[;:](?=\s)|[–—](?=\s))"
    r"|(?P<clause>,)(?=\s(?:(?:in|an|auf|aus|bei|durch|für|gegen|hinter|mit|nach|neben|ohne|über|unter|um|von|vor|zu|zwischen)\s)?"
    r"(?:und|oder|aber|denn|sondern|doch|dass|weil|da|wenn|falls|während|obwohl|damit|sodass|nachdem|bevor|ehe|bis|seit|indem|wobei|"
    r"wodurch|wofür|womit|worauf|worüber|was|wer|wie|wo|ob|um|ohne|anstatt|statt|als|zumal|der|die|das|dem|den|denen|dessen|"
    r"deren|welche[rsmn]?|so|also|jedoch|etwa|darunter|sowie|insbesondere|nämlich)\b)"
    r"|(?P<comma>,)(?=\s)"
    r"|(?P<weak>\s)(?=(?:und|oder|sowie|beziehungsweise)\s)"
)
_PRICE = {"strong": 0.0, "clause": 0.5, "comma": 6.0, "weak": 8.0}
_TORN = 120.0  # the price of a cut where no grammar allows one


def without_long_words(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without the words that nobody could read aloud, and those words."""
    words = tuple(word for word in _UNBROKEN.findall(text) if sum(map(str.isalnum, word)) > LONGEST_WORD)
    return _UNBROKEN.sub(lambda match: "" if match[0] in words else match[0], text) if words else text, words


def is_short(spoken: str) -> bool:
    """Tell whether a voice says a spoken form within a minute at its own pace."""
    if len(spoken) * (1 + _FOREIGN) <= _LONGEST_SPOKEN:
        return True
    spelled, named = (len(pattern.findall(spoken)) for pattern in (_LONE_LETTER, _OTHER_SCRIPT))
    return len(spoken) + _LONE * spelled + _FOREIGN * named <= _LONGEST_SPOKEN


def halves(part: str) -> tuple[str, str]:
    """Return a part in two, cut near its middle: after a comma if there is one, else at a space, else anywhere."""
    middle = len(part) // 2
    for sign in (", ", " "):
        cuts = (part.find(sign, middle, -len(part) // 3), part.rfind(sign, len(part) // 3, middle))
        if found := [at + len(sign) for at in cuts if at >= 0]:
            middle = min(found, key=lambda at: abs(at - middle))
            break
    return part[:middle].strip(), part[middle:].strip()


def clauses(sentence: str) -> tuple[str, ...]:
    """Return a sentence in parts that can be said in one breath.

    A sentence of up to ``LONGEST`` letters stays whole. A longer one is cut where the parts come out even and the cuts
    hurt least: at semicolons, colons, dashes and the commas of clauses; at other places only if there is no such.
    """
    if len(sentence) <= LONGEST:
        return (sentence.strip(),)
    borders = _cheapest(_cuts(sentence))
    parts = (sentence[first:last].strip() for first, last in pairwise(borders))
    return tuple(part for part in parts if part)


def _cuts(sentence: str) -> list[tuple[int, float]]:
    """Return where the sentence may be cut, its two ends among them, each with its price."""
    cuts = [(0, 0.0)]
    found = [(match.end(), _PRICE[match.lastgroup or "weak"]) for match in _CUT.finditer(sentence)]
    for at, price in (*found, (len(sentence), 0.0)):
        while at - cuts[-1][0] > LONGEST:
            last = cuts[-1][0]
            space = sentence.rfind(" ", last + _SHORT, last + LONGEST) + 1
            if not space and at - last <= _LONGEST_RUN:
                break
            cuts.append((space or last + LONGEST, _TORN))
        if at - cuts[-1][0] >= _APART or price < cuts[-1][1] or at == len(sentence):
            cuts.append((at, price))
    return cuts


def _cheapest(cuts: list[tuple[int, float]]) -> list[int]:
    """Return the positions of the cheapest series of cuts from the first to the last: a shortest path."""
    best = [0.0] + [float("inf")] * (len(cuts) - 1)
    back = [0] * len(cuts)
    oldest = 0
    for here in range(1, len(cuts)):
        while oldest < here - 1 and cuts[here][0] - cuts[oldest][0] > 2 * LONGEST:
            oldest += 1
        for earlier in range(oldest, here):
            cost = best[earlier] + cuts[here][1] + _cost(cuts[here][0] - cuts[earlier][0])
            if cost < best[here]:
                best[here], back[here] = cost, earlier
    at = len(cuts) - 1
    chosen = [at]
    while at:
        at = back[at]
        chosen.append(at)
    return [cuts[each][0] for each in reversed(chosen)]


def _cost(letters: int) -> float:
    """Return how uncomfortable a part of this length is."""
    over = max(0, letters - _CALM) / 20
    under = max(0, _SHORT - letters) / 10
    return over * over + under * under + 1.0
