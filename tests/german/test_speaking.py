"""Numbers, dates, amounts and abbreviations are said as a newsreader says them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ki_briefing.german.clauses import clauses
from ki_briefing.german.numbers import cardinal, ordinal
from ki_briefing.german.sentences import split
from ki_briefing.german.verbalize import explain, verbalize

DATA = Path(__file__).parents[1] / "data"


def cases(name: str, arrow: str) -> list[tuple[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(arrow) for line in lines if arrow in line)
    return [(left.strip(), right.strip()) for left, _, right in pairs]


CASES = [
    pytest.param(written, spoken, id=f"{path.stem}: {written[:40]}")
    for path in sorted((DATA / "verbalize").glob("*.txt"))
    for written, spoken in cases(f"verbalize/{path.name}", "⇒")
]


@pytest.mark.parametrize(("written", "spoken"), CASES)
def test_says_what_the_case_files_say(written: str, spoken: str) -> None:
    assert verbalize(written) == spoken


@pytest.mark.parametrize("name", ["date_cases", "clock", "weekdays", "regnal", "counting"])
def test_a_full_stop_of_a_day_an_ordinal_or_a_ruler_splits_no_sentence_in_two(name: str) -> None:
    for written, spoken in cases(f"verbalize/{name}.txt", "⇒"):
        assert " ".join(map(verbalize, split(written))) == spoken


@pytest.mark.parametrize(("text", "parts"), cases("sentences/newsroom.txt", "⇒"))
def test_splits_where_the_case_file_splits(text: str, parts: str) -> None:
    assert split(text) == tuple(part.strip() for part in parts.split("|"))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_saying_the_spoken_form_again_changes_nothing_of_its_numbers(text: str) -> None:
    assert not re.search(r"[0-9]", verbalize(text))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(alphabet="aäzAZ09 .,-–:;€$%/()„“!?Mrd", max_size=60))
def test_spans_tie_written_to_spoken(text: str) -> None:
    said = explain(text)

    at = spoken_at = 0
    for span in said.spans:
        assert said.written[at : span.start] == said.spoken[spoken_at : span.spoken_start]
        at, spoken_at = span.end, span.spoken_end
    assert said.written[at:] == said.spoken[spoken_at:]


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_splitting_loses_nothing_but_white_space(text: str) -> None:
    def squeezed(value: str) -> str:
        return "".join(value.split())

    assert squeezed("".join(split(text))) == squeezed(text)
    assert squeezed("".join(clauses(text * 4))) == squeezed(text * 4)


def test_numbers_are_read_back_as_they_were_written() -> None:
    from text_to_num import text2num

    for number in [*range(2000), *range(2000, 1_000_000, 487)]:
        assert text2num(cardinal(number), "de") == number, cardinal(number)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1_000_000, "eine Million"),
        (2_000_001, "zwei Millionen eins"),
        (1_250_000_000, "eine Milliarde zweihundertfünfzig Millionen"),
        (-5, "minus fünf"),
    ],
)
def test_large_and_negative_numbers_are_said_as_duden_writes_them(number: int, words: str) -> None:
    assert cardinal(number) == words


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (1, "erste"),
        (3, "dritte"),
        (7, "siebte"),
        (8, "achte"),
        (16, "sechzehnte"),
        (20, "zwanzigste"),
        (101, "hunderterste"),
    ],
)
def test_ordinals_are_formed_as_duden_forms_them(number: int, word: str) -> None:
    assert ordinal(number) == word
