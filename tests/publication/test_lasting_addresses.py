"""An address that somebody may have kept goes on: of a sound for ever, of a page by forwarding."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import shutil
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from lxml import etree, html

from ki_briefing.base.errors import ConfigError
from ki_briefing.episode.release import read_release
from ki_briefing.publication.ledger import LEDGER_FILE, Ledger
from ki_briefing.publication.preview import Preview
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.report import Publication
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.record import Deed, Entry, load_record, note_deeds
from ki_briefing.show.settings import Show
from public_shows import BASE, NOW, build, make_episode, make_show

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = 86_400
LATER = NOW + 30 * DAY
OLD, NEW = b"\xff\xfb sound", b"\xff\xfb another sound"


def publish(show: Show, *folders: Path, now: int = NOW) -> Publication:
    return publish_site(show, folders, FolderTarget(show.public), now=now)


def files(show: Show) -> set[str]:
    return {str(path.relative_to(show.public)) for path in show.public.rglob("*") if path.is_file()}


def enclosures(show: Show) -> list[tuple[str, int]]:
    """Return path and length of each sound that the feed names."""
    feed = etree.fromstring((show.public / "feed.xml").read_bytes())
    return [
        (each.get("url", "").removeprefix(f"{BASE}/"), int(each.get("length", ""))) for each in feed.iter("enclosure")
    ]


def rebuild(show: Show, built: Path, slug: str, audio: bytes = OLD) -> None:
    """Build the episode of this folder under another slug."""
    other = build(show, make_episode(1, slug=slug), audio)
    if other == built:
        return
    shutil.rmtree(built)
    other.rename(built)
    other.parent.rmdir()


@pytest.fixture
def old(tmp_path: Path) -> tuple[Show, Path, str]:
    """Return a show of two episodes as earlier versions published it, the first one's folder, and its sound's path."""
    show = make_show(tmp_path)
    folders = [build(show, make_episode(number)) for number in (1, 2)]
    publish(show, *folders)
    feed = (show.public / "feed.xml").read_text(encoding="utf-8")
    ledger = sqlite3.connect(show.cache / LEDGER_FILE)
    with ledger:
        for folder in folders:
            release = read_release(folder / "episode.json")
            slug = release.episode.slug
            paths = [(asset.name, f"{slug}/{asset.published_name}") for asset in release.assets]
            for name, path in paths:
                now = f"{slug}.mp3" if name.endswith(".mp3") else f"{slug}/{name.replace(slug, 'transcript')}"
                feed = feed.replace(f"{BASE}/{now}", f"{BASE}/{path}")
                (show.public / now).rename(show.public / path)
                ledger.execute("UPDATE file SET path = ? WHERE path = ?", (path, now))
                ledger.execute("UPDATE episode SET audio = ? WHERE audio = ?", (path, now))
            (folder.parent / "record.toml").unlink()
        ledger.execute("ALTER TABLE episode DROP COLUMN digest")
        ledger.execute("PRAGMA user_version = 2")
    ledger.close()
    (show.public / "feed.xml").write_text(feed, encoding="utf-8")
    release = read_release(folders[0] / "episode.json")
    return show, folders[0], f"folge-1/{release.audio.published_name}"


def test_paths_are_short_and_name_nothing_twice(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    publish(show, build(show, make_episode(1), waveform="<svg/>"))

    own = {path for path in files(show) if path.startswith("folge-1")}
    (waveform,) = (path for path in own if path.startswith("folge-1/waveform-"))
    transcripts = {f"folge-1/transcript.{form}" for form in ("html", "json", "srt", "vtt")}
    pages = {"folge-1/index.html", "folge-1/embed/index.html", "folge-1/embed/artikel.json", "folge-1/oembed.json"}
    assert own == {"folge-1.mp3", "folge-1/chapters.json", waveform, *transcripts, *pages}
    assert [path for path, _ in enclosures(show)] == ["folge-1.mp3"]


@pytest.mark.parametrize("forgotten", [False, True])
def test_another_sound_stands_at_the_address_of_the_first(tmp_path: Path, forgotten: bool) -> None:
    show = make_show(tmp_path)
    folder = build(show, make_episode(1), OLD)
    publish(show, folder)
    build(show, make_episode(1), NEW)
    if forgotten:
        shutil.rmtree(show.cache)
    report = publish(show, folder, now=LATER)

    assert (report.problems, report.removed) == ((), ())
    assert enclosures(show) == [("folge-1.mp3", len(NEW))]
    assert (show.public / "folge-1.mp3").read_bytes() == NEW
    assert report.written[0] == "folge-1.mp3"
    assert publish(show, folder, now=LATER).written == ()


def test_a_measuring_prefix_leaves_the_addresses_of_an_earlier_version_as_they_are(
    old: tuple[Show, Path, str],
) -> None:
    show, _, sound = old
    prefix = "https://op3.dev/e/"
    show = dataclasses.replace(show, publication=dataclasses.replace(show.publication, prefix=prefix))
    folders = [show.folder / f"folge-{number}" / "built" for number in (1, 2)]
    publish(show, *folders)
    assert (f"{prefix}{BASE}/{sound}".replace("/https://", "/"), len(OLD)) in enclosures(show)
    (show.cache / LEDGER_FILE).unlink()
    for folder in folders:
        (folder.parent / "record.toml").unlink()
    publish(show, *folders)
    assert (f"{prefix}{BASE}/{sound}".replace("/https://", "/"), len(OLD)) in enclosures(show)


def test_other_bytes_of_the_same_length_are_noticed_wherever_they_come_from(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    folder = build(show, make_episode(1), b"one")
    publish(show, folder)
    (show.public / "folge-1.mp3").write_bytes(b"bad")
    publish(show, folder)
    assert (show.public / "folge-1.mp3").read_bytes() == b"one"

    build(show, make_episode(1), b"two")
    publish(show, folder)
    assert (show.public / "folge-1.mp3").read_bytes() == b"two"
    assert [each.deed for each in load_record(folder.parent).entries].count(Deed.AIRED) == 2


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_show_of_an_earlier_version_keeps_the_addresses_of_its_sounds(
    old: tuple[Show, Path, str], forgotten: bool
) -> None:
    show, folder, address = old
    folders = [folder, show.folder / "folge-2" / "built"]
    before = enclosures(show)
    if forgotten:
        shutil.rmtree(show.cache)
    written = publish(show, *folders).written
    assert enclosures(show) == before
    assert not [path for path in written if path.endswith(".mp3")]
    assert "folge-1.mp3" not in files(show)
    assert not [each for each in load_record(folder.parent).entries if each.deed is Deed.AIRED]
    page = html.fromstring((show.public / "folge-1" / "index.html").read_bytes())
    assert page.xpath("string(//audio/@src)") == f"../{address}"

    build(show, make_episode(1), NEW)
    publish(show, *folders)
    publish(show, *folders, now=LATER)
    assert (address, len(NEW)) in enclosures(show)
    assert (show.public / address).read_bytes() == NEW
    assert [path for path in files(show) if path.startswith("folge-1") and path.endswith((".mp3", ".vtt"))] != []
    assert not [path for path in files(show) if path.endswith(".vtt") and "transcript.vtt" not in path]

    shutil.rmtree(show.cache)  # and it moves without what was public
    shutil.rmtree(show.public)
    publish(show, *folders)
    assert [path for path, _ in enclosures(show)] == [path for path, _ in before]


def test_the_upgrade_of_a_ledger_asks_nobody_for_another_approval_or_check(old: tuple[Show, Path, str]) -> None:
    show, folder, _ = old
    with Ledger(show.cache / LEDGER_FILE) as ledger:
        state = ledger.state("folge-1/built")
    assert state is not None
    digest = read_release(folder / "episode.json").audio.digest
    assert (len(state.digest), digest.startswith(state.digest)) == (10, True)


@pytest.mark.parametrize("version_before", [False, True])
def test_an_episode_called_site_shares_nothing_with_the_site(tmp_path: Path, version_before: bool) -> None:
    show = make_show(tmp_path)
    folder = build(show, make_episode(1, slug="site"))
    publish(show, folder)
    public = files(show)
    if version_before:
        with contextlib.closing(sqlite3.connect(show.cache / LEDGER_FILE)) as ledger, ledger:
            ledger.execute("UPDATE file SET owner = 'site', retired = iif(path LIKE '%/%', 1, NULL)")
            ledger.execute("INSERT INTO file VALUES ('style-0123456789.css', 'site', NULL)")
            ledger.execute("UPDATE episode SET made_of = ''")
        (show.public / "style-0123456789.css").touch()
    build(show, make_episode(1, slug="site"), NEW)
    reports = [publish(show, folder, now=now) for now in (NOW, LATER)]

    assert files(show) == public
    assert reports[1].removed == (("style-0123456789.css",) if version_before else ())
    assert reports[1].written == ()


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_new_slug_breaks_no_link(tmp_path: Path, forgotten: bool) -> None:
    show = make_show(tmp_path)
    folder, other = build(show, make_episode(1)), build(show, make_episode(2))
    publish(show, folder, other)
    if forgotten:
        shutil.rmtree(show.cache)
    rebuild(show, folder, "neuer-name", NEW)
    assert publish(show, folder, other).problems == ()
    rebuild(show, folder, "dritter-name", NEW)
    for now in (NOW, LATER):
        assert publish(show, folder, other, now=now).problems == ()

    assert ("folge-1.mp3", len(NEW)) in enclosures(show)
    assert (show.public / "folge-1.mp3").read_bytes() == NEW
    for former in ("folge-1", "neuer-name"):
        for page, there in (("index.html", "dritter-name/"), ("embed/index.html", "dritter-name/embed/")):
            path = show.public / former / page
            content = html.fromstring(path.read_bytes())
            refresh = str(content.xpath("string(//meta[@http-equiv='refresh']/@content)"))
            target = refresh.removeprefix("0; url=")
            assert (path.parent / target).resolve() == (show.public / there).resolve()
            assert (path.parent / target / "index.html").is_file()
            assert content.xpath("string(//link[@rel='canonical']/@href)") == f"{BASE}/{there}"
            assert content.xpath(f"//main//a[@href='{target}']")
    assert b"../dritter-name/" in (show.public / "folge-2" / "index.html").read_bytes()
    assert {path for path in files(show) if path.startswith(("folge-1/", "neuer-name/"))} == {
        f"{former}/{page}" for former in ("folge-1", "neuer-name") for page in ("index.html", "embed/index.html")
    }
    assert load_record(folder.parent).former_slugs("dritter-name") == ("folge-1", "neuer-name")


def test_nobody_else_gets_an_address_that_still_leads_somewhere(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    folder = build(show, make_episode(1)).parent.rename(show.folder / "erste") / "built"
    publish(show, folder)
    rebuild(show, folder, "neuer-name")
    publish(show, folder)
    newcomer = build(show, make_episode(2, slug="folge-1"))
    before = (show.public / "folge-1.mp3").read_bytes()
    (problem,) = publish(show, folder, newcomer).problems

    assert isinstance(problem.error, ConfigError)
    assert "'neuer-name'" in problem.error.message
    assert (show.public / "folge-1.mp3").read_bytes() == before


@pytest.mark.parametrize("forgotten", [False, True])
@pytest.mark.parametrize("deed", [Deed.WITHDRAWN, Deed.DELETED])
def test_what_is_withdrawn_is_gone_at_its_former_addresses_too(
    old: tuple[Show, Path, str], deed: Deed, forgotten: bool
) -> None:
    show, folder, address = old
    publish(show, folder)
    rebuild(show, folder, "neuer-name", NEW)
    publish(show, folder)
    assert (show.public / address).read_bytes() == NEW
    if forgotten:
        shutil.rmtree(show.cache)
    at = make_episode(1).date
    note_deeds(show, folder.parent, *(Entry(each, at, "Erika") for each in dict.fromkeys((Deed.WITHDRAWN, deed))))
    publish(show, folder)

    own = {path for path in files(show) if path.startswith(("folge-1", "neuer-name"))}
    pages = {f"{slug}/{page}" for slug in ("folge-1", "neuer-name") for page in ("index.html", "embed/index.html")}
    assert own == (pages if deed is Deed.WITHDRAWN else set())
    assert enclosures(show) == []
    if deed is Deed.WITHDRAWN:
        assert "zurückgezogen" in (show.public / "neuer-name" / "index.html").read_text(encoding="utf-8")
        note_deeds(show, folder.parent, Entry(Deed.RESTORED, at))
        publish(show, folder)
        assert enclosures(show) == [(address, len(NEW))]
        assert (show.public / address).read_bytes() == NEW


@contextlib.contextmanager
def served(show: Show) -> Iterator[int]:
    with Preview(show.public, reload=False) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def get(connection: http.client.HTTPConnection, path: str) -> bytes:
    """Return a file; ``http.client`` refuses it if it is shorter than the server told."""
    connection.request("GET", path)
    answer = connection.getresponse()
    content = answer.read()
    assert (answer.status, int(answer.headers["Content-Length"])) == (200, len(content)), path
    return content


def test_who_reads_while_episodes_are_replaced_gets_every_file_whole(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    takes = [b"take %d " % take * 5000 * (1 + take % 3) for take in range(12)]
    folders = [build(show, make_episode(number), takes[0]) for number in range(1, 5)]
    publish(show, *folders)
    problems: list[object] = []
    over = threading.Event()

    def replace() -> None:
        try:
            for take in takes:
                for number in range(1, 5):
                    build(show, make_episode(number), take)
                problems.extend(publish(show, *folders).problems)
        finally:
            over.set()

    reads = 0
    publisher = threading.Thread(target=replace)
    with served(show) as port, contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        publisher.start()
        while not over.is_set():
            feed = etree.fromstring(get(line, "/feed.xml"))
            for enclosure in feed.iter("enclosure"):
                assert get(line, urlsplit(enclosure.get("url", "")).path.removeprefix("/ki")) in takes
                reads += 1
            for node in feed.iter("{https://podcastindex.org/namespace/1.0}transcript"):
                assert get(line, urlsplit(node.get("url", "")).path.removeprefix("/ki"))
        publisher.join()
    assert (problems, reads > 3) == ([], True)
    assert {length for _, length in enclosures(show)} == {len(takes[-1])}
