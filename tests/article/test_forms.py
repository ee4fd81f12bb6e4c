"""What newsrooms do with their texts, one promise each; whole files stand in ``tests/data/articles``."""

from __future__ import annotations

import builtins
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ki_briefing.article import HTML, MARKDOWN, PLAIN, parse, read_article, read_bytes
from ki_briefing.base.errors import ArticleError
from ki_briefing.cli.readable import script_text
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.model.text import Article, BlockKind, SegmentKind, UtteranceRole
from ki_briefing.script import write_script
from ki_briefing.show.settings import Reading, Show


def outline(article: Article) -> list[tuple[str, list[str]]]:
    return [(section.heading, [block.text for block in section.blocks]) for section in article.sections]


def omitted(article: Article) -> set[tuple[str, str]]:
    return {(omission.reason, omission.text) for omission in article.omitted}


# --- order ---


def test_with_a_title_in_the_front_matter_no_heading_is_the_headline() -> None:
    article = parse("---\ntitle: Rathaus zieht um\n---\n\nEins. Zwei.\n\nDrei.\n\n## Der Weg\n\nVier.\n", MARKDOWN)

    assert outline(article) == [("Rathaus zieht um", ["Eins. Zwei.", "Drei."]), ("Der Weg", ["Vier."])]
    assert article.teaser == ""


def test_the_teaser_of_the_front_matter_moves_nothing_either() -> None:
    article = parse("---\ntitle: A\nteaser: Kurz.\n---\nEins.\n\n# B\n\nZwei.\n", MARKDOWN)

    assert (article.teaser, outline(article)) == ("Kurz.", [("A", ["Eins."]), ("B", ["Zwei."])])


@pytest.mark.parametrize(
    "text",
    ["---\ntitle: Markt fällt aus\n---\n\nDer Markt fällt aus.\n", "# Markt fällt aus\n\nDer Markt fällt aus.\n"],
)
def test_one_paragraph_under_a_title_is_an_episode(text: str) -> None:
    article = parse(text, MARKDOWN)

    assert (article.teaser, outline(article)) == ("", [("Markt fällt aus", ["Der Markt fällt aus."])])


def test_paragraphs_before_the_first_heading_stay_before_it() -> None:
    text = (
        "Der erste Absatz führt ein.\n\nDer zweite Absatz erklärt alles.\n\nEine Überschrift\n\nDer dritte "
        "Absatz endet."
    )

    for media_type in (PLAIN, MARKDOWN):
        said = [part for heading, parts in outline(parse(text, media_type)) for part in (heading, *parts) if part]
        assert said == text.split("\n\n")


def test_a_text_without_a_headline_is_not_opened_three_times() -> None:
    article = parse("Der Zug kam zu spät. Danach fuhr er weiter.")
    script = write_script(
        article, Show(Path()), number=1, date=datetime(2026, 3, 12, tzinfo=UTC), lexicon=load_lexicon()
    )
    said = " ".join(utterance.written for utterance in script.utterances)

    assert said.count("Der Zug kam zu spät") == 1
    assert script.title == "Der Zug kam zu spät"
    assert [segment.title for segment in script.segments if segment.kind is SegmentKind.SECTION] == [script.title]


def test_a_teaser_that_only_repeats_the_text_is_said_once() -> None:
    head = '<html><head><meta property="og:description" content="Der Zug kam."></head>'
    page = f"{head}<body><article><h1>Zug</h1><p>Der Zug kam. Er fuhr.</p></article></body></html>"

    assert parse(page, HTML).teaser == ""


# --- plain text ---


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("Das Telefon ist immer zu errei-", "chen, sagt die Stadt.", "zu erreichen, sagt"),
        ("Es geht um den Strom- und den Wasser-", "oder Gasanschluss im Haus.", "Wasser- oder Gasanschluss"),
        ("Das sagte der frühere lange Jahre US-", "Präsident am Dienstag.", "US-Präsident am"),
        ("Die Stadt nutzt dafür künftig eine KI-", "gestützte Ampel im Zentrum.", "KI-gestützte Ampel"),
        ("Er kam mit dem Zug aus der Stadt und", "Das war ihm wichtig.", "und Das war"),
    ],
)
def test_a_word_cut_at_the_end_of_a_line_is_mended(first: str, second: str, joined: str) -> None:
    filled = (
        "Die Menschen in der Stadt haben lange\nauf diesen Tag gewartet, und nun ist er\nda, sagen sie und "
        "freuen sich darüber\nsehr, denn es war eine lange Zeit ohne\n"
    )

    assert joined in outline(parse(f"Titel\n\n{filled}{first}\n{second}"))[0][1][0]


def test_a_dash_at_the_begin_of_a_broken_line_is_no_bullet() -> None:
    paragraph = (
        "Der Pegel des Flusses ist am Montag und in der Nacht\n"
        "– wie erwartet – weiter gestiegen. Die Feuerwehr hat am\n"
        "12. März noch einmal Sandsäcke verteilt, und auch der\nKreis half. Am Abend soll das Wasser wieder sinken."
    )

    assert outline(parse(f"Titel\n\n{paragraph}")) == [("Titel", [paragraph.replace("\n", " ")])]


def test_a_day_or_a_club_with_a_number_is_no_list() -> None:
    article = parse("Titel\n\n12. März: Der Markt öffnet. Alle kommen.\n\n1. FC Musterstadt gewinnt. Das freut viele.")

    assert outline(article)[0][1] == [
        "12. März: Der Markt öffnet. Alle kommen.",
        "1. FC Musterstadt gewinnt. Das freut viele.",
    ]


@pytest.mark.parametrize("table", ["a | b\n1 | 2", "a\tb\n1\t2", "Ort      Grad\nBonn     14\nKöln     15"])
def test_columns_are_a_table(table: str) -> None:
    article = parse(f"Titel\n\nEin Satz steht hier.\n\n{table}\n\nEin Satz steht dort.")

    assert [reason for reason, _ in omitted(article)] == ["table"]
    assert outline(article)[0][1] == ["Ein Satz steht hier.", "Ein Satz steht dort."]


def test_a_line_that_ends_a_block_is_no_heading() -> None:
    article = parse("Titel\n\nSamstag um 10 Uhr beginnt das Fest.\nEintritt frei\n\nSonntag um 9 Uhr geht es weiter.")

    assert [heading for heading, _ in outline(article)] == ["Titel"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Facebook und X wollen den Newsletter teilen, sagt Kim Beispiel.",
        "Die Anzeige gegen den Fahrer wurde fallen gelassen, wie das Gericht am Freitag mitteilte.",
        "Lesen Sie auch zwischen den Zeilen, dann wird vieles klarer.",
        "Von Kim Beispiel stammt die Idee, das Haus zu kaufen.",
        "Das Foto zeigt den Bürgermeister, es stammt von der dpa und ist alt.",
        "Der Embargo-Beschluss gilt bis 12. März 2026, sagte der Minister.",
        "Das Papier war nicht zur Veröffentlichung bestimmt, sagte eine Sprecherin.",
        "Wir verwenden hier ein Rezept aus dem Jahr 1920.",
        "Dieser Text ist in der Ausgabe von 1920 anders gesetzt, sagt die Forscherin.",
        "Der Essay erschien in einer Ausgabe, die niemand mehr kennt.",
        "Die Redaktion erreichen Sie kaum noch, klagt ein Leser.",
        "Mehr Infos will der Sprecher erst am Montag geben.",
    ],
)
@pytest.mark.parametrize("media_type", [PLAIN, MARKDOWN, HTML])
def test_a_sentence_about_such_things_is_spoken(sentence: str, media_type: str) -> None:
    between = ("<p>", "</p>") if media_type == HTML else ("", "\n\n")
    article = parse(
        "".join(f"{between[0]}{part}{between[1]}" for part in ("Erster Satz hier.", sentence, "Und Schluss.")),
        media_type,
    )

    assert sentence in [part for _, parts in outline(article) for part in parts] + [article.teaser]


@pytest.mark.parametrize(
    "heading", ["Von Bonn zu Berlin", "Von Menschen und Mäusen", "Kommentare im Netz", "Teilen ist schön", "Kultur"]
)
def test_a_heading_of_such_words_is_a_heading(heading: str) -> None:
    article = parse(
        f"Der Titel\n\nEin Satz steht hier.\n\n{heading}\n\nEin Satz steht dort, und er ist lang. Noch einer."
    )

    assert [each for each, _ in outline(article)] == ["Der Titel", heading]


# --- Markdown and HTML ---


def test_every_form_of_a_footnote_is_silent_and_listed() -> None:
    text = (
        "# T\n\nEins.[^a] Zwei.<sup>3</sup> Drei.[1](#x) Vier.¹² Fünf^[In der Mitte.] Wort² und 30 m² und "
        "[sic].\n\n[^a]: Am Ende.\n\n² Ganz unten.\n"
    )
    article = parse(text, MARKDOWN)

    assert outline(article) == [("T", ["Eins. Zwei. Drei. Vier. Fünf Wort und 30 m² und [sic]."])]
    assert omitted(article) == {("footnote", "Am Ende."), ("footnote", "In der Mitte."), ("footnote", "Ganz unten.")}


def test_a_pair_of_shortcodes_keeps_its_text_and_a_word_in_brackets_is_a_word() -> None:
    article = parse(
        '# T\n\n[row][box color="red"]Alles bleibt.[/box][/row]\n\nEr sagte [laut] nichts. [foto id=3]\n', MARKDOWN
    )

    assert outline(article) == [("T", ["Alles bleibt.", "Er sagte [laut] nichts."])]
    assert omitted(article) == {("shortcode", "[foto id=3]")}


def test_a_bold_line_is_a_heading_but_a_bold_sentence_is_not() -> None:
    article = parse(
        "# T\n\n**Der Vorspann ist fett.**\n\nText steht hier.\n\n**Zweiter Teil**\n\nMehr Text.\n", MARKDOWN
    )

    assert outline(article) == [("T", ["Der Vorspann ist fett.", "Text steht hier."]), ("Zweiter Teil", ["Mehr Text."])]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: Streit: Ja", "Streit: Ja"),
        ("title: „Ja“: Nein", "„Ja“: Nein"),
        ("title: [Update] Sturm", "[Update] Sturm"),
        ('title: "Ja", sagt sie', '"Ja", sagt sie'),
        ("title: 12:30", "12:30"),
        ("title: @home", "@home"),
    ],
)
def test_a_title_takes_the_rest_of_its_line(line: str, title: str) -> None:
    assert parse(f"---\n{line}\n---\nEin Satz.\n", MARKDOWN).headline == title


def test_an_error_names_the_line_of_the_file() -> None:
    with pytest.raises(ArticleError, match=r"line 4"):
        parse("---\ntitle: A\nauthor: B\ntags: [a\n---\nEin Satz.\n", MARKDOWN)


def test_a_page_says_what_it_knows_of_its_article() -> None:
    head = (
        '<link rel="canonical" href="https://example.org/a"><meta property="og:image" content="https://example.org/a.jpg">'
        '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "Titel", '
        '"author": [{"name": "Kim Beispiel"}], "datePublished": "2026-03-01T10:00:00+01:00", '
        '"description": "Worum es geht."}]}</script><title>Titel | Blatt</title>'
    )
    article = parse(
        f"<html><head>{head}</head><body><article><p>Ein Satz steht hier.</p></article></body></html>", HTML
    )

    assert (article.headline, article.url, article.author) == ("Titel", "https://example.org/a", "Kim Beispiel")
    assert (article.teaser, article.image) == ("Worum es geht.", "https://example.org/a.jpg")
    assert article.published == datetime.fromisoformat("2026-03-01T10:00:00+01:00")


def test_two_breaks_or_an_empty_line_end_a_paragraph() -> None:
    article = parse("<h1>T</h1><div>Eins.<br><br>Zwei.\n\nDrei.</div>", HTML)

    assert outline(article) == [("T", ["Eins.", "Zwei.", "Drei."])]


@pytest.mark.parametrize(
    "text", ["# T\n\nEin **Satz**.\n", "<h1>T</h1>\n<p>Ein <b>Satz</b>.</p>\n", "---\ntitle: T\n---\nEin Satz.\n"]
)
def test_what_a_plain_text_file_really_holds_is_known(text: str, tmp_path: Path) -> None:
    path = tmp_path / "artikel.txt"
    path.write_text(text, encoding="utf-8")

    assert outline(read_article(path)) == [("T", ["Ein Satz."])]


# --- Word ---


def test_without_the_extra_a_word_document_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_mammoth(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "mammoth":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_mammoth)
    with pytest.raises(ArticleError) as caught:
        read_bytes(b"PK\3\4", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    assert "ki-briefing[word]" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"no zip at all"])
def test_a_broken_word_document_is_refused(content: bytes, tmp_path: Path) -> None:
    pytest.importorskip("mammoth")
    path = tmp_path / "a.docx"
    path.write_bytes(content)

    with pytest.raises(ArticleError, match="no Word document"):
        read_article(path)


def test_a_word_document_with_entities_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("mammoth")
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "bomb">]><a>&b;</a>')

    with pytest.raises(ArticleError, match="no Word document"):
        read_article(path)


# --- embargo ---


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("Sperrfrist: 12. März 2026, 10:00 Uhr", "2026-03-12T10:00:00+01:00"),
        ("SPERRFRIST Donnerstag, 12.03.2026, 10.30 Uhr", "2026-03-12T10:30:00+01:00"),
        ("Achtung, Sperrfrist! 1. Juli 2026, 6 Uhr", "2026-07-01T06:00:00+02:00"),
        ("Sperrfrist bis 2026-03-12T09:00:00Z", "2026-03-12T09:00:00+00:00"),
        ("Gesperrt bis Freitag, 13. März 2026, 0:01 Uhr", "2026-03-13T00:01:00+01:00"),
        ("Frei ab 12.3.2026, 18 Uhr", "2026-03-12T18:00:00+01:00"),
        ("Nicht zur Veröffentlichung vor dem 12. März 2026, 10 Uhr", "2026-03-12T10:00:00+01:00"),
        ("Embargo: 12.03.26, 24 Uhr", "2026-03-13T00:00:00+01:00"),
        ("Sperrfrist:\n12. März 2026, 10 Uhr", "2026-03-12T10:00:00+01:00"),
    ],
)
@pytest.mark.parametrize("media_type", [PLAIN, MARKDOWN])
def test_an_embargo_becomes_a_moment_and_is_silent(line: str, moment: str, media_type: str) -> None:
    article = parse(f"{line}\n\nDer Titel\n\nEin Satz steht hier. Noch einer.", media_type)

    assert article.embargo == datetime.fromisoformat(moment)
    assert {reason for reason, _ in omitted(article)} == {"embargo"}


@pytest.mark.parametrize("value", ["2026-03-12 10:00", "12. März 2026, 10 Uhr", "2026-03-12T10:00:00+01:00"])
@pytest.mark.parametrize("key", ["embargo", "sperrfrist", "Sperrfrist"])
def test_an_embargo_in_the_front_matter_counts_too(key: str, value: str) -> None:
    article = parse(f"---\ntitle: T\n{key}: {value}\n---\nEin Satz.\n", MARKDOWN)
    script = write_script(
        article, Show(Path()), number=1, date=datetime(2026, 3, 1, tzinfo=UTC), lexicon=load_lexicon()
    )

    assert script.embargo == datetime.fromisoformat("2026-03-12T10:00+01:00")
    assert "Embargo: not public before 2026-03-12 10:00+01:00" in script_text(script, article)


def test_an_embargo_that_is_no_moment_is_said() -> None:
    with pytest.raises(ArticleError, match="embargo"):
        parse("---\nembargo: morgen früh\n---\nEin Satz.\n", MARKDOWN)
    assert ("embargo whose time cannot be read", "Sperrfrist: Beginn der Rede") in omitted(
        parse("Sperrfrist: Beginn der Rede\n\nTitel\n\nEin Satz steht hier.")
    )


# --- interviews, tickers, the show's own words ---


def test_speakers_are_data_and_named_once() -> None:
    article = parse("Titel\n\nBlatt: Wie geht es?\nAnna Muster: Gut. Danke.\nBlatt: Und nun?\nAnna Muster: Weiter.")
    blocks = article.sections[0].blocks

    assert [block.kind for block in blocks] == [BlockKind.QUESTION, BlockKind.ANSWER] * 2
    assert [block.speaker for block in blocks] == ["Blatt", "Anna Muster"] * 2
    assert [block.text for block in blocks] == [
        "Blatt: Wie geht es?",
        "Anna Muster: Gut. Danke.",
        "Und nun?",
        "Weiter.",
    ]


@pytest.mark.parametrize("colon", ["", ":"])
@pytest.mark.parametrize("form", ["{}\n{}\n\n", "{}\n\n{}\n\n", "**{}**\n\n{}\n\n", "<p><b>{}</b></p><p>{}</p>"])
def test_names_on_lines_of_their_own_tell_who_speaks(form: str, colon: str) -> None:
    turns = [
        ("Redaktion", "Frau Beispiel, wie viele Kinder kamen im letzten Jahr zur Welt?"),
        ("Kim Beispiel", "Es waren achthundert. So viele hatten wir noch nie."),
        ("Redaktion", "Reicht Ihr Team dafür aus?"),
        ("Kim Beispiel", "Nein. Uns fehlen vier Kolleginnen, und zwar seit Jahren."),
    ]
    body = "".join(form.format(name + colon, said) for name, said in turns)
    html = form.startswith("<")
    media_type = "text/html" if html else "text/markdown" if "*" in form else "text/plain"
    title = "<h1>Ein Gespräch</h1>" if html else "# Ein Gespräch\n\n" if "*" in form else "Ein Gespräch\n\n"
    article = parse(title + body, media_type)

    blocks = [block for each in article.sections for block in each.blocks]
    assert [(block.kind.value, block.speaker) for block in blocks] == [
        ("question", "Redaktion"),
        ("answer", "Kim Beispiel"),
    ] * 2
    assert blocks[3].text == turns[3][1]


def test_questions_in_headings_of_an_interview_are_no_chapters() -> None:
    text = "# „Wir bleiben“\n\nEin Gespräch mit Kim.\n\n" + "".join(
        f"## Warum {word}?\n\nDarum. Ganz klar.\n\n" for word in ("jetzt", "hier", "so")
    )
    article = parse(text, MARKDOWN)
    script = write_script(
        article, Show(Path()), number=1, date=datetime(2026, 3, 1, tzinfo=UTC), lexicon=load_lexicon()
    )

    assert len(article.sections) == 1
    assert [u.written for u in script.utterances if u.role is UtteranceRole.QUESTION] == [
        "Warum jetzt?",
        "Warum hier?",
        "Warum so?",
    ]


def test_a_show_adds_its_own_words() -> None:
    settings = Reading(
        key_points=("Das Wichtigste zuerst",),
        explainer=("Zum Verständnis",),
        sources=("Belege",),
        skip=("Ihr Team vom Blatt", r"Code \d+"),
    )
    text = (
        "# T\n\n## Das Wichtigste zuerst\n\n- Punkt.\n\n## Text\n\nSatz.\n\nIhr Team vom Blatt\n\nCode "
        "12\n\n## Zum Verständnis: X\n\nSo.\n\n## Belege\n\n- Buch\n"
    )
    article = parse(text, MARKDOWN, settings=settings)

    assert article.key_points == ("Punkt.",)
    assert [section.role.value for section in article.sections][-1] == "explainer"
    assert [source.text for source in article.sources] == ["Buch"]
    assert omitted(article) == {("skipped by show.toml", "Ihr Team vom Blatt"), ("skipped by show.toml", "Code 12")}


# --- interviews, tickers and posts ---


def test_who_is_named_in_full_first_and_by_surname_later_is_one_speaker() -> None:
    turns = ("Der Bote: Warum?", "Ina Muster: Darum.", "Der Bote: Und dann?", "Muster: Dann nicht.")
    page = f"<h1>Mut</h1>{''.join(f'<p>{turn}</p>' for turn in turns)}"

    blocks = parse(page, HTML).sections[0].blocks

    assert [(block.kind, block.speaker) for block in blocks[:2]] == [
        (BlockKind.QUESTION, "Der Bote"),
        (BlockKind.ANSWER, "Ina Muster"),
    ]
    assert [block.text for block in blocks[2:]] == ["Und dann?", "Dann nicht."]


def test_the_lead_and_the_first_question_of_an_interview_are_no_chapters() -> None:
    lead = "Die Müllerin Ina Muster über Mehl, Mäuse und das Wetter im Mai"
    text = (
        f"„Mehl ist Mut“\n\n{lead}\n\nFrau Muster, die Mühle wird alt. Wie feiern Sie?\n\nMuster: Mit Brot.\n\n"
        "Bote: Backen Sie selbst?\n\nMuster: Ja, jeden Tag.\n\nBote: Danke für das Gespräch."
    )

    article = parse(text)

    assert [section.heading for section in article.sections] == ["„Mehl ist Mut“"]
    assert [block.kind for block in article.sections[0].blocks[:3]] == [
        BlockKind.PARAGRAPH,
        BlockKind.QUESTION,
        BlockKind.ANSWER,
    ]


def test_a_time_alone_above_a_heading_announces_an_entry_of_a_ticker() -> None:
    page = (
        "<h1>Streik</h1><p>Wir berichten laufend.</p><div><time>17.42 Uhr</time><h3>Züge stehen</h3><p>Es fährt "
        "nichts.</p></div><div><time>16.10 Uhr</time><p>Die Lage ist ruhig.</p></div>"
    )

    blocks = parse(page, HTML).sections[0].blocks

    assert [(block.kind, block.text) for block in blocks[1:]] == [
        (BlockKind.SUBHEADING, "17.42 Uhr: Züge stehen"),
        (BlockKind.PARAGRAPH, "Es fährt nichts."),
        (BlockKind.SUBHEADING, "16.10 Uhr"),
        (BlockKind.PARAGRAPH, "Die Lage ist ruhig."),
    ]


def test_a_whole_entry_behind_a_time_and_plus_signs_is_no_heading() -> None:
    said = "Die Züge stehen seit dem frühen Morgen still. Es geht nichts."

    blocks = parse(f"Streik am Montag\n\nWir berichten laufend.\n\n+++ 17:42 +++ {said} +++").sections[0].blocks

    assert [(block.kind, block.text) for block in blocks[-2:]] == [
        (BlockKind.SUBHEADING, "17:42"),
        (BlockKind.PARAGRAPH, said),
    ]


@pytest.mark.parametrize("name", ["twitter-tweet", "instagram-media", "tiktok-embed"])
def test_an_embedded_post_is_not_spoken_even_if_an_extractor_finds_it(name: str) -> None:
    prose = "<p>Der Pegel der Elbe ist am Samstag nur noch um zwei Zentimeter in der Stunde gestiegen.</p>"
    post = "Der Scheitel wird Montag gegen Mittag in der ganzen Altstadt erwartet, sagt die Zentrale heute."
    page = f'<html><body><article><h1>Elbe</h1>{prose}<blockquote class="{name}"><p>{post}</p></blockquote>{prose}'

    article = parse(f"{page}</article></body></html>", HTML)

    assert ("embed", post) in omitted(article)
