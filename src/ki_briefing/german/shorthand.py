"""Abbreviations of the shared table, said in full where the context allows: z. B., Nr. 5, sog. Alignment, Hauptstr.

An abbreviation that ends the text keeps its full stop. Adjectives (sog., dt., ehem.) get the ending of their noun
phrase.
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.abbreviations import TABLE, Abbreviation
from ki_briefing.german.money import SCALES
from ki_briefing.german.numbers import cardinal
from ki_briefing.german.scan import LETTER, WORD, Rule
from ki_briefing.german.tables import words

_CAPITAL = re.compile(r" ([A-ZÄÖÜ]\w*)")
_NOUN = r" ?(?:[a-zäöüß-]+ ){0,2}([A-ZÄÖÜ][\w-]*)"
_NOUN_ONLY = r" ?([A-ZÄÖÜ][\w-]*)"
_ADVERBIAL = ("täglich", "monatlich", "wöchentlich", "jährlich", "stündlich", "durchschnittlich", "voraussichtlich")
_QUOTED_NOUN = r" ?[„»\"](?:[\w-]+ )*([A-ZÄÖÜ][\w-]*)[“«\"]"
_FIGURE = re.compile(r"\s?(?:\d|[IVXLC]+\b|[a-z]\))")
_SINGULAR = words("je pro per eine einer halbe halben dreiviertel")
_SCALES = {f"{short}.": SCALES[short.lower()] for short in ("Mio", "Mrd", "Bio")}


_LISTED = re.compile(r"[\s.)\"“”«»]*$|[),;]| \(")
_PARTIES = re.compile(r"\b(?:Supreme Court|Court|Klage|Verfahren|Rechtssache|Prozess|Roe|Grundsatzurteil)\b")


def _from(text: str, start: int, end: int) -> str:
    """Return what v. means: *vom* before a date, *gegen* between parties, *von* in a name or before a number."""
    if figure := re.match(r" ?\d{1,2}(\.)?", text[end : end + 4]):
        return "vom" if figure[1] else "von"
    if not re.search(r"[A-ZÄÖÜ][\w.-]* $", text[max(0, start - 30) : start]):
        return ""
    return "gegen" if _PARTIES.search(text[max(0, start - 80) : start]) else "von"


def is_of_a_law(text: str, start: int, end: int) -> bool:
    """Tell whether Art. is an article: not in *Das war seine Art. 5 Leute lachten*."""
    return not (grammar.word_before(text, start) in _KINDS and _NOT_OF_A_LAW.match(text, end))


_MONTH_CUES = words("anfang mitte ende im seit bis ab vom von zum der diesen letzten nächsten")
_KINDS = words(
    "seine seiner ihre ihrer meine meiner deine eure unsere unserer diese dieser jene eine einer keine jeder aller"
)
_NOT_OF_A_LAW = re.compile(
    r" ?\d+ (?!Abs|Satz|Nr|Buchst|Nummer|Ziff|Hs|Halbs|[A-ZÄÖÜ]\w*[A-ZÄÖÜ]|\w*(?:gesetz|buch|ordnung))[A-ZÄÖÜ]"
)
_SEVERAL = re.compile(r" ?\d+ ?(?:[–-]|und|bis|,) ?\d")
_FAMILY_NAME = re.compile(r"[A-ZÄÖÜ][\w-]+,? \(?$")


def _is_month(text: str, start: int, rest: str) -> bool:
    """Tell Jan. the month from the name: it begins a text, or stands by a figure or a word that leads to it."""
    before = grammar.word_before(text, start)
    return bool(
        not before
        or before in _MONTH_CUES
        or _FIGURE.match(rest)
        or re.search(r"\d\.? ?$|[–/-] ?$", text[max(0, start - 4) : start])
        or re.match(r" (?:bis|und|[–-]) ", rest)
    )


_SPELLED_BEFORE = re.compile(r"(?<!\w)[A-Z] $")
_COMPOUND = re.compile(r"-[A-ZÄÖÜ][a-zäöüß]")
_ONE_OF = {"Minuten": "Minute", "Stunden": "Stunde", "Sekunden": "Sekunde"}
_ORDINAL_BEFORE = re.compile(r"\d{1,2}\. $")
_BOOK = re.compile(r"(?:\d S\.|Seiten|Verlag), $")


def _fits(entry: Abbreviation, text: str, start: int, rest: str) -> bool:
    """Tell whether what stands around an abbreviation lets it be one."""
    if entry.written[1:] == "s." and text[start].isupper() and _SPELLED_BEFORE.search(text, max(0, start - 3), start):
        return False  # "A D Rs." is a plural
    if not (entry.before_figure or entry.before_capital):
        return True
    if entry.written in ("St.", "Hl.") and _COMPOUND.match(rest):
        return True  # "St.-Pauli-Fans"
    return bool((entry.before_figure and _FIGURE.match(rest)) or (entry.before_capital and _CAPITAL.match(rest)))


def _in_context(entry: Abbreviation, text: str, start: int, end: int) -> str | None:
    rest = text[end : end + 40]
    capital = _CAPITAL.match(rest)
    if not _fits(entry, text, start, rest):
        return None
    spoken = entry.spoken
    if entry.written in _SCALES and grammar.word_before(text, start) in _SINGULAR:
        spoken = _SCALES[entry.written]
    if spoken == "Jahrhundert" and "des" in grammar.words_before(text, start, 2):
        spoken = "Jahrhunderts"
    if entry.written == "Jan." and not _is_month(text, start, rest):
        return None
    if entry.written == "Art." and not is_of_a_law(text, start, end):
        return None
    if spoken == "Seite" and grammar.word_before(text, start) in ("den", "die") and _SEVERAL.match(rest):
        spoken = "Seiten"
    if entry.written == "geb." and capital and _FAMILY_NAME.search(text[max(0, start - 40) : start]):
        spoken = "geborene"
    if spoken in _ONE_OF and re.search(r"\d\. $", text[max(0, start - 4) : start]):
        spoken = _ONE_OF[spoken]  # "in der 55. Min."
    if entry.written == "Nds." and capital and capital[1].lower() not in grammar.STARTERS:
        spoken = "niedersächsisch" + grammar.ending(text, start, capital[1])
        spoken = spoken if grammar.word_before(text, start) else spoken.capitalize()
    if entry.written == "geb." and _BOOK.search(text[max(0, start - 12) : start]):
        spoken = "gebunden"
    if entry.written == "min." and _FIGURE.match(rest):
        spoken = "mindestens"
    if entry.written == "v.":
        spoken = _from(text, start, end)
        if not spoken:
            return None
    if entry.written == "u. a." and re.search(r"[A-ZÄÖÜ][\w-]+ $", text[:start][-30:]) and _LISTED.match(rest):
        spoken = "und andere"
    if entry.adjective:
        noun = re.match(_NOUN_ONLY if spoken.endswith(_ADVERBIAL) else _NOUN, rest)
        noun = noun or re.match(_QUOTED_NOUN, rest)
        spoken += grammar.ending(text, start, noun[1]) if noun else ""
    if entry.person:
        ordinal = _ORDINAL_BEFORE.search(text, max(0, start - 6), start)
        spoken += grammar.ending(text, ordinal.start() if ordinal else start, "Mann")
    if text[start].isupper() and (entry.written.islower() or entry.written[0].islower()):
        spoken = spoken[0].upper() + spoken[1:]
    ends = not rest.strip(' )"“”«»') or (entry.may_end and capital and capital[1].lower() in grammar.STARTERS)
    return spoken + ("." if ends and not rest.startswith(".") else "")


def _pattern() -> str:
    """Return one pattern of all entries, the longer ones first; the first letter of a sentence may be a capital."""
    written = sorted(TABLE, key=len, reverse=True)
    by_letter: dict[str, list[str]] = {}
    for letters in written:
        body = r"\.".join(
            f" ?{re.escape(part)}" if index else re.escape(part[1:]) for index, part in enumerate(letters.split("."))
        )
        body = body.removesuffix(" ?")
        for first in {letters[0], letters[0].upper() if len(letters) > 2 else letters[0]}:
            by_letter.setdefault(first, []).append(body)
    return (
        "(?:"
        + "|".join(f"{re.escape(first)}(?:{'|'.join(bodies)})" for first, bodies in by_letter.items())
        + r")(?![^\W\d_])"
    )


def _begins_phrase(text: str, start: int, end: int) -> bool:
    """Tell whether a capital is one only because a sentence, a quotation or a bracket begins."""
    last = start > 0 and not text[end:].strip(' )"“”«».')
    opened = text[max(0, start - 1) : start] in ("(", "„", "»")
    return not last and (opened or not grammar.word_before(text, start))


_NAMES_TOO = ("Schweiz.",)  # "aus der Schweiz. Danach"


def _say_listed(match: re.Match[str]) -> str | None:
    letters = match[0].replace(" ", "")
    entry = TABLE.get(letters)
    small = TABLE.get(letters[0].lower() + letters[1:])
    if (
        entry is None
        and small
        and (
            _begins_phrase(match.string, match.start(), match.end())  # "Max. 10 Anfragen", but "Das sagt Max."
            or (
                small.adjective
                and letters not in _NAMES_TOO
                and grammar.word_before(match.string, match.start()) not in ("frau", "herr", "herrn")
                and _CAPITAL.match(match.string, match.end())  # "die Dt. Telekom"
            )
        )
    ):
        entry = small
    return _in_context(entry, match.string, match.start(), match.end()) if entry else None


ABBREVIATION = Rule("abbreviation", (LETTER,), _pattern(), _say_listed)

BEFORE_A_DATE = Rule("abbreviation", (LETTER,), r"d\.(?= \d{1,2}\. ?[A-ZÄÖÜ\d])", lambda _m: "den")
"""Mittwoch, d. 3. Dezember."""

NUMBER_IN_A_COMPOUND = Rule(
    "abbreviation",
    (LETTER,),
    r"Nr\.-(?P<n>\d{1,3})-(?=[A-ZÄÖÜ])",
    lambda m: f"Nummer-{cardinal(int(m['n']))}-",
)
"""Ein Nr.-1-Hit."""

_FLOORS = {"OG": "Obergeschoss", "EG": "Erdgeschoss", "UG": "Untergeschoss", "DG": "Dachgeschoss"}

FLOOR = Rule(
    "abbreviation",
    (LETTER,),
    rf"(?:(?<=\d\. )|(?<=[Ii]m )){'(?P<floor>' + '|'.join(_FLOORS) + ')'}(?![\w-])",
    lambda m: _FLOORS[m["floor"]],
)

STREET = Rule(
    "abbreviation", (LETTER,), r"(?P<front>[A-ZÄÖÜ][a-zäöüß]{2,})str\.(?!\w)", lambda m: m["front"] + "straße"
)

_JUNCTIONS = {"AS": "Anschlussstelle", "AK": "Autobahnkreuz", "AD": "Autobahndreieck"}
_PLURAL_OF_JUNCTIONS = {"AS": "n", "AK": "en", "AD": "en"}
_TWO_PLACES = re.compile(r" [A-ZÄÖÜ][\w/-]*(?: [A-ZÄÖÜ(][\w)/-]*)? (?:und|u\.) [A-ZÄÖÜ]")
_ON_A_MOTORWAY = re.compile(r"(?<!\w)A ?\d{1,3}(?!\w)|Autobahn")


def _say_junction(match: re.Match[str]) -> str | None:
    """AS Rastatt-Nord, where a motorway is named nearby."""
    nearby = match.string[max(0, match.start() - 120) : match.end() + 120]
    if not _ON_A_MOTORWAY.search(nearby):
        return None
    several = grammar.word_before(match.string, match.start()) in ("den", "die") and _TWO_PLACES.match(
        match.string, match.end()
    )
    return _JUNCTIONS[match[0]] + (_PLURAL_OF_JUNCTIONS[match[0]] if several else "")


JUNCTION = Rule("abbreviation", (LETTER,), r"A[SKD](?= [A-ZÄÖÜ][a-zäöüß]{2})", _say_junction)

ABBREVIATION_WITHOUT_STOP = Rule(
    "abbreviation",
    (WORD, LETTER),
    r"(?:Mio|Mrd|Tsd|bzw|usw|ggf|inkl|ca|Hbf|Bhf|Jgst|zzgl|exkl|evtl)(?![\w.])",
    lambda m: TABLE[f"{m[0]}."].spoken,
)
