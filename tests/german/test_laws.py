"""Laws that hold for any newspaper sentence: said twice is said once, nothing stays unread, one sentence stays one."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ki_briefing.german.sentences import split
from ki_briefing.german.unicode import normalize
from ki_briefing.german.verbalize import explain, verbalize

WHOLE = st.integers(0, 99_999_999).map(lambda number: f"{number:,}".replace(",", "."))
SMALL = st.integers(1, 99).map(str)
DECIMAL = st.tuples(st.integers(0, 999), st.integers(0, 99)).map(lambda parts: f"{parts[0]},{parts[1]}")
AMOUNT = WHOLE | SMALL | DECIMAL


def joined(*parts: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    return st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts)).map("".join)


def one_of(words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words.split("|"))


MONEY = joined(AMOUNT, one_of(" €| Euro| US-Dollar| $| CHF| Mio. €| Mrd. Dollar| Cent")) | joined(
    one_of("$|€|£|US-$ "), SMALL, one_of("| Mrd.| Mio.")
)
MEASURE = joined(
    AMOUNT, one_of(" GB| TB/s| kWh| GW| nm| °C| m²| t/s| km/h| ms| %| ‰| Std.| kg CO₂| Mio. t|-nm-Prozess| l/kWh")
)
DATE = st.dates(date(1990, 1, 1), date(2049, 12, 31)).flatmap(
    lambda day: st.sampled_from(
        [
            f"{day.day}. Mai {day.year}",
            f"{day:%d.%m.%Y}",
            f"{day:%Y-%m-%d}",
            f"{day.day}.{day.month}.",
            f"{day.day}. Okt.",
        ]
    )
)
TIME = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda at: f"{at[0]}:{at[1]:02} Uhr")
NAME = joined(
    one_of("GPT-|Llama |Qwen|DeepSeek-V|Claude |H|RTX |o|Gemini |FP"),
    SMALL | DECIMAL.map(lambda n: n.replace(",", ".")),
)
LAW = joined(one_of("§ |§§ |Art. |Abs. |Nr. "), SMALL, one_of("|a| ff.| Abs. 2| UrhG|–99"))
RANGE = joined(SMALL, one_of("–|-| bis | – "), SMALL, one_of("| %| Euro| Jahre"))
SHORT = one_of(
    "z. B. Meta|d. h. bald|u. a. Nvidia|ca. 5|bzw. die EU|die Forscher:innen|Nutzer*innen|AT&T|die KI|LLMs|C++|#KI"
)
MARK = one_of(
    "„offen“|2 + 2 = 4|3:1|1/2|¾|10^26|~5|≥ 3|≈ 7|A → B|±2|H₂O|x²|www.example.org|a.b@example.org|👍|–|…|@sama"
)
PIECE = AMOUNT | MONEY | MEASURE | DATE | TIME | NAME | LAW | RANGE | SHORT | MARK
JOINT = one_of(" und | sowie | für |, aber | bei | mit | nach | gegen | (|) |: | als | von | je | auf ")
SENTENCE = st.lists(st.tuples(PIECE, JOINT), min_size=1, max_size=6).map(
    lambda parts: "Nvidia meldet " + "".join(piece + joint for piece, joint in parts) + "den Umsatz."
)
SPOKEN = re.compile(r"[^\W\d_]|[ .,;:!?()'’…–-]")


@settings(derandomize=True, max_examples=1200, deadline=None)
@given(SENTENCE)
@example("")
def test_what_is_spoken_is_spoken_the_same_again(sentence: str) -> None:
    spoken = verbalize(sentence)
    assert verbalize(spoken) == spoken


@settings(derandomize=True, max_examples=1200, deadline=None)
@given(SENTENCE | st.text(max_size=80))
def test_no_digit_and_no_symbol_is_left_unread(sentence: str) -> None:
    left = SPOKEN.sub("", verbalize(sentence))
    assert left == ""


@settings(derandomize=True, max_examples=400, deadline=None)
@given(SENTENCE)
def test_every_figure_has_a_span_that_says_what_it_is(sentence: str) -> None:
    said = explain(sentence)
    covered = {at for span in said.spans for at in range(span.start, span.end)}
    assert [at for at, letter in enumerate(said.written) if letter.isdigit() and at not in covered] == []


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.lists(MONEY | MEASURE | TIME | RANGE | LAW, min_size=1, max_size=4))
def test_figures_and_units_end_no_sentence(parts: list[str]) -> None:
    sentence = "Nvidia meldet " + " sowie ".join(parts) + " im Bericht."
    assert split(sentence) == (sentence,)


@settings(derandomize=True, max_examples=1000, deadline=None)
@given(st.text(st.characters(max_codepoint=0x2300) | st.characters(categories=["Mn", "Lo"]), max_size=6))
def test_every_text_comes_out_composed_and_once_and_for_all(text: str) -> None:
    written = normalize(text)

    assert unicodedata.is_normalized("NFC", written)
    assert normalize(unicodedata.normalize("NFD", text)) == normalize(unicodedata.normalize("NFC", text)) == written


HOSTILE = [*"7.,(„'-–%€#@§*_&😀½²", *"1. a. 1, 1% ((1 a- a@b. A. IV1 x1 <b> &amp; wort OpenAI- [a](b) 🇩🇪".split()]
HOSTILE += ["z. B. ", "1/2 ", "1 Mio. € ", "AB ", "und, ", "am 3. 4. ", "+49 ", "\u00ad", "\u0301"]
HOSTILE += [f"{code}{'1' * 99}a " for code in ("0123/", "01234-", "(0123) ", "+49", "0049 1")]


@pytest.mark.parametrize("piece", HOSTILE)
def test_long_nonsense_is_read_to_its_end(piece: str) -> None:
    """With a rule that looks further the longer the text is, this test would not end."""
    said = explain(piece * (60_000 // len(piece)) + " 4 Enden.")

    assert said.spoken.endswith("Enden.")
    assert not re.search(r"[0-9]", said.spoken)
    assert all(before.end <= after.start for before, after in pairwise(said.spans))


@pytest.mark.parametrize("mark", ".!?…")
def test_a_long_run_of_marks_is_read_to_its_end_whatever_follows(mark: str) -> None:
    """With a splitter that tries each mark of the run anew, this test would not end."""
    assert split(f"Kapitel {mark * 1_000_000}x") == (f"Kapitel {mark * 1_000_000}x",)


def test_a_long_text_is_said_like_its_sentences() -> None:
    sentence = "Am 3. Mai 2026 zahlte Nvidia 4,5 Mio. € für 80 GB, z. B. bei Meta. "
    assert verbalize(sentence * 100) == " ".join([verbalize(sentence)] * 100)


def test_the_spans_of_a_book_stand_where_its_pieces_do() -> None:
    book = " ".join(f"Am {day % 28 + 1}. Mai zahlte Nr. {day} rund {day**2} €, z. B. bar." for day in range(2000))
    said = explain(book)

    assert verbalize(book) == said.spoken
    assert [said.written[span.start : span.end] for span in said.spans[-3:]] == ["Nr. 1999", "3996001 €", "z. B."]
    assert [said.spoken[span.spoken_start : span.spoken_end] for span in said.spans[-3:]] == [
        "Nummer tausendneunhundertneunundneunzig",
        "drei Millionen neunhundertsechsundneunzigtausendeins Euro",
        "zum Beispiel",
    ]


LONG_NUMBERS = ["1" * 5000, "0" * 5000, "1" + ".000" * 1700, "9" * 4290, "9" * 4000]
AROUND_THEM = """
    {}|{} €|$ {}|{},50 €|der {}. Platz|{}. März 2026|{}.5.2026|3.5.{}|Version {}.{}|Tel. {}|+49 {}|Boeing {}-8|die {}er
    |{}-fach|{} x {}|{}^{}|{}e5|{}/{}|{}:{}|§ {}|Art. {} Abs. 2|{} %|{}–{} km|GPT-{}|#{}|{}@x.de|ISBN {}|DE{}|{}½|{} Uhr
    |{} Mio. €|{},{},{}|[{}]|&#{};|{}.–{}. Klasse
"""


@pytest.mark.parametrize("number", LONG_NUMBERS, ids=lambda number: f"{number[:5]}, {len(number)}")
def test_a_number_longer_than_python_counts_is_said_to_its_end(number: str) -> None:
    for around in AROUND_THEM.split("|"):
        text = around.strip().replace("{}", number)
        assert not re.search(r"[0-9]", verbalize(text)), around
        split(text)


def test_numerals_longer_than_any_year_are_read_as_letters() -> None:
    assert verbalize("Kapitel " + "M" * 5000).startswith("Kapitel M M M")


def test_no_digit_of_a_long_number_is_left_out() -> None:
    assert verbalize("7" * 4000).split() == ["sieben"] * 4000
