"""Where a German sentence ends, and where a long one lets breathe.

Text -> the sentences it is written in. Pure, linear in the length of the text; any text is accepted. Nothing is lost:
the parts joined are the text but for white space.

A full stop also marks ordinals ("3. Januar"), abbreviations and initials. German writes nouns with a capital anywhere,
so what stands before the stop decides, and after a number the word that follows: only a function word begins a sentence.
"""

from __future__ import annotations

import re

from ki_briefing.german.abbreviations import MAY_END_A_SENTENCE, PATTERN, entry

LONGEST = 250
"""Letters that can be said in one breath."""

_SHORTEST_CLAUSE = 60
_END = re.compile(r"(?P<mark>[.!?…]+)(?P<closers>[\"'“”»«’‘)\]]*)(?P<gap>\s+|$)")
_ABBREVIATION = re.compile(PATTERN + r"$")
_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}$")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d$")
_INITIAL = re.compile(r"(?<!\w)[A-ZÄÖÜ]$")
_ROMAN = re.compile(r"(?<!\w)[IVX]{1,5}$")
_OPENING = "\"'„“”‚‘’»«›‹([–—- "
_FUNCTION_WORDS = frozenset(
    "aber alle als am an andere auch auf aus außerdem bei beide bis da dabei dadurch dafür dagegen daher damit danach dann"
    " daran darauf darin darum darunter das dass davon davor dazu dem den denn der deren des deshalb dessen die dies diese"
    " diesem diesen dieser dieses doch dort drei du durch ebenso eben ein eine einem einen einer eines einige er erst es"
    " etwa euer für ganz gegen genau gleichzeitig hier hinter hinzu ich ihm ihn ihnen ihr ihre ihrem ihren im immer in"
    " insgesamt ist ja jede jeder jedes jedoch jetzt kein keine laut man manche mehr mehrere mein mit nach nachdem neben"
    " nein nicht noch nun nur ob oder ohne sein seine seit sich sie so sobald sogar somit sondern sonst sowie später trotz"
    " trotzdem über um und uns unser unter viele vier vom von vor vorher während wann war waren warum was weder wegen weil"
    " weitere welche wenn wer werden wie wieder wir wird wo wobei wurde wurden zu zudem zuerst zugleich zuletzt zum zur"
    " zwar zwei zwischen".split()
)
_CLAUSE = re.compile(
    r"(?:[;:–—]|,(?=\s(?:und|oder|aber|denn|sondern|doch|dass|weil|da|wenn|während|obwohl|damit|sodass|nachdem|bevor|bis|wobei|"
    r"wodurch|was|wer|wie|ob|um|ohne|der|die|das|dem|den|dessen|deren|welche[rsmn]?|so|also)\b))\s"
)


def split(text: str) -> tuple[str, ...]:
    """Return the sentences of a text, without the white space around them."""
    sentences = []
    start = 0
    for match in _END.finditer(text):
        if _is_end(text, start, match):
            sentences.append(text[start : match.start("gap")].strip())
            start = match.end()
    sentences.append(text[start:].strip())
    return tuple(sentence for sentence in sentences if sentence)


def clauses(sentence: str) -> tuple[str, ...]:
    """Return a sentence in parts that can be said in one breath, cut at the border of a clause."""
    parts = []
    while len(sentence) > LONGEST:
        borders = [match.end() for match in _CLAUSE.finditer(sentence, _SHORTEST_CLAUSE, LONGEST)]
        if not borders or len(sentence) - borders[-1] < 20:
            break
        parts.append(sentence[: borders[-1]].strip())
        sentence = sentence[borders[-1] :]
    return (*parts, sentence.strip())


def _is_end(text: str, start: int, match: re.Match[str]) -> bool:
    before = text[max(start, match.start() - 40) : match.start()]
    following = text[match.end() : match.end() + 40].lstrip(_OPENING)
    if not following:
        return True
    if match["mark"] == "." and not match["closers"]:
        return _full_stop_ends(before, following)
    if following[0].islower():
        return False  # "Was nun?", fragte sie.
    # A sentence quoted in the middle goes on after its closing mark only in lower case or with a comma.
    return before.count("(") <= before.count(")") or bool(match["closers"])


def _full_stop_ends(before: str, following: str) -> bool:
    word = re.match(r"[^\W\d_]+", following)
    starts = word is not None and word[0].lower() in _FUNCTION_WORDS and word[0][0].isupper()
    if following[0].islower():
        return False
    if abbreviation := _ABBREVIATION.search(before + "."):
        written = entry(abbreviation[0])
        return starts and written in MAY_END_A_SENTENCE
    if _YEAR.search(before):
        return True
    if _NUMBER.search(before):
        return starts or not following[0].isalpha()
    if _ROMAN.search(before):
        return starts
    return not _INITIAL.search(before)
