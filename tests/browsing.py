"""A real browser on pages served on loopback: what the end-to-end tests do with it."""

from __future__ import annotations

import contextlib
import math
import shutil
import threading
from array import array
from typing import TYPE_CHECKING, Any

from ki_briefing.publication.preview import Preview, _Handler

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --autoplay-policy=no-user-gesture-required --mute-audio"
)
WAVEFORM = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 4H9V6H0z"/></svg>'


@contextlib.contextmanager
def served(folder: Path, *, reload: bool = False, shared: bool = False) -> Iterator[Preview]:
    """Serve a folder on a port of its own, so that each has an origin of its own.

    Args:
        shared: Let pages of other origins read, as the web server of a show does.
    """
    server = Preview(folder, reload=reload)
    if shared:
        shared_handler: Any = type("Shared", (_Handler,), {"end_headers": _share})
        server.RequestHandlerClass = shared_handler
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _share(handler: Any) -> None:
    handler.send_header("Access-Control-Allow-Origin", "*")
    super(type(handler), handler).end_headers()


def open_browser(profile: Path) -> Chrome:
    """Start Chromium without a window; its profile lies in a folder of the test."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    for flag in FLAGS.split():
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={profile}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.binary_location = shutil.which("chromium") or ""
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def visit(browser: Chrome, preview: Preview, path: str = "folge-1/") -> None:
    browser.get("about:blank")  # so that another fragment is another visit
    browser.get(preview.url + path)
    wait(browser, "document.querySelector('audio').readyState > 0")


def run(browser: Chrome, expression: str) -> object:
    return browser.execute_script(f"return {expression}")


def wait(browser: Chrome, expression: str) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, 15, poll_frequency=0.05).until(lambda _: run(browser, expression), expression)


def click(browser: Chrome, selector: str) -> None:
    from selenium.webdriver.common.by import By

    node = browser.find_element(By.CSS_SELECTOR, selector)
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", node)
    node.click()


def console(browser: Chrome) -> list[str]:
    """Return what the browser complained about since the last time."""
    entries = browser.get_log("browser")  # type: ignore[no-untyped-call] # selenium's
    return [entry["message"] for entry in entries]


def press(browser: Chrome, *keys: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


def tone(seconds: int) -> bytes:
    """Return an MP3 of a soft tone, 48 kHz mono."""
    import lameenc

    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(48_000)
    encoder.set_channels(1)
    encoder.set_bit_rate(64)
    encoder.set_quality(7)
    encoder.silence()
    second = array("h", (round(3000 * math.sin(2 * math.pi * 220 * n / 48_000)) for n in range(48_000)))
    return bytes(encoder.encode((second * seconds).tobytes()) + encoder.flush())
