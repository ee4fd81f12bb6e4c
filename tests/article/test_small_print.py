"""The small print of newsrooms: what holds back, what is for the desk only, what a program broke at a width."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ki_briefing.article import parse, read_bytes
from ki_briefing.base.errors import ArticleError

BERLIN = ZoneInfo("Europe/Berlin")
BODY = "Neues Bad in Celle eröffnet\n\nDas Bad hat am Montag geöffnet. Es hat drei Becken.\n\n"


def spoken(text: str, media_type: str = "text/plain") -> list[str]:
    """Return the texts of an article's blocks, in order."""
    return [block.text for section in parse(text, media_type).sections for block in section.blocks]


def test_a_line_that_ends_within_its_second_sentence_is_no_heading() -> None:
    article = parse(
        "Fähre fährt nicht =\n\n"
        "Emden (dpa/lni) - Nach dem Sturm bleibt die Fähre im Hafen. Das\n"
        "sagte die Reederei am Mittag.\n\n"
        "Reisende müssen auf Busse umsteigen. Das dauert etwa\n"
        "70 Minuten länger als sonst, wie eine Sprecherin der Reederei sagte. Am\n"
        "Samstag soll die Fähre wieder fahren.\n\n"
        "Die Reederei rechnet mit hohen Kosten. Nach ersten Zahlen sind es\n"
        "Millionen. Eine Rechnung hat bisher niemand vorgelegt, sagte sie.\n"
    )

    assert [section.heading for section in article.sections] == ["Fähre fährt nicht"]
    assert "Das dauert etwa 70 Minuten länger" in article.sections[0].blocks[1].text


@pytest.mark.parametrize(
    "line",
    [
        "Zur Veröffentlichung nicht bestimmt: Kim Geheim, Tel. 0171 555",
        "Nur für die Redaktion: Kim Geheim, Tel. 0171 555",
        "(Nur für Redaktionen: Kim Geheim, Tel. 0171 555)",
        "Nur für die Redaktion\nKim Geheim, Tel. 0171 555",
    ],
)
def test_what_is_for_the_desk_only_is_not_spoken(line: str) -> None:
    article = parse(f"{BODY}{line}\n")

    assert "Geheim" not in " ".join(block.text for section in article.sections for block in section.blocks)
    assert any("Geheim" in omission.text for omission in article.omitted)


def test_a_sentence_about_desks_is_spoken() -> None:
    assert "Das ist nicht nur für die Redaktion ein Gewinn." in spoken(
        f"{BODY}Das ist nicht nur für die Redaktion ein Gewinn.\n"
    )


@pytest.mark.parametrize(
    ("line", "day", "hour"),
    [
        ("Sperrfrist bis 1. März 2026", 2, 0),
        ("Gesperrt bis einschließlich 1.3.2026!", 2, 0),
        ("Sperrfrist bis 2026-03-01", 2, 0),
        ("Sperrfrist bis 1. März 2026, 0 Uhr", 1, 0),
        ("Sperrfrist bis 1. März 2026, 10 Uhr", 1, 10),
        ("Sperrfrist: 1. März 2026", 1, 0),
    ],
)
def test_an_embargo_until_a_day_lasts_to_its_end(line: str, day: int, hour: int) -> None:
    assert parse(f"{line}\n\n{BODY}").embargo == datetime(2026, 3, day, hour, tzinfo=BERLIN)


@pytest.mark.parametrize(
    "line",
    [
        "Mit Material von dpa und AFP",
        "Mit Agenturmaterial",
        "Quelle: dpa, AFP",
        "- Ende -",
        "V.i.S.d.P.: Kim Post",
        "Redaktion: Pressestelle, Tel. 0511 555-0",
        "Du willst noch mehr wissen? Dann abonniere jetzt unseren Newsletter.",
        "Jetzt Mitglied werden",
        "Beitrag drucken | Auf Pinterest merken",
        "Sieh dir diesen Beitrag auf Instagram an",
        "Hat euch dieser Text gefallen? Schickt ihn weiter.",
        "Sie erhalten diesen Newsletter, weil Sie sich dafür eingetragen haben.",
        "Wird diese Mail nicht richtig dargestellt? Dann klicken Sie hier.",
        "Dieser Beitrag erschien zuerst in unserer gedruckten Ausgabe vom 2. Mai",
        "Die Autorin erreichen Sie unter post@blatt.example",
        "@ Weitere Informationen unter www.bad-celle.example",
        "Redaktion: Kim Post / Agenturen",
    ],
)
def test_what_stands_around_an_article_is_not_spoken(line: str) -> None:
    article = parse(f"{BODY}{line}\n\nAm Abend kamen die ersten Gäste. Sie blieben lange.\n")
    said = " ".join(
        text for each in article.sections for text in (each.heading, *(block.text for block in each.blocks))
    )

    assert line.strip(" -") not in said
    assert "Gäste" in said
    assert not article.sources


@pytest.mark.parametrize("above", ["Lokales | Vereine", "Es gilt das gesprochene Wort!", "Sport | Kreisliga"])
def test_a_line_above_the_headline_is_not_the_headline(above: str) -> None:
    assert parse(f"{above}\n\n{BODY}").headline == "Neues Bad in Celle eröffnet"


def test_a_heading_with_a_bar_is_a_headline() -> None:
    assert parse("# Wetter | Sturm in Emden\n\nEin Sturm kam auf.\n", "text/markdown").headline.startswith("Wetter")


@pytest.mark.parametrize(
    ("dateline", "release"),
    [
        ("CELLE.", False),
        ("CELLE –", False),
        ("Celle, 18. Februar 2026.", False),
        ("Bad Ems, den 1.3.2026 –", False),
        ("Celle.", True),
        ("Halle (Saale).", True),
    ],
)
def test_a_dateline_is_not_spoken(dateline: str, release: bool) -> None:
    head = "PRESSEMITTEILUNG\n\n" if release else ""
    article = parse(f"{head}Neues Bad eröffnet\n\n{dateline} Das neue Bad hat am Montag seine Türen geöffnet.\n")

    assert article.headline == "Neues Bad eröffnet"
    assert article.sections[0].blocks[0].text == "Das neue Bad hat am Montag seine Türen geöffnet."


@pytest.mark.parametrize("opening", ["Endlich. ", "NATO: ", "Prof. Dr. ", "Celle, sagt er. "])
def test_a_first_sentence_is_no_dateline(opening: str) -> None:
    said = spoken(f"Neues Bad eröffnet\n\n{opening}Kim Post hat am Montag das neue Bad der Stadt eröffnet.\n")

    assert said[0].startswith(opening)


def test_the_title_of_a_table_goes_with_the_table() -> None:
    text = f"{BODY}Tabelle\nPlatz | Verein\n1 | SV Celle\n2 | TSV Ems\n\nEs folgt der letzte Spieltag am Montag.\n"

    assert "Tabelle" not in spoken(text)


def test_the_subtitle_of_front_matter_is_the_teaser_or_listed() -> None:
    text = "---\ntitle: Neues Bad\nsubtitle: Drei Becken für Celle\n{}---\n\nDas Bad hat am Montag geöffnet.\n"
    alone = parse(text.format(""), "text/markdown")
    beside = parse(text.format("teaser: Celle badet.\n"), "text/markdown")

    assert alone.teaser == "Drei Becken für Celle"
    assert beside.teaser == "Celle badet."
    assert [(each.reason, each.text) for each in beside.omitted] == [("subtitle", "Drei Becken für Celle")]


@pytest.mark.parametrize(
    ("above", "below", "said"),
    [
        ("", "", ""),
        ("correction: Es waren drei.\n", "", "Es waren drei."),
        ("korrektur: Es waren drei.\n", "\nKorrektur: Es waren viele.\n", "Es waren drei."),
        ("", "\nKorrektur: In einer früheren Version stand vier.\n", "In einer früheren Version stand vier."),
        (
            "",
            "\nIn einer früheren Fassung stand vier.\n",
            "In einer früheren Fassung stand vier.",
        ),
        ("", "\nAnmerkung der Redaktion: Die Namen sind geändert.\n", ""),
    ],
)
def test_what_the_newsroom_says_of_a_correction_is_known_and_not_spoken(above: str, below: str, said: str) -> None:
    text = f"---\ntitle: Neues Bad\n{above}---\n\nDas Bad hat am Montag geöffnet. Es hat drei Becken.\n{below}"
    article = parse(text, "text/markdown")

    assert article.correction == said
    with pytest.raises(ArticleError, match="longer than 600 letters"):
        parse(f"---\nkorrektur: {'x' * 601}\n---\n\nDas Bad hat am Montag geöffnet.\n", "text/markdown")
    assert article.wording == parse(text.replace(above, "").replace(below, ""), "text/markdown").wording


@pytest.mark.parametrize(
    ("line", "day"),
    [("embargo: 2026-03-01", 1), ("gesperrt_bis: 2026-03-01", 2), ("sperrfrist: bis 1. März 2026", 2)],
)
def test_front_matter_that_holds_until_a_day_holds_to_its_end(line: str, day: int) -> None:
    article = parse(f"---\n{line}\n---\n\n# Neues Bad\n\nDas Bad hat am Montag geöffnet.\n", "text/markdown")

    assert article.embargo == datetime(2026, 3, day, tzinfo=BERLIN)


@pytest.mark.parametrize("strange", [b"\x00", b"\x02", b"\x08", b"\x1b", b"\x1f"])
def test_a_stray_control_character_is_left_out_and_said(strange: bytes) -> None:
    article = read_bytes(BODY.encode().replace(b"drei", strange + b"drei"), "text/plain")

    assert article.sections[0].blocks[0].text == "Das Bad hat am Montag geöffnet. Es hat drei Becken."
    assert [(each.reason, each.text) for each in article.omitted] == [("control characters", f"U+{strange[0]:04X}")]


@pytest.mark.parametrize("begin", ["- Anzeige -", "ANZEIGE", "Werbung"])
def test_what_stands_between_the_marks_of_an_advertisement_is_not_spoken(begin: str) -> None:
    end = begin.replace("-", "").strip()
    ad = f"{begin}\nJetzt Schuhe kaufen\nNur heute bei Fuß und Söhnen.\nEnde der {end}\n"
    said = spoken(f"{BODY}{ad}\nAm Abend war es voll. Alle kamen.\n")

    assert said[-1] == "Am Abend war es voll. Alle kamen."
    assert not any("Schuhe" in each or "Söhnen" in each for each in said)


def test_a_heading_above_nothing_but_links_is_no_chapter() -> None:
    article = parse(
        "# T\n\nEin Satz steht hier.\n\n## Im Überblick\n\n1. [Eins](#a)\n2. [Zwei](#b)\n\n## Eins\n\nEs geht los.\n",
        "text/markdown",
    )

    assert [section.heading for section in article.sections] == ["T", "Eins"]
    assert ("Im Überblick", "heading of links") in [(each.text, each.reason) for each in article.omitted]


def test_points_below_a_press_releases_headline_are_said_one_by_one() -> None:
    points = ["Das Werk bekommt drei Hallen", "Baubeginn ist im kommenden Mai", "Stadt hofft auf neue Stellen"]
    body = "Die Firma baut ein Werk. Das teilte sie am Montag mit."

    assert spoken("\n".join(["Firma baut Werk in Celle", "", *points, "", body])) == [*points, body]


def test_a_bold_word_with_a_colon_begins_a_line() -> None:
    assert spoken("# T\n\nEin Satz.\n\n**Plus:** leicht, leise  \n**Minus:** teuer\n", "text/markdown") == [
        "Ein Satz.",
        "Plus: leicht, leise",
        "Minus: teuer",
    ]


def test_notes_of_an_agency_begin_with_their_heading() -> None:
    article = parse(
        "Bad öffnet\n\nCelle (dpa) - Das Bad hat geöffnet. Es hat drei Becken.\n\n# dpa-Notizblock\n\n## Orte\n"
        "- [Bad](Weg 1, 29221 Celle)\n\ndpa kb yyzz n1 ab\n"
    )

    assert [block.text for section in article.sections for block in section.blocks] == [
        "Das Bad hat geöffnet. Es hat drei Becken."
    ]


def test_what_stands_above_and_below_a_newsletter_is_not_spoken() -> None:
    said = "Das Bad hat am Montag geöffnet. Es hat drei Becken."
    article = parse(
        "Im Browser öffnen\n\nAlles über Celle\nAusgabe 14 | Freitag, 6. März 2026\n\n"
        f"{said}\n\nProfil ändern | Newsletter abbestellen | Impressum\n"
    )

    assert article.headline == "Alles über Celle"
    assert [block.text for section in article.sections for block in section.blocks] == [said]
