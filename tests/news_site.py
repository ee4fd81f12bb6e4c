"""A newsroom's web site on this machine: pages, feeds of all kinds, WordPress's REST interface."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
SENTENCE = "Der {number}. Artikel dieser Redaktion berichtet von einem Ereignis, das sich gestern zugetragen hat. "


@dataclass(frozen=True)
class Report:
    """An article of the site."""

    number: int
    title: str
    text: str
    category: str = "KI"
    author: str = "Erika Muster"
    status: int = 200
    stamp: str = ""

    @property
    def date(self) -> datetime:
        return NOW - timedelta(days=1) + timedelta(minutes=self.number)

    @property
    def path(self) -> str:
        return f"/artikel/{self.number}/"

    @property
    def html(self) -> str:
        return "".join(f"<p>{escape(each)}</p>\n" for each in self.text.split("\n"))


def report(number: int, **changes: object) -> Report:
    text = "\n".join(SENTENCE.format(number=number) * 3 for _ in range(3))
    return replace(Report(number, f"Bericht Nummer {number}", text), **changes)  # type: ignore[arg-type]


@dataclass
class NewsSite:
    """The site; a context manager. ``asked`` lists path and status of each request since it was last cleared."""

    reports: list[Report] = field(default_factory=list)
    asked: list[tuple[str, int]] = field(default_factory=list)
    on_page: int = 1000
    status: int = 200

    def __enter__(self) -> Self:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, kind, content = site.answer(self.path)
                tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
                status = 304 if status == 200 and self.headers.get("If-None-Match") == tag else status
                site.asked.append((self.path, status))
                self.send_response(status)
                self.send_header("ETag", tag)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", "0" if status == 304 else str(len(content)))
                self.end_headers()
                self.wfile.write(b"" if status == 304 else content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def newest(self) -> list[Report]:
        return sorted(self.reports, key=lambda each: -each.number)

    def change(self, number: int, **changes: object) -> None:
        """Change an article."""
        self.reports = [replace(each, **changes) if each.number == number else each for each in self.reports]  # type: ignore[arg-type]

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Return status, media type and content."""
        if self.status != 200:
            return self.status, "text/plain", b"later"
        name, _, query = path.partition("?")
        page = int(next((each.split("=")[1] for each in query.split("&") if each.startswith("page")), "1"))
        listed = self.newest[(page - 1) * self.on_page : page * self.on_page]
        for each in self.reports:
            if name == each.path:
                return each.status, "text/html; charset=utf-8", _page(each).encode()
            if name == f"/wp-json/wp/v2/posts/{each.number}":
                return each.status, "application/json", json.dumps(_post(each, self.url)).encode()
        if name in _FEEDS and (listed or page == 1):
            kind, write = _FEEDS[name]
            return 200, kind, write(listed, self.url, page).encode()
        return 404, "text/plain", b"nothing"


def _page(each: Report) -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{each.title} – Unser Blatt</title></head><body><nav><a href='/'>Start</a>"
        f"</nav><main><article><h1>{each.title}</h1>{each.html}</article></main></body></html>"
    )


def _rss(reports: list[Report], url: str, _page: int, *, wordpress: bool = False, full: bool = False) -> str:
    items = "".join(
        f"<item><title>{escape(each.title)}</title><link>{url}{each.path}?utm_source=rss</link>"
        f"<guid isPermaLink='false'>{url}/?p={each.number}</guid><category>{each.category}</category>"
        f"<dc:creator>{each.author}</dc:creator><pubDate>{format_datetime(each.date)}</pubDate>"
        f"<description>{escape(each.text[:90])} […]</description>"
        + (f"<content:encoded><![CDATA[{each.html}]]></content:encoded>" if full else "")
        + "</item>"
        for each in reports
    )
    generator = "<generator>https://wordpress.org/?v=6.8</generator>" if wordpress else ""
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Blatt</title>{generator}'
        f"<link>{url}</link>{items}</channel></rss>"
    )


def _wordpress(reports: list[Report], url: str, page: int) -> str:
    return _rss(reports, url, page, wordpress=True)


def _full(reports: list[Report], url: str, page: int) -> str:
    return _rss(reports, url, page, full=True)


def _atom(reports: list[Report], url: str, _page: int) -> str:
    entries = "".join(
        f"<entry><title>{escape(each.title)}</title><link rel='alternate' href='{each.path}'/><id>x:{each.number}</id>"
        f"<updated>{each.date.isoformat()}</updated><author><name>{each.author}</name></author>"
        f"<category term='{each.category}'/><content type='html'>{escape(each.html)}</content></entry>"
        for each in reports
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Blatt</title><id>x</id>{entries}</feed>'


def _json_feed(reports: list[Report], url: str, page: int) -> str:
    items = [
        {
            "id": str(each.number),
            "url": url + each.path,
            "title": each.title,
            "content_html": each.html,
            "date_published": each.date.isoformat(),
            "authors": [{"name": each.author}],
            "tags": [each.category],
        }
        for each in reports
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Blatt", "items": items}
    return json.dumps({**feed, "next_url": f"{url}/feed.json?page={page + 1}"})


def _sitemap(reports: list[Report], url: str, _page: int) -> str:
    urls = "".join(
        f"<url><loc>{url}{each.path}</loc><n:news><n:publication><n:name>Blatt</n:name></n:publication>"
        f"<n:publication_date>{each.date.isoformat()}</n:publication_date><n:title>{escape(each.title)}</n:title>"
        f"<n:keywords>{each.category}, Welt</n:keywords></n:news><lastmod>{each.stamp}</lastmod></url>"
        for each in reports
    )
    space = "http://www.google.com/schemas/sitemap-news/0.9"
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="{space}">{urls}</urlset>'


def _post(each: Report, url: str) -> dict[str, object]:
    return {
        "id": each.number,
        "date_gmt": each.date.strftime("%Y-%m-%dT%H:%M:%S"),
        "modified_gmt": each.date.strftime("%Y-%m-%dT%H:%M:%S"),
        "link": url + each.path,
        "title": {"rendered": each.title},
        "content": {"rendered": each.html, "protected": False},
        "excerpt": {"rendered": f"<p>{each.text[:60]} [&hellip;]</p>"},
        "_embedded": {"author": [{"name": each.author}], "wp:term": [[{"name": each.category}]]},
    }


def _posts(reports: list[Report], url: str, _page: int) -> str:
    return json.dumps([_post(each, url) for each in reports])


_FEEDS: dict[str, tuple[str, Callable[[list[Report], str, int], str]]] = {
    "/feed/": ("application/rss+xml", _rss),
    "/full.xml": ("text/xml", _full),
    "/wordpress/": ("application/rss+xml", _wordpress),
    "/atom.xml": ("application/atom+xml", _atom),
    "/feed.json": ("application/feed+json", _json_feed),
    "/news-sitemap.xml": ("application/xml", _sitemap),
    "/wp-json/wp/v2/posts": ("application/json", _posts),
}
FEEDS = tuple(_FEEDS)


def write_show(folder: Path, *feeds: str) -> None:
    """Make a show that follows feeds; each is the address and whatever else stands in its table."""
    tables = "".join(f"[[feeds]]\n{feed}\n" for feed in feeds)
    (folder / "show.toml").write_text(
        '[jingles]\nstyle = "none"\n[publication]\nbase_url = "https://podcast.example.org"\n'
        f'[intake]\nprivate_hosts = ["127.0.0.1"]\n{tables}',
        encoding="utf-8",
    )
