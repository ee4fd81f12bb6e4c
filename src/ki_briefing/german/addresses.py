"""Addresses of the net and of people: URLs, e-mail, handles, hashtags, file names; telephone and bank numbers.

Sources: RFC 3986 and 5321 (what belongs to an address), DIN 5008 (telephone numbers, IBAN in groups of four). The
scheme (https://) is not said; figures in addresses and telephone numbers are said one by one, groups with a breath
between them.
"""

from __future__ import annotations

import re

from ki_briefing.german import grammar
from ki_briefing.german.acronyms import acronym, spell
from ki_briefing.german.money import CURRENCIES, SCALE
from ki_briefing.german.numbers import digits, year
from ki_briefing.german.scan import ANY_LETTER, DIGIT, LETTER, SIGN, Rule
from ki_briefing.german.tables import any_of, words

_SIGNS = {
    ".": "Punkt", "-": "Bindestrich", "_": "Unterstrich", "/": "Schrägstrich", "@": "at", ":": "Doppelpunkt",
    "?": "Fragezeichen",
    "=": "gleich", "&": "und", "#": "Raute", "+": "plus", "~": "Tilde", "%": "Prozent", "!": "Ausrufezeichen",
    ",": "Komma",
    "'": "Apostroph", "*": "Stern", "$": "Dollar", ";": "Semikolon",
}  # fmt: skip
_TOP_DOMAINS = words(
    """
    com org net de at ch eu io ai co uk us fr it es nl be pl cz dk se no fi ru cn jp kr in au ca br info edu gov mil int
    app dev tv fm me gg xyz tech cloud online shop news blog berlin wien museum biz ly to sh so chat academy systems
    google abc bayern hamburg koeln
    """
)
_FILE_TYPES = words(
    """
    pdf doc docx xls xlsx ppt pptx odt ods txt md csv tsv json jsonl xml yaml yml toml ini htm html css js ts tsx jsx py
    ipynb rs go java cpp hpp cs sh bat exe dll zip tar gz tgz 7z rar mp3 mp4 wav flac ogg avi mov mkv png jpg jpeg gif
    svg webp gguf safetensors onnx bin pt ckpt sql log iso apk
    """
)
_LOCAL = r"[A-Za-z0-9ÄÖÜäöüß][\wäöüß.+'-]{0,63}+"
_BEGINS = rf"(?=[0-9]|[A-ZÄÖÜ]{{2}}|{ANY_LETTER}++(?:[@_0-9]|-\d|\.[^\W_]))"
"""An address begins after its hyphens: *ki-briefing.de* is said ki-briefing Punkt de; not so after capitals."""

_HOST = r"(?:[A-Za-z0-9ÄÖÜäöü][\w-]{0,62}+\.){1,6}"
_LABELS = r"(?:\.[\w-]{1,40}+){1,8}+"
_PATH = r"(?:[/?#][^\s<>\"„“”»«]{0,300}(?<![.,;:!?)'’]))?"
_PIECES = re.compile(r"(?s)[0-9]|[^\W\d_]+|.")
_JOINTS = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])|(?<=[^\W\d])(?=\d)|_")  # of the words of a tag
_NUMBERS_SPELLED = (
    "Tel.", "Tel", "Telefon", "Fax", "Telefax", "Mobil", "Handy", "Hotline", "Ruf an", "Rufnummer", "Telefonnummer",
    "Faxnummer", "Handynummer",
    "Durchwahl", "Notruf", "BLZ", "Bankleitzahl", "Konto", "Kontonummer", "Kto.", "Kto.-Nr.", "Konto-Nr.", "PIN",
    "PLZ", "Postleitzahl",
    "Kundennummer", "Steuernummer", "TAN", "Code",
)  # fmt: skip
_NUMBER_WORD = f"(?:{'|'.join(map(re.escape, _NUMBERS_SPELLED))})"
_LAST_LETTERS = "|".join(sorted({re.escape((word + colon)[-3:]) for word in _NUMBERS_SPELLED for colon in ("", ":")}))


def say_address(text: str) -> str:
    """Return an address sign by sign, words as words: openai.com -> openai Punkt com."""
    said = []
    for piece in _PIECES.findall(text):
        if piece.isdigit() and piece.isascii():
            said.append(digits(piece))
        elif piece.isalpha():
            is_ai = piece == "ai" and said[-1:] == ["Punkt"]
            said.append(
                spell(piece.upper() if is_ai else piece)
                if piece == "www" or is_ai
                else acronym(piece)
                if piece.isupper() and len(piece) > 1
                else piece
            )
        else:
            said.append(_SIGNS.get(piece, ""))
    return " ".join(filter(None, said))


def _say_url(match: re.Match[str]) -> str:
    address = re.sub(r"^[a-zA-Z]+://", "", match[0])
    return say_address(address.removesuffix("/"))


def _say_dotted(match: re.Match[str]) -> str | None:
    """Words tied by full stops: a host of the net or the name of a file, else none of both."""
    host = match["host"]
    last = host.rpartition(".")[2]
    known = last in _TOP_DOMAINS or last.lower() in _FILE_TYPES or host.startswith("www.")
    return say_address(match[0].removesuffix("/")) if known else None


def _say_hashtag(match: re.Match[str]) -> str:
    words = _JOINTS.sub(" ", match["tag"])
    named = grammar.word_before(match.string, match.start()).startswith(("hashtag", "raute"))
    said = (_figures(part) if part.isdecimal() and part.isascii() else say_address(part) for part in words.split())
    return ("" if named else "Hashtag ") + " ".join(said)


def _figures(text: str) -> str:
    """Return the figures of a tag: a year as a year."""
    return year(int(text)) if len(text) == 4 and text[0] != "0" else digits(text)


def _groups(text: str) -> str:
    """Return a number's groups one after another, figure by figure, with a breath between."""
    return ", ".join(digits(group) for group in re.findall(r"\d+", text))


def _say_phone(match: re.Match[str]) -> str | None:
    number = match[0]
    if number[0] == "+":
        country, rest = match["country"], re.sub(r" ?\(0\) ?", " ", match["rest"])
        if country == "1" and len(rest) == 10 and rest.isdecimal():  # North America: area, exchange, line
            rest = f" {rest[:3]} {rest[3:6]} {rest[6:]}"
        return (
            f"plus {digits(country)}, {_groups(rest)}"
            if rest[0] in " -/(" or country in ("49", "43", "41")
            else f"plus {digits(country + rest)}"
        )
    if number.startswith("00"):
        return f"{digits(number[:4])}, {_groups(number[4:])}"
    return _groups(number)


_COUNTED_AFTER = re.compile(rf" ?(?:{SCALE}|{any_of(CURRENCIES)}|%|Prozent|Mal)(?!\w)")


def _say_spelled(match: re.Match[str]) -> str | None:
    """A number after a word such as Telefon or Kontonummer."""
    if _COUNTED_AFTER.match(match.string, match.end()):
        return None
    before = match.string[max(0, match.start() - 24) : match.start()].rstrip(": ")
    return _groups(match[0]) if re.search(r"(?<!\w)" + _NUMBER_WORD + "$", before) else None


def _say_iban(match: re.Match[str]) -> str:
    country, rest = match[0][:2], match[0][2:].replace(" ", "")
    groups = [rest[:2], *(rest[at : at + 4] for at in range(2, len(rest), 4))]
    said = [" ".join(digits(sign) if sign.isdigit() else sign for sign in group) for group in groups]
    return f"{spell(country)} {', '.join(said)}"


_CALLED = re.compile(
    r"(?i:\bwähl|notruf|notfall|\bruf|anruf|alarmier|polizei|feuerwehr|rettungsdienst|nummer|behörde|ärztlich)"
)


def _say_emergency(match: re.Match[str]) -> str | None:
    """Die 110 where one calls for help; 116 117 wherever nothing is counted."""
    text, at, end = match.string, match.start(), match.end()
    if len(match[0]) > 3:
        alone = at == 0 and not text[end:].strip()
        return None if alone or re.match(r" ?(?:[A-ZÄÖÜ%€$]|Mio|Mrd)", text[end : end + 8]) else _groups(match[0])
    led = re.search(r"\b(?:die|unter|Notruf|oder|der)(?: [Nn]ummer| Notrufnummer)? $", text[max(0, at - 24) : at])
    nearby = text[max(0, at - 60) : end + 40]
    counted = re.match(r" [A-ZÄÖÜ]", text[end : end + 3])
    return digits(match[0]) if led and not counted and _CALLED.search(nearby) else None


_PHONE_REST = r"(?P<rest>(?:[ /-]?\(?\d++\)?){1,6})"

E_MAIL = Rule("e-mail", (LETTER, DIGIT), rf"{_BEGINS}{_LOCAL}@{_HOST}[A-Za-z]{{2,12}}(?![\w@])", _say_url)

URL = Rule("url", (LETTER,), r"(?:https?|ftp)://[^\s<>\"„“”»«]{1,400}(?<![.,;:!?)'’])", _say_url)

HOST_OR_FILE = Rule(
    "url",
    (LETTER, DIGIT),
    rf"{_BEGINS}(?P<host>www{_LABELS}|[A-Za-z0-9ÄÖÜäöü][\w-]{{0,62}}+{_LABELS})(?![@\w]){_PATH}",
    _say_dotted,
)

IDENTIFIER = Rule(
    "number",
    (LETTER,),
    r"(?P<name>(?i:arxiv|doi|isbn|issn))(?::|-| |: )(?P<id>\d[\dX./-]{5,40}(?<![./-]))(?!\w)",
    lambda m: f"{acronym(m['name']) if m['name'].isupper() else m['name']} {say_address(m['id'])}",
)

SCHEME = Rule("url", (LETTER,), r"[a-z]{1,8}://(?=\S)", lambda _m: "")

FILE_ENDING = Rule("file", (SIGN,), rf"(?<![\w.…])\.(?=[a-z]{{2}}){any_of(_FILE_TYPES)}(?!\w)", _say_url)

TOP_DOMAIN = Rule("url", (SIGN,), rf"(?<![\w.…])\.{any_of(_TOP_DOMAINS)}(?![\w.])", _say_url)

HANDLE = Rule("handle", (SIGN,), r"@(?=\w)[\w.-]{0,60}\w", _say_url)

HASHTAG = Rule("hashtag", (SIGN,), r"#(?P<tag>(?=\w*[^\W\d])\w{1,61})", _say_hashtag)

NUMBER_SIGN = Rule("number", (SIGN,), r"#(?=\d)", lambda _m: "Nummer ")

IBAN = Rule("iban", (LETTER,), r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)", _say_iban)

IBAN_CUT_SHORT = Rule(
    "iban",
    (LETTER,),
    r"(?:(?<=IBAN )|(?<=IBAN: ))[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){1,7}(?: ?[A-Z0-9]{1,3})?(?!\w)",
    _say_iban,
)

EMERGENCY_NUMBER = Rule(
    "phone",
    (DIGIT,),
    r"(?:11[025]|116 ?(?:117|111|123|116|000|006))(?!\w|[.,:/–-]\d| \d|\. [A-ZÄÖÜ][a-z]+ (?:Sitzung|Mal))",
    _say_emergency,
)

PHONE_ABROAD = Rule(
    "phone",
    (SIGN,),
    rf"\+(?P<country>1(?=[ -]|\d{{10}}(?!\d))|7(?=[ -])|[2-9]\d(?!\d?[ /-])|[2-9]\d\d?(?=[ /-])){_PHONE_REST}(?!\w)",
    lambda m: _say_phone(m) if len(re.sub(r"\D", "", m[0])) > 6 else None,
)

PHONE_BRACKETED = Rule("phone", (SIGN,), r"\((?=0\d)\d{2,6}\) ?\d{2,}+(?:[ /-]\d++){0,5}(?!\w)", _say_phone)

PHONE = Rule(
    "phone",
    (DIGIT,),
    r"(?:00[1-9]\d [1-9]\d{0,4} ?\d{3,}+(?: \d++){0,4}|0[1-9]\d{1,4} ?/ ?\d{2,}+(?:[ -]\d++){0,5}"
    r"|0[1-9]\d{1,4}[ -]\d{4,}+(?:[ -]\d++){0,4}|0[1-9]\d{1,3}(?:[ -]\d{2,4}){2,5}(?: \d)?)(?![\w/]|[.,]\d)",
    _say_phone,
)

ANNOUNCED_NUMBER = Rule(
    "phone", (DIGIT,), rf"(?<= )(?<=(?:{_LAST_LETTERS}) )\d{{2,}}(?:[ /-]\d+){{0,6}}(?!\w|[.,]\d)", _say_spelled
)
