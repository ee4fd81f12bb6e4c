"""What may be asked in the web, and for how long: real servers on loopback count who comes."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from ki_briefing.article import WORD
from ki_briefing.base.errors import AddressOffline, AddressRefused, ArticleError
from ki_briefing.intake.address import keep, make_source
from ki_briefing.intake.http import Response, Web
from ki_briefing.show.settings import Intake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HERE = Intake(private_hosts=("127.0.0.1",))
TRICKS = (
    "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "0", "0.0.0.0", "[::1]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "user@127.0.0.1", "127.0.0.1.", "[::]",
)  # fmt: skip
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """A server on loopback."""

    port: int
    pages: dict[str, Callable[[Any], Answer] | Answer] = field(default_factory=dict)
    hits: list[str] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@contextmanager
def serving(**pages: Answer) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.hits.append(self.path)
            site.heads.append(dict(self.headers))
            page = site.pages.get(self.path, (404, {}, b""))
            status, headers, body = page(self) if callable(page) else page
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(server.server_port, {f"/{path}": page for path, page in pages.items()})
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def page(body: bytes = b"<p>Text</p>", **headers: str) -> Answer:
    return (
        200,
        {"Content-Type": "text/html", **{name.replace("_", "-"): value for name, value in headers.items()}},
        body,
    )


@pytest.mark.parametrize("host", TRICKS)
def test_nothing_in_a_private_network_is_asked_however_it_is_written(host: str) -> None:
    with serving(x=page()) as site:
        with pytest.raises(ArticleError):
            Web(Intake()).get(site.url("/x", host))

        assert site.hits == []


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "http://"])
def test_only_web_addresses_are_asked(address: str) -> None:
    with pytest.raises(ArticleError, match="no web address"):
        Web(Intake()).get(address)


def test_a_redirect_into_the_private_network_is_refused() -> None:
    with serving(secret=page()) as site:
        for host in ("localhost", "[::ffff:127.0.0.1]", "2130706433"):
            site.pages["/r"] = (302, {"Location": site.url("/secret", host)}, b"")
            with pytest.raises(AddressRefused, match="private network"):
                Web(HERE).get(site.url("/r"))
        assert "/secret" not in site.hits


@pytest.mark.parametrize("location", ["http://[::1", "//[", "http://a:b@[::1"])
def test_a_redirect_to_what_is_no_address_is_said(location: str) -> None:
    with serving(r=(302, {"Location": location}, b"")) as site, pytest.raises(ArticleError, match="no web address"):
        Web(HERE).get(site.url("/r"))


def test_only_the_host_that_was_asked_for_is_offered_to_be_opened() -> None:
    with serving() as site:
        with pytest.raises(AddressRefused) as asked:
            Web(Intake()).get(site.url("/x"))
        site.pages["/r"] = (302, {"Location": "http://192.168.1.1/"}, b"")
        with pytest.raises(AddressRefused) as led:
            Web(HERE).get(site.url("/r"))
    with pytest.raises(AddressRefused) as metadata:
        Web(Intake()).get("http://169.254.169.254/latest/")

    assert 'in show.toml: [intake] private_hosts = ["127.0.0.1"]' in asked.value.hint
    assert "private_hosts" not in led.value.hint + metadata.value.hint


def test_a_password_in_an_address_is_never_said() -> None:
    with serving(late=(503, {}, b"")) as site:
        site.pages["/r"] = (302, {"Location": "http://user:geheim@[::1"}, b"")
        for url in ("/late", "/none", "/r"):
            with pytest.raises(ArticleError) as caught:
                Web(HERE).get(site.url(url, "user:geheim@127.0.0.1"))
            assert "geheim" not in str(caught.value)
    for url in ("http://user:geheim@", "http://user:ge@heim:geheim@host:port/"):
        with pytest.raises(ArticleError) as caught:
            Web(HERE).get(url)
        assert "geheim" not in str(caught.value)


def test_proxies_of_the_environment_see_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as proxy, serving(x=page()) as site:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())

        assert Web(HERE).get(site.url("/x")).status == 200
        with pytest.raises(ArticleError):
            Web(Intake()).get("http://192.0.2.1/")
        assert proxy.hits == []


def test_a_name_that_changes_its_address_after_it_was_checked_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    public = "203.113.7.9"
    with serving(x=page()) as site:
        asked: list[str] = []

        def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
            asked.append(host)
            if host == public:
                raise OSError("unreachable")  # nothing leaves this machine
            address = public if asked.count(host) == 1 else "127.0.0.1"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        web = Web(Intake(), own=["http://rebinding.example/"])  # no robots.txt: one question
        with pytest.raises(AddressOffline):
            web.get(site.url("/x", "rebinding.example"))
        assert asked == ["rebinding.example", public]  # what was checked is what is asked
        with pytest.raises(AddressRefused):
            web.get(site.url("/x", "rebinding.example"))

        assert site.hits == []


def test_a_server_that_drips_or_never_ends_is_left_at_the_deadline() -> None:
    def drip(handler: Any) -> Answer:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(40):
            try:
                handler.wfile.write(b"X: y\r\n")
            except OSError:
                break
            time.sleep(0.05)
        return page()

    with serving() as site:
        site.pages["/drip"] = drip
        begun = time.monotonic()
        with pytest.raises(AddressOffline, match=r"within 0\.3 seconds"):
            Web(HERE).get(site.url("/drip"), seconds=0.3)
        assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"x" * 5_100_000, {}),
        (gzip.compress(b"0" * 60_000_000), {"Content_Encoding": "gzip"}),
        (gzip.compress(gzip.compress(b"0" * 60_000_000)), {"Content_Encoding": "gzip, gzip"}),
    ],
    ids=["large", "bomb", "packed twice"],
)
def test_too_much_is_refused_while_it_comes(body: bytes, headers: dict[str, str]) -> None:
    with serving(x=page(body, **headers)) as site, pytest.raises(ArticleError, match=r"larger than 5 MB|compressed"):
        Web(HERE).get(site.url("/x"))


def test_what_has_not_changed_is_not_sent_again() -> None:
    def answer(handler: Any) -> Answer:
        known = handler.headers.get("If-None-Match") == '"a"' and handler.headers.get("If-Modified-Since") == "gestern"
        return (304, {}, b"") if known else page(ETag='"a"', Last_Modified="gestern")

    with serving() as site:
        site.pages["/x"] = answer
        first = Web(HERE).get(site.url("/x"))
        again = Web(HERE).get(site.url("/x"), etag=first.etag, last_modified=first.last_modified)

    assert (first.status, again.status, again.content) == (200, 304, b"")


def test_a_server_that_asks_for_patience_gets_it_or_nothing() -> None:
    answers = [(429, {"Retry-After": "1"}, b""), page()]
    with serving() as site:
        site.pages["/soon"] = lambda _: answers.pop(0)
        assert Web(HERE).get(site.url("/soon"), seconds=20).status == 200
        site.pages["/late"] = (429, {"Retry-After": "3600"}, b"")
        web = Web(HERE)
        for _ in range(2):
            with pytest.raises(AddressOffline):
                web.get(site.url("/late"))
        assert site.hits.count("/late") == 1


def test_other_sites_robots_are_honoured_and_the_own_site_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    robots = page(b"User-agent: *\nDisallow: /*?druck\nDisallow: /intern\n")
    with serving(**{"robots.txt": robots, "artikel": page(), "intern": page()}) as site:
        web = Web(HERE, about="https://show.example")
        assert web.get(site.url("/intern")).status == 200  # a private host is the show's own
        monkeypatch.setattr(Web, "is_own", lambda *_: False)
        assert web.get(site.url("/artikel")).status == 200
        with pytest.raises(AddressRefused, match=r"robots\.txt"):
            web.get(site.url("/intern"))

    assert site.hits == ["/intern", "/robots.txt", "/artikel"]
    assert all(
        "ki-briefing/" in head["User-Agent"] and "https://show.example" in head["User-Agent"] for head in site.heads
    )


@pytest.mark.parametrize("status", [401, 403, 404, 410, 451, 500])
def test_what_is_refused_is_said(status: int) -> None:
    with serving(x=(status, {}, b"")) as site, pytest.raises(ArticleError, match=f"HTTP {status}") as caught:
        Web(HERE).get(site.url("/x"))

    assert caught.value.passing == (status == 500)


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "utf-16", ""])
def test_a_source_is_utf8_whatever_its_server_wrote(charset: str) -> None:
    body = "<html><meta charset='windows-1252'><p>Größe</p>".encode(charset or "windows-1252")
    source = make_source(Response(200, "https://www.example.org/a/", "text/html", charset, body))

    assert "Größe" in source.content.decode("utf-8-sig")
    assert source.id == "example.org/a"


def test_pictures_and_programs_are_no_articles() -> None:
    with pytest.raises(ArticleError, match="image/png"):
        make_source(Response(200, "https://example.org/a", "image/png", "", b"x"))


@pytest.mark.parametrize("media_type", [WORD, "application/octet-stream"])
def test_a_word_document_behind_an_address_is_taken_as_it_is(media_type: str, tmp_path: Path) -> None:
    source = make_source(Response(200, "https://example.org/a.docx", media_type, "", b"PK\x03\x04"))

    assert (source.media_type, source.content) == (WORD, b"PK\x03\x04")
    assert keep(source, tmp_path).suffix == ".docx"
