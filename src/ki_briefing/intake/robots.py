"""A site's robots.txt (text) -> what programs may read there. The only door to protego."""

from __future__ import annotations

_NAME = "ki-briefing"
_LONGEST = 500_000  # characters, as RFC 9309 asks to read at least


class Robots:
    """The rules of one site for us."""

    def __init__(self, text: str) -> None:
        from protego import Protego

        self._rules = Protego.parse(text[:_LONGEST])

    def allows(self, url: str) -> bool:
        """Tell whether we may read an address of the site."""
        return bool(self._rules.can_fetch(url, _NAME))

    @property
    def pause(self) -> float:
        """What it asks to wait between two pages [s]; 0 if it does not say."""
        return float(self._rules.crawl_delay(_NAME) or 0)
