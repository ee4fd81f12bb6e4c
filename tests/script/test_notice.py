"""Whoever listens is told first that a machine speaks, in words that are true, and is reminded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ki_briefing.article import parse
from ki_briefing.base.errors import ConfigError
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.model.episode import VoiceKind
from ki_briefing.model.text import Article, Script, SegmentKind, UtteranceRole
from ki_briefing.script import forecast, is_verbatim, lacks_reminder, reword, write_script
from ki_briefing.show.frames import Frames, check_frames
from ki_briefing.show.reading import load_show
from ki_briefing.show.settings import Show

DATE = datetime(2026, 1, 15, 6, tzinfo=UTC)
LEXICON = load_lexicon()
ARTICLE = parse("Titel der Nachricht\n\nEin Satz steht hier, lang genug für einen Absatz.")
RULES, TRAINED, CLONED = VoiceKind.RULES, VoiceKind.TRAINED, VoiceKind.CLONED


def written(
    article: Article = ARTICLE,
    kinds: tuple[VoiceKind, ...] = (RULES,),
    notice: str = Frames().notice,
    reminder: str = Frames().reminder,
) -> Script:
    show = Show(Path(), frames=Frames(notice=notice, reminder=reminder))
    return write_script(article, show, number=1, date=DATE, lexicon=LEXICON, kinds_of=lambda _: kinds)


def said(script: Script, kind: SegmentKind) -> list[str]:
    return [each.written for segment in script.segments if segment.kind is kind for each in segment.utterances]


@pytest.mark.parametrize(
    ("kinds", "notice"),
    [
        ((RULES,), "Dieser Beitrag enthält eine synthetische Stimme."),
        ((TRAINED,), "Dieser Beitrag enthält eine KI-generierte Stimme."),
        ((CLONED,), "Dieser Beitrag enthält eine mit KI nachgebildete Stimme."),
        ((RULES, RULES), "Dieser Beitrag enthält synthetische Stimmen."),
        ((TRAINED, TRAINED, TRAINED), "Dieser Beitrag enthält KI-generierte Stimmen."),
        ((RULES, TRAINED), "Dieser Beitrag enthält eine KI-generierte Stimme und eine synthetische Stimme."),
        (
            (RULES, TRAINED, CLONED, CLONED),
            "Dieser Beitrag enthält mit KI nachgebildete Stimmen, eine KI-generierte Stimme"
            " und eine synthetische Stimme.",
        ),
    ],
)
def test_the_first_words_say_what_kind_of_voice_speaks(kinds: tuple[VoiceKind, ...], notice: str) -> None:
    assert said(written(kinds=kinds), SegmentKind.INTRO)[0] == notice


def test_a_show_has_words_of_its_own_for_it() -> None:
    own = written(kinds=(TRAINED,), notice="Achtung, hier spricht {voices}!", reminder="Weiterhin {voices}.")

    assert said(own, SegmentKind.INTRO)[0] == "Achtung, hier spricht eine KI-generierte Stimme!"
    assert said(own, SegmentKind.OUTRO)[0] == "Weiterhin eine KI-generierte Stimme."
    assert said(written(notice="Hier spricht niemand."), SegmentKind.INTRO)[0] == "Hier spricht niemand."
    assert said(written(notice=""), SegmentKind.INTRO)[0] == "Dieser Beitrag enthält eine synthetische Stimme."


@pytest.mark.parametrize("frames", [Frames(notice="Es spricht {podcast}"), Frames(reminder="Es spricht {stimme}")])
def test_a_notice_that_cannot_be_filled_is_named(frames: Frames) -> None:
    with pytest.raises(ConfigError, match=r"\[frames\] (notice|reminder): 'Es spricht"):
        check_frames(frames)


def test_a_long_episode_reminds_its_listeners_in_the_middle_after_music() -> None:
    section = "\n".join("Dieser Satz steht hier, damit der Abschnitt lang wird." for _ in range(40))
    text = "# Der Titel der Nachricht\n\nEin Absatz, der alles zusammenfasst.\n\n" + "\n\n".join(
        f"## Abschnitt {number}\n\n{section}" for number in range(1, 6)
    )
    script = written(parse(text, "text/markdown"))
    reminder = "Du hörst eine synthetische Stimme."
    reminded = [
        (segment.title, [each.written for each in segment.utterances].index(reminder))
        for segment in script.segments
        if reminder in [each.written for each in segment.utterances]
    ]

    assert forecast(script) > 600
    assert reminded == [("Abschnitt 3", 1), ("Verabschiedung", 0)]  # after its heading; then before the farewell
    short = written()
    assert [each.written for each in short.utterances].count(reminder) == 1
    assert said(short, SegmentKind.OUTRO)[0] == reminder


def test_a_long_text_without_sections_reminds_its_listeners_between_two_paragraphs() -> None:
    paragraph = "Dieser Satz steht hier, damit der Absatz lang wird. " * 20
    script = written(parse("# Der Titel der Nachricht\n\n" + f"{paragraph}\n\n" * 12, "text/markdown"))
    (section,) = (each.utterances for each in script.segments if each.kind is SegmentKind.SECTION)
    reminders = [at for at, each in enumerate(section) if each.role is UtteranceRole.FRAME]

    assert reminders == [121]  # after the heading and six of the paragraphs
    assert section[120].pause == section[121].pause == Show(Path()).pauses.paragraph
    assert not lacks_reminder(script)
    assert lacks_reminder(written(parse(f"# Der Titel der Nachricht\n\n{paragraph * 12}", "text/markdown")))


def test_a_script_that_is_worded_anew_is_as_if_it_was_written_so() -> None:
    for article in (
        ARTICLE,
        parse("# Titel\n\n" + "Ein Satz, und noch einer. " * 500 + "\n\n## Teil\n\nEnde.", "text/markdown"),
    ):
        first = written(article)
        again = reword(first, article, Show(Path()), (TRAINED,), number=1, date=DATE, lexicon=LEXICON)

        assert again == written(article, (TRAINED,))
        assert reword(again, article, Show(Path()), (RULES,), number=1, date=DATE, lexicon=LEXICON) == first


def test_a_switched_off_notice_needs_a_reason(tmp_path: Path) -> None:
    (tmp_path / "show.toml").write_text('[frames]\nnotice = "none"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="has no reason") as caught:
        load_show(tmp_path)
    assert "notice_reason" in caught.value.hint

    (tmp_path / "show.toml").write_text('[frames]\nnotice = "none"\nnotice_reason = "Nur für uns."\n', encoding="utf-8")
    show = load_show(tmp_path)
    script = write_script(ARTICLE, show, number=1, date=DATE, lexicon=LEXICON)
    assert "Stimme" not in " ".join(each.written for each in script.utterances)


@pytest.mark.parametrize("none", ["None", " none ", "NONE"])
def test_none_is_none_however_it_is_written(tmp_path: Path, none: str) -> None:
    (tmp_path / "show.toml").write_text(f'[frames]\nnotice = "{none}"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="has no reason"):
        load_show(tmp_path)
    silent = written(reminder=none)

    assert [each.written for each in silent.utterances if "Stimme" in each.written] == [
        "Dieser Beitrag enthält eine synthetische Stimme."
    ]
    assert none.strip() not in [each.written for each in silent.utterances]


@pytest.mark.parametrize("words", ["…", "🤖"])
@pytest.mark.parametrize("key", ["notice", "reminder"])
def test_what_cannot_be_spoken_tells_nobody(tmp_path: Path, key: str, words: str) -> None:
    (tmp_path / "show.toml").write_text(f'[frames]\n{key} = "{words}"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"\[frames\] {key}: .* has no word that could be spoken"):
        load_show(tmp_path)


@pytest.mark.parametrize("table", ["voice", "voices.anna"])
def test_a_cloned_voice_needs_the_consent_of_a_person(tmp_path: Path, table: str) -> None:
    (tmp_path / "show.toml").write_text(f"[{table}]\ncloned = true\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"\[{table}\] cloned: nobody agreed") as caught:
        load_show(tmp_path)
    assert "consent" in caught.value.hint

    (tmp_path / "show.toml").write_text(
        f'[{table}]\ncloned = true\nconsent = "Eva Muster, 1.3.2026"\n', encoding="utf-8"
    )
    assert load_show(tmp_path)


@pytest.mark.parametrize(
    ("url", "sources", "line"),
    [
        ("https://example.org/a", True, "Den Artikel zum Nachlesen und alle Quellen findest du"),
        ("https://example.org/a", False, "Den Artikel zum Nachlesen findest du"),
        ("", True, "Alle Quellen findest du"),
        ("entwurf.docx", False, "Danke fürs Zuhören."),
    ],
)
def test_the_outro_speaks_of_nothing_that_the_notes_do_not_hold(url: str, *, sources: bool, line: str) -> None:
    text = "Titel der Nachricht\n\nEin Satz steht hier, lang genug für einen Absatz.\n"
    article = replace(parse(text + ("\nQuellen\n- Handelsblatt\n" if sources else "")), url=url)

    assert said(written(article), SegmentKind.OUTRO)[2].startswith(line)


def test_word_for_word_is_what_was_not_changed_to_be_read() -> None:
    script = written()
    edited = replace(
        script.segments[1], utterances=(replace(script.segments[1].utterances[-1], written="Ein anderer Satz."),)
    )

    assert is_verbatim(script, ARTICLE)
    assert not is_verbatim(replace(script, segments=(script.segments[0], edited)), ARTICLE)
