"""The player in a page of somebody else: another origin, our snippet, our policy."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from browsing import WAVEFORM, console, run, served, tone, wait
from ki_briefing.episode import backlink
from ki_briefing.episode.addresses import Addresses
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from public_shows import NOW, build, make_episode, make_show

if TYPE_CHECKING:
    from pathlib import Path

    from selenium.webdriver import Chrome

pytestmark = pytest.mark.judge("chromium", "chromedriver")


def test_the_player_plays_inside_a_foreign_article(browser: Chrome, tmp_path: Path) -> None:
    from selenium.webdriver.common.by import By

    show = make_show(tmp_path / "show")
    folder = build(show, make_episode(1), audio=tone(30), waveform=WAVEFORM)
    publish_site(show, [folder], FolderTarget(show.public), now=NOW)
    newsroom = tmp_path / "newsroom"
    newsroom.mkdir()
    with served(show.public) as ours, served(newsroom) as theirs:
        release = read_release(folder / RELEASE_FILE)
        addresses = Addresses.of(ours.url)
        snippets = [
            backlink.to_head(release, show.podcast, addresses),
            backlink.to_html(show.podcast.title, addresses.episode("folge-1")),
            backlink.to_player(release, show.podcast, addresses),
        ]
        page = "<!doctype html><html lang=de><title>Artikel</title><link rel=icon href=data:,>" + "\n".join(snippets)
        (newsroom / "index.html").write_text(page, encoding="utf-8")
        console(browser)
        browser.get(theirs.url)
        frame = browser.find_element(By.TAG_NAME, "iframe")
        width = frame.rect["width"]
        browser.switch_to.frame(frame)
        try:
            wait(browser, "document.querySelector('.player.ready') !== null")
            assert run(browser, "document.documentElement.scrollWidth") <= width
            browser.find_element(By.CSS_SELECTOR, ".play").click()
            wait(browser, "document.querySelector('audio').currentTime > 0.3")
            browser.find_element(By.CSS_SELECTOR, ".toc summary").click()
            browser.find_element(By.CSS_SELECTOR, ".chapters a[data-t='12']").click()
            wait(browser, "document.querySelector('audio').currentTime > 12.1")
        finally:
            browser.switch_to.default_content()
        assert run(browser, "location.href") == theirs.url
        assert console(browser) == []


@pytest.mark.parametrize("width", [330, 700])
def test_the_frame_has_room_for_the_longest_title(browser: Chrome, tmp_path: Path, width: int) -> None:
    show = make_show(tmp_path / "show")
    title = "Chinesisches Unternehmen soll für neues Sprachmodell auf geschmuggelte Chips zurückgegriffen haben"
    folder = build(show, dataclasses.replace(make_episode(1), title=title), audio=tone(5), waveform=WAVEFORM)
    publish_site(show, [folder], FolderTarget(show.public), now=NOW)
    with served(show.public) as ours:
        size = {"width": width, "height": backlink.PLAYER_HEIGHT, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        try:
            browser.get(ours.url + "folge-1/embed/")
            wait(browser, "document.querySelector('.player.ready') !== null")
            bottom = run(browser, "document.querySelector('.notice').getBoundingClientRect().bottom")
        finally:
            browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert bottom <= backlink.PLAYER_HEIGHT  # type: ignore[operator] # a number
