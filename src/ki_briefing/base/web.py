"""Addresses of the web that people write: in articles, in show.toml, in another host's feed."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit, urlunsplit

_SAFE = "!$%&'()*+,-./:;=?@_~"  # what an address may hold as it is; all else is percent-encoded
_HOST = re.compile(r"[\w.:-]+", re.ASCII)
_BASE = re.compile(r"https?://[^\s/?#]+(?:/[^\s?#]*)?")


def web_address(address: str) -> str:
    """Return an ``http`` or ``https`` address in ASCII, or nothing if it is another kind of address.

    What an article gives as its address ends up in links: a ``javascript:`` or ``file:`` address must not.
    """
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # UnicodeError is one
        return ""
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return ""
    if ":" in host:
        host = f"[{host}]"
    path, query, fragment = (quote(part, safe=_SAFE) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host + port, path, query, fragment))


def is_address(text: str) -> bool:
    """Tell whether a text is an address of the web, or empty."""
    return not text or web_address(text) != ""


def is_base(text: str) -> bool:
    """Tell whether a text is an address that paths can be written behind, or empty."""
    return is_address(text) and (not text or _BASE.fullmatch(text) is not None)
