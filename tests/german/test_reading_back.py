"""Every number said is heard as the number written: two readers that share no code with us read it back.

text2num and zahlwort2num, over more than a hundred thousand numbers, ordinals, dates and sums.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
import zahlwort2num
from text_to_num import alpha2digit, text2num
from unicode_rbnf import RbnfEngine

from ki_briefing.german.dates import MONTHS
from ki_briefing.german.numbers import cardinal, ordinal
from ki_briefing.german.verbalize import verbalize

DAYS = [date(1900, 1, 1) + timedelta(days=number) for number in range(0, 73_000, 4)]


def heard(text: str) -> str:
    return str(alpha2digit(text, "de", 0))


def german(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def test_whole_numbers_below_a_million() -> None:
    numbers = [*range(10_000), *range(10_000, 1_000_000, 33)]
    wrong = [number for number in numbers if text2num(cardinal(number), "de") != number]
    assert (len(numbers), wrong) == (40_000, [])


def test_the_words_below_a_thousand_are_those_of_cldr() -> None:
    rules = RbnfEngine.for_language("de")
    for number in range(1000):
        theirs = rules.format_number(number, ruleset_names=["spellout-numbering"]).text
        assert cardinal(number) == (theirs.removeprefix("ein") if theirs.startswith("einhundert") else theirs)


def test_large_numbers_up_to_trillions() -> None:
    numbers = [random.Random(seed).randrange(10 ** (6 + seed % 16)) for seed in range(12_000)]
    wrong = [number for number in numbers if zahlwort2num.convert(cardinal(number)) != number]
    assert wrong == []


def test_grouped_figures_in_a_sentence() -> None:
    numbers = [random.Random(seed).randrange(2_000, 1_000_000) for seed in range(12_000)]
    wrong = [n for n in numbers if heard(verbalize(f"Es sind {german(n)} Chips.")) != f"Es sind {n} Chips."]
    assert wrong == []


@pytest.mark.parametrize(("before", "ending"), [("der", "e"), ("am", "en")])
def test_ordinals(before: str, ending: str) -> None:
    wrong = [n for n in range(1, 10_001) if heard(f"{before} {ordinal(n, ending)} Tag") != f"{before} {n}. Tag"]
    assert wrong == []


@pytest.mark.parametrize("form", ["{0.day}. {month} {0.year}", "{0:%d.%m.%Y}", "{0:%Y-%m-%d}"])
def test_dates_of_two_centuries(form: str) -> None:
    wrong = []
    for day in DAYS:
        month = MONTHS[day.month - 1]
        said = verbalize(f"am {form.format(day, month=month)} kam es")
        if heard(said) != f"am {day.day}. {month} {day.year} kam es":
            wrong.append((day, said))
    assert (len(DAYS), wrong) == (18_250, [])


def test_sums_of_money() -> None:
    wrong = []
    for seed in range(10_000):
        euros, cents = divmod(random.Random(seed).randrange(200, 50_000_000), 100)
        tail = f" {cents}" + (" Cent" if cents == 1 else "") if cents else ""
        said = verbalize(f"Das kostet {german(euros)},{cents:02} €")
        if heard(said) != f"Das kostet {euros} Euro{tail}":
            wrong.append((euros, cents, said))
    assert wrong == []


def test_decimal_shares() -> None:
    wrong = []
    for seed in range(10_000):
        whole, part = divmod(random.Random(seed).randrange(100_000), 100)
        said = verbalize(f"ab {whole},{part:02} %")
        if heard(said) != f"ab {whole},{part:02} Prozent":
            wrong.append((whole, part, said))
    assert wrong == []


def test_times_of_day() -> None:
    wrong = []
    for minutes in range(24 * 60):
        hour, minute = divmod(minutes, 60)
        said = verbalize(f"um {hour:02}:{minute:02} Uhr").replace("ein Uhr", "eins Uhr")
        if heard(said) != f"um {hour} Uhr" + (f" {minute}" if minute else ""):
            wrong.append((hour, minute, said))
    assert wrong == []
