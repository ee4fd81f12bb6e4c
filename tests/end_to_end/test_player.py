"""The player in a real browser, as a listener uses it: it remembers, skips, sleeps, shares, searches, and follows."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browsing import WAVEFORM, click, console, press, run, served, tone, visit, wait
from ki_briefing.publication import site
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.podcast import Link
from public_shows import NOW, build, make_episode, make_show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver import Chrome

    from ki_briefing.publication.preview import Preview

pytestmark = pytest.mark.judge("chromium", "chromedriver")

AUDIO = "document.querySelector('audio')"
NOW_SAID = "document.querySelector('.s[aria-current]').dataset.t"
DATA = Path(site.__file__).parents[1] / "data" / "site"


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    show = make_show(tmp_path_factory.mktemp("show"))
    links = (Link("Apple Podcasts", "https://podcasts.example.org/1"),)
    show = dataclasses.replace(show, podcast=dataclasses.replace(show.podcast, subscribe=links))
    sound = tone(30)
    paragraphs = [
        dataclasses.replace(each, text=f"{each.text} " + "Noch ein Satz, damit die Seite lang wird. " * 12)
        for each in make_episode(1).sentences
    ]
    long = make_episode(3, sentences=tuple(paragraphs), title="Das Dritte", summary="Das Dritte.")
    folders = [build(show, each, audio=sound, waveform=WAVEFORM) for each in (make_episode(1), make_episode(2), long)]
    publish_site(show, folders, FolderTarget(show.public), now=NOW)
    with served(show.public) as server:
        yield server


@pytest.fixture(autouse=True)
def _as_new(browser: Chrome, preview: Preview) -> Iterator[None]:
    """Let nothing be remembered from another test."""
    yield
    browser.get("about:blank")
    browser.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": preview.url.rstrip("/"), "storageTypes": "all"})
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


def at(browser: Chrome, seconds: float) -> None:
    wait(browser, f"Math.abs({AUDIO}.currentTime - {seconds}) < 0.6")


def text(browser: Chrome, selector: str) -> str:
    return str(run(browser, f"document.querySelector({selector!r}).textContent"))


def choose(browser: Chrome, selector: str, value: str) -> None:
    node = f"document.querySelector({selector!r})"
    event = "new Event('{}', {{bubbles: true}})"
    run(
        browser,
        f"({node}.value = {value!r}, {node}.dispatchEvent({event.format('input')}), "
        f"{node}.dispatchEvent({event.format('change')}))",
    )


def test_a_listener_goes_on_where_they_stopped_and_as_fast(browser: Chrome, preview: Preview) -> None:
    visit(browser, preview)
    assert text(browser, ".of") == "noch 0:30"
    click(browser, ".speed")
    wait(browser, "document.querySelector('.of').textContent === 'noch 0:24'")  # it is heard 1.25 times as fast
    choose(browser, ".volume", "0.4")
    click(browser, ".ahead")
    click(browser, ".back")
    at(browser, 15)

    visit(browser, preview)
    at(browser, 15)
    heard = f"[{AUDIO}.paused, {AUDIO}.playbackRate, {AUDIO}.volume, document.querySelector('.play').ariaLabel]"
    assert run(browser, heard) == [True, 1.25, 0.4, "Weiter ab 0:15"]

    visit(browser, preview, "folge-2/")
    assert run(browser, f"{AUDIO}.currentTime") == 0


def test_where_nothing_may_be_remembered_it_plays_all_the_same(
    browser: Chrome, preview: Preview, tmp_path: Path
) -> None:
    """As in an embed of WordPress, whose frames may not read localStorage: that throws."""
    from selenium.webdriver.common.by import By

    frame = f'<iframe width=640 height=400 sandbox="allow-scripts" src="{preview.url}folge-1/embed/"></iframe>'
    (tmp_path / "index.html").write_text(f"<!doctype html><link rel=icon href=data:,>{frame}", encoding="utf-8")
    with served(tmp_path) as theirs:
        console(browser)
        browser.get(theirs.url)
        browser.switch_to.frame(browser.find_element(By.TAG_NAME, "iframe"))
        try:
            wait(browser, "document.querySelector('.player.ready') !== null")
            browser.find_element(By.CSS_SELECTOR, ".play").click()
            wait(browser, f"{AUDIO}.currentTime > 0.2")
            browser.find_element(By.CSS_SELECTOR, ".speed").click()
            wait(browser, f"{AUDIO}.playbackRate === 1.25")
        finally:
            browser.switch_to.default_content()
        assert console(browser) == []


def test_chapters_and_sentences_can_be_skipped_by_button_and_key(browser: Chrome, preview: Preview) -> None:
    visit(browser, preview)
    press(browser, "n")
    at(browser, 5)
    click(browser, ".more")
    click(browser, ".next-chapter")
    at(browser, 12)
    click(browser, ".previous-sentence")
    at(browser, 7.7)
    press(browser, "..")
    at(browser, 19)
    press(browser, "p")
    at(browser, 12)


def test_keys_play_and_seek_but_not_while_somebody_types(browser: Chrome, preview: Preview) -> None:
    from selenium.webdriver.common.keys import Keys

    visit(browser, preview)
    press(browser, "l")
    at(browser, 30)
    press(browser, "j", Keys.ARROW_LEFT)
    at(browser, 10)
    press(browser, "k")
    wait(browser, f"!{AUDIO}.paused")
    press(browser, " ")
    wait(browser, f"{AUDIO}.paused")

    before = run(browser, f"{AUDIO}.currentTime")
    run(browser, "document.querySelector('.find input').focus()")
    press(browser, "kjl ?")
    from selenium.webdriver.common.action_chains import ActionChains

    run(browser, "document.activeElement.blur()")
    ActionChains(browser).key_down(Keys.CONTROL).send_keys("l").key_up(Keys.CONTROL).perform()
    assert run(browser, f"[{AUDIO}.paused, {AUDIO}.currentTime]") == [True, before]

    press(browser, "?")
    assert run(browser, "document.querySelector('.keys').open") is True
    click(browser, ".shortcuts")
    click(browser, ".close")
    press(browser, "l")
    assert run(browser, f"{AUDIO}.currentTime") == before


def test_it_falls_silent_after_some_minutes_or_at_the_end_of_the_chapter(browser: Chrome, preview: Preview) -> None:
    visit(browser, preview, "folge-1/#t=4")
    choose(browser, ".sleep", "chapter")
    press(browser, "k")
    wait(browser, f"{AUDIO}.paused && {AUDIO}.currentTime > 4.9")
    assert run(browser, f"{AUDIO}.currentTime < 5.5 && document.querySelector('.sleep').value === ''")

    run(browser, "window.setTimeout = ((real) => (deed, wait) => real(deed, wait / 1000))(setTimeout)")
    choose(browser, ".sleep", "5")
    press(browser, "k")
    wait(browser, f"!{AUDIO}.paused")
    wait(browser, f"{AUDIO}.paused")


def test_a_link_is_copied_to_the_episode_or_to_this_moment(browser: Chrome, preview: Preview) -> None:
    granted = {"origin": preview.url.rstrip("/"), "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    browser.execute_cdp_cmd("Browser.grantPermissions", granted)
    visit(browser, preview, "folge-1/#t=19")
    page = run(browser, "document.querySelector('link[rel=canonical]').href")
    click(browser, ".more")
    for ending in ("", "#t=19"):
        click(browser, ".copy")
        wait(browser, "document.querySelector('.said').textContent === 'Kopiert.'")
        copied = browser.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
        assert copied == f"{page}{ending}"
        click(browser, ".here")
    assert text(browser, ".panel a[download]") == "MP3 herunterladen (0,2 MB)"


def test_words_are_found_in_the_text_and_marked(browser: Chrome, preview: Preview) -> None:
    from selenium.webdriver.common.keys import Keys

    visit(browser, preview)
    click(browser, ".find input")
    press(browser, "CHIPS")
    assert run(browser, "[...CSS.highlights.get('hit')].map(String)") == ["Chips"]
    for _ in range(5):
        press(browser, Keys.BACKSPACE)
    press(browser, "neu")
    assert text(browser, ".find output") == "1 von 1"
    press(browser, Keys.BACKSPACE)  # ne
    count = int(text(browser, ".find output").split()[-1])
    assert count > 1
    press(browser, Keys.ENTER)
    assert text(browser, ".find output") == f"2 von {count}"
    click(browser, ".find button")
    assert text(browser, ".find output") == f"1 von {count}"
    press(browser, "+(")  # what means something in patterns
    run(browser, "document.querySelector('.find input').focus()")
    press(browser, "+(")
    assert text(browser, ".find output") == "nichts gefunden"


def test_the_chapter_in_view_is_marked(browser: Chrome, preview: Preview) -> None:
    visit(browser, preview, "folge-3/")
    for chapter in ("5", "12"):
        run(browser, f"document.querySelector('.s[data-t^=\"{chapter}.\"]').scrollIntoView({{block: 'center'}})")
        run(browser, "scrollBy(0, 150)")
        wait(browser, "document.querySelectorAll('.in-view').length === 1")
        wait(browser, f"document.querySelector('.in-view').dataset.t === '{chapter}'")


@pytest.mark.parametrize("means", ["wheel", "keyboard", "scrollbar", "touch"])
def test_the_reader_scrolls_away_and_comes_back(browser: Chrome, preview: Preview, means: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    visit(browser, preview, "folge-3/#t=5")
    run(browser, "document.querySelector('.play').click()")
    follow = "document.querySelector('.follow')"
    wait(browser, f"{NOW_SAID} === '5.10' && !{AUDIO}.paused && {AUDIO}.played.length")
    assert run(browser, f"{follow}.ariaPressed") == "true"
    wait(browser, "new Promise((done) => setTimeout(() => done(true), 300))")  # its own scrolling is over
    if means == "wheel":
        ActionChains(browser).scroll_by_amount(0, 900).perform()
    elif means == "keyboard":
        press(browser, Keys.PAGE_DOWN)
    elif means == "touch":
        for kind, y in (("touchStart", 400), ("touchMove", 300), ("touchMove", 200), ("touchEnd", None)):
            points = [] if y is None else [{"x": 300, "y": y}]
            browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    else:
        run(browser, "scrollTo(0, document.documentElement.scrollHeight)")  # what dragging it amounts to
    wait(browser, f"{follow}.ariaPressed === 'false'")
    wait(browser, "new Promise((done) => setTimeout(() => done(true), 300))")
    assert run(browser, f"{follow}.checkVisibility() && {follow}.getBoundingClientRect().bottom <= innerHeight")
    run(browser, f"{follow}.click()")
    spoken = "document.querySelector('.s[aria-current]').getBoundingClientRect()"
    wait(browser, f"(({{top}}) => top > 0 && top < innerHeight)({spoken})")
    assert run(browser, f"{follow}.ariaPressed") == "true"


def test_the_next_episode_comes_if_it_is_wanted(browser: Chrome, preview: Preview) -> None:
    visit(browser, preview, "folge-1/#t=29.5")
    press(browser, "k")
    wait(browser, f"{AUDIO}.ended")
    assert str(run(browser, "location.pathname")).endswith("folge-1/")
    click(browser, ".more")
    click(browser, ".onward")
    run(browser, f"({AUDIO}.currentTime = 29.5)")
    press(browser, "k")
    wait(browser, "location.pathname.endsWith('folge-2/index.html')")
    wait(browser, f"{AUDIO} && {AUDIO}.currentTime > 0.2")


def test_the_lock_screen_knows_title_place_and_chapters(browser: Chrome, preview: Preview) -> None:
    spy = (
        "window.deeds = {}; window.told = null;"
        "MediaSession.prototype.setActionHandler = (name, deed) => { deeds[name] = deed; };"
        "MediaSession.prototype.setPositionState = (state) => { told = state; };"
    )
    script = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": spy})
    try:
        visit(browser, preview)
    finally:
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
    assert run(browser, "navigator.mediaSession.metadata.title") == make_episode(1).title
    for deed, seconds in (("nexttrack()", 5), ("nexttrack()", 12), ("previoustrack()", 5), ("seekforward({})", 30)):
        run(browser, f"deeds.{deed}")
        at(browser, seconds)
    run(browser, "deeds.seekto({seekTime: 7})")
    at(browser, 7)
    told = run(browser, "told")
    assert told == {"duration": pytest.approx(30, abs=0.2), "position": pytest.approx(7, abs=0.2), "playbackRate": 1}


def test_a_link_to_a_chapter_marks_its_first_sentence(browser: Chrome, preview: Preview) -> None:
    visit(browser, preview, "folge-1/#t=12")
    assert run(browser, NOW_SAID) == "12.10"
    assert text(browser, ".chapters [aria-current]").startswith("0:12")


def test_each_paragraph_has_a_button_for_keyboard_and_screen_reader(browser: Chrome, preview: Preview) -> None:
    from selenium.webdriver.common.keys import Keys

    visit(browser, preview)
    run(browser, "document.querySelector('.from[tabindex=\"0\"]').focus()")
    press(browser, Keys.END)
    assert run(browser, "document.activeElement.ariaLabel") == "Ab 0:19 hören"
    press(browser, Keys.ENTER)
    wait(browser, f"{AUDIO}.currentTime > 19.05 && !{AUDIO}.paused")
    assert run(browser, "[...document.querySelectorAll('.from')].filter(({tabIndex}) => tabIndex === 0).length") == 1


def test_the_triangle_on_the_start_page_plays_that_episode_from_where_it_was_left(
    browser: Chrome, preview: Preview
) -> None:
    visit(browser, preview, "folge-2/#t=12")
    browser.get(preview.url)
    click(browser, ".listen[data-audio='folge-2.mp3']")
    left = "document.querySelector('.listen.playing').parentElement.querySelector('.left').textContent"
    wait(browser, "document.querySelector('.listen.playing') !== null")
    wait(browser, f"{left}.includes('noch 0:17')")
    assert str(run(browser, "document.querySelector('.listen.playing').ariaLabel")).startswith("Anhalten: ")
    click(browser, ".listen.playing")
    wait(browser, "document.querySelector('.listen.playing') === null")


def test_a_phone_on_its_side_keeps_room_for_the_text(browser: Chrome, preview: Preview) -> None:
    size = {"width": 667, "height": 375, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    visit(browser, preview, "folge-3/#t=12")
    run(browser, "document.querySelector('.play').click()")
    run(browser, "scrollTo(0, 900)")
    wait(browser, "document.querySelector('.player').getBoundingClientRect().top <= 8")
    assert run(browser, "document.querySelector('.player').getBoundingClientRect().bottom") <= 375 * 0.15  # type: ignore[operator] # a number
    assert run(browser, "document.documentElement.scrollWidth") == 667


@pytest.mark.parametrize("path", ["", "folge-1/", "folge-1/embed/"])
def test_fingers_hit_what_they_aim_at(browser: Chrome, preview: Preview, path: str) -> None:
    size = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(preview.url + path)
    wait(browser, "document.readyState === 'complete'")
    run(browser, "document.querySelectorAll('[popover]').forEach((each) => { each.popover = null; })")
    run(browser, "document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    small = (
        "[...document.querySelectorAll('button, select, summary, label, .mast a, .subscribe a, .deeds a, .chapters a,"
        " .about a, input:not([type=checkbox]), .beside a')].filter((each) => each.checkVisibility()"
        " && !each.closest('.transcript button.from')).map((each) => [each.className, each.textContent.trim(),"
        " Math.ceil(each.getBoundingClientRect().height), Math.ceil(each.getBoundingClientRect().width)])"
        ".filter(([, , height, width]) => Math.min(height, width) < 44)"
    )
    assert run(browser, small) == []


def test_a_screen_reader_meets_few_things_and_the_text_is_one_region(browser: Chrome, preview: Preview) -> None:
    visit(browser, preview)
    nodes = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    known = {node["nodeId"]: node for node in nodes}
    letters = {"StaticText", "InlineTextBox", "ListMarker", "LineBreak", "generic"}  # what is read as part of another
    shown = [node for node in nodes if not node["ignored"] and node["role"]["value"] not in letters]

    def is_read(node: dict[str, object] | None) -> bool:
        while node:
            if node["role"]["value"] == "region" and str(node["name"]["value"]).lower() == "zum mitlesen":  # type: ignore[index]
                return True
            node = known.get(str(node.get("parentId")))
        return False

    inside = [node["role"]["value"] for node in shown if is_read(node)]
    assert inside.count("region") == 1
    assert "link" not in inside
    assert len(shown) - len(inside) <= 60


def test_every_page_has_the_ways_to_subscribe(browser: Chrome, preview: Preview) -> None:
    visit(browser, preview)
    click(browser, ".feed")
    links = "[...document.querySelectorAll('{} .subscribe a')].map(({{href}}) => href)"
    ways = [links.format(part) for part in ("#abo", "main")]
    expected = ["https://podcasts.example.org/1", "podcast://podcast.example.org/ki/feed.xml"]
    assert run(browser, ways[0]) == [*expected, f"{preview.url}abonnieren.html"]
    assert run(browser, "document.querySelector('#abo [data-copy]').checkVisibility()") is True
    browser.get(preview.url + "abonnieren.html")
    assert run(browser, ways[1]) == expected
    assert text(browser, ".address code") == "https://podcast.example.org/ki/feed.xml"


def test_the_feed_is_a_page_in_a_browser(browser: Chrome, preview: Preview) -> None:
    browser.get(preview.url + "feed.xml")
    shown = "(name) => getComputedStyle(document.querySelector(name)).display"
    assert run(browser, f"['channel > title', 'item', 'item > guid'].map({shown})") == ["block", "block", "none"]


def test_on_paper_stands_the_article_without_what_the_voice_says_around_it(browser: Chrome, preview: Preview) -> None:
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    visit(browser, preview)
    visible = "(name) => document.querySelector(name).checkVisibility()"
    names = "['.player', '.s[data-t=\"0.10\"]', '.from', '.mast', '.notice', '.s[data-t=\"5.10\"]']"
    assert run(browser, f"{names}.map({visible})") == [False, False, False, False, True, True]


def test_a_long_archive_is_searched_by_words_and_year(browser: Chrome, archive: Preview) -> None:
    browser.get(archive.url)
    years = run(browser, "[...document.querySelectorAll('.archive option')].map(({value}) => value)")
    assert years == ["", "2027", "2026"]
    choose(browser, ".archive input", "mal: chips")
    wait(browser, "document.querySelector('.archive output').textContent === '60 Folgen'")
    choose(browser, ".archive input", "zum 42.")
    wait(browser, "document.querySelectorAll('.found li').length === 1")
    assert run(browser, "document.querySelector('.episodes').checkVisibility()") is False
    click(browser, ".found a")
    wait(browser, "location.pathname.endsWith('folge-42/index.html')")
    browser.get(archive.url)
    choose(browser, ".archive select", "2027")
    wait(browser, "[...document.querySelectorAll('.found time')].every(({dateTime}) => dateTime.startsWith('2027'))")
    choose(browser, ".archive select", "")
    wait(browser, "document.querySelector('.episodes').checkVisibility()")


def test_the_player_is_small() -> None:
    assert (DATA / "player.js").stat().st_size <= 20_000
