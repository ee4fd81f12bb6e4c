"""Address, data -> a time stamp authority's token (RFC 3161). The only door to rfc3161-client.

The whole exchange has one deadline, however slowly an authority sends its bytes. A token counts only if it answers this
very request: same digest, same nonce.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ki_briefing.base.deadline import TooLate, within
from ki_briefing.base.errors import AuthorityOffline

if TYPE_CHECKING:
    from datetime import datetime

    from rfc3161_client import TimeStampRequest

_SECONDS = 20.0
_GRANTED = (0, 1)  # granted, granted with modifications
_CERTIFICATES = 0xA0  # tag of SignedData's certificates (RFC 5652, section 5.1)


def fetch_token(url: str, data: bytes, *, most: int, seconds: float = _SECONDS) -> bytes:
    """Return the token with which an authority vouches that the data existed: a CMS ContentInfo in DER.

    Args:
        most: Largest answer [bytes].
        seconds: Time for everything: name resolution, connecting, answering.

    Raises:
        AuthorityOffline: The authority cannot be reached in time, refuses, answers a different request, or at too great
            a length. The episode is not at fault, and a later run may succeed.
    """
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # few shows need it

    request = TimestampRequestBuilder(data, HashAlgorithm.SHA256).build()
    try:
        answer = within(seconds, partial(_post, url, request.as_bytes(), most + 1, seconds))
        if len(answer) > most:
            raise AuthorityOffline(f"the answer of {url} is too long", hint="Choose another authority.")
        return _token(answer, request)
    except (OSError, ValueError, TooLate) as error:
        raise AuthorityOffline(
            f"no time stamp from {url}: {error}", hint="Try again later, or empty [signing] timestamp_url."
        ) from error


def _post(url: str, query: bytes, most: int, seconds: float) -> bytes:
    """Return the beginning of the answer."""
    import http.client  # here, because importing it with ssl takes longer than signing
    import urllib.request

    request = urllib.request.Request(url, query, {"Content-Type": "application/timestamp-query"})
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return bytes(answer.read(most))
    except http.client.HTTPException as error:
        raise ValueError(f"it does not speak HTTP: {error!r}") from error


def _token(answer: bytes, request: TimeStampRequest) -> bytes:
    """Return the token in a TimeStampResp.

    Raises:
        ValueError: The authority refused, or the token is for something else.
    """
    from rfc3161_client import decode_timestamp_response

    response = decode_timestamp_response(_with_sorted_certificates(answer))
    if response.status not in _GRANTED:
        reason = "".join(filter(str.isprintable, " ".join(response.status_string)))
        raise ValueError(f"the authority refused, status {response.status} {reason}".rstrip())
    asked, stamped = request.message_imprint, response.tst_info.message_imprint
    if (stamped.hash_algorithm, stamped.message) != (asked.hash_algorithm, asked.message):
        raise ValueError("the token is for other data")
    if response.tst_info.nonce != request.nonce:
        raise ValueError("the token answers another request")
    return answer[-len(response.time_stamp_token()) :]  # as it was sent


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a token says, as it says it: nobody has verified it here.

    Attributes:
        time: When the authority stamped, in UTC.
        authority: Whom its certificate names; empty: that is not in the token.
    """

    time: datetime
    authority: str


def read_token(token: bytes) -> Stamp | None:
    """Return what an authority's token says; None if it cannot be read."""
    from rfc3161_client import decode_timestamp_response

    from ki_briefing.episode.certificate import subject_of

    content = b"\x30\x03\x02\x01\x00" + token  # a response that grants it
    try:
        found = decode_timestamp_response(_with_sorted_certificates(_sequence(content)))
        (signer,) = found.signed_data.signer_infos
    except ValueError:
        return None
    return Stamp(found.tst_info.gen_time, subject_of(found.signed_data.certificates, signer.serial_number))


def _sequence(content: bytes) -> bytes:
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return b"\x30" + (size if len(content) < 0x80 else bytes([0x80 | len(size)]) + size) + content


@dataclass(frozen=True, slots=True)
class _Element:
    """A DER element: its tag byte, and the offsets of its beginning, its content and its end."""

    tag: int
    begin: int
    content: int
    end: int


def _with_sorted_certificates(answer: bytes) -> bytes:
    """Return a TimeStampResp with its certificates in the order that DER demands of a set.

    The library insists on that order, but OpenSSL and public authorities do not sort. No signature covers the order.
    """
    within = _Element(0, 0, 0, len(answer))
    try:
        for place in (0, 1, 1, 0):  # the response, its token, the token's content, SignedData
            within = _elements(answer, within)[place]
        certificates = next(each for each in _elements(answer, within) if each.tag == _CERTIFICATES)
    except (IndexError, StopIteration):  # a refusal, or no answer at all: the library says what is wrong
        return answer
    order = sorted(answer[each.begin : each.end] for each in _elements(answer, certificates))
    return answer[: certificates.content] + b"".join(order) + answer[certificates.end :]


def _elements(data: bytes, within: _Element) -> list[_Element]:
    """Return the elements in another element's content.

    Raises:
        IndexError: An element is torn.
    """
    found = []
    at = within.content
    while at < within.end:
        content, size = at + 2, data[at + 1]
        if size & 0x80:
            content += size & 0x7F
            size = int.from_bytes(data[at + 2 : content], "big")
        found.append(_Element(data[at], at, content, content + size))
        at = content + size
    if at != within.end:
        raise IndexError
    return found
