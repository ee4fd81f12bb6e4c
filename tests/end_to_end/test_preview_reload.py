"""The preview in a real browser: what is published appears without a hand on the keyboard."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from browsing import console, run, served, tone, visit, wait
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from public_shows import NOW, build, make_episode, make_show

if TYPE_CHECKING:
    from pathlib import Path

    from selenium.webdriver import Chrome

pytestmark = pytest.mark.judge("chromium", "chromedriver")


@pytest.mark.parametrize("path", ["folge-1/", "folge-1/embed/"])
def test_a_page_reloads_when_it_is_published_anew_and_not_before(browser: Chrome, tmp_path: Path, path: str) -> None:
    show, episode, audio = make_show(tmp_path), make_episode(1), tone(2)
    folder = build(show, episode, audio=audio)
    publish_site(show, [folder], FolderTarget(show.public), now=NOW)
    console(browser)
    with served(show.public, reload=True) as preview:
        visit(browser, preview, path)
        browser.execute_script("window.loaded = 'before'")
        asked = "performance.getEntriesByType('resource').filter(each => each.name.includes('.reload?')).length"
        wait(browser, f"{asked} > 2")
        assert run(browser, "window.loaded") == "before"

        build(show, dataclasses.replace(episode, title="Neu gefasst"), audio=audio)
        publish_site(show, [folder], FolderTarget(show.public), now=NOW)
        wait(browser, "window.loaded === undefined && document.body.textContent.includes('Neu gefasst')")
        assert console(browser) == []
        browser.get("about:blank")
