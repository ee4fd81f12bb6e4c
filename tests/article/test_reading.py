"""An article is read by roles, not by positions; what is no article is refused with what to do."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from ki_briefing.article import parse, read_article
from ki_briefing.base.errors import ArticleError, ArticleMissing, BriefingError
from ki_briefing.model.text import BlockKind, Omission, SectionRole

EPISODES = Path(__file__).parents[2] / "episodes"
NEWSROOM = """\
Bericht: Ein Teaser sagt, worum es geht.
In Kürze
- Erster Punkt steht hier.
- Zweiter Punkt steht hier.
Die Überschrift des Artikels
Der Aufmacher erzählt die Nachricht. Er hat zwei Sätze.
Eine Zwischenüberschrift
Hier steht mehr, und zwar in einem ganzen Absatz, der länger ist als seine Überschrift.
Kurz erklärt: Was ist das?
Das ist die Erklärung.
Quellen
- Quelle: Beispiel, https://example.org/a
- Dieser Artikel wurde im Podcast KI-Briefing-Daily behandelt. Die Folge kannst du hier anhören.
"""


def test_the_newsrooms_plain_text_is_read_by_roles() -> None:
    article = parse(NEWSROOM)

    assert article.teaser == "Bericht: Ein Teaser sagt, worum es geht."
    assert article.headline == "Die Überschrift des Artikels"
    assert article.key_points == ("Erster Punkt steht hier.", "Zweiter Punkt steht hier.")
    assert [section.heading for section in article.sections] == [
        "Die Überschrift des Artikels",
        "Eine Zwischenüberschrift",
        "Kurz erklärt: Was ist das?",
    ]
    assert [section.role for section in article.sections] == [SectionRole.SECTION] * 2 + [SectionRole.EXPLAINER]
    assert [(source.text, source.url) for source in article.sources] == [
        ("Quelle: Beispiel, https://example.org/a", "https://example.org/a")
    ]
    assert [omission.reason for omission in article.omitted] == ["link to the episode"]


def test_an_article_without_in_kuerze_and_explainer_is_an_article() -> None:
    article = parse("Die Überschrift\nEin Absatz, der deutlich länger ist als seine Überschrift.\n")

    assert article.headline == "Die Überschrift"
    assert article.key_points == ()
    assert len(article.sections) == 1


def test_a_text_without_any_heading_gets_its_first_words_as_title() -> None:
    article = parse("Nur ein Satz steht hier. Und noch einer.")

    assert article.headline == "Nur ein Satz steht hier"
    assert article.sections[0].blocks[0].text == "Nur ein Satz steht hier. Und noch einer."


def test_several_explainers_keep_their_places() -> None:
    article = parse(NEWSROOM.replace("Quellen\n", "Kurz erklärt: Und das?\nAuch das wird erklärt.\nQuellen\n"))

    assert [section.heading for section in article.sections if section.role is SectionRole.EXPLAINER] == [
        "Kurz erklärt: Was ist das?",
        "Kurz erklärt: Und das?",
    ]


@pytest.mark.parametrize("name", ["artikel.txt", "artikel.md"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_front_matter_makes_no_markdown_of_plain_text(tmp_path: Path, name: str, gap: str) -> None:
    long = "Die Halle wird im Herbst geöffnet, sagte der Betreiber, und bis dahin bleibt der Platz davor gesperrt. "
    lines = (
        "Bericht: Halle & Platz werden frei.", "In Kürze", "- Die Halle öffnet.", "- Der Platz auch.",
        "Neue Halle öffnet im Herbst", long * 2, "Politischer Streit um den Platz", long * 2,
        "Kurz erklärt: Warum eine Halle", long * 2,
    )  # fmt: skip
    path = tmp_path / name
    path.write_text("---\nurl: https://example.org/halle\n---\n" + gap.join(lines) + "\n", encoding="utf-8")
    article = read_article(path)

    assert (article.headline, article.url) == ("Neue Halle öffnet im Herbst", "https://example.org/halle")
    assert (len(article.key_points), len(article.sections)) == (2, 3)


def test_markdown_roles_front_matter_and_what_is_never_spoken() -> None:
    article = read_article(EPISODES / "2026-01-15-eu-ki-verordnung-fristen" / "article.md")

    assert article.teaser.startswith("Verbote gelten seit Februar 2025")
    assert len(article.key_points) == 3
    assert {omission.reason for omission in article.omitted} == {"table", "caption"}
    assert all(source.url.startswith("https://") for source in article.sources)
    kinds = {block.kind for section in article.sections for block in section.blocks}
    assert kinds == {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.QUOTE, BlockKind.SUBHEADING}
    assert max(block.level for section in article.sections for block in section.blocks) >= 2
    assert article.published is not None
    assert article.published.date().isoformat() == "2026-01-15"


def test_code_and_link_only_lines_are_kept_but_not_spoken() -> None:
    article = parse(
        "# Titel\n\nEin Satz.\n\n```\nprint(1)\n```\n\n[Nur ein Link](https://example.org)\n",
        media_type="text/markdown",
    )

    assert [omission.text for omission in article.omitted] == ["print(1)"]
    assert [source.url for source in article.sources] == ["https://example.org"]
    assert [block.text for block in article.sections[0].blocks] == ["Ein Satz."]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_every_usual_encoding_and_line_end_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "artikel.txt"
    path.write_bytes(NEWSROOM.replace("\n", "\r\n").encode(encoding))

    assert read_article(path) == parse(NEWSROOM)


def test_decomposed_umlauts_make_the_same_roles() -> None:
    import unicodedata

    article = parse(unicodedata.normalize("NFD", NEWSROOM))

    assert len(article.key_points) == 2
    assert article.sections[-1].role is SectionRole.EXPLAINER


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no sentence"),
        (b"   \n\n", "no sentence"),
        (b"--- \n***\n...", "no sentence"),
        (b"\x00\x01\x02PNG", "not a text"),
        (bytes(range(128, 256)) * 40, "not a text"),
        (b"%PDF-1.7 ist kein Text. Auch dann nicht, wenn darin etwas steht.", "not a text"),
        (b"{\\rtf1\\ansi Ein Satz steht hier.}", "not a text"),
        (b"Nur ein Titel steht hier", "no sentence below its title"),
        (b"EIN TITEL IN GROSSEN BUCHSTABEN\n", "no sentence below its title"),
        (b"Nur ein Titel: das Wichtigste\n\nVon Erika Muster\n", "no sentence below its title"),
        (b"---\ntitle: Ein Titel\nteaser: Ein Satz als Teaser.\n---\n", "no sentence below its title"),
        (b"a" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_what_is_no_article_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "artikel.txt"
    path.write_bytes(content)

    with pytest.raises(ArticleError, match=says) as caught:
        read_article(path)

    assert caught.value.hint


def test_a_missing_file_or_a_folder_is_no_article(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.txt", tmp_path):
        with pytest.raises(ArticleMissing):
            read_article(path)


@pytest.mark.parametrize("line", ["title: [", "date: 2026-02-30", "title: " + "[" * 5000])
def test_broken_front_matter_is_named(line: str) -> None:
    with pytest.raises(BriefingError, match="YAML"):
        parse(f"---\n{line}\n---\n\n# T\n\nEin Satz.\n", media_type="text/markdown")


@pytest.mark.parametrize("media_type", ["text/markdown", "text/plain"])
def test_front_matter_without_an_end_is_no_headline(media_type: str) -> None:
    with pytest.raises(ArticleError, match="has no end") as caught:
        parse("---\ntitle: Offen\ntags:\n  - Ulm\n- Bad\n\nEin Satz steht hier.\n", media_type=media_type)
    assert caught.value.hint == "Add a line of --- below line 5."


def test_text_below_a_line_of_dashes_is_no_front_matter() -> None:
    article = parse("---\nUlm: Ein Bad wird gebaut.\n\nEin Satz steht hier.\n", media_type="text/markdown")
    assert "Ulm: Ein Bad wird gebaut." in str(article)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "/2026/bad", "ftp://x.example.org/a"])
def test_an_address_in_front_matter_that_is_none_is_listed(url: str) -> None:
    article = parse(f"---\nurl: {url}\n---\n\n# T\n\nEin Satz.\n", media_type="text/markdown")
    assert (article.url, article.omitted) == ("", (Omission(url, "no web address"),))


@pytest.mark.parametrize("strange", ["\x1b", "\x07", "\x80", "\x9b", "\x7f", "\ufffe", "\uffff"])
@pytest.mark.parametrize("markdown", [True, False])
def test_control_characters_are_no_part_of_an_article(strange: str, markdown: bool) -> None:
    text = f"# Ein {strange}Titel\n\nEin Satz{strange} steht hier, lang genug für einen Absatz.\n"

    article = parse(text if markdown else text[2:], "text/markdown" if markdown else "text/plain")

    assert article.headline == "Ein Titel"
    assert strange not in repr(article).encode().decode("unicode_escape")


def test_control_characters_that_front_matter_escapes_are_no_part_of_an_article() -> None:
    article = parse('---\ntitle: "Ein \\aTi\\etel\\x9b"\n---\n\nEin Satz.\n', media_type="text/markdown")

    assert article.headline == "Ein Titel"


def test_half_a_surrogate_pair_in_the_front_matter_is_no_text() -> None:
    article = parse('---\nteaser: "a\\ud800b"\n---\n\n# T\n\nEin Satz.\n', media_type="text/markdown")
    assert article.teaser == "a?b"


@pytest.mark.parametrize(
    "text",
    [
        *("> " * 20_000 + "x", "- " * 20_000 + "x.", "[" * 50_000 + "x.", "a\n" * 30_000, "<p>" + "<" * 900_000),
        *(
            "<div>" * 1_500 + "x.",
            "<div>" * 50_000 + "x.",
            "[caption]" * 50_000,
            "nicht zur Veröffentlichung " * 10_000,
        ),
        *(
            "\t" * 200_000,
            '<a "' * 50_000,
            "<!--" * 50_000,
            "+++ 12:00 Uhr +++\n" * 5_000,
            "Von Kim " * 20_000,
            "¹" * 200_000,
        ),
    ],
)
def test_hostile_text_is_read_or_refused_but_never_breaks(text: str) -> None:
    for media_type in ("text/plain", "text/markdown", "text/html"):
        with contextlib.suppress(ArticleError):
            parse(text, media_type)
