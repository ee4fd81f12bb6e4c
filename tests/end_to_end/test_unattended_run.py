"""`run` as cron starts it: real processes, an empty environment, nobody watching."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree
from PIL import Image

from environment import NOTHING
from news_site import NewsSite, report, write_show

ARTICLE = """# {title}

Der erste Satz steht hier, lang genug für einen Absatz. Der zweite Satz mit 3,5 Mio. Euro auch.

## Was dahinter steckt

Der dritte Satz erklärt, warum das alles zählt, und nennt den 3. März 2026.
"""
HOUR = 3600


@pytest.fixture
def show(tmp_path: Path) -> Path:
    folder = tmp_path / "schöne show"
    (folder / "inbox").mkdir(parents=True)
    (folder / "show.toml").write_text(
        '[jingles]\nstyle = "none"\n[publication]\nbase_url = "https://podcast.example.org"\n', encoding="utf-8"
    )
    return folder


def drop(show: Path, name: str, text: str | bytes | None = None, age: int = HOUR) -> Path:
    path = show / "inbox" / name
    text = ARTICLE.format(title=Path(name).stem) if text is None else text
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    os.utime(path, (time.time() - age,) * 2)
    return path


def edit(path: Path, text: str) -> None:
    """Change a file, an hour ago."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - HOUR,) * 2)


def command(show: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "ki_briefing", "run", "--show", str(show), *options]


def cron(show: Path, *options: str, umask: int = 0o022) -> subprocess.CompletedProcess[str]:
    """Start it in an empty environment, so without PATH, HOME, TZ and language, and without a terminal."""
    return subprocess.run(
        command(show, *options), cwd="/", env=NOTHING, stdin=subprocess.DEVNULL, capture_output=True,
        encoding="utf-8", errors="surrogateescape", umask=umask, check=False,
    )  # fmt: skip


def titles(show: Path) -> list[str]:
    """Return the titles on air, oldest first, after a look at every file that the feed names."""
    if not (show / "public" / "feed.xml").exists():
        return []
    items = etree.fromstring((show / "public" / "feed.xml").read_bytes()).findall("channel/item")
    for item in items:
        enclosure = item.find("enclosure")
        assert enclosure is not None
        file = show / "public" / urlsplit(enclosure.get("url", "")).path.lstrip("/")
        assert file.stat().st_size == int(enclosure.get("length", "")), file
    return [item.findtext("title", "") for item in items][::-1]


def guids(show: Path) -> list[str]:
    feed = etree.fromstring((show / "public" / "feed.xml").read_bytes())
    return [item.findtext("guid", "") for item in feed.findall("channel/item")][::-1]


def leftovers(show: Path) -> list[str]:
    return [str(path) for path in show.rglob(".~*")]


def test_an_episode_with_a_date_to_come_waits_for_it_and_cron_hears_nothing(show: Path) -> None:
    article = show.parent / "morgen.md"
    article.write_text(ARTICLE.format(title="Morgen"), encoding="utf-8")
    drop(show, "Heute.md")
    date = "2199-01-15T06:00:00+01:00"
    new = [sys.executable, "-m", "ki_briefing", "new", str(article), "--show", str(show), "--date", date]
    folder = Path(subprocess.run(new, capture_output=True, text=True, check=True).stdout.strip())

    early = cron(show)
    assert (early.returncode, early.stdout, early.stderr) == (0, "", "")
    assert titles(show) == ["Heute"]
    assert json.loads(cron(show, "--json").stdout)["publication"]["waiting"] == [str(folder / "built")]

    facts = folder / "episode.toml"
    edit(facts, facts.read_text(encoding="utf-8").replace("2199", "2026"))
    assert cron(show).returncode == 0
    assert titles(show) == ["Morgen", "Heute"]


def test_articles_go_on_air_once_and_cron_hears_nothing(show: Path) -> None:
    drop(show, "Zölle auf Bäume.md", age=2 * HOUR)
    drop(show, "Ein zweiter Artikel.txt")
    first = cron(show, umask=0o077)
    public = {path: path.stat().st_mtime_ns for path in (show / "public").rglob("*")}
    again = cron(show, umask=0o077)

    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    assert titles(show) == ["Zölle auf Bäume", "Ein zweiter Artikel"]
    assert [path.name for path in (show / "inbox").iterdir()] == []
    assert {oct(path.stat().st_mode & 0o777) for path in public} == {"0o644", "0o755"}
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert {path: path.stat().st_mtime_ns for path in (show / "public").rglob("*")} == public
    assert leftovers(show) == []


def test_what_cannot_be_used_is_kept_with_its_reason_said_once_and_blocks_nobody(show: Path) -> None:
    drop(show, "a.md", "")
    drop(show, "b.pdf", b"%PDF")
    drop(show, "c.txt", bytes(range(256)))
    drop(show, "Gut.md")
    first, second = cron(show), cron(show)

    failed = show / "inbox" / "failed"
    assert first.returncode == 65
    assert "Traceback" not in first.stderr
    assert (second.returncode, second.stderr) == (0, "")
    assert titles(show) == ["Gut"]
    for name, reason in (("a.md", "sentence"), ("b.pdf", "not an article"), ("c.txt", "not a text file")):
        assert reason in (failed / f"{name}.reason.txt").read_text(encoding="utf-8")
        assert f"failed/{name}" in first.stderr

    (failed / "a.md").write_text(ARTICLE.format(title="Doch noch"), encoding="utf-8")
    os.utime(failed / "a.md", (time.time() - HOUR,) * 2)
    assert cron(show).returncode == 0
    assert titles(show) == ["Gut", "Doch noch"]
    assert sorted(path.name for path in failed.glob("a*")) == []


def test_a_picture_waits_for_the_article_that_names_it(show: Path) -> None:
    Image.new("RGB", (900, 900)).save(show / "inbox" / "Bild.JPG", "JPEG")
    assert cron(show).returncode == 0
    drop(show, "a.md", "---\nimage: Bild.JPG\n---\n" + ARTICLE.format(title="Mit Bild"))
    drop(show, "b.md", "---\nimage: /uploads/fehlt.jpg\n---\n" + ARTICLE.format(title="Mit Adresse"), age=HOUR - 9)

    done = cron(show)

    assert (done.returncode, done.stderr) == (0, "")
    assert titles(show) == ["Mit Bild", "Mit Adresse"]
    assert len(list(show.glob("public/*/cover-*.jpg"))) == 1
    assert list((show / "inbox").iterdir()) == []


def test_a_name_that_is_no_text_does_no_harm(show: Path) -> None:
    for name, text in ((b"\xff\xfe.md", ARTICLE.format(title="Gut")), (b"\xff.md", ""), (b"\xe4.pdf", "")):
        drop(show, os.fsdecode(name), text)
    done = cron(show, "--json")

    assert (done.returncode, len(json.loads(done.stdout)["troubles"])) == (65, 2)
    assert "Traceback" not in done.stderr
    assert titles(show) == ["Gut"]
    assert len(list((show / "inbox" / "failed").iterdir())) == 4


def test_a_link_that_leads_in_a_circle_does_no_harm_and_is_said_once(show: Path) -> None:
    (show / "circle").symlink_to("circle")
    (show / "inbox" / "circle.md").symlink_to("circle.md")
    drop(show, "gut.md", ARTICLE.format(title="Gut"))

    first, second = cron(show), cron(show)

    assert (first.returncode, first.stdout) == (0, "")
    assert "circle.md: a link in the inbox is not taken" in first.stderr
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert titles(show) == ["Gut"]


def test_two_failures_of_one_name_are_both_kept(show: Path) -> None:
    for text in ("", " "):
        drop(show, "a.md", text)
        assert cron(show).returncode == 65

    assert {path.name for path in (show / "inbox" / "failed").glob("*.md")} == {"a.md", "a-2.md"}


def test_a_file_that_is_still_written_or_has_a_temporary_name_is_not_taken_half(show: Path) -> None:
    for name in (
        ".artikel.md",
        "artikel.md~",
        "artikel.md.part",
        "#artikel.md#",
        "~$artikel.md",
        "artikel.md.filepart",
    ):
        drop(show, name, "Halb")
    article = ARTICLE.format(title="Am Stück")
    path = drop(show, "Am Stück.md", article[:60], age=0)
    process = subprocess.Popen(command(show), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    time.sleep(1)
    assert titles(show) == []
    path.write_text(article, encoding="utf-8")
    _, errors = process.communicate(timeout=120)

    assert (process.returncode, errors) == (0, b"")
    assert titles(show) == ["Am Stück"]
    assert next(show.glob("2*/article.md")).read_text(encoding="utf-8") == article
    assert len(list((show / "inbox").iterdir())) == 6


def test_one_article_never_becomes_two_episodes(show: Path) -> None:
    text = ARTICLE.format(title="Einmal")
    drop(show, "eins.md", text)
    drop(show, "zwei.md", text, age=HOUR - 9)
    first = cron(show)
    assert (first.returncode, "zwei.md: this article is an episode already" in first.stderr) == (0, True)
    drop(show, "drei.md", text)
    shutil.rmtree(show / ".cache")
    assert "drei.md: this article is an episode already" in cron(show).stderr
    assert titles(show) == ["Einmal"]
    assert not list((show / "inbox").iterdir())

    source = next(show.glob("2*/article.md"))
    edit(source, text.replace("erste", "allererste"))
    drop(show, "vier.md", text)
    done = cron(show)
    assert done.returncode == 65
    assert "is an episode already" in (show / "inbox" / "failed" / "vier.md.reason.txt").read_text(encoding="utf-8")
    assert titles(show) == ["Einmal"]


def test_an_edited_episode_is_built_and_published_again_and_keeps_its_guid(show: Path) -> None:
    drop(show, "Artikel.md")
    cron(show)
    before, guid = (show / "public" / "feed.xml").read_bytes(), guids(show)
    source = next(show.glob("2*/article.md"))
    edit(source, source.read_text(encoding="utf-8").replace("Euro", "Dollar"))

    assert cron(show).returncode == 0
    assert (show / "public" / "feed.xml").read_bytes() != before
    assert guids(show) == guid
    assert len(titles(show)) == 1


def test_an_article_that_is_just_being_edited_is_waited_for(show: Path) -> None:
    drop(show, "Artikel.md")
    cron(show)
    source = next(show.glob("2*/article.md"))
    whole = source.read_text(encoding="utf-8") + "\n## Nachtrag\n\nDer letzte Satz.\n"
    source.write_text(whole[:-9], encoding="utf-8")
    process = subprocess.Popen(command(show), stderr=subprocess.PIPE)
    time.sleep(1)
    source.write_text(whole, encoding="utf-8")
    _, errors = process.communicate(timeout=120)

    assert (process.returncode, errors) == (0, b"")
    assert "Der letzte Satz." in next(show.glob("public/2*/index.html")).read_text(encoding="utf-8")


def test_an_edit_that_does_not_pass_leaves_on_air_what_was_there_until_it_is_mended(show: Path) -> None:
    drop(show, "Artikel.md")
    cron(show)
    before = (show / "public" / "feed.xml").read_bytes()
    source = next(show.glob("2*/article.md"))
    good = source.read_text(encoding="utf-8")
    settings = (show / "show.toml").read_text(encoding="utf-8")
    (show / "show.toml").write_text(settings + "[pauses]\nsegment = 6000\n", encoding="utf-8")
    edit(source, good.replace("Euro", "Dollar"))
    drop(show, "Noch einer.md")
    first, second = cron(show), cron(show)

    assert first.returncode == 65
    assert "silence" in (source.parent / "reason.txt").read_text(encoding="utf-8")
    assert (second.returncode, second.stderr) == (0, "")
    assert (show / "public" / "feed.xml").read_bytes() == before
    (show / "show.toml").write_text(settings, encoding="utf-8")
    assert cron(show).returncode == 0
    assert titles(show) == ["Artikel", "Noch einer"]
    assert not (source.parent / "reason.txt").exists()


def test_a_voice_that_is_not_there_is_tried_again_by_every_run_and_said_once(show: Path) -> None:
    settings = show / "show.toml"
    good = settings.read_text(encoding="utf-8")
    settings.write_text(good + '[voice]\nengine = "absent"\n', encoding="utf-8")
    drop(show, "Artikel.md")
    first, second = cron(show), cron(show)

    assert (first.returncode, second.returncode) == (78, 78)
    assert "absent" in first.stderr
    assert second.stderr == ""
    assert titles(show) == []
    settings.write_text(good, encoding="utf-8")
    assert cron(show).returncode == 0
    assert titles(show) == ["Artikel"]


def test_a_time_stamp_authority_that_is_not_there_holds_nothing_back(show: Path) -> None:
    made = [sys.executable, "-m", "ki_briefing", "-q", "init", str(show.with_name("signed")), "--sign"]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
    shutil.copytree(show.with_name("signed") / "signing", show / "signing")
    settings = show / "show.toml"
    signing = '[signing]\nkey = "signing/signing-key.pem"\ncertificate = "signing/signing-certificate.pem"\n'
    good = settings.read_text(encoding="utf-8") + signing
    settings.write_text(good + 'timestamp_url = "http://127.0.0.1:9/"\n', encoding="utf-8")
    drop(show, "Artikel.md")
    first, second = cron(show, umask=0o077), cron(show)

    assert (first.returncode, second.returncode, second.stderr) == (0, 0, "")
    assert "no time stamp from http://127.0.0.1:9/" in first.stderr
    assert titles(show) == ["Artikel"]
    assert not [path for path in (show / "public").rglob("*") if path.is_file() and b"PRIVATE KEY" in path.read_bytes()]


def kill_while_it_builds(show: Path, slug: str) -> None:
    episode = next(show.glob(f"2*-{slug}"), show / f"{datetime.now().astimezone():%Y-%m-%d}-{slug}")
    place, kill = str(episode / ".~built"), "inject=mkdir:signal=KILL"
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", place, "-e", kill]
    assert subprocess.run([*strace, *command(show)], env={}, check=False).returncode == -signal.SIGKILL


@pytest.mark.judge("strace")
def test_an_article_over_which_the_program_dies_is_given_up_and_blocks_nobody(show: Path) -> None:
    drop(show, "Tödlich.md")
    for _ in range(3):
        kill_while_it_builds(show, "toedlich")
    drop(show, "Harmlos.md")
    first, second = cron(show), cron(show)

    assert (first.returncode, second.returncode, second.stderr) == (65, 0, "")
    assert "died 3 times" in next(show.glob("2*toedlich/reason.txt")).read_text(encoding="utf-8")
    assert titles(show) == ["Harmlos"]


@pytest.mark.judge("strace")
def test_what_is_ready_goes_on_air_before_the_program_is_at_what_it_died_over(show: Path) -> None:
    drop(show, "Tödlich.md")
    kill_while_it_builds(show, "toedlich")
    drop(show, "Harmlos.md")
    process = subprocess.Popen(command(show), stderr=subprocess.DEVNULL)
    while process.poll() is None and not titles(show):
        time.sleep(0.005)
    first = titles(show)

    assert (first, process.wait(timeout=120)) == (["Harmlos"], 0)
    assert sorted(titles(show)) == ["Harmlos", "Tödlich"]


def test_two_at_once_one_works_and_the_other_ends_with_75(show: Path) -> None:
    drop(show, "Artikel.md")
    runs = [subprocess.Popen(command(show), stderr=subprocess.PIPE) for _ in range(2)]
    codes = sorted(run.wait(timeout=120) for run in runs)
    for each in runs:
        assert each.stderr is not None
        each.stderr.close()

    assert codes == [0, 75]
    assert titles(show) == ["Artikel"]


def test_sigterm_ends_it_cleanly_and_the_next_run_completes(show: Path) -> None:
    drop(show, "Artikel.md")
    process = subprocess.Popen(command(show), stderr=subprocess.PIPE)
    while process.poll() is None and not list(show.glob(".cache/clips/*/*")):
        time.sleep(0.005)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)

    assert (process.returncode, errors) == (143, b"")
    assert titles(show) == []
    assert cron(show).returncode == 0
    assert titles(show) == ["Artikel"]
    assert leftovers(show) == []


@pytest.mark.judge("strace")
@pytest.mark.timeout(600)  # one run for every fifth file that is put in its place
def test_killed_anywhere_what_is_public_is_whole_and_the_next_run_completes_it_exactly_once(show: Path) -> None:
    drop(show, "Alt.md", age=2 * HOUR)
    assert cron(show).returncode == 0
    drop(show, "Neu.md")
    drop(show, "Kaputt.md", "")
    template = show.with_name("template")
    show.rename(template)
    killed = 0
    for count in itertools.count(1, 9):
        shutil.copytree(template, show)
        strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject=rename,renameat:signal=KILL:when={count}"]
        done = subprocess.run([*strace, *command(show)], env={}, capture_output=True, check=False)
        killed += done.returncode == -signal.SIGKILL
        assert titles(show) in (["Alt"], ["Alt", "Neu"])
        assert cron(show).returncode in (0, 65)
        assert titles(show) == ["Alt", "Neu"]
        kept = sorted(str(path.relative_to(show / "inbox")) for path in (show / "inbox").rglob("*"))
        assert (leftovers(show), kept) == ([], ["failed", "failed/Kaputt.md", "failed/Kaputt.md.reason.txt"])
        assert cron(show).returncode == 0
        shutil.rmtree(show)
        if done.returncode == 65:
            break
    assert killed > 5


@pytest.mark.judge("strace")
@pytest.mark.parametrize(
    "refusal", ["pwrite64:error=ENOSPC:when=9+", "rename:error=ENOSPC:when=4+", "fsync:error=EIO:when=6+"]
)
def test_a_disk_that_refuses_is_said_nothing_is_torn_and_the_next_run_completes(show: Path, refusal: str) -> None:
    drop(show, "Artikel.md")
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={refusal}"]
    done = subprocess.run([*strace, *command(show)], env={}, capture_output=True, text=True, check=False)

    assert done.returncode == 74
    assert "Traceback" not in done.stderr
    assert titles(show) == []
    assert cron(show).returncode == 0
    assert titles(show) == ["Artikel"]
    assert leftovers(show) == []


def test_a_folder_that_cannot_be_written_is_said_once_and_tried_again(show: Path) -> None:
    drop(show, "Artikel.md")
    (show / "public").write_text("in the way")
    first, second = cron(show), cron(show)

    assert (first.returncode, second.returncode) == (74, 74)
    assert "public" in first.stderr
    assert "Traceback" not in first.stderr
    assert second.stderr == ""
    (show / "public").unlink()
    assert cron(show).returncode == 0
    assert titles(show) == ["Artikel"]


def test_json_tells_a_program_what_was_done(show: Path) -> None:
    drop(show, "Artikel.md")
    drop(show, "schlecht.md", "")
    report = json.loads(cron(show, "--json").stdout)

    assert [Path(path).name[11:] for path in report["taken"]] == ["artikel"]
    assert report["troubles"][0]["exit_code"] == 65
    assert report["publication"]["written"][-1] == "feed.xml"


def test_a_feed_is_followed_and_cron_hears_nothing(show: Path) -> None:
    with NewsSite([report(number) for number in (1, 2)]) as site:
        write_show(show, f'url = "{site.url}/wordpress/"')
        first = cron(show)
        site.reports += [report(3)]
        backfill = cron(show, "--backfill", "3")
        site.asked.clear()
        again = cron(show)

    assert [(done.returncode, done.stdout, done.stderr) for done in (first, backfill, again)] == [(0, "", "")] * 3
    assert titles(show) == ["Bericht Nummer 2", "Bericht Nummer 1", "Bericht Nummer 3"]
    assert site.asked == [("/wordpress/", 304)]


def test_a_show_without_an_address_is_told_before_anything_is_done(show: Path) -> None:
    (show / "show.toml").write_text("", encoding="utf-8")
    path = drop(show, "Artikel.md")
    done = cron(show)

    assert done.returncode == 78
    assert "base_url" in done.stderr
    assert path.exists()
