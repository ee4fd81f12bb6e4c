"""The same source in other words corrects its episode, whichever way it comes in, and whoever heard it is told."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree, html

from ki_briefing.base.errors import AlreadyAnEpisode, NothingToDo
from ki_briefing.build import build_episode
from ki_briefing.cli import cli
from ki_briefing.run import run_show
from ki_briefing.show.reading import load_episode
from ki_briefing.show.record import Deed, load_record
from ki_briefing.taking.report import RunReport
from news_site import NewsSite, report, write_show

ARTICLE = """---
url: https://redaktion.example.org/artikel/drei
{above}---
# {title}

Der erste Satz steht hier, lang genug für einen Absatz. Es waren {number} Fälle.

## Was dahinter steckt

Der letzte Satz erklärt, warum das alles zählt.
"""
WRONG = ARTICLE.format(title="Der Bericht", number="vier", above="")
RIGHT = ARTICLE.format(title="Der Bericht", number="drei", above="")
NEW_HEADLINE = ARTICLE.format(
    title="Ein besserer Titel", number="drei", above="correction: Es waren drei Fälle, nicht vier.\n"
)
TODAY = datetime.now(UTC)


@dataclass(frozen=True)
class OnAir:
    """What the feed says of the only episode, and its page."""

    title: str
    guid: str
    date: str
    link: str
    updated: str
    description: str
    page: str

    @property
    def address(self) -> tuple[str, str, str]:
        return self.guid, self.date, self.link


def drop(show: Path, text: str, name: str = "drei.md") -> None:
    path = show / "inbox" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    settle(path)


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    settle(path)


def settle(path: Path) -> None:
    """Let a file look as if nobody had written to it for an hour."""
    os.utime(path, (time.time() - 3600,) * 2)


def run(show: Path) -> RunReport:
    return run_show(show, now=datetime.now().astimezone())


def episode(show: Path) -> Path:
    (found,) = show.glob("2*-*")
    return found


def on_air(show: Path) -> OnAir:
    (item,) = etree.parse(show / "public" / "feed.xml").getroot().iterfind("channel/item")
    link = item.findtext("link", "")
    return OnAir(
        title=item.findtext("title", ""),
        guid=item.findtext("guid", ""),
        date=item.findtext("pubDate", ""),
        link=link,
        updated=item.findtext("{http://www.w3.org/2005/Atom}updated", ""),
        description=item.findtext("description", ""),
        page=(show / "public" / Path(link).name / "index.html").read_text("utf-8"),
    )


def clips_of(show: Path) -> int:
    return sum(path.is_file() for path in (show / ".cache" / "clips").rglob("*"))


def deeds(show: Path) -> list[Deed]:
    return [each.deed for each in load_record(episode(show)).entries]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments)])


@pytest.fixture(scope="module")
def aired(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A show with one episode, which is on air and wrong."""
    show = tmp_path_factory.mktemp("corrections") / "show"
    show.mkdir()
    write_show(show)
    with (show / "show.toml").open("a", encoding="utf-8") as settings:
        settings.write('[frames]\noutro = []\ncorrection = ["Korrigiert am {date}.", "{note}"]\n')
    drop(show, WRONG)
    assert run(show).exit_code == 0
    return show


@pytest.fixture
def show(aired: Path, tmp_path: Path) -> Path:
    return shutil.copytree(aired, tmp_path / "show")


def test_an_article_that_comes_in_again_in_other_words_corrects_its_episode_and_readers_are_told(show: Path) -> None:
    before, clips = on_air(show), clips_of(show)
    drop(show, NEW_HEADLINE, "unter anderem Namen.md")
    done = run(show)
    after, note = on_air(show), "Es waren drei Fälle, nicht vier."

    assert (done.taken, done.corrected, done.troubles) == ((), (episode(show),), ())
    assert (after.address, after.title) == (before.address, "Ein besserer Titel")
    assert build_episode(episode(show)).unchanged
    assert "Korrigiert am" in (note_line := next(line for line in after.description.split("\n") if note in line))
    assert f"{TODAY.year}" in note_line
    assert (before.updated, after.updated[:4]) == ("", f"{TODAY.year}")
    assert note in (episode(show) / "built" / "notes.txt").read_text("utf-8")
    page = html.fromstring(after.page)
    assert note in str(page.xpath("string(//p[@class='correction'])"))
    data = json.loads(str(page.xpath("string(//script[@type='application/ld+json'])")))
    assert data["correction"][0]["text"] == note
    assert data["dateModified"] == data["correction"][0]["datePublished"] == after.updated
    said = str(page.xpath("string(//section[@id='text'])"))
    assert said.index("Korrigiert am") < said.index(note) < said.index("Der erste Satz")
    assert (episode(show) / "earlier" / "1-article.md").read_text("utf-8") == WRONG
    assert deeds(show)[-4:] == [Deed.REVISED, Deed.PASSED, Deed.AIRED, Deed.CORRECTED]
    new = clips_of(show) - clips
    assert new == 4  # the headline, the number, and the two sentences about the correction


def test_the_same_text_again_is_no_correction(show: Path) -> None:
    before = on_air(show)
    drop(show, WRONG.replace("\n\n", "\n\n\n"), "noch einmal.md")
    done = run(show)

    assert (done.taken, done.corrected, done.built, done.exit_code) == ((), (), (), 0)
    assert [Path(each.path).name for each in done.troubles] == ["noch einmal.md"]
    assert on_air(show) == before


def test_an_article_that_is_edited_in_its_folder_is_a_correction_too_and_a_mere_rebuild_is_none(show: Path) -> None:
    edit(show / "show.toml", "outro = []", 'outro = ["Bis morgen."]')
    call("build", episode(show))
    assert run(show).exit_code == 0
    rebuilt = on_air(show)
    edit(episode(show) / "article.md", "vier", "drei")
    done = run(show)
    corrected = on_air(show)
    again = run(show)

    assert (rebuilt.updated, Deed.CORRECTED in deeds(show)) == ("", True)
    assert "Bis morgen." in rebuilt.page
    assert (done.exit_code, corrected.address, corrected.updated[:4]) == (0, rebuilt.address, f"{TODAY.year}")
    assert "Korrigiert am" in corrected.description
    assert (again.built, deeds(show).count(Deed.CORRECTED)) == ((), 1)
    assert "corrected" in call("record", episode(show)).output

    entry = call("correct", episode(show), "--last", "--note", "Es waren drei.", "--by", "Erika")
    settle(episode(show) / "article.md")
    assert (entry.exit_code, run(show).exit_code) == (0, 0)
    assert "Es waren drei." in on_air(show).page
    assert on_air(show).updated == corrected.updated

    nothing, early = call("correct", episode(show)), call("correct", episode(show), "--note", "Es waren zwei.")
    before = on_air(show)
    edit(episode(show) / "article.md", "drei", "zwei")
    assert (run(show).exit_code, "Es waren zwei." in before.page) == (0, False)
    assert isinstance(nothing.exception, NothingToDo)
    assert "waits for its next change" in early.output
    assert [each.note for each in load_record(episode(show)).corrections] == ["Es waren drei.", "Es waren zwei."]


def test_each_correction_that_waits_for_approval_is_told_once(show: Path) -> None:
    edit(show / "show.toml", "[publication]", '[publication]\napproval = "always"')
    told = []
    for before, after in (("vier", "drei"), ("drei", "zwei")):
        edit(episode(show) / "article.md", before, after)
        told.append([[each.is_news for each in run(show).troubles] for _ in range(2)])
        assert call("approve", episode(show)).exit_code == call("publish", "--show", show).exit_code == 0

    assert told == [[[True], [False]]] * 2
    assert "zwei Fälle" in on_air(show).page


def test_a_correction_that_does_not_pass_leaves_on_air_what_was_there_and_says_so(show: Path) -> None:
    before = on_air(show)
    edit(show / "show.toml", "[frames]", "[pauses]\nsegment = 6000\n[frames]")
    drop(show, RIGHT)
    done = run(show)

    assert (done.exit_code, on_air(show)) == (65, before)
    assert any("What is on air of it stays." in each.hint for each in done.troubles)
    assert Deed.CORRECTED not in deeds(show)
    edit(show / "show.toml", "segment = 6000", "segment = 800")
    settle(episode(show) / "article.md")
    assert run(show).exit_code == 0
    assert "drei Fälle" in on_air(show).page
    assert deeds(show).count(Deed.CORRECTED) == 1


def test_new_corrects_unless_another_episode_is_wanted(show: Path, tmp_path: Path) -> None:
    article = tmp_path / "drei.md"
    article.write_text(NEW_HEADLINE, encoding="utf-8")
    again = call("new", article, "--show", show, "--again")
    other = Path(again.stdout.splitlines()[0])
    never, long = call("correct", other, "--note", "Es waren drei."), call("correct", other, "--note", "x" * 601)
    shutil.rmtree(other)
    corrected = call("new", article, "--show", show)

    assert isinstance(never.exception, NothingToDo)
    assert "was never on air" in str(never.exception)
    assert "longer than 600 letters" in str(long.exception)
    assert other.name.endswith("ein-besserer-titel")
    assert Path(corrected.stdout.splitlines()[0]) == episode(show)
    assert "correction of this episode" in corrected.output
    assert isinstance(call("new", article, "--show", show).exception, AlreadyAnEpisode)
    assert load_episode(episode(show)).slug == episode(show).name


def test_an_article_of_a_feed_that_changes_corrects_its_episode_if_the_show_wants(tmp_path: Path) -> None:
    text = f"{' '.join(['Der erste Satz ist so lang, dass ein Feed ihn nicht kürzt.'] * 7)} Es waren vier Fälle."
    with NewsSite([report(1, text=text)]) as site:
        write_show(tmp_path, f'url = "{site.url}/full.xml"\nchanged = "correct"')
        assert run(tmp_path).exit_code == 0
        before = on_air(tmp_path)
        site.change(
            1,
            title="Ein besserer Titel",
            text=f"{text.replace('vier', 'drei')}\nKorrektur: Hier standen vier Fälle.",
        )
        done, again = run(tmp_path), run(tmp_path)

    after = on_air(tmp_path)
    assert (done.taken, done.corrected, done.troubles) == ((), (episode(tmp_path),), ())
    assert (again.corrected, again.built) == ((), ())
    assert (after.address, after.title) == (before.address, "Ein besserer Titel")
    assert "Korrigiert am" in after.description
    assert ": Hier standen vier Fälle." in after.description
