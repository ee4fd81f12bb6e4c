"""What the gate found: one thing that was looked at in a finished episode."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How a finding ends."""

    PASS = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        advice: What to do; empty where it passed.
    """

    name: str
    mark: Mark
    value: str
    advice: str = ""
