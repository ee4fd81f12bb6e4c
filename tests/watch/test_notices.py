"""Somebody is told what happens on air, once, by mail and by webhook, and hears again of what lasts."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import socket
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from lxml import html

from ki_briefing.model.episode import Correction
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from ki_briefing.run import run_show
from ki_briefing.show.notify import Event, Mail, Notify, Security
from ki_briefing.show.reading import load_show
from ki_briefing.show.runs import LoggedRun, LoggedTrouble, logged_runs
from ki_briefing.watch import notices
from ki_briefing.watch.after import Watch
from ki_briefing.watch.notices import Notice
from public_shows import build, make_episode, make_show
from receivers import PASSWORD, USER, Hook, hook, mail_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ki_briefing.show.settings import Show

NOW = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "PAUSES", (0.01, 0.01))


@pytest.fixture
def there() -> Iterator[Hook]:
    with hook() as opened:
        yield opened


def told(there: Hook) -> list[tuple[str, str]]:
    """Return event and text of everything the webhook got, and forget it."""
    bodies = [json.loads(body) for method, _path, _headers, body in there.got if method == "POST"]
    there.got.clear()
    return [(each["event"], each["text"]) for body in bodies for each in body["notices"]]


def broken(show: Show) -> Path:
    """Return the reason of an episode that failed."""
    folder = build(show, make_episode(1)).parent
    facts = 'guid = "g"\nnumber = 1\ndate = 2026-01-15T06:00:00Z\nslug = "folge-1"\n'
    (folder / "episode.toml").write_text(facts, encoding="utf-8")
    (folder / "reason.txt").write_text("no sentence\nWrite one.\n", encoding="utf-8")
    return folder / "reason.txt"


def publish(show: Show, *built: Path) -> None:
    publish_site(show, built, FolderTarget(show.public), now=round(NOW.timestamp()))


def run(exit_code: int = 0, *troubles: LoggedTrouble, now: datetime = NOW) -> LoggedRun:
    return LoggedRun(now, 1.0, "0", exit_code, troubles=troubles)


def test_what_comes_on_air_changes_and_goes_is_told_once(tmp_path: Path, there: Hook) -> None:
    show = replace(make_show(tmp_path), notify=Notify(webhook=there.url))
    one = build(show, make_episode(1))

    watch = Watch(show, NOW)
    publish(show, one)
    assert watch.after_publication() == ()
    aired = told(there)
    watch = Watch(show, NOW)
    publish(show, one)
    watch.after_publication()
    unchanged = told(there)
    watch = Watch(show, NOW)
    publish(show, build(show, make_episode(1), audio=b"\xff\xfb SOUND"))  # as long as before
    watch.after_publication()
    remade = told(there)
    watch = Watch(show, NOW)
    other = replace(make_episode(1), corrections=(Correction(NOW, "Es waren drei."),))
    publish(show, build(show, other, audio=b"\xff\xfb other words"))
    watch.after_publication()
    corrected = told(there)
    watch = Watch(show, NOW)
    shutil.rmtree(one.parent)
    publish(show)
    watch.after_publication()

    address = "https://podcast.example.org/ki/folge-1/"
    title = make_episode(1).title
    assert aired == [("aired", f"{title}: on air: {address}")]
    assert unchanged == remade == []
    assert corrected == [("corrected", f"{title}: a corrected version is on air: {address}")]
    assert told(there) == [("withdrawn", "folge-1: no longer on air")]


def test_a_webhook_is_signed_and_asked_again_after_a_passing_failure(
    tmp_path: Path, there: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", "s3cret")
    show = replace(make_show(tmp_path), notify=Notify(webhook=f"{there.url}/haken", secret="HOOK_SECRET"))
    there.answers = [503, 429]
    assert Watch(show, NOW).after_run(run(65, LoggedTrouble("a.md", "no sentence", "", 65))) == ()

    method, path, headers, body = there.got[-1]
    assert (len(there.got), method, path) == (3, "POST", "/haken")
    assert headers["X-Ki-Briefing-Signature"] == f"sha256={hmac.new(b's3cret', body, hashlib.sha256).hexdigest()}"
    assert json.loads(body)["text"] == "no sentence."


@pytest.mark.parametrize("answer", [404, 302])
def test_what_could_not_be_told_is_said_once_and_told_by_the_next_run(tmp_path: Path, there: Hook, answer: int) -> None:
    show = replace(make_show(tmp_path), notify=Notify(webhook=f"{there.url}/geheim"))
    one = build(show, make_episode(1))
    there.answers = [answer] * 2
    watch = Watch(show, NOW)
    publish(show, one)
    first = watch.after_run(run())
    second = Watch(show, NOW).after_run(run())
    there.got.clear()
    third = Watch(show, NOW).after_run(run())

    assert [each.is_news for each in (*first, *second, *third)] == [True, False]
    assert first[0].message == f"the webhook at 127.0.0.1 answered with {answer}"
    assert [event for event, _text in told(there)] == ["aired"]


def test_a_failure_is_told_once_and_again_every_week_until_it_is_mended(tmp_path: Path, there: Hook) -> None:
    show = replace(make_show(tmp_path), notify=Notify(webhook=there.url))
    reason = broken(show)
    approval = Notice(Event.APPROVAL, "folge-2", "wants to be heard.", NOW)

    said = []
    for days in (0, 0.1, 6, 8, 9, 16):
        now = NOW + timedelta(days=days)
        Watch(show, now).after_run(run(now=now), [approval] if days < 9 else [])
        said.append(sorted(told(there)))
    reason.unlink()
    Watch(show, NOW).after_run(run())
    mended = told(there)
    reason.write_text("no sentence\n", encoding="utf-8")
    Watch(show, NOW).after_run(run())

    both = [("approval", "wants to be heard."), ("failed", "no sentence.")]
    assert said == [both, [], [], both, [], both[1:]]
    assert mended == []
    assert told(there) == both[1:]


def test_only_the_events_that_somebody_wants_are_told(tmp_path: Path, there: Hook) -> None:
    show = replace(make_show(tmp_path), notify=Notify(webhook=there.url, events=(Event.FAILED,)))
    one = build(show, make_episode(1))
    watch = Watch(show, NOW)
    publish(show, one)
    watch.after_run(run(65, LoggedTrouble("a.md", "no sentence", "", 65), LoggedTrouble("b.md", "known", "", 0)))

    assert told(there) == [("failed", "no sentence.")]


def test_a_heartbeat_follows_each_good_run_and_no_other(tmp_path: Path, there: Hook) -> None:
    show = replace(make_show(tmp_path), notify=Notify(heartbeat=f"{there.url}/schlag"))
    for code in (0, 3, 65, 1):
        Watch(show, NOW).after_run(run(code))

    assert [(method, path) for method, path, _headers, _body in there.got] == [("GET", "/schlag")] * 2


def test_runs_that_were_missed_are_told_by_the_first_that_runs_again(tmp_path: Path, there: Hook) -> None:
    show = replace(make_show(tmp_path), notify=Notify(webhook=there.url, missed_after=26.0))
    events = []
    for hours in (0, 24, 72, 73):
        now = NOW + timedelta(hours=hours)
        Watch(show, now).after_run(run(now=now))
        events.append([event for event, _text in told(there)])

    assert events == [[], [], ["missed"], []]


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_a_mail_goes_over_a_verified_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    with mail_server(tmp_path, tls=security) as box:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        mail = Mail(
            ("ada@example.org", "bo@example.org"), "briefing@example.org", "localhost", box.port, Security(security),
            USER, "MAIL_PASSWORD",
        )  # fmt: skip
        show = replace(make_show(tmp_path / "show"), notify=Notify(mail=mail))
        one = build(show, make_episode(1, title="Zölle\nBcc: x@example.org"))
        watch = Watch(show, NOW)
        publish(show, one)
        assert watch.after_publication() == ()

    (got,) = box.mails
    assert box.users == [USER]
    assert (got["From"], got["To"], got["Bcc"]) == ("briefing@example.org", "ada@example.org, bo@example.org", None)
    assert got["Subject"].startswith("KI-Briefing-Daily: Zölle Bcc: x@example.org: on air")
    assert "https://podcast.example.org/ki/folge-1/" in got.get_content()


def test_no_mail_and_no_password_goes_to_a_server_that_is_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    with ExitStack() as servers:
        stranger = servers.enter_context(mail_server(tmp_path, tls="starttls", name="elsewhere.example.org"))
        plain = servers.enter_context(mail_server(tmp_path, tls="none"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        for box, password in ((stranger, "MAIL_PASSWORD"), (plain, "MAIL_PASSWORD")):
            mail = Mail(("ada@example.org",), host="localhost", port=box.port, user=USER, password=password)
            show = replace(make_show(tmp_path / f"show-{box.port}"), notify=Notify(mail=mail))
            (failure,) = Watch(show, NOW).after_run(run(65, LoggedTrouble("a.md", "no sentence", "", 65)))
            assert "the mail server localhost did not take it" in failure.message
            assert PASSWORD not in failure.message
        far = Mail(("ada@example.org",), host="mail.example.org", user=USER, security=Security.NONE)
        show = replace(make_show(tmp_path / "far"), notify=Notify(mail=far))
        (failure,) = Watch(show, NOW).after_run(run(65, LoggedTrouble("a.md", "no sentence", "", 65)))

    assert "in the clear" in failure.message
    assert (stranger.mails, stranger.users, plain.mails, plain.users) == ([], [], [], [])


def test_whoever_does_not_answer_is_waited_for_until_the_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "_DEADLINE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        show = replace(
            make_show(tmp_path), notify=Notify(heartbeat=f"http://127.0.0.1:{silent.getsockname()[1]}/geheim")
        )
        (failure,) = Watch(show, NOW).after_run(run())

    assert failure.message == "the heartbeat at 127.0.0.1: no answer within 0 s"


def test_a_health_file_tells_monitors_nothing_that_is_not_public(tmp_path: Path) -> None:
    show = replace(make_show(tmp_path), notify=Notify(health=True))
    broken(show)
    Watch(show, NOW).after_run(run())
    Watch(show, NOW + timedelta(hours=1)).after_run(run(65, now=NOW + timedelta(hours=1)))
    health = json.loads((show.public / "health.json").read_text(encoding="utf-8"))

    assert health == {
        "good": False, "last_run": "2100-01-01T01:00:00+00:00", "last_good_run": "2100-01-01T00:00:00+00:00",
        "exit_code": 65, "on_air": 0, "waiting": 1, "broken": 1, "version": health["version"],
    }  # fmt: skip


def test_no_run_is_good_while_something_of_an_earlier_one_stands_to_be_mended(tmp_path: Path, there: Hook) -> None:
    show = replace(make_show(tmp_path), notify=Notify(health=True, heartbeat=there.url))
    path = show.inbox / "failed" / "ä.txt"
    path.parent.mkdir(parents=True)
    path.touch()
    path.with_name("ä.txt.reason.txt").write_text("no sentence\n", encoding="utf-8")
    Watch(show, NOW).after_run(run())
    first = json.loads((show.public / "health.json").read_text(encoding="utf-8"))
    path.unlink()
    Watch(show, NOW).after_run(replace(run(now=NOW + timedelta(hours=1)), failed=("folge-1",)))
    Watch(show, NOW).after_run(run(now=NOW + timedelta(hours=2)))
    then = json.loads((show.public / "health.json").read_text(encoding="utf-8"))

    assert (first["good"], first["exit_code"], first["broken"], first["last_good_run"]) == (False, 0, 1, None)
    assert (then["good"], then["broken"], then["last_good_run"]) == (True, 0, "2100-01-01T02:00:00+00:00")
    assert [(each.is_good, each.set_aside) for each in logged_runs(show)] == [
        (True, ()), (False, ()), (False, ("ä.txt",)),
    ]  # fmt: skip
    assert len(there.got) == 1


def test_the_health_page_says_the_same_to_people_and_nobody_else_is_led_to_it(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    podcast = replace(show.podcast, title="A <b> & B", timezone="Europe/Berlin", imprint_url="https://example.org/i")
    show = replace(show, podcast=podcast, notify=Notify(health=True))
    reason = broken(show)
    Watch(show, NOW).after_run(run(65))
    page = html.fromstring((show.public / "health.html").read_bytes())
    pairs = zip(page.iter("dt"), page.iter("dd"), strict=True)
    facts = {name.text: "".join(map(str, fact.itertext())) for name, fact in pairs}

    assert [each.text for each in page.iter("title", "h1")] == ["A <b> & B: Der letzte Lauf war nicht in Ordnung"] * 2
    assert facts["Letzter Lauf"] == "01.01.2100, 01:00 Uhr, beendet mit 65"
    assert facts["Letzter guter Lauf"] == "nicht bekannt"
    assert (facts["Folgen auf Sendung"], facts["Folgen, die warten"], facts["Zu beheben"]) == ("0", "1", "1")
    assert page.xpath("//@href | //@src | //script") == ["https://example.org/i"]
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    text = (show.public / "health.html").read_text(encoding="utf-8")
    assert not [each for each in (reason.read_text(encoding="utf-8"), "folge-1", str(tmp_path)) if each in text]


def test_a_run_that_could_tell_nobody_says_so_once(tmp_path: Path, there: Hook) -> None:
    settings = f'[publication]\nbase_url = "https://podcast.example.org"\n[notify]\nheartbeat = "{there.url}/geheim"\n'
    (tmp_path / "show.toml").write_text(settings, encoding="utf-8")
    there.answers = [404, 404]
    first, second, third = (run_show(tmp_path, now=NOW) for _ in range(3))

    assert [report.exit_code for report in (first, second, third)] == [69, 69, 0]
    assert "heartbeat: the heartbeat at 127.0.0.1 answered with 404" in first.messages(again=False)[0]
    assert "geheim" not in first.messages(again=False)[0]
    assert second.messages(again=False) == ()
    assert [logged.exit_code for logged in logged_runs(load_show(tmp_path))] == [0, 0, 0]
