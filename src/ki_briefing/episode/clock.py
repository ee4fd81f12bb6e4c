"""Seconds, milliseconds, dates -> times as people and formats write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def full(seconds: int) -> str:
    """Return hours, minutes and seconds, e.g. ``01:02:03``."""
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


def short(seconds: int) -> str:
    """Return minutes and seconds, with hours only if there are any, e.g. ``2:03`` and ``1:02:03``."""
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def exact(milliseconds: int, mark: str) -> str:
    """Return hours, minutes, seconds and, after a decimal mark, milliseconds, e.g. ``01:02:03,004``."""
    return f"{full(milliseconds // 1000)}{mark}{milliseconds % 1000:03}"


def day(date: datetime) -> str:
    """Return a day in German, e.g. ``12. März 2026``."""
    from ki_briefing.german.dates import MONTHS  # here, because it takes long to import and most runs need none

    return f"{date.day}. {MONTHS[date.month - 1]} {date.year}"
