"""Who mistypes a word is told which one was meant, or what there is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ki_briefing.base.hints import nearest


def test_a_slip_of_the_finger_is_understood() -> None:
    assert nearest("loudnes", ["bit_rate", "loudness", "true_peak"]) == "Did you mean 'loudness'?"


def test_what_is_like_nothing_is_answered_with_all_there_is() -> None:
    assert nearest("xyz", iter(["gtts", "espeak"])) == "Known here: espeak, gtts."


@given(st.text(), st.sets(st.text(min_size=1), min_size=1))
def test_whatever_is_typed_only_known_words_are_named(word: str, known: set[str]) -> None:
    hint = nearest(word, known)

    assert hint in {f"Did you mean '{each}'?" for each in known} | {f"Known here: {', '.join(sorted(known))}."}


@given(st.sets(st.text(min_size=1), min_size=1))
def test_a_word_is_nearest_to_itself(known: set[str]) -> None:
    for word in known:
        assert nearest(word, known) == f"Did you mean '{word}'?"
