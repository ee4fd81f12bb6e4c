"""Show notes: everything a listener looks for, plain and as HTML that cannot hurt, short enough for every app."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import etree
from lxml import html as parser

from ki_briefing.episode import notes
from ki_briefing.episode.chapters import to_lines
from ki_briefing.model.episode import Correction
from ki_briefing.model.text import Reference
from publication_samples import ARTICLE_URL, sample_episode

TIME_STAMP = re.compile(r"\d{1,2}:\d{2}")


def parse(text: str) -> etree._Element:
    return parser.fromstring(f"<div>{text}</div>")


def hrefs(tree: etree._Element) -> list[str]:
    return [str(link.get("href")) for link in tree.iter("a") if link.get("href")]


def test_both_forms_hold_everything_in_order() -> None:
    episode = sample_episode()
    wanted = [
        episode.summary,
        *episode.key_points,
        "00:00:00 Begrüßung",
        "00:00:05 In Kürze",
        episode.title,
        "Wall Street Journal: Bericht",
        "Eigene Recherche",
        "Diese Folge spricht eine synthetische Stimme.",
        "Stimme: eSpeak NG, GPL-3.0-or-later",
    ]

    for text in (notes.to_text(episode), str(parse(notes.to_html(episode)).xpath("string()"))):
        places = [text.find(each) for each in wanted]
        assert -1 not in places
        assert places == sorted(places)


def test_links_are_as_the_article_gave_them() -> None:
    links = hrefs(parse(notes.to_html(sample_episode())))

    assert links == [ARTICLE_URL, "https://wsj.example.com/a?b=1&c=2"]
    assert f": {ARTICLE_URL}\n" in notes.to_text(sample_episode())


def test_nothing_but_the_chapters_looks_like_a_time_stamp() -> None:
    episode = replace(
        sample_episode(),
        summary="Um 14:30 Uhr ging es los.",
        key_points=("Es stand 3:10.",),
        sources=(Reference("Meldung von 08:15 Uhr"),),
    )

    for text in (notes.to_text(episode), notes.to_html(episode)):
        lines = [line for line in re.split(r"\n|<li>", text) if TIME_STAMP.search(line)]
        assert [line[:8] for line in lines] == ["00:00:00", "00:00:05", "00:00:12"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</p></div><iframe src=//a>",
        "&lt;b&gt;",
        '" onclick="x',
    ],
)
def test_hostile_text_stays_text(hostile: str) -> None:
    episode = replace(
        sample_episode(),
        title=hostile,
        summary=hostile,
        key_points=(hostile,),
        sources=(Reference(hostile, "javascript:alert(1)"), Reference("x", 'https://a.example/"><script>')),
        voice_credit=hostile,
    )

    tree = parse(notes.to_html(episode))

    assert {element.tag for element in tree.iter()} <= {"div", "p", "ul", "li", "a"}
    assert all(set(element.attrib) <= {"href"} for element in tree.iter())
    assert all(str(link).startswith("https://") for link in hrefs(tree))
    assert str(tree.xpath("string(p[1])")) == hostile


@pytest.mark.parametrize("limit", [4000, 1500, 600])
def test_long_notes_keep_to_the_limit_and_never_lose_article_and_notice(limit: int) -> None:
    episode = replace(
        sample_episode(),
        summary="Ein Satz mit Umläuten. " * 100,
        key_points=tuple(f"Punkt {number} über Künstliche Intelligenz." for number in range(20)),
        sources=tuple(Reference(f"Quelle {number}", f"https://a.example/{number}") for number in range(200)),
    )

    text = notes.to_html(episode, limit)

    assert len(text.encode()) <= limit
    assert ARTICLE_URL in text
    assert episode.notice in text
    assert episode.voice_credit in text


def test_however_often_an_episode_was_corrected_the_last_time_is_told() -> None:
    many = tuple(
        Correction(datetime(2026, 3, day, tzinfo=UTC), f"Hier stand etwas Falsches, zum {day}. Mal.")
        for day in range(1, 31)
    )
    episode = replace(sample_episode(), corrections=many)

    assert "Korrigiert am 1. März 2026: Hier stand etwas Falsches, zum 1. Mal." in notes.to_text(episode)
    text = notes.to_html(episode, 1500)
    assert len(text.encode()) <= 1500
    assert "Korrigiert am 30. März 2026: Hier stand etwas Falsches, zum 30. Mal." in text


def test_old_corrections_go_before_chapters_and_it_is_said() -> None:
    many = tuple(
        Correction(datetime(2026, 3, day, tzinfo=UTC), "Hier stand etwas Falsches. " * 9) for day in range(1, 31)
    )
    text = notes.to_html(replace(sample_episode(), corrections=many), 2500)

    assert len(text.encode()) <= 2500
    assert all(line in text for line in to_lines(sample_episode()))
    assert ("30. März" in text, "Korrigiert am 1. März" in text) == (True, False)
    assert "Frühere Korrekturen stehen auf der Seite der Folge." in text


def test_sources_go_before_chapters() -> None:
    many = tuple(Reference(f"Quelle {number}", f"https://a.example/{number}") for number in range(200))

    text = notes.to_html(replace(sample_episode(), sources=many), 1500)

    assert "00:00:12" in text
    assert "Quelle 0" in text
    assert "Quelle 199" not in text


def test_an_episode_without_anything_still_says_who_speaks() -> None:
    bare = replace(
        sample_episode(), summary="", key_points=(), sources=(), article_url="", chapters=(), voice_credit=""
    )

    assert notes.to_text(bare) == "Diese Folge spricht eine synthetische Stimme.\n"
    assert notes.to_html(bare) == "<p>Diese Folge spricht eine synthetische Stimme.</p>"
