"""What a template of strangers may cost: no page counts or grows without end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_NUMBERS = 1_000_000
_LARGEST = 50_000_000  # letters of a page


class Numbers:
    """``range`` for templates: a page with a loop that would not end in our lifetime is refused."""

    def __init__(self) -> None:
        self._left = _MOST_NUMBERS

    def restart(self) -> None:
        """Begin a page."""
        self._left = _MOST_NUMBERS

    def __call__(self, *limits: int) -> range:
        """Return a range.

        Raises:
            OverflowError: With it, the page would have counted too far.
        """
        found = range(*limits)
        self._left -= len(found)
        if self._left < 0:
            raise OverflowError(f"a page may count to {_MOST_NUMBERS:,} in all its loops")
        return found


def bounded(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the pieces of a page.

    Raises:
        OverflowError: It is larger than any page.
    """
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > _LARGEST:
            raise OverflowError(f"a page may have {_LARGEST:,} letters")
        yield piece
