"""A show's voices, a script -> what it would cost to have it spoken."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from ki_briefing.base.errors import BriefingError
from ki_briefing.show.stores import open_store
from ki_briefing.voice.engines import load_speaker, may_cost
from ki_briefing.voice.spending import Forecast, cost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ki_briefing.model.text import Script, Utterance
    from ki_briefing.show.settings import Show


def forecast_costs(show: Show, script: Script) -> tuple[Forecast, ...]:
    """Return what the show's voices would cost for a script: those that cost something and can be made as they are."""
    found = (_forecast_cost(show, name, utterances) for name, utterances in _by_voice(script).items())
    return tuple(filter(None, found))


def measure_unspoken(show: Show, script: Script) -> int:
    """Return how many characters of a script the show's voices have not spoken yet; all, if a voice cannot be made."""
    from ki_briefing.voice.clips import unspoken  # here, because few shows need it

    count = 0
    for name, utterances in _by_voice(script).items():
        missing: Sequence[Utterance] = utterances
        with suppress(BriefingError):  # a build will say why
            speaker = load_speaker(show.voice_of(name))
            missing = unspoken(utterances, speaker, open_store(show, "clips"))
        texts = {each.spoken for each in missing}
        count += sum(len(each.spoken) for each in utterances if each.spoken in texts)
    return count


def _by_voice(script: Script) -> dict[str, list[Utterance]]:
    wanted: dict[str, list[Utterance]] = {}
    for utterance in script.utterances:
        wanted.setdefault(utterance.voice, []).append(utterance)
    return wanted


def _forecast_cost(show: Show, name: str, utterances: Sequence[Utterance]) -> Forecast | None:
    try:
        voice = show.voice_of(name)
        if not may_cost(voice):
            return None
        speaker = load_speaker(voice)
    except BriefingError:
        return None  # a build will say why
    if not (speaker.facts.price or speaker.facts.limit):
        return None
    from ki_briefing.voice.clips import unspoken  # here, because few shows need it

    missing = unspoken(utterances, speaker, open_store(show, "clips"))
    return Forecast(cost(speaker, utterances), cost(speaker, missing))
