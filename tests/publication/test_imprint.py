"""Wherever an episode is seen, it says that a machine speaks, and who answers for it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree, html

from ki_briefing.model.episode import VERBATIM
from ki_briefing.publication.contact import report_address
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.podcast import Podcast
from public_shows import BASE, NOW, build, make_episode, make_show

IMPRINT, CONTACT = "https://redaktion.example.org/impressum", "https://redaktion.example.org/kontakt?von=podcast#unten"
NOTICE = make_episode(1).notice


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    show = make_show(tmp_path_factory.mktemp("show"))
    named = dataclasses.replace(
        show.podcast, imprint_url=IMPRINT, responsible="Erika Muster <b>", contact_url="https://redaktion.example.org/k"
    )
    show = dataclasses.replace(show, podcast=named)
    publish_site(show, [build(show, make_episode(1, verbatim=True))], FolderTarget(show.public), now=NOW)
    return show.public


def shown(page: Path) -> str:
    return " ".join("".join(map(str, html.fromstring(page.read_bytes()).itertext())).split())


@pytest.mark.parametrize("page", ["index.html", "folge-1/index.html", "folge-1/embed/index.html"])
def test_every_page_has_the_label_with_its_symbol_and_leads_to_the_imprint(public: Path, page: str) -> None:
    root = html.fromstring((public / page).read_bytes())

    assert root.xpath("//*[@class='notice']/*[name()='svg'][@class='machine']")
    assert "KI-Hinweis:" in shown(public / page)
    assert root.xpath(f"//a[@href='{IMPRINT}']")
    assert page != "index.html" or root.xpath("//ol[@class='episodes']//*[name()='svg'][@class='machine']")
    assert "Verantwortlich: Erika Muster <b>" in shown(public / page)
    assert root.xpath("//a[@href='https://redaktion.example.org/k']")


def test_a_transcript_keeps_up_with_the_imprint_and_no_episode_is_built_anew(tmp_path: Path) -> None:
    show, said = make_show(tmp_path), make_episode(1).sentences[0].text
    folders = [build(show, make_episode(number)) for number in (1, 2)]
    public, target = show.public / "folge-1" / "transcript.html", FolderTarget(show.public)
    for imprint in (IMPRINT, f"{IMPRINT}-2"):
        show = dataclasses.replace(show, podcast=dataclasses.replace(show.podcast, imprint_url=imprint))
        publish_site(show, folders, target, now=NOW)

        page = html.fromstring(public.read_bytes())
        assert page.xpath("//@href | //@src") == [imprint]  # and it loads nothing
        assert said in shown(public)
        assert page.xpath("//footer")
        assert not page.xpath("//footer//p")  # an app would show that as said
    assert publish_site(show, folders, target, now=NOW).written == ()
    newest = build(show, make_episode(3))
    written = publish_site(show, [*folders, newest], target, now=NOW).written
    assert [path for path in written if path.endswith("transcript.html")] == ["folge-3/transcript.html"]


@pytest.mark.parametrize("page", ["folge-1/index.html", "folge-1/embed/index.html"])
def test_what_people_wrote_and_nobody_changed_says_so(public: Path, page: str) -> None:
    assert f"{NOTICE} {VERBATIM}" in shown(public / page)


def test_machines_read_the_label_too(public: Path) -> None:
    data = html.fromstring((public / "folge-1/index.html").read_bytes()).findtext(".//script[@type]") or ""
    feed = etree.fromstring((public / "feed.xml").read_bytes())
    links = {each.get("title"): each.get("href") for each in feed.iter("{http://www.w3.org/2005/Atom}link")}

    assert json.loads(data)["associatedMedia"]["description"] == f"{NOTICE} {VERBATIM}"
    assert links["Impressum"] == IMPRINT
    assert links["Kontakt"] == "https://redaktion.example.org/k"
    assert feed.findtext("channel/managingEditor") == "redaktion@example.org (Erika Muster <b>)"
    assert NOTICE in (feed.findtext("channel/item/description") or "")


def test_an_error_is_reported_by_mail_or_by_the_contact_page() -> None:
    episode, page = make_episode(1), f"{BASE}/folge-1/"
    mail = report_address(episode, Podcast(email="redaktion@example.org"), page) + "1%3A23"
    form = report_address(episode, Podcast(email="redaktion@example.org", contact_url=CONTACT), page) + "1%3A23"

    assert urlsplit(mail).path == "redaktion@example.org"
    assert parse_qs(urlsplit(mail).query) == {
        "subject": [f"Fehler in Folge 1: {episode.title}"],
        "body": [f"{page}\n\nStelle: 1:23"],
    }
    assert parse_qs(urlsplit(form).query) == {"von": ["podcast"], "folge": [page], "zeit": ["1:23"]}
    assert report_address(episode, Podcast(), page) == ""
