"""A newsreader's phrases of all desks, written down before the tool saw them, are said in an accepted form."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ki_briefing.german.sentences import split
from ki_briefing.german.verbalize import verbalize

PHRASES = Path(__file__).parents[1] / "data" / "phrases" / "general_news.jsonl"
REACHED = 0.98


def plain(text: str) -> str:
    """Return what is heard: lower case, no punctuation; spelled letters together, however they were written."""
    return re.sub(r"[\W_]", "", text.lower())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "Tore fielen in der 17. und in der 41. Minute.",
            "Tore fielen in der siebzehnten und in der einundvierzigsten Minute.",
        ),
        ("Das sagte er der WELT AM DIENSTAG.", "Das sagte er der Welt am Dienstag."),
    ],
)
def test_words_that_hang_together_are_said_so(written: str, said: str) -> None:
    assert verbalize(written) == said


def test_general_news_is_said_in_an_accepted_form() -> None:
    phrases = [json.loads(line) for line in PHRASES.read_text(encoding="utf-8").splitlines()]
    wrong = []
    for phrase in phrases:
        said = " ".join(verbalize(sentence) for sentence in split(phrase["written"]))
        if plain(said) not in {plain(form) for form in phrase["gold"]}:
            wrong.append((phrase["written"], said))

    assert len(phrases) > 170
    assert len(wrong) <= (1 - REACHED) * len(phrases), wrong
