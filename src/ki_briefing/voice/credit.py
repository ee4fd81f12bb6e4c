"""What is known of a voice -> its line in the notes: whose it is, and what its licence asks to be said.

A producer's own words never take the place of a credit that a licence asks for: CC-BY (Creative Commons, section 3a),
M-AILABS (its notice). OpenRAIL passes its use restrictions on to whoever gets what the voice says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ki_briefing.show.voices import Voice
    from ki_briefing.voice.engine import EngineFacts

_WANTS_CREDIT = re.compile(r"CC[- ]BY|M-AILABS|RAIL", re.IGNORECASE)
_PASSES_ON = re.compile(r"RAIL", re.IGNORECASE)


def credit_of(facts: EngineFacts, voice: Voice) -> str:
    """Return the line for the notes of an episode that a voice speaks; empty if there is nothing to say."""
    asked = facts.credit or f"Stimme: {voice.title or facts.name} ({facts.licence})"
    needed = _WANTS_CREDIT.search(facts.licence) is not None
    lines = [voice.credit] if voice.credit else []
    if (needed and asked not in voice.credit) or (facts.credit and not lines):
        lines.append(asked)
    if _PASSES_ON.search(facts.licence):
        lines.append(f"Für die Stimme gelten die Nutzungsbeschränkungen der Lizenz {facts.licence} weiter.")
    return " · ".join(lines)
