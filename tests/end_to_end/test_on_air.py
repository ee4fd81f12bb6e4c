"""Nothing goes on air that must not, by no command; what is withdrawn is gone, and comes back as it was."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree, html

from ki_briefing.base.errors import ConfigError, PublishError
from ki_briefing.cli import cli
from ki_briefing.decide import hold_episode
from ki_briefing.publish import write_draft

SETTINGS = """
[jingles]
style = "none"
[frames]
outro = []
[publication]
base_url = "https://podcast.example.org"
approval = "always"
"""
ARTICLE = """# {title}
{embargo}
Der erste Satz steht hier, lang genug für einen Absatz. Der zweite Satz auch.

## Was dahinter steckt

Der dritte Satz erklärt, warum das alles zählt.
"""
FREE, OTHER = "frei", "nebenan"
HELD = {
    "termin": "waits for its date",
    "spaeter": "is under embargo",
    "unlesbar": "whose time cannot be read",
    "ungehoert": "waits for approval",
    "gehalten": "is held by Erika, erst fragen",
    "durchgefallen": "does not pass the check: chapters",
    "zurueckgezogen": "was withdrawn by Erika",
}
EMBARGOS = {"spaeter": "\nSperrfrist: 12. März 2199, 10:00 Uhr\n", "unlesbar": "\nSperrfrist!\n"}


def call(*arguments: object, answer: str = "") -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments)], input=answer)


def done(*arguments: object) -> Result:
    result = call(*arguments)
    assert result.exit_code == 0, (arguments, result.output, result.exception)
    return result


def episode(show: Path, name: str) -> Path:
    (found,) = show.glob(f"2*-{name}")
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A show with an episode for each reason to be held, one that was withdrawn, and two that are on air."""
    show = tmp_path_factory.mktemp("air") / "show"
    show.mkdir()
    (show / "show.toml").write_text(SETTINGS, encoding="utf-8")
    for name in (FREE, OTHER, *HELD):
        text = ARTICLE.format(title=name.capitalize(), embargo=EMBARGOS.get(name, ""))
        path = show / f"{name}.md"
        path.write_text(text.partition("##")[0] if name == "durchgefallen" else text, encoding="utf-8")
        date = ("--date", "2199-01-15T06:00:00+01:00") if name == "termin" else ()
        done("new", path, "--show", show, *date)
        path.unlink()
        done("build", episode(show, name))
        if name != "ungehoert":
            done("approve", episode(show, name), "--by", "Erika")
    done("hold", episode(show, "gehalten"), "--reason", "erst fragen", "--by", "Erika")
    call("publish", "--show", show)
    assert (show / "public" / episode(show, "zurueckgezogen").name).is_dir()
    done("withdraw", episode(show, "zurueckgezogen"), "--reason", "Das stimmte nicht.", "--by", "Erika")
    return show


@pytest.fixture
def show(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = shutil.copytree(made, tmp_path / "show")
    monkeypatch.chdir(folder)
    return folder


def assert_nothing_else_is_public(show: Path, *aired: str) -> None:
    public = show / "public"
    files = {path.relative_to(public): path.read_bytes() for path in public.rglob("*") if path.is_file()}
    gone = episode(show, "zurueckgezogen").name
    expected = {*(episode(show, name).name for name in aired), gone}
    assert {path.parts[0] for path in files if len(path.parts) > 1} == expected
    assert {path.stem for path in files if path.suffix == ".mp3"} == expected - {gone}
    farewell = {path for path in files if path.parts[0] == gone}
    assert farewell == {Path(gone, "index.html"), Path(gone, "embed", "index.html")}
    assert all(b'content="noindex"' in files[path] and "zurückgezogen".encode() in files[path] for path in farewell)
    for name in HELD.keys() - set(aired):
        title = name.capitalize().encode()
        assert not [path for path, content in files.items() if title in content], name


def titles(show: Path) -> list[str]:
    return sorted(
        each.text or "" for each in etree.parse(show / "public" / "feed.xml").getroot().iterfind("channel/item/title")
    )


def sound_in(page: Path) -> str:
    """Return the address of the sound that a page plays."""
    named = (each.get("src") for each in html.fromstring(page.read_bytes()).iter("audio", "source"))
    return next(filter(None, named))


def test_what_is_held_is_said_with_the_reason_and_the_time(show: Path) -> None:
    result = call("publish")

    assert result.exit_code == 65
    for name, reason in HELD.items():
        assert re.search(rf"{re.escape(reason)}.*{episode(show, name).name}|{name}.*{re.escape(reason)}", result.output)
    assert f"waits for its date until 2199-01-15 06:00+01:00: {episode(show, 'termin')}" in result.output
    assert f"is under embargo until 2199-03-12 10:00+01:00: {episode(show, 'spaeter')}" in result.output
    assert titles(show) == [FREE.capitalize(), OTHER.capitalize()]


def test_no_command_brings_on_air_what_is_held(show: Path) -> None:
    held, free = episode(show, "zurueckgezogen"), episode(show, OTHER)
    (show / "neu.md").write_text(ARTICLE.format(title="Neu", embargo=""), encoding="utf-8")
    commands: dict[str, list[list[object]]] = {
        "init": [["init", show / "noch-eine"]],
        "new": [["new", show / "neu.md"]],
        **{name: [[name]] for name in ("build", "status", "voices", "lexicon")},
        "script": [["script", held]],
        "say": [["say", "Guten Tag.", "-o", show / "gesagt.wav"]],
        "check": [["check", held]],
        "approve": [["approve", free]],
        "correct": [["correct", held, show / "neu.md", "--note", "Es war anders."], ["correct", free]],
        "publish": [["publish"], ["publish", "--json"]],
        "run": [["run"], ["run", "--backfill", "3"]],
        "batch": [["batch", "--jobs", "1"], ["batch", show / "neu.md", "--jobs", "1"]],
        "hold": [["hold", free]],
        "unhold": [["unhold", free]],
        "withdraw": [["withdraw", free, "--reason", "Versuch"]],
        "restore": [["restore", free]],
        "delete": [["delete", held.with_name(held.name.replace("zurueckgezogen", "neu")), "--yes"]],
        "record": [["record", held]],
        "figures": [["figures", show / "neu.md"]],
        "verbalize": [["verbalize", show / "neu.md"]],
        "verify": [["verify", next(free.glob("built/*.mp3"))]],
    }
    assert commands.keys() | {"preview"} == cli.commands.keys(), "a command that nobody tried"
    serving = subprocess.Popen(
        [sys.executable, "-m", "ki_briefing", "preview", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert serving.stdout
    assert serving.stdout.readline()
    serving.send_signal(signal.SIGINT)
    serving.communicate(timeout=30)

    again: list[list[object]] = [["publish"], ["run"]]
    for name, attempts in commands.items():
        for attempt in attempts:
            assert call(*attempt).exit_code != 2, attempt  # wrong usage would prove nothing
            on_air = [FREE] if name == "withdraw" else [FREE, OTHER]
            if name != "withdraw":
                assert_nothing_else_is_public(show, *on_air)
            assert titles(show) == [each.capitalize() for each in on_air], attempt

    (show / ".cache" / "publication.sqlite").unlink()  # even if everything is forgotten
    (show / ".cache" / "episodes.sqlite").unlink()
    for attempt in again:
        call(*attempt)
        assert_nothing_else_is_public(show, FREE, OTHER)


def test_who_deletes_what_was_built_takes_nothing_off_the_air(show: Path, tmp_path: Path) -> None:
    with (show / "show.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'[[targets]]\nname = "spiegel"\nplace = "{tmp_path}/spiegel"\n')
    folder = episode(show, FREE)
    (sound,) = (path.relative_to(show / "public") for path in (show / "public").rglob(f"{folder.name}*.mp3"))
    shutil.rmtree(folder / "built")
    said = call("publish")
    assert f"not built here; what is on air of it stays: {folder}" in said.output
    (article,) = folder.glob("*.md")
    article.write_text(ARTICLE.format(title="Korrigiert", embargo=""), encoding="utf-8")
    call("run")
    assert (folder / "built" / "episode.json").is_file()
    for place in (show / "public", tmp_path / "spiegel"):
        assert (place / sound).is_file()
        assert b"<title>Frei</title>" in (place / "feed.xml").read_bytes()
        assert b"<title>Nebenan</title>" in (place / "feed.xml").read_bytes()
        assert b"Korrigiert" not in (place / "feed.xml").read_bytes()


def test_a_draft_is_heard_at_a_secret_address_until_it_goes_on_air(show: Path) -> None:
    folder, public = episode(show, "ungehoert"), show / "public"
    call("publish")
    before = {path: path.read_bytes() for path in public.rglob("*") if path.is_file()}

    address = done("publish", "--draft", folder, "--no-mirror").output.splitlines()[0]

    page = public / address.removeprefix("https://podcast.example.org/") / "index.html"
    assert re.fullmatch(r"draft-[0-9a-f]{32}", page.relative_to(public).parts[0])
    assert b'<meta name="robots" content="noindex">' in page.read_bytes()
    assert (page.parent / sound_in(page)).is_file()
    assert {path: path.read_bytes() for path in before} == before
    call("publish")
    assert page.is_file()
    refused = call("publish", "--draft", episode(show, "zurueckgezogen")).exception
    assert isinstance(refused, ConfigError)

    done("approve", folder, "--by", "Erika")
    call("publish")
    assert not list(public.glob("draft-*"))
    assert folder.name in {path.name for path in public.iterdir()}


def test_a_draft_is_gone_when_it_is_withdrawn_old_or_unknown(show: Path, tmp_path: Path) -> None:
    folder, other, public = episode(show, "ungehoert"), episode(show, "gehalten"), show / "public"
    for each in (folder, other, other):
        done("publish", "--draft", each, "--no-mirror")
    notes = sorted((show / ".cache" / "drafts").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    done("withdraw", folder, "--reason", "doch nicht", "--by", "Erika")
    assert {path.name for path in public.glob("draft-*")} == {notes[1].name, notes[2].name}

    notes[1].unlink()
    notes[2].write_text(re.sub(r"20\d\d", "2020", notes[2].read_text("utf-8")), encoding="utf-8")
    call("publish")
    assert not [*public.glob("draft-*"), *show.glob(".cache/drafts/*")]


def test_all_drafts_go_when_the_episode_goes_on_air_whatever_was_built_between(show: Path) -> None:
    folder = episode(show, "ungehoert")
    done("publish", "--draft", folder, "--no-mirror")
    (article,) = folder.glob("*.md")
    article.write_text(ARTICLE.format(title="Anders", embargo=""), encoding="utf-8")
    done("build", folder)
    done("publish", "--draft", folder, "--no-mirror")
    assert len(list((show / "public").glob("draft-*"))) == 2

    done("approve", folder, "--by", "Erika")
    call("publish")
    assert not list((show / "public").glob("draft-*"))


def test_a_draft_of_what_is_not_built_is_refused_in_words(show: Path) -> None:
    shutil.rmtree(episode(show, FREE) / "built")

    refused = call("publish", "--draft", episode(show, FREE)).exception
    assert isinstance(refused, PublishError)
    assert refused.message == f"nothing is built in {episode(show, FREE) / 'built'}"


@pytest.mark.parametrize("name", ["zurueckgezogen", "spaeter", "termin", "gehalten", "unlesbar"])
def test_who_approves_what_does_not_go_on_air_is_told_why(show: Path, name: str) -> None:
    said = done("approve", episode(show, name), "--by", "Erika").output

    assert HELD[name] in said
    assert "goes on air with the next" not in said


def test_status_says_once_who_waits_for_approval(show: Path) -> None:
    call("run")
    lines = [line for line in done("status").output.splitlines() if episode(show, "ungehoert").name in line]

    assert lines == [f"  waits for approval: {episode(show, 'ungehoert')}"]


def test_times_are_told_by_the_shows_clock(show: Path) -> None:
    settings = (show / "show.toml").read_text(encoding="utf-8")
    (show / "show.toml").write_text(f'[podcast]\ntimezone = "Asia/Tokyo"\n{settings}', encoding="utf-8")
    entry = hold_episode(episode(show, FREE), by="Erika", reason="", now=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))

    assert str(entry) == "2026-07-02 07:30+09:00 held by Erika"
    call("run")
    shown = re.findall(r"\d\d:\d\d([+-]\d\d:\d\d)", done("status").output)
    assert set(shown) == {"+09:00"}


def test_withdraw_lists_files_only_if_asked(show: Path) -> None:
    assert "deleted: " not in done("withdraw", episode(show, FREE), "--reason", "x").output
    assert "deleted: " in done("-v", "withdraw", episode(show, OTHER), "--reason", "x").output


def test_a_draft_can_be_previewed_with_its_page_and_its_sound(show: Path, tmp_path: Path) -> None:
    folder, place = episode(show, "spaeter"), tmp_path / "place"

    page = place / write_draft(folder, place) / "index.html"

    assert (page.parent / sound_in(page)).read_bytes() == next(folder.glob("built/*.mp3")).read_bytes()
    assert_nothing_else_is_public(show, FREE, OTHER)


def test_force_airs_what_only_the_check_holds_and_is_written_down(show: Path) -> None:
    assert call("publish", "--force").exit_code == 0
    assert_nothing_else_is_public(show, FREE, OTHER, "durchgefallen")
    entries = tomllib.loads((episode(show, "durchgefallen") / "record.toml").read_text("utf-8"))["entries"]
    forced = next(each for each in entries if each["deed"] == "forced")
    assert forced["by"]
    assert forced["note"].startswith("chapters: ")
    assert len(forced["audio"]) == 64

    shutil.rmtree(show / ".cache")
    for attempt in (["publish"], ["run"]):
        call(*attempt)
        assert_nothing_else_is_public(show, FREE, OTHER, "durchgefallen")


def test_cron_hears_once_of_what_needs_somebody_and_nothing_of_what_is_expected(show: Path) -> None:
    shutil.rmtree(episode(show, "durchgefallen"))
    first, second = call("run"), call("run")

    assert (first.exit_code, second.exit_code, second.output) == (0, 0, "")
    named = {name for name in HELD if f"-{name}: " in first.output}
    assert named == {"ungehoert", "unlesbar"}
    assert f"ki-briefing approve {episode(show, 'ungehoert')}" in first.output


def test_a_withdrawn_episode_comes_back_with_its_guid_date_and_address(show: Path) -> None:
    folder = episode(show, OTHER)
    before = {path: path.read_bytes() for path in (show / "public" / folder.name).rglob("*") if path.is_file()}
    feed = (show / "public" / "feed.xml").read_bytes()
    snippets = {path: path.read_bytes() for path in folder.glob("built/backlink*")}
    assert all(snippets.values())

    left = done("-v", "withdraw", folder, "--reason", "Versuch", "--by", "Erika").stdout
    assert f"deleted: {folder.name}/" in left
    kept = {path.name for path in (show / "public" / folder.name).rglob("*") if path.is_file()}
    assert kept == {"index.html"}
    assert not any(path.read_bytes() for path in snippets)
    assert folder.name not in (show / "public" / "index.html").read_text("utf-8")
    assert titles(show) == [FREE.capitalize()]
    article = folder / "article.md"
    article.write_text(article.read_text("utf-8") + "\nNoch ein Satz dazu.\n", encoding="utf-8")
    done("build", folder)
    assert not any(path.read_bytes() for path in snippets)
    article.write_text(article.read_text("utf-8").replace("\nNoch ein Satz dazu.\n", ""), encoding="utf-8")
    done("build", folder)

    done("restore", folder)
    assert {path: path.read_bytes() for path in before} == before
    assert (show / "public" / "feed.xml").read_bytes() == feed
    assert {path: path.read_bytes() for path in snippets} == snippets
    assert call("build", folder).stdout.count("unchanged") == 1


def test_a_targets_copy_is_withdrawn_too(show: Path, tmp_path: Path) -> None:
    web = tmp_path / "web"
    settings = SETTINGS + f'[[targets]]\nname = "web"\nplace = "{web}"\n'
    (show / "show.toml").write_text(settings, encoding="utf-8")
    call("publish")
    folder = episode(show, OTHER)
    assert (web / f"{folder.name}.mp3").is_file()

    done("withdraw", folder, "--reason", "Versuch", "--by", "Erika")

    assert not (web / f"{folder.name}.mp3").exists()
    assert (web / "feed.xml").read_bytes() == (show / "public" / "feed.xml").read_bytes()


def test_what_is_deleted_leaves_nothing_behind_and_is_asked_before(show: Path) -> None:
    folder = episode(show, OTHER)

    assert call("delete", folder, answer="n\n").exit_code != 0
    assert folder.is_dir()
    assert call("delete", show / "public").exit_code != 0  # it is no episode, so nobody is asked
    told = done("delete", folder, "--yes").output
    assert (f"Deleted: {folder}" in told, told.count(folder.name)) == (True, 1)
    assert not folder.exists()
    assert not (show / "public" / folder.name).exists()
    assert titles(show) == [FREE.capitalize()]


def test_other_bytes_need_another_approval_and_what_is_on_air_stays(show: Path) -> None:
    folder = episode(show, FREE)
    on_air = (show / "public" / "feed.xml").read_bytes()
    article = folder / "article.md"
    article.write_text(article.read_text("utf-8").replace("dritte", "vierte"), encoding="utf-8")
    done("build", folder)

    assert f"waits for approval: {folder} (an earlier version stays on air)" in call("publish").output
    assert (show / "public" / "feed.xml").read_bytes() == on_air
    done("approve", folder, "--by", "Paul")
    call("publish")
    assert "It is on air already." in done("approve", folder, "--by", "Paul").output
    assert (show / "public" / "feed.xml").read_bytes() != on_air
    shown = done("record", folder).output
    assert "approved by Erika" in shown
    assert "approved by Paul" in shown
    assert "notice, spoken at " in shown
