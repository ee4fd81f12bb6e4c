"""Transcripts: the same words in every form, times in order, nothing that podcast apps are known to misread."""

from __future__ import annotations

import html
import io
import itertools
import json
import re
from dataclasses import replace

import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ki_briefing.episode import transcript
from ki_briefing.model.episode import Episode
from ki_briefing.model.sound import Chapter, Cue, CueWord, Timeline
from ki_briefing.model.text import SegmentKind, UtteranceRole
from publication_samples import sample_episode

RATE = 1000  # a frame is a millisecond: tests can count
NAME = "KI-Briefing-Daily"
LONG = (
    "Als Reaktion darauf soll das Startup für bestimmte Trainingsaufgaben auf Nvidia-Chips ausgewichen sein,",
    "die Berichten zufolge illegal ins Land gebracht wurden – mit Erfolg, wie es heißt.",
)


def cue(text: str, start: int, role: UtteranceRole = UtteranceRole.PARAGRAPH, timed: bool = False) -> Cue:
    """Return a cue in which every letter takes 50 ms."""
    words = [(match.start(), match.end()) for match in re.finditer(r"\S+", text)] if timed else []
    marks = tuple(CueWord(at, end, start + 50 * at, start + 50 * end) for at, end in words)
    return Cue(start, start + 50 * len(text), text, 0, role, marks)


def line_up(*texts: str, pause: int = 350, timed: bool = False) -> Timeline:
    cues, at = [], 0
    for text in texts:
        cues.append(cue(text, at, timed=timed))
        at = cues[-1].end + pause
    return timeline_of(*cues)


def timeline_of(*cues: Cue) -> Timeline:
    end = cues[-1].end
    return Timeline(RATE, end, (Chapter(0, end, "Teil", SegmentKind.SECTION),), cues)


def episode_of(timeline: Timeline) -> Episode:
    return replace(sample_episode(), sentences=transcript.sentences(timeline))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


TEXTS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=160).filter(
        lambda text: bool(text.strip())
    ),
    min_size=1,
    max_size=6,
)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(TEXTS, st.booleans())
def test_subtitles_hold_every_word_fit_the_screen_and_never_overlap(texts: list[str], timed: bool) -> None:
    timeline = line_up(*texts, timed=timed)
    shown = transcript.subtitles(timeline)

    assert " ".join(line for each in shown for line in each.lines).split() == " ".join(texts).split()
    assert all(len(each.lines) <= 2 for each in shown)
    assert all(len(line) <= 42 or " " not in line for each in shown for line in each.lines)
    assert all(each.start < each.end for each in shown)
    assert all(one.end <= two.start for one, two in itertools.pairwise(shown))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(TEXTS)
def test_every_form_says_the_same(texts: list[str]) -> None:
    timeline = line_up(*texts)
    shown, episode = transcript.subtitles(timeline), episode_of(timeline)

    vtt = [html.unescape(each.text) for each in webvtt.from_string(transcript.to_vtt(shown, NAME)).captions]
    srt = webvtt.from_buffer(io.StringIO(transcript.to_srt(shown)), format="srt")
    segments = json.loads(transcript.to_json(timeline, NAME))["segments"]
    page = transcript.to_html(episode)

    forms = [
        vtt,
        [each.text for each in srt.captions],
        [each["body"] for each in segments],
        [html.unescape(each) for each in re.findall(r"<p>(.*?)</p>", page, re.S)],
    ]
    assert [words(" ".join(form)) for form in forms] == [words(" ".join(texts))] * 4


def test_vtt_names_the_speaker_in_every_cue_and_writes_milliseconds_in_full() -> None:
    text = transcript.to_vtt(transcript.subtitles(line_up(*LONG)), NAME)
    captions = webvtt.from_string(text)

    assert text.startswith("WEBVTT\n\n00:00:00.000 --> ")
    assert {caption.voice for caption in captions.captions} == {NAME}
    assert re.findall(r"\d\d:\d\d\.\d{1,2}\b ", text) == []


def test_markup_in_a_text_stays_text() -> None:
    timeline = line_up("Er schrieb <b>fett</b> & --> weg.")
    shown, page = transcript.subtitles(timeline), transcript.to_html(episode_of(timeline))

    assert "<b>" not in transcript.to_vtt(shown, "A > B")
    assert "--> weg" not in transcript.to_vtt(shown, NAME)
    assert "<script" not in page
    assert "<p>Er schrieb &lt;b&gt;fett&lt;/b&gt; &amp; --&gt; weg.</p>" in page


@pytest.mark.parametrize(
    "text", ["Fazit: Um 12:30 Uhr: alles gut.", "Er fragte:", "Eine Überschrift die genau so endet wie diese hier: ja"]
)
def test_no_app_takes_what_stands_before_a_colon_for_a_speaker(text: str) -> None:
    srt = transcript.to_srt(transcript.subtitles(line_up(text, "Warum?")))

    for body in re.split(r"\n\n", srt):
        assert ": " not in " ".join(body.split("\n")[2:]) + " "


def test_json_never_holds_an_empty_segment_and_always_an_end() -> None:
    document = json.loads(transcript.to_json(line_up("Eins.", "Zwei."), NAME))

    assert document["version"] == "1.0.0"
    assert document["segments"] == [
        {"speaker": NAME, "startTime": 0.0, "endTime": 0.25, "body": "Eins."},
        {"speaker": NAME, "startTime": 0.6, "endTime": 0.85, "body": "Zwei."},
    ]


def test_json_tells_when_each_word_is_heard_where_the_engine_told() -> None:
    first, second = json.loads(transcript.to_json(line_up("Das ist neu.", "Ja, sehr.", timed=True), NAME))["segments"]

    assert [word["body"] for word in first["words"]] == ["Das", "ist", "neu."]
    assert all(word["startTime"] < word["endTime"] for word in (*first["words"], *second["words"]))
    assert first["startTime"] <= first["words"][0]["startTime"]
    assert second["startTime"] <= second["words"][0]["startTime"]
    assert second["words"][-1]["endTime"] <= second["endTime"]


def test_a_sentence_said_in_two_breaths_is_one_sentence_again() -> None:
    timeline = line_up(*LONG, pause=150)

    (sentence,) = transcript.sentences(timeline)

    assert sentence.text == " ".join(LONG)
    assert (sentence.start, sentence.end) == (0, timeline.frames)


def test_list_items_without_a_full_stop_stay_apart() -> None:
    items = [
        cue("Systeme, die manipulieren,", 0, UtteranceRole.LIST_ITEM),
        cue("und andere", 2000, UtteranceRole.LIST_ITEM),
    ]

    found = transcript.sentences(timeline_of(*items))

    assert [(each.text, each.paragraph) for each in found] == [("Systeme, die manipulieren,", 0), ("und andere", 1)]


def test_a_longer_silence_begins_a_paragraph() -> None:
    cues = (cue("Eins.", 0), cue("Zwei.", 600), cue("Drei.", 1500))

    assert [each.paragraph for each in transcript.sentences(timeline_of(*cues))] == [0, 0, 1]


def test_long_sentences_fill_few_screens_with_even_lines() -> None:
    shown = transcript.subtitles(line_up(*LONG, pause=150))

    assert [each.lines for each in shown] == [
        ("Als Reaktion darauf soll das Startup", "für bestimmte Trainingsaufgaben"),
        ("auf Nvidia-Chips ausgewichen sein,", "die Berichten zufolge"),
        ("illegal ins Land gebracht wurden –", "mit Erfolg, wie es heißt."),
    ]


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("Die Verordnung (EU) 2024/1689 ist am 1. August 2024 in Kraft getreten.", "1. August"),
        ("Forscher machten deutlich, dass ohne leistungsfähigere Chips wenig gehen werde.", "dass ohne"),
        ("Das neue Modell soll in den kommenden Wochen veröffentlicht werden.", "in den kommenden"),
        ("Sie setzten im vergangenen Jahr heimische Chips ein – mit enttäuschendem Ergebnis.", "ein –"),
    ],
)
def test_lines_do_not_tear_what_belongs_together(text: str, together: str) -> None:
    lines = [line for screen in transcript.subtitles(line_up(text)) for line in screen.lines]

    assert len(lines) >= 2
    assert any(together in line for line in lines), lines


def test_what_is_soon_said_stays_until_it_can_be_read_but_not_over_the_next() -> None:
    shown = transcript.subtitles(
        timeline_of(cue("Kurz.", 0), cue("In Kürze.", 5000), cue("Punkt.", 5600), cue("A.", 9000))
    )

    assert [(each.start, each.end) for each in shown] == [(0, 1000), (5000, 5600), (5600, 6600), (9000, 9100)]


def test_screens_begin_when_their_first_word_is_heard() -> None:
    text = "Ein ziemlich langer Satz ohne jedes Komma der auf zwei Bildschirme passt und noch weiter geht als das."
    late = [
        CueWord(match.start(), match.end(), 9000 + match.start(), 9000 + match.end())
        for match in re.finditer(r"\S+", text)
    ]
    spoken = replace(cue(text, 9000), words=tuple(late), end=9000 + 50 * len(text))

    first, second = transcript.subtitles(timeline_of(spoken))

    assert first.start == 9000
    assert second.start == 9000 + text.index(second.lines[0].split(" ")[0])
    assert second.end == spoken.end


def test_html_marks_headings_and_times_for_readers_and_machines() -> None:
    cues = (cue("Größere Chips", 0, UtteranceRole.HEADING), cue("Sie sind da.", 83_000))

    page = etree.fromstring(transcript.to_html(episode_of(timeline_of(*cues))), etree.HTMLParser())

    assert page.xpath("string(//div[@role='heading'])") == "Größere Chips"
    assert page.xpath("//time/@datetime") == ["PT0.000S", "PT83.000S"]
    assert page.xpath("//time/text()") == ["00:00:00", "00:01:23"]


# --- several speakers ---


def talk(*turns: tuple[str, str], pause: int = 350) -> Timeline:
    """Return a timeline of speakers and what each says."""
    cues, at = [], 0
    for speaker, text in turns:
        cues.append(replace(cue(text, at), speaker=speaker))
        at = cues[-1].end + pause
    return timeline_of(*cues)


TALK = talk(
    ("Anna", "Er sagt:"), ("Ben König", "„Um 12:30 Uhr: alles gut.“"), ("Ben König", "Ja: gut."), ("Anna", "Aha.")
)


def antennapod(srt: str) -> list[tuple[str, str]]:
    """Return speaker and text of each cue as AntennaPod understands them."""
    found, speaker = [], ""
    for block in srt.strip().split("\n\n"):
        body = " ".join(line.strip() for line in block.split("\n")[2:]) + " "
        if ": " in body:
            speaker, body = body.strip().split(":")[:2]
        found.append((speaker, body.strip()))
    return found


def test_vtt_and_json_name_who_speaks() -> None:
    captions = webvtt.from_string(transcript.to_vtt(transcript.subtitles(TALK), NAME)).captions
    segments = json.loads(transcript.to_json(TALK, NAME))["segments"]

    assert [caption.voice for caption in captions] == ["Anna", "Ben König", "Ben König", "Anna"]
    assert [segment["speaker"] for segment in segments] == ["Anna", "Ben König", "Ben König", "Anna"]


def test_srt_names_a_speaker_who_begins_and_apps_lose_no_word() -> None:
    assert antennapod(transcript.to_srt(transcript.subtitles(TALK))) == [
        ("Anna", "Er sagt∶"),
        ("Ben König", "„Um 12∶30 Uhr∶ alles gut.“"),
        ("Ben König", "Ja:\u00a0gut."),
        ("Anna", "Aha."),
    ]


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["Anna", "Ben: der Zweite"]), TEXTS.map(" ".join)), min_size=1, max_size=5))
def test_with_a_speakers_name_lines_still_fit_and_hold_every_word(turns: list[tuple[str, str]]) -> None:
    shown = transcript.subtitles(talk(*turns))
    lines = [line for each in shown for line in each.lines]
    srt = transcript.to_srt(shown).split("\n")

    assert " ".join(lines).split() == " ".join(text for _, text in turns).split()
    assert all(len(each.lines) <= 2 for each in shown)
    assert all(len(line) <= 42 + 1 or len(line.split(": ", 1)[-1].split(" ")) == 1 for line in srt if "-->" not in line)


def test_another_speaker_begins_a_paragraph_and_ends_a_sentence() -> None:
    found = transcript.sentences(talk(("Anna", "Er sagt"), ("Ben", "das ist neu."), pause=100))

    assert [(each.speaker, each.text, each.paragraph) for each in found] == [
        ("Anna", "Er sagt", 0),
        ("Ben", "das ist neu.", 1),
    ]


def test_html_names_a_speaker_where_another_begins() -> None:
    page = transcript.to_html(episode_of(talk(("A & B", "Eins."), ("A & B", "Zwei."), ("Ben", "Drei."))))

    assert re.findall(r"<cite>.*?</cite>", page) == ["<cite>A &amp; B:</cite>", "<cite>Ben:</cite>"]
