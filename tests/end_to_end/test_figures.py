"""What real clients leave in the log of a real nginx is counted right."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browsing import tone, wait
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from public_shows import NOW, build, make_episode, make_show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver import Chrome

pytestmark = pytest.mark.judge("nginx", "curl", "ffmpeg", "chromium", "chromedriver")

CONFIG = Path(__file__).parent.parent / "data" / "publication" / "nginx.conf"
LISTENER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
SECONDS = 75


@contextlib.contextmanager
def nginx(folder: Path, public: Path, log: str) -> Iterator[int]:
    """Serve a public folder as the README shows, with a log; yield the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = CONFIG.read_text(encoding="utf-8").replace("listen 80;", f"listen 127.0.0.1:{port};")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"user root; daemon off; pid {folder}/pid; events {{}} http {{ {log} {temporary}"
        f" {server.replace('/srv/podcast/public', str(public))} }}",
        encoding="utf-8",
    )
    program = subprocess.Popen([shutil.which("nginx") or "", "-e", f"{folder}/errors", "-c", f"{folder}/nginx.conf"])
    try:
        for _ in range(100):
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield port
    finally:
        program.terminate()
        program.wait(timeout=10)


def ask_with_curl(first: str, second: str, length: int) -> None:
    """Ask for two episodes as apps do, in ranges and whole, and as what is no app."""
    half, minute = length // 2, length * 60 // SECONDS
    antennapod, gpodder = "AntennaPod/3.4", "gPodder/3.11.1 (+http://gpodder.org/) Linux"
    for address, *options in (
        (first,),  # a program
        (first, "-I", "-A", antennapod),
        (first, "-r", "0-1", "-A", "AppleCoreMedia/1.0.0.22A1 (iPhone; U; CPU OS 18_0 like Mac OS X)"),
        (first, "-r", f"0-{half}", "-A", antennapod),
        (first, "-r", f"{half + 1}-", "-A", antennapod),
        (first, "-A", antennapod),  # once more
        (second, "-r", f"0-{minute - 2}", "-A", gpodder),  # too short by a byte
        (second, "-A", "newsboat/2.21.0 (Linux x86_64)"),
        (second, "-A", ""),
        (f"{second.partition('/folge')[0]}/folge-2/frueher.mp3", "-A", antennapod),
    ):
        subprocess.run(["curl", "-sS", "-o", "/dev/null", *options, address], check=True, timeout=30)


def test_each_client_is_counted_as_what_it_is(browser: Chrome, tmp_path: Path) -> None:
    show = make_show(tmp_path / "show", base_url="http://127.0.0.1/")
    show.folder.mkdir()
    (show.folder / "show.toml").write_text('[publication]\nbase_url = "http://127.0.0.1/"\n', encoding="utf-8")
    sound = tone(SECONDS)
    folders = [build(show, make_episode(at, frames=SECONDS * 48_000), audio=sound) for at in (1, 2)]
    publish_site(show, folders, FolderTarget(show.public), now=NOW)
    tmp_path.chmod(0o755)
    log = tmp_path / "access.log"
    with nginx(tmp_path, show.public, f"access_log {log};") as port:
        paths = sorted(path.relative_to(show.public) for path in show.public.rglob("*.mp3"))
        first, second = (f"http://127.0.0.1:{port}/{path}" for path in paths)
        ask_with_curl(first, second, len(sound))
        subprocess.run(["ffmpeg", "-v", "error", "-i", second, "-f", "null", "-"], check=True, timeout=60)
        listen(browser, f"http://127.0.0.1:{port}/folge-2/")

    figures = counted(show.folder, log)
    assert {each["slug"]: {app["name"]: app["downloads"] for app in each["apps"]} for each in figures["episodes"]} == {
        "folge-1": {"AntennaPod": 1},
        "folge-2": {"Chrome": 1, "Newsboat": 1},
    }
    left = {each["reason"]: each["requests"] for each in figures["left_out"]}
    assert left.pop("programs and servers") >= 2  # curl and ffmpeg, which may ask more than once
    assert left.pop("not answered with the sound") >= 1
    assert left == {
        "asked with another method than GET": 1,
        "asked for the first two bytes only": 1,
        "less than a minute of sound": 1,
        "without a user agent": 1,
    }
    assert "127.0.0.1" not in str(figures)


def listen(browser: Chrome, page: str) -> None:
    """Play an episode on its page, as a person's browser would, until all of it is here."""
    agent = browser.execute_script("return navigator.userAgent")
    browser.execute_cdp_cmd("Network.setUserAgentOverride", {"userAgent": LISTENER})
    try:
        browser.get(page)
        wait(browser, "document.querySelector('.player.ready') !== null")
        browser.execute_script("document.querySelector('.play').click()")
        buffered = "document.querySelector('audio').buffered"
        wait(browser, f"{buffered}.length && {buffered}.end(0) > {SECONDS - 2}")
    finally:
        browser.execute_cdp_cmd("Network.setUserAgentOverride", {"userAgent": agent})
        browser.get("about:blank")


def counted(show: Path, log: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "ki_briefing", "figures", "--show", str(show), "--json", str(log)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
