"""Notices -> a POST of JSON, signed; and the heartbeat, a GET. Addresses may hold secrets: errors name only the host.

The signature is an HMAC with SHA-256 of the body in hexadecimal, in the header ``X-Ki-Briefing-Signature``, after
``sha256=``, as other services do it.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import urllib.error
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ki_briefing import __version__
from ki_briefing.base.records import to_json
from ki_briefing.base.secrets import read_secret
from ki_briefing.watch.notices import NotifyError, with_patience

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ki_briefing.show.settings import Show
    from ki_briefing.watch.notices import Notice

SIGNATURE = "X-Ki-Briefing-Signature"

_TIMEOUT = 10.0  # seconds without a byte
_AGAIN = (408, 425, 429)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would turn a POST into a GET, and lead elsewhere."""

    def redirect_request(self, *_: object) -> None:
        return None


def post(show: Show, notices: Sequence[Notice], now: datetime) -> None:
    """Tell the webhook.

    Raises:
        ConfigError: Its secret is missing.
        NotifyError: It did not take it.
    """
    message = {
        "podcast": show.podcast.title,
        "base_url": show.publication.base_url,
        "at": now,
        "text": "\n".join(each.text for each in notices),  # what chat systems show
        "notices": notices,
    }
    body = to_json(message).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if name := show.notify.secret:
        headers[SIGNATURE] = "sha256=" + hmac.new(read_secret(name).encode(), body, hashlib.sha256).hexdigest()
    _ask("webhook", show.notify.webhook, body, headers)


def beat(show: Show) -> None:
    """Ask the heartbeat's address.

    Raises:
        NotifyError: It cannot be reached.
    """
    _ask("heartbeat", show.notify.heartbeat)


def _ask(way: str, address: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> None:
    headers = {"User-Agent": f"ki-briefing/{__version__}", **(headers or {})}
    request = urllib.request.Request(address, body, headers)
    opener = urllib.request.build_opener(_NoRedirects)
    place = f"{way} at {urlsplit(address).hostname}"

    def attempt() -> None:
        try:
            with opener.open(request, timeout=_TIMEOUT):
                pass
        except urllib.error.HTTPError as error:
            with error:
                failure = NotifyError(f"the {place} answered with {error.code}", hint="Is [notify] right?")
            failure.passing = error.code in _AGAIN or error.code >= 500
            raise failure from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise NotifyError(f"the {place} cannot be reached: {reason}") from None

    with_patience(attempt, f"the {place}")
