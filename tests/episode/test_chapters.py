"""Chapters: short titles, four forms, one truth."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ki_briefing.base.web import web_address
from ki_briefing.episode import chapters, clock
from ki_briefing.episode.addresses import Addresses
from ki_briefing.model.sound import Chapter, Timeline
from ki_briefing.model.text import SegmentKind
from publication_samples import ARTICLE_URL, sample_episode


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("In Kürze", "In Kürze"),
        ("Politischer Druck auf Chipimporte", "Politischer Druck auf Chipimporte"),
        ("DeepSeek soll für neues KI‑Modell auf geschmuggelte Nvidia‑Chips", "DeepSeek soll für neues KI-Modell …"),
        ("Forscher sehen Limitationen ohne bessere Hardware", "Forscher sehen Limitationen …"),
        ("Kurz erklärt: Warum Nvidia‑Chips relevant sind", "Warum Nvidia-Chips relevant sind"),
        ("Künstliche Intelligenz (KI) verändert Schulen", "Künstliche Intelligenz verändert Schulen"),
        ("(Alles in Klammern)", "Alles in Klammern"),
        ("Donau" * 12, "Donau" * 7 + "Donau"[:4] + "…"),
        ("  Zeile\neins\tund zwei\u00ad ", "Zeile eins und zwei"),
        ("", "–"),
    ],
)
def test_titles_break_at_words_and_end_well(title: str, short: str) -> None:
    assert chapters.shorten(title) == short


def test_a_title_of_a_book_of_brackets_is_shortened() -> None:
    assert len(chapters.shorten("(" * 200_000)) <= chapters.TITLE_LENGTH


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=120))
def test_every_title_fits_and_stays_as_it_is_when_shortened_again(title: str) -> None:
    short = chapters.shorten(title)

    assert 1 <= len(short) <= 40
    assert "\n" not in short
    assert chapters.shorten(short) == short


def timeline(*chapter_list: Chapter) -> Timeline:
    return Timeline(48_000, 48_000 * 100, chapter_list, ())


def test_marks_stand_on_the_second_and_link_to_their_section() -> None:
    line = timeline(
        Chapter(0, 480_000, "Begrüßung", SegmentKind.INTRO),
        Chapter(480_300, 960_000, "In Kürze", SegmentKind.KEY_POINTS),
        Chapter(960_100, 4_800_000, "Größere Chips", SegmentKind.SECTION, "groessere-chips"),
    )

    marks = chapters.mark(line, ARTICLE_URL, anchors=True)

    assert [(mark.start, mark.title, mark.url) for mark in marks] == [
        (0, "Begrüßung", ""),
        (10, "In Kürze", ARTICLE_URL),
        (20, "Größere Chips", ARTICLE_URL + "#groessere-chips"),
    ]


def test_a_page_without_anchors_is_linked_by_its_words() -> None:
    line = timeline(Chapter(0, 480_000, "Größere KI-Chips", SegmentKind.SECTION, "groessere-ki-chips"))

    (mark,) = chapters.mark(line, ARTICLE_URL, anchors=False)

    assert mark.url == ARTICLE_URL + "#:~:text=Gr%C3%B6%C3%9Fere%20KI%2DChips"


def test_an_article_without_an_address_gives_chapters_without_links() -> None:
    line = timeline(Chapter(0, 480_000, "Chips", SegmentKind.SECTION, "chips"))

    assert [mark.url for mark in chapters.mark(line, "", anchors=True)] == [""]
    assert [mark.url for mark in chapters.mark(line, "javascript:alert(1)", anchors=True)] == [""]


def test_json_podlove_and_notes_tell_the_same() -> None:
    episode = sample_episode()

    document = json.loads(chapters.to_json(episode, "KI-Briefing-Daily", Addresses.of("")))
    feed = f'<rss xmlns:psc="{chapters.PODLOVE_NAMESPACE}">{chapters.to_podlove(episode, Addresses.of(""))}</rss>'
    podlove = list(etree.fromstring(feed)[0])
    lines = [line.split(" ", 1) for line in chapters.to_lines(episode)]

    assert document["version"] == "1.2.0"
    assert [(clock.full(entry["startTime"]), entry["title"]) for entry in document["chapters"]] == [
        (start, title) for start, title in lines
    ]
    assert [(row.get("start"), row.get("title")) for row in podlove] == [
        (f"{start}.000", title) for start, title in lines
    ]
    assert lines[0][0] == "00:00:00"


def test_titles_with_markup_stay_text_in_the_feed() -> None:
    episode = sample_episode()
    hostile = replace(episode.chapters[0], title='<b a="1">&\'', url="https://a.example/?b=1&c=2")

    rows = chapters.to_podlove(replace(episode, chapters=(hostile,)), Addresses.of(""))

    (row,) = etree.fromstring(f'<r xmlns:psc="{chapters.PODLOVE_NAMESPACE}">{rows}</r>')[0]
    assert row.get("title") == '<b a="1">&\''
    assert row.get("href") == "https://a.example/?b=1&c=2"


@pytest.mark.parametrize(
    ("given_address", "address"),
    [
        ("https://a.example/b?c=1&d=2#e", "https://a.example/b?c=1&d=2#e"),
        ("https://müller.example/über uns", "https://xn--mller-kva.example/%C3%BCber%20uns"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ('https://a.example/"><script>', "https://a.example/%22%3E%3Cscript%3E"),
        ("https://user:secret@a.example/", "https://a.example/"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("/relative", ""),
        ("http://[broken", ""),
        ("https://a.example:99999999/", ""),
        ("HTTPS://A.example/", "https://a.example/"),
        ("https://a.example, https://b.example", ""),
        ("http:// a.example/", ""),
        ("https://a.example\u00a0/", ""),
        ("https://a..example/", ""),
        ("https://user@", ""),
        ("", ""),
    ],
)
def test_only_web_addresses_become_links(given_address: str, address: str) -> None:
    assert web_address(given_address) == web_address(address) == address
