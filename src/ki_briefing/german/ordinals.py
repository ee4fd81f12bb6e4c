"""Ordinals in figures: der 3. Platz, am 24., wurde 2., Müllers 2. Film, 3./4. Klasse, 2ter; "1. Heizung entlüften" counts.

Source: Duden (Zahlen und Ziffern: Punkt nach Ordnungszahlen; Adjektiv: weak, mixed and strong endings).
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.figures import LABELS, NEXT_NOUN, NEXT_WORD
from ki_briefing.german.numbers import amount, ordinal, year
from ki_briefing.german.scan import DIGIT, Rule
from ki_briefing.german.sentence_words import STARTERS, counts
from ki_briefing.german.tables import words

_TOGETHER = re.compile(r"(?:,? (?:(?:und|oder|bis|sowie|bzw\.) )?\d{1,3}\.)+ (?:[a-zäöüß-]+ ){0,2}([A-ZÄÖÜ][\w-]*)")
_LABELS_OR_COUNTING = LABELS | words("kostet kosten waren sind")
_BEFORE_DAY_OR_PLACE = words("der die das dem den am im zum vom beim ab seit dieser jeder")
_DETERMINERS = words(
    "der die das den dem des am im zum zur vom beim als jede jeder jedem jeden jedes diese dieser diesen"
)
_POSSESSIVE_ENDINGS = tuple(
    f"{stem}{ending}" for stem in ("ein", "ihr", "unser") for ending in ("", "e", "em", "en", "er", "es")
)
_ARTICLES = words("der die das dem den zum beim")
_IS = words("ist war wird wurde sei wäre")
_POSSESSIVES = words("sein seinen seine seiner ihr ihren ihre ihrer mein meinen meine dein deinen unser unseren unsere")
_SHARED_NOUN = re.compile(
    r"(?:,|,? (?:und|oder|sowie|bis)) (?:[a-zäöüß]+ ){1,4}\d{1,3}\. (?:[a-zäöüß-]+ )?([A-ZÄÖÜ][\w-]+)"
)
_COMPOSERS = words(
    """
    beethovens bruckners mahlers schuberts mozarts haydns dvořáks dvoraks schostakowitschs tschaikowskys
    tschaikowskis schumanns mendelssohns prokofjews brahms' brahms
    """
)
_ADJECTIVE_OF_NAME = re.compile(r" (?:Deutsch|[A-ZÄÖÜ]\w*(?:isch|ional|deutsch|weit))(e[rs]?) [A-ZÄÖÜ]")
_NUMBERED_NOUN = re.compile(r" Nr\.-\d+-([A-ZÄÖÜ][\w-]*)")
_LONGEST_LIST = 20  # a larger number at the beginning counts what follows: "60. Jahrestag"
_OLDEST_CHILD = 18  # "Sie wurde 3.", but "Sie wurde 90."
_OWNER = re.compile(r"(?:[A-ZÄÖÜ][\w-]+ )*(?P<last>[A-ZÄÖÜ][\w-]+(?:s|['’])) $")


def _say_ordinal(match: re.Match[str]) -> str | None:
    text, at, end = match.string, match.start(), match.end()
    number = int(match["n"].replace(".", ""))
    rest = text[end : end + 60]
    if "." in match["n"] and not _counts_in_order(text, at, end):
        return None
    if not rest.strip(' .)"“”«»?!'):
        return ordinal(number, "er", alone=True) if at == 0 else _ordinal_at_end(match, number)
    if together := _TOGETHER.match(rest):
        return ordinal(number, grammar.ending(text, at, together[1]))
    following = NEXT_WORD.match(rest)
    if following is None:
        return _ordinal_at_end(match, number)
    word = following[1]
    is_name = _ADJECTIVE_OF_NAME.match(rest)  # "1. Deutsches Turnfest"
    if at == 0 and is_name:
        return ordinal(number, is_name[1])
    if at == 0 and word[0].isupper() and number <= _LONGEST_LIST and not counts(word):
        return f"{amount(match['n'])}."  # a heading's number, or a list's
    if word[0].isupper() and (
        word.lower() in grammar.STARTERS or grammar.word_before(text, at).lstrip("-") in _LABELS_OR_COUNTING
    ):
        counted = _ordinal_at_end(match, number) or (year(number) if 1100 <= number < 2000 else amount(match["n"]))
        return f"{counted}."
    if word in grammar.STARTERS and (said := _ordinal_at_end(match, number)):
        return said  # "der 1. des Monats", "am 3. in Bonn"
    is_phrase = word[0].isupper() or (word.endswith(("e", "en", "er", "es", "em")) and not grammar.is_preposition(word))
    found = NEXT_NOUN.match(rest) if is_phrase else None
    noun = found[1] if found else "Platz"
    if numbered := _NUMBERED_NOUN.match(rest):
        noun = numbered[1]
    owner = _OWNER.search(text, max(0, at - 60), at)
    if owner and found is None and owner["last"].lower() in _COMPOSERS:
        return ordinal(number, "e")  # "Beethovens 9. erklingt"
    if grammar.tells_the_kind(text, at, noun):
        return ordinal(number, "er")
    if owner and owner["last"].lower() not in STARTERS:
        return ordinal(number, _ending_after_owner(text, owner.start(), noun))
    return ordinal(number, grammar.ending(text, at, noun))


def _counts_in_order(text: str, at: int, end: int) -> bool:
    """Tell whether a grouped number before a full stop may be an ordinal: *der 1.000. Gast*, not *300 der 1.200.*"""
    before = grammar.words_before(text, at, 2)
    if not before:
        return True
    at_end = not text[end:].strip(' .)"“”«»')
    counted = len(before) > 1 and (before[-2] not in _IS if at_end else before[-2][-1:].isdecimal())
    return not counted and (before[-1] in _DETERMINERS or before[-1].endswith(_POSSESSIVE_ENDINGS))


def _ending_after_owner(text: str, at: int, noun: str) -> str:
    """Return the ending after a name in the genitive: *Müllers zweiter Film*; a title has no verb and no object."""
    first = NEXT_WORD.match(text, at)
    if first and grammar.is_preposition(first[1].lower()):  # "In Schmidts 2. Amtszeit"
        return grammar.ending(text, first.end() + 1, noun)
    is_title = not re.search(r"(?!und|oder|sowie)\b[a-zäöüß]+\b", text[:at])
    return grammar.ending(text, 0 if is_title else at, noun)


def _say_ordinals(match: re.Match[str]) -> str:
    """Two ordinals of one noun: 3./4. Klasse, 3.–5. Platz."""
    noun = match["noun"]
    first, second = (
        ordinal(int(match[name]), grammar.ending(match.string, match.start(), noun)) for name in ("a", "b")
    )
    return f"{first} {'und' if match['link'] == '/' else 'bis'} {second} {noun}"


def _ordinal_at_end(match: re.Match[str], number: int) -> str | None:
    """Return the ordinal before a comma or an end: am 24., der 1., wurde 3., Beethovens 9."""
    text, at = match.string, match.start()
    before = grammar.words_before(text, at)
    stop = "." if (len(before) > 1 or text[0].isupper()) and not text[match.end() :].strip(' )"“”«»') else ""
    while len(before) > 2 and before[-1] in ("und", "oder", "bis") and before[-2].isdecimal():
        before = before[:-2]  # "am 14. oder 15."
    last = before[-1] if before else ""
    if last == "als" and number < 100 and not " ".join(before[-2:-1]).endswith("er"):
        return ordinal(number, "er")
    if "." in match["n"] or (1100 <= number < 2200 and last not in _ARTICLES):
        return None  # "300 der 1.200.", "seit 2012."
    shared = _SHARED_NOUN.match(text, match.end())
    if shared and (last in _BEFORE_DAY_OR_PLACE or last in _POSSESSIVES):
        return ordinal(number, grammar.ending(text, at, shared[1]))
    if last in _BEFORE_DAY_OR_PLACE:
        return ordinal(number, grammar.ending(text, at, "Quartal" if last == "das" else "Tag")) + stop
    subject, verb = ["", "", *before][-2:]
    if verb in ("er", "sie", "es") and subject in ("wurde", "wird"):
        subject, verb = verb, subject  # "Im Finale wurde sie 5."
    if verb in ("wurde", "wird") and subject and number < _OLDEST_CHILD:
        return ordinal(number, "e" if _is_feminine(subject) else "er") + stop
    return ordinal(number, "e") + stop if last in _COMPOSERS else None


def _is_feminine(subject: str) -> bool:
    return subject == "sie" or (
        len(subject) > 3 and not grammar.is_preposition(subject) and grammar.gender(subject) == "f"
    )


def _say_suffixed_ordinal(match: re.Match[str]) -> str:
    return ordinal(int(match["n"]), match["ending"])


SUFFIXED_ORDINAL = Rule(
    "ordinal", (DIGIT,), r"(?P<n>\d{1,6})-?(?:(?:s?t)(?P<ending>e[nrsm]?|el))(?!\w)", _say_suffixed_ordinal
)

ORDINAL_COMPOUND = Rule(
    "ordinal",
    (DIGIT,),
    r"(?P<n>\d{1,3})\.-(?=(?P<stem>Kläss)|[A-ZÄÖÜ])",
    lambda m: f"{ordinal(int(m['n']), '' if m['stem'] else 'e')}-",
)

ORDINALS = Rule(
    "ordinal", (DIGIT,), r"(?P<a>\d{1,3})\.(?P<link>[/–-])(?P<b>\d{1,3})\. (?P<noun>[A-ZÄÖÜ][\w-]+)", _say_ordinals
)

ORDINAL = Rule("ordinal", (DIGIT,), r"(?P<n>\d{1,3}(?:\.\d{3}){1,7}|\d{1,7})\.(?![\d.])(?! \d)", _say_ordinal)
