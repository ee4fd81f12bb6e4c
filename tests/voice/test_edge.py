"""Microsoft Edge's voices: the real edge-tts and our checking, against a service on loopback that also fails."""

from __future__ import annotations

import gc
import ssl
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import edge_voices as edge
from edge_voices import Frame
from fakes import utterance
from ki_briefing.base.errors import ConfigError, EngineOffline, SpeechError
from ki_briefing.model.sound import Clip
from ki_briefing.model.spans import Pronunciation
from ki_briefing.voice.conformance import EngineConformance
from ki_briefing.voice.online import client as online
from ki_briefing.voice.online import edge as engine
from ki_briefing.voice.online.edge import EdgeEngine, EdgeSettings

Reply = Callable[[int, str], "list[Frame] | bytes | None"]
Serve = Callable[..., edge.EdgeVoices]

TEXT = "Das ist ein Satz für die Stimme, und er hört nicht zu früh auf."


def good(_number: int, text: str) -> list[Frame]:
    return edge.answer(text) if text else []


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Return a function that puts a service on loopback in Microsoft's place."""
    services = []

    def start(reply: Reply = good, host: str = edge.HOST, trusted: bool = True) -> edge.EdgeVoices:
        service = edge.EdgeVoices(tmp_path, reply, host)
        services.append(service)
        monkeypatch.setenv("HTTPS_PROXY", service.proxy)
        if trusted:
            monkeypatch.setattr("edge_tts.communicate._SSL_CTX", ssl.create_default_context(cafile=str(service.bundle)))
        return service

    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("https_proxy", raising=False)
    monkeypatch.setattr(online, "_PAUSES", (0.01, 0.01, 0.01, 0.01))
    yield start
    for service in services:
        service.close()
    with warnings.catch_warnings():  # aiohttp leaves a connection open whose TLS failed behind a proxy
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


class TestEdge(EngineConformance):
    plugin = engine.plugin

    @pytest.fixture(autouse=True)
    def _service(self, serve: Serve) -> None:
        serve()


def say(text: str = TEXT, *, rate: int = 0, pitch: int = 0) -> Clip:
    return EdgeEngine(EdgeSettings(rate=rate, pitch=pitch)).synthesize(utterance(text))


def words_of(text: str, clip: Clip) -> list[str]:
    return [text[word.start : word.end] for word in clip.words]


def test_a_sentence_is_one_request_its_sound_and_its_words(serve: Serve) -> None:
    service = serve()
    clip = say()

    assert service.asked == [TEXT]
    assert clip.sample_rate == 24_000
    assert words_of(TEXT, clip) == TEXT.replace(",", "").replace(".", "").split()
    for word in clip.words[:-1]:  # something is heard in each
        assert np.abs(clip.samples[word.onset : word.offset]).max() > 0.01


def test_voice_rate_and_pitch_arrive(serve: Serve) -> None:
    service = serve()
    say(TEXT, rate=10, pitch=-5)

    assert "(de-DE, KatjaNeural)" in service.requests[0]
    assert "pitch='-5Hz' rate='+10%'" in service.requests[0]


def test_a_respelled_word_is_timed_where_it_stands_in_the_spoken_form(serve: Serve) -> None:
    service = serve()
    text = "Das sagt Claude heute."
    how = Pronunciation(9, 15, respelling="Klohd Klohd", ipa="kloːt")
    clip = EdgeEngine(EdgeSettings()).synthesize(utterance(text, how))

    assert service.asked == ["Das sagt Klohd Klohd heute."]
    assert words_of(text, clip) == ["Das", "sagt", "Claude", "heute"]


def sound_of(text: str) -> bytes:
    return b"".join(data[2 + data[1] :] for kind, data in edge.answer(text) if kind == edge.BINARY)


def half(text: str) -> bytes:
    """Return 40 % of a sentence, cut where an MPEG frame ends."""
    sound = sound_of(text)
    return sound[: len(sound) * 2 // 5 // 144 * 144]


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(lambda _text: None, id="connection lost"),
        pytest.param(lambda text: edge.answer(text)[:-1], id="broken off before the end is announced"),
        pytest.param(lambda text: edge.answer(text)[: len(edge.answer(text)) // 2], id="broken off in the middle"),
        pytest.param(lambda text: edge.answer(text, half(text)), id="40 % of the sentence"),
        pytest.param(lambda text: [*edge.audio(half(text)), edge.END], id="40 % without a word"),
        pytest.param(lambda text: [*list(edge.boundaries(text))[:4], *edge.audio(half(text)), edge.END], id="40 %"),
        pytest.param(lambda _text: [edge.END], id="no sound"),
        pytest.param(lambda text: edge.answer(text, b"<html>captcha</html>" * 99), id="a page as sound"),
        pytest.param(lambda _text: [(edge.TEXT, b"Path:nonsense\r\n\r\n")], id="an unknown message"),
        pytest.param(lambda _text: [(edge.TEXT, b"nonsense")], id="a message without a head"),
        pytest.param(lambda _text: [(edge.BINARY, b"\xff\xffnonsense")], id="a torn message"),
        pytest.param(lambda _text: [(edge.TEXT, b"Path:audio.metadata\r\n\r\n{]")], id="no JSON"),
        pytest.param(lambda _text: [(edge.CLOSE, b"\x03\xf3")], id="closed with a reason"),
    ],
)
def test_a_passing_trouble_is_tried_again_and_leaves_no_trace(
    serve: Serve, trouble: Callable[[str], list[Frame] | None]
) -> None:
    first = [True]

    def reply(_number: int, text: str) -> list[Frame] | None:
        if not text:
            return []
        if first.pop() if first else False:
            return trouble(text)
        return edge.answer(text)

    service = serve(reply)
    clip = say()

    assert service.asked in ([TEXT, TEXT], [TEXT])
    assert words_of(TEXT, clip) == TEXT.replace(",", "").replace(".", "").split()
    assert len(clip.samples) / 24_000 > 0.95 * len(sound_of(TEXT)) / 6_000  # bytes a second


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(edge_refusal, id=edge_refusal.split(b"\r\n")[0].decode())
        for edge_refusal in (
            b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
            b"HTTP/1.1 403 Forbidden\r\nDate: Sat, 28 Nov 2026 12:00:00 GMT\r\nContent-Length: 0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
            b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 86400\r\nContent-Length: 0\r\n\r\n",
        )
    ],
)
def test_a_refusal_is_not_argued_with(serve: Serve, refusal: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge_tts.drm.DRM.clock_skew_seconds", 0.0)
    service = serve(lambda _number, _text: refusal)

    with pytest.raises(EngineOffline) as caught:
        say()
    assert caught.value.hint
    assert len(service.asked) <= 2  # edge-tts itself tries again after the clock was wrong


def test_a_sentence_that_is_always_cut_is_an_error(serve: Serve) -> None:
    serve(lambda _number, text: edge.answer(text, half(text)) if text else [])

    with pytest.raises(SpeechError, match="Das ist ein Satz"):
        say()


@pytest.mark.parametrize("fault", ["another name", "an unknown authority"])
def test_a_certificate_that_proves_nothing_is_not_believed(serve: Serve, fault: str) -> None:
    service = serve(host="evil.example") if fault == "another name" else serve(trusted=False)

    with pytest.raises(EngineOffline, match="prove who it is"):
        say()
    assert service.asked == []


def test_a_service_that_stops_in_the_middle_is_left_at_the_deadline(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(online, "_REQUEST", 0.3)
    monkeypatch.setattr(online, "_UTTERANCE", 0.6)

    def reply(_number: int, text: str) -> list[Frame]:
        return [*edge.audio(half(text)), *[(edge.TEXT, b"Path:turn.start\r\n\r\n{}")] * 10**6] if text else []

    serve(reply)
    with pytest.raises(EngineOffline):
        say()


def test_no_network_is_an_error_with_advice(serve: Serve) -> None:
    serve().close()

    with pytest.raises(EngineOffline, match="cannot be reached") as caught:
        say()
    assert "fallback" in caught.value.hint


def test_a_name_that_no_voice_has_is_a_setting_to_mend() -> None:
    with pytest.raises(ConfigError, match="engine 'edge' has no voice 'katja'") as caught:
        EdgeEngine(EdgeSettings(name="katja"))
    assert "de-DE-KatjaNeural" in caught.value.hint
