"""A producer reads at the terminal what will be said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ki_briefing.article import parse, read_article
from ki_briefing.cli.readable import script_text, shortened
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.model.text import Article, Script
from ki_briefing.script import write_script
from ki_briefing.show.settings import Show
from ki_briefing.show.voices import Cast

ARTICLE = min((Path(__file__).parents[2] / "episodes").glob("*/article.*"))


def written(article: Article) -> Script:
    date = datetime(2026, 1, 15, 6, tzinfo=UTC)
    return write_script(article, Show(Path()), number=1, date=date, lexicon=load_lexicon())


def test_the_readable_script_shows_written_spoken_and_omitted() -> None:
    article = read_article(ARTICLE)
    text = script_text(written(article), article)

    assert "→ Seit dem zweiten Februar zweitausendfünfundzwanzig" in text
    assert "(table)" in text


def test_a_reader_sees_spelled_letters_as_written_but_voices_get_them_apart() -> None:
    article = parse("Titel\n\nGPT-5 ist eine KI auf 8 GPUs, sagt das KI-Briefing.\n")
    script = written(article)

    assert "→ GPT fünf ist eine KI auf acht GPUs, sagt das KI-Briefing." in script_text(script, article)
    assert "G P T fünf ist eine K I auf acht G P Us, sagt das K I-Briefing." in [u.spoken for u in script.utterances]


def test_a_reader_sees_where_another_voice_begins() -> None:
    article = parse(
        "# Titel\n\nEin Satz, lang genug für einen Absatz.\n\n> Ein Zitat, das dort steht.\n", "text/markdown"
    )
    date = datetime(2026, 1, 15, 6, tzinfo=UTC)
    show = Show(Path(), cast=Cast(quote="ben"))
    script = write_script(article, show, number=1, date=date, lexicon=load_lexicon())
    lines = script_text(script, article).splitlines()

    assert lines[lines.index("  Ein Zitat, das dort steht.") - 1] == "  <ben>"
    assert lines.count("  <voice>") == 1


def test_a_reader_sees_what_the_article_says_of_itself() -> None:
    article = parse(
        "---\ntitle: T\nurl: https://x.example.org/a\nauthor: Erika Beispiel\ndate: 2026-03-12 10:00\n"
        "image: https://x.example.org/a.jpg\n---\nEin Satz.\n",
        "text/markdown",
    )
    lines = script_text(written(article), article).splitlines()

    about = "2026-03-12 10:00+01:00, Erika Beispiel, https://x.example.org/a, picture https://x.example.org/a.jpg"
    assert lines[3] == f"Article: {about}"
    assert "  (picture on the web, not beside the article) https://x.example.org/a.jpg" in lines


def test_what_is_too_long_to_be_a_word_is_shown_cut_and_an_address_whole() -> None:
    address = f"https://example.org/{'a' * 99}"

    assert shortened(f"Bild {'x' * 1200} {address} Ende") == f"Bild {'x' * 60}… {address} Ende"
