"""Every kind of page, light and dark, on a phone and on a desk, as axe-core judges it."""

from __future__ import annotations

import importlib.resources
import itertools
from typing import TYPE_CHECKING, Any

import pytest

from ki_briefing.publication.site import list_path

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from ki_briefing.publication.preview import Preview

pytestmark = pytest.mark.judge("chromium", "chromedriver")

PAGES = ("", list_path(1), "folge-1/", "folge-1/embed/", "abonnieren.html", "folge-1/transcript.html")


@pytest.mark.parametrize("path", PAGES)
def test_an_audit_finds_nothing(browser: Chrome, archive: Preview, path: str) -> None:
    axe = (importlib.resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
    browser.set_script_timeout(60)
    try:
        for scheme, width in itertools.product(("light", "dark"), (360, 1280)):
            feature = {"name": "prefers-color-scheme", "value": scheme}
            size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            browser.get(archive.url + path)
            browser.execute_script(axe)
            result: dict[str, Any] = browser.execute_async_script("axe.run().then(arguments[0])")
            found = {each["id"]: [node["target"] for node in each["nodes"]] for each in result["violations"]}
            assert found == {}, (scheme, width)
            assert len(result["passes"]) > 10
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_an_audit_finds_nothing_in_what_opens_on_a_page(browser: Chrome, archive: Preview) -> None:
    axe = (importlib.resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
    browser.set_script_timeout(60)
    for opener in (".more", ".feed", ".help"):
        browser.get(archive.url + "folge-1/")
        browser.execute_script(f"document.querySelector('{opener}').click()")
        browser.execute_script(axe)
        result: dict[str, Any] = browser.execute_async_script("axe.run().then(arguments[0])")
        assert {each["id"]: [node["target"] for node in each["nodes"]] for each in result["violations"]} == {}, opener
