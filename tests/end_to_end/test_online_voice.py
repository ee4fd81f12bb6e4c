"""A whole episode by the real gTTS code, with Google answered on loopback in speech."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import google_translate as google
from espeak_speech import mp3, speech
from ki_briefing.sound.measure import measure

ARTICLE = "Ein kurzer Titel\n" + "Der Satz steht hier, lang genug für einen Absatz, und er wird gesprochen. " * 3


def build(article: Path, service: google.GoogleTranslate) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, "HTTPS_PROXY": service.proxy, "REQUESTS_CA_BUNDLE": str(service.bundle), "NO_PROXY": ""}
    settings["XDG_CACHE_HOME"] = str(article.parent / "cache")
    command = [sys.executable, "-m", "ki_briefing", "build", "--engine", "gtts", str(article)]
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "artikel.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def test_the_online_voice_is_mastered_like_the_embedded_one(article: Path) -> None:
    service = google.GoogleTranslate(article.parent, lambda _number, text: google.answer(text, mp3(speech(text)[0])))
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
