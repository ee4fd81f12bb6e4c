"""A script says everything that was written, once, in order, or says why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ki_briefing.article import parse, read_article
from ki_briefing.base.errors import ConfigError
from ki_briefing.base.records import Named
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.german.unicode import normalize
from ki_briefing.german.verbalize import verbalize
from ki_briefing.model.episode import Correction
from ki_briefing.model.text import Article, Script, SegmentKind
from ki_briefing.script import forecast, read_aloud, write_script
from ki_briefing.show.frames import Frames, check_frames
from ki_briefing.show.settings import Show
from ki_briefing.show.voices import Cast, Languages
from ki_briefing.voice.native.espeak import EspeakEngine, EspeakSettings

EPISODES = Path(__file__).parents[2] / "episodes"
ARTICLES = sorted(path for path in EPISODES.glob("*/article.*"))
DATE = datetime(2026, 1, 15, 6, tzinfo=UTC)
LEXICON = load_lexicon()


def written(article: Article, show: Show | None = None) -> Script:
    return write_script(article, show or Show(Path()), number=1, date=DATE, lexicon=LEXICON)


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", normalize(text)).lower()


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.parent.name)
def test_segments_stand_in_the_order_of_a_newscast(path: Path) -> None:
    kinds = [segment.kind for segment in written(read_article(path)).segments]

    assert kinds[:2] == [SegmentKind.INTRO, SegmentKind.KEY_POINTS]
    assert kinds[-1] is SegmentKind.OUTRO
    assert SegmentKind.EXPLAINER in kinds


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.parent.name)
def test_every_written_line_is_spoken_or_listed_as_omitted(path: Path) -> None:
    script = written(read_article(path))
    accounted = letters("".join(utterance.written for utterance in script.utterances))
    accounted += letters("".join(omission.text for omission in script.omitted))
    body = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.S)
    skipped = ("in kürze", "quellen")

    for line in body.splitlines():
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"^[#>\s*-]+|!\[|\|", " ", line)).strip()
        text = re.sub(r"\]\(\w+\.jpg\)", "", text)
        if text and text.lower() not in skipped:
            assert letters(text) in accounted, line


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.parent.name)
def test_sources_are_never_spoken(path: Path) -> None:
    article = read_article(path)
    spoken = " ".join(utterance.written for utterance in written(article).utterances)

    assert article.sources
    assert not [source.text for source in article.sources if source.text in spoken]


def test_pauses_grow_from_sentence_to_segment() -> None:
    script = written(
        parse("Titel der Nachricht\nErster Satz steht hier. Zweiter Satz steht hier.\nNoch ein Absatz folgt.")
    )
    section = script.segments[1]

    assert [utterance.pause for utterance in section.utterances] == [750, 350, 600, 800]


def test_a_long_sentence_gets_room_to_breathe() -> None:
    clause = "und das Modell, das die Forscher in Peking vorgestellt haben, rechnet noch schneller"
    script = written(parse(f"Titel der Nachricht\n{', '.join([clause] * 5)}."))

    utterances = script.segments[1].utterances[1:]
    assert len(utterances) > 1
    assert all(len(utterance.written) <= 250 for utterance in utterances)


def test_a_correction_is_told_at_the_end_of_the_intro_as_far_as_there_is_something_to_tell() -> None:
    frames = Frames(intro=("{podcast}.",), correction=("Korrigiert am {weekday}, dem {date}.", "{note}", "{{}}"))
    show, article = replace(Show(Path()), frames=frames), parse("Titel\nEin Satz steht hier, lang genug.")

    def intro(correction: Correction | None) -> list[str]:
        script = write_script(article, show, number=1, date=DATE, lexicon=LEXICON, correction=correction)
        return [each.written for each in script.segments[0].utterances]

    later = DATE + timedelta(days=1)
    assert intro(None) == ["KI-Briefing-Daily."]
    assert intro(Correction(later)) == ["KI-Briefing-Daily.", "Korrigiert am Freitag, dem 16. Januar 2026."]
    assert intro(Correction(later, "Es waren drei."))[2:] == ["Es waren drei."]


def test_a_template_with_an_unknown_word_names_the_nearest() -> None:
    show = replace(Show(Path()), frames=Frames(intro=("{podcst} am Morgen.",)))

    with pytest.raises(ConfigError) as caught:
        written(parse("Titel\nEin Satz steht hier, lang genug."), show)

    assert "podcast" in caught.value.hint


@pytest.mark.parametrize(
    ("key", "make"),
    [
        ("intro", lambda templates: Frames(intro=templates)),
        ("key_points", lambda templates: Frames(key_points=templates)),
        ("outro", lambda templates: Frames(outro=templates)),
        ("correction", lambda templates: Frames(correction=templates)),
    ],
    ids=["intro", "key_points", "outro", "correction"],
)
@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("Hallo {podcast", "brace"),
        ("Hallo podcast}", "brace"),
        ("Hallo {podcast!", "brace"),
        ("Hallo {headline:{teaser}", "brace"),
        ("Hallo {}", "'{}'"),
        ("Hallo {0}", "'{0}'"),
        ("Hallo { podcast }", "'{ podcast }'"),
        ("Hallo {podcast.title}", "'{podcast.title}'"),
        ("Hallo {podcast[0]}", "'{podcast[0]}'"),
        ("Hallo {headline!r}", "'{headline!r}'"),
        ("Hallo {headline:>10}", "'{headline:>10}'"),
        ("Hallo {headline!r:>10}", "'{headline!r:>10}'"),
        ("Hallo {number:0{number}}", "'{number:0{number}}'"),
    ],
)
def test_a_template_that_cannot_be_filled_is_named_without_an_article(
    key: str, make: Callable[[tuple[str, ...]], Frames], template: str, complaint: str
) -> None:
    frames = make(("In Ordnung.", template))

    with pytest.raises(ConfigError, match=re.escape(complaint)) as caught:
        check_frames(frames)

    assert f"show.toml: [frames] {key}: {template!r}" in caught.value.message
    assert "podcast" in caught.value.hint or "headline" in caught.value.hint or "number" in caught.value.hint
    with pytest.raises(ConfigError, match=re.escape(complaint)):
        written(parse("Titel\nEin Satz steht hier, lang genug."), replace(Show(Path()), frames=frames))


def test_a_brace_written_twice_is_one() -> None:
    show = replace(Show(Path()), frames=Frames(intro=("{{podcast}} heißt {podcast}.",)))
    check_frames(show.frames)

    said = written(parse("Titel\nEin Satz steht hier, lang genug."), show).segments[0].utterances[0]
    assert said.written == f"{{podcast}} heißt {show.podcast.title}."


def test_the_intro_says_the_day_as_a_newsreader_does() -> None:
    said = [utterance.spoken for utterance in written(read_article(ARTICLES[0])).segments[0].utterances]

    assert said[2] == "Donnerstag, der fünfzehnte Januar zweitausendsechsundzwanzig."


def test_a_line_without_its_word_is_left_out() -> None:
    script = written(parse("Titel\nEin Satz steht hier, lang genug für einen Absatz."))

    assert "" not in [utterance.written for utterance in script.segments[0].utterances]


def test_the_forecast_grows_with_the_text() -> None:
    short, long = (written(parse(f"Titel\n{'Ein Satz steht hier. ' * count}")) for count in (3, 30))

    assert forecast(long) > forecast(short) + 20


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=60), min_size=1))
def test_any_text_is_read_aloud_without_losing_a_letter(lines: list[str]) -> None:
    text = " ".join(lines)

    said = list(read_aloud(text, LEXICON))
    assert letters("".join(utterance.written for utterance in said)) == letters(text)
    assert [verbalize(utterance.written) for utterance in said] == [utterance.spoken for utterance in said]


# --- who says what ---

INTERVIEW = """---
author: Eva Muster
---
# Ein Gespräch

Die Forscherin erklärt, warum es nicht schneller geht, und was als Nächstes kommt.

## Das Gespräch

**Frau Meyer, was ist neu?**

Vieles ist neu, und das meiste davon wird bleiben.

> Es hat nicht gereicht.

Danach ging es weiter. „We have never seen anything like this before in our lives.“ Das war es.

## Kurz erklärt: Was ist ein Chip?

Ein Chip ist ein kleines Stück Silizium.
"""


def cast_of(cast: Cast) -> dict[str, str]:
    """Return the voice of each utterance by what is written."""
    article = parse(INTERVIEW, "text/markdown")
    return {each.written: each.voice for each in written(article, Show(Path(), cast=cast)).utterances}


def test_without_a_cast_nothing_has_a_voice_of_its_own() -> None:
    assert set(cast_of(Cast()).values()) == {""}


def test_the_cast_gives_each_utterance_its_voice() -> None:
    cast = Cast(
        default="anna",
        quote="ben",
        explainer="eva",
        heading="kai",
        frame="tom",
        languages=Languages(en="john"),
        authors=(Named("Eva Muster", "muster"),),
    )
    voices = cast_of(cast)

    assert voices["Es hat nicht gereicht."] == "ben"
    assert voices["Ein Chip ist ein kleines Stück Silizium."] == "eva"
    assert voices["Kurz erklärt: Was ist ein Chip?"] == "kai"
    assert voices["Danke fürs Zuhören."] == "tom"
    assert voices["„We have never seen anything like this before in our lives.“"] == "john"
    assert voices["Danach ging es weiter."] == "muster"


def test_a_voice_that_speaks_english_is_not_told_how_english_words_sound() -> None:
    article = parse(INTERVIEW, "text/markdown")
    english = Show(Path(), cast=Cast(languages=Languages(en="john")))
    said = {show.cast.languages.en: written(article, show).utterances for show in (Show(Path()), english)}
    quoted = {name: next(each for each in of if "never seen" in each.written) for name, of in said.items()}

    assert quoted[""].pronunciations
    assert quoted["john"].pronunciations == ()


def test_who_asks_and_answers_in_an_interview_can_have_voices() -> None:
    turns = ("Was ist neu, Herr Lin", "Vieles ist neu", "Und was bleibt vom Alten", "Das meiste davon bleibt")
    text = "# Ein Gespräch\n\nDie beiden reden, und das lange genug für einen Absatz.\n\n" + "\n\n".join(
        f"{'SZ' if index % 2 == 0 else 'Lin'}: {turn}, und das ist lang genug für einen Satz{'?.'[index % 2]}"
        for index, turn in enumerate(turns * 2)
    )
    cast = Cast(answer="ben", speakers=(Named("SZ", "anna"),))
    script = written(parse(text, "text/markdown"), Show(Path(), cast=cast))

    voices = {each.written.split(",")[0]: each.voice for each in script.utterances}
    assert [voices[turn.split(",")[0]] for turn in turns] == ["anna", "ben", "anna", "ben"]
    assert "Dieser Beitrag enthält synthetische Stimmen." in voices
    alone = written(parse(text, "text/markdown"), Show(Path()))
    assert "Dieser Beitrag enthält eine synthetische Stimme." in {each.written for each in alone.utterances}
    own = Show(Path(), cast=cast, frames=Frames(notice="Hier spricht niemand."))
    assert "Hier spricht niemand." in {each.written for each in written(parse(text, "text/markdown"), own).utterances}


def article_of(*paragraphs: str) -> Article:
    return parse("\n\n".join(("Titel der Nachricht", *paragraphs)))


@pytest.mark.parametrize("word", ["M" * 101, "a" * 20_000, "7" * 2000, "SGVsbG8gV29ybGQ0" * 30 + "==", "z.B." * 60])
def test_a_word_that_nobody_could_read_aloud_is_listed_with_the_reason(word: str) -> None:
    script = written(article_of(f"Der Schlüssel lautet {word} und gilt.", "Ein zweiter Satz."))

    assert all(word[:20] not in utterance.written for utterance in script.utterances)
    assert "Der Schlüssel lautet und gilt." in {" ".join(each.written.split()) for each in script.utterances}
    assert [(each.text, each.reason) for each in script.omitted] == [(word, "a word of over 100 letters")]


def test_the_longest_german_word_is_spoken() -> None:
    word = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
    script = written(article_of(f"Das {word} ist Geschichte.", "-" * 200))

    assert any(word in utterance.spoken for utterance in script.utterances)


@pytest.mark.parametrize(
    "text",
    ["M " * 1000, "Y " * 1000, "Wort " * 400, "777 " * 500, "§5 " * 500, "漢" * 95, "12345678901234567890 " * 100],
    ids=lambda text: text[:4].strip(),
)
def test_no_utterance_takes_a_voice_more_than_a_minute(text: str) -> None:
    said = written(article_of(text, "Das ist ein ganzer Satz.")).utterances
    engine = EspeakEngine(EspeakSettings())
    longest = max(said, key=lambda utterance: len(utterance.spoken))
    clip = engine.synthesize(longest)

    assert len(clip.samples) <= 60 * clip.sample_rate
    assert max(len(utterance.spoken) for utterance in said) <= 600
    assert letters("".join(utterance.written for utterance in said)).count(letters(text)) == 1
