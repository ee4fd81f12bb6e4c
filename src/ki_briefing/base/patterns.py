"""What a producer writes to describe a text, as words or as a regular expression -> Pattern. The only door to regex.

A regular expression of the standard library can take longer than the universe to say no. Here a text that costs more
than a second is given up, and the producer is told which pattern it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import regex

from ki_briefing.base.errors import ConfigError

PATIENCE = 1.0
"""How long a pattern may think about one text [s]; usual ones take a millionth of it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text as it stands, or a regular expression; capitals do not matter.

    Attributes:
        written: As the producer wrote it.
        place: Where, for error messages, e.g. ``[article] skip``.
    """

    written: str
    place: str

    def fullmatch(self, text: str) -> bool:
        """Tell whether it is the whole text.

        Raises:
            ConfigError: The pattern takes too long.
        """
        try:
            return _compile(_source(self.written)).fullmatch(text, timeout=PATIENCE) is not None
        except TimeoutError as error:
            raise self._too_slow(text) from error

    def stands_in(self, text: str) -> bool:
        """Tell whether it stands somewhere in the text, from one word's border to another's.

        Raises:
            ConfigError: The pattern takes too long.
        """
        try:
            return _compile(rf"(?<!\w)(?:{_source(self.written)})(?!\w)").search(text, timeout=PATIENCE) is not None
        except TimeoutError as error:
            raise self._too_slow(text) from error

    def _too_slow(self, text: str) -> ConfigError:
        return ConfigError(
            f"the pattern {self.written!r} in {self.place} takes too long for {text[:60]!r}",
            hint="Write it without a repetition inside a repetition, such as (a+)+, or write the words as they stand.",
        )


def _source(written: str) -> str:
    """Return a regular expression; what is none means itself."""
    plain = regex.escape(written)
    try:
        regex.compile(written)
    except (regex.error, OverflowError, RecursionError):
        return plain
    return f"{plain}|(?:{written})"


@cache
def _compile(source: str) -> regex.Pattern[str]:
    return regex.compile(source, regex.IGNORECASE)
