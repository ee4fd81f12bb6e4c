"""What was heard is what was said, however a recogniser writes it; what is lost, doubled or invented is named."""

from __future__ import annotations

import pytest

from ki_briefing.voice.hearing.word_errors import Comparison, Fault, compare, compare_each, heard_tokens, tokens

ALIKE = [
    ("Das waren drei Komma fünf Millionen Euro.", "Das waren 3,5 Millionen Euro."),
    ("Am dreiundzwanzigsten Juli zweitausendvierundzwanzig", "Am 23. Juli 2024"),
    ("Die K I der E U", "Die KI der EU"),
    ("Größere Straßen, müde Häuser", "groessere Strassen muede Haeuser"),
    ("Die Cafés öffnen", "die Cafes oeffnen"),
    ("Der Sprachmodellanbieter klagt.", "Der Sprach-Modell Anbieter klagt."),
    ("Der Sprachmodell-Anbieter klagt.", "Der Sprachmodellanbieter klagt."),
    ("Wie geht's?", "Wie gehts?"),
]
SENTENCE = "Die Regierung hat gestern ein neues Gesetz beschlossen."


def heard(said: str, text: str, *names: tuple[int, int]) -> Comparison:
    return compare(tokens(said, names), heard_tokens(text))


@pytest.mark.parametrize(("said", "written"), ALIKE)
def test_what_sounds_alike_is_right(said: str, written: str) -> None:
    comparison = heard(said, written)

    assert comparison.errors == 0
    assert comparison.letter_errors == 0
    assert comparison.faults == ()


def test_a_phrase_is_doubled_whichever_of_the_two_is_taken_for_the_first() -> None:
    comparison = heard(SENTENCE, "Die Egidung hat gestern ein neues Gesetz ein neues Gesetz geschlossen.")

    assert [each.fault for each in comparison.faults] == [Fault.WRONG, Fault.DOUBLED, Fault.WRONG]


@pytest.mark.parametrize(
    ("text", "fault", "said", "as_heard"),
    [
        ("Die Regierung hat ein neues Gesetz beschlossen.", Fault.LOST, "gestern", ""),
        ("Die Regierung hat gestern beschlossen.", Fault.LOST, "ein neues Gesetz", ""),
        ("Die Regierung hat hat gestern ein neues Gesetz beschlossen.", Fault.DOUBLED, "", "hat"),
        ("Die Regierung hat gestern ein neues ein neues Gesetz beschlossen.", Fault.DOUBLED, "", "ein neues"),
        ("Die Regierung hat gestern ein neues Gesetz beschlossen. Vielen Dank.", Fault.INVENTED, "", "Vielen Dank"),
        ("Die Regierung hat gestern ein neues Geschäft beschlossen.", Fault.WRONG, "Gesetz", "Geschäft"),
    ],
)  # fmt: skip
def test_what_happened_to_a_word_is_named(text: str, fault: Fault, said: str, as_heard: str) -> None:
    comparison = heard(SENTENCE, text)

    (found,) = comparison.faults
    assert (found.fault, found.said) == (fault, said)
    assert found.heard == as_heard
    assert comparison.errors == max(len(said.split()), len(as_heard.split()))


def test_a_name_is_right_when_it_is_written_as_it_sounds_another_word_is_not() -> None:
    text = "Heute spricht Anthropic."

    assert heard(text, "Heute spricht Antropik.", (14, 23)).errors == 0
    assert heard(text, "Heute spricht Antropik.").errors == 1
    assert heard(text, "Heute spricht Karthago.", (14, 23)).errors == 1


def test_nothing_heard_is_all_lost() -> None:
    comparison = heard(SENTENCE, "")

    assert comparison.errors == comparison.words
    assert comparison.letter_errors == comparison.letters
    assert [each.fault for each in comparison.faults] == [Fault.LOST]
    assert comparison.heard == ""


def test_nothing_said_and_nothing_heard_is_no_error() -> None:
    assert compare_each([], heard_tokens("Untertitel der Gemeinde")) == ()
    assert heard("…", "").errors == 0


def test_of_texts_heard_together_each_has_its_own_faults() -> None:
    texts = ["In Kürze.", "Ein Token ist ein Wortstück.", "Es gibt viele davon."]

    first, second, third = compare_each(
        [tokens(text) for text in texts], heard_tokens("In Kürze. Es gibt viele viele davon. Danke.")
    )

    assert first.errors == 0
    assert (second.errors, second.heard) == (5, "")
    assert [each.fault for each in third.faults] == [Fault.DOUBLED, Fault.INVENTED]
    assert third.heard == "Es gibt viele viele davon Danke"


@pytest.mark.parametrize(
    ("text", "unlike"),
    [
        (SENTENCE, 0),
        ("Die Egidung hat gestern ein neues Geschäft geschlossen.", 0),  # much of each was heard
        ("Die Regierung hat gestern ein neues Kartoffelsalat beschlossen.", 1),
        ("Die Regierung hat gestern ein neues Kartoffelsalat Zitrone.", 2),
        ("Die Regierung hat gestern ein neues", 0),  # lost: counted by its letters
    ],
)
def test_words_heard_as_wholly_other_ones_are_counted_in_a_row(text: str, unlike: int) -> None:
    assert heard(SENTENCE, text).unlike == unlike


def test_names_heard_as_other_words_count_as_no_other_ones() -> None:
    said = "Morgen kommt Xi Jinping aus Guangdong."

    assert heard(said, "Morgen kommt Schitsching Bing aus Kuchenteig.", (13, 23), (28, 37)).unlike == 0


@pytest.mark.parametrize(
    ("said", "text", "other"),
    [
        ("Nach zwei Jahren", "Nach drei Jahren", True),
        ("Im Jahr zweitausendvierundzwanzig", "Im Jahr 2025", True),
        ("Am zwölften Mai", "Am 11. Mai", True),
        ("Es sind hundertfünf Euro.", "Es sind 500 Euro.", True),
        ("Die ersten drei Millionen", "Die erste 3 Million", False),
        ("Das ist ein Haus.", "Das ist eine Maus.", False),
        ("Nach zwei Jahren", "Nach zwo Jahren", False),
        ("Tausendsechshundertneunundachtzig", "Sechzehnhundertneunundachtzig", False),
        ("Auf und ab", "Auf ein ab", False),
    ],
)
def test_a_number_heard_as_another_one_is_told_from_other_faults(said: str, text: str, other: bool) -> None:
    assert any(fault.is_other_number for fault in heard(said, text).faults) is other
