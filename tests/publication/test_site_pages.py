"""Pages that anyone can read, no hostile word can harm, and no foreign host sees."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest
from lxml import html

from ki_briefing.base.errors import ConfigError
from ki_briefing.model.text import Reference
from ki_briefing.publication.feed import paginate
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.site import PAGE, list_path
from ki_briefing.publication.target import FolderTarget
from ki_briefing.publication.typography import NARROW
from ki_briefing.show.podcast import Link
from ki_briefing.show.settings import Show
from public_shows import BASE, NOW, build, make_episode, make_show

EVIL = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>\"'><b>"


def publish(show: Show, count: int = 1, **changes: object) -> Path:
    folders = [build(show, make_episode(number, **changes)) for number in range(1, count + 1)]
    report = publish_site(show, folders, FolderTarget(show.public), now=NOW)
    assert not report.problems
    return show.public


def pages(public: Path) -> list[Path]:
    found = sorted(public.rglob("index.html")) + sorted(public.glob("folgen-*.html"))
    assert len(found) >= 2  # an episode's and the list
    return found


def found(page: Path, path: str) -> list[str]:
    result = html.fromstring(page.read_bytes()).xpath(path)
    assert isinstance(result, list)
    return [str(each) for each in result]


def test_everything_a_page_loads_stands_in_the_public_folder(tmp_path: Path) -> None:
    for page in pages(publish(make_show(tmp_path), PAGE * 2 + 1)):
        loaded = found(
            page, "//link[@rel='stylesheet']/@href | //script/@src | //img/@src | //audio/@src | //track/@src"
        )
        assert len(loaded) >= 2
        for address in loaded:
            assert (page.parent / address).is_file(), (page, address)
        for address in found(page, "//a/@href[not(contains(., ':')) and not(starts-with(., '#'))]"):
            assert (page.parent / address).exists(), (page, address)


def test_every_link_within_a_page_has_its_place(tmp_path: Path) -> None:
    page = publish(make_show(tmp_path)) / "folge-1" / "index.html"
    places = found(page, "//@id")
    assert len(places) == len(set(places))
    assert {address[1:] for address in found(page, "//a/@href[starts-with(., '#')]")} <= set(places)


def test_policy_forbids_inline_scripts_and_there_are_none(tmp_path: Path) -> None:
    for page in pages(publish(make_show(tmp_path))):
        policy = found(page, "//meta[@http-equiv='Content-Security-Policy']/@content")[0]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not found(page, "//script[not(@src) and not(@type='application/ld+json')] | //style | //@style")
        assert not found(page, "//@*[starts-with(name(), 'on')]")


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    episode = make_episode(1)
    evil: dict[str, object] = {
        "title": EVIL,
        "summary": EVIL,
        "key_points": (EVIL,),
        "author": EVIL,
        "notice": EVIL,
        "voice_credit": EVIL,
        "article_url": "javascript:window.hacked=1",
        "sources": (Reference(EVIL, "javascript:window.hacked=1"), Reference("\x00\ufffe")),
        "chapters": tuple(dataclasses.replace(each, title=EVIL, heading=EVIL) for each in episode.chapters),
        "sentences": tuple(dataclasses.replace(each, text=EVIL) for each in episode.sentences),
    }
    show = make_show(tmp_path)
    show = dataclasses.replace(
        show, podcast=dataclasses.replace(show.podcast, title=EVIL, subscribe=(Link(EVIL, "javascript:alert(1)"),))
    )
    for page in pages(publish(show, 1, **evil)):
        assert not found(
            page, "//script[contains(., 'hacked') and not(@type='application/ld+json')] | //@onerror | //b"
        )
        assert not found(page, "//@href[starts-with(., 'javascript')]")
        for data in found(page, "//script[@type='application/ld+json']/text()"):
            assert json.loads(data)["@context"] == "https://schema.org"


def test_machines_read_what_the_episode_is(tmp_path: Path) -> None:
    page = publish(make_show(tmp_path)) / "folge-1" / "index.html"
    data = json.loads(found(page, "//script[@type='application/ld+json']/text()")[0])
    assert data["@type"] == "PodcastEpisode"
    assert data["url"] == f"{BASE}/folge-1/"
    assert data["partOfSeries"]["@type"] == "PodcastSeries"
    assert data["isBasedOn"]["url"] == make_episode(1).article_url
    assert data["associatedMedia"]["contentSize"] == "8"
    assert re.fullmatch(r"PT(\d+H)?(\d+M)?(\d+S)?", data["associatedMedia"]["duration"])
    assert data["digitalSourceType"].endswith("/AlgorithmicMediaDigitalSource")
    assert found(page, "//link[@rel='canonical']/@href") == [f"{BASE}/folge-1/"]
    assert found(page, "//link[@hreflang='de']/@href") == [f"{BASE}/folge-1/"]
    assert found(page, "//link[@type='application/rss+xml']/@href") == [f"{BASE}/feed.xml"]
    assert found(page, "//meta[@property='og:title']/@content") == [make_episode(1).title]
    assert "synthetische Stimme" in "".join(found(page, "//main//*[@class='notice']//text()"))


def test_without_a_script_the_page_is_a_player_and_its_text(tmp_path: Path) -> None:
    page = publish(make_show(tmp_path)) / "folge-1" / "index.html"
    assert found(page, "//audio[@controls]/@src")
    assert found(page, "//audio/track[@kind='captions']/@srclang") == ["de"]
    shown = "".join(found(page, "//section[@class='transcript']//*[@class='s']/text()")).replace(NARROW, " ")
    for sentence in make_episode(1).sentences:
        assert sentence.text in shown


def test_all_episodes_are_found_from_the_start_page(tmp_path: Path) -> None:
    public = publish(make_show(tmp_path), 95)
    at, seen = "index.html", []
    while at:
        seen += found(public / at, "//ol[@class='episodes']//h3/a/@href")
        at = "".join(found(public / at, "//nav/a[@rel='next']/@href"))
    assert seen == [f"folge-{number}/index.html" for number in range(95, 0, -1)]
    assert [list_path(page.number) for page in paginate(95, PAGE)] == ["folgen-1.html", "folgen-2.html", "index.html"]


def test_a_page_is_light(tmp_path: Path) -> None:
    for page in pages(publish(make_show(tmp_path))):
        loaded = found(page, "//link[@rel='stylesheet']/@href | //script/@src | //img/@src")
        assert len(loaded) >= 3
        assert sum((page.parent / name).stat().st_size for name in (page.name, *loaded)) < 100_000, loaded


def test_a_show_can_have_its_own_templates_and_style(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "list.html").write_text("<!doctype html><title>{{ headline }}</title>Eigene Seite")
    (tmp_path / "templates" / "style.css").write_text("body{color:red}")
    public = publish(show)
    assert "Eigene Seite" in (public / "index.html").read_text(encoding="utf-8")
    assert [path.read_text(encoding="utf-8") for path in public.glob("style-*.css")] == ["body{color:red}"]


def test_a_template_may_change_one_block_of_ours(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "episode.html").write_text(
        '{% extends "ours/episode.html" %}'
        '{% block head %}{{ super() }}<meta name="author" content="{{ episode.author }}">{% endblock %}'
    )
    page = publish(show, author="Erika <i>Muster</i>") / "folge-1" / "index.html"
    assert found(page, "//meta[@name='author']/@content") == ["Erika <i>Muster</i>"]
    assert found(page, "//meta[@property='og:type']/@content") == ["article"]
    assert found(page, "//section[@class='player']//audio/@src")


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("{% bad", "list.html, line 1"),
        ("{{ nobody }}", "nobody"),
        ('{% extends "missing.html" %}', "missing.html"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{% for a in range(10 ** 12) %}{% endfor %}", "count to 1,000,000"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "count to 1,000,000"),
        (
            "{% for a in range(999) %}{% for b in range(999) %}{{ 'a' * 999 }}{% endfor %}{% endfor %}",
            "50,000,000 letters",
        ),
    ],
)
def test_a_broken_template_is_named_and_what_is_public_stays(tmp_path: Path, source: str, named: str) -> None:
    show = make_show(tmp_path)
    before = (publish(show) / "index.html").read_bytes()
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "list.html").write_text(source)
    with pytest.raises(ConfigError, match=named) as caught:
        publish(show)
    assert "templates/" in caught.value.hint
    assert (show.public / "index.html").read_bytes() == before


@pytest.mark.parametrize("name", ["feed.xml", "index.html"])
def test_a_show_without_episodes_is_valid_too(tmp_path: Path, name: str) -> None:
    public = publish(make_show(tmp_path), 0)
    assert html.fromstring((public / name).read_bytes()) is not None


def test_the_transcript_names_a_speaker_where_another_begins(tmp_path: Path) -> None:
    sentences = make_episode(1).sentences
    names = [("Anna", "Ben & Co")[index % 2] for index in range(len(sentences))]
    said = tuple(
        dataclasses.replace(each, speaker=name, paragraph=index)
        for index, (each, name) in enumerate(zip(sentences, names, strict=True))
    )
    page = publish(make_show(tmp_path), sentences=said) / "folge-1" / "index.html"

    assert found(page, "//section[@class='transcript']//cite/text()") == [f"{name}:" for name in names]
