"""Text as people type it -> as German is set: „quotes“, dashes, and spaces at which no line breaks. Pure.

It is for pages only: feed, transcripts and tags keep the text as it was written. Rules: DIN 5008 (2020), Duden.
"""

from __future__ import annotations

import re

from ki_briefing.base.characters import letters

NARROW = "\u202f"
"""A thin space at which no line breaks."""

_RULES = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r'(?<![^\s(\[–—/-])"(?=\S)([^"]*?)(?<=\S)"(?!\w)', "„\\1“"),
        (r"(?<=\S) - (?=\S)", " – "),
        (r"\b([zdiuosv])\. ?(?=[BhaÄdRo]\.)", f"\\1.{NARROW}"),
        (
            r"(?<=\d) (?=(?:%|‰|€|°C|Euro|Dollar|Prozent|Uhr|Millionen|Milliarden|Mio\.|Mrd\.|[kMGT]?(?:W|Wh|B|Hz)"
            r"|kg|km|cm|mm|m²)(?!\w))",
            NARROW,
        ),
        (r"(?<=§) (?=\d)", NARROW),
        (r"(?<=\d\.) (?=(?:Jan|Feb|März|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez))", "\xa0"),
    )
)


def typeset(text: str) -> str:
    """Return a text with German quotes, dashes and thin spaces."""
    for pattern, to in _RULES:
        text = pattern.sub(to, text)
    return text


def teaser(title: str, summary: str) -> str:
    """Return what a summary says beyond the title; empty if it only repeats it."""
    return "" if letters(summary).casefold() == letters(title).casefold() else summary
