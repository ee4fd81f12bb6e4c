"""The script for a newsroom's own page, on different markup, under a policy that allows the show's host only."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browsing import console, run, served, tone, wait
from ki_briefing.base.web import same_page
from ki_briefing.model.episode import Sentence
from ki_briefing.model.text import UtteranceRole
from ki_briefing.publication.newsroom import article_path
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from public_shows import NOW, build, make_episode, make_show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver import Chrome

    from ki_briefing.publication.preview import Preview

pytestmark = pytest.mark.judge("chromium", "chromedriver")

PAGES = Path(__file__).parents[1] / "data" / "newsroom"
ARTICLE = "https://bote.example/2026/01/abwaerme-rechenzentrum/"
SENTENCE = 1  # seconds a sentence takes
ROLES = {
    **dict.fromkeys((0, 1, 2, 5, 33, 34, 35), UtteranceRole.FRAME),
    3: UtteranceRole.HEADLINE,
    4: UtteranceRole.TEASER,
    **dict.fromkeys((6, 7, 8), UtteranceRole.KEY_POINT),
}
POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self'; img-src data:;"
    ' script-src BASE; connect-src BASE; media-src BASE">'
)
HOST = "document.querySelector('div.ki-briefing')"
AUDIO = f"{HOST}.shadowRoot.querySelector('audio')"
# Of each button: which paragraph it stands in, and what it plays.
PLAYED = f"""
const marks = [];
for (const host of document.querySelectorAll("span.ki-briefing")) {{
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  walker.currentNode = host;
  let text = walker.nextNode();
  while (!text.data.trim()) text = walker.nextNode();
  host.shadowRoot.querySelector("button").click();
  marks.push([text.parentElement.closest("[data-s]")?.dataset.s ?? text.data, {AUDIO}.currentTime]);
}}
return marks;
"""


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    show = make_show(tmp_path_factory.mktemp("show"))
    spoken = (PAGES / "spoken.txt").read_text(encoding="utf-8").splitlines()
    sentences = tuple(
        Sentence(at * SENTENCE * 1000, at * SENTENCE * 1000 + 900, text, 0, at, ROLES.get(at, UtteranceRole.PARAGRAPH))
        for at, text in enumerate(spoken)
    )
    length = len(spoken) * SENTENCE
    episode = dataclasses.replace(
        make_episode(1), sentences=sentences, frames=length * 48_000, article_url=ARTICLE, chapters=()
    )
    publish_site(show, [build(show, episode, audio=tone(length))], FolderTarget(show.public), now=NOW)
    with served(show.public, shared=True) as server:
        yield server


@contextlib.contextmanager
def newsroom(folder: Path, base: str, name: str, script: str = '<script src="BASEartikel.js" async></script>') -> Any:
    """Serve a page of the newsroom, from another origin than the show's."""
    folder.mkdir()
    page = (PAGES / name).read_text(encoding="utf-8").replace("SCRIPT", script).replace("POLICY", POLICY)
    (folder / "index.html").write_text(page.replace("BASE", base), encoding="utf-8")
    (folder / "theme.css").write_bytes((PAGES / "theme.css").read_bytes())
    with served(folder) as server:
        yield server.url


def press_play(browser: Chrome) -> None:
    browser.execute_script(f"{HOST}.shadowRoot.querySelector('.play').click()")
    wait(browser, f"{AUDIO}.currentTime > 0.2")


@pytest.mark.parametrize("name", sorted(path.name for path in PAGES.glob("*.html")))
def test_the_button_at_a_paragraph_plays_that_paragraph(
    browser: Chrome, preview: Preview, tmp_path: Path, name: str
) -> None:
    console(browser)
    with newsroom(tmp_path / "newsroom", preview.url, name) as url:
        browser.get(url)
        wait(browser, HOST)
        browser.execute_script("localStorage.clear()")
        press_play(browser)
        marks = browser.execute_script(PLAYED)
        wanted = browser.execute_script(
            "return [...document.querySelectorAll('[data-s]')].map((each) => each.dataset.s)"
        )

        assert [place for place, _ in marks] == wanted
        near = 1 if name == "edited.html" else 0  # sentences
        far = {place: at for place, at in marks if abs(at // SENTENCE - (int(place) - 1)) > near}
        assert far == {}
        assert [each for each in console(browser) if "artikel-" not in each] == []


def test_the_player_stands_where_the_page_wants_it_and_else_above_the_article(
    browser: Chrome, preview: Preview, tmp_path: Path
) -> None:
    with newsroom(tmp_path / "one", preview.url, "wordpress-classic.html") as url:
        browser.get(url)
        wait(browser, HOST)
        assert run(browser, f"{HOST}.parentElement.matches('[data-ki-briefing]')")
    with newsroom(tmp_path / "other", preview.url, "wordpress-blocks.html") as url:
        browser.get(url)
        wait(browser, HOST)
        assert run(browser, f"{HOST}.nextElementSibling.dataset.s") == "5"


def test_nothing_happens_where_there_is_no_episode(browser: Chrome, preview: Preview, tmp_path: Path) -> None:
    asked = "performance.getEntriesByType('resource').filter((each) => each.name.includes('/artikel-')).length"
    with newsroom(tmp_path / "newsroom", preview.url, "wordpress-blocks.html") as url:
        page = tmp_path / "newsroom" / "index.html"
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("/2026/01/abwaerme-rechenzentrum/", "/anderes/"), encoding="utf-8")
        browser.get(url)
        wait(browser, f"{asked} === 2")  # by canonical and by the page's own address
        assert run(browser, "document.querySelector('.ki-briefing')") is None


def test_a_page_with_other_text_stays_as_it_is_unless_it_has_a_place_for_the_player(
    browser: Chrome, preview: Preview, tmp_path: Path
) -> None:
    tag = '<script src="BASEartikel.js" data-episode="folge-1"></script>'
    for name, player in (("without", None), ("with", 1)):
        with newsroom(tmp_path / name, preview.url, "edited.html", tag) as url:
            page = tmp_path / name / "index.html"
            head, _, _ = page.read_text(encoding="utf-8").partition("<main>")
            place = "<div data-ki-briefing></div>" if player else ""
            page.write_text(f"{head}<main><p>Nur für Abonnenten.</p>{place}</main>", encoding="utf-8")
            browser.get(url)
            wait(
                browser,
                "performance.getEntriesByType('resource').filter((each) => each.name.endsWith('json')).length > 1",
            )
            if player:
                wait(browser, HOST)
            assert run(browser, "document.querySelectorAll('.ki-briefing').length") == (player or 0)


WRITTEN = (PAGES / "addresses.txt").read_text(encoding="utf-8").splitlines()


def test_script_and_publication_name_an_articles_file_alike(browser: Chrome, preview: Preview, tmp_path: Path) -> None:
    asked = (
        "performance.getEntriesByType('resource').map((each) => each.name).find((name) => name.includes('/artikel-'))"
    )
    with newsroom(tmp_path / "newsroom", preview.url, "edited.html") as url:
        page = tmp_path / "newsroom" / "index.html"
        text = page.read_text(encoding="utf-8")
        for address in WRITTEN:
            page.write_text(text.replace(ARTICLE, address), encoding="utf-8")
            browser.get(url)
            wait(browser, asked)
            assert str(run(browser, asked)).rpartition("/")[2] == article_path(address), (address, same_page(address))


def test_it_says_who_speaks_loads_no_sound_before_and_keeps_no_cookie(
    browser: Chrome, preview: Preview, tmp_path: Path
) -> None:
    with newsroom(tmp_path / "newsroom", preview.url, "wordpress-blocks.html") as url:
        browser.get(url)
        wait(browser, HOST)
        shown = str(run(browser, f"{HOST}.shadowRoot.querySelector('.note').innerText"))
        loaded = run(browser, "performance.getEntriesByType('resource').map((each) => each.name)")
        assert isinstance(loaded, list)
        assert "KI-Stimme" in shown
        assert make_episode(1).notice in shown
        assert not [each for each in loaded if each.endswith(".mp3")]
        assert {each.rsplit("/", 1)[0].split("/")[2] for each in loaded} == {
            each.split("/")[2] for each in (preview.url, url)
        }
        press_play(browser)
        assert run(browser, "document.cookie") == ""


def test_it_sticks_while_its_place_is_out_of_view_marks_what_is_read_and_goes_on_there(
    browser: Chrome, preview: Preview, tmp_path: Path
) -> None:
    from selenium.webdriver.common.keys import Keys

    player, host = f"{HOST}.shadowRoot.querySelector", "[...document.querySelectorAll('span.ki-briefing')]"
    with newsroom(tmp_path / "newsroom", preview.url, "wordpress-blocks.html") as url:
        browser.get(url)
        wait(browser, HOST)
        browser.execute_script("localStorage.clear()")
        run(browser, "scrollTo(0, document.body.scrollHeight)")
        wait(browser, f"{HOST}.getBoundingClientRect().bottom < 0")
        assert not run(browser, f"{player}('.bar').classList.contains('stuck')")
        button = run(browser, f"{host}.at(-3).shadowRoot.querySelector('button')")
        assert "Rechenhof verweist auf" in button.accessible_name  # type: ignore[attr-defined]
        button.send_keys(Keys.ENTER)  # type: ignore[attr-defined]
        wait(browser, f"{AUDIO}.currentTime > {27 * SENTENCE + 0.3}")
        wait(browser, f"{player}('.bar').classList.contains('stuck')")
        bottom = run(browser, f"innerHeight - {player}('.bar').getBoundingClientRect().bottom")
        assert abs(bottom) < 1  # type: ignore[arg-type]
        read = run(browser, "[...[...CSS.highlights.get('ki-briefing')][0].toString()].join('')")
        assert str(read).startswith("Rechenhof verweist auf einen Windpark")
        assert run(browser, f"{host}.filter((each) => each.shadowRoot.querySelector('.now')).length") == 1
        run(browser, f"{player}('.close').click()")
        assert run(browser, f"{AUDIO}.paused && !{player}('.bar').classList.contains('stuck')")
        browser.get(url)
        wait(browser, HOST)
        assert str(run(browser, f"{player}('.play').ariaLabel")).startswith("Weiter ab 0:2")
        press_play(browser)
        assert float(str(run(browser, f"{AUDIO}.currentTime"))) >= 27 * SENTENCE


def test_forbidden_storage_and_the_pages_own_style_do_no_harm(
    browser: Chrome, preview: Preview, tmp_path: Path
) -> None:
    with newsroom(tmp_path / "newsroom", preview.url, "wordpress-blocks.html") as url:
        forbid = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } })"
        added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": forbid})
        try:
            browser.get(url)
            wait(browser, HOST)
            press_play(browser)
        finally:
            browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)
        mark = "getComputedStyle(document.querySelector('span.ki-briefing').shadowRoot.querySelector('button'))"
        assert run(browser, f"{mark}.width") == "24px"
        assert run(browser, f"{mark}.backgroundColor") == "rgba(0, 0, 0, 0)"
        assert run(browser, "getComputedStyle(document.querySelector('span.ki-briefing')).display") == "inline"


def test_the_script_is_small(preview: Preview) -> None:
    assert (preview.folder / "artikel.js").stat().st_size <= 15_000


def test_a_name_that_no_episode_has_is_told_in_the_console(browser: Chrome, preview: Preview, tmp_path: Path) -> None:
    tag = '<script src="BASEartikel.js" data-episode="../../x"></script>'
    console(browser)
    with newsroom(tmp_path / "newsroom", preview.url, "edited.html", tag) as url:
        browser.get(url)
        wait(browser, "document.readyState === 'complete'")
        [said] = console(browser)
        assert "no episode ../../x" in said
