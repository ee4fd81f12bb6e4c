"""What is public here is public at every target: whole, in order, and by nobody overwritten."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import os
import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from lxml import etree

from ki_briefing.base.errors import ConfigError, Exit, Locked, PublishError, StorageError
from ki_briefing.publication import mirror as mirror_package
from ki_briefing.publication.mirror import Mirrored, lock, memory, mirror_show, open_space
from ki_briefing.publication.mirror.lock import LOCK_FILE, TargetLock
from ki_briefing.publication.mirror.memory import CHANGES_FILE, LEDGER_FILE
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.record import Deed, Entry, note_deeds
from ki_briefing.show.targets import MirrorTarget
from public_shows import NOW, build, make_episode, make_show
from web_spaces import ACCESS_KEY, BUCKET, SECRET_KEY, WEED, Wire, s3_server, ssh_server, web_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ki_briefing.show.settings import Show
    from web_spaces import SshServer

DAY = 86_400
KINDS = [
    "folder",
    pytest.param("sftp", marks=pytest.mark.judge("sshd")),
    pytest.param("s3", marks=pytest.mark.skipif(not WEED.exists(), reason="no S3 server")),
]


@pytest.fixture(scope="session")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    with ssh_server(tmp_path_factory.mktemp("ssh")) as server:
        yield server


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with s3_server(tmp_path_factory.mktemp("s3")) as port:
        yield port


@dataclasses.dataclass
class Place:
    """A target, and what can be seen of it from outside."""

    target: MirrorTarget
    folder: Path
    wire: Wire | None = None

    def read(self, path: str) -> bytes | None:
        if self.target.kind != "s3":
            file = self.folder / path
            return file.read_bytes() if file.is_file() else None
        assert self.wire
        connection = http.client.HTTPConnection("127.0.0.1", self.wire.far, timeout=10)
        connection.request("GET", f"/{BUCKET}/{self.target.folder}/{path}")
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return content if answer.status == 200 else None

    def episodes(self, *newer: int) -> int:
        """Every file that the feed names is there, in full; return the number of episodes.

        Args:
            newer: Lengths of sounds that stand there while the feed still tells that of an older one [bytes].
        """
        count = 0
        if feed := self.read("feed.xml"):
            for enclosure in etree.fromstring(feed).iter("enclosure"):
                count += 1
                sound = self.read(urlsplit(enclosure.get("url", "")).path.removeprefix("/ki/"))
                assert sound is not None
                assert len(sound) in (int(enclosure.get("length", "")), *newer)
        return count


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Return a target of the kind that the test is given."""
    kind, folder = request.param, tmp_path / "web"
    if kind == "folder":
        yield Place(MirrorTarget("web", str(folder)), folder)
    elif kind == "sftp":
        server: SshServer = request.getfixturevalue("ssh")
        wire = Wire(server.port)
        known = tmp_path / "known_hosts"
        known.write_text(server.known_hosts.read_text().replace(f":{server.port} ", f":{wire.port} "))
        where = server.place(folder).replace(f":{server.port}/", f":{wire.port}/")
        yield Place(MirrorTarget("web", where, key_file=str(server.key), known_hosts=str(known)), folder, wire)
        wire.close()
    else:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        wire = Wire(request.getfixturevalue("s3"))
        where = f"s3://{BUCKET}/{tmp_path.name}"
        yield Place(MirrorTarget("web", where, endpoint=f"http://127.0.0.1:{wire.port}"), folder, wire)
        wire.close()


everywhere = pytest.mark.parametrize("place", KINDS, indirect=True)
on_disk = pytest.mark.parametrize("place", KINDS[:1], indirect=True)


def make(folder: Path, place: Place, episodes: int = 1) -> Show:
    show = dataclasses.replace(make_show(folder), targets=(place.target,))
    publish(show, episodes)
    return show


def publish(show: Show, episodes: int, audio: bytes = b"\xff\xfb sound", now: int = NOW) -> None:
    folders = [build(show, make_episode(number), audio + b"%d" % number) for number in range(1, episodes + 1)]
    publish_site(show, folders, FolderTarget(show.public), now=now)


def mirror(show: Show, *, look: bool = True) -> Mirrored:
    (done,) = mirror_show(show, look=look)
    if done.error:
        raise done.error
    return done


def public(show: Show) -> dict[str, bytes]:
    return {str(path.relative_to(show.public)): path.read_bytes() for path in show.public.rglob("*") if path.is_file()}


@everywhere
def test_what_is_public_here_is_public_there_and_goes_when_it_goes(place: Place, tmp_path: Path) -> None:
    show = make(tmp_path / "show", place, episodes=2)
    (show.public / "impressum.html").write_text("own")
    written = mirror(show).written

    assert written[-1] == "feed.xml"
    assert written.index("index.html") > max(written.index(path) for path in written if path.endswith((".mp3", ".vtt")))
    assert sorted(written) == sorted(public(show))
    assert all(place.read(path) == content for path, content in public(show).items())
    with open_space(show, place.target) as space:  # as if somebody else had spoilt it
        space.write("feed.xml", b"", space.read("feed.xml"))
    assert (mirror(show).written, mirror(show).written, mirror(show, look=False).written) == (("feed.xml",), (), ())

    (show.public / "impressum.html").unlink()
    publish(show, 2, audio=b"\xff\xfb SOUND")  # as long as before
    done = mirror(show, look=False)
    assert done.removed == ("impressum.html",)
    assert [path for path in done.written if path.endswith(".mp3")] == ["folge-1.mp3", "folge-2.mp3"]
    assert all(place.read(path) == content for path, content in public(show).items())
    assert place.episodes() == 2


@everywhere
def test_another_machine_goes_on_where_the_first_has_stopped(place: Place, tmp_path: Path) -> None:
    first = make(tmp_path / "one", place, episodes=2)
    mirror(first)
    second = make(tmp_path / "two", place, episodes=3)
    done = mirror(second)
    assert not any(path.startswith("folge-1/") for path in done.written)
    assert place.episodes() == 3

    publish(first, 4)
    done = mirror(first)
    assert not any(path.startswith(("folge-1/", "folge-2/")) for path in done.written)
    assert place.episodes() == 4


@everywhere
def test_two_machines_never_fill_a_target_at_once(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show, other = make(tmp_path / "one", place), make(tmp_path / "two", place)
    monkeypatch.setattr(lock, "SETTLE", 0.05)
    with open_space(show, place.target) as space, TargetLock(space, "web", show.folder) as held:
        for _ in range(2):
            with pytest.raises(Locked, match="being filled by") as caught:
                mirror(other)
            assert (caught.value.exit_code, caught.value.passing) == (Exit.LOCKED, True)
        held.confirm()

        mirror(show)  # the same show on the same machine: whoever had the lock has died
        with pytest.raises(Locked, match="taken over"):
            held.confirm()

    with open_space(show, place.target) as space, TargetLock(space, "web", show.folder) as held:
        monkeypatch.setattr(lock, "LOCK_AGE", -1.0)  # of any lock, it is said now that its machine has died
        assert mirror(other).written == ()
        with pytest.raises(Locked, match="taken over"):
            held.confirm()
        assert not space.write(LOCK_FILE, b"late", space.read(CHANGES_FILE))


@pytest.mark.parametrize("place", KINDS[1:], indirect=True)
def test_a_target_that_dies_anywhere_stays_valid_and_the_next_mirror_goes_on(place: Place, tmp_path: Path) -> None:
    wire = place.wire
    assert wire
    show = make(tmp_path / "show", place)
    mirror(show)
    publish(show, 2, audio=b"corrected and longer" * 9000)
    errors: list[PublishError] = []
    for carried in (3000, *[230_000] * 9):
        wire.left = carried
        try:
            mirror(show)
        except PublishError as error:
            errors.append(error)
        assert place.episodes(180_001) in (1, 2)
        wire.left = None
        if place.episodes(180_001) == 2:
            break
    mirror(show)
    assert len(errors) > 1
    assert {(each.passing, each.exit_code) for each in errors} == {(True, Exit.IO)}
    assert all(place.read(path) == content for path, content in public(show).items())
    assert mirror(show).written == ()


@pytest.mark.judge("nginx")
@pytest.mark.parametrize("place", KINDS[:2], indirect=True)
def test_who_reads_meanwhile_never_meets_a_feed_that_names_a_missing_file(place: Place, tmp_path: Path) -> None:
    show = make(tmp_path / "show", place, episodes=2)
    mirror(show)
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    over = threading.Event()

    def publish_on() -> None:
        try:
            for number in range(4):
                publish(show, 2 + number, audio=b"take %d " % number * 2000)
        finally:
            over.set()

    with web_server(place.folder, tmp_path) as port:
        publisher = threading.Thread(target=publish_on)
        mirrors = threading.Thread(target=lambda: mirror_until(show, over))
        publisher.start()
        mirrors.start()
        reads = 0
        while mirrors.is_alive():
            reads += 1
            feed = fetch(port, "/feed.xml")
            for enclosure in etree.fromstring(feed).iter("enclosure"):
                sound = fetch(port, urlsplit(enclosure.get("url", "")).path.removeprefix("/ki"))
                assert len(sound) in (int(enclosure.get("length", "")), 14_001)  # one that replaced it meanwhile
    assert reads > 3
    assert place.episodes() == 5


def mirror_until(show: Show, over: threading.Event) -> None:
    while not over.is_set():
        with contextlib.suppress(StorageError):
            mirror(show)
    mirror(show)


def fetch(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.status == 200, path
    return content


@pytest.mark.parametrize("place", KINDS[2:], indirect=True)
def test_a_new_episode_costs_as_many_requests_in_a_small_archive_as_in_a_large_one(
    place: Place, tmp_path: Path
) -> None:
    assert place.wire
    show = make(tmp_path / "show", place, episodes=1)
    mirror(show)
    spent = []
    for episodes in (2, 7, 8):
        before = place.wire.requests
        publish(show, episodes)
        mirror(show, look=False)
        spent.append(place.wire.requests - before)
    assert spent[0] == spent[2] <= 40
    before = place.wire.requests
    mirror(show, look=False)
    assert place.wire.requests == before


@pytest.mark.parametrize("place", KINDS[2:], indirect=True)
def test_a_bucket_serves_files_by_type_and_lets_nobody_wait_for_a_new_feed(place: Place, tmp_path: Path) -> None:
    assert place.wire
    show = make(tmp_path / "show", place)
    mirror(show)
    for end, kind, cache in (
        ("feed.xml", "text/xml; charset=utf-8", "public, max-age=300"),
        ("index.html", "text/html; charset=utf-8", "public, max-age=300"),
        ("folge-1.mp3", "audio/mpeg", "public, no-cache"),
        ("transcript.vtt", "text/vtt; charset=utf-8", "public, no-cache"),
        ("chapters.json", "application/json+chapters", "public, no-cache"),
        (".css", "text/css; charset=utf-8", "public, max-age=31536000, immutable"),
    ):
        path = next(path for path in public(show) if path.endswith(end))
        connection = http.client.HTTPConnection("127.0.0.1", place.wire.port, timeout=5)
        connection.request("HEAD", f"/{BUCKET}/{place.target.folder}/{path}")
        answer = connection.getresponse()
        assert (answer.getheader("Content-Type"), answer.getheader("Cache-Control")) == (kind, cache), path
        connection.close()


@pytest.mark.parametrize("place", KINDS[2:], indirect=True)
def test_a_bucket_that_does_not_know_the_key_is_said_and_no_secret(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = make(tmp_path / "show", place)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "guessed-secret")
    with pytest.raises(PublishError) as caught:
        mirror(show)
    assert "guessed-secret" not in f"{caught.value} {caught.value.hint}"
    assert caught.value.exit_code == Exit.CANNOT_CREATE

    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(ConfigError, match="AWS_SECRET_ACCESS_KEY is not set"):
        mirror(show)


@pytest.mark.parametrize("place", KINDS[1:2], indirect=True)
def test_a_server_must_be_known_and_know_us(place: Place, tmp_path: Path, ssh: SshServer) -> None:
    show = make(tmp_path / "show", place)
    known = Path(place.target.known_hosts)
    right = known.read_text()
    known.write_text("")
    with pytest.raises(PublishError, match=r"is not in .*known_hosts; its key is SHA256:") as caught:
        mirror(show)
    assert caught.value.hint.endswith(right.strip())

    known.write_text(f"{right.split(' ')[0]} {(ssh.folder / 'user.pub').read_text()}")
    with pytest.raises(PublishError, match="shows another key"):
        mirror(show)

    known.write_text(right)
    stranger = dataclasses.replace(place.target, key_file=str(ssh.folder / "host"))
    with pytest.raises(PublishError, match="does not let"):
        mirror(dataclasses.replace(show, targets=(stranger,)))
    assert not place.folder.exists()

    mirror(show)


@pytest.mark.parametrize("place", KINDS[:2], indirect=True)
def test_a_web_server_may_read_all_but_what_is_ours_whatever_the_umask(place: Place, tmp_path: Path) -> None:
    show = make(tmp_path / "show", place)
    mirror(show)
    modes = {path.relative_to(place.folder): path.stat().st_mode & 0o777 for path in place.folder.rglob("*")}
    ours = {path for path in modes if path.parts[0] == ".ki-briefing" and len(path.parts) > 1}
    assert {modes[path] for path in ours} == {0o600}
    assert {oct(mode) for path, mode in modes.items() if path not in ours} == {"0o755", "0o644"}
    assert not list(place.folder.rglob(".~*"))


@on_disk
def test_what_cannot_be_mirrored_is_said(place: Place, tmp_path: Path) -> None:
    show = make(tmp_path / "show", place)
    (show.public / "über uns.html").write_text("x")
    (show.public / "secret").symlink_to("/etc/passwd")
    (show.public / "etc").symlink_to("/etc")
    (show.public / ".htaccess").write_text("AddType text/vtt .vtt")
    assert mirror(show).left_out == ("etc", "secret", "über uns.html")
    assert place.read(".htaccess")
    assert not any(path.is_symlink() for path in place.folder.rglob("*"))


@on_disk
def test_a_folder_that_is_not_ours_is_left_alone(place: Place, tmp_path: Path) -> None:
    show = make(tmp_path / "show", place)
    place.folder.mkdir()
    (place.folder / "index.html").write_text("a website")
    with pytest.raises(PublishError, match="not ours"):
        mirror(show)
    assert place.read("index.html") == b"a website"
    (place.folder / "index.html").unlink()

    mirror(show)
    other = dataclasses.replace(make_show(tmp_path / "other", "https://else.example.org"), targets=show.targets)
    publish(other, 1)
    with pytest.raises(PublishError, match="another show"):
        mirror(other)


@on_disk
def test_a_public_folder_that_was_lost_takes_nothing_along(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror_package, "_MANY", 10)
    show = make(tmp_path / "show", place, episodes=2)
    mirror(show)
    there = place.episodes()
    shutil.rmtree(show.public)
    with pytest.raises(PublishError, match=r"there is no .*feed\.xml"):
        mirror(show)
    show.public.mkdir()
    (show.public / "feed.xml").write_text("<rss/>")
    with pytest.raises(PublishError, match="would be deleted"):
        mirror(show)
    assert place.episodes() == there == 2


@on_disk
@pytest.mark.parametrize("recorded", [False, True])
def test_an_episode_that_this_machine_has_lost_stays_there_until_somebody_withdraws_it(
    place: Place, tmp_path: Path, recorded: bool
) -> None:
    show = make(tmp_path / "show", place, episodes=2)
    mirror(show)
    lost = show.folder / "folge-1"
    (lost / "episode.toml").write_text(
        'guid = "00000000-0000-4000-8000-000000000001"\nnumber = 1\n'
        'date = 2026-01-16T06:30:00+01:00\nslug = "folge-1"\n'
    )
    for folder in (show.public, show.cache, lost / "built"):  # what no clone holds
        shutil.rmtree(folder)
    if not recorded:  # it is an old one
        (lost / "record.toml").unlink()
    folders = [show.folder / name / "built" for name in ("folge-1", "folge-2")]
    publish_site(show, folders, FolderTarget(show.public), now=NOW)
    with pytest.raises(PublishError, match="folge-1 is on air there"):
        mirror(show)
    assert place.episodes() == 2

    note_deeds(show, lost, Entry(Deed.WITHDRAWN, datetime.now(UTC), "Erika"))
    publish_site(show, folders, FolderTarget(show.public), now=NOW)
    mirror(show)
    assert (place.episodes(), place.read("folge-1.mp3")) == (1, None)


@on_disk
def test_the_ledger_there_is_what_sha256sum_reads_and_leads_nowhere_else(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_FEW", 10)
    show = make(tmp_path / "show", place, episodes=1)
    for number in range(2):
        (show.public / f"extra-{number}.txt").write_text(str(number))
    mirror(show)
    lines = (place.folder / LEDGER_FILE).read_text().splitlines()
    assert len(lines) == len(public(show))
    assert (place.read(CHANGES_FILE) or b"").count(b"\n") == 1

    victim = tmp_path / "victim"
    victim.write_text("x")
    (place.folder / CHANGES_FILE).write_bytes(
        (place.read(CHANGES_FILE) or b"") + b"begun  ../victim\nbegun  a/../../victim\n"
    )
    (show.public / "extra-1.txt").unlink()
    assert mirror(show).removed == ("extra-1.txt",)
    assert victim.exists()


@on_disk
def test_a_target_whose_disk_is_not_there_holds_up_no_other(place: Place, tmp_path: Path) -> None:
    gone = MirrorTarget("gone", str(tmp_path / "not/mounted"))
    show = dataclasses.replace(make(tmp_path / "show", place), targets=(gone, place.target))
    first, second = mirror_show(show)
    assert isinstance(first.error, StorageError)
    assert second.error is None
    assert place.episodes() == 1
    (place.folder / ".ki-briefing/lock").write_text("elsewhere 0 1\n")
    errors = [type(each.error) for each in mirror_show(show, look=True)]
    assert errors == [StorageError, Locked]


@on_disk
def test_a_lock_that_was_never_written_is_broken_soon(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = make(tmp_path / "show", place)
    monkeypatch.setattr(lock, "SETTLE", 0.0)
    (place.folder / ".ki-briefing").mkdir(parents=True)
    empty = place.folder / LOCK_FILE
    empty.touch()
    with pytest.raises(Locked):
        mirror(show)
    soon = empty.stat().st_mtime - lock.RENEWAL - 1
    os.utime(empty, (soon, soon))
    assert mirror(show).written[-1] == "feed.xml"


@pytest.mark.parametrize("where", ["public", "public/web", ".", ".."])
def test_a_target_that_holds_the_public_folder_or_lies_in_it_is_refused(where: str, tmp_path: Path) -> None:
    show = make(tmp_path / "show", Place(MirrorTarget("web", f"./{where}"), tmp_path))
    with pytest.raises(ConfigError, match="lie in each other"):
        mirror(show)
