"""What the words around a figure decide: gender, case, and with them the form of *ein* and of an ordinal's ending.

Pure. Genders follow the suffix rules of Duden's grammar (Genus der Substantive) with a table for the nouns of the
news that they miss; a compound has the gender of its last part. Cases follow the prepositions' government and the
articles; where neither decides, the subject's nominative at a sentence's start and the object's accusative
elsewhere.
"""

from __future__ import annotations

import re

from ki_briefing.german.abbreviations import TABLE
from ki_briefing.german.tables import words

_FEMININE = """
    aufgabe frage stimme person woche stunde minute sekunde million milliarde billion gpu cpu tpu npu api app ki
    karte zeile seite stelle drehleiter stehleiter trittleiter strickleiter karriereleiter std sek probe kirche praxis brücke
    fläche flasche pflanze krankheit familie studie sorte route strecke wohnung
    runde stufe phase klasse anfrage antwort abfrage datei firma marke reihe straße nacht stadt hand wand kraft
    macht zahl wahl arbeit welt
    zeit art stadt schule sprache sache ursache spalte taste kamera lizenz quelle version iteration epoche ausgabe
    auflage sitzung lesung
    instanz etage liga saison oper woche tonne unze meile aktie anleihe bank börse steuer gefahr klage strafe zone
    zeitung bitte rolle
    ebene hälfte größe länge breite höhe tiefe idee chance kategorie generation gruppe familie frau mutter tochter
    schwester botschaft
    software hardware cloud demo show e-mail mail url id nummer ziffer silbe wurzel formel regel tabelle mauer
    feder nadel kugel insel
    gabel nudel tafel vokabel mannschaft miete note rate serie studie variante vorlage waffe weise woche zelle
    ampel auskunft zukunft
    tür uhr spur figur kultur natur struktur reparatur temperatur agentur architektur zensur rakete drohne
    batterie fabrik million
    partei polizei datenbank nachricht schicht sicht pflicht sucht flucht schlacht fracht pracht tracht luft haft
    kraft staffel amtszeit rede symphonie sinfonie"""
_NEUTER = """
    modell jahr mal quartal halbjahr jahrzehnt jahrhundert jahrtausend kapitel quantil prozent token bit byte
    gramm kilo kilogramm watt volt
    pixel bild buch wort spiel tor ziel team werk land haus kind recht gesetz geschäft projekt produkt programm
    update upgrade netz system
    problem beispiel paar stück blatt feld tal dorf bundesland unternehmen startup rechenzentrum zentrum netzwerk
    gerät handy auto fahrzeug
    flugzeug werkzeug paket patent papier paper video foto audio album festival konzert interview gespräch treffen
    ergebnis ereignis
    verfahren treffer zeichen thema schema drama komma semester geschoss stockwerk tier leben ende auge ohr herz
    interesse experiment
    dokument argument element instrument segment medikament parlament fundament abo konto büro kino radio studio
    labor motiv archiv
    stadion gremium medium kriterium ministerium datum forum album museum zertifikat mandat format plakat attentat
    duell hotel
    feature tool plugin benchmark dataset cluster gehirn halbfinale finale viertelfinale achtelfinale level
    training signal original
    kabinett amt referendum votum semester trimester og ug eg fenster messer muster opfer wetter wasser zimmer feuer fieber
    lager alter fach hauptfach dach loch"""
_MASCULINE = """
    januar februar märz april mai juni juli august september oktober november dezember jänner tag monat platz rang
    punkt schritt versuch
    anlauf teil satz absatz artikel paragraf band abschnitt fall grad meter kilometer liter euro dollar cent
    franken rubel yuan chip prozess
    prozessor parameter preis plan markt film text test fehler nutzer kunde mensch mann junge name gedanke wille
    buchstabe experte kollege
    zeuge erbe bote riese hase löwe affe franzose chinese russe weltkrieg krieg sieg titel akt gang zug flug weg
    berg ball baum stuhl
    tisch geburtstag jahrestag hochzeitstag gipfel haushalt verlust umsatz gewinn kurs wert staat bund rat vertrag
    antrag beitrag betrag
    vorschlag schlag ort kopf fuß arm punkt strich stern block stock turm raum traum baustein agent student
    präsident assistent patient
    konkurrent patentantrag chatbot bot roboter server rechner computer laptop bericht artikel podcast beitrag
    link klick tweet post
    durchgang spieltag wahlgang bauabschnitt lauf start eintrag kern thread dezernent senat verein konzern partner
    wettbewerb deal"""
_SUFFIXES = (
    ("f", tuple("ung heit keit schaft ion tät ik anz enz ei in age ade ette ose sis itis".split())),
    ("n", tuple("chen lein ment um tum ium ma ett al".split())),
    ("m", tuple("er ling ismus ist ant ent or ig ich us eur and loge".split())),
)
_GENDERS = {
    word: gender for gender, words in (("m", _MASCULINE), ("n", _NEUTER), ("f", _FEMININE)) for word in words.split()
}
STARTERS = words(
    """
    der die das den dem des ein eine einen einem einer ich du er sie es wir ihr man mein meine dein deine sein
    seine unser unsere ihre dieser diese dieses jener jene jedes jede jeder viele manche alle einige andere beide
    und oder aber doch denn sondern sowie auch nur noch schon nicht kein keine in im an am auf aus bei beim mit
    nach seit von vom vor zu zum zur über unter um für gegen ohne durch bis während wegen trotz laut dass wenn
    weil ob als wie was wer wo wann warum wie so da dann danach dort hier heute gestern morgen jetzt nun damit
    dabei dafür dagegen daher deshalb darum dennoch trotzdem allerdings jedoch zudem außerdem zunächst später
    zuletzt inzwischen demnach insgesamt immer ist sind war waren hat haben wird werden kann können soll sollen
    muss müssen mehr weniger etwa rund knapp fast gegenüber
    """
)  # fmt: skip
"""Words that begin a sentence rather than name a thing, though they are written with a capital."""

WEEKDAYS = words("montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag")
_DATIVE = words(
    """
    mit von v bei nach aus zu seit ab gegenüber außer binnen laut dank samt nebst nahe entgegen gemäß zufolge in an
    auf unter über vor hinter neben zwischen
    """
)
_ACCUSATIVE = words(
    """
    für ohne durch um gegen bis per pro je ins ans aufs fürs durchs ums
    """
)
_GENITIVE = words(
    """
    wegen während trotz innerhalb außerhalb statt anstatt aufgrund infolge mittels hinsichtlich anlässlich
    """
)
_COPULAS = words(
    """
    minus ist war sind waren bleibt blieb wird wurde heißt fehlt fehlte fehlen reicht genügt gilt existiert kostet
    """
)
_FUSED = words(
    """
    am im vom zum beim zur hinterm unterm überm vorm
    """
)
_WEAK_E = words(
    """
    das die diese jene jede dieses jenes jedes welche welches ins ans aufs fürs durchs ums
    """
)
_WEAK_EN = words(
    """
    den dem des diesen diesem jenen jenem jeden jedem welchen welchem alle beide keine
    """
)
_MIXED = words(
    """
    ein kein mein dein sein ihr unser euer
    """
)
_MIXED_E = words(
    """
    eine keine meine deine seine ihre unsere eure
    """
)
_MIXED_OTHERS = frozenset(f"{stem}{letter}" for stem in _MIXED_E for letter in "nmrs")
DATE_GOVERNORS = frozenset(_DATIVE | _ACCUSATIVE | _GENITIVE | _FUSED | _WEAK_EN | _MIXED_OTHERS)
"""Words after which the ordinal of a date ends in -en."""

_NEAR = 70  # letters before a place that can matter
_SLASHED = re.compile(r"[/:*_].*")
_MEASURE_BEFORE = re.compile(r"(?<![\w.,])[\d.,/:]+ ?[½¼¾]? ?[^\W\d]\S*(?: [^\W\d][\w-]*)? (?:und|oder|sowie) $")
_LISTED = re.compile(
    r"(?<![\w.,])\d[\d.]* (?:[a-zäöüß]+ )?[A-ZÄÖÜ][\w-]*(?:(?:, | und | u\. | oder | sowie )(?:\d[\d.]* (?:[a-zäöüß]+ )?[A-ZÄÖÜ][\w-]*)?)+$"
)
"""What is counted before: *mit 3 Hunden, 2 Katzen und*."""
_SUBJECT_BEGUN = re.compile(
    r"(?:(?:Der|Die|Das|Ein|Eine) )?(?:\d[\d.]* )?[A-ZÄÖÜ][\w-]*(?:(?:, | und | u\. | sowie )(?:\d[\d.]* )?(?:[A-ZÄÖÜ][\w-]*)?)*"
)
"""Nouns from the sentence's start on: *Der Rat, 3 Frauen und*."""
_LONGER_TIME = re.compile(r"\d (?:J\.|Jahr(?:en?)?|Mon\.|Monat(?:en?)?|Wochen?|Tag(?:en?)?|Std\.|Stunden?) $")
_APPOSITION = re.compile(r"[A-ZÄÖÜ][\w-]*[^\W\d_](?: \([^()]*\))?, $")
_QUALITIES = words("klasse wahl ordnung güte")
"""Nouns that tell of which kind another is, in the genitive: *ein Wagen zweiter Klasse*."""
_PEOPLE = tuple(
    """
    beschuldigte angestellte angeklagte abgeordnete beigeordnete beauftragte verdächtige verletzte betroffene geschädigte
    gefangene vermisste überlebende vorsitzende bedienstete bevollmächtigte gesandte delegierte sachverständige beamte
    """.split()
)
"""Adjectives and participles that stand for a person: masculine after *der*."""
_JOINTS = words("und u oder bis sowie bzw beziehungsweise")
_FOCUS = words(
    "maximal minimal nur noch etwa rund mindestens höchstens genau knapp fast bereits schon lediglich bloß exakt circa"
)
_SUBJECTS = words("er sie es wir ich man der die das ein eine")
_ONE = {
    "nom": {"m": "ein", "f": "eine", "n": "ein"},
    "acc": {"m": "einen", "f": "eine", "n": "ein"},
    "dat": {"m": "einem", "f": "einer", "n": "einem"},
    "gen": {"m": "eines", "f": "einer", "n": "eines"},
}
_WOMENS = tuple("ungen heiten keiten schaften ionen täten innen enzen anzen iken eien".split())
"""How plurals of feminine nouns end."""
_STRONG = {
    "nom": {"m": "er", "f": "e", "n": "es"},
    "acc": {"m": "en", "f": "e", "n": "es"},
    "dat": {"m": "em", "f": "er", "n": "em"},
    "gen": {"m": "en", "f": "er", "n": "en"},
}


def gender(noun: str) -> str:
    """Return m, f or n; the last part of a compound decides."""
    word = noun.rpartition("-")[2].lower()
    for start in range(max(0, len(word) - 16), len(word) - 1):
        if found := _GENDERS.get(word[start:]):
            return found
    for letter, endings in _SUFFIXES:
        if word.endswith(endings):
            return letter
    return "f" if word.endswith("e") and not word.endswith("ierte") else "n" if word.startswith("ge") else "m"


def gender_of_plural(noun: str) -> str:
    """Return the gender of a noun in the plural, as far as its singular is known; else as of a singular."""
    word = noun.rpartition("-")[2].lower()
    for ending in ("en", "n", "e", "s"):
        if word.endswith(ending) and (found := _GENDERS.get(word.removesuffix(ending))):
            return found
    if word.endswith(("lichen", "ischen", "deutschen")):
        return "m"  # "1 von 4 Jugendlichen"
    if word.endswith(_WOMENS):
        return "f"  # "1 von 5 Wohnungen"
    return gender(noun)


def is_preposition(word: str) -> bool:
    """Tell whether a word governs a case."""
    return word in _DATIVE or word in _ACCUSATIVE or word in _GENITIVE


def words_before(text: str, at: int, most: int = 5) -> list[str]:
    """Return the last words before a place, lower case, the nearest one last; a sentence's end is an empty word."""
    near = text[at - _NEAR if at > _NEAR else 0 : at]
    if "(" in near or "[" in near:
        near = near.replace("(", " ").replace("[", " ")
    return list(map(_bare, near.rsplit(None, most)[-most:]))


def _bare(word: str) -> str:
    """Return a word without the signs around it, lower case; empty if it ends a sentence or is a dash or minus."""
    ends = word[-1] in ".!?:;" and len(word) > 3 and word not in TABLE and not word[:-1].isdecimal()
    return "" if ends or word in ("-", "−") else word.strip("„“”\"'»«‚‘(),–[].").lower()


def word_before(text: str, at: int) -> str:
    """Return the last word before a place as ``words_before`` does; empty if there is none."""
    before = words_before(text, at, 1)
    return before[0] if before else ""


def case(before: list[str]) -> str:
    """Return the case that the words before a noun phrase give it: nom, acc, dat or gen."""
    if len(before) > 3 and before[-1] in _JOINTS and before[-3].isdecimal():
        before = before[:-3]  # "nach 2 Jahren und 1 Monat"
    focus = 0
    for word in reversed(before):
        if word in _DATIVE:
            return "dat"
        if word in _ACCUSATIVE:
            return "acc"
        if word in _GENITIVE:
            return "gen"
        if word in _COPULAS or not word:
            return "nom"
        if word not in _FOCUS:
            break
        focus += 1
    if focus:  # "Er nannte nur 1 Grund", but "Dafür sprach nur 1 Grund"
        return "acc" if _SUBJECTS.intersection(before[-focus - 3 : -focus - 1]) else "nom"
    return "acc" if len(before) > 1 and before[-1] not in ("und", "oder") else "nom"


def governed(text: str, at: int) -> str:
    """Return the case that the word right before a place demands; without such a word the nominative."""
    last = word_before(text, at)
    measure = (
        _MEASURE_BEFORE if last in _JOINTS else _LONGER_TIME
    )  # "mit 1 kg Mehl und 1 l Milch", "nach 1 Jahr 3 Mon."
    if before := measure.search(text, max(0, at - _NEAR), at):
        last = word_before(text, before.start())
    return (
        "dat" if last in _DATIVE else "acc" if last in _ACCUSATIVE or last in ("kostet", "kosten", "zahlt") else "nom"
    )


def one_of_gender(letter: str, case_name: str) -> str:
    """Return the form of *ein* for a gender and a case."""
    return _ONE[case_name][letter]


def one(text: str, at: int, noun: str) -> str:
    """Return the form of *ein* before this noun at this place; a preposition governs all that is counted after it."""
    listed = _LISTED.search(text, max(0, at - _NEAR), at)
    if listed and is_preposition(word_before(text, listed.start())):
        at = listed.start()
    name = case(words_before(text, at))
    if name == "acc" and _SUBJECT_BEGUN.fullmatch(text, 0, at) and not is_preposition(text.partition(" ")[0].lower()):
        name = "nom"
    return _ONE[name][gender(noun)]


def ending(text: str, at: int, noun: str) -> str:
    """Return the ending of an ordinal or adjective: weak after *der*, mixed after *ein*, else strong (Duden, Adjektiv)."""
    before = words_before(text, at)
    while len(before) > 1 and (before[-1].isdecimal() or (before[-1] in _JOINTS and before[-2].isdecimal())):
        before = before[:-1]  # "im 18. und 19. Jahrhundert": both follow "im"
    last = before[-1] if before else ""
    if not last.isalpha():
        last = _SLASHED.sub("", last)  # "jede/r", "der:die"
    if text[max(0, at - 1) : at] == "(" or _APPOSITION.search(text, max(0, at - _NEAR), at):
        return _STRONG["nom"][gender(noun)]
    if tells_the_kind(text, at, noun):
        return "er"
    if last == "der":
        return _after_der(noun)
    if last in _FUSED or last in _WEAK_EN or last in _MIXED_OTHERS:
        return "en"
    if last in _WEAK_E:
        return "en" if last in ("die", "diese", "jene") and _is_plural(noun) else "e"
    if last in ("dieser", "jener", "jeder", "welcher"):
        return "e"
    if last in _MIXED:
        return _STRONG["nom"][gender(noun)]
    if last in _MIXED_E:
        return "e"
    if _is_plural(noun):
        return {"dat": "en", "gen": "er"}.get(case(before), "e")
    return _STRONG[case(before)][gender(noun)]


def tells_the_kind(text: str, at: int, noun: str) -> bool:
    """Tell whether it is said of the noun before, in the genitive: *Abteil 1. Klasse*."""
    last = text[max(0, at - _NEAR) : at].rstrip(" ").rpartition(" ")[2]
    is_noun = last[:1].isupper() and last.isalpha() and last.lower() not in STARTERS
    return noun.lower() in _QUALITIES and is_noun and not is_preposition(last.lower())


def _after_der(noun: str) -> str:
    """*der* is nominative before a masculine noun, dative or genitive before a feminine one."""
    if noun.lower().endswith(_PEOPLE):
        return "e"
    return "en" if gender(noun) == "f" or _is_plural(noun) else "e"


def _is_plural(noun: str) -> bool:
    """Tell whether a noun looks like a plural: it is no known singular, and without its ending it is one."""
    word = noun.rpartition("-")[2].lower()
    if word.endswith(("ungen", "heiten", "keiten", "schaften", "ionen", "täten", "ies")):
        return True
    if word in _GENDERS:
        return False
    stems = [word.removesuffix(ending) for ending in ("en", "n", "e", "s") if word.endswith(ending)]
    return any(stem in _GENDERS or stem + "a" in _GENDERS or stem + "um" in _GENDERS for stem in stems if len(stem) > 2)
