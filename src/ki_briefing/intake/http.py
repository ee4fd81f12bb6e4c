"""Addresses -> what their servers answer, guarded. The only door through which articles come in from the web.

Nothing in a private network is asked, except hosts that the show names: each connection is checked where it is made,
after name resolution, and so is each redirect; proxies of the environment are ignored. An answer has one deadline,
however slowly it comes, and a limit of size after unpacking. TLS is verified. A site that is not the show's own is
asked for its robots.txt, and with a pause between two pages.
"""

from __future__ import annotations

import contextlib
import logging
import time
from dataclasses import dataclass
from email.message import Message
from functools import partial
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urljoin, urlsplit

from ki_briefing import __version__
from ki_briefing.base.deadline import TooLate, within
from ki_briefing.base.errors import AddressOffline, AddressRefused, ArticleError, innermost
from ki_briefing.base.web import retry_after, web_address, without_user
from ki_briefing.intake.robots import Robots
from ki_briefing.show.settings import Intake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import requests

    from ki_briefing.show.settings import Show

LARGEST = 5_000_000
"""Largest answer, unpacked [bytes]."""
SECONDS = 8.0
"""How long an answer may take, with all that is asked before [s]."""

_CONNECT, _READ = 4.0, 6.0  # seconds without a sign of life
_PAUSE = 1.0  # seconds between two pages of a site of others
_LONGEST_PAUSE = 3.0  # seconds that a robots.txt may ask for at most
REDIRECTS = 8
MOVED = (301, 302, 303, 307, 308)
PASSING = (408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524)
_PIECE = 1 << 14
_PACKED = ("", "identity", "gzip", "x-gzip", "deflate")  # no list of them: bombs are packed twice
_METADATA = "169.254."  # where clouds keep the secrets of their machines
_BROWSER = "Does a browser show it?"
_LATER = "Try again later, or save the page as a file."
Answer: TypeAlias = "requests.Response"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer.

    Attributes:
        status: 200; or 304, if it has not changed since it had the ``etag`` or ``last_modified`` of the question.
        url: Where it stands, after all redirects.
        media_type: Without parameters, in small letters; empty if the server does not say.
        charset: As the server says; empty if it does not.
        content: Unpacked; empty with 304.
    """

    status: int
    url: str
    media_type: str
    charset: str
    content: bytes
    etag: str = ""
    last_modified: str = ""


class Web:
    """The web as one run sees it; one thread at a time may ask.

    Args:
        own: Addresses on the show's own site.
        about: Address of who asks, for the servers' logs.
    """

    def __init__(self, settings: Intake, *, own: Iterable[str] = (), about: str = "") -> None:
        self._private = frozenset(host.lower() for host in settings.private_hosts)
        self._own = frozenset(map(_site, filter(None, own)))
        self.agent = f"ki-briefing/{__version__}" + (f" (+{about})" if about else "")
        self._guarded, self._plain = _open_session(guarded=True), _open_session(guarded=False)
        self._robots: dict[str, Robots] = {}
        self._next: dict[str, float] = {}  # by host, when it may be asked again

    def get(
        self, url: str, *, etag: str = "", last_modified: str = "", most: int = LARGEST, seconds: float = SECONDS
    ) -> Response:
        """Return the answer of an address.

        Args:
            etag: Of an earlier answer; so ``last_modified``.
            most: Largest answer, unpacked [bytes].
            seconds: Time for everything: pauses, redirects, robots.txt, name resolution, connecting, answering.

        Raises:
            AddressRefused: It is in a private network, or its robots.txt does not want us.
            AddressOffline: It cannot be reached, takes too long, or refuses for now; a later run may succeed.
            ArticleError: It is no address, there is nothing, or the answer is too large.
        """
        asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in asked.items() if value}
        url = without_user(url)  # it must not stand in any message
        visit = _Visit(self, urlsplit(web_address(url)).hostname or "", time.monotonic() + seconds, most)
        try:
            return within(seconds, partial(visit.follow, url, headers))
        except TooLate as late:
            raise AddressOffline(f"{url} has not answered within {seconds:g} seconds", hint=_LATER) from late

    def session(self, url: str) -> requests.Session:
        """Return what asks an address: with the filter, unless the show names its private host."""
        return self._plain if (urlsplit(url).hostname or "") in self._private else self._guarded

    def is_own(self, url: str) -> bool:
        """Tell whether an address is on the show's own site, or in its own network."""
        return _site(url) in self._own or (urlsplit(url).hostname or "") in self._private


def open_web(show: Show) -> Web:
    """Return the web for a show."""
    link, base = show.podcast.link, show.publication.base_url
    return Web(show.intake, own=(link, base), about=link or base)


@dataclass(frozen=True, slots=True)
class _Visit:
    """One question about an address at a host, with the moment by which it must be answered."""

    web: Web
    host: str
    deadline: float
    most: int

    def follow(self, url: str, headers: Mapping[str, str]) -> Response:
        """Return the answer, wherever the address leads, as long as robots.txt allows it."""
        return self._led(url, headers, self._require_welcome)

    def _led(self, url: str, headers: Mapping[str, str], look: Callable[[str], None]) -> Response:
        """Return the answer, wherever the address leads; ``look`` may refuse each address on the way."""
        for _ in range(REDIRECTS):
            address = web_address(url)
            if not address:
                raise ArticleError(f"{url[:300]} is no web address", hint="Write it like https://example.org/artikel.")
            look(address)
            found = self._ask(address, headers)
            if isinstance(found, Response):
                return found
            url = target_of(address, found)
        raise ArticleError(f"{url} leads from one address to the next without an end", hint="Name the last one.")

    def _require_welcome(self, address: str) -> None:
        if not self.web.is_own(address) and not self._rules(address).allows(address):
            raise AddressRefused(
                f"the robots.txt of {urlsplit(address).netloc} does not allow programs to read {address}",
                hint="Ask its owner, or save the page as a file.",
            )

    def _rules(self, address: str) -> Robots:
        """Return a site's robots.txt; without one all is allowed (RFC 9309)."""
        site = urljoin(address, "/robots.txt")
        if site not in self.web._robots:
            try:
                text = self._led(site, {}, lambda _: None).content.decode("utf-8", "replace")
            except (AddressRefused, AddressOffline):
                raise
            except ArticleError:
                text = ""
            self.web._robots[site] = Robots(text)
        return self.web._robots[site]

    def _ask(self, url: str, headers: Mapping[str, str]) -> Response | str:
        """Return the answer, or the address to which it leads."""
        host = urlsplit(url).netloc
        while True:
            self._wait(host)
            try:
                return self._send(url, headers)
            except _Later as later:
                self.web._next[host] = time.monotonic() + later.seconds
                if not later.seconds or self.web._next[host] > self.deadline:
                    raise later.error from later

    def _wait(self, host: str) -> None:
        pause = self.web._next.get(host, 0.0) - time.monotonic()
        if pause > self.deadline - time.monotonic():
            raise AddressOffline(f"{host} wants no request for {pause:.0f} seconds", hint=_LATER)
        time.sleep(max(0.0, pause))

    def _send(self, url: str, headers: Mapping[str, str]) -> Response | str:
        left = max(0.1, self.deadline - time.monotonic())
        given = {"User-Agent": self.web.agent, "Accept-Encoding": "gzip, deflate", **headers}
        with (
            asking(url, self.host, "Name the article's own address."),
            self.web.session(url).get(
                url, headers=given, timeout=(min(_CONNECT, left), min(_READ, left)), allow_redirects=False, stream=True
            ) as answer,
        ):
            self._rest(url)
            if answer.status_code in MOVED and answer.headers.get("Location"):
                return str(answer.headers["Location"])
            return self._read(url, answer)

    def _rest(self, url: str) -> None:
        """Note when the site may be asked again."""
        if not self.web.is_own(url):
            rules = self.web._robots.get(urljoin(url, "/robots.txt"))
            pause = min(_LONGEST_PAUSE, max(_PAUSE, rules.pause)) if rules else 0.0  # at once after robots.txt
            self.web._next[urlsplit(url).netloc] = time.monotonic() + pause

    def _read(self, url: str, answer: requests.Response) -> Response:
        if answer.status_code in PASSING:
            error = AddressOffline(f"{url} answers with HTTP {answer.status_code}", hint=_LATER)
            raise _Later(error, retry_after(answer.headers.get("Retry-After", "")))
        if answer.status_code not in (200, 203, 304):
            raise ArticleError(f"{url} answers with HTTP {answer.status_code}", hint=_BROWSER)
        if answer.headers.get("Content-Encoding", "").strip().lower() not in _PACKED:
            raise ArticleError(f"{url} is compressed in a way that we did not ask for", hint="Save the page as a file.")
        content = bytearray()
        for piece in answer.iter_content(_PIECE) if answer.status_code != 304 else ():
            content += piece
            if len(content) > self.most:
                size = f"{url} is larger than {self.most // 1_000_000} MB"
                raise ArticleError(size, hint="Save the article's text as a file.")
            if time.monotonic() > self.deadline:
                raise AddressOffline(f"{url} takes too long", hint=_LATER)
        said = Message()
        said["Content-Type"] = answer.headers.get("Content-Type", "")
        return Response(
            status=304 if answer.status_code == 304 else 200,
            url=url,
            media_type=said.get_content_type() if said["Content-Type"] else "",
            charset=said.get_content_charset("") or "",
            content=bytes(content),
            etag=answer.headers.get("ETag", ""),
            last_modified=answer.headers.get("Last-Modified", ""),
        )


@contextlib.contextmanager
def asking(url: str, meant: str, otherwise: str) -> Iterator[None]:
    """Turn what may go wrong while an address is asked into our errors.

    Args:
        meant: The host that was asked for. Nobody is told to open a private network into which a stranger's site leads.
        otherwise: What to do if another host is in a private network.
    """
    import requests
    from requests_hardened.ip_filter import InvalidIPAddress

    site = urlsplit(url)
    try:
        yield
    except InvalidIPAddress as error:
        is_meant = site.hostname == meant and not meant.startswith(_METADATA)
        opened = f'If that is meant, write in show.toml: [intake] private_hosts = ["{meant}"]'
        hint = opened if is_meant else otherwise
        raise AddressRefused(f"{site.netloc} is in a private network", hint=hint) from error
    except requests.exceptions.SSLError as error:
        raise AddressOffline(f"{site.netloc} cannot prove who it is: {innermost(error)}", hint=_LATER) from error
    except requests.exceptions.InvalidURL as error:
        raise ArticleError(f"{url} is no web address", hint="Write it like https://example.org/artikel.") from error
    except (requests.exceptions.RequestException, OSError) as error:
        raise AddressOffline(f"{site.netloc} cannot be reached: {innermost(error)}", hint=_LATER) from error
    except ValueError as error:  # requests looks at where an answer leads before we can
        raise ArticleError(f"{url} leads to what is no web address", hint=_BROWSER) from error


class _Later(Exception):
    """A refusal for now; ``seconds`` is what the server asks for, 0 if it does not say."""

    def __init__(self, error: AddressOffline, seconds: float) -> None:
        super().__init__(str(error))
        self.error, self.seconds = error, seconds


def _open_session(*, guarded: bool) -> requests.Session:
    import requests
    from requests_hardened import Config, HTTPSession

    logging.getLogger("requests_hardened").setLevel(logging.ERROR)  # we say ourselves what is refused
    session: requests.Session
    if guarded:
        session = HTTPSession(
            Config(
                ip_filter_enable=True,
                ip_filter_allow_loopback_ips=False,
                never_redirect=True,  # each address is looked at
                default_timeout=(_CONNECT, _READ),
            )
        )
    else:
        session = requests.Session()
    session.trust_env = False  # neither proxies nor passwords of the environment
    return session


def target_of(url: str, location: str) -> str:
    """Return where an answer leads; what is no address stays as it is."""
    try:
        return without_user(urljoin(url, location))
    except ValueError:  # a bracket that is never closed
        return without_user(location)


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
