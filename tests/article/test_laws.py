"""What holds for any text, in every form: nothing but ArticleError comes out, and no word is lost."""

from __future__ import annotations

import contextlib
import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ki_briefing.article import parse
from ki_briefing.base.errors import ArticleError
from ki_briefing.model.text import Article

MEDIA_TYPES = ("text/plain", "text/markdown", "text/html")
PIECES = (
    "---\n", "+++\n", "title: A: b\n", "embargo: 12. März 2026\n", "# ", "##", "## Kurz erklärt\n",
    "In Kürze\n", "- ", "1. ", "2. ", "> ", "> [!NOTE]\n", "::: info\n", ":::\n", "- [x] ", "**", "*", "`",
    "```\n", "    ", "\t", "|", " | ", "[^1]", "[^1]: ", "[1]", "¹", '[caption id="1"]', "[/caption]",
    "[gallery]", "{{< x >}}", "{% y %}", "[[a|b]]", "![[c.png]]", "<p>", "</p>", '<div class="share">',
    "</div>", "<article>", "<h1>", "</h1>", "<!--", "-->", "<script>", "</script>", "<table><tr><td>",
    "</table>", "<ul><li>", "<sup>2</sup>", "<br>", '<a href="#1">1</a>', '<img src="a.jpg" alt="b">',
    '<blockquote class="twitter-tweet">', "&amp;", "&#0;", "\ud800", "\x0b", "\u2028", "\xad", "\n", "\n\n",
    " ", "Von Kim Beispiel\n", "Teilen\n", "Foto: dpa\n", "Lesen Sie auch: mehr\n", "Mehr zum Thema\n",
    "Stand: 12.03.2026\n", "PRESSEMITTEILUNG\n", "Nr. 3/2026\n", "Pressekontakt:\n", "Berlin (dpa) - ",
    "bdt0123 3 pl 214 dpa 0456\n", "Verkehr/Bahn/\n", "Titel =\n", "# Notizblock\n",
    "Sperrfrist: 12. März 2026, 10 Uhr\n", "nicht zur Veröffentlichung\n", "+++ 12:00 Uhr +++ ",
    "Redaktion: Wie?\n", "Kim Beispiel: So.\n", "Ein Satz steht hier. Und noch einer folgt.\n", "errei-\nchen",
    "Strom- und Gas", "Überschrift\n", "Quellen\n", "https://example.org/a ", "Wort",
)  # fmt: skip
WORDS = st.sampled_from(
    "der die und ein Haus Baum Dorf geht steht kommt heute morgen schnell Regen Sonne Wind Menschen sagen".split()
)
SENTENCES = st.lists(WORDS, min_size=3, max_size=14).map(lambda words: " ".join(words).capitalize() + ".")
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=4).map(" ".join)
HEADINGS = st.lists(WORDS, min_size=1, max_size=5).map(lambda words: " ".join(words).capitalize())
BODIES = st.lists(st.one_of(PARAGRAPHS, PARAGRAPHS, HEADINGS), min_size=1, max_size=8)
HIDDEN = "Geheimzahl4711"


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
@settings(derandomize=True, max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=40))
def test_any_mixture_is_read_or_refused(media_type: str, pieces: list[str]) -> None:
    with contextlib.suppress(ArticleError):
        parse("".join(pieces), media_type)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(BODIES, st.sampled_from(MEDIA_TYPES), st.sampled_from(("\n\n", "\n")))
def test_every_word_is_spoken_or_listed_and_none_moves(parts: list[str], media_type: str, between: str) -> None:
    text = written(parts, media_type, between)
    with contextlib.suppress(ArticleError):
        article = parse(text, media_type)

        assert letters(" ".join(parts)) in ordered(article) or not_lost(parts, article)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(BODIES, st.integers(40, 90))
def test_a_text_broken_at_a_width_is_the_text(parts: list[str], width: int) -> None:
    wrapped = "\n\n".join(wrap(part, width) for part in parts)

    assert spoken_words(parse("Ein Titel\n\nEin Satz steht hier.\n\n" + wrapped)) >= set(" ".join(parts).split())


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
@pytest.mark.parametrize(
    "mark",
    [
        "Die folgenden Informationen sind nicht zur Veröffentlichung bestimmt",
        "NICHT ZUR VERÖFFENTLICHUNG",
        "nicht zur Veroeffentlichung bestimmt!",
        "* * * n i c h t  z u r  V e r ö f f e n t l i c h u n g * * *",
        "Nicht zur Ver-\nöffentlichung bestimmt:",
        "<b>nicht</b> zur <i>Veröffentlichung</i>",
        "**Nicht** zur *Veröffentlichung*",
        "nicht zur Veröffent\u00adlichung",
        "Nachstehende Angaben sind nicht für die Öffentlichkeit bestimmt.",
        "Nur zum internen Gebrauch",
        "NOT FOR PUBLICATION",
        "Nicht zur\n\nVeröffentlichung bestimmt",
        "# Nicht zur Veröffentlichung",
        "Kontakt (nicht zur Veröffentlichung):",
    ],
)
@settings(derandomize=True, max_examples=12, deadline=None)
@given(BODIES, BODIES)
def test_what_is_marked_is_never_spoken(mark: str, media_type: str, before: list[str], after: list[str]) -> None:
    body = written(before, media_type, "\n\n")
    break_ = "\n<p>" if media_type == "text/html" else "\n\n"
    text = (
        f"{body}{break_}{mark}{break_}{HIDDEN} 0171 2345678{break_}{written(after, media_type, chr(10) * 2)} {HIDDEN}"
    )
    with contextlib.suppress(ArticleError):
        article = parse(text, media_type)

        assert HIDDEN not in ordered_text(article) + article.teaser + article.headline
        assert HIDDEN not in "".join(source.text for source in article.sources)


def written(parts: list[str], media_type: str, between: str) -> str:
    if media_type == "text/html":
        return "".join(f"<p>{part}</p>" if part.endswith(".") else f"<h2>{part}</h2>" for part in parts)
    if media_type == "text/markdown":
        return "\n\n".join(part if part.endswith(".") else f"## {part}" for part in parts)
    return between.join(parts)


def wrap(text: str, width: int) -> str:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def ordered_text(article: Article) -> str:
    texts = [article.teaser, *article.key_points]
    for section in article.sections:
        texts += [section.heading, *(block.text for block in section.blocks)]
    return " ".join(texts)


def ordered(article: Article) -> str:
    return letters(ordered_text(article))


def not_lost(parts: list[str], article: Article) -> bool:
    """Return whether each part is somewhere, where the order must differ: the headline stands above its teaser."""
    everything = ordered(article) + letters(" ".join(omission.text for omission in article.omitted))
    everything += letters(article.headline + " ".join(source.text for source in article.sources))
    return all(letters(part) in everything for part in parts)


def spoken_words(article: Article) -> set[str]:
    return set(ordered_text(article).split())
