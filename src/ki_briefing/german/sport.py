"""Sport: minutes of goals, fixtures, lap times, what is written after a score, the years and numbers of clubs.

Source: the match reports and result lists of German news agencies, and how radio reads them: *Wirtz, fünfzehnte
Minute*; *Mainz null fünf gegen den ersten FC Köln*; *drei zu zwei nach Verlängerung*.
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.numbers import amount, cardinal, digits, ordinal, year
from ki_briefing.german.scan import DIGIT, LETTER, SIGN, Rule
from ki_briefing.german.tables import any_of, words

_MINUTE = r"\d{1,3}(?:\.(?:\+\d{1,2})?|\+\d{1,2})"
_MINUTES = re.compile(r"(\d+)\.?(?:\+(\d+))?")
_NAME_BEFORE = re.compile(r"([A-ZÄÖÜ][\w'’-]+)\.? $")
_NO_SCORERS = words(
    """
    Absatz Satz Platz Plätze Rang Punkt Klasse Kapitel Artikel Nummer Stufe Gruppe Liga Runde Auflage Band Teil Tabelle
    Stock Etage Bezirk Jahrgang Halbsatz Variante
    """
)
_RANKING = re.compile(r"(?:Platz|Plätze|Rang|Tabelle|[Rr]angliste|[Tt]abellen)")
_PLAY = re.compile(
    r"(?i:tor(?:e|en|folge|schütz\w*)?\b|tr[aä]f\w*|treffer|erziel|schoss|köpf|glich|karte|wechsel|elfmeter|minute|führ|"
    r"doppelpack|ausgleich|verwandel|verschoss|netzte|sieg|konter|freistoß)|\d:\d"
)
_KINDS = {"FE": "Foulelfmeter", "HE": "Handelfmeter", "ET": "Eigentor", "Elf": "Elfmeter", "Elfm.": "Elfmeter"}


def _say_minutes(match: re.Match[str]) -> str | None:
    """Wirtz (15.), Kane (48./71.), Popp (23., Foulelfmeter): minutes after the name of a player."""
    text = match.string
    name = _NAME_BEFORE.search(text[max(0, match.start() - 40) : match.start()])
    if name is None and (said := _minute_of_a_verb(match)):
        return said
    if name is None or name[1] in _NO_SCORERS or _RANKING.search(text[max(0, match.start() - 200) : match.start()]):
        return None
    if any(extra and number not in _ENDS_OF_PLAY for number, extra in _MINUTES.findall(match["minutes"])):
        return None  # shots missed: "(1+0)"
    certain = not match["minutes"][:-1].isdecimal() or match["kind"] or int(match["minutes"][:-1]) > 18
    if not certain and not _PLAY.search(text[max(0, match.start() - 200) : match.end() + 200]):
        return None  # a rank: Deutschland (3.)
    minutes = [_minute(number, extra) for number, extra in _MINUTES.findall(match["minutes"])]
    if len(minutes) == 1:
        said = _one_minute(*_MINUTES.findall(match["minutes"])[0])
    elif "/" in match["minutes"] or "und" in match["minutes"]:
        said = f"{', '.join(minutes[:-1])} und {minutes[-1]} Minute"
    else:
        said = ", ".join(minutes) + " Minute"
    kind = (match["kind"] or "").lstrip(",/ ")
    return f"({said}{', ' + _KINDS.get(kind, kind) if kind else ''})"


_ENDS_OF_PLAY = words("30 40 45 60 70 80 90 105 120")
"""After which minutes there is stoppage time."""

_SCORED = re.compile(
    r"(?:tra[fc]\w*|erzielte|erhöhte|verkürzte|köpfte|schoss|traf|ausglich|vollendete|verwandelte|markierte|besorgte|netzte|"
    r"nach|ein|ab|aus|verschoss|vergab|parierte|sah|\d:\d\d?) $"
)


def _minute_of_a_verb(match: re.Match[str]) -> str | None:
    """Brandt verkürzte (78.), zum 2:0 (45.+2): one minute after what happened in it."""
    text, at = match.string, match.start()
    if not _SCORED.search(text[max(0, at - 20) : at]) or match["kind"]:
        return None
    minutes = _MINUTES.findall(match["minutes"])
    is_play = "+" in match["minutes"] or _PLAY.search(text[max(0, at - 200) : match.end() + 200])
    if len(minutes) > 1 or int(minutes[0][0]) > _LONGEST_MATCH or not is_play:
        return None
    return f"({_one_minute(*minutes[0])})"


_LONGEST_MATCH = 120


def _say_stoppage_time(match: re.Match[str]) -> str:
    """In der 90.+3 Minute."""
    ending = grammar.ending(match.string, match.start(), "Minute")
    return f"{ordinal(int(match['n']), ending)} plus {cardinal(int(match['extra']))}"


def _minute(number: str, extra: str) -> str:
    return ordinal(int(number)) + (f" plus {cardinal(int(extra))}" if extra else "")


def _one_minute(number: str, extra: str) -> str:
    return ordinal(int(number)) + " Minute" + (f" plus {cardinal(int(extra))}" if extra else "")


_GOALS = re.compile(r"\b(?:Tore|Torfolge|Torschützen|Treffer)\b")


def _say_goal(match: re.Match[str]) -> str | None:
    """Tore: 5. Schmidt 0:1: a minute before the name of the scorer."""
    if not _GOALS.search(match.string[max(0, match.start() - 200) : match.start()]):
        return None
    return f"{ordinal(int(match['n']))} Minute" + (f" plus {amount(match['extra'])}" if match["extra"] else "")


_TEAM = r"(?:\d\. )?(?:[A-ZÄÖÜ][\w.'’/-]*|\d{2,4})(?: (?:[A-ZÄÖÜ][\w.'’/-]*|\d{2,4})){0,4}"
_RESULT = r"\d{1,3}:\d{1,3}+(?!,\d|[:.]\d| ?(?:Uhr|h|Stunden?|Std|Minuten?|Min)\b)"
_NO_TEAMS = words(
    """
    Bundesliga Liga Fußball Handball Eishockey Basketball Pokal Finale Halbfinale Viertelfinale Achtelfinale Ergebnis
    Ergebnisse Endstand Tennis WM EM Spiel Stand Tor Tore
    """
)


def _say_fixture(match: re.Match[str]) -> str | None:
    """Eintracht Frankfurt - Bayern München 0:4: the dash between two teams."""
    home = re.search(r"([A-ZÄÖÜ][\w.'’-]*|\d{2,4}) $", match.string[max(0, match.start() - 30) : match.start()])
    if home is None or home[1].rpartition("-")[2] in _NO_TEAMS:
        return None
    return "gegen den ersten" if match["first"] else "gegen"


def _say_club_number(match: re.Match[str]) -> str:
    figures = match[0]
    if figures[0] == "0":
        return digits(figures)
    return year(int(figures)) if len(figures) == 4 else amount(figures)


_RATE = re.compile(r"(?:[Kk]urs|[Vv]erhältnis|[Tt]ausch|[Mm]aßstab)[^.]{0,60}$")


def _say_lap(match: re.Match[str]) -> str | None:
    """1:23,456 Minuten -> eine Minute dreiundzwanzig Komma vier fünf sechs Sekunden."""
    text, at = match.string, match.start()
    if not match["unit"] and _RATE.search(text[max(0, at - 80) : at]):
        return None
    one = grammar.one_of_gender("f", grammar.governed(text, at))
    minutes = f"{amount(match['m'], one)} Minute{'' if match['m'] == '1' else 'n'}"
    return f"{minutes} {amount(match['s'].lstrip('0') or '0')} Komma {digits(match['parts'])} Sekunden"


_AFTER_SCORE = {"nV": "nach Verlängerung", "iE": "im Elfmeterschießen", "nE": "nach Elfmeterschießen",
                "nP": "nach Penaltyschießen"}  # fmt: skip
_SCORE_BEFORE = re.compile(r"\d:\d{1,3}(?: \([\d:, ;]+\))?,? ?$")


def _say_after_score(match: re.Match[str]) -> str | None:
    """4:3 n. V.; without a score these letters mean other things."""
    text, end = match.string, match.end()
    if not _SCORE_BEFORE.search(text[max(0, match.start() - 40) : match.start()]):
        return None
    following = re.match(r" ([A-ZÄÖÜ]\w*)", text[end : end + 30])
    ends = not text[end : end + 40].strip(' )"“”«»') or (following and following[1].lower() in grammar.STARTERS)
    return _AFTER_SCORE[match["how"].replace(".", "").replace(" ", "")] + ("." if ends else "")


MINUTES_OF_A_PLAYER = Rule(
    "ordinal",
    (SIGN,),
    rf"\((?P<minutes>{_MINUTE}(?:(?:/|, ?|,? und ){_MINUTE})*)(?P<kind>, ?[^\W\d_][^()]{{0,40}}|/[^\W\d_][^()]{{0,40}})?\)",
    _say_minutes,
)

_EACH = rf"{_MINUTE}(?:/(?:{any_of(_KINDS)}|Foulelfmeter|Handelfmeter|Eigentor)(?![\w]))?"


def _say_each_minute(match: re.Match[str]) -> str | None:
    """Kane (12./FE, 78.): what was special of one goal among others."""
    if not _NAME_BEFORE.search(match.string[max(0, match.start() - 40) : match.start()]):
        return None
    said = []
    for one in re.split(", ?| und ", match["list"]):
        minute, _, kind = one.partition("/")
        found = _MINUTES.match(minute)
        if found:
            said += [_one_minute(*found.groups("")), *([_KINDS.get(kind, kind)] if kind else [])]
    return f"({', '.join(said)})"


MINUTES_EACH = Rule(
    "ordinal",
    (SIGN,),
    rf"\((?=[^()]{{1,60}}/[A-Z][^()]{{1,60}}\d)(?P<list>{_EACH}(?:(?:, ?| und ){_EACH})+)\)",
    _say_each_minute,
)

STOPPAGE_TIME = Rule(
    "ordinal", (DIGIT,), r"(?P<n>\d{2,3})\. ?\+ ?(?P<extra>\d{1,2})\.?(?= (?:Spielm|M)inute)", _say_stoppage_time
)

MINUTE_OF_A_GOAL = Rule(
    "ordinal",
    (DIGIT,),
    rf"(?P<n>\d{{1,3}})\.(?:\+(?P<extra>\d{{1,2}}))?(?= [A-ZÄÖÜ][\w.'’-]+(?: [A-ZÄÖÜ][\w.'’-]+){{0,2}} \(?{_RESULT})",
    _say_goal,
)


def _say_place(match: re.Match[str]) -> str | None:
    """1. Norwegen 12 Gold, 2. Deutschland 9 Gold: each place of a table in one line."""
    text, at, number = match.string, match.start(), int(match["n"])
    first = number == 1 and (at == 0 or text[at - 2 : at] in (": ", ". ", "! ") or text[at - 1] in "(\n")
    if first:
        listed = bool(_SECOND.match(text, match.end()))
    else:
        earlier = rf"(?<![\d.]){number - 1}\. {_ENTRY}$"
        listed = text[at - 2 : at] in (", ", "; ") and bool(re.search(earlier, text[max(0, at - 80) : at - 2]))
    if not listed:
        return None
    said = f"{ordinal(number, 'en')}s"
    return said.capitalize() if first and (at == 0 or text[at - 2] in ".!") else said


_ENTRY = r"[A-ZÄÖÜ][^,;.:]{1,50}\d[^,;.:]{0,20}"
_SECOND = re.compile(rf" {_ENTRY}[,;] 2\. {_ENTRY}")

PLACE_IN_A_TABLE = Rule("ordinal", (DIGIT,), r"(?P<n>\d{1,2})\.(?= [A-ZÄÖÜ])", _say_place)

NUMBER_OF_A_CLUB_AT_HOME = Rule("name", (DIGIT,), rf"\d{{2,4}}(?= [–-] {_TEAM} {_RESULT})", _say_club_number)

FIXTURE = Rule("dash", (SIGN,), rf"[–-](?= {_TEAM} {_RESULT})(?: (?P<first>1\.)(?= [A-Z]))?", _say_fixture)

LAP_TIME = Rule(
    "time",
    (DIGIT,),
    r"(?P<m>\d{1,2}):(?P<s>[0-5]\d),(?P<parts>\d{1,3})(?!\d)(?P<unit> (?:Minuten|Min\.|min)(?!\w))?",
    _say_lap,
)

AFTER_A_SCORE = Rule("abbreviation", (LETTER,), r"(?P<how>(?:n\. ?[VEP]|i\. ?E)\.)(?!\w)", _say_after_score)

YEAR_OF_A_CLUB = Rule(
    "year",
    (DIGIT,),
    rf"1[89]\d\d(?= {any_of(words('Hoffenheim München Ulm Heidenheim Mannheim Magdeburg Kassel'))}(?!\w))"
    r"|(?<=[STV]V )1[89]\d\d(?= [A-ZÄÖÜ])",
    lambda m: year(int(m[0])),
)
