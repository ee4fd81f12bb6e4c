"""Whole pages: of a newspaper's page only the article is spoken, and a page that holds none says so."""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ki_briefing.article import HTML, parse, read_source
from ki_briefing.base.errors import ArticleError
from ki_briefing.model.source import Source

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.model.text import Article

PROSE = "Der Stadtrat hat am Montag beschlossen, die alte Brücke bis zum Herbst zu sanieren und neu zu beleuchten. "
MENU = "".join(f'<div class="c{n}"><a href="/{n}">Ressort {n}</a></div>' for n in range(30))
TEASERS = "".join(
    f'<div class="k{n}"><h3><a href="/t{n}">Anderer Beitrag {n}</a></h3><p>Kurz angerissen, Nummer {n}.</p></div>'
    for n in range(8)
)
ARTICLE = f"""
<h1>Brücke wird saniert</h1><p>Von Erika Beispiel</p>
<p>Die Sanierung soll im Frühjahr beginnen und die Stadt rund zwei Millionen Euro kosten, sagt der Bürgermeister.</p>
<h2>In Kürze</h2><ul><li>Baubeginn im Frühjahr</li><li>Kosten: zwei Millionen</li></ul>
<p>{PROSE * 2}</p><h2>Was die Anwohner sagen</h2><p>{PROSE * 3}</p><p>{PROSE * 2}</p>
<h2>Quellen</h2><ul><li><a href="https://stadt.example/beschluss">Beschluss des Rates</a></li></ul>
"""


def page(body: str, *, head: str = "", lead: str = MENU, tail: str = TEASERS) -> str:
    return (
        f"<!doctype html><html><head><title>Zeitung</title>{head}</head><body><div class=x1>{lead}</div>"
        f"<div class=x2>{body}</div><div class=x3>{tail}</div><div class=x4>© Zeitung {MENU}</div></body></html>"
    )


def spoken(article: Article) -> str:
    texts = (article.headline, article.teaser, *article.key_points)
    blocks = (text for each in article.sections for text in (each.heading, *(block.text for block in each.blocks)))
    return "\n".join((*texts, *blocks))


def test_of_a_page_without_helpful_names_the_article_is_spoken_and_the_rest_is_listed_briefly() -> None:
    pytest.importorskip("trafilatura")
    article = parse(page(ARTICLE), HTML)
    said = spoken(article)

    assert article.headline == "Brücke wird saniert"
    assert [each.heading for each in article.sections] == ["Brücke wird saniert", "Was die Anwohner sagen"]
    assert article.key_points == ("Baubeginn im Frühjahr", "Kosten: zwei Millionen")
    assert [each.url for each in article.sources] == ["https://stadt.example/beschluss"]
    assert not any(word in said for word in ("Ressort", "Anderer Beitrag", "angerissen"))
    omitted = " ".join(each.text for each in article.omitted)
    assert all(word in omitted for word in ("Ressort 29", "Anderer Beitrag 7"))
    assert len(article.omitted) < 12  # nobody reads a menu line by line


def test_the_address_of_a_page_is_that_it_names_or_where_it_was_found() -> None:
    canonical = '<link rel="canonical" href="https://zeitung.example/bruecke">'
    for head, url in ((canonical, "https://zeitung.example/bruecke"), ("", "https://zeitung.example/b?id=1")):
        content = page(ARTICLE, head=head).encode()
        assert read_source(Source("", "https://zeitung.example/b?id=1", HTML, content)).url == url

    saved = f"<!-- saved from url=(0028)https://zeitung.example/saved -->\n{page(ARTICLE)}"
    assert parse(saved, HTML).url == "https://zeitung.example/saved"


PAID = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
STUBS = {
    "costs money": page(f"<h1>Brücke wird saniert</h1><p>{PROSE}</p><p>{PROSE}</p>", head=PAID),
    "the rest costs": page(
        f"<h1>Brücke wird saniert</h1><p>{PROSE}</p><p>{PROSE} Doch die Anwohner fürchten nun, dass die …</p>"
        '<div class="paywall">Jetzt weiterlesen mit Plus</div>'
    ),
    "error page": page(f"<h1>Seite nicht gefunden</h1><p>{PROSE}</p>"),
    "asks for consent": page(
        "<h1>Willkommen</h1><p>Wir und unsere Partner nutzen Cookies und Tracking, um Ihnen personalisierte Werbung zu "
        "zeigen. Mit Ihrer Zustimmung finanzieren Sie unser Angebot.</p><p>Oder lesen Sie werbefrei ohne Tracking im "
        "Abo. Ihre Einwilligung können Sie jederzeit beim Datenschutz widerrufen.</p>"
    ),
    "list of articles": page(
        "<h1>Lokales</h1>"
        + "".join(f'<h2><a href="/{n}">Beitrag {n} von heute</a></h2><p>{PROSE}</p>' for n in range(7)),
        tail="",
    ),
    "gallery": page(f"<h1>Fotostrecke: Das Brückenfest</h1><p>{PROSE}</p>"),
}


@pytest.mark.parametrize("reason", STUBS)
def test_a_page_that_holds_no_whole_article_is_refused_with_the_reason(reason: str) -> None:
    with pytest.raises(ArticleError, match=reason):
        parse(STUBS[reason], HTML)


@pytest.mark.parametrize("head", [PAID, ""])
def test_a_whole_article_behind_a_paywall_is_an_article(head: str) -> None:
    body = (
        f"<h1>Brücke wird saniert</h1>{f'<p>{PROSE * 3}</p>' * 6}<div class='paywall'>Jetzt weiterlesen mit Plus</div>"
    )
    assert PROSE[:40] in spoken(parse(page(body, head=head), HTML))


SIZE = 4_900_000
HOSTILE = {
    "deep": "<div>" * 50_000,
    "attributes": "<p " + " ".join(f'a{n}="x"' for n in range(SIZE // 12)) + ">x</p>",
    "links": "<a href=x>b" * (SIZE // 11),
    "text": "<p>" + "Er kam. " * (SIZE // 8),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_page_is_refused_within_small_memory(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "seite.html"
    path.write_text(f"<!doctype html><html><body><h1>Ein Titel</h1>{HOSTILE[kind]}", encoding="utf-8")
    command = [sys.executable, "-m", "ki_briefing", "script", str(path)]
    limits = lambda: resource.setrlimit(resource.RLIMIT_AS, (512_000_000, 512_000_000))  # noqa: E731
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=limits, timeout=60, check=False)

    assert done.returncode == 65, done.stderr[-500:]
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr


def test_a_page_that_ends_the_extractor_does_not_end_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("trafilatura")
    from ki_briefing.article import extraction

    monkeypatch.setattr(extraction, "_SECONDS", 0)
    with pytest.raises(ArticleError, match="tangled"):
        extraction.find_text("<p><a href=x>b" * 300_000, "x")
    monkeypatch.undo()

    assert PROSE[:40] in (extraction.find_text(page(ARTICLE), "x") or "")


# --- addresses and walls ---


def test_a_canonical_address_of_another_site_is_not_the_articles() -> None:
    def address(canonical: str) -> str:
        page = (
            f'<!doctype html><html><head><link rel="canonical" href="{canonical}"></head><body><article><h1>Markt</h1>'
            "<p>Der Markt fällt am Montag aus, sagt die Stadt. Er wird nachgeholt.</p></article></body></html>"
        )
        return read_source(Source("a", "https://m.example.org/markt?x=1", HTML, page.encode())).url

    assert address("https://www.example.org/markt") == "https://www.example.org/markt"
    assert address("https://example.com/") == "https://m.example.org/markt?x=1"


def test_a_page_that_asks_whether_a_human_reads_it_is_no_article() -> None:
    page = (
        "<!doctype html><html><body><main><h1>example.org</h1><p>Überprüfen Sie, ob Sie ein Mensch sind. Dies kann "
        "einige Sekunden dauern.</p></main></body></html>"
    )

    with pytest.raises(ArticleError, match="human"):
        parse(page, HTML)


def test_short_entries_of_a_ticker_keep_their_times_and_headings() -> None:
    pytest.importorskip("trafilatura")
    entries = "".join(
        f"<div class=e><time>{hour}:15 Uhr</time><h3>{what}</h3>"
        f"<p>{what} am Bahnhof, wie die Polizei in Celle sagt.</p></div>"
        for hour, what in ((17, "Die Lage ist ruhig"), (16, "Es kommt Hilfe"), (15, "Ein Zug steht still"))
    )
    article = parse(page(f"<main><article><h1>Streik</h1>{entries}</article></main>", lead="", tail=""), HTML)
    said = spoken(article)

    assert all(f"{hour}:15 Uhr" in said for hour in (15, 16, 17))
    assert all(said.count(what) == 2 for what in ("Die Lage ist ruhig", "Es kommt Hilfe", "Ein Zug steht still"))


@pytest.mark.parametrize(
    "mark", ["", ' [gallery ids="12,13"]', " {{< x >}}", " [embed]https://video.example/1[/embed]"]
)
def test_an_article_may_end_in_short_sentences(mark: str) -> None:
    pytest.importorskip("trafilatura")
    text = f"<p>{PROSE}</p><p>Kurz gesagt wird es teuer.</p><p>So will es der Rat.{mark}</p>"
    article = parse(page(f"<h1>Brücke</h1><article>{text}</article><p>Folgen Sie uns gern hier.</p>"), HTML)

    assert [block.text for block in article.sections[0].blocks][1:] == [
        "Kurz gesagt wird es teuer.",
        "So will es der Rat.",
    ]
