"""Words in capitals: spelled letter by letter, said as a word, or put in German; in a heading of capitals, plain
words.

Source: Duden (Abkürzungen: Buchstabenwörter are spelled, or spoken as a word when they read like one). Letters that
are spelled stand apart (G P U), so that every engine names them; the plural's s follows the last letter as in *G P
Us*.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from ki_briefing.german.scan import LETTER, WORD, Rule
from ki_briefing.german.tables import any_of, words

_SPOKEN_AS_WORDS = words(
    """
    JSON MAX PRO MINI ULTRA PLUS LITE TURBO FLASH
    NATO NASA ESA UNESCO UNICEF OPEC UNO FIFA UEFA NAFTA ASEAN SCHUFA BAFIN DAX MDAX TECDAX SDAX RAG LORA
    AIDS COVID PISA MINT BAMF GEMA RADAR LASER SONAR LIDAR JPEG GIF PIN RAM ROM CUDA ARM IKEA LEGO EDEKA ALDI
    HARIBO ADIDAS INTERPOL EUROPOL FRONTEX PEGIDA ELSTER BERT ELMO BLEU ROUGE ARC AIME GLUE LAION DARPA IARPA
    SWIFT TOEFL UNIX LINUX JAVA PUMA LOTTO BASIC JAVA AWACS EBIT EBITDA FOMO YOLO BAFÖG OPEN
    COBOL MIDI WIMAX SIM DAU NOR NAND ASIC RISC HAL SARS EHEC ISIS HAMAS IRENA ACER ASUS DELL META TOPS
    FLOPS VERDI TARGOBANK TESLA NIKE BILD STERN UEFI WIFI JUSO NEOM CERN DESY IRIS ODER UND NEU HIER
    WIE WAS WER START JUMP IBAN DIN DOS ISO GAU TAN TOR TASS PETA FOSS SAAS IAAS PAAS NAS
    NVIDIA THE JAMBA MAMBA ODIHR SAG RICO MAGA DOGE SCOTUS POTUS COP
    """
)  # fmt: skip
_SPELLED = words(
    """
    ADAC EUGH DSGVO OSZE IWF EZB TÜV SPD CDU CSU FDP AFD BSW ARD ZDF NDR WDR BND BKA BSI MIT BMI AMD IBM SAP
    EPA API USA UDSSR DDR UEBA IEEE OECD IAEA AEG BASF UAE UKW IAA EEG OEM ESG EEA IEA EIA GPAI AGI ASI AI ML
    API APIS IPO CEO CTO CFO COO CIO CISO CPO SOA OLED WLAN USB HDMI IP ID OK UV EDV IT EU UN UK UAW VAE ECU AOL
    ATI MESZ CEST DOSB DIHK DAAD
    """
)  # fmt: skip
_IN_MIXED_CASE = {
    "GmbH": "G m b H", "gGmbH": "gemeinnützige G m b H", "mbH": "m b H", "KGaA": "K G a A", "PhD": "P H D",
    "GHz": "Gigahertz",
    "UrhG": "Urheberrechtsgesetz", "StGB": "Strafgesetzbuch", "BGB": "B G B", "GG": "Grundgesetz",
    "StPO": "Strafprozessordnung",
    "ZPO": "Zivilprozessordnung", "GWB": "G W B", "UWG": "U W G", "HGB": "Handelsgesetzbuch", "AktG": "Aktiengesetz",
    "PatG": "Patentgesetz", "MarkenG": "Markengesetz", "TMG": "Telemediengesetz", "TKG": "Telekommunikationsgesetz",
    "NetzDG": "Netzwerkdurchsetzungsgesetz", "BetrVG": "Betriebsverfassungsgesetz",
    "BImSchG": "Bundes-Immissionsschutzgesetz",
    "GeschGehG": "Geschäftsgeheimnisgesetz", "KUG": "Kunsturhebergesetz", "EnWG": "Energiewirtschaftsgesetz",
    "BVerfG": "Bundesverfassungsgericht",
    "BVerwG": "Bundesverwaltungsgericht", "EuGH": "E U G H", "BAföG": "Bafög", "StVO": "Straßenverkehrsordnung",
    "EStG": "Einkommensteuergesetz",
    "KunstUrhG": "Kunsturhebergesetz", "ProdHaftG": "Produkthaftungsgesetz", "VwGO": "Verwaltungsgerichtsordnung",
    "GewO": "Gewerbeordnung",
    "InsO": "Insolvenzordnung", "BDSG": "Bundesdatenschutzgesetz", "KI-VO": "K I-Verordnung",
    "VwVfG": "Verwaltungsverfahrensgesetz",
    "SGB": "Sozialgesetzbuch", "AGG": "A G G", "TDDDG": "T D D D G", "DSA": "D S A", "DMA": "D M A", "AfD": "A F D",
    "GmbHs": "G m b Hs",
    "MwSt": "Mehrwertsteuer", "BaFin": "Bafin", "MHz": "Megahertz", "EuG": "E U G", "BGHZ": "B G H Z", "CoT": "C o T",
    "MoE": "M o E", "SpVgg": "Spielvereinigung", "SpVg": "Spielvereinigung",
    "IoT": "I o T", "RoHS": "Rohs", "SaaS": "Saas", "PaaS": "Paas", "PCIe": "P C I E", "IaaS": "Iaas",
    "BPatG": "Bundespatentgericht", "VerfGH": "Verfassungsgerichtshof", "BayObLG": "Bayerisches Oberstes Landesgericht",
    "StGH": "Staatsgerichtshof", "VerfG": "Verfassungsgericht", "ArbG": "Arbeitsgericht", "SozG": "Sozialgericht",
    "BayVGH": "Bayerischer Verwaltungsgerichtshof", "LVerfG": "Landesverfassungsgericht", "FamFG": "F a m F G",
    "GVG": "Gerichtsverfassungsgesetz", "AufenthG": "Aufenthaltsgesetz", "AsylG": "Asylgesetz",
    "BtMG": "Betäubungsmittelgesetz", "StVG": "Straßenverkehrsgesetz", "WaffG": "Waffengesetz",
    "BWahlG": "Bundeswahlgesetz", "PartG": "Parteiengesetz", "VersG": "Versammlungsgesetz",
    "TierSchG": "Tierschutzgesetz", "MdB": "M d B", "MdBs": "M d Bs", "MdL": "M d L", "MdLs": "M d Ls",
    "MdEP": "M d E P",
    "ArbZG": "Arbeitszeitgesetz", "KSchG": "Kündigungsschutzgesetz", "IfSG": "Infektionsschutzgesetz",
}  # fmt: skip
_VOWELS = frozenset("AEIOUÄÖÜY")
_RUNS = re.compile(r"[AEIOUÄÖÜY]+|[^AEIOUÄÖÜY]+")
_ONSETS = words(
    """
    B C D F G H J K L M N P R S T V W Z BL BR CH CL CR DR FL FR GL GR KL KR PH PL PR QU SCH SH SK SL SM SN SP ST
    STR SW TH TR TW WR KN PF
    """
)

_CODAS = words("SCH TSCH CHT CHS RST NST LST")


def spell(letters: str) -> str:
    """Return the letters apart: GPU -> G P U."""
    return " ".join(letters)


def acronym(word: str) -> str:
    """Return a word of capitals as it is said."""
    if word in _IN_MIXED_CASE:
        return _IN_MIXED_CASE[word]
    if word in _SPOKEN_AS_WORDS:
        return word.capitalize()
    return word.capitalize() if word not in _SPELLED and len(word) > 3 and reads_like_a_word(word) else spell(word)


def reads_like_a_word(word: str) -> bool:
    """Tell whether a German reader would say it: vowels and consonants in turn, with clusters that begin syllables."""
    runs = _RUNS.findall(word)
    consonants = [run for run in runs if run[0] not in _VOWELS]
    if len(runs) < 3 or not consonants or any(len(run) > 2 for run in runs if run[0] in _VOWELS):
        return False
    first = runs[0]
    if first[0] not in _VOWELS and first not in _ONSETS:
        return False
    return all(len(run) <= 3 for run in consonants) and (len(consonants[-1]) <= 2 or consonants[-1] in _CODAS)


_ARTICLES = words("DER DIE DAS DEN DEM DES")
_CAPITALS_NEXT = re.compile(r" [A-ZÄÖÜ]{4}")
_CAPITALS_BEFORE = re.compile(r"[A-ZÄÖÜ]{4} $")
_LONG_WORD = re.compile(
    r"[^\W\d_a-zäöüß]{6}|(?<!\w)(?:DER|DIE|DAS|IM|BEI|FÜR|MIT|AUF|IST|WAR|EIN|EINE|NICHT|THE)(?!\w)"
)
_NEARBY = 80  # letters to each side that make a line


def _is_heading(text: str, at: int) -> bool:
    """Tell whether the place stands in a line of capitals, where capitals say nothing."""
    begins, capitals, long_ones = _words(text)
    first, last = bisect_left(begins, at - _NEARBY), bisect_left(begins, at + _NEARBY)
    nearby = last - first
    return nearby > 2 and (capitals[last] - capitals[first]) * 10 >= nearby * 8 and long_ones[last] > long_ones[first]


@lru_cache(maxsize=1)  # a line of capitals asks for each of its words
def _words(text: str) -> tuple[list[int], list[int], list[int]]:
    """Return where a text's words begin, and up to each of them how many are capitals only, and long ones of these."""
    begins: list[int] = []
    capitals, long_ones = [0], [0]
    if not _LONG_WORD.search(text):
        return begins, capitals, long_ones
    for word in re.finditer(r"[^\W\d_]{2,}", text):
        is_capitals = word[0].isupper()
        begins.append(word.start())
        capitals.append(capitals[-1] + is_capitals)
        long_ones.append(long_ones[-1] + (is_capitals and bool(_LONG_WORD.match(word[0]))))
    return begins, capitals, long_ones


def _say(match: re.Match[str]) -> str:
    word, plural = match["letters"], match["plural"] or ""
    if plural == "'s":
        plural = "s"
    if word in _ARTICLES and _CAPITALS_NEXT.match(match.string, match.end()):  # DIE ZEIT
        return word.lower()
    if word in _FUNCTION_WORDS and _is_between_capitals(match):  # WELT AM SONNTAG
        return word.lower()
    if _is_heading(match.string, match.start()):
        if word in _FUNCTION_WORDS:
            return word.lower()
        if word[-1] == "S" and (word[:-1] in _KNOWN_LETTERS or word[:-1] in _SPELLED):
            return acronym(word[:-1]) + "s"
        if word not in _SPELLED and word not in _KNOWN_LETTERS and _VOWELS.intersection(word):
            return word.capitalize() + plural
    if word not in _SPELLED and word not in _KNOWN_LETTERS and _is_beside_a_word(match):
        return (word.lower() if word in _FUNCTION_WORDS else word.capitalize()) + plural
    return acronym(word) + plural


def _is_between_capitals(match: re.Match[str]) -> bool:
    text, at = match.string, match.start()
    return bool(_CAPITALS_BEFORE.search(text, max(0, at - 5), at) and _CAPITALS_NEXT.match(text, match.end()))


_WORD_OF_CAPITALS = r"[A-ZÄÖÜ]{5,20}(?!\w)"
_NEXT_IN_CAPITALS = re.compile(f"[ -]{_WORD_OF_CAPITALS}")
_LAST_IN_CAPITALS = re.compile(r"(?<!\w)[A-ZÄÖÜ]{5,20} $")


def _is_beside_a_word(match: re.Match[str]) -> bool:
    """Tell whether a word of vowels and consonants stands beside a long one: *EAT SMALL*, *FRISCH AUF*, no *SPD*."""
    text, word = match.string, match["letters"]
    if len(word) < _SHORTEST_WORD or not _VOWELS.intersection(word):
        return False
    after = _NEXT_IN_CAPITALS.match(text, match.end())
    before = _LAST_IN_CAPITALS.search(text, max(0, match.start() - 22), match.start())
    other = (after or before or match)[0].strip(" -")
    if other == match[0]:
        return False
    other_is_word = other not in _SPELLED and reads_like_a_word(other)
    return other_is_word or (len(word) >= _LONG and word in _FUNCTION_WORDS)


_SHORTEST_WORD, _LONG = 3, 5


_GENITIVES = {"gericht": "s", "gerichtshof": "s", "gesetz": "es", "buch": "s"}


def _say_mixed(match: re.Match[str]) -> str:
    """BVerfG, with the ending of the genitive after *des*."""
    said = _IN_MIXED_CASE[match[0]]
    if match.string[max(0, match.start() - 4) : match.start()].lower() in ("des ", " des "):
        said += next((ending for tail, ending in _GENITIVES.items() if said.endswith(tail)), "")
    return said


_FUNCTION_WORDS = words(
    """
    DER DIE DAS DEN DEM DES EIN EINE EINEN EINEM EINER EINES UND ODER ABER DOCH ALS AM AN AUF AUS BEI BEIM BIS
    DURCH FÜR GEGEN IM IN INS MIT NACH OHNE SEIT ÜBER UM UNTER VOM VON VOR WEGEN ZU ZUM ZUR NICHT NUR NOCH SO WIE
    WAS WER WO WIRD WILL SOLL KANN IST SIND HAT HABEN SICH IHR IHRE SEIN SEINE NEU NEUE NEUES NEUER JETZT MEHR
    AUCH ES ER SIE WIR OB DASS AB IHM
    WAR WAREN BIN BIST HATTE KEIN KEINE ALLE ALLES IHN UNS EUCH MAN WENN WEIL DANN DA HIER NACH
    """
)
_KNOWN_LETTERS = words(
    """
    KI GPU GPUS CPU TPU NPU LLM LLMS HBM VW BMW US EUR USD TSMC ASML AWS GPT RTX DGX PC TV UNO USA DPA AFP UBS
    """
)

SMALL_ACRONYM = Rule("acronym", (WORD, LETTER), r"(?:gpt|llm|llms)(?!\w)", lambda m: spell(m[0][:3].upper()) + m[0][3:])

MIXED_CASE = Rule(
    "acronym",
    (LETTER,),
    rf"(?=[A-Z]*+[a-zö]){any_of(word for word in _IN_MIXED_CASE if not word.isupper())}(?!\w)",
    _say_mixed,
)

ACRONYM = Rule(
    "acronym", (LETTER,), r"(?P<letters>[A-ZÄÖÜ]{2,}+)(?:(?P<plural>'?s)(?![\w])|(?P<_>)(?![a-zäöüß]))", _say
)
