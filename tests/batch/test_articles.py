"""What somebody names for a batch is found, each article once, and ordered by date; what cannot be used is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.batch.articles import Gathered, gather
from ki_briefing.model.source import Source
from ki_briefing.new import new_episode
from ki_briefing.show.catalogue import Catalogue
from ki_briefing.show.reading import load_show
from ki_briefing.taking.outcome import Outcome
from news_site import NOW, NewsSite, report

if TYPE_CHECKING:
    from pathlib import Path


def find(show: Path, *sources: Path | str) -> tuple[Gathered, Outcome]:
    outcome, loaded = Outcome(), load_show(show)
    spool = show / ".cache"
    spool.mkdir(exist_ok=True)
    with Catalogue(loaded) as catalogue:
        return gather(sources, loaded, catalogue, outcome, spool=spool), outcome


def make_show(folder: Path) -> Path:
    folder.mkdir()
    (folder / "show.toml").write_text('[intake]\nprivate_hosts = ["127.0.0.1"]\n', encoding="utf-8")
    return folder


def test_a_feed_of_many_pages_and_a_list_of_addresses_give_each_article_once(tmp_path: Path) -> None:
    show = make_show(tmp_path / "show")
    with NewsSite([report(number) for number in range(1, 8)]) as site:
        site.on_page = 3
        addresses = tmp_path / "adressen.txt"
        addresses.write_text(f"# die wichtigsten\n{site.url}/artikel/3/\n\n{site.url}/artikel/99/\n", encoding="utf-8")

        found, outcome = find(show, addresses, f"{site.url}/feed.json")
        fetched = [each.fetch() for each in found.candidates]

    paths = [source.url.removeprefix(site.url).split("?")[0] for source in fetched if isinstance(source, Source)]
    assert paths == [f"/artikel/{number}/" for number in (1, 2, 4, 5, 6, 7, 3)]  # of 3 only the page is known: no date
    assert [trouble.path for trouble in outcome.troubles] == [f"{site.url}/artikel/99/"]


def test_files_are_ordered_by_date_and_those_that_are_episodes_are_known(tmp_path: Path) -> None:
    show, articles = make_show(tmp_path / "show"), tmp_path / "archiv"
    for name, date in (("2025/b.md", "2025-03-01"), ("2024/c.md", "2024-03-01"), ("2025/a.md", "2025-01-01")):
        (articles / name).parent.mkdir(parents=True, exist_ok=True)
        (articles / name).write_text(f"---\ndate: {date}\n---\n# Fall {name}\n\nEin Satz.\n", encoding="utf-8")
    (articles / "bild.png").write_bytes(b"")
    (articles / "tabelle.xlsx").write_bytes(b"PK")
    known = new_episode(articles / "2024/c.md", load_show(show), now=NOW)

    found, outcome = find(show, articles)

    assert [each.about for each in found.candidates] == [str(articles / "2025/a.md"), str(articles / "2025/b.md")]
    assert found.episodes == [known]
    assert [str(trouble.path) for trouble in outcome.troubles] == [str(articles / "tabelle.xlsx")]


def test_a_show_is_no_folder_of_articles(tmp_path: Path) -> None:
    show = make_show(tmp_path / "show")

    found, outcome = find(show, show)

    assert found.candidates == []
    assert "--show" in outcome.troubles[0].hint
