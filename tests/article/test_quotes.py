"""Who said a quotation is said before it, as one reads it aloud; whoever is named elsewhere stays where they are."""

from __future__ import annotations

import pytest

from ki_briefing.article import HTML, MARKDOWN, parse
from ki_briefing.base.errors import ConfigError
from ki_briefing.model.text import BlockKind
from ki_briefing.show.settings import Reading

SAID = "Das ist ein sehr gutes Zitat."


@pytest.mark.parametrize(
    "written",
    [
        f"<blockquote><p>{SAID}</p></blockquote><cite>Erika Muster, Ministerin</cite>",
        f"<blockquote><p>{SAID}</p></blockquote><p><cite>Erika Muster, Ministerin</cite></p>",
        f"<blockquote><p>{SAID}</p><cite>Erika Muster, Ministerin</cite></blockquote>",
        f"<blockquote>{SAID}<footer>— <cite>Erika Muster, Ministerin</cite></footer></blockquote>",
        f"<figure><blockquote><p>{SAID}</p></blockquote><figcaption>Erika Muster, Ministerin</figcaption></figure>",
        f"<figure class='pull'><blockquote><p>{SAID}</p><cite>Erika Muster, Ministerin</cite></blockquote></figure>",
    ],
)
def test_who_said_it_comes_before_the_quotation(written: str) -> None:
    article = parse(f"<h1>Titel</h1><p>Davor steht ein Satz.</p>{written}<p>Danach auch einer.</p>", HTML)

    blocks = [(block.kind, block.text) for block in article.sections[0].blocks]
    assert blocks == [
        (BlockKind.PARAGRAPH, "Davor steht ein Satz."),
        (BlockKind.QUOTE, f"Erika Muster, Ministerin: {SAID}"),
        (BlockKind.PARAGRAPH, "Danach auch einer."),
    ]
    assert (article.sections[0].blocks[1].speaker, article.omitted) == ("Erika Muster", ())


def test_in_markdown_a_dash_says_who_it_was() -> None:
    article = parse(f"# Titel\n\nEin Satz.\n\n> {SAID}\n>\n> Noch ein Satz.\n>\n> – Erika Muster\n", MARKDOWN)

    assert [block.text for block in article.sections[0].blocks[1:]] == [f"Erika Muster: {SAID}", "Noch ein Satz."]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("<p>In <cite>Faust</cite> steht es geschrieben.</p>", ["In Faust steht es geschrieben."]),
        ("<p>Ein Satz steht hier.</p><p><cite>Erika Muster</cite></p>", ["Ein Satz steht hier.", "Erika Muster"]),
        (f"<blockquote>{SAID}</blockquote><p>Es sagt viel.</p><cite>Faust</cite>", [SAID, "Es sagt viel.", "Faust"]),
    ],
)
def test_what_says_who_nobody_quotes_stays_where_it_is(written: str, said: list[str]) -> None:
    article = parse(f"<h1>Titel</h1>{written}", HTML)

    assert [block.text for block in article.sections[0].blocks] == said


def test_a_pattern_of_a_show_that_takes_too_long_is_named() -> None:
    text = f"# Titel\n\nEin Satz steht hier.\n\n{'ab' * 100}\n"

    with pytest.raises(ConfigError, match=r"\[article\] skip takes too long"):
        parse(text, MARKDOWN, settings=Reading(skip=("(?:a|b|ab)*c",)))
    assert parse(text, MARKDOWN, settings=Reading(skip=("(?:ab)+",))).omitted[0].reason == "skipped by show.toml"
