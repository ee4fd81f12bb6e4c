"""Requests, sounds -> downloads, as the IAB's guidelines count them.

Source: IAB Tech Lab, Podcast Measurement Technical Guidelines, version 2.2 (May 2024),
https://iabtechlab.com/standards/podcast-measurement-guidelines/: only GET, answered with 200 or 206; no programs; per
client (address and user agent) and 24 hours one download of an episode; its requests are added up, and together they
must have been sent the tag and a minute of sound. Of an IPv6 address the first 64 bits count. What Apple's watch asks
for has been counted by the phone. A log does not tell which bytes were sent, so the same ones may be added twice.

No address is kept: while the log is read, a client is known by a keyed digest, and the key is forgotten.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from ki_briefing.figures.agents import app_of
from ki_briefing.figures.sounds import is_sound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ki_briefing.figures.access_log import Request
    from ki_briefing.figures.sounds import Sound, Sounds

_DAY = 86_400  # seconds
_MOST_PLACES = 1_000  # that are told apart
_PROBE = 2  # bytes that Apple's players ask for first


class Reason(StrEnum):
    """Why a request for a sound makes no download."""

    METHOD = "asked with another method than GET"
    STATUS = "not answered with the sound"
    NAMELESS = "without a user agent"
    PROGRAM = "programs and servers"
    PROBE = "asked for the first two bytes only"
    SHORT = "less than a minute of sound"
    UNKNOWN = "sounds that no episode on air has"
    HOST = "of another host"


@dataclass(frozen=True, slots=True)
class Count:
    """How many downloads an app had, or a day (in UTC, ISO 8601)."""

    name: str
    downloads: int


@dataclass(frozen=True, slots=True)
class EpisodeFigures:
    """An episode's downloads; ``apps`` with the most used first, ``days`` in order."""

    slug: str
    title: str
    date: str
    downloads: int
    apps: tuple[Count, ...]
    days: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many requests for sounds made no download, and why."""

    reason: Reason
    requests: int


@dataclass(frozen=True, slots=True)
class Asked:
    """How many requests were for what: a host, if the log names it, and the first folder of the path."""

    place: str
    requests: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a log tells.

    Attributes:
        begin: First moment of the log (ISO 8601, UTC); empty if no line can be read.
        end: Last moment of the log.
        episodes: Those on air, newest first.
        requests: Lines of the log that are requests.
        unreadable: Lines that are none.
        elsewhere: What was asked for most, if nobody asked for a sound of the show; else nothing.
    """

    begin: str
    end: str
    downloads: int
    episodes: tuple[EpisodeFigures, ...]
    apps: tuple[Count, ...]
    days: tuple[Count, ...]
    left_out: tuple[LeftOut, ...]
    requests: int
    unreadable: int
    elsewhere: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class _Download:
    slug: str
    day: str
    app: str


def count_downloads(requests: Iterable[Request | None], sounds: Sounds) -> Figures:
    """Return the figures of a log; its lines may be in any order."""
    seen = _Seen(sounds)
    for request in requests:
        seen.take(request)
    made = list(seen.downloads())
    episodes = []
    by_slug = Counter(each.slug for each in made)
    for episode in sounds.episodes:
        own = [each for each in made if each.slug == episode.slug] if by_slug[episode.slug] else []
        episodes.append(EpisodeFigures(episode.slug, episode.title, episode.date, len(own), _by_app(own), _by_day(own)))
    return Figures(
        begin=_iso(seen.begin),
        end=_iso(seen.end),
        downloads=len(made),
        episodes=tuple(episodes),
        apps=_by_app(made),
        days=_by_day(made),
        left_out=tuple(LeftOut(reason, seen.left_out[reason]) for reason in Reason if seen.left_out[reason]),
        requests=seen.requests,
        unreadable=seen.unreadable,
        elsewhere=() if seen.is_ours else tuple(Asked(*each) for each in seen.places.most_common(3)),
    )


class _Seen:
    """What was seen of a log so far."""

    def __init__(self, sounds: Sounds) -> None:
        self._sounds, self._key = sounds, secrets.token_bytes(16)
        self._sent: dict[tuple[bytes, str, str], list[tuple[float, int, int]]] = {}  # client, episode, app
        self.left_out: Counter[Reason] = Counter()
        self.requests = self.unreadable = 0
        self.begin = self.end = 0.0
        self.places: Counter[str] = Counter()
        self.is_ours = False  # whether any request is for a sound of the show

    def take(self, request: Request | None) -> None:
        """Look at the next line."""
        if request is None:
            self.unreadable += 1
            return
        self.requests += 1
        self.begin, self.end = min(self.begin or request.at, request.at), max(self.end, request.at)
        if not self.is_ours:
            self._note_place(request)
        if not is_sound(request.path):
            return
        sound = self._sounds.find(request.path)
        reason = self._reason(request, sound)
        self.is_ours = self.is_ours or reason not in (Reason.HOST, Reason.UNKNOWN)
        if reason or not sound:
            self.left_out[reason or Reason.UNKNOWN] += 1
            return
        who = (self._client(request), sound.slug, app_of(request.agent))
        self._sent.setdefault(who, []).append((request.at, request.sent, sound.minute))

    def _note_place(self, request: Request) -> None:
        folder, slash, _ = request.path.removeprefix("/").partition("/")
        place = f"{request.host}/{folder if slash else ''}{slash}"
        if place in self.places or len(self.places) < _MOST_PLACES:
            self.places[place] += 1

    def _reason(self, request: Request, sound: Sound | None) -> Reason | None:
        if request.host and self._sounds.host not in ("", request.host):
            return Reason.HOST
        if sound is None:
            return Reason.UNKNOWN
        if request.method != "GET":
            return Reason.METHOD
        if request.status not in (200, 206):
            return Reason.STATUS
        if not request.agent:
            return Reason.NAMELESS
        if not app_of(request.agent):
            return Reason.PROGRAM
        return Reason.PROBE if request.status == 206 and request.sent <= _PROBE else None

    def _client(self, request: Request) -> bytes:
        """Return what stands for a client as long as this log is read."""
        name = f"{_network(request.client)} {request.agent}".encode("utf-8", "replace")
        return hashlib.blake2b(name, key=self._key, digest_size=12).digest()

    def downloads(self) -> Iterator[_Download]:
        """Yield the downloads; what is too little of a sound is left out."""
        for (_, slug, app), answers in self._sent.items():
            while answers:
                answers.sort()
                begun = answers[0][0]
                day = [each for each in answers if each[0] < begun + _DAY]
                del answers[: len(day)]
                if sum(sent for _, sent, _ in day) >= min(minute for _, _, minute in day):
                    yield _Download(slug, datetime.fromtimestamp(begun, UTC).date().isoformat(), app)
                else:
                    self.left_out[Reason.SHORT] += len(day)


def _network(client: str) -> str:
    """Return an address as far as it tells who somebody is: of IPv6 the first 64 bits."""
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv4Address):
        return client
    return str(address.ipv4_mapped or int(address) >> 64)


def _by_app(made: list[_Download]) -> tuple[Count, ...]:
    counted = Counter(each.app for each in made).items()
    return tuple(Count(*each) for each in sorted(counted, key=lambda each: (-each[1], each[0])))


def _by_day(made: list[_Download]) -> tuple[Count, ...]:
    return tuple(Count(*each) for each in sorted(Counter(each.day for each in made).items()))


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds") if at else ""
