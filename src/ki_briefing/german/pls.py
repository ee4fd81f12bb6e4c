"""Pronunciation lexicons of other speech systems: W3C PLS 1.0 (Recommendation of 14 October 2008).

PLS text -> entries, and back. ``phoneme`` carries IPA, ``alias`` a respelling. What PLS has no word for (``language``
of a single word, ``name``, ``joins``) is left out of what we write and is at its default in what we read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.markup import clean, element
from ki_briefing.base.xml import XmlError, parse_xml
from ki_briefing.model.lexicon import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

_NAMESPACE = "http://www.w3.org/2005/01/pronunciation-lexicon"


def from_pls(text: str, place: str) -> dict[str, Entry]:
    """Return the entries of a PLS document by their written words; a lexeme's first pronunciation counts.

    Args:
        place: What errors call the document, e.g. a file's name.

    Raises:
        ConfigError: It is not XML, not PLS, or not in IPA.
    """
    try:
        root = parse_xml(text)
    except XmlError as error:
        raise ConfigError(f"{place} is not XML that we read: {error}", hint="Export it again.") from error
    if root.tag != f"{{{_NAMESPACE}}}lexicon":
        raise ConfigError(f"{place} is not a PLS lexicon", hint=f'Its root must be <lexicon xmlns="{_NAMESPACE}">.')
    entries: dict[str, Entry] = {}
    for lexeme in root.iter(f"{{{_NAMESPACE}}}lexeme"):
        phoneme, alias = (lexeme.find(f"{{{_NAMESPACE}}}{tag}") for tag in ("phoneme", "alias"))
        if phoneme is not None and phoneme.get("alphabet", root.get("alphabet", "ipa")).lower() != "ipa":
            raise ConfigError(f"{place} is not in IPA", hint='Export it with alphabet="ipa".')
        entry = Entry(ipa=_content(phoneme), respelling=_content(alias))
        if entry.ipa or entry.respelling:
            for grapheme in lexeme.iter(f"{{{_NAMESPACE}}}grapheme"):
                entries[_content(grapheme)] = entry
    return entries


def to_pls(entries: Mapping[str, Entry]) -> str:
    """Return entries as a PLS document; those that only name a language are left out."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<lexicon version="1.0" xmlns="{_NAMESPACE}" alphabet="ipa" xml:lang="de">',
    ]
    for word, entry in sorted(entries.items()):
        if entry.ipa or entry.respelling:
            parts = (("grapheme", word), ("phoneme", entry.ipa), ("alias", entry.respelling))
            inner = "".join(element(tag, clean(value).replace("\ufffd", "")) for tag, value in parts if value)
            lines.append(f"  {element('lexeme', inner=inner)}")
    return "\n".join([*lines, "</lexicon>", ""])


def _content(element: Element | None) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""
