"""publish and run bring a show's targets up to date, and say so when one is not; what is public here comes first."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ki_briefing.base.errors import ConfigError, Exit
from ki_briefing.show.reading import load_show
from ki_briefing.show.targets import Kind, MirrorTarget


def command(show: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ki_briefing", *arguments], cwd=show, capture_output=True, text=True, check=False
    )


@pytest.fixture
def show(tmp_path: Path) -> Path:
    folder = tmp_path / "show"
    folder.mkdir()
    (folder / "show.toml").write_text(
        '[publication]\nbase_url = "https://podcast.example.org"\n[[targets]]\nname = "web"\nplace = "../disk/web"\n',
        encoding="utf-8",
    )
    return folder


def test_a_target_is_filled_unless_somebody_does_not_want_it(show: Path) -> None:
    web = show.parent / "disk/web"
    (show.parent / "disk").mkdir()
    done = command(show, "publish", "--no-mirror")
    assert (done.returncode, web.exists()) == (Exit.DONE, False)

    done = command(show, "publish", "--json")
    (report,) = json.loads(done.stdout)["mirrors"]
    assert (done.returncode, report["target"], report["error"]) == (Exit.DONE, "web", None)
    assert report["written"][-1] == "feed.xml"
    assert (web / "feed.xml").read_bytes() == (show / "public/feed.xml").read_bytes()


def test_a_target_that_cannot_be_reached_holds_up_nothing_and_is_said_once_by_cron(show: Path) -> None:
    first = command(show, "run")
    assert first.returncode == Exit.IO
    assert (show / "public/feed.xml").is_file()
    assert "target 'web': there is no folder" in first.stderr
    assert "The next run tries again." in first.stderr
    assert command(show, "run").stderr == ""

    by_hand = command(show, "publish")
    assert by_hand.returncode == Exit.IO
    assert "target 'web' is not up to date: there is no folder" in by_hand.stderr

    (show.parent / "disk").mkdir()
    mended = command(show, "run")
    assert (mended.returncode, mended.stdout, mended.stderr) == (Exit.DONE, "", "")
    assert (show.parent / "disk/web/feed.xml").is_file()


@pytest.mark.parametrize(
    ("place", "kind", "user", "host", "port", "folder"),
    [
        ("sftp://deploy@www.example.org/srv/www/ki", Kind.SFTP, "deploy", "www.example.org", 22, "/srv/www/ki"),
        ("sftp://www.example.org:2222/~/ki/", Kind.SFTP, "", "www.example.org", 2222, "./ki"),
        ("sftp://u@[::1]/x", Kind.SFTP, "u", "::1", 22, "/x"),
        ("s3://bucket-1/ki/", Kind.S3, "", "bucket-1", 22, "ki"),
        ("s3://bucket", Kind.S3, "", "bucket", 22, ""),
        ("../web", Kind.FOLDER, "", "", 22, "../web"),
    ],
)
def test_a_place_says_how_files_get_there(place: str, kind: Kind, user: str, host: str, port: int, folder: str) -> None:
    target = MirrorTarget("web", place)
    assert (target.kind, target.user, target.host, target.port, target.folder) == (kind, user, host, port, folder)


@pytest.mark.parametrize(
    "lines",
    [
        'name = "web"',
        'name = "web"\nplace = "ftp://host/x"',
        'name = "web"\nplace = "sftp://user:password@host/x"',
        'name = "web"\nplace = "s3://Bucket_/x"',
        'name = "web"\nplace = "web"',
        'name = "../web"\nplace = "/srv/web"',
        'name = "web"\nplace = "/srv/web"\npassword = "not a name"',
        'name = "web"\nplace = "/srv/web"\nhost = "x"',
    ],
)
def test_a_target_that_cannot_be_meant_is_refused(lines: str, tmp_path: Path) -> None:
    (tmp_path / "show.toml").write_text(f"[[targets]]\n{lines}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="targets"):
        load_show(tmp_path)
