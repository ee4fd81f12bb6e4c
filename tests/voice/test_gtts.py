"""The online voice: the real gTTS and our real sending, against every way in which Google says no."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import google_translate as google
from fakes import speaker, utterance
from ki_briefing.base.errors import ConfigError, EngineOffline, SpeechError
from ki_briefing.base.store import Store
from ki_briefing.model.sound import Clip
from ki_briefing.model.spans import Pronunciation
from ki_briefing.voice.clips import speak
from ki_briefing.voice.online import client as online
from ki_briefing.voice.online.gtts import GttsEngine, GttsSettings
from ki_briefing.voice.online.pieces import cut

Serve = Callable[..., google.GoogleTranslate]

TEXT = "Das ist ein Satz für die Stimme."
LONG = (
    "Das Unternehmen hat am Montag ein neues Sprachmodell vorgestellt, das deutlich weniger Rechenleistung braucht, "
    "und zugleich angekündigt, die Gewichte unter einer offenen Lizenz zu veröffentlichen: Das gab es noch nie."
)
UNUSUAL = b"<html><body>Our systems have detected unusual traffic from your computer network.</body></html>"


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Return a function that puts a service on loopback in Google's place."""
    services = []

    def start(reply: Callable[[int, str], bytes | None], **options: str) -> google.GoogleTranslate:
        service = google.GoogleTranslate(tmp_path, reply, **options)
        services.append(service)
        monkeypatch.setenv("HTTPS_PROXY", service.proxy)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(service.bundle))
        return service

    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setattr(online, "_PAUSES", (0.01, 0.01, 0.01, 0.01))
    yield start
    for service in services:
        service.close()


def say(text: str = TEXT) -> Clip:
    return GttsEngine(GttsSettings()).synthesize(utterance(text))


def test_a_sentence_is_one_request_and_its_sound(serve: Serve) -> None:
    service = serve(lambda _n, text: google.answer(text))
    clip = say()

    assert service.asked == [TEXT]
    assert clip.sample_rate == google.RATE
    assert clip.samples.dtype == np.float32
    assert abs(len(clip.samples) / clip.sample_rate - 0.065 * len(TEXT)) < 0.15
    assert np.abs(clip.samples).max() == pytest.approx(0.2, abs=0.03)


def test_a_long_one_goes_out_in_pieces_that_lose_no_word_and_join_without_a_click(serve: Serve) -> None:
    service = serve(lambda _n, text: google.answer(text))
    clip = say(LONG)

    assert " ".join(service.asked) == LONG
    assert len(service.asked) == 3
    assert all(len(piece) <= 100 for piece in service.asked)
    assert service.asked[0].endswith(("vorgestellt,", "braucht,"))
    assert len(clip.samples) >= 0.065 * len(LONG.replace(" ", "")) * clip.sample_rate
    steepest = 0.2 * 2 * np.pi * 300 / google.RATE
    assert np.abs(np.diff(clip.samples)).max() < 1.5 * steepest


@pytest.mark.parametrize(
    "text",
    ["Am 3. Mai kam z. B. Dr. Meier.", "Wort " * 60, "x" * 250, "a, " * 90, "Ende – " * 30, f"{'Ä' * 99} {'ö' * 99}"],
)  # fmt: skip
def test_pieces_are_short_enough_and_keep_every_letter(text: str) -> None:
    pieces = cut(text, 100)

    assert all(0 < len(piece) <= 100 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_connections_are_kept_and_sentences_go_out_in_parallel_within_a_limit(serve: Serve, tmp_path: Path) -> None:
    service = serve(lambda _n, text: google.answer(text))
    texts = [f"Das ist der Satz mit der Nummer {'x' * n}." for n in range(1, 9)]

    engine = GttsEngine(GttsSettings())
    speech = speak([utterance(text) for text in texts], speaker(engine, at_once=3), Store(tmp_path / "clips"))

    assert sorted(service.asked) == sorted(texts)
    assert speech.spoken == 8


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(google.http(b"", "429 Too Many Requests", "Retry-After: 0\r\n"), id="429 with seconds"),
        pytest.param(
            google.http(b"", "429 Too Many Requests", "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n"),
            id="429 with a date",
        ),
        pytest.param(google.http(b"", "429 Too Many Requests", "Retry-After: soon\r\n"), id="429 with nonsense"),
        pytest.param(google.http(b"oops", "500 Internal Server Error"), id="500"),
        pytest.param(google.http(b"", "503 Service Unavailable"), id="503"),
        pytest.param(None, id="connection lost"),
        pytest.param(b"", id="silence, then nothing"),
        pytest.param(google.answer(TEXT)[:-200], id="answer torn"),
        pytest.param(google.encoded("%%%not base64%%%"), id="bad base64"),
        pytest.param(google.encoded("QUJD="), id="torn base64"),
        pytest.param(google.encoded(base64.b64encode(b"<html>captcha</html>" * 99).decode()), id="captcha in base64"),
        pytest.param(google.encoded(""), id="no bytes in base64"),
        pytest.param(google.answer(TEXT, google.tone_mp3(2.1)[:-50]), id="MP3 torn in its last frame"),
        pytest.param(google.answer(TEXT, google.tone_mp3(0.3)), id="MP3 too short for its text"),
        pytest.param(google.answer(TEXT, google.tone_mp3(40)), id="MP3 too long for its text"),
        pytest.param(google.answer(TEXT, google.tone_mp3(2.1, 0.0)), id="MP3 of silence"),
        pytest.param(google.http(b')]}\'\n[["wrb.fr","jQ1olc",null]]'), id="no sound for it"),
    ],
)
def test_a_passing_trouble_is_tried_again_and_leaves_no_trace(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, trouble: bytes | None
) -> None:
    monkeypatch.setattr(online, "_READ", 0.5)
    service = serve(lambda n, text: trouble if n == 1 else google.answer(text))
    clip = say()

    assert service.asked == [TEXT, TEXT]
    assert abs(len(clip.samples) / clip.sample_rate - 0.065 * len(TEXT)) < 0.15


def test_a_lasting_trouble_is_an_error_with_advice_and_no_torn_clip(serve: Serve, tmp_path: Path) -> None:
    service = serve(lambda n, text: google.answer(text) if n == 1 else google.http(b"", "429 Too Many Requests"))

    with pytest.raises(EngineOffline, match="429") as caught:
        speak([utterance(LONG)], speaker(GttsEngine(GttsSettings())), Store(tmp_path / "clips"))

    assert "fallback" in caught.value.hint
    assert len(service.asked) == 1 + 5
    assert not [path for path in tmp_path.rglob("clips/**/*") if path.is_file()]


def test_bad_sound_every_time_is_an_error_that_names_the_text(serve: Serve) -> None:
    serve(lambda _n, text: google.answer(text, google.tone_mp3(0.3)))

    with pytest.raises(SpeechError, match="Das ist ein Satz") as caught:
        say()
    assert not isinstance(caught.value, EngineOffline)


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(google.http(UNUSUAL), id="unusual traffic with status 200"),
        pytest.param(google.http(b""), id="200 with 0 bytes"),
        pytest.param(google.http(b"", "302 Found", "Location: https://www.google.com/sorry/\r\n"), id="redirect"),
        pytest.param(google.http(b"", "403 Forbidden"), id="403"),
        pytest.param(google.http(b"", "429 Too Many Requests", "Retry-After: 86400\r\n"), id="tomorrow"),
        pytest.param(google.http(b"x" * 9_000_000), id="an answer without an end"),
    ],
)
def test_a_refusal_is_not_argued_with(serve: Serve, refusal: bytes) -> None:
    service = serve(lambda _n, _text: refusal)

    with pytest.raises(EngineOffline) as caught:
        say()
    assert caught.value.hint
    assert len(service.asked) == 1


def test_a_certificate_for_another_name_is_not_believed(serve: Serve) -> None:
    service = serve(lambda _n, text: google.answer(text), host="evil.example")

    with pytest.raises(EngineOffline, match="prove who it is"):
        say()
    assert service.asked == []


def test_a_certificate_of_an_unknown_authority_is_not_believed(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    service = serve(lambda _n, text: google.answer(text))
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")

    with pytest.raises(EngineOffline, match="prove who it is"):
        say()
    assert service.asked == []


def test_no_network_is_an_error_with_advice(monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
    service = serve(lambda _n, text: google.answer(text))
    service.close()

    with pytest.raises(EngineOffline, match="cannot be reached") as caught:
        say()
    assert "fallback" in caught.value.hint


def test_a_service_that_drips_is_left_at_the_deadline(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online, "_READ", 0.2)
    monkeypatch.setattr(online, "_UTTERANCE", 0.5)
    service = serve(lambda _n, text: google.http(b"never all of it", length=10_000))

    with pytest.raises(EngineOffline):
        say()
    assert len(service.asked) < 5


@pytest.mark.parametrize("text", ["", " ", "…", "–", "!?"])
def test_nothing_to_say_asks_nobody(serve: Serve, text: str) -> None:
    service = serve(lambda _n, text: google.answer(text))

    with pytest.raises(SpeechError, match="nothing to say"):
        say(text)
    assert service.asked == []


def test_it_reads_respellings_but_gets_no_phonemes(serve: Serve) -> None:
    service = serve(lambda _n, text: google.answer(text))
    spoken = utterance(
        "Das sagt Claude bei OpenAI.",
        Pronunciation(9, 15, respelling="Klohd", ipa="kloːt", language="en"),
        Pronunciation(20, 26, ipa="ˈoʊpən eɪˈaɪ"),
    )

    GttsEngine(GttsSettings()).synthesize(spoken)

    assert service.asked == ["Das sagt Klohd bei OpenAI."]


def test_a_voice_that_it_does_not_have_is_a_setting_to_mend() -> None:
    with pytest.raises(ConfigError, match="name: engine 'gtts' has no voice 'anna'") as caught:
        GttsEngine(GttsSettings(name="anna"))
    assert caught.value.hint
