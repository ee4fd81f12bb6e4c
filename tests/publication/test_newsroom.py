"""What a newsroom's own pages ask for: the episode of an article, oEmbed, the script at an address that stays."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from ki_briefing.base.web import same_page
from ki_briefing.model.text import UtteranceRole
from ki_briefing.publication import newsroom
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.record import Deed, Entry, note_deeds
from public_shows import BASE, NOW, build, make_episode, make_show
from publication_samples import ARTICLE_URL

if TYPE_CHECKING:
    from ki_briefing.show.settings import Show


ADDRESSES = Path(__file__).parents[1] / "data" / "newsroom" / "addresses.txt"
PLUGIN = Path(__file__).parents[2] / "docs" / "wordpress" / "ki-briefing.php"
IN_WORDPRESS = """
define('ABSPATH', 1);
function add_action(...$all) {}
function add_filter(...$all) {}
function wp_parse_url($address) { return parse_url($address); }
require $argv[1];
foreach (file($argv[2], FILE_IGNORE_NEW_LINES) as $address) echo ki_briefing_same_page($address), "\\n";
"""


def publish(show: Show, *folders: Path, now: int = NOW) -> None:
    report = publish_site(show, folders, FolderTarget(show.public), now=now)
    assert not report.problems


def read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


@pytest.mark.parametrize("form", [ARTICLE_URL, ARTICLE_URL.rstrip("/") + "?utm_source=mail#oben"])
def test_any_form_of_an_articles_address_leads_to_its_episode(tmp_path: Path, form: str) -> None:
    show = make_show(tmp_path)
    publish(show, build(show, make_episode(1)))

    slug = read(show.public / newsroom.article_path(form))["episode"]
    about = read(show.public / slug / "embed" / "artikel.json")
    assert about["title"] == make_episode(1).title
    assert about["notice"] == make_episode(1).notice
    for path in (about["audio"], about["transcript"], about["page"] + "index.html"):
        assert (show.public / path).is_file(), path
    outside = {UtteranceRole.FRAME, UtteranceRole.HEADLINE, UtteranceRole.KEY_POINT}
    wanted = [each.start / 1000 for each in make_episode(1).sentences if each.role in outside]
    assert about["outside"] == wanted != []
    assert about["data"]["@type"] == "NewsArticle"
    assert about["data"]["audio"]["contentUrl"] == f"{BASE}/{about['audio']}"


@pytest.mark.judge("php")
def test_the_wordpress_plugin_writes_an_address_as_the_publication_does() -> None:
    command = ["php", "-r", IN_WORDPRESS, str(PLUGIN), str(ADDRESSES)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    wanted = [same_page(address) for address in ADDRESSES.read_text(encoding="utf-8").splitlines()]
    assert done.stdout.splitlines() == wanted


def test_an_episode_without_an_article_is_found_by_its_name_alone(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    publish(show, build(show, make_episode(1, article_url="")))

    assert not list(show.public.glob("artikel-*.json"))
    assert read(show.public / "folge-1" / "embed" / "artikel.json")["article"] == ""


def test_the_page_names_its_oembed_document_and_that_its_player(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    publish(show, build(show, make_episode(1, title='"><script>alert(1)</script>')))

    page = html.fromstring((show.public / "folge-1" / "index.html").read_bytes())
    assert page.xpath("//link[@type='application/json+oembed']/@href") == [f"{BASE}/folge-1/oembed.json"]
    data = read(show.public / "folge-1" / "oembed.json")
    assert (data["version"], data["type"]) == ("1.0", "rich")
    [frame] = html.fragments_fromstring(data["html"])
    assert frame.tag == "iframe"
    assert frame.get("src") == f"{BASE}/folge-1/embed/"
    assert str(data["height"]) == frame.get("height")
    assert isinstance(data["width"], int)


def test_what_is_withdrawn_is_not_named_any_more(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    folder = build(show, make_episode(1))
    publish(show, folder)
    note_deeds(show, folder.parent, Entry(Deed.WITHDRAWN, datetime.fromtimestamp(NOW, UTC), "Erika", note="falsch"))
    publish(show, folder)

    left = {path.relative_to(show.public).as_posix() for path in show.public.rglob("*.json")}
    assert left == set()


def test_another_article_leaves_the_old_address_to_nobody(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    publish(show, build(show, make_episode(1)))
    publish(show, build(show, make_episode(1, article_url="https://redaktion.example.org/neu")), now=NOW + 1)
    publish(show, show.folder / "folge-1" / "built", now=NOW + 8 * 86_400)

    assert [path.name for path in show.public.glob("artikel-*.json")] == [
        newsroom.article_path("https://redaktion.example.org/neu")
    ]


def test_the_script_keeps_its_address_and_is_replaced_when_it_changes(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    folder = build(show, make_episode(1))
    publish(show, folder)
    ours = (show.public / "artikel.js").read_bytes()
    (show.folder / "templates").mkdir()
    (show.folder / "templates" / "artikel.js").write_text("// der Redaktion eigenes", encoding="utf-8")
    publish(show, folder)

    assert (show.public / "artikel.js").read_text(encoding="utf-8") == "// der Redaktion eigenes"
    assert ours.startswith(b"//")


def test_documents_of_a_show_from_before_appear_with_the_next_publication(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    folder = build(show, make_episode(1))
    publish(show, folder)
    for path in show.public.rglob("*.json"):
        if path.name.startswith(("artikel", "oembed")):
            path.unlink()
    (show.cache / "publication.sqlite").unlink()
    publish(show, folder)

    assert read(show.public / newsroom.article_path(ARTICLE_URL)) == {"episode": "folge-1"}


def test_two_episodes_keep_each_their_own_document(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    other = dataclasses.replace(make_episode(2), article_url="https://redaktion.example.org/zwei")
    publish(show, build(show, make_episode(1)), build(show, other))

    assert read(show.public / newsroom.article_path(ARTICLE_URL))["episode"] == "folge-1"
    assert read(show.public / newsroom.article_path(other.article_url))["episode"] == "folge-2"


@pytest.mark.parametrize("withdrawn", [False, True])
def test_an_article_leads_to_its_other_episode_when_one_leaves(tmp_path: Path, withdrawn: bool) -> None:
    show = make_show(tmp_path)
    first, second = (build(show, make_episode(number, article_url=f"{ARTICLE_URL}?a=1&b=2")) for number in (1, 2))
    publish(show, first, second)
    path = show.public / newsroom.article_path(f"{ARTICLE_URL}?a=1&b=2")
    assert read(path) == {"episode": "folge-2"}

    if withdrawn:
        note_deeds(show, second.parent, Entry(Deed.WITHDRAWN, datetime.now(UTC), "Erika"))
    for now in (NOW, NOW + 30 * 86_400):
        publish(show, *((first, second) if withdrawn else (first,)), now=now)
        assert read(path) == {"episode": "folge-1"}
