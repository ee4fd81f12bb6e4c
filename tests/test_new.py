"""An article becomes an episode once; what is decided then stays."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ki_briefing.base.errors import AlreadyAnEpisode, AnotherVersion, ArticleError, ConfigError, StorageError
from ki_briefing.build import read_script
from ki_briefing.cli import cli
from ki_briefing.new import correct_episode, correction, new_episode, take_article
from ki_briefing.show.catalogue import Catalogue
from ki_briefing.show.podcast import Podcast
from ki_briefing.show.reading import load_episode, load_show
from ki_briefing.show.record import load_record

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.fromisoformat("2026-01-15T06:00:00+01:00")


def article(folder: Path, name: str, headline: str, text: str = "Ein Satz, der lang genug ist.") -> Path:
    path = folder / name
    path.write_text(f"# {headline}\n\n{text}\n", encoding="utf-8")
    return path


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "desk").mkdir()
    return tmp_path / "desk"


def test_guid_date_number_and_address_are_decided_once(show_folder: Path, desk: Path) -> None:
    show = load_show(show_folder)
    first = new_episode(article(desk, "a.md", "Zölle & Mehr"), show, now=NOW)
    second = new_episode(article(desk, "b.markdown", "Ωμέγα"), show, now=NOW)
    facts = [load_episode(folder) for folder in (first, second)]

    assert [folder.name for folder in (first, second)] == ["2026-01-15-zoelle-mehr", "2026-01-15-folge"]
    assert [each.number for each in facts] == [1, 2]
    assert [each.date for each in facts] == [NOW, NOW]
    assert facts[0].guid != facts[1].guid
    assert (first / facts[0].source).read_bytes() == (desk / "a.md").read_bytes()


def test_the_same_article_is_no_second_episode_and_a_correction_belongs_into_the_first(
    show_folder: Path, desk: Path
) -> None:
    show = load_show(show_folder)
    folder = new_episode(article(desk, "a.md", "Titel"), show, now=NOW)

    corrected_copy = article(desk, "b.md", "Titel", "Ein Satz, der lang genug ist. Noch ein Satz, auch lang genug.")

    with pytest.raises(AlreadyAnEpisode) as again:
        new_episode(article(desk, "copy.md", "Titel"), show, now=NOW)
    with pytest.raises(ArticleError, match="that day and headline") as corrected:
        new_episode(corrected_copy, show, now=NOW)
    assert again.value.folder == folder
    assert "correction" in corrected.value.hint


def test_no_number_is_given_twice_by_who_keeps_the_catalogue_open_and_others_beside(
    show_folder: Path, desk: Path
) -> None:
    show = load_show(show_folder)
    articles = [article(desk, f"{each}.md", f"Titel {each}", f"Ein Satz über {each}.") for each in "abcd"]
    with Catalogue(show) as catalogue:
        gone, *folders = (take_article(each, show, now=NOW, catalogue=catalogue).folder for each in articles[:2])
        shutil.rmtree(gone)
        folders += (new_episode(each, show, now=NOW) for each in (articles[2], articles[0]))
        folders.append(take_article(articles[3], show, now=NOW, catalogue=catalogue).folder)
        with pytest.raises(AlreadyAnEpisode):
            take_article(articles[0], show, now=NOW, catalogue=catalogue)
    facts = [load_episode(folder) for folder in folders]

    assert [each.number for each in facts] == [2, 3, 4, 5]
    assert len({each.guid for each in facts}) == 4


@pytest.mark.parametrize("above", ["", "---\nurl: https://www.example.org/artikel/?utm_source=mail\n---\n"])
def test_the_same_article_has_one_guid_on_any_machine(tmp_path: Path, desk: Path, above: str) -> None:
    settings = '[publication]\nbase_url = "https://podcast.example.org"\n'
    guids = []
    for machine in ("first", "spare", "another show"):
        (tmp_path / machine).mkdir()
        own = settings.replace("podcast", "andere") if machine == "another show" else settings
        (tmp_path / machine / "show.toml").write_text(own, encoding="utf-8")
        path = article(desk, "a.md", "Titel")
        path.write_text(above + path.read_text("utf-8"), encoding="utf-8")
        folder = new_episode(path, load_show(tmp_path / machine), now=NOW)
        again = new_episode(path, load_show(tmp_path / machine), now=NOW, again=True)
        guids.append([load_episode(each).guid for each in (folder, again)])

    assert guids[0] == guids[1]
    assert len({*guids[0], *guids[2]}) == 4


def test_a_newsroom_that_writes_every_article_into_one_file_gets_an_episode_of_each(
    show_folder: Path, desk: Path
) -> None:
    show, headline = load_show(show_folder), "Der Tag in Kürze"
    days = [
        ("Wahl in Hessen", "Die Wahl ist vorbei. Gewonnen hat niemand."),
        (headline, "Guten Morgen. Der Zug fährt wieder. Im Süden regnet es. Am Abend wird es kalt. Bis morgen."),
        (headline, "Guten Morgen. Das Kabinett tagt. Der Kanal ist zu. Die Börse ruht. Der Sommer kommt."),
    ]
    taken = [
        take_article(article(desk, "artikel.md", *day), show, now=NOW + timedelta(days=number))
        for number, day in enumerate(days)
    ]

    assert [each.corrects for each in taken] == [False, False, False]
    assert len({each.folder for each in taken}) == 3


@pytest.mark.parametrize(
    ("headline", "text", "days"),
    [
        ("Ein anderer Titel", "Die Wahl ist vorbei. Gewonnen hat Erika.", 3),
        ("Wahl in Hessen", "Gewählt wurde Erika, und zwar von allen.", 0),
        ("Wahl in Hessen", "Die Wahl ist vorbei. Erika hat sie gewonnen. Sie freut sich. Paul freut sich nicht.", 1),
    ],
)
def test_a_file_of_the_same_name_corrects_an_article_that_can_be_recognised(
    show_folder: Path, desk: Path, headline: str, text: str, days: int
) -> None:
    show = load_show(show_folder)
    first = article(desk, "artikel.md", "Wahl in Hessen", "Die Wahl ist vorbei. Gewonnen hat niemand.")
    folder = new_episode(first, show, now=NOW)
    facts = load_episode(folder)
    with pytest.raises(AnotherVersion):
        new_episode(article(desk, "artikel.md", headline, text), show, now=NOW + timedelta(days=days))
    taken = take_article(desk / "artikel.md", show, now=NOW + timedelta(days=days))
    corrected = load_episode(folder)

    assert (taken.folder, taken.corrects) == (folder, True)
    assert text in (folder / "article.md").read_text("utf-8")
    assert "Gewonnen hat niemand." in (folder / "earlier" / "1-article.md").read_text("utf-8")
    assert (corrected.guid, corrected.number, corrected.date, corrected.slug) == (
        facts.guid, facts.number, facts.date, facts.slug
    )  # fmt: skip
    with pytest.raises(AlreadyAnEpisode):
        new_episode(desk / "artikel.md", show, now=NOW)


def test_a_rewritten_article_that_becomes_an_episode_of_its_own_is_told_of_its_namesake_once(
    show_folder: Path, desk: Path
) -> None:
    show = load_show(show_folder)
    texts = (("Wahl", "Die Wahl ist vorbei."), ("Zug", "Der Zug fährt wieder."), ("Regen", "Im Süden regnet es."))
    taken = [take_article(article(desk, "x.md", *each), show, now=NOW) for each in texts]

    assert [each.corrects for each in taken] == [False] * 3
    assert f"ki-briefing correct {taken[0].folder} FILE" in taken[1].remark
    assert (taken[0].remark, taken[2].remark) == ("", "")


def test_another_article_of_one_day_and_headline_gets_a_number_and_is_told_of_the_first(
    show_folder: Path, desk: Path
) -> None:
    show = load_show(show_folder)
    texts = ("Die Wahl ist vorbei.", "Im Süden regnet es.", "Der Zug fährt wieder.")
    paths = [article(desk, f"{at}.md", "Kurz gemeldet", text) for at, text in enumerate(texts)]
    taken = [take_article(path, show, now=NOW) for path in paths]

    name = "2026-01-15-kurz-gemeldet"
    assert [each.folder.name for each in taken] == [name, f"{name}-2", f"{name}-3"]
    assert taken[0].remark == ""
    assert all(f"if it corrects that: ki-briefing correct {taken[0].folder} FILE" in each.remark for each in taken[1:])
    with pytest.raises(AlreadyAnEpisode):
        take_article(paths[1], show, now=NOW)


def test_a_correction_has_no_date_and_is_of_the_episode_that_its_address_names(show_folder: Path, desk: Path) -> None:
    show, url = load_show(show_folder), "---\nurl: https://www.example.org/{}\n---\n"
    paths = [article(desk, f"{name}.md", name, f"Das ist {name}.") for name in ("eins", "zwei")]
    for path in paths:
        path.write_text(url.format(path.stem) + path.read_text("utf-8"), encoding="utf-8")
    one, two = (new_episode(path, show, now=NOW) for path in paths)
    paths[1].write_text(paths[1].read_text("utf-8").replace("ist", "war"), encoding="utf-8")

    dated = (
        CliRunner().invoke(cli, ["new", str(paths[1]), "--show", str(show_folder), "--date", "2026-01-15"]).exception
    )
    assert isinstance(dated, AnotherVersion)
    assert "--again" in dated.hint
    with pytest.raises(ArticleError, match=two.name):
        correct_episode(one, paths[1], show, now=NOW, over_edits=True)
    assert "Das ist eins." in (one / "article.md").read_text("utf-8")
    assert correct_episode(two, paths[1], show, now=NOW) is None


def test_an_old_hosts_item_is_taken_up_by_address_whatever_the_file_is_called(show_folder: Path, desk: Path) -> None:
    (show_folder / "imported-feed.xml").write_text(
        "<rss><channel><title>Alt</title><item><title>Wahl</title><guid>alt-1</guid><link>https://a.example/1</link>"
        "<pubDate>Mon, 2 Mar 2020 05:00:00 GMT</pubDate></item></channel></rss>",
        encoding="utf-8",
    )
    show, text = load_show(show_folder), "Die Wahl ist vorbei."
    first = take_article(article(desk, "x.md", "Vor der Wahl", text), show, now=NOW)
    titled = take_article(article(desk, "x.md", "Wahl", f"{text} Gewonnen hat niemand."), show, now=NOW)
    path = article(desk, "x.md", "Wahl", f"{text} Gewonnen hat Erika.")
    path.write_text("---\nurl: https://a.example/1\n---\n" + path.read_text("utf-8"), encoding="utf-8")
    linked = take_article(path, show, now=NOW)

    assert (titled.corrects, titled.folder) == (True, first.folder)
    assert "not the old host's “Wahl”" in titled.remark
    assert (linked.corrects, load_episode(linked.folder).guid) == (False, "alt-1")
    assert "takes the place" in linked.remark


def test_what_failed_in_the_inbox_leaves_it_when_it_becomes_an_episode(show_folder: Path) -> None:
    failed = show_folder / "inbox" / "failed"
    failed.mkdir(parents=True)
    path = article(failed, "x.md", "Titel")
    (failed / "x.md.reason.txt").write_text("Darum.", encoding="utf-8")
    assert new_episode(path, load_show(show_folder), now=NOW, again=True).is_dir()
    assert list(failed.iterdir()) == []


def test_a_file_name_that_is_no_text_does_no_harm(show_folder: Path, desk: Path) -> None:
    show, names = load_show(show_folder), ("a\udcff\x07.md", "b\n.md")
    for name in names:
        new_episode(article(desk, name, f"Titel {name[0]}", f"Das ist {name[0]}."), show, now=NOW)
    taken = [take_article(article(desk, name, f"Titel {name[0]}", "Das war so."), show, now=NOW) for name in names]

    assert [each.corrects for each in taken] == [True, True]


def test_a_start_page_is_no_articles_address_and_another_address_is_another_article(
    show_folder: Path, desk: Path
) -> None:
    show = load_show(show_folder)
    pages = ["https://example.org/", "https://example.org", "https://example.org/a", "https://example.org/b"]
    for number, page in enumerate(pages):
        path = article(desk, "artikel.md", f"Titel {number}", f"Das ist der Artikel Nummer {number}.")
        path.write_text(f"---\nurl: {page}\n---\n{path.read_text('utf-8')}", encoding="utf-8")
        new_episode(path, show, now=NOW)

    assert len(list(show_folder.glob("2026-*"))) == 4


def test_what_somebody_edited_in_the_episodes_folder_is_not_overwritten_unasked(show_folder: Path, desk: Path) -> None:
    show = load_show(show_folder)
    folder = new_episode(article(desk, "a.md", "Titel", "Ein Satz. Es waren vier."), show, now=NOW)
    edited = "# Titel\n\nEin besserer Satz. Es waren vier.\n"
    (folder / "article.md").write_text(edited, encoding="utf-8")
    later = article(desk, "a.md", "Titel", "Ein Satz. Es waren drei.")

    with pytest.raises(ArticleError, match="has been edited in its folder"):
        take_article(later, show, now=NOW)
    assert (folder / "article.md").read_text("utf-8") == edited
    correct_episode(folder, later, show, now=NOW, over_edits=True)
    assert (folder / "article.md").read_bytes() == later.read_bytes()
    assert (folder / "earlier" / "1-article.md").read_text("utf-8") == edited


def test_a_correction_that_was_interrupted_is_completed_and_the_next_one_is_taken(
    show_folder: Path, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = load_show(show_folder)
    folder = new_episode(article(desk, "a.md", "Titel", "Ein Satz. Es waren vier."), show, now=NOW)
    article(desk, "a.md", "Titel", "Ein Satz. Es waren drei.")
    monkeypatch.setattr(correction, "_note_source", interrupt)
    with pytest.raises(KeyboardInterrupt):
        take_article(desk / "a.md", show, now=NOW)
    monkeypatch.undo()
    with pytest.raises(AlreadyAnEpisode):
        take_article(desk / "a.md", show, now=NOW)
    taken = take_article(article(desk, "a.md", "Titel", "Ein Satz. Es waren zwei."), show, now=NOW)

    assert (taken.folder, taken.corrects) == (folder, True)
    assert sorted(path.name for path in (folder / "earlier").iterdir()) == ["1-article.md", "2-article.md"]


@pytest.mark.parametrize("aired", [False, True])
def test_a_correction_is_written_down_if_the_episode_was_on_air_also_before_there_were_records(
    show_folder: Path, desk: Path, aired: bool
) -> None:
    show = load_show(show_folder)
    folder = new_episode(article(desk, "a.md", "Titel", "Ein Satz. Es waren vier."), show, now=NOW)
    if aired:
        (show.public / folder.name).mkdir(parents=True)
        (show.public / folder.name / "index.html").write_text("<h1>Titel</h1>", "utf-8")
    later = article(desk, "b.md", "Titel", "Ein Satz. Es waren drei.")
    entry = correct_episode(folder, later, show, now=NOW, by="Erika", note="Es waren drei.")

    assert load_record(folder).entries == ((entry,) if aired else ())


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_article_that_comes_in_as_another_kind_of_file_takes_the_place_of_the_first(
    show_folder: Path, desk: Path
) -> None:
    show, above = load_show(show_folder), "---\nurl: https://example.org/a\n---\n"
    path = article(desk, "a.md", "Titel", "Ein Satz. Es waren vier.")
    path.write_text(above + path.read_text("utf-8"), encoding="utf-8")
    folder = new_episode(path, show, now=NOW)
    page = desk / "a.html"
    page.write_text(
        '<link rel="canonical" href="https://example.org/a"><h1>Titel</h1><p>Ein Satz.</p><p>Es waren drei.</p>',
        "utf-8",
    )
    with (folder / "episode.toml").open("a") as facts:
        facts.write("# von Erika\n")
    take_article(page, show, now=NOW)

    assert load_episode(folder).source == "article.html"
    assert "# von Erika" in (folder / "episode.toml").read_text("utf-8")
    assert sorted(each.name for each in folder.iterdir()) == ["article.html", "earlier", "episode.toml"]


def test_a_folder_that_cannot_be_made_leaves_no_half_one(show_folder: Path, desk: Path) -> None:
    show = load_show(show_folder)
    (show_folder / ".~new").write_text("in the way")

    with pytest.raises(StorageError):
        new_episode(article(desk, "a.md", "Titel"), show, now=NOW)
    assert not list(show_folder.glob("2026-*"))


def test_a_show_with_a_time_zone_tells_dates_by_its_own_clock(show_folder: Path, desk: Path) -> None:
    (show_folder / "show.toml").write_text('[podcast]\ntimezone = "Europe/Berlin"\n', encoding="utf-8")
    show = load_show(show_folder)
    night = datetime.fromisoformat("2026-06-30T22:30:00+00:00")  # half past midnight in Berlin
    folder = new_episode(article(desk, "a.md", "Titel"), show, now=night)
    facts = (folder / "episode.toml").read_text(encoding="utf-8")
    (folder / "episode.toml").write_text(facts.replace("2026-07-01T00:30:00+02:00", "2026-06-30T22:30:00Z"))
    script = read_script(folder)

    assert "2026-07-01T00:30:00+02:00" in facts
    assert folder.name == "2026-07-01-titel"
    assert script.segments[0].utterances[2].written == "Mittwoch, der 1. Juli 2026."


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2026-01-15T06:00", "2026-01-15T06:00:00+01:00"),
        ("2026-07-15T06:00", "2026-07-15T06:00:00+02:00"),
        ("2026-10-25T02:30", "2026-10-25T02:30:00+02:00"),  # shown twice: the first time
        ("2026-03-29T02:30", None),  # never shown
    ],
)
def test_a_date_without_a_zone_is_by_the_shows_clock(written: str, shown: str | None) -> None:
    podcast, moment = Podcast(timezone="Europe/Berlin"), datetime.fromisoformat(written)

    if shown:
        assert podcast.by_its_clock(moment).isoformat() == shown
    else:
        with pytest.raises(ValueError, match="no clock shows"):
            podcast.by_its_clock(moment)


@pytest.mark.parametrize("zone", ["Europe/Berlim", "Europe", "../etc/passwd", "MEZ+1"])
def test_a_time_zone_that_is_none_is_refused(show_folder: Path, zone: str) -> None:
    (show_folder / "show.toml").write_text(f'[podcast]\ntimezone = "{zone}"\n', encoding="utf-8")

    with pytest.raises(ConfigError, match="timezone: must be a time zone such as Europe/Berlin"):
        load_show(show_folder)
