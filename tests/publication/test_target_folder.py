"""What is public is whole, in order, and touched only when it changes."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from lxml import etree

from ki_briefing.base.errors import ConfigError, PublishError
from ki_briefing.publication import feed
from ki_briefing.publication.ledger import LEDGER_FILE
from ki_briefing.publication.newsroom import article_path
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.report import Publication
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.settings import Publishing, Show
from public_shows import NOW, build, make_episode, make_show
from publication_samples import ARTICLE_URL

if TYPE_CHECKING:
    from collections.abc import Collection

DAY = 86_400


def publish(show: Show, folders: list[Path], now: int = NOW, held: Collection[Path] = ()) -> Publication:
    return publish_site(show, folders, FolderTarget(show.public), now=now, held=held)


def snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def assert_valid(public: Path) -> int:
    """Every file that a page of the feed names is there, in full; return the number of episodes."""
    count = 0
    for page in public.glob("feed*.xml"):
        root = etree.fromstring(page.read_bytes())
        for enclosure in root.iter("enclosure"):
            count += 1
            file = public / urlsplit(enclosure.get("url", "")).path.removeprefix("/ki/")
            assert file.stat().st_size == int(enclosure.get("length", "")), file
        for node in root.iter("{https://podcastindex.org/namespace/1.0}transcript"):
            assert (public / urlsplit(node.get("url", "")).path.removeprefix("/ki/")).is_file()
    return count


def test_feed_comes_last_and_files_before_pages(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    report = publish(show, [build(show, make_episode(number)) for number in (1, 2)])
    written = [path for path in report.written if not re.search("artikel-|embed", path)]  # they go with their page
    kinds = ["page" if path.endswith(("index.html", "abonnieren.html", ".xml")) else "file" for path in written]
    assert report.written[-1] == "feed.xml"
    assert kinds == sorted(kinds)
    assert assert_valid(show.public) == 2


def test_nothing_is_touched_when_nothing_changed(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    folders = [build(show, make_episode(number)) for number in range(1, 4)]
    publish(show, folders)
    before, ledger = snapshot(show.public), (show.cache / LEDGER_FILE).stat().st_mtime_ns
    report = publish(show, folders)
    assert (report.written, report.removed) == ((), ())
    assert snapshot(show.public) == before
    assert (show.cache / LEDGER_FILE).stat().st_mtime_ns == ledger


def test_nothing_is_touched_even_when_the_cache_is_gone(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    folders = [build(show, make_episode(number)) for number in range(1, 4)]
    publish(show, folders)
    before = snapshot(show.public)
    (show.cache / LEDGER_FILE).write_bytes(b"not a database")
    assert publish(show, folders).written == ()
    assert snapshot(show.public) == before


def test_a_new_episode_touches_its_files_its_neighbour_and_the_two_lists(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    folders = [build(show, make_episode(number)) for number in range(1, 6)]
    publish(show, folders)
    written = publish(show, [*folders, build(show, make_episode(6))]).written
    others = [path for path in written if not path.startswith("folge-6")]
    assert others == [article_path(ARTICLE_URL), "folge-5/index.html", "index.html", "feed.xml"]


def test_a_deleted_episode_leaves_the_feed_at_once_and_its_files_later(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    folders = [build(show, make_episode(number)) for number in (1, 2)]
    publish(show, folders)
    assert publish(show, folders[:1], now=NOW + DAY).episodes == 1
    assert (show.public / "folge-2" / "index.html").is_file()
    publish(show, folders[:1], now=NOW + 9 * DAY)
    assert not (show.public / "folge-2").exists()


def test_an_episode_waits_for_its_date_and_stays_once_it_is_on_air(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    today, tomorrow = make_episode(1), make_episode(2)
    folders = [build(show, today), build(show, tomorrow)]
    due = round(tomorrow.date.timestamp())

    early = publish(show, folders, now=due - 1)
    assert (early.episodes, early.waiting, early.problems) == (1, (folders[1],), ())
    assert not (show.public / "folge-2").exists()
    assert assert_valid(show.public) == 1

    assert publish(show, folders, now=due - 1).written == ()
    on_air = publish(show, folders, now=due)
    assert (on_air.episodes, on_air.waiting) == (2, ())
    assert assert_valid(show.public) == 2

    build(show, tomorrow, audio=b"spoken anew, while the clock is wrong")
    assert publish(show, folders, now=0).waiting == ()
    assert assert_valid(show.public) == 2

    (show.cache / LEDGER_FILE).write_bytes(b"not a database")
    assert publish(show, folders, now=0).waiting == ()
    assert assert_valid(show.public) == 2


def test_files_that_are_not_ours_stay(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    folders = [build(show, make_episode(1))]
    (show.public / "impressum").mkdir(parents=True)
    for name in ("robots.txt", "impressum/index.html"):
        (show.public / name).write_text("own", encoding="utf-8")
    for now in (NOW, NOW + 30 * DAY):
        publish(show, folders, now=now)
    assert (show.public / "robots.txt").is_file()
    assert (show.public / "impressum/index.html").is_file()


@pytest.mark.parametrize("harm", ["missing", "short"])
def test_a_public_file_that_went_missing_or_short_is_mended(tmp_path: Path, harm: str) -> None:
    show = make_show(tmp_path)
    folders = [build(show, make_episode(number)) for number in (1, 2)]
    publish(show, folders)
    audio = show.public / "folge-1.mp3"
    audio.unlink() if harm == "missing" else audio.write_bytes(b"x")
    publish(show, folders)
    assert assert_valid(show.public) == 2


@pytest.mark.parametrize("harm", ["missing", "short", "no json"])
def test_an_episode_that_is_not_whole_never_enters_the_feed_nor_blocks_others(tmp_path: Path, harm: str) -> None:
    show = make_show(tmp_path)
    folders = [build(show, make_episode(number)) for number in (1, 2)]
    broken = folders[0] / ("episode.json" if harm == "no json" else "folge-1.mp3")
    broken.unlink() if harm == "missing" else broken.write_bytes(b"{")
    report = publish(show, folders)
    assert report.episodes == assert_valid(show.public) == 1
    assert [problem.folder for problem in report.problems] == [folders[0]]


def test_two_episodes_with_one_guid_are_a_problem_not_a_mess(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    twin = dataclasses.replace(make_episode(2), guid=make_episode(1).guid)
    report = publish(show, [build(show, make_episode(1)), build(show, twin)])
    assert (report.episodes, len(report.problems)) == (1, 1)


@pytest.mark.parametrize("slug", ["../draussen", "a/b", "", "UPPER", "ä"])
def test_no_name_leads_out_of_the_public_folder(tmp_path: Path, slug: str) -> None:
    show = make_show(tmp_path)
    folder = build(show, make_episode(1))
    text = (folder / "episode.json").read_text(encoding="utf-8").replace('"slug": "folge-1"', f'"slug": "{slug}"')
    (folder / "episode.json").write_text(text, encoding="utf-8")
    assert len(publish(show, [folder]).problems) == 1
    with pytest.raises(PublishError):
        FolderTarget(show.public).put("../x", b"")


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_web_server_may_read_what_was_written_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    show = make_show(tmp_path)
    before = os.umask(umask)
    try:
        publish(show, [build(show, make_episode(1))])
    finally:
        os.umask(before)
    paths = [show.public, *show.public.rglob("*")]
    assert {oct(path.stat().st_mode & 0o777) for path in paths if path.is_file()} == {"0o644"}
    assert {oct(path.stat().st_mode & 0o777) for path in paths if path.is_dir()} == {"0o755"}


@pytest.mark.parametrize("harm", ["held", "no json", "other audio"])
def test_an_episode_held_back_or_broken_stays_on_air_as_it_was_while_others_come(tmp_path: Path, harm: str) -> None:
    show = make_show(tmp_path)
    first = build(show, make_episode(1))
    publish(show, [first])
    before = snapshot(show.public / "folge-1")
    build(show, make_episode(1), audio=b"corrected, but not good enough")
    if harm != "held":
        (first / ("episode.json" if harm == "no json" else "folge-1.mp3")).write_bytes(b"{")
    second = build(show, make_episode(2))
    report = publish(show, [first, second], held={first} if harm == "held" else set())

    assert [problem.folder for problem in report.problems] == ([] if harm == "held" else [first])
    assert assert_valid(show.public) == report.episodes == 2
    assert snapshot(show.public / "folge-1") == before
    assert b"../folge-1/" in (show.public / "folge-2" / "index.html").read_bytes()
    build(show, make_episode(1), audio=b"good")
    assert publish(show, [first, second]).problems == ()
    assert b"../folge-2/" in (show.public / "folge-1" / "index.html").read_bytes()


@pytest.mark.parametrize(("harm", "prefix"), [("held", ""), ("broken", ""), ("held", "https://op3.dev/e/")])
def test_without_a_ledger_what_is_on_air_stays_as_it_is_while_a_newer_build_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str, prefix: str
) -> None:
    monkeypatch.setattr(feed, "PAGE", 1)
    monkeypatch.setattr(feed.paginate, "__defaults__", (1,))  # so the feed has a page for each episode
    show = make_show(tmp_path)
    show = dataclasses.replace(show, publication=dataclasses.replace(show.publication, prefix=prefix))
    urls = {number: f"https://example.org/{number}" for number in (1, 2, 3)}
    folders = [build(show, make_episode(number, article_url=urls[number])) for number in urls]
    publish(show, folders)
    before = snapshot(show.public)
    for number, folder in ((1, folders[0]), (3, folders[2])):
        build(show, make_episode(number, title="Noch nicht", article_url=urls[number]), audio=b"corrected and longer")
        if harm == "broken":
            (folder / f"folge-{number}.mp3").unlink()
    (show.cache / LEDGER_FILE).unlink()
    held = (folders[0], folders[2]) if harm == "held" else ()

    for later in (0, 30 * DAY):
        report = publish(show, folders, now=NOW + later, held=held)
        assert len(report.problems) == (2 if harm == "broken" else 0)
        assert (report.episodes, report.removed) == (3, ())
        assert snapshot(show.public) == before

    build(show, make_episode(3, article_url=urls[3]), audio=b"good")
    assert publish(show, folders[1:], now=NOW + 31 * DAY).episodes == 2
    publish(show, folders[1:], now=NOW + 62 * DAY)
    assert not [*show.public.glob("folge-1/*"), *show.public.glob("folge-1.mp3")]
    assert (show.public / "folge-3.mp3").read_bytes() == b"good"


def test_show_without_address_is_told_so(tmp_path: Path) -> None:
    show = dataclasses.replace(make_show(tmp_path), publication=Publishing())
    with pytest.raises(ConfigError, match="no address"):
        publish(show, [])


def assert_whole(public: Path) -> None:
    """The feed names what is there, old or new, in full; until it is written, it may tell the old one's length."""
    told = {b"\xff\xfb sound": b"corrected and longer"}
    for enclosure in etree.fromstring((public / "feed.xml").read_bytes()).iter("enclosure"):
        sound = (public / urlsplit(enclosure.get("url", "")).path.removeprefix("/ki/")).read_bytes()
        before = next((old for old, new in told.items() if new == sound), sound)
        assert sound in (*told, *told.values())
        assert int(enclosure.get("length", "")) in (len(before), len(sound))


def test_killed_anywhere_what_is_public_stays_valid_and_the_next_run_completes(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    first = build(show, make_episode(1))
    publish(show, [first])
    build(show, make_episode(1), audio=b"corrected and longer")
    second = build(show, make_episode(2))
    wanted = None
    for step in range(1, 60):
        script = f"""
            import os, signal, sys
            sys.path.insert(0, {str(Path(__file__).parent.parent)!r})
            from pathlib import Path
            from public_shows import NOW, make_show
            from ki_briefing.publication.publisher import publish_site
            from ki_briefing.publication.target import FolderTarget
            left = {step}
            def audit(event, arguments):
                global left
                if event in ("os.rename", "os.mkdir"):
                    left -= 1
                    if left == 0:
                        os.kill(os.getpid(), signal.SIGKILL)
            sys.addaudithook(audit)
            show = make_show(Path({str(tmp_path)!r}))
            folders = [Path({str(first)!r}), Path({str(second)!r})]
            publish_site(show, folders, FolderTarget(show.public), now=NOW)
        """
        done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
        assert_whole(show.public)
        if done.returncode == 0:
            wanted = step
            break
    assert wanted is not None
    assert assert_valid(show.public) == 2
    assert publish(show, [first, second]).written == ()
    assert not list(show.public.rglob(".~*"))


def test_no_page_that_is_public_leads_to_a_new_one_before_that_is_there(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    folders = [build(show, make_episode(number)) for number in (1, 2, 3)]
    publish(show, folders[2:])
    early: list[str] = []

    class Watched(FolderTarget):
        def put(self, path: str, content: bytes) -> bool:
            if path.endswith("folge-3/index.html"):
                named = {f"folge-{number}" for number in (1, 2, 3) if f"../folge-{number}/".encode() in content}
                early.extend(name for name in named if not (show.public / name / "index.html").is_file())
            return super().put(path, content)

    publish_site(show, folders, Watched(show.public), now=NOW)

    assert early == []
    assert b"../folge-1/" in (show.public / "folge-2" / "index.html").read_bytes()
    assert b"../folge-3/" in (show.public / "folge-2" / "index.html").read_bytes()
    assert publish(show, folders).written == ()
