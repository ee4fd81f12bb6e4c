"""Engines are found by entry point, ours like strangers', and cost nothing until they are used."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import strangers
from ki_briefing.base.errors import ConfigError, EngineMissing, EngineUnknown, Exit
from ki_briefing.base.records import Options, to_json
from ki_briefing.show.reading import load_show
from ki_briefing.show.voices import Voice
from ki_briefing.voice.cast import load_parts
from ki_briefing.voice.engines import list_engines, load_speaker
from ki_briefing.voice.native.espeak import EspeakEngine
from ki_briefing.voice.online.gtts import GttsEngine

ARTICLE = "Ein kurzer Titel\n" + "Der Satz steht hier, lang genug für einen Absatz, und er wird gesprochen. " * 3


PICO = ["pico"] if importlib.util.find_spec("py_nanotts") else []


def voice_of(show: Path, settings: str) -> Voice:
    """Return what a show.toml with this ``[voice]`` says."""
    (show / "show.toml").write_text(f"[voice]\n{settings}\n", encoding="utf-8")
    return load_show(show).voice


def command(*arguments: str | Path, site: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site)} if site else dict(os.environ)
    return subprocess.run(
        [sys.executable, "-m", "ki_briefing", *arguments], env=environment, capture_output=True, text=True, check=False
    )


def episode_of(show: Path) -> Path:
    """Make an episode of a show and return its folder."""
    (show / "artikel.txt").write_text(ARTICLE, encoding="utf-8")
    return Path(command("new", show / "artikel.txt", "--show", show).stdout.strip())


def test_our_engines_are_found_by_name() -> None:
    assert isinstance(load_speaker(Voice(engine="espeak")).engine, EspeakEngine)
    assert isinstance(load_speaker(Voice(engine="gtts")).engine, GttsEngine)


def test_clips_of_earlier_versions_are_found_again(show_folder: Path) -> None:
    settings = ("", 'name = "de+f4"\nrate = -10', 'engine = "gtts"\nname = "de"')
    said = [load_speaker(voice_of(show_folder, each)).engine.fingerprint for each in settings]

    assert said == ["espeak-ng 1.52.0 gmw/de +0% r4", "espeak-ng 1.52.0 gmw/de+f4 -10% r4", "gtts 2.5.4 de"]


ALL_KEYS = "Known here: cloned, consent, credit, engine, fallback, fallback_by, listen, name, rate, title."


@pytest.mark.parametrize(
    ("settings", "complaint", "hint"),
    [
        ("ratee = 3", "unknown key 'ratee'", "Did you mean 'rate'?"),
        ("fallbak = 'gtts'", "unknown key 'fallbak'", "Did you mean 'fallback'?"),
        (
            "engine = 'gtts'\nrate = 3",
            "unknown key 'rate' (engine",
            "Known here: cloned, consent, credit, engine, fallback, fallback_by, listen, name, title.",
        ),
        (
            "options = 3",
            "unknown key 'options'",
            ALL_KEYS,
        ),
        (
            "deep = { a = [1, { b = 2 }] }",
            "unknown key 'deep'",
            ALL_KEYS,
        ),
        ("rate = 151", "rate: must be from -50 to 150, not 151", "Choose a number from -50 to 150."),
        ("rate = 1.5", "rate: must be a whole number, not 1.5", "Write it without quotation marks: 3."),
        ("name = ['de']", "name: must be text, not ['de']", 'Write it in quotation marks: "…".'),
    ],
)
def test_a_key_that_no_one_knows_or_takes_names_file_table_and_nearest(
    show_folder: Path, settings: str, complaint: str, hint: str
) -> None:
    voice = voice_of(show_folder, settings)

    with pytest.raises(ConfigError) as caught:
        load_speaker(voice)
    assert caught.value.message.startswith(f"{show_folder / 'show.toml'}: voice: {complaint}")
    assert caught.value.hint == hint


@pytest.mark.parametrize("key", ["sk-real-key-1234", "sk_real_key_1234"])
def test_a_key_that_stands_where_its_variable_is_named_is_not_shown(show_folder: Path, key: str) -> None:
    voice = voice_of(show_folder, f'engine = "http"\naddress = "https://voices.example"\nkey = "{key}"')

    with pytest.raises(ConfigError) as caught:
        load_speaker(voice)
    assert "real" not in f"{caught.value.message} {caught.value.hint}"
    assert "variable" in caught.value.message


def test_an_unknown_engine_names_its_key_and_the_nearest_before_a_word_is_spoken(show_folder: Path) -> None:
    voice_of(show_folder, 'engine = "espek"\nfallback = "espeak"')

    with pytest.raises(EngineUnknown, match="voice: engine: there is no engine 'espek'") as caught:
        load_parts(load_show(show_folder))
    assert (caught.value.hint, caught.value.exit_code) == ("Did you mean 'espeak'?", Exit.CONFIG)


def test_a_build_refuses_a_fallback_that_is_not_there(show_folder: Path) -> None:
    episode = episode_of(show_folder)
    (show_folder / "show.toml").write_text('[voice]\nfallback = "espek"\n', encoding="utf-8")

    done = command("build", episode)

    assert done.returncode == 78
    assert "voice: fallback: there is no voice 'espek'" in done.stderr
    assert not (show_folder / ".cache" / "clips").exists()


def test_another_engine_speaks_with_its_own_defaults(show_folder: Path) -> None:
    voice = voice_of(show_folder, 'rate = 30\nname = "de+f4"\nfallback = "espeak"')
    ((own, fallback),) = (part.members for part in load_parts(load_show(show_folder)))

    assert load_speaker(voice.spoken_by("gtts")).engine.fingerprint.startswith("gtts")
    assert load_speaker(voice.spoken_by("espeak")).engine.fingerprint == load_speaker(Voice()).engine.fingerprint
    assert own.speaker.engine.fingerprint == "espeak-ng 1.52.0 gmw/de+f4 +30% r4"
    assert fallback.speaker.engine.fingerprint == load_speaker(Voice()).engine.fingerprint


def test_where_a_show_stands_makes_no_other_voice_of_it(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    here, there = (voice_of(tmp_path / name, "rate = 3") for name in "ab")

    assert here == there
    assert to_json(here) == to_json(there)
    assert here != replace(here, options=Options())


def test_the_list_says_whose_voice_it_is_and_what_it_is_made_of() -> None:
    engines = {engine.name: engine for engine in list_engines()}

    assert engines["espeak"].ready
    assert "offline" in engines["espeak"].note
    assert not engines["espeak"].trained
    assert "GPL" in engines["espeak"].credit
    assert "online" in engines["gtts"].note
    assert engines["gtts"].trained
    assert all(engine.voices[0] == "de" for engine in (engines["espeak"], engines["gtts"]))


def test_a_strangers_engine_speaks_like_ours(tone_site: Path, show_folder: Path) -> None:
    episode = episode_of(show_folder)
    (show_folder / "show.toml").write_text('[voice]\nengine = "tone"\npitch = 300\n', encoding="utf-8")
    done, again = command("build", episode, site=tone_site), command("build", episode, site=tone_site)
    manifest = next(episode.rglob("episode.json"))
    listed = json.loads(command("voices", "--json", site=tone_site).stdout)
    (show_folder / "show.toml").write_text('[voice]\nengine = "tone"\npich = 300\n', encoding="utf-8")
    mistaken = command("build", episode, site=tone_site)

    assert (done.returncode, again.returncode) == (0, 0), done.stderr
    assert "tone 1 300 Hz" in manifest.read_text(encoding="utf-8")
    assert {"espeak", "gtts", *PICO, "tone"} <= {engine["name"] for engine in listed}
    assert mistaken.returncode == 78
    assert "Did you mean 'pitch'?" in mistaken.stderr


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import not_installed_anywhere", "not_installed_anywhere"),
        ("", "plugin"),
        ("raise ValueError('no model')", "no model"),
        ("class plugin: pass", "another version"),
        (strangers.ENGINE.replace('name="tone"', 'name="ton"'), "calls itself 'ton'"),
        (strangers.ENGINE.replace("self.pitch = settings.pitch", "1 / 0"), "ZeroDivisionError"),
    ],
)
def test_a_strangers_broken_engine_is_listed_as_not_ready_and_disturbs_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, why: str
) -> None:
    (tmp_path / "tone.py").write_text(source, encoding="utf-8")
    info = tmp_path / "tone-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tone-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[ki_briefing.engines]\ntone = tone:plugin\n")
    monkeypatch.syspath_prepend(tmp_path)

    listed = {engine.name: engine for engine in list_engines()}

    assert not listed["tone"].ready
    assert why in listed["tone"].note
    assert listed["espeak"].ready
    with pytest.raises(EngineMissing, match="tone") as caught:
        load_speaker(Voice(engine="tone"))
    assert caught.value.hint


def test_an_engine_that_must_be_told_something_first_is_listed_with_what_that_is(
    tone_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = strangers.ENGINE.replace("self.pitch = settings.pitch", 'self.pitch = int(read_secret("TONE_KEY"))')
    (tmp_path / "tone.py").write_text(f"from ki_briefing.voice.engine import read_secret\n{source}", encoding="utf-8")
    monkeypatch.syspath_prepend(tone_site)
    monkeypatch.syspath_prepend(tmp_path)

    tone = next(engine for engine in list_engines() if engine.name == "tone")

    assert tone.ready
    assert tone.note.startswith("a tone. the environment variable TONE_KEY is not set. Set it")
    with pytest.raises(ConfigError, match="TONE_KEY"):
        load_speaker(Voice(engine="tone"))


def test_choosing_a_voice_imports_no_heavy_package() -> None:
    code = (
        "import sys; from ki_briefing.voice.engines import load_speaker; from ki_briefing.show.voices import Voice\n"
        "load_speaker(Voice()).engine.fingerprint\n"
        "heavy = {'numpy', 'requests', 'gtts', 'soundfile'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
