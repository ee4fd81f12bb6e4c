"""What somebody names for a batch is found, each article once, and ordered by date; what cannot be used is told."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ki_briefing.base.errors import ConfigError, Exit, StorageError
from ki_briefing.batch.articles import Gathered, gather
from ki_briefing.batch.tasks import Tasks
from ki_briefing.batch.workers import open_workers
from ki_briefing.cli import cli
from ki_briefing.model.source import Source
from ki_briefing.new import new_episode, take_article
from ki_briefing.show.catalogue import Catalogue
from ki_briefing.show.reading import load_show
from ki_briefing.show.stores import open_store
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
    (articles / "a.md~").write_bytes(b"")
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


def test_a_pipe_and_a_missing_file_are_told_and_not_waited_for(tmp_path: Path) -> None:
    show, articles = make_show(tmp_path / "show"), tmp_path / "archiv"
    articles.mkdir()
    os.mkfifo(articles / "rohr.md")

    _found, outcome = find(show, articles, tmp_path / "fehlt.md")

    assert [trouble.path for trouble in outcome.troubles] == [str(articles / "rohr.md"), str(tmp_path / "fehlt.md")]
    assert {trouble.exit_code for trouble in outcome.troubles} == {Exit.NO_INPUT}


def test_a_line_of_a_list_that_is_no_address_is_named_but_an_article_may_end_with_its_sources(tmp_path: Path) -> None:
    show, sources = make_show(tmp_path / "show"), "https://a.example.org/\nhttps://b.example.org/\n"
    (tmp_path / "liste.txt").write_text(f"{sources}kein url\n", encoding="utf-8")
    article = tmp_path / "artikel.txt"
    article.write_text(f"Ein Satz steht hier.\n{sources}", encoding="utf-8")

    found, outcome = find(show, tmp_path / "liste.txt", article)

    assert "'kein url' is none" in outcome.troubles[0].message
    assert [each.about for each in found.candidates] == [str(article)]


def test_files_of_one_name_in_two_folders_of_an_archive_are_two_articles(tmp_path: Path) -> None:
    show, archive = load_show(make_show(tmp_path / "show")), tmp_path / "archiv"
    for name in ("Brauerei", "Molkerei"):
        (archive / name).mkdir(parents=True)
        text = f"# Die {name} wird größer\n\nDas Werk wächst um die Hälfte. Das sagte der Chef.\n\nEr ist froh.\n"
        (archive / name / "index.md").write_text(text, encoding="utf-8")

    found, _ = find(show.folder, archive)
    taken = [take_article(archive / each.about, show, now=NOW, folder=each.folder) for each in found.candidates]
    again, _ = find(show.folder, archive)

    assert [each.corrects for each in taken] == [False, False]
    assert (again.candidates, len(again.episodes)) == ([], 2)


def test_only_what_another_voice_spoke_and_is_not_withdrawn_is_spoken_anew(tmp_path: Path) -> None:
    folder = make_show(tmp_path / "show")
    with (folder / "show.toml").open("a", encoding="utf-8") as file:
        file.write('[voice]\nengine = "espeak"\n')
    show = load_show(folder)
    for name in ("Eins", "Zwei"):
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\nDas ist ein Satz von {name}.\n", encoding="utf-8")
    gone, _ = [new_episode(tmp_path / f"{name}.md", show, now=NOW) for name in ("Eins", "Zwei")]
    (gone / "record.toml").write_text(
        f'[[entries]]\ndeed = "withdrawn"\nat = {NOW.isoformat()}\nnote = "falsch"\n', encoding="utf-8"
    )

    with Catalogue(show) as catalogue:
        due = {
            voice: Tasks(show, (), catalogue, Outcome(), tmp_path, now=NOW, here=True, voice=voice).total
            for voice in ("espeak", "pico")
        }

    assert due == {"espeak": 0, "pico": 1}


def test_nonsense_is_refused_at_once(tmp_path: Path) -> None:
    show = make_show(tmp_path / "show")

    with (
        pytest.raises(ConfigError, match="is no address of a scheduler"),
        closing(open_workers(load_show(show), cluster="nonsense")),
    ):
        pass
    with pytest.raises(Exception, match="'nan' is no amount"):
        cli.main(["batch", "--limit-cost", "nan", "--show", str(show)], standalone_mode=False)


def test_a_shared_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    folder = make_show(tmp_path / "show")
    with (folder / "show.toml").open("a", encoding="utf-8") as file:
        file.write(f'[storage]\nshared = "{tmp_path}/nicht-da"\n')

    with pytest.raises(StorageError, match="is not there"):
        open_store(load_show(folder), "clips")
