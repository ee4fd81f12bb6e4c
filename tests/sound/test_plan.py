"""An episode is mixed in stretches of a few sentences, however it was written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ki_briefing.article import parse
from ki_briefing.german.lexicon import Lexicon
from ki_briefing.model.sound import Take
from ki_briefing.script import write_script
from ki_briefing.show.settings import Jingles, Show, Sound
from ki_briefing.sound.plan import Stretch, make_plan


def plan_of(article: str) -> tuple[Stretch, ...]:
    script = write_script(
        parse(article), Show(Path()), number=1, date=datetime(2026, 1, 15, tzinfo=UTC), lexicon=Lexicon()
    )
    takes = [Take(str(number), Path(), "tone 1", 22_050, 22_050) for number, _ in enumerate(script.utterances)]
    return make_plan(script, takes, Sound(), Jingles(), Path())


@pytest.mark.parametrize("place", ["{}", "Erster Absatz, der lang genug für einen Anriss ist.\n\n{}"])
def test_a_stretch_does_not_grow_with_a_sentence_that_never_ends(place: str) -> None:
    def longest(words: int) -> int:
        plan = plan_of(f"Titel der Nachricht\n\n{place.format('Wort ' * words)}")
        return max(sum(len(line.utterance.spoken) for line in stretch.lines) for stretch in plan)

    assert longest(4000) == pytest.approx(longest(400), abs=250)
    assert longest(4000) <= 1750
