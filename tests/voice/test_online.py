"""What holds for every online voice: failures leave no trace, a killed run asks for nothing again, nothing drips on."""

from __future__ import annotations

import os
import random
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest

import google_translate as google
from espeak_speech import mp3, speech
from fakes import speaker, utterance
from ki_briefing.base.errors import EngineOffline
from ki_briefing.base.store import Store
from ki_briefing.build import read_script
from ki_briefing.show.voices import Voice
from ki_briefing.voice.clips import speak, unspoken
from ki_briefing.voice.engines import load_speaker
from ki_briefing.voice.online import client as online
from ki_briefing.voice.online.gtts import GttsEngine, GttsSettings
from ki_briefing.voice.online.pieces import cut
from loopback_tls import read_head

ARTICLE = Path(__file__).parents[2] / "episodes" / "2026-01-15-eu-ki-verordnung-fristen"
TEXT = "Das ist ein Satz für die Stimme."
SPEAK = """
import sys
from pathlib import Path
from ki_briefing.base.store import Store
from ki_briefing.build import read_script
from ki_briefing.voice.engines import load_speaker
from ki_briefing.voice.clips import speak
from ki_briefing.show.voices import Voice
speak(read_script(Path(sys.argv[1])).utterances, load_speaker(Voice(engine="gtts")), Store(Path(sys.argv[2])))
"""


@pytest.fixture
def proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setattr(online, "_PAUSES", (0.01, 0.01, 0.01, 0.01))
    return monkeypatch


def use(service: google.GoogleTranslate, monkeypatch: pytest.MonkeyPatch) -> google.GoogleTranslate:
    monkeypatch.setenv("HTTPS_PROXY", service.proxy)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(service.bundle))
    return service


def spoken(text: str) -> bytes:
    return google.answer(text, mp3(speech(text)[0]))


def entries(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("??/*")}


def test_random_failures_leave_the_same_bytes(tmp_path: Path, proxy: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)
    failing = False

    def fail(text: str) -> bytes | None:
        samples = speech(text)[0]
        whole, sound = spoken(text), mp3(samples)
        half = len(samples) * 2 // 5
        return chance.choice([
            None,
            whole[: len(whole) // 2],
            google.http(b"", "429 Too Many Requests", "Retry-After: 0\r\n"),
            google.http(b"", "503 Service Unavailable"),
            google.encoded("%"),
            google.answer(text, sound[: len(sound) // 2]),
            google.answer(text, mp3(samples[:half])),
            google.answer(text, google.tone_mp3(0.1)),
        ])  # fmt: skip

    def reply(_number: int, text: str) -> bytes | None:
        return fail(text) if failing and chance.random() < 0.15 else spoken(text)

    service = use(google.GoogleTranslate(tmp_path, reply), proxy)
    utterances = read_script(ARTICLE).utterances
    for folder in ("without", "with"):
        speak(utterances, speaker(GttsEngine(GttsSettings()), at_once=4), Store(tmp_path / folder))
        failing = True
    service.close()

    assert len(service.asked) > 2 * len(set(service.asked))
    assert entries(tmp_path / "with") == entries(tmp_path / "without")


def test_a_killed_run_goes_on_and_asks_for_nothing_that_was_kept(tmp_path: Path, proxy: pytest.MonkeyPatch) -> None:
    service = use(google.GoogleTranslate(tmp_path, lambda _number, text: spoken(text)), proxy)
    store, kills = Store(tmp_path / "clips"), int(os.environ.get("KI_BRIEFING_KILLS", "2"))
    command = [sys.executable, "-c", SPEAK, str(ARTICLE), str(store.folder)]
    utterances, voice = read_script(ARTICLE).utterances, load_speaker(Voice(engine="gtts"))
    for number in range(kills + 1):
        missing = unspoken(utterances, voice, store)
        kept = {piece for each in set(utterances) - set(missing) for piece in cut(each.respelled, 100)}
        asked = len(service.asked)
        with subprocess.Popen(command) as process:
            while process.poll() is None and (number == kills or len(service.asked) < asked + 3 + number % 3):
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
        again = set(service.asked[asked:]) & kept - {piece for each in missing for piece in cut(each.respelled, 100)}
        assert not again
    assert not unspoken(utterances, voice, store)
    asked = len(service.asked)
    subprocess.run(command, check=True)
    service.close()
    assert len(service.asked) == asked


@pytest.mark.parametrize(
    "drip", [b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", b"HTTP/1.1 200 OK\r\n"], ids=["body", "head"]
)
def test_an_answer_that_drips_for_hours_ends_at_the_deadline(
    tmp_path: Path, proxy: pytest.MonkeyPatch, drip: bytes
) -> None:
    class Dripping(google.GoogleTranslate):
        def _answer(self, secure: ssl.SSLSocket) -> bool:
            read_head(secure)
            secure.sendall(drip)
            while True:
                secure.sendall(b"x")
                time.sleep(0.05)

    service = use(Dripping(tmp_path, lambda _number, _text: None), proxy)
    proxy.setattr(online, "_REQUEST", 0.4)
    proxy.setattr(online, "_UTTERANCE", 1.0)

    with pytest.raises(EngineOffline, match="Google's voice"):
        speak([utterance(TEXT)], speaker(GttsEngine(GttsSettings())), Store(tmp_path / "clips"))
    service.close()
    assert entries(tmp_path / "clips") == {}
