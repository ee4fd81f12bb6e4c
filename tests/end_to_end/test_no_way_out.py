"""Nothing that an article, a setting or a link holds leads out of the show's folder, or ends in a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ARTICLE = "# {title}\n\nDer erste Satz steht hier.\n\n## Mehr\n\nDer zweite Satz auch.\n\n## Noch mehr\n\nDer dritte.\n"
SETTINGS = '[jingles]\nstyle = "none"\n[publication]\nbase_url = "https://podcast.example.org"\n'
NAME = "2026-01-15-titel"


def run(*arguments: object, cwd: Path, **settings: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ki_briefing", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, errors="replace", timeout=60, **settings
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture
def show(tmp_path: Path) -> Path:
    folder = tmp_path / "show"
    folder.mkdir()
    (folder / "show.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "a.md").write_text(ARTICLE.format(title="Titel"), encoding="utf-8")
    assert run("new", "a.md", "--date", "2026-01-15T06:00:00+01:00", cwd=folder).returncode == 0
    return folder


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("place", [f"{NAME}/built", ".cache", ".cache/clips", ".cache/sound", ".cache/pictures"])
def test_a_build_writes_through_no_link(show: Path, outside: Path, place: str) -> None:
    shutil.rmtree(show / ".cache")
    (show / place).parent.mkdir(exist_ok=True)
    (show / place).symlink_to(outside)
    done = run("build", show / NAME, cwd=show)

    assert done.returncode == 74
    assert "symbolic link" in done.stderr
    assert list(outside.iterdir()) == []


def test_a_build_writes_through_no_link_deep_in_its_cache(show: Path, outside: Path) -> None:
    run("build", show / NAME, cwd=show)
    for shard in (show / ".cache" / "clips").iterdir():
        shutil.rmtree(shard)
        shard.symlink_to(outside)
    shutil.rmtree(show / NAME / "built")
    done = run("build", show / NAME, cwd=show)

    assert done.returncode == 74
    assert "symbolic link" in done.stderr
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("place", [f"public/{NAME}", ".cache"])
def test_a_publication_writes_through_no_link(show: Path, outside: Path, place: str) -> None:
    run("build", show / NAME, cwd=show)
    shutil.rmtree(show / ".cache")
    (show / place).parent.mkdir(exist_ok=True)
    (show / place).symlink_to(outside)
    done = run("publish", cwd=show)

    assert done.returncode == 74
    assert "symbolic link" in done.stderr
    assert list(outside.iterdir()) == []


def test_the_public_folder_itself_may_be_a_link(show: Path, outside: Path) -> None:
    run("build", show / NAME, cwd=show)
    (show / "public").symlink_to(outside)

    assert run("publish", cwd=show).returncode == 0
    assert (outside / "feed.xml").is_file()


@pytest.mark.parametrize("name", ["episodes.sqlite", "publication.sqlite"])
def test_a_memory_that_is_a_link_is_made_anew(show: Path, outside: Path, name: str) -> None:
    run("build", show / NAME, cwd=show)
    (show / ".cache" / name).unlink(missing_ok=True)
    (show / ".cache" / name).symlink_to(outside / name)

    assert run("run", cwd=show).returncode == 0
    assert list(outside.iterdir()) == []
    assert not (show / ".cache" / name).is_symlink()


def test_an_article_that_is_a_link_is_not_read(show: Path, outside: Path) -> None:
    (outside / "secret.md").write_text("# Geheim\n\nDas steht anderswo.\n", encoding="utf-8")
    (show / NAME / "article.md").unlink()
    (show / NAME / "article.md").symlink_to(outside / "secret.md")
    done = run("script", show / NAME, cwd=show)

    assert done.returncode == 78
    assert "symbolic link" in done.stderr
    assert "anderswo" not in done.stdout


@pytest.mark.parametrize("place", ["templates", "templates/episode.html", "templates/style.css"])
def test_a_template_that_is_a_link_is_not_read(show: Path, outside: Path, place: str) -> None:
    run("build", show / NAME, cwd=show)
    (outside / Path(place).name).write_text("geheim", encoding="utf-8")
    (show / place).parent.mkdir(exist_ok=True)
    (show / place).symlink_to(outside if place == "templates" else outside / Path(place).name)
    done = run("publish", cwd=show)

    assert done.returncode == 74
    assert "symbolic link" in done.stderr


@pytest.mark.parametrize(
    ("front_matter", "code"),
    [
        ("date: 0001-01-01", 0),
        ("date: 9999-12-31T23:59:59", 0),
        (f"date: {'9' * 5000}", 65),
        (f"number: {'9' * 5000}", 65),
        ('image: "a\\0b.jpg"', 65),
        (f"image: {'x' * 5000}.jpg", 65),
        (f"image: {'x/' * 3000}.jpg", 65),
    ],
)
def test_what_front_matter_holds_is_no_traceback(tmp_path: Path, front_matter: str, code: int) -> None:
    article = tmp_path / "artikel.md"
    article.write_text(f"---\n{front_matter}\n---\n{ARTICLE.format(title='Titel')}", encoding="utf-8")
    done = run("build", article, cwd=tmp_path)

    assert done.returncode == code, done.stderr


@pytest.mark.parametrize(
    "settings",
    [
        f"[sound]\nbit_rate = {'9' * 5000}",
        f"x = {'[' * 5000}",
        '[podcast]\ncover = "a\\u0000b.jpg"',
        f'[podcast]\ncover = "{"x" * 5000}.jpg"',
        f'[jingles]\nident = "{"x" * 5000}.wav"',
        f'[jingles]\nident = "{"x/" * 3000}x.wav"',
        '[signing]\nkey = "\\u0000"\ncertificate = "x"',
    ],
)
def test_what_settings_hold_is_no_traceback_and_the_error_names_the_file(show: Path, settings: str) -> None:
    (show / "show.toml").write_text(settings, encoding="utf-8")
    done = run("build", show / NAME, cwd=show)

    assert done.returncode == 78
    assert "show.toml" in done.stderr


def test_a_zone_that_toml_cannot_write_is_refused(show: Path) -> None:
    (show / "b.md").write_text(ARTICLE.format(title="Anderer"), encoding="utf-8")
    done = run("new", "b.md", "--date", "2026-01-15T06:00:00+01:00:30", cwd=show)

    assert done.returncode == 2
    assert "whole number of minutes" in done.stderr
    assert len(list(show.glob("*/episode.toml"))) == 1


def test_what_an_article_holds_plays_no_tricks_on_a_terminal(tmp_path: Path) -> None:
    article = tmp_path / "artikel.txt"
    article.write_text("Titel\nDer Satz.\nFoto: \x1b]0;Gekapert\x07 Ein \x9b31mBild\n", encoding="utf-8")
    shown = run("script", article, cwd=tmp_path)
    built = run("build", article, cwd=tmp_path)
    missing = run("build", tmp_path / "\x1b[2Jx", cwd=tmp_path)

    for done in (shown, built, missing):
        assert not {"\x1b", "\x07", "\x9b"} & set(done.stdout + done.stderr)


def test_an_article_as_text_and_as_markdown_are_built_apart(tmp_path: Path) -> None:
    (tmp_path / "artikel.txt").write_text("Titel\nDer eine Satz.\n", encoding="utf-8")
    alone = run("build", tmp_path / "artikel.txt", cwd=tmp_path)
    (tmp_path / "artikel.md").write_text("# Titel\n\nDer andere Satz.\n", encoding="utf-8")
    built = [run("build", tmp_path / name, cwd=tmp_path) for name in ("artikel.txt", "artikel.md")]

    assert Path(alone.stdout.splitlines()[0]) == tmp_path / "built" / "artikel" / "artikel.mp3"
    files = {Path(done.stdout.splitlines()[0]) for done in built}
    assert files == {tmp_path / "built" / f"artikel-{end}" / f"artikel-{end}.mp3" for end in ("txt", "md")}


@pytest.mark.judge("setpriv")
def test_a_public_folder_that_nobody_may_enter_is_an_error(show: Path) -> None:
    run("build", show / NAME, cwd=show)
    (show / "public").mkdir(mode=0)
    without = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    command = [*without, sys.executable, "-m", "ki_briefing", "publish"]
    done = subprocess.run(command, cwd=show, capture_output=True, text=True, check=False)
    (show / "public").chmod(0o755)

    assert done.returncode == 74
    assert "Traceback" not in done.stderr
    assert str(show / "public") in done.stderr


@pytest.mark.parametrize("command", ["script", "build", "new", "verify"])
def test_a_pipe_is_no_file_and_nobody_waits_for_it(show: Path, command: str) -> None:
    os.mkfifo(show / "pipe.txt")
    done = run(command, "pipe.txt", cwd=show)

    assert done.returncode == 66
    assert "pipe.txt" in done.stderr


@pytest.mark.parametrize("content", [b"", "Überhaupt kein Zertifikat".encode(), b"ELF\0"])
def test_what_is_no_certificate_is_not_trusted(show: Path, content: bytes) -> None:
    (show / "trust.pem").write_bytes(content)
    done = run("verify", "--trust", "trust.pem", "a.md", cwd=show)

    assert done.returncode == 2
    assert "trust.pem" in done.stderr


def test_a_damaged_byte_does_not_pass_the_gate(show: Path) -> None:
    run("build", show / NAME, cwd=show)
    audio = show / NAME / "built" / f"{NAME}.mp3"
    sound = bytearray(audio.read_bytes())
    sound[len(sound) // 2] ^= 0x55
    audio.write_bytes(sound)
    done = run("check", show / NAME, cwd=show)

    assert done.returncode == 65
    assert f"FAIL  files: {NAME}.mp3" in done.stdout


def test_one_bad_article_does_not_stop_the_others(show: Path) -> None:
    (show / "leer.md").write_text("", encoding="utf-8")
    done = run("build", "leer.md", show / NAME, cwd=show)

    assert done.returncode == 65
    assert "leer.md" in done.stderr
    assert (show / NAME / "built" / f"{NAME}.mp3").is_file()


def test_a_new_show_keeps_its_address_when_a_hint_of_its_settings_is_taken(tmp_path: Path) -> None:
    made = run("init", "neu", "--title", "Neu", "--base-url", "https://podcast.example.org", "--sign", cwd=tmp_path)
    settings = tmp_path / "neu" / "show.toml"
    text = settings.read_text(encoding="utf-8").replace("# [jingles]", "[jingles]").replace("# style =", "style =")
    settings.write_text(text, encoding="utf-8")

    assert made.returncode == 0
    assert text.count("[signing]") == 1
    assert text.index("[publication]") < text.index("\nbase_url") < text.index("[jingles]")
    assert run("publish", cwd=tmp_path / "neu").returncode == 0
