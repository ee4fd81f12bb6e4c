"""A show follows feeds: each new article becomes an episode, once, the oldest first, whatever fails beside it."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ki_briefing.show.reading import load_episode, load_show
from ki_briefing.show.sources import Sources
from ki_briefing.taking.from_feeds import Feeds
from ki_briefing.taking.outcome import Outcome
from news_site import FEEDS, NOW, NewsSite, report, write_show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with NewsSite([report(number) for number in range(1, 51)]) as site:
        yield site


def take(folder: Path, *, backfill: int = 0, context: str = "", suspects: bool = True, now: datetime = NOW) -> Outcome:
    """Do what a run does with feeds; return what it met."""
    show, outcome = load_show(folder), Outcome()
    with Sources(show) as sources:
        feeds = Feeds(show, sources, outcome, now, context=context, backfill=backfill)
        feeds.take()
        if suspects:
            feeds.take_suspects()
    return outcome


def numbers(outcome: Outcome) -> list[int]:
    """Return the numbers of the articles that became episodes, in order."""
    return [int(folder.name.rpartition("-")[2]) for folder in outcome.taken]


@pytest.mark.parametrize("path", FEEDS)
def test_every_kind_of_feed_brings_each_article_once_oldest_first(tmp_path: Path, site: NewsSite, path: str) -> None:
    write_show(tmp_path, f'url = "{site.url}{path}"\nlimit = 2')
    site.reports = site.reports[:3]
    assert numbers(take(tmp_path)) == [3]
    site.reports += [report(number) for number in (4, 5, 6)]
    assert numbers(take(tmp_path)) == [4, 5]
    assert numbers(take(tmp_path)) == [6]
    site.asked.clear()
    again = take(tmp_path)

    assert (again.taken, again.troubles, again.bugs) == ([], [], [])
    assert [status for _, status in site.asked] == [304]
    facts = load_episode(tmp_path / "2026-11-28-bericht-nummer-6")
    assert (facts.source_id, facts.url) == (f"{site.url[7:]}/artikel/6", facts.url)
    assert facts.url.startswith(f"{site.url}/artikel/6/")
    text = (tmp_path / "2026-11-28-bericht-nummer-6" / facts.source).read_text("utf-8")
    assert "Der 6. Artikel dieser Redaktion" in text


def test_fifty_articles_are_taken_with_backfill_and_then_there_is_one_question(tmp_path: Path, site: NewsSite) -> None:
    site.on_page = 10
    write_show(tmp_path, f'url = "{site.url}/wordpress/"')
    first = take(tmp_path, backfill=50)
    site.asked.clear()
    second, third = take(tmp_path), take(tmp_path, backfill=50)

    assert (numbers(first), first.troubles) == (list(range(1, 51)), [])
    assert (second.taken, second.troubles, third.taken) == ([], [], [])
    assert site.asked[0] == ("/wordpress/", 304)


def test_a_limit_holds_in_a_backfill_too_and_later_runs_go_on(tmp_path: Path, site: NewsSite) -> None:
    site.on_page = 4
    write_show(tmp_path, f'url = "{site.url}/feed.json"\nlimit = 5')

    assert numbers(take(tmp_path, backfill=12)) == [39, 40, 41, 42, 43]
    assert [numbers(take(tmp_path)) for _ in range(3)] == [[44, 45, 46, 47, 48], [49, 50], []]


def test_the_first_run_takes_the_newest_and_never_the_archive(tmp_path: Path, site: NewsSite) -> None:
    write_show(tmp_path, f'url = "{site.url}/full.xml"\nfirst = 2')
    assert numbers(take(tmp_path)) == [49, 50]
    (tmp_path / ".cache" / "sources.sqlite").unlink()
    site.reports += [report(51), report(52)]

    assert numbers(take(tmp_path)) == [51, 52]
    assert numbers(take(tmp_path, context="edited")) == []


@pytest.mark.parametrize(
    ("rules", "taken"),
    [
        ('only.category = ["Sport"]', [2, 5]),
        ('skip.category = ["sport", "Wetter"]', [1, 4]),
        ('only.title = ["Nummer [1-3]"]\nskip.author = ["dpa"]', [1, 2]),
        ('skip.title = ["Numm"]', [1, 2, 3, 4, 5]),
        ('only.category = ["Sport", "Wetter"]\nonly.author = ["dpa"]', [3]),
        ("min_length = 2000", [4]),
        ("max_length = 600", [5]),
        ("max_age = 0.998", [3, 4, 5]),
    ],
)
def test_rules_say_what_is_taken(tmp_path: Path, site: NewsSite, rules: str, taken: list[int]) -> None:
    site.reports = [
        report(1),
        report(2, category="Sport"),
        report(3, category="Wetter", author="dpa/Meier"),
        report(4, text=report(4).text * 3),
        report(5, category="Sport", text=report(5).text[:590]),
    ]
    write_show(tmp_path, f'url = "{site.url}/atom.xml"\nfirst = 100\n{rules}')
    first, second = take(tmp_path), take(tmp_path)

    assert (numbers(first), first.troubles, second.taken) == (taken, [], [])


def test_other_rules_do_not_bring_the_archive_but_the_newest_that_they_want(tmp_path: Path, site: NewsSite) -> None:
    write_show(tmp_path, f'url = "{site.url}/atom.xml"\nonly.category = ["Sport"]')
    assert numbers(take(tmp_path)) == []
    write_show(tmp_path, f'url = "{site.url}/atom.xml"\nonly.category = ["Sport", "KI"]')

    assert numbers(take(tmp_path, context="edited")) == [50]
    site.reports += [report(51)]
    assert numbers(take(tmp_path, context="edited")) == [51]


def test_an_article_that_fails_and_a_feed_that_is_dead_stop_nobody(tmp_path: Path, site: NewsSite) -> None:
    dead = f'url = "{site.url}/nothing.xml"'
    write_show(tmp_path, dead, f'url = "{site.url}/feed/"\nfirst = 4')
    site.change(49, status=404)
    site.change(48, status=503)
    site.change(47, text="")
    first = take(tmp_path)

    assert numbers(first) == [50]
    assert {(str(each.path)[len(site.url) :].partition("?")[0], each.waits) for each in first.troubles} == {
        ("/nothing.xml", True),
        ("/artikel/49/", False),
        ("/artikel/48/", True),
        ("/artikel/47/", False),
    }
    site.change(48, status=200)
    site.change(49, status=200)
    second = take(tmp_path)  # only what passes is tried again
    assert numbers(second) == [48]
    assert [str(each.path) for each in second.troubles] == [f"{site.url}/nothing.xml"]
    site.change(47, title="Bericht, mit Text, Nummer 47", text=report(47).text)
    assert numbers(take(tmp_path)) == [47]
    assert numbers(take(tmp_path, context="edited")) == [49]


def test_an_article_that_fails_is_tried_again_for_days_after_growing_pauses_and_said_once(
    tmp_path: Path, site: NewsSite
) -> None:
    write_show(tmp_path, f'url = "{site.url}/feed/"')
    site.change(50, status=404)
    (trouble,) = take(tmp_path).troubles
    assert trouble.hint.endswith("It is tried again for five days.")
    due = {2**tries - 1 for tries in range(1, 10)}
    for quarters in sorted(due | {each - 1 for each in due if each > 1} | {1023, 1024}):
        site.asked.clear()
        outcome = take(tmp_path, now=NOW + timedelta(minutes=15 * quarters))
        assert (outcome.taken, outcome.troubles) == ([], [])
        assert [status for _, status in site.asked] == ([200, 404] if quarters in due else [304])

    site.change(50, status=200)
    site.reports += [report(51)]
    assert numbers(take(tmp_path)) == [51]


def test_an_article_whose_page_comes_late_is_not_lost(tmp_path: Path, site: NewsSite) -> None:
    write_show(tmp_path, f'url = "{site.url}/feed/"')
    site.change(50, status=404)
    take(tmp_path)
    site.change(50, status=200)

    assert [numbers(take(tmp_path, now=NOW + timedelta(minutes=15 * each))) for each in range(3)] == [[], [50], []]


@pytest.mark.parametrize("path", FEEDS)
def test_an_article_whose_date_is_to_come_waits_for_it(tmp_path: Path, site: NewsSite, path: str) -> None:
    write_show(tmp_path, f'url = "{site.url}{path}"')
    site.reports += [report(24 * 60 + 30), report(60 * 24 * 365)]
    first = take(tmp_path)
    runs = [take(tmp_path, now=NOW + timedelta(minutes=minutes)) for minutes in (29, 30, 31)]

    assert (numbers(first), first.troubles) == ([50], [])
    assert [numbers(each) for each in runs] == [[], [24 * 60 + 30], []]
    assert site.asked[-1] == (site.asked[0][0], 304)


def test_a_short_article_is_taken_from_the_feed_if_its_page_is_gone(tmp_path: Path, site: NewsSite) -> None:
    write_show(tmp_path, f'url = "{site.url}/full.xml"\nfirst = 3')
    paragraph = "Ein kurzer Absatz, der immerhin zwei Sätze hat. Der zweite sagt, wie das Wetter wird."
    site.change(50, status=404, text="\n".join([paragraph] * 3))
    site.change(49, status=404, text=f"{paragraph}\nUnd dann …")
    site.change(48, text="\n".join([paragraph] * 3))
    outcome = take(tmp_path)

    assert (numbers(outcome), len(outcome.troubles)) == ([48, 50], 1)
    assert [path for path, _ in site.asked if path.startswith("/artikel/48/")]


def test_a_site_that_is_down_is_asked_again(tmp_path: Path, site: NewsSite) -> None:
    write_show(tmp_path, f'url = "{site.url}/feed/"')
    site.status = 503
    (trouble,) = take(tmp_path).troubles
    assert ("HTTP 503" in trouble.message, trouble.waits, trouble.exit_code) == (True, True, 66)
    site.status = 200

    assert numbers(take(tmp_path)) == [50]


@pytest.mark.parametrize("changed", ["ignore", "hold"])
def test_an_article_that_changes_is_ignored_or_said_once_as_the_show_wants(
    tmp_path: Path, site: NewsSite, changed: str
) -> None:
    write_show(tmp_path, f'url = "{site.url}/full.xml"\nchanged = "{changed}"')
    take(tmp_path)
    site.change(50, text=report(50).text + "\nEin Absatz kam hinzu.")
    first, second = take(tmp_path), take(tmp_path)

    assert (first.taken, second.taken, second.troubles) == ([], [], [])
    assert [str(each.path) for each in first.troubles] == (
        [str(tmp_path / "2026-11-28-bericht-nummer-50")] if changed == "hold" else []
    )
    with Sources(load_show(tmp_path)) as sources:
        (known,) = (each for each in sources.known(f"{site.url}/full.xml") if each.id.endswith("/50"))
    assert (known.digest != known.latest, known.episode) == (True, "2026-11-28-bericht-nummer-50")


def test_a_correction_that_cannot_be_fetched_now_is_taken_by_the_next_run(tmp_path: Path, site: NewsSite) -> None:
    site.reports = [report(1, text=f"{report(1).text[:90]} Es waren vier.")]
    write_show(tmp_path, f'url = "{site.url}/feed/"\nchanged = "correct"')
    (folder,) = take(tmp_path).taken
    site.change(1, title="Ein anderer Titel", status=503)
    away = take(tmp_path)
    site.change(1, status=200)
    there, again = take(tmp_path), take(tmp_path)

    assert (away.corrected, [each.waits for each in away.troubles]) == ([], [True])
    assert (there.taken, there.corrected, there.troubles) == ([], [folder], [])
    assert (again.corrected, again.troubles) == ([], [])
    assert "Ein anderer Titel" in (folder / "source.html").read_text("utf-8")


def test_a_feed_corrects_no_article_that_was_edited_in_its_folder_and_none_that_is_gone(
    tmp_path: Path, site: NewsSite
) -> None:
    write_show(tmp_path, f'url = "{site.url}/full.xml"\nfirst = 2\nchanged = "correct"')
    edited, gone = take(tmp_path).taken
    (edited / "source.html").write_text("<h1>Titel</h1><p>Ein Satz aus der Redaktion.</p>", "utf-8")
    shutil.rmtree(gone)
    for number in (49, 50):
        site.change(number, text=report(number).text + "\nEin Absatz kam hinzu.")
    first, second = take(tmp_path), take(tmp_path)

    assert ([each.path for each in first.troubles], second.troubles) == ([edited], [])
    assert (first.taken, first.corrected, first.bugs) == ([], [], [])
    assert "aus der Redaktion" in (edited / "source.html").read_text("utf-8")


def test_a_stamp_that_moves_while_the_page_stays_is_no_change(tmp_path: Path, site: NewsSite) -> None:
    write_show(tmp_path, f'url = "{site.url}/news-sitemap.xml"\nchanged = "hold"')
    take(tmp_path)
    site.change(50, stamp="2026-11-28T11:00:00Z")
    stamped = take(tmp_path)
    site.change(50, stamp="2026-11-28T12:00:00Z", text=report(51).text)
    grown = take(tmp_path)

    assert (stamped.troubles, len(grown.troubles)) == ([], 1)


def test_articles_with_the_same_headline_are_episodes_of_their_own_unless_they_say_the_same(
    tmp_path: Path, site: NewsSite
) -> None:
    write_show(tmp_path, f'url = "{site.url}/feed/"\nfirst = 3')
    same = {"title": "Nachrichten am Morgen"}
    site.reports = [report(1, **same), report(2, **same), report(3, **same), report(4, **same, text=report(2).text)]
    first, second = take(tmp_path), take(tmp_path, backfill=4)

    assert [folder.name for folder in (*first.taken, *second.taken)] == [
        "2026-11-28-nachrichten-am-morgen",
        "2026-11-28-nachrichten-am-morgen-2",
        "2026-11-28-nachrichten-am-morgen-3",
    ]
    assert (first.troubles, second.troubles) == ([], [])
    assert load_episode(first.taken[1]).slug == first.taken[1].name


def test_one_article_in_two_feeds_is_one_episode_and_a_deleted_one_does_not_come_back(
    tmp_path: Path, site: NewsSite
) -> None:
    write_show(tmp_path, f'url = "{site.url}/full.xml"', f'url = "{site.url}/atom.xml"')
    outcome = take(tmp_path)
    assert (numbers(outcome), outcome.troubles) == ([50], [])
    for path in sorted(outcome.taken[0].rglob("*"), reverse=True):
        path.unlink()
    outcome.taken[0].rmdir()
    site.reports += [report(51)]

    assert numbers(take(tmp_path)) == [51]


def test_an_article_over_which_the_program_dies_comes_last_and_is_given_up(tmp_path: Path, site: NewsSite) -> None:
    write_show(tmp_path, f'url = "{site.url}/full.xml"\nfirst = 2')
    show = load_show(tmp_path)
    about = f"{site.url}/full.xml {site.url[7:]}/artikel/49"
    with Sources(show) as sources:
        for _ in range(3):
            sources.begin(about)  # and the program dies
    assert numbers(take(tmp_path, suspects=False)) == [50]
    (trouble,) = take(tmp_path).troubles

    assert "died 3 times" in trouble.message
    assert (take(tmp_path).taken, take(tmp_path).troubles) == ([], [])


def test_what_the_feed_tells_of_an_article_is_kept_with_it(tmp_path: Path, site: NewsSite) -> None:
    write_show(tmp_path, f'url = "{site.url}/wordpress/"')
    site.change(50, title='Was "KI" <b>kostet</b> & warum 50')
    (folder,) = take(tmp_path).taken
    page = (folder / "source.html").read_text("utf-8")

    assert "<h1>Was &quot;KI&quot; kostet &amp; warum 50</h1>" in page
    assert re.search('name="author" content="Erika Muster"', page)
    assert (NOW - timedelta(days=1) + timedelta(minutes=50)).isoformat() in page
    assert not [path for path, _ in site.asked if path == "/artikel/50/"]  # the REST interface has it without menus


def test_a_pattern_without_an_end_is_said_and_the_other_feed_goes_on(tmp_path: Path, site: NewsSite) -> None:
    write_show(
        tmp_path, f"url = \"{site.url}/full.xml\"\nskip.title = ['(?:a|b|ab)*c']", f'url = "{site.url}/atom.xml"'
    )
    site.change(50, title="ab" * 200 + " 50")
    outcome = take(tmp_path)

    assert (len(outcome.taken), [each.exit_code for each in outcome.troubles]) == (1, [78])


def test_a_page_instead_of_a_feed_is_answered_with_the_feeds_that_it_names(tmp_path: Path, site: NewsSite) -> None:
    write_show(tmp_path, f'url = "{site.url}/artikel/1/"')
    (trouble,) = take(tmp_path).troubles

    assert "is a page, no feed" in trouble.message
