"""What ends a batch early; and what it may spend on voices, asked before each unit: a worker knows of no other."""

from __future__ import annotations

import math
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.base.errors import BriefingError
from ki_briefing.batch.worker import estimate_unit
from ki_briefing.voice.engines import load_speaker, may_cost

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.batch.articles import Candidate
    from ki_briefing.batch.drafts import Drafts
    from ki_briefing.show.settings import Show


@dataclass(frozen=True, slots=True)
class Limits:
    """What ends a batch before everything is done, or slows it down.

    Attributes:
        cost: No unit is begun that would cost more than what is left of this.
        seconds: No unit is begun after so long [s].
        per_hour: How many units are begun in an hour; 0: as many as can be.
    """

    cost: float = math.inf
    seconds: float = math.inf
    per_hour: int = 0


class Purse:
    """Counts what is spent, and what each engine is sent: a batch is one run.

    Attributes:
        spent: By all units that were let pass, in whatever currency the services bill.
    """

    def __init__(self, show: Show, drafts: Drafts, limit: float, voice: str) -> None:
        """Take the purse.

        Args:
            limit: How much may be spent.
            voice: The one that says everything; empty: the show's cast does.
        """
        self._drafts, self._limit = drafts, limit
        self._sent: Counter[str] = Counter()
        self._limits: dict[str, int] = {}
        self.spent = 0.0
        names = [voice] if voice else ["", *(name for _key, name in show.cast.voices)]
        for each in dict.fromkeys(show.voice_named(name) if name else show.voice for name in names):
            if may_cost(each):
                with suppress(BriefingError):  # a build will say why
                    facts = load_speaker(each).facts
                    self._limits[facts.name] = facts.limit

    def refusal(self, what: Path | Candidate) -> str:
        """Return which limit an episode would exceed; empty, and it is counted, if none."""
        if not self._limits:
            return ""
        unit = self._drafts.unit(what)
        if unit is None:
            return ""  # it will be told why
        forecasts = estimate_unit(unit).voices
        price = sum(each.unspoken.price for each in forecasts)
        if self.spent + price > self._limit:
            return f"the next would cost {price:.2f}, and {self.spent:.2f} of {self._limit:.2f} are spent"
        sent = Counter({each.whole.engine: each.unspoken.characters for each in forecasts}) + self._sent
        for engine, limit in self._limits.items():
            if limit and sent[engine] > limit:
                return f"[voice] limit: '{engine}' would be sent more than {limit:,} characters"
        self.spent, self._sent = self.spent + price, sent
        return ""
