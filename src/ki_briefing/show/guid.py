"""``podcast:guid``: what directories know a show by, made of its feed's address.

Source: https://podcasting2.org/docs/podcast-namespace/tags/guid.
"""

from __future__ import annotations

import uuid

_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


def guid_of(feed: str) -> str:
    """Return the guid that belongs to a feed's address: UUIDv5 of it without scheme and trailing slash."""
    return str(uuid.uuid5(_NAMESPACE, feed.partition("://")[2].rstrip("/")))
