"""Web addresses as people write them (in articles, in show.toml, in another host's feed) -> safe ones, or none."""

from __future__ import annotations

import re
import time
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit, urlunsplit

_SAFE = "!$%&'()*+,-./:;=?@_~"  # what an address may hold as it is; all else is percent-encoded
_HOST = re.compile(r"[\w.:-]+", re.ASCII)
_TRACKING = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|at|hsa|vero|oly|wt)_.*|wt(?:_|\.)?z?mc|wtrid|xtor|[a-z]{1,3}clid|gbraid|wbraid|igshid|igsh"
    r"|mc_[ce]id|cmpid|icid|ocid|ref|referrer|share|smid|sfnsn|_ga|_gl",
    re.I,
)
"""What addresses carry so that somebody can count where readers came from."""
_USER = re.compile(r"(?<=://)[^\s/?#@]*(?:@[^\s/?#@]*)*@")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_BASE = re.compile(r"https?://[^\s/?#]+(?:/[^\s?#]*)?")


def web_address(address: str) -> str:
    """Return an ``http`` or ``https`` address in ASCII, or an empty text for any other kind of address.

    An article's addresses end up in links; a ``javascript:`` or ``file:`` address must not.
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


def without_user(address: str) -> str:
    """Return an address, or a text that was meant as one, without the user's name and password."""
    return _USER.sub("", address)


def is_address(text: str) -> bool:
    """Tell whether a text is a web address, or empty."""
    return not text or web_address(text) != ""


def is_on_the_web(text: str) -> bool:
    """Tell whether a text is meant as a web address, and not as a path."""
    return text.lower().startswith(("http://", "https://"))


def is_base(text: str) -> bool:
    """Tell whether a text is a web address to which paths can be appended, or empty."""
    return is_address(text) and (not text or _BASE.fullmatch(text) is not None)


def is_prefix(text: str) -> bool:
    """Tell whether a text is a safe web address that another one can follow, or empty."""
    return is_base(text) and (not text or (text.startswith("https://") and text.endswith("/")))


def with_normal_escapes(text: str) -> str:
    """Return an address, or a part of one, in which each character is escaped in one way.

    Source: RFC 3986, 6.2.2: hexadecimal digits are capitals, and what needs no escape (2.3) has none.
    """
    return _ESCAPE.sub(lambda found: quote(unquote_to_bytes(found[0]), safe=""), text)


def same_page(address: str) -> str:
    """Return what all forms of a page's address share.

    They may differ in scheme, ``www.``, closing slash, fragment, escapes, the order of what is asked, and in what only
    counts readers. A text that is no address stays as it is.
    """
    parts = urlsplit(web_address(address))
    host = (parts.hostname or "").removeprefix("www.")
    if not host:
        return address.strip()
    asked = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0]))
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = f"?{urlencode(asked)}" if asked else ""
    return f"{host}{port}{with_normal_escapes(parts.path).rstrip('/')}{query}"


def page_id(address: str) -> str:
    """Return what an article's address has in common with all ways to write it; empty if it is none.

    A site's start page is no article's: some programs name it in each.
    """
    page = same_page(address) if web_address(address) else ""
    return page if "/" in page or "?" in page else ""


def retry_after(header: str) -> float:
    """Return the seconds that a Retry-After header asks for, a number or a date (RFC 9110, 10.2.3); 0 if it is none."""
    from email.utils import parsedate_to_datetime  # here, because it imports much, and few ask for it

    if header.strip().isdecimal():
        return float(header.strip()[:9])
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return 0.0
