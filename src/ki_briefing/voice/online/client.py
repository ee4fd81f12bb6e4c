"""What all online voices share: one careful client. Prepared request -> answer; attempt -> its result, or an error.

TLS is verified, no redirect is followed, an answer has a largest size. A request has a deadline for all of it, however
slowly it drips, and so has an utterance. What is worth another try is tried again after a growing pause, or after the
pause that the service asks for. All processes of a machine together ask a service only so many things at once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, NoReturn, TypeVar

from ki_briefing.base.deadline import TooLate, within
from ki_briefing.base.errors import EngineOffline, NothingToSay, SpeechError, innermost
from ki_briefing.base.web import retry_after
from ki_briefing.voice.online.answers import Coding, NotSpeech, believe
from ki_briefing.voice.online.pace import Pace
from ki_briefing.voice.online.pieces import Spoken, cut, join
from ki_briefing.voice.online.turns import turn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests

    from ki_briefing.model.text import Utterance

R = TypeVar("R")

HINT = "Try again later, choose another engine, or set [voice] fallback in show.toml."

LARGEST = 8_000_000
"""Bytes of an answer; a minute of 16 bits at 48 kHz has 5,760,000."""

_CONNECT, _READ = 5.0, 20.0  # seconds without a sign of life
_REQUEST, _UTTERANCE = 30.0, 90.0  # seconds for all of it
_PAUSES = (0.5, 1.0, 2.0, 4.0)  # seconds before the second try, the third …
_PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))
_PART = 1 << 12  # bytes read between two looks at the clock


class TryAgain(Exception):
    """This try failed, the next one may not.

    Attributes:
        failure: What to raise when there is no next one.
        pause: Seconds that the service asks us to wait.
    """

    def __init__(self, failure: SpeechError, pause: float = 0.0) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Service:
    """A voice's service and how we treat it; several threads may use it.

    Args:
        name: What errors call it.
        at_once: How many things all processes of this machine may ask it at the same time.
        slowness: How many times longer than usual it may take.
        speed: How much faster than usual its voice is asked to speak.
        proxied: Whether the system's proxies are asked on the way; not for a server on this machine.
    """

    def __init__(
        self, name: str, at_once: int, *, slowness: float = 1.0, speed: float = 1.0, proxied: bool = True
    ) -> None:
        self.name = name
        self._at_once = at_once
        self._slowness = slowness
        self._proxied = proxied
        self._pace = Pace(speed)

    def say(self, utterance: Utterance, most: int, ask: Callable[[str, float], Spoken]) -> Spoken:
        """Have ``utterance.respelled`` spoken, in pieces of at most ``most`` letters.

        Args:
            ask: Has a piece spoken until a moment of the monotonic clock; longer, and it is left alone. While it raises
                :class:`TryAgain` and there is time, it is called again.

        Raises:
            SpeechError: There is nothing to say, the last attempt failed, or one failed for good.
        """
        pieces = cut(utterance.respelled, most)
        if not pieces:
            raise NothingToSay(utterance.spoken)
        with turn(self.name, self._at_once):
            until = time.monotonic() + _UTTERANCE * self._slowness
            spoken = [self._persist(partial(ask, piece), until) for piece in pieces]
        try:
            return join(spoken)
        except ValueError as error:
            raise SpeechError(f"{self.name} spoke with {error}: {utterance.spoken[:60]}", hint=HINT) from error

    def believe(self, data: bytes, piece: str, coding: Coding = Coding.MP3, hint: str = HINT) -> Spoken:
        """Return the samples of an answer.

        Args:
            hint: What to do if it is never speech.

        Raises:
            TryAgain: It is not the piece's speech.
        """
        try:
            return Spoken(*believe(data, piece, self._pace, coding))
        except NotSpeech as error:
            failure = f"{self.name} sent no speech ({error}) for: {piece[:100]}"
            raise TryAgain(SpeechError(failure, hint=hint)) from error

    def _persist(self, attempt: Callable[[float], R], until: float) -> R:
        for tried in range(len(_PAUSES) + 1):
            try:
                return self._in_time(attempt, min(until, time.monotonic() + _REQUEST * self._slowness))
            except TryAgain as trouble:
                pause = max(trouble.pause, _PAUSES[tried] if tried < len(_PAUSES) else 0.0)
                if tried == len(_PAUSES) or time.monotonic() + pause > until:
                    raise trouble.failure from trouble
                time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def send(self, request: requests.PreparedRequest, until: float) -> Answer:
        """Return the answer to a request, whatever its status.

        Raises:
            TryAgain: It cannot be reached, or does not finish in time.
            EngineOffline: It cannot prove who it is, or does not stop.
        """
        import requests

        left = max(0.1, until - time.monotonic())
        settings = self._session.merge_environment_settings(request.url, {}, True, None, None)
        if not self._proxied:
            settings["proxies"] = {}
        timeout = (min(_CONNECT, left), min(_READ * self._slowness, left))
        try:
            with self._session.send(request, timeout=timeout, allow_redirects=False, **settings) as answer:
                body = bytearray()
                for part in answer.iter_content(_PART):
                    body += part
                    if len(body) > LARGEST:
                        raise EngineOffline(f"{self.name} answers without an end", hint=HINT)
                    if time.monotonic() > until:  # nobody waits for it any more
                        raise self._unfinished()
                return Answer(answer.status_code, answer.headers, bytes(body))
        except requests.exceptions.SSLError as error:
            raise EngineOffline(f"{self.name} cannot prove who it is: {error}", hint=HINT) from error
        except requests.exceptions.RequestException as error:
            raise TryAgain(self.unreachable(error)) from error

    def require(self, answer: Answer, detail: str = "") -> None:
        """Raise if the status of an answer is not 200.

        Raises:
            TryAgain: It may be another one next time.
            EngineOffline: The service refuses us.
        """
        if answer.status != 200:
            self.refuse(answer.status, answer.headers.get("Retry-After", ""), detail)

    def refuse(self, status: int, pause: str = "", detail: str = "") -> NoReturn:
        """Raise what a status other than 200 means.

        Args:
            pause: The answer's Retry-After.
            detail: What the service says of it.
        """
        failure = EngineOffline(f"{self.name} refuses with HTTP {status}" + f": {detail}" * bool(detail), hint=HINT)
        if status not in _PASSING:
            raise failure
        raise TryAgain(failure, retry_after(pause))

    def unreachable(self, error: BaseException) -> EngineOffline:
        """Return the error that the service is out of reach, with its innermost cause in one line."""
        return EngineOffline(f"{self.name} cannot be reached: {innermost(error)}", hint=HINT)

    def _unfinished(self) -> TryAgain:
        return TryAgain(EngineOffline(f"{self.name} does not finish its answer", hint=HINT))

    @cached_property
    def _session(self) -> requests.Session:
        """Keeps connections open."""
        import requests

        return requests.Session()

    def _in_time(self, attempt: Callable[[float], R], until: float) -> R:
        try:
            return within(max(0.1, until - time.monotonic()), partial(attempt, until))
        except TooLate:
            raise self._unfinished() from None


def post(url: str, asked: dict[str, str | float], headers: dict[str, str]) -> requests.PreparedRequest:
    """Return a request that posts JSON."""
    import requests

    return requests.Request("POST", url, json=asked, headers={"User-Agent": "ki-briefing", **headers}).prepare()
