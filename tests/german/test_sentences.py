"""A sentence ends where a reader would say so, and a long one is cut where a speaker breathes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ki_briefing.german.clauses import LONGEST, clauses
from ki_briefing.german.sentences import split

FOLDER = Path(__file__).parents[1] / "data" / "sentences"
CASES = [
    (text.strip(), tuple(part.strip() for part in parts.split("|")))
    for path in sorted(FOLDER.glob("*.txt"))
    for text, arrow, parts in (line.partition("⇒") for line in path.read_text(encoding="utf-8").splitlines()[1:])
    if arrow
]
SIGNS = [*"aäzAZN09 .,;:-–…!?()„“\"'\n[]%€•\u00a0", "usw.", "z. B.", "Inc. ", "3. ", "Das "]
NEWS = st.lists(st.sampled_from(SIGNS), max_size=80).map("".join)


@pytest.mark.parametrize(("text", "sentences"), CASES, ids=[text[:40] for text, _ in CASES])
def test_splits_where_the_case_files_say(text: str, sentences: tuple[str, ...]) -> None:
    assert split(text) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Erste Zeile\n\nZweite Zeile", ("Erste Zeile", "Zweite Zeile")),
        ("- Punkt eins\n- Punkt zwei.\n- Punkt drei", ("- Punkt eins", "- Punkt zwei.", "- Punkt drei")),
        ("1. Eins\n2. Zwei", ("1. Eins", "2. Zwei")),
        ("Nvidia liefert wieder\nDer Konzern meldet es.", ("Nvidia liefert wieder", "Der Konzern meldet es.")),
        ("Das Modell ist\nneu und groß.", ("Das Modell ist\nneu und groß.",)),
        ("Am 3.\nJanuar kam es.", ("Am 3.\nJanuar kam es.",)),
        ("Das gilt für\nMeta. Mehr nicht.", ("Das gilt für\nMeta.", "Mehr nicht.")),
    ],
)
def test_line_breaks_end_headlines_and_bullets_but_not_wrapped_lines(text: str, sentences: tuple[str, ...]) -> None:
    assert split(text) == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ("Er kommt aus der Schweiz.", "Danach ging er."),
        ("Sie umrundeten das Kap.", "Danach drehte der Wind."),
        ("Das war seine Art.", "Es passte."),
        ("Die schweiz. Post und die Schweiz.", "Müller liefert."),
        ("Er wohnt in der Goethestr. 3–5.", "Sie nicht."),
        ("Das steht in §§ 535 ff. BGB.", "Es gilt."),
        ("Das steht in Kap. 4 und Art. 5 GG.", "Es gilt."),
        ("So sagt es Oberstlt. Meier.", "Er schwieg."),
        ("1. Schweden 8 Gold, 2. Kanada 6 Gold, 3. Japan 2 Gold.",),
    ],
)
def test_words_that_are_abbreviations_too_end_a_sentence_or_not(sentences: tuple[str, ...]) -> None:
    assert split(" ".join(sentences)) == sentences


@pytest.mark.parametrize("text", ["Zölle usw. (\u00a0", "Es kamen alle. –\u2003", "Wirklich? „\u00a0\u00a0"])
def test_signs_and_unusual_spaces_after_the_last_mark_are_lost_from_no_sentence(text: str) -> None:
    assert "".join("".join(split(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t"])
def test_nothing_written_is_no_sentence(text: str) -> None:
    assert split(text) == ()


LONG = (
    "Demnach versuchte das Unternehmen zunächst, Chips von Huawei und anderen heimischen Herstellern einzusetzen – "
    "mit enttäuschenden Ergebnissen –, bevor es auf Chips von Nvidia auswich, die Berichten zufolge über mehrere "
    "Zwischenhändler illegal ins Land gebracht worden waren; der Hersteller bestreitet das."
)


def test_a_long_sentence_is_cut_at_its_clauses() -> None:
    assert clauses(LONG) == (
        "Demnach versuchte das Unternehmen zunächst, Chips von Huawei und anderen heimischen Herstellern einzusetzen – "
        "mit enttäuschenden Ergebnissen –,",
        "bevor es auf Chips von Nvidia auswich, die Berichten zufolge über mehrere Zwischenhändler illegal ins Land "
        "gebracht worden waren; der Hersteller bestreitet das.",
    )


def test_a_short_sentence_stays_whole() -> None:
    assert clauses("Er kam, sah, und siegte; so war das.") == ("Er kam, sah, und siegte; so war das.",)


def test_no_part_is_longer_than_a_breath_even_without_punctuation() -> None:
    for text in (LONG, "Wort " * 400, "a, " * 900, "Chip und Modell " * 90):
        assert max(map(len, clauses(text))) <= LONGEST


def test_only_what_no_engine_could_say_is_torn_within_a_word() -> None:
    assert clauses("x" * 900) == ("x" * 900,)
    assert max(map(len, clauses("x" * 9000))) <= 1000


def test_a_decimal_comma_is_no_border() -> None:
    text = "Der Umsatz wuchs um 3,5 Prozent und " * 12
    assert all("3,5" in part or "3" not in part for part in clauses(text))


def squeezed(*texts: str) -> str:
    return "".join("".join(texts).split())


@settings(derandomize=True, max_examples=400, deadline=None)
@given(NEWS | st.text(max_size=120))
def test_nothing_is_lost_but_white_space(text: str) -> None:
    assert squeezed(*split(text)) == squeezed(text)
    assert squeezed(*clauses(text * 5)) == squeezed(text * 5)
    assert all(part == part.strip() and part for part in split(text))


@pytest.mark.parametrize(
    "piece", ["a. ", "1. ", "(", "Nr. 5 ", "„", "a,", "… ", "I. ", "z. B. ", "x", "\n", "und ", "A.b "]
)
def test_many_odd_pieces_are_taken_in_stride(piece: str) -> None:
    text = piece * 20_000
    assert squeezed(*split(text)) == squeezed(text)
    assert squeezed(*clauses(text)) == squeezed(text)
