"""Engines are found by entry point, ours like strangers', and cost nothing until they are used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ki_briefing.base.errors import EngineMissing
from ki_briefing.show.settings import Voice
from ki_briefing.voice import list_engines, load_engine
from ki_briefing.voice.espeak import EspeakEngine
from ki_briefing.voice.gtts import GttsEngine


def stranger(folder: Path, name: str, target: str, source: str = "") -> None:
    """Put an installed package with one engine into a folder."""
    (folder / "stranger.py").write_text(source, encoding="utf-8")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[ki_briefing.engines]\n{name} = {target}\n")


def test_our_engines_are_found_by_name() -> None:
    assert isinstance(load_engine(Voice(engine="espeak")), EspeakEngine)
    assert isinstance(load_engine(Voice(engine="gtts")), GttsEngine)


def test_an_unknown_engine_is_answered_with_the_nearest_known_one() -> None:
    with pytest.raises(EngineMissing) as caught:
        load_engine(Voice(engine="espaek"))
    assert caught.value.hint == "Did you mean 'espeak'?"


def test_the_list_says_whose_voice_it_is_and_what_it_is_made_of() -> None:
    engines = {engine.name: engine for engine in list_engines()}

    assert engines["espeak"].ready
    assert "offline" in engines["espeak"].note
    assert not engines["espeak"].trained
    assert "GPL" in engines["espeak"].credit
    assert "online" in engines["gtts"].note
    assert engines["gtts"].trained
    assert all(engine.voices[0] == "de" for engine in (engines["espeak"], engines["gtts"]))


def test_a_strangers_engine_speaks_like_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger(tmp_path, "hummer", "fakes:ToneEngine")
    monkeypatch.syspath_prepend(tmp_path)

    engine = load_engine(Voice(engine="hummer"))

    assert type(engine).__name__ == "ToneEngine"
    assert "hummer" in [engine.name for engine in list_engines()]


@pytest.mark.parametrize("source", ["import not_installed_anywhere", "", "raise ImportError('no model')"])
def test_a_strangers_broken_engine_is_listed_as_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    stranger(tmp_path, "broken", "stranger:Engine", source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "stranger", raising=False)

    info = next(engine for engine in list_engines() if engine.name == "broken")
    assert not info.ready
    assert "pip install" in info.note
    with pytest.raises(EngineMissing):
        load_engine(Voice(engine="broken"))


def test_choosing_a_voice_imports_no_heavy_package() -> None:
    code = (
        "import sys; from ki_briefing.voice import load_engine; from ki_briefing.show.settings import Voice\n"
        "load_engine(Voice()).fingerprint\n"
        "heavy = {'numpy', 'requests', 'gtts', 'soundfile'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
