"""The article points back at its episode, in the newsroom's own words, and no title can break the page."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from lxml import etree
from lxml import html as parser
from markdown_it import MarkdownIt

from ki_briefing.episode import backlink
from ki_briefing.episode.addresses import Addresses
from ki_briefing.show.podcast import Podcast
from publication_samples import ARTICLE_URL, sample_release

PAGE = "https://podcast.example.org/chips-fuer-deepseek/"
SENTENCE = "Dieser Artikel wurde im Podcast KI-Briefing-Daily behandelt. Die Folge kannst du hier anhören"
ADDRESSES = Addresses.of("https://podcast.example.org")


def text_of(element: etree._Element) -> str:
    return str(element.xpath("string()")).strip()


def test_html_says_it_and_links_the_last_words() -> None:
    paragraph = parser.fromstring(backlink.to_html("KI-Briefing-Daily", PAGE))

    assert text_of(paragraph) == SENTENCE + "."
    assert [(link.text, link.get("href")) for link in paragraph.iter("a")] == [("hier anhören", PAGE)]


def test_markdown_and_text_say_the_same() -> None:
    rendered = MarkdownIt().render(backlink.to_markdown("KI-Briefing-Daily", PAGE))

    assert rendered == backlink.to_html("KI-Briefing-Daily", PAGE)
    assert backlink.to_text("KI-Briefing-Daily", PAGE) == f"{SENTENCE}: {PAGE}\n"


@pytest.mark.parametrize("title", ["<b>KI</b> & *Co*", "[KI](javascript:alert(1))", "`a_b_c` \\ #1 | ~x~"])
def test_a_hostile_title_stays_text(title: str) -> None:
    for rendered in (backlink.to_html(title, PAGE), MarkdownIt().render(backlink.to_markdown(title, PAGE))):
        paragraph = parser.fromstring(rendered)
        assert text_of(paragraph) == SENTENCE.replace("KI-Briefing-Daily", title) + "."
        assert [link.get("href") for link in paragraph.iter("a")] == [PAGE]


def test_the_head_names_article_sound_and_episode() -> None:
    release = sample_release()
    head = parser.fragments_fromstring(backlink.to_head(release, Podcast(), ADDRESSES))
    link, script = head
    data = json.loads(script.text or "")

    assert (data["@type"], data["url"]) == ("NewsArticle", ARTICLE_URL)
    assert data["audio"]["contentUrl"] == ADDRESSES.enclosure(release) == ADDRESSES.url(f"{release.episode.slug}.mp3")
    known = replace(release, enclosure="frueher/frueher-0123456789.mp3")  # by which apps know it
    assert f'"{ADDRESSES.url(known.enclosure)}"' in backlink.to_head(known, Podcast(), ADDRESSES)
    assert data["audio"]["contentSize"] == str(release.audio.size)
    assert data["audio"]["duration"] == "PT30S"
    assert data["subjectOf"]["url"] == PAGE
    assert (link.get("type"), link.get("href")) == ("application/rss+xml", ADDRESSES.feed)


def test_no_title_ends_the_script() -> None:
    release = sample_release()
    hostile = replace(release, episode=replace(release.episode, title="</script><script>alert(1)</script><!--"))

    head = backlink.to_head(hostile, Podcast(title='"><script>'), ADDRESSES)
    elements = parser.fragments_fromstring(head)

    assert [element.tag for element in elements] == ["link", "script"]
    assert json.loads(elements[1].text or "")["headline"] == hostile.episode.title


def test_the_player_is_one_frame_with_a_name() -> None:
    frame = parser.fromstring(backlink.to_player(sample_release(), Podcast(), ADDRESSES))

    assert frame.tag == "iframe"
    assert frame.get("src") == PAGE + "embed/"
    assert (frame.get("title") or "").startswith("KI-Briefing-Daily: DeepSeek")


def test_an_article_without_a_usable_address_is_not_named() -> None:
    release = sample_release()
    nameless = replace(release, episode=replace(release.episode, article_url="javascript:alert(1)"))

    assert "javascript" not in backlink.to_head(nameless, Podcast(), ADDRESSES)


def test_there_is_nothing_to_paste_while_the_show_has_no_address() -> None:
    assert backlink.write_snippets(sample_release(), Podcast(), Addresses()) == ()
    assert len(backlink.write_snippets(sample_release(), Podcast(), ADDRESSES)) == 5
