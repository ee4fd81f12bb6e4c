"""What each command prints, to whom, and how it ends: real processes, on a terminal and without one."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from ki_briefing.base.files import lock

PROGRAM = (sys.executable, "-m", "ki_briefing")
ARTICLE = (
    "# Titel\n\nDer erste Satz steht hier, lang genug für einen Absatz.\n\n## Noch einer\n\nDer zweite Satz auch.\n"
)
SETTINGS = '[jingles]\nstyle = "none"\n[publication]\nbase_url = "https://podcast.example.org"\n'


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)


def watched(*arguments: object, cwd: Path) -> tuple[int, str, str]:
    """Run a command whose stderr is a terminal; return its exit code, what it printed and what the terminal got."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, *map(str, arguments)], cwd=cwd, stdout=subprocess.PIPE, stderr=theirs, text=True
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    printed, _ = process.communicate()
    return process.returncode, printed, shown.decode()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A show with one episode, built."""
    show = tmp_path_factory.mktemp("cli") / "show"
    show.mkdir()
    (show / "show.toml").write_text(SETTINGS, encoding="utf-8")
    (show.parent / "artikel.md").write_text(ARTICLE, encoding="utf-8")
    for arguments in (("new", show.parent / "artikel.md", "--date", "2026-01-15T06:00:00+01:00"), ("build",)):
        done = run(*arguments, cwd=show)
        assert done.returncode == 0, done.stderr
    return show


@pytest.fixture
def show(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "show")


EPISODE = "2026-01-15-titel"


def test_progress_is_shown_on_a_terminal_and_nothing_of_it_stays(show: Path) -> None:
    shutil.rmtree(show / ".cache")
    shutil.rmtree(show / EPISODE / "built")
    code, printed, shown = watched("build", cwd=show)

    assert (code, printed.splitlines()[0].endswith(f"{EPISODE}.mp3")) == (0, True)
    assert "\r\x1b[K" in shown
    assert re.search(r"speaking 3/\d+, 0:\d\d min of sound, 0:\d\d min left\r", shown)
    assert "mixing 1/" in shown
    assert shown.endswith("\r\x1b[K")


def test_a_cache_is_shown_and_pruned_by_hand_and_by_each_build(show: Path) -> None:
    clips = [path for path in (show / ".cache").glob("clips/*/*") if path.is_file()]
    for path in clips[:3]:
        os.utime(path, (1_700_000_000,) * 2)
    shown, asked = run("voices", "cache", cwd=show), run("voices", "cache", "--json", cwd=show)
    size = sum(path.stat().st_size for path in clips)
    assert f"{len(clips)} entries, the oldest used on 2023-11-14" in shown.stdout
    assert json.loads(asked.stdout)["stores"][0]["size"] == size

    (show / "show.toml").write_text(f"{SETTINGS}[storage]\ncache = 0\n", encoding="utf-8")
    (built,) = (show / ".cache/locks").glob("*built")
    with lock(built, "an episode that is being built"):
        pruned = run("voices", "cache", "--prune", cwd=show)
    assert "what was used within six hours stays" in pruned.stdout
    assert [path for path in clips if path.exists()] == clips[3:]

    forgotten = clips[3].with_name(clips[3].name[:2] + 62 * "0")
    shutil.copy(clips[3], forgotten)
    os.utime(forgotten, (1_700_000_000,) * 2)
    shutil.rmtree(show / EPISODE / "built")
    assert run("build", cwd=show).returncode == 0
    assert not forgotten.exists()
    assert all(path.exists() for path in clips[3:])

    pruned = run("voices", "cache", "--prune", "--json", cwd=show)
    assert json.loads(pruned.stdout)["freed"] > 0
    assert not any(path.exists() for path in clips)


def test_another_limit_of_the_cache_remakes_no_episode(show: Path) -> None:
    (show / "show.toml").write_text(f"{SETTINGS}[storage]\ncache = 5\n", encoding="utf-8")

    assert "unchanged" in run("build", cwd=show).stdout


def test_nothing_is_shown_on_a_terminal_to_who_wants_quiet(show: Path) -> None:
    shutil.rmtree(show / EPISODE / "built")

    assert watched("-q", "build", cwd=show)[2].strip("\r\x1b[K") == ""
    assert run("-q", "publish", cwd=show).stderr == ""


def test_a_run_that_somebody_watches_says_what_it_did(show: Path) -> None:
    (show / "inbox").mkdir()
    (show / "inbox" / "a.pages").write_bytes(b"PK")
    os.utime(show / "inbox" / "a.pages", (1_700_000_000,) * 2)
    first, second = (watched("run", cwd=show) for _ in range(2))

    assert (first[0], second[0]) == (65, 0)
    assert "not an article" in first[2]
    assert "\r\x1b[K" in first[2]
    assert second[2].replace("\r\x1b[K", "").strip()


def test_publish_names_each_file_and_what_waits_or_cannot_go_on_air(show: Path) -> None:
    late = shutil.copytree(show / EPISODE, show / "spät")
    facts = (late / "episode.toml").read_text("utf-8")
    for old, new in (('guid = "', 'guid = "1'), ("2026-01-15T", "2199-01-15T"), (f'"{EPISODE}"', '"spaet"')):
        facts = facts.replace(old, new)
    (late / "episode.toml").write_text(facts, encoding="utf-8")
    shutil.rmtree(late / "built")
    assert run("build", late, cwd=show).returncode == 0
    broken = shutil.copytree(show / EPISODE, show / "broken")
    next((broken / "built").glob("*.mp3")).write_bytes(b"torn")
    done = run("-v", "publish", cwd=show)

    assert done.returncode == 73
    assert done.stdout.splitlines()[-2:] == ["feed.xml", "https://podcast.example.org/feed.xml"]
    assert re.search(rf"not published: {broken}/built/\S+\.mp3 is missing or not whole\n", done.stderr)
    assert f"waits for its date until 2199-01-15 06:00+01:00: {late}\n" in done.stderr
    assert "Episodes in the feed: 1; files written: " in done.stderr


def test_publish_answers_a_program(show: Path) -> None:
    report = json.loads(run("publish", "--json", cwd=show).stdout)

    assert (report["episodes"], report["problems"], report["written"][-1]) == (1, [], "feed.xml")


def test_check_answers_a_program_and_refuses_what_does_not_pass(show: Path) -> None:
    (good,) = json.loads("[" + run("check", "--json", cwd=show).stdout + "]")
    (show / "show.toml").write_text(f"{SETTINGS}[sound]\nloudness = -30\n", encoding="utf-8")
    bad = run("check", cwd=show)

    assert {finding["mark"] for finding in good["findings"]} <= {"ok", "warn"}
    assert (bad.returncode, bad.stdout.startswith("FAIL"), "loudness" in bad.stdout) == (65, True, True)


def test_voices_answer_a_program() -> None:
    engines = {engine["name"]: engine for engine in json.loads(run("voices", "--json", cwd=Path("/")).stdout)}

    assert engines["espeak"]["ready"] is True
    assert "de" in engines["espeak"]["voices"]


def test_preview_serves_the_publication_until_ctrl_c(show: Path) -> None:
    assert run("publish", cwd=show).returncode == 0
    process = subprocess.Popen([*PROGRAM, "preview", "--port", "0"], cwd=show, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        address = process.stdout.readline().strip()
        with urlopen(f"{address}feed.xml", timeout=30) as answer:
            assert answer.read() == (show / "public" / "feed.xml").read_bytes()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.communicate()


def test_a_voice_that_had_to_be_replaced_is_said_and_ends_with_3(show: Path) -> None:
    nowhere = {**os.environ, "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}
    (show / "show.toml").write_text(f'{SETTINGS}[voice]\nengine = "gtts"\nfallback = "espeak"\n', encoding="utf-8")
    done = subprocess.run([*PROGRAM, "build", EPISODE], cwd=show, env=nowhere, capture_output=True, text=True)

    assert done.returncode == 3, done.stderr
    assert "  fallback voice: " in done.stdout


def test_who_wants_to_know_more_sees_where_it_went_wrong(tmp_path: Path) -> None:
    plain, more = run("build", "absent", cwd=tmp_path), run("-v", "build", "absent", cwd=tmp_path)

    assert (plain.returncode, plain.stderr.count("\n")) == (66, 2)
    assert more.returncode == plain.returncode
    assert more.stderr.endswith(plain.stderr)
    assert "Traceback" in more.stderr
    assert "ArticleMissing" in more.stderr


def test_a_file_of_certificates_that_is_not_there_is_named(show: Path) -> None:
    done = run("verify", next(show.glob("*/built/*.mp3")), "--trust", "absent.pem", cwd=show)

    assert (done.returncode, "absent.pem" in done.stderr) == (2, True)


def test_a_folder_that_holds_no_episode_is_answered_with_what_to_do(show: Path) -> None:
    (show / "leer").mkdir()
    for path, hint in ((show, "Name one of its episode folders."), (show / "leer", "ki-briefing new")):
        done = run("build", path, cwd=show)
        assert (done.returncode, hint in done.stderr) == (78, True), done.stderr


def test_a_timer_is_written_into_a_new_show_and_into_one_that_there_is(tmp_path: Path) -> None:
    new = run("init", "neu", "--systemd", cwd=tmp_path)
    (tmp_path / "neu" / "systemd" / "ki-briefing-neu.timer").unlink()
    settings = (tmp_path / "neu" / "show.toml").read_bytes()
    again = run("init", "neu", "--systemd", cwd=tmp_path)
    taken = run("init", "neu", "--systemd", "--title", "Anders", cwd=tmp_path)

    assert (new.returncode, again.returncode, taken.returncode) == (0, 0, 78)
    assert [Path(line).name for line in again.stdout.splitlines()] == [
        "ki-briefing-neu.service", "ki-briefing-neu.timer", "crontab",
    ]  # fmt: skip
    assert "systemctl --user enable --now ki-briefing-neu.timer" in again.stderr
    assert (tmp_path / "neu" / "show.toml").read_bytes() == settings


def test_status_tells_a_monitor_by_its_exit_code_whether_the_show_runs(show: Path) -> None:
    before = run("status", "--max-age", "26h", cwd=show)
    assert run("run", cwd=show).returncode == 0
    after = run("status", "--max-age", "26h", cwd=show)
    as_json = json.loads(run("status", "--json", cwd=show).stdout)
    wrong = run("status", "--max-age", "26", cwd=show)

    assert (before.returncode, after.returncode, wrong.returncode) == (69, 0, 2)
    assert "Overdue: the last good run: none is known" in before.stderr
    assert after.stdout.splitlines()[0].endswith(": 1 episode on air, https://podcast.example.org/feed.xml")
    assert (as_json["last_exit_code"], as_json["on_air"], as_json["overdue"]) == (0, 1, False)
