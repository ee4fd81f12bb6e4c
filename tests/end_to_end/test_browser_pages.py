"""The pages in a real browser: they play, seek, follow the voice, obey the keyboard, and keep to themselves."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from browsing import WAVEFORM, click, console, press, run, served, tone, visit, wait
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from public_shows import NOW, build, make_episode, make_show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver import Chrome

    from ki_briefing.publication.preview import Preview

pytestmark = pytest.mark.judge("chromium", "chromedriver")

EVIL = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    show = make_show(tmp_path_factory.mktemp("show"))
    episode = make_episode(1)
    long = dataclasses.replace(
        make_episode(2),
        title=EVIL,
        summary=EVIL,
        sentences=tuple(dataclasses.replace(each, text=each.text + " " + EVIL * 4) for each in episode.sentences),
    )
    folders = [build(show, each, audio=tone(30), waveform=WAVEFORM) for each in (episode, long)]
    publish_site(show, folders, FolderTarget(show.public), now=NOW)
    with served(show.public) as server:
        yield server


@pytest.fixture(autouse=True)
def _as_new(browser: Chrome, preview: Preview) -> Iterator[None]:
    """Let nothing be remembered from another test."""
    yield
    browser.get("about:blank")
    browser.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": preview.url.rstrip("/"), "storageTypes": "all"})


def test_plays_and_pauses(browser: Chrome, preview: Preview) -> None:
    visit(browser, preview)
    click(browser, ".play")
    wait(browser, "document.querySelector('audio').currentTime > 0.3")
    assert run(browser, "document.querySelector('.play').getAttribute('aria-label')") == "Anhalten"
    click(browser, ".play")
    assert run(browser, "document.querySelector('audio').paused") is True


def test_a_click_on_a_sentence_plays_from_there_and_the_address_keeps_the_place(
    browser: Chrome, preview: Preview
) -> None:
    visit(browser, preview)
    click(browser, ".s[data-t='19.00']")
    wait(browser, "document.querySelector('audio').currentTime > 19.1")
    assert run(browser, "document.querySelector('audio').paused") is False
    assert run(browser, "location.hash") == "#t=19.00"
    assert run(browser, "document.querySelector('.s[aria-current]').dataset.t") == "19.00"


def test_who_reports_an_error_says_with_it_where_it_is(browser: Chrome, preview: Preview) -> None:
    visit(browser, preview, "folge-1/#t=19")
    run(browser, "document.querySelector('.report').addEventListener('click', (event) => event.preventDefault())")
    click(browser, ".report")

    assert str(run(browser, "document.querySelector('.report').href")).endswith("Stelle%3A%200%3A19")


def test_the_text_follows_the_voice(browser: Chrome, preview: Preview) -> None:
    visit(browser, preview, "folge-2/#t=6.5")
    run(browser, "document.querySelector('.play').click()")
    wait(browser, "document.querySelector('.s[aria-current]').dataset.t === '7.70'")
    assert run(browser, "document.querySelectorAll('[aria-current]').length") == 2  # the sentence and its chapter
    inside = "(() => { const b = document.querySelector('.s[aria-current]').getBoundingClientRect();"
    wait(browser, inside + " return b.top > 0 && b.top < innerHeight })()")


def test_a_click_on_a_chapter_plays_from_there(browser: Chrome, preview: Preview) -> None:
    visit(browser, preview)
    click(browser, ".chapters a[data-t='12']")
    wait(browser, "document.querySelector('audio').currentTime > 12.1")
    assert run(browser, "document.querySelector('.where .chapter').textContent").startswith("Forscher")  # type: ignore[attr-defined] # text


def test_a_click_on_the_waveform_plays_from_what_is_drawn_there(browser: Chrome, preview: Preview) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By

    visit(browser, preview)
    wave = browser.find_element(By.CSS_SELECTOR, ".wave")
    for share in (0.02, 0.4, 0.98):
        offset = round(wave.rect["width"] * (share - 0.5))
        ActionChains(browser).move_to_element_with_offset(wave, offset, 0).click().perform()
        wait(browser, f"Math.abs(document.querySelector('audio').currentTime - {share * 30}) < 0.6")
    assert run(browser, "document.querySelector('.place').title") == "0:29 Forscher sehen Grenzen ohne bessere …"


@pytest.mark.parametrize(("fragment", "seconds"), [("#t=13", 13), ("#t=0:19", 19), ("#t=7.70", 7.7)])
def test_a_link_to_a_moment_survives(browser: Chrome, preview: Preview, fragment: str, seconds: float) -> None:
    visit(browser, preview, f"folge-1/{fragment}")
    wait(browser, f"Math.abs(document.querySelector('audio').currentTime - {seconds}) < 0.05")
    assert run(browser, "document.querySelector('audio').paused") is True


@pytest.mark.parametrize("fragment", ["#t=-1", "#t=%zz", "#t=99999", "#<script>", "#t=1:2:3:4"])
def test_a_broken_link_does_no_harm(browser: Chrome, preview: Preview, fragment: str) -> None:
    visit(browser, preview, f"folge-1/{fragment}")
    assert run(browser, "document.querySelector('.player').classList.contains('ready')") is True


def test_the_keyboard_reaches_everything(browser: Chrome, preview: Preview) -> None:
    from selenium.webdriver.common.keys import Keys

    visit(browser, preview)
    press(browser, Keys.TAB)
    assert run(browser, "document.activeElement.className") == "skip"
    run(browser, "document.querySelector('.place').focus()")
    press(browser, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    wait(browser, "Math.abs(document.querySelector('audio').currentTime - 10) < 0.1")
    assert "0:10 von 0:30" in str(run(browser, "document.querySelector('.place').getAttribute('aria-valuetext')"))


def test_without_scripts_it_is_the_browsers_player_and_text_with_places(browser: Chrome, preview: Preview) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get("about:blank")
        browser.get(preview.url + "folge-1/#t=12")
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert run(browser, "document.querySelector('.player').classList.contains('ready')") is False
    assert run(browser, "document.querySelector('audio').checkVisibility() && document.querySelector('audio').controls")
    assert run(browser, "document.querySelector('.controls').checkVisibility()") is False
    assert run(browser, "document.querySelector('.follow').checkVisibility()") is False
    assert run(browser, "document.querySelector(':target').textContent.trim()").startswith("Forscher")  # type: ignore[attr-defined] # text


def test_dark_is_dark_and_light_is_light(browser: Chrome, preview: Preview) -> None:
    paper = {}
    for scheme in ("light", "dark"):
        feature = {"name": "prefers-color-scheme", "value": scheme}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        visit(browser, preview)
        color = str(run(browser, "getComputedStyle(document.body).backgroundColor"))
        paper[scheme] = sum(int(part) for part in color[4:-1].split(","))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert paper["dark"] < 150
    assert paper["light"] > 600


@pytest.mark.parametrize("path", ["folge-1/", "folge-2/", "folge-1/embed/"])
def test_fits_a_small_phone(browser: Chrome, preview: Preview, path: str) -> None:
    size = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    visit(browser, preview, path)
    width = run(browser, "document.documentElement.scrollWidth")
    widths = "[...document.querySelectorAll('.controls button')].map(each => each.getBoundingClientRect().width)"
    narrowest = run(browser, f"Math.min(...{widths})")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert (width, narrowest) == (360, 44)


@pytest.mark.parametrize("path", ["folge-1/", "folge-2/", "folge-2/embed/"])
def test_nothing_foreign_runs_or_loads(browser: Chrome, preview: Preview, path: str) -> None:
    console(browser)
    visit(browser, preview, path)
    assert run(browser, "window.hacked") is None
    assert console(browser) == []
    loaded = "performance.getEntriesByType('resource').map(each => each.name)"
    assert all(str(name).startswith(preview.url) for name in run(browser, loaded))  # type: ignore[attr-defined] # a list
