"""Limits of what settings may be; a value beyond them is refused with its table and key."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ki_briefing.base.files import is_file_name
from ki_briefing.base.records import Between, Such
from ki_briefing.base.web import is_address, is_base, is_prefix


def _is_zone(text: str) -> bool:
    try:
        return not text or ZoneInfo(text).key == text
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


Milliseconds = Annotated[int, Between(0, 20_000)]
Decibels = Annotated[float, Between(-60, 12)]
FileName = Annotated[str, Such(is_file_name, "the name of a file")]
Address = Annotated[str, Such(is_address, "an address, https://… or http://…")]
Zone = Annotated[str, Such(_is_zone, "a time zone such as Europe/Berlin")]
BaseAddress = Annotated[str, Such(is_base, "an address without ?, https://… or http://…")]
Prefix = Annotated[str, Such(is_prefix, "an address https://… that ends with /")]
