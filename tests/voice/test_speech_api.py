"""Engine http: our real client against a server of OpenAI's protocol, and what it does with keys, limits and money."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import speech_server as server
from espeak_speech import encode, speech
from fakes import utterance
from ki_briefing.base.errors import ConfigError, EngineOffline, SpeechError
from ki_briefing.base.store import Store
from ki_briefing.model.sound import Clip
from ki_briefing.voice import spending
from ki_briefing.voice.clips import speak
from ki_briefing.voice.conformance import EngineConformance
from ki_briefing.voice.engine import Speaker
from ki_briefing.voice.online import client as online
from ki_briefing.voice.online import speech_api
from ki_briefing.voice.online.answers import Coding
from ki_briefing.voice.online.speech_api import SpeechApiEngine, SpeechApiSettings

Reply = Callable[[int, dict[str, Any]], "server.Reply | None"]
Serve = Callable[..., server.SpeechServer]

TEXT = "Das ist ein Satz für die Stimme, und er hört nicht zu früh auf."
KEY = "sk-geheim-4711-0815"


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online, "_PAUSES", (0.01, 0.01, 0.01, 0.01))
    monkeypatch.setattr(spending, "_SENT", type(spending._SENT)())
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # a server on this machine is asked without it


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that starts a server."""
    servers: list[server.SpeechServer] = []

    def start(
        reply: Callable[[int, dict[str, Any]], server.Reply | None] | None = None, key: str = ""
    ) -> server.SpeechServer:
        servers.append(server.SpeechServer(key, reply))
        return servers[-1]

    yield start
    for each in servers:
        each.close()


def say(settings: SpeechApiSettings, text: str = TEXT) -> Clip:
    return SpeechApiEngine(settings).synthesize(utterance(text))


class TestSpeechApi(EngineConformance):
    plugin = speech_api.plugin

    @pytest.fixture(autouse=True)
    def _service(self, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(type(self), "settings", SpeechApiSettings(address=serve().address, format=Coding.WAV))


@pytest.mark.parametrize("coding", list(Coding))
def test_every_coding_is_the_same_speech(serve: Serve, coding: Coding) -> None:
    clip = say(SpeechApiSettings(address=serve().address, format=coding))
    expected = speech(TEXT)[0]
    seconds = len(clip.samples) / clip.sample_rate

    assert seconds == pytest.approx(len(expected) / 24_000, abs=0.1)
    assert np.abs(clip.samples).max() == pytest.approx(np.abs(expected).max(), rel=0.2)


def test_the_request_says_what_show_toml_says(serve: Serve) -> None:
    service = serve()
    say(SpeechApiSettings(address=f"{service.address}/v1/", model="m", name="anna", instructions="Ruhig.", speed=1.25))

    assert service.asked == [
        {
            "model": "m",
            "input": TEXT,
            "voice": "anna",
            "response_format": "mp3",
            "speed": 1.25,
            "instructions": "Ruhig.",
        }
    ]
    assert "Authorization" not in service.headers[0]


def test_what_is_heard_makes_another_fingerprint_and_what_is_not_does_not() -> None:
    usual = SpeechApiSettings(address="http://127.0.0.1:8880")
    same = [SpeechApiSettings(address="http://127.0.0.1:8880", price=3, limit=5, at_once=7, patience=9)]
    others = [
        SpeechApiSettings(address="http://127.0.0.1:8881"),
        SpeechApiSettings(address=usual.address, instructions="Ruhig.\nLangsam."),
        SpeechApiSettings(address=usual.address, format=Coding.WAV),
        SpeechApiSettings(address=usual.address, name="a b"),
        SpeechApiSettings(address=usual.address, speed=1.1),
    ]
    found = [SpeechApiEngine(each).fingerprint for each in (usual, *same, *others)]

    assert found[0] == found[1]
    assert len(set(found)) == 1 + len(others)
    assert all(each.isprintable() for each in found)


@pytest.mark.parametrize(
    ("status", "error", "hint"),
    [
        (400, SpeechError, "model, name, format"),
        (422, SpeechError, "model, name, format"),
        (401, EngineOffline, "[voice] key"),
        (404, EngineOffline, "fallback"),
        (500, EngineOffline, "fallback"),
    ],
)
def test_what_the_server_says_of_its_refusal_is_told(
    serve: Serve, status: int, error: type[SpeechError], hint: str
) -> None:
    service = serve(lambda _number, _asked: server.refusal(status, "no such\nthing"))

    with pytest.raises(error, match=f"HTTP {status}.*no such thing") as caught:
        say(SpeechApiSettings(address=service.address))
    assert type(caught.value) is error
    assert hint in caught.value.hint
    assert len(service.asked) == (5 if status == 500 else 1)


def test_a_server_that_has_one_format_only_is_believed_and_of_an_unknown_one_the_hint_names_the_setting(
    serve: Serve,
) -> None:
    sound = speech(TEXT)[0]
    wav = serve(lambda _number, _asked: (200, {}, encode(sound, "wav")))
    headless = serve(lambda _number, _asked: (200, {}, encode(sound, "pcm")))

    assert len(say(SpeechApiSettings(address=wav.address)).samples) == len(sound)
    with pytest.raises(SpeechError) as caught:
        say(SpeechApiSettings(address=headless.address))
    assert "[voice] format =" in caught.value.hint


def test_nothing_is_sent_on_to_where_an_answer_redirects(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICE_KEY", KEY)
    other = serve()
    moved = {"Location": f"{other.address}/v1/audio/speech"}
    service = serve(lambda _number, _asked: (307, moved, b""))

    with pytest.raises(EngineOffline, match="HTTP 307"):
        say(SpeechApiSettings(address=service.address, key="VOICE_KEY"))
    assert other.asked == []


# --- keys -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "key", "complaint"),
    [
        ("", KEY, "needs the address of a server"),
        ("http://voices.example/v1", KEY, "sent unprotected"),
        ("http://voices.example/v1", "", "sent unprotected"),
        ("https://voices.example/v1", "", "VOICE_KEY is not set"),
        ("https://voices.example/v1", "two words", "VOICE_KEY holds is no key"),
        ("https://voices.example/v1", "schlüssel", "VOICE_KEY holds is no key"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_before_a_word_is_spoken(
    monkeypatch: pytest.MonkeyPatch, address: str, key: str, complaint: str
) -> None:
    monkeypatch.setenv("VOICE_KEY", key)

    with pytest.raises(ConfigError, match=complaint) as caught:
        SpeechApiEngine(SpeechApiSettings(address=address, key="VOICE_KEY"))
    assert caught.value.hint
    assert not key or key not in caught.value.message


def test_a_key_gets_into_no_file_error_or_list_of_processes(serve: Serve, show_folder: Path) -> None:
    seen: list[str] = []

    def reply(number: int, _asked: dict[str, Any]) -> server.Reply | None:
        seen.append(_command_lines())
        if number == 3:
            return server.refusal(503, f"the key {KEY} is tired")
        return None

    service = serve(reply, key=KEY)
    settings = f'[voice]\nengine = "http"\naddress = "{service.address}"\nkey = "VOICE_KEY"\n'
    (show_folder / "show.toml").write_text(settings + '[jingles]\nstyle = "none"\n', encoding="utf-8")
    article = show_folder / "artikel.txt"
    article.write_text(
        "Ein kurzer Titel\n" + "Der Satz steht hier, lang genug für einen Absatz. " * 3, encoding="utf-8"
    )
    (show_folder / "secret").write_text(KEY, encoding="utf-8")

    def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ki_briefing", *command],
            env={**os.environ, **environment}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    episode = run("new", article, "--show", show_folder).stdout.strip()
    done = run("build", episode, VOICE_KEY_FILE=str(show_folder / "secret"))
    (show_folder / "secret").unlink()
    refused = run("build", episode, "--json", VOICE_KEY="sk-falsch-123")
    service.key = "another"
    (show_folder / "lexicon.toml").write_text('[words]\n"Satz" = "Sahz"\n', encoding="utf-8")
    denied = run("build", episode, VOICE_KEY=KEY)

    assert done.returncode == 0, done.stderr
    assert refused.returncode == 0  # all of it was there
    assert denied.returncode == 69
    assert "Incorrect API key provided: Bearer …" in denied.stderr
    said = "".join([done.stdout, done.stderr, refused.stdout, refused.stderr, denied.stdout, denied.stderr, *seen])
    assert KEY not in said
    for path in show_folder.rglob("*"):
        assert KEY not in path.name
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


def _command_lines() -> str:
    """Return the command lines of all processes."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_text(encoding="utf-8", errors="replace"))
        except OSError:
            continue
    return "\n".join(found)


# --- money ------------------------------------------------------------------------------------------------------------


def test_a_limit_is_kept_before_a_word_is_spoken_and_counts_only_what_is_new(serve: Serve, tmp_path: Path) -> None:
    service = serve()
    engine = SpeechApiEngine(SpeechApiSettings(address=service.address, price=15.0, limit=2 * len(TEXT)))
    speaker, store = Speaker(engine.facts, engine), Store(tmp_path / "clips")
    first, second, third = (utterance(TEXT.replace("ein", f"{word}")) for word in ("ein", "der", "kein"))

    speak([first, first], speaker, store)
    speak([first, second], speaker, store)
    with pytest.raises(SpeechError, match=r"would be sent 64 characters, .* 126 of them are used") as caught:
        speak([first, second, third], speaker, store)
    with pytest.raises(ConfigError, match="would be sent 192 characters") as too_much:
        speak([utterance(f"{n}. {TEXT}"[:64]) for n in range(3)], speaker, store)

    assert caught.value.passing  # unattended, the next run goes on
    assert "Raise the limit" in too_much.value.hint
    assert service.texts == [first.spoken, second.spoken]


def test_script_tells_what_it_costs_and_what_is_still_to_be_paid(serve: Serve, show_folder: Path) -> None:
    service = serve()
    settings = f'[voice]\nengine = "http"\naddress = "{service.address}"\nprice = 15000.0\n'
    (show_folder / "show.toml").write_text(settings + '[jingles]\nstyle = "none"\n', encoding="utf-8")
    (show_folder / "artikel.txt").write_text("Ein Titel\n\n" + "Der Satz steht hier. " * 9, encoding="utf-8")

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "ki_briefing", *command], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    episode = run("new", show_folder / "artikel.txt", "--show", show_folder).strip()
    before = run("script", episode)
    run("build", episode)
    after, as_json = run("script", episode), run("script", "--json", episode)

    found = re.search(r"Engine 'http': (\d+) characters, about (\d+\.\d\d); not spoken yet: (\d+) char", before)
    assert found
    assert float(found[2]) == pytest.approx(int(found[1]) * 0.015, abs=0.01)
    assert 0 < int(found[3]) < int(found[1])  # equal sentences are spoken once
    assert "not spoken yet: 0 characters." in after
    assert '"forecast_costs"' in as_json
    assert sum(map(len, service.texts)) == int(found[3])
