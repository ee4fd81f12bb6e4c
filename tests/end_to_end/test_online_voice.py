"""A whole episode by the real gTTS code, with Google answered on loopback in speech."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import lameenc
import numpy as np
import pytest

import google_translate as google
from fakes import utterance
from ki_briefing.sound.codec import resample
from ki_briefing.sound.measure import measure
from ki_briefing.voice.espeak import EspeakEngine, EspeakSettings

ARTICLE = "Ein kurzer Titel\n" + "Der Satz steht hier, lang genug für einen Absatz, und er wird gesprochen. " * 3


def speech_mp3(text: str) -> bytes:
    """Return a text as the service sends it: 24 kHz, mono, 64 kbit/s, softer than a podcast is."""
    clip = EspeakEngine(EspeakSettings()).synthesize(utterance(text))
    samples = resample(clip.samples[:, None], clip.sample_rate, google.RATE)[:, 0] * 0.4
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(google.RATE)
    encoder.set_channels(1)
    encoder.set_quality(7)
    encoder.silence()
    return bytes(encoder.encode((samples * 32767).astype(np.int16).tobytes())) + bytes(encoder.flush())


def build(article: Path, service: google.GoogleTranslate) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, "HTTPS_PROXY": service.proxy, "REQUESTS_CA_BUNDLE": str(service.bundle), "NO_PROXY": ""}
    command = [sys.executable, "-m", "ki_briefing", "build", "--engine", "gtts", str(article)]
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "artikel.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def test_the_online_voice_is_mastered_like_the_embedded_one(article: Path) -> None:
    service = google.GoogleTranslate(article.parent, lambda _number, text: google.answer(text, speech_mp3(text)))
    done = build(article, service)
    asked = len(service.asked)
    again = build(article, service)
    service.close()

    assert done.returncode == 0, done.stderr
    measured = measure(article.parent / "built" / "artikel" / "artikel.mp3")
    assert measured.integrated == pytest.approx(-16.0, abs=0.5)
    assert measured.true_peak <= -1.0
    assert again.returncode == 0
    assert len(service.asked) == asked > 0


def test_a_service_that_refuses_is_a_clear_error_and_no_episode(article: Path) -> None:
    service = google.GoogleTranslate(article.parent, lambda _number, _text: google.http(b"no", "403 Forbidden"))
    done = build(article, service)
    service.close()

    assert done.returncode == 69
    assert "Traceback" not in done.stderr
    assert not (article.parent / "built" / "artikel").exists()
