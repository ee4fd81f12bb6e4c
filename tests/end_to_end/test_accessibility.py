"""Every kind of page, light and dark, on a phone and on a desk, as axe-core judges it."""

from __future__ import annotations

import importlib.resources
import itertools
from typing import TYPE_CHECKING, Any

import pytest

from browsing import WAVEFORM, served, tone
from ki_briefing.episode import transcript
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.site import PAGE, list_path
from ki_briefing.publication.target import FolderTarget
from public_shows import NOW, build, make_episode, make_show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver import Chrome

    from ki_briefing.publication.preview import Preview

pytestmark = pytest.mark.judge("chromium", "chromedriver")

PAGES = ("", list_path(1), "folge-1/", "folge-1/embed/", "transcript.html")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    show = make_show(tmp_path_factory.mktemp("show"))
    sound = tone(30)
    folders = [build(show, make_episode(number), audio=sound, waveform=WAVEFORM) for number in range(1, 2 * PAGE + 1)]
    publish_site(show, folders, FolderTarget(show.public), now=NOW)
    (show.public / "transcript.html").write_text(transcript.to_html(make_episode(1)), encoding="utf-8")
    with served(show.public) as server:
        yield server


@pytest.mark.parametrize("path", PAGES)
def test_an_audit_finds_nothing(browser: Chrome, site: Preview, path: str) -> None:
    axe = (importlib.resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
    browser.set_script_timeout(60)
    try:
        for scheme, width in itertools.product(("light", "dark"), (360, 1280)):
            feature = {"name": "prefers-color-scheme", "value": scheme}
            size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            browser.get(site.url + path)
            browser.execute_script(axe)
            result: dict[str, Any] = browser.execute_async_script("axe.run().then(arguments[0])")
            found = {each["id"]: [node["target"] for node in each["nodes"]] for each in result["violations"]}
            assert found == {}, (scheme, width)
            assert len(result["passes"]) > 10
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
