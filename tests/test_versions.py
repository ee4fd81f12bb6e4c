"""What is made of the same things changes only with its stage's version: old shows are made anew then, and only then.

A test here fails when code begins to make something else. If that is meant, count the version up and write the digest
that the failure shows beside it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ki_briefing import __version__
from ki_briefing.base.files import digest
from ki_briefing.episode import backlink, chapters, inputs, notes, pictures, tags, transcript
from ki_briefing.episode.addresses import Addresses
from ki_briefing.intake.imported_feed import read_feed
from ki_briefing.model.sound import Chapter, Cue, CueWord, Levels, Loudness, Master, Timeline
from ki_briefing.model.text import SegmentKind, UtteranceRole
from ki_briefing.publication import feed, feed_items, imported, newsroom, site
from public_shows import BASE, make_show
from publication_samples import sample_release

DIGESTS = {
    "episode 6": "9ba6c9f07ff3c081",
    "feed 4": "147a44eb1ad0e20d",
    "site 6": "63a0b6ee66c74232",
    "imported 2": "881de24df2704bd7",
    "newsroom 3": "6b3114818a726d5f",
}
RATE = 48_000


def timeline() -> Timeline:
    heading = Cue(0, RATE, "Überschrift", 0, UtteranceRole.HEADING, (CueWord(0, 11, 100, 40_000),))
    long = "Ein Satz mit 3,5 Mio. Euro, der länger ist als eine Zeile: und als zwei Zeilen von 42 Zeichen auch."
    first = Cue(2 * RATE, 8 * RATE, long, 0, UtteranceRole.PARAGRAPH, (CueWord(0, 3, 2 * RATE, 3 * RATE),))
    point = Cue(10 * RATE, 12 * RATE, "Ein Punkt <ohne> Zeiten & mehr", 1, UtteranceRole.KEY_POINT)
    parts = (
        Chapter(0, 10 * RATE, "Überschrift", SegmentKind.SECTION, "ueberschrift"),
        Chapter(10 * RATE, 15 * RATE, "Kurz erklärt: Was ist das?", SegmentKind.EXPLAINER),
    )
    return Timeline(RATE, 15 * RATE, parts, (heading, first, point))


def levels() -> Levels:
    wave = np.abs(np.sin(np.arange(150) / 7))
    return Levels(wave[:147] * -30, wave[:121] * -25, wave.astype(np.float32))


def made_of_an_episode() -> list[str | bytes]:
    release, addresses, times = sample_release(), Addresses.of(BASE), timeline()
    shown = transcript.subtitles(times)
    master = Master(b"", (), 0, 96, 1, times, Loudness(-16.02, -1.23, 3.4), levels())
    tag = tags.Tag(release.episode, "KI & Co", "Redaktion", description="Notizen", cover=b"jpeg", site_url=BASE)
    return [
        notes.to_text(release.episode),
        notes.to_html(release.episode),
        chapters.to_json(release.episode, "KI & Co", addresses),
        repr(chapters.mark(times, "https://example.org/a", anchors=True)),
        transcript.to_vtt(shown, "KI & Co"),
        transcript.to_srt(shown),
        transcript.to_json(times, "KI & Co"),
        transcript.to_html(release.episode),
        repr(transcript.sentences(times)),
        pictures.waveform_json(levels(), times),
        pictures.waveform_svg(levels(), times),
        pictures.loudness_svg(levels(), times, -16.0),
        *(snippet.text for snippet in backlink.write_snippets(release, make_show(Path("/show")).podcast, addresses)),
        tags.render(tag, master),
    ]


def made_for_the_feed() -> list[str | bytes]:
    release, addresses, podcast = sample_release(), Addresses.of(BASE), make_show(Path("/show")).podcast
    item = feed_items.write_item(release, podcast, addresses, "<p>Notizen</p>")
    pages = feed.paginate(250)
    written = [
        feed.write_page(page, [item], podcast, addresses, cover=BASE, newest="gestern", updated="heute")
        for page in pages
    ]
    return [item, *(page.replace(__version__.encode(), b"VERSION") for page in written)]


def made_of_old_items() -> list[str | bytes]:
    old = sorted((Path(__file__).parent / "data" / "feeds").glob("*.xml"))
    items = [item for path in old for item in read_feed(path.read_bytes()).items]
    return [imported.write_imported(each, audio=BASE, size=1, kind="audio/mpeg") for each in items]


def made_for_the_site(folder: Path) -> list[str | bytes]:
    pages = site.Site(make_show(folder), cover="cover.jpg", thumbnail="cover.jpg")
    release = sample_release()
    first = feed.paginate(1, site.PAGE)[0]
    return [
        pages.episode_page(release, newer=None, older=None),
        pages.player_page(release),
        pages.list_page(first, []),
        pages.moved_page("before/index.html", "after/"),
        *pages.transcript_pages(release).values(),
    ]


def made_for_a_newsroom() -> list[str | bytes]:
    made = newsroom.documents(sample_release(), make_show(Path("/show")).podcast, Addresses.of(BASE))
    return [part for document in made.items() for part in document]


@pytest.mark.parametrize("stage", ["episode", "feed", "imported", "newsroom", "site"])
def test_a_stage_makes_what_its_version_says(stage: str, tmp_path: Path) -> None:
    version, made = {
        "episode": lambda: (inputs.VERSION, made_of_an_episode()),
        "feed": lambda: (feed.VERSION, made_for_the_feed()),
        "imported": lambda: (imported.VERSION, made_of_old_items()),
        "newsroom": lambda: (newsroom.VERSION, made_for_a_newsroom()),
        "site": lambda: (site.VERSION, made_for_the_site(tmp_path)),
    }[stage]()

    assert DIGESTS.get(version) == digest(*made)[:16], f"count VERSION up, or undo what changed {version}"
