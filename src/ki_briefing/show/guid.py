"""A feed's address -> ``podcast:guid``, which identifies the show to directories.

Source: https://podcasting2.org/docs/podcast-namespace/tags/guid.
"""

from __future__ import annotations

import uuid

_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


def guid_of(feed: str) -> str:
    """Return the guid of a feed: UUIDv5 of its address without scheme and trailing slash."""
    return str(uuid.uuid5(_NAMESPACE, feed.partition("://")[2].rstrip("/")))
