"""What failed is tried again when anything was mended, and once a day; nothing stays off the air in silence."""

from __future__ import annotations

import io
import os
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from ki_briefing.episode.certificate import make_certificate
from ki_briefing.run import run_show

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.taking.report import RunReport

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SETTINGS = """
[jingles]
style = "none"
stinger = "musik/trenner.wav"
[voice]
engine = "espeak"
[publication]
base_url = "https://podcast.example.org"
"""
ARTICLE = (
    "# Artikel\n\nDer erste Satz steht hier, lang genug für einen Absatz.\n\n## Dahinter\n\nDer zweite Satz auch.\n"
)


@pytest.fixture
def show(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "show.toml").write_text(SETTINGS.replace("stinger", "# stinger"), encoding="utf-8")
    return tmp_path


def drop(show: Path, name: str = "a.md", text: str = ARTICLE) -> Path:
    path = show / "inbox" / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (0, 0))
    return path


def run(show: Path, later: timedelta = timedelta()) -> RunReport:
    return run_show(show, now=NOW + later)


def on_air(report: RunReport) -> int:
    return report.publication.episodes if report.publication else 0


def test_a_jingle_that_is_mended_is_tried_again_at_once(show: Path) -> None:
    music = show / "musik" / "trenner.wav"
    music.parent.mkdir()
    music.write_bytes(b"no sound")
    (show / "show.toml").write_text(SETTINGS, encoding="utf-8")
    drop(show)
    first, second = run(show), run(show)
    assert (first.exit_code, on_air(first), on_air(second)) == (78, 0, 0)
    assert len(second.failed) == 1

    music.write_bytes(_tone())

    third = run(show)
    assert (third.troubles, on_air(third)) == ((), 1)


def test_what_the_system_refuses_waits_and_every_run_says_by_its_exit_code_that_it_waits(show: Path) -> None:
    drop(show)
    key = 'key = "signing/signing-key.pem"\ncertificate = "signing/signing-certificate.pem"\n'
    settings = (show / "show.toml").read_text(encoding="utf-8")
    (show / "show.toml").write_text(f"{settings}[signing]\n{key}", encoding="utf-8")
    first, second = run(show), run(show)
    assert (first.exit_code, second.exit_code) == (78, 78)
    assert [each.is_news for each in (*first.troubles, *second.troubles)] == [True, False]

    make_certificate(show / "signing", "Redaktion")

    assert on_air(run(show)) == 1


def test_a_file_beside_the_article_that_is_mended_is_tried_again_at_once(show: Path) -> None:
    drop(show)
    (folder,) = run(show).taken
    article = folder / "article.md"
    article.write_text(f"---\nimage: bild.png\n---\n{ARTICLE}", encoding="utf-8")
    os.utime(article, (0, 0))
    assert (run(show).exit_code, run(show).exit_code) == (65, 0)

    (folder / "bild.png").write_bytes(b"a bad picture stops no article, an absent one does")

    report = run(show)
    assert (report.exit_code, report.failed, report.built) == (0, (), (folder,))


def test_what_failed_is_tried_again_the_next_day_and_said(show: Path) -> None:
    drop(show)
    (folder,) = run(show).taken
    (folder / "article.md").write_text("kein Satz, keine Überschrift", encoding="utf-8")
    os.utime(folder / "article.md", (0, 0))

    codes = [run(show, timedelta(hours=hours)).exit_code for hours in (0, 1, 12, 13, 36)]

    assert codes == [65, 0, 65, 0, 65]


def test_a_file_that_was_set_aside_is_tried_again_the_next_day_and_said_if_there_is_news(
    show: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(show, "b.md", "")
    assert run(show).exit_code == 65
    path = show / "inbox" / "failed" / "b.md"
    reason = path.with_name("b.md.reason.txt")
    written = reason.stat().st_mtime
    monkeypatch.setattr(time, "time", lambda: written + 90_000)

    report = run(show)

    assert report.troubles == ()
    assert reason.stat().st_mtime > written


def _tone() -> bytes:
    file = io.BytesIO()
    wave = 0.1 * np.sin(np.arange(24_000) / 20)
    soundfile.write(file, wave.astype(np.float32), 48_000, format="WAV")
    return file.getvalue()
