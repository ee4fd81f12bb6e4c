"""Plain figures: cardinals, ordinals, ranges, ratios, and compounds of figures and words.

Sources: Duden (Zahlen und Ziffern, Bindestrich, Kleinschreibung der Bruchzahlen), DIN 5008 (grouping of digits).
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.acronyms import spell
from ki_briefing.german.dates import MONTHS
from ki_briefing.german.numbers import (
    AMOUNT,
    ANY_AMOUNT,
    INTEGER,
    amount,
    ordinal,
    year,
)
from ki_briefing.german.scan import DIGIT, Rule
from ki_briefing.german.sentence_words import STARTERS, counts
from ki_briefing.german.tables import any_of, words

_NAME_BEFORE = re.compile(r"[A-ZÄÖÜ]\w+ $")
_NEXT_WORD = re.compile(r" ?([^\W\d_][\w-]*)")
_QUOTED = re.compile(r"[„“\"»«‚'‘]\d{4}[“”\"«»‘']")
_SHARE = r" (?:von(?: den)?|der)(?: (?:\d[\d.]*|[a-zäöüß]+))? ([A-ZÄÖÜ]\w+)"
_TOGETHER = re.compile(r"(?:,? (?:(?:und|oder|bis|sowie|bzw\.) )?\d{1,3}\.)+ (?:[a-zäöüß-]+ ){0,2}([A-ZÄÖÜ][\w-]*)")
_NEXT_NOUN = re.compile(r" (?:(?:[a-zäöüß-]+) ){0,2}([A-ZÄÖÜ][\w-]*)")
_LABELS = words(
    """
    platz rang nummer nr version kapitel artikel absatz abschnitt punkt seite zeile ziffer satz teil band stufe
    level gruppe gleis linie zimmer raum runde frage aufgabe tabelle abbildung figur paragraf staffel folge
    episode klasse typ phase generation variante modell windows gpt claude llama gemini grok iphone buchstabe
    """
)  # fmt: skip
_LABELS_OR_COUNTING = _LABELS | words("kostet kosten waren sind")
_QUANTIFIERS = words(
    """
    als rund etwa über mehr weniger knapp fast circa ca ca. mindestens höchstens maximal minimal gut nahezu
    ungefähr insgesamt nur genau exakt gegen gegenwärtig den
    """
)
_YEAR_CUES = words(
    """
    jahr jahre jahren jahres seit bis anno sommer winter herbst frühjahr frühling anfang mitte ende von ab in um
    """
)
_BEFORE_DAY_OR_PLACE = words("der die das dem den am im zum vom beim ab seit dieser jeder")
_COMPOSERS = words(
    """
    beethovens bruckners mahlers schuberts mozarts haydns dvořáks dvoraks schostakowitschs tschaikowskys
    tschaikowskis schumanns mendelssohns prokofjews brahms' brahms
    """
)
_LONGEST_LIST = 20  # a larger number at the beginning counts what follows: "60. Jahrestag"
_OLDEST_CHILD = 18  # "Sie wurde 3.", but "Sie wurde 90."
_OWNER = re.compile(r"(?:[A-ZÄÖÜ][\w-]+ )*(?P<last>[A-ZÄÖÜ][\w-]+(?:s|['’])) $")
_MONTH_CUES = frozenset(month.lower() for month in MONTHS)
_SCORE_WORDS = words(
    """
    gewonnen gewann gewinnt verloren verlor verliert sieg siegte siegt siegten niederlage führt führte führung
    unterlag unterliegt besiegt besiegte schlug heimsieg auswärtssieg endstand halbzeitstand
    """
)


def _noun_after(match: re.Match[str]) -> str:
    found = _NEXT_NOUN.match(match.string, match.end())
    return found[1] if found else ""


def _say_cardinal(match: re.Match[str]) -> str:
    text = match[0]
    if text == "1":
        if grammar.word_before(match.string, match.start()) in _LABELS:
            return "eins"
        if share := re.match(_SHARE, match.string[match.end() : match.end() + 60]):
            return {"m": "einer", "f": "eine", "n": "eines"}[grammar.gender_of_plural(share[1])]
        if re.match(r" (?:bis|oder|und) \d+ [A-ZÄÖÜ]", match.string[match.end() : match.end() + 20]):
            return "ein"
        noun = _noun_after(match)
        if not noun and (word := _NEXT_WORD.match(match.string, match.end())) and match.string.islower():
            noun = "" if word[1] in grammar.STARTERS else word[1]  # a text without capitals
        if not noun:
            return "eins"
        adjective = _NEXT_WORD.match(match.string, match.end())
        return grammar.one(match.string, match.start(), noun) if adjective else "eins"
    if len(text) == 4 and text.isdigit() and 1100 <= int(text) < 2000 and _is_year(match):
        return year(int(text))
    return amount(text)


def _is_year(match: re.Match[str]) -> bool:
    """1100 to 1999 is a year unless something is counted: mehr als 1400 Zivilisten."""
    before = grammar.words_before(match.string, match.start())
    last = before[-1] if before else ""
    if last in _MONTH_CUES or last in (
        "jahr",
        "jahre",
        "jahren",
        "jahres",
        "seit",
        "anno",
        "sommer",
        "winter",
        "herbst",
    ):
        return True
    if _QUOTED.match(match.string, max(0, match.start() - 1)):
        return True  # a title: das Buch "1984"
    noun = _NEXT_WORD.match(match.string, match.end())
    if last in _QUANTIFIERS:
        return noun is None and int(match[0]) >= 1900  # "ca. 1995"
    if noun is None:
        return len(before) > 0 and last != "" and not match.string.startswith("%", match.end())
    if noun[1][0].isupper():
        return last in _YEAR_CUES
    counted = _noun_after(match)
    return not (
        counted
        and noun[1].endswith(("e", "en", "er"))
        and noun[1].lower() not in grammar.STARTERS
        and last in ("", *_QUANTIFIERS)
    )


def _say_ordinal(match: re.Match[str]) -> str | None:
    text, at, end = match.string, match.start(), match.end()
    number = int(match["n"].replace(".", ""))
    rest = text[end : end + 60]
    if not rest.strip(' .)"“”«»?!'):
        return ordinal(number, "er", alone=True) if at == 0 else _ordinal_at_end(match, number)
    if together := _TOGETHER.match(rest):
        return ordinal(number, grammar.ending(text, at, together[1]))
    following = _NEXT_WORD.match(rest)
    if following is None:
        return _ordinal_at_end(match, number)
    word = following[1]
    if at == 0 and word[0].isupper() and number <= _LONGEST_LIST and not counts(word):
        return f"{amount(match['n'])}."  # a heading's number, or a list's
    if word[0].isupper() and (
        word.lower() in grammar.STARTERS or grammar.word_before(text, at).lstrip("-") in _LABELS_OR_COUNTING
    ):
        return f"{year(number) if 1100 <= number < 2000 else amount(match['n'])}."
    if word in grammar.STARTERS and (said := _ordinal_at_end(match, number)):
        return said  # "der 1. des Monats", "am 3. in Bonn"
    is_phrase = word[0].isupper() or (word.endswith(("e", "en", "er", "es", "em")) and not grammar.is_preposition(word))
    found = _NEXT_NOUN.match(rest) if is_phrase else None
    noun = found[1] if found else "Platz"
    owner = _OWNER.search(text, max(0, at - 60), at)
    if owner and owner["last"].lower() not in STARTERS:
        return ordinal(number, _ending_after_owner(text, owner.start(), noun))
    return ordinal(number, grammar.ending(text, at, noun))


def _ending_after_owner(text: str, at: int, noun: str) -> str:
    """Return the ending after a name in the genitive: *Müllers zweiter Film*; a title has no verb and no object."""
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
    stop = "." if len(before) > 1 and not text[match.end() :].strip(' )"“”«»') else ""
    while len(before) > 2 and before[-1] in ("und", "oder", "bis") and before[-2].isdecimal():
        before = before[:-2]  # "am 14. oder 15."
    last = before[-1] if before else ""
    if last == "als" and number < 100 and not " ".join(before[-2:-1]).endswith("er"):
        return ordinal(number, "er")
    if "." in match["n"]:
        return None  # "300 der 1.200."
    if last in _BEFORE_DAY_OR_PLACE:
        return ordinal(number, grammar.ending(text, at, "Quartal" if last == "das" else "Tag")) + stop
    if last in ("wurde", "wird", "bin", "bist") and number < _OLDEST_CHILD and len(before) > 1:
        return ordinal(number, "e" if _is_feminine(before[-2]) else "er") + stop
    return ordinal(number, "e") + stop if last in _COMPOSERS else None


def _is_feminine(subject: str) -> bool:
    return subject == "sie" or (
        len(subject) > 3 and not grammar.is_preposition(subject) and grammar.gender(subject) == "f"
    )


def _say_suffixed_ordinal(match: re.Match[str]) -> str:
    return ordinal(int(match["n"]), match["ending"])


def _say_range(match: re.Match[str]) -> str | None:
    text, end = match.string, match.end()
    first, second, dash = match["a"], match["b"], match["dash"]
    before = grammar.words_before(text, match.start())
    following = _NEXT_WORD.match(text, end)
    after = following[1].lower() if following else ""
    if after in _SCORE_WORDS or (before and before[-1] in _SCORE_WORDS) or "sieg" in before[-1:]:
        return f"{amount(first)} zu {amount(second)}"
    is_name = _NAME_BEFORE.search(text[max(0, match.start() - 12) : match.start()]) and "," not in first + second
    if is_name and dash == "-" and _size(first) > _size(second):  # no range: Boeing 747-8
        return f"{amount(first)} {amount(second)}"
    if " " in dash and "=" in text[end : end + 20]:
        return f"{amount(first)} minus {amount(second)}"
    one = "ein" if first == "1" and following and following[1][0].isupper() else "eins"
    return f"{amount(first, one)} bis {amount(second)}"


def _size(number: str) -> tuple[int, str]:
    """Return what whole numbers of any length are compared by."""
    figures = re.sub(r"\D", "", number).lstrip("0")
    return len(figures), figures


def _say_ratio(match: re.Match[str]) -> str:
    return " zu ".join(amount(part.strip()) for part in match[0].split(":"))


def _say_times(match: re.Match[str]) -> str:
    return f"{amount(match['n'], 'ein')}{' ' if ',' in match['n'] or '.' in match['n'] else ''}mal"


def _say_joined(match: re.Match[str]) -> str | None:
    """10-fach, 5-seitig, 100%ig: a figure and the end of a word become one word."""
    words, tail = amount(match["n"], "ein"), match["tail"].lower()
    if match["tail"][0].isupper():
        words = words[0].upper() + words[1:]
    if tail in ("und", "oder", "bis", "mal"):
        return f"{words}{tail}" if tail == "mal" else None
    if match["percent"]:
        tail = "prozent" + tail
    return words + tail


def _say_compound(match: re.Match[str]) -> str:
    number = match["n"]
    if len(number) == 4 and number.isdigit() and 1100 <= int(number) < 2000:
        return year(int(number)) + "-"
    return amount(number, "ein") + "-"


def _say_letters(match: re.Match[str]) -> str:
    """7B, 910C, 4K, 128k, 2M: a figure with the letters of a size or a name."""
    number, letters = match["n"], match["letters"]
    if letters == "k":
        return f"{amount(number, 'ein')}{'' if number.isdigit() else ' '}tausend"
    if (
        letters == "M"
        and match.string[match.end() : match.end() + 1] in (" ", "-")
        and _NEXT_WORD.match(match.string, match.end())
    ):
        return f"{amount(number, 'eine')} Million{'' if number == '1' else 'en'}"
    point = " Punkt ".join(amount(part) for part in number.split(".")) if "." in number else amount(number)
    return f"{point} {spell(letters) if letters.isupper() or len(letters) < 3 else letters}"


def _say_version(match: re.Match[str]) -> str:
    return " Punkt ".join(amount(part) for part in match[0].split("."))


_SUFFIX = any_of(
    words(
        """
        fach malig mal prozentig jährig seitig tägig stündig minütig monatig köpfig stellig teilig wöchig dimensional
        spurig stufig türig sprachig zeilig eckig strophig bändig gradig sekündig nächtig sitzig polig motorig stöckig
        wöchentlich jährlich monatlich
        """
    )
)
TIMES = Rule("times", (DIGIT,), rf"(?P<n>{ANY_AMOUNT}) ?[x×](?![\w×]|-| ?\d)", _say_times)

TIMES_NUMBER = Rule("times", (DIGIT,), rf"(?P<n>{ANY_AMOUNT}) ?[x×*·] ?(?=\d)", lambda m: f"{amount(m['n'])} mal ")

COMPOUND = Rule(
    "compound",
    (DIGIT,),
    rf"(?P<n>{ANY_AMOUNT})-?(?P<percent>(?!)|)(?P<tail>(?i:{_SUFFIX})\w{{0,3}})(?!\w)",
    _say_joined,
)

PERCENT_COMPOUND = Rule(
    "compound", (DIGIT,), rf"(?P<n>{AMOUNT}) ?(?P<percent>%)-?(?P<tail>ig\w{{0,2}})(?!\w)", _say_joined
)

SUFFIXED_ORDINAL = Rule(
    "ordinal", (DIGIT,), r"(?P<n>\d{1,6})-?(?:(?:s?t)(?P<ending>e[nrsm]?|el))(?!\w)", _say_suffixed_ordinal
)

LONG_COMPOUND = Rule(
    "compound", (DIGIT,), rf"(?P<n>{AMOUNT})-(?P<percent>(?!)|)(?P<tail>[a-zäöüß]{{4,}})(?![\w-])", _say_joined
)

LINKED_COMPOUND = Rule("compound", (DIGIT,), rf"(?P<n>{AMOUNT})-(?= (?:bis|und|oder|,))", _say_compound)

HYPHENATED = Rule("compound", (DIGIT,), rf"(?P<n>{AMOUNT})-(?=[^\W\d_])", _say_compound)

RATIO = Rule("ratio", (DIGIT,), rf"{INTEGER}(?:(?::| : ){INTEGER}){{1,2}}(?![\w:])", _say_ratio)

RANGE = Rule(
    "range", (DIGIT,), rf"(?P<a>{ANY_AMOUNT})(?P<dash> ?[–—] ?| ?- ?|-)(?P<b>{ANY_AMOUNT})(?![\w/]|-\d)", _say_range
)

SIZE = Rule("model", (DIGIT,), r"(?P<n>\d+(?:[.,]\d{1,2})?)(?P<letters>[A-Za-z]{1,3})(?![^\W\d_])", _say_letters)

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

VERSION = Rule("version", (DIGIT,), r"(?!\d{1,3}(?:\.\d{3})+(?!\w|[.,]\w))\d+(?:\.\d+)++(?!\w|,\d)", _say_version)

CARDINAL = Rule("cardinal", (DIGIT,), AMOUNT, _say_cardinal)

FIGURES = Rule("cardinal", (DIGIT,), r"\d+", _say_cardinal)
