"""How long a batch takes is foretold from a few episodes."""

from __future__ import annotations

import pytest

from ki_briefing.batch.pace import Sample, choose, forecast

LENGTHS = [500 + 37 * index % 900 for index in range(60)]  # characters


def seconds(characters: int) -> float:
    return 1.5 + characters / 400


def samples(lengths: list[int], *, late: float = 0.0) -> list[Sample]:
    """Return what two workers need; the first of each takes longer."""
    return [Sample(each, seconds(each) + late * (at < 2), "ab"[at % 2]) for at, each in enumerate(lengths)]


@pytest.mark.parametrize("late", [0.0, 7.0])
def test_an_episode_takes_so_long_and_each_of_its_characters(late: float) -> None:
    chosen = [LENGTHS[index] for index in choose(LENGTHS, 2)]

    foretold = forecast(samples(chosen, late=late), LENGTHS, 2, 0.0)

    assert foretold == pytest.approx(late + sum(map(seconds, LENGTHS)) / 2, rel=0.03)
    assert len(chosen) < len(LENGTHS) / 2


def test_the_last_had_the_machine_for_itself_and_does_not_count() -> None:
    built = [*samples([600, 700, 900, 800, 1000]), Sample(1000, 0.5, "b")]

    assert forecast(built, [800] * 10, 2, 0.0) == pytest.approx(5 * seconds(800))


def test_workers_wait_for_a_conductor_that_is_slower() -> None:
    assert forecast(samples([800] * 9), [800] * 100, 2, 3.0) == pytest.approx(300)


@pytest.mark.parametrize(("characters", "slots"), [([700], 2), ([700, 700, 900], 4), ([0, 0], 1)])
def test_however_few_there_are_something_is_foretold(characters: list[int], slots: int) -> None:
    chosen = choose(characters, slots)
    built = [Sample(characters[index], 2.0, str(index)) for index in chosen]

    assert sorted(chosen) == list(range(len(characters)))
    assert 2.0 <= forecast(built, characters, slots, 0.0) <= 2.0 * len(characters)


def test_longer_ones_that_took_no_longer_foretell_no_less_than_nothing() -> None:
    built = [Sample(each, 3.0 - each / 1000, "a") for each in (100, 500, 900, 1300)]

    assert forecast(built, [50_000], 1, 0.0) > 0
