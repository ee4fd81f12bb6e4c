"""The first value of the pipeline: Source, an article as it came in. ``article/`` makes an Article of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """An article as it came in, from an address or a feed's item.

    Attributes:
        id: Decides whether it is known already, however its address is written; ``base.web.same_page`` makes it.
        url: Where it stands, after all redirects.
        media_type: As the server says, e.g. ``text/html``.
        content: Text is UTF-8, whatever its server wrote.
    """

    id: str
    url: str
    media_type: str
    content: bytes
