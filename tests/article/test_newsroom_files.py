"""Articles as newsrooms have them: only the article is spoken, in its order, and the rest is listed with a reason.

Add a case by adding a file to ``tests/data/articles`` and beside it ``NAME.expected``: title, teaser, embargo, then
each segment with its title and its sentences, then what is omitted as ``(reason) text`` in any order.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ki_briefing.article import read_article
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.model.text import Segment, SegmentKind, UtteranceRole
from ki_briefing.script import write_script
from ki_briefing.show.settings import Show

FOLDER = Path(__file__).parents[1] / "data" / "articles"
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".expected")


def described(path: Path) -> list[str]:
    """Return the script of an article in the form of the ``.expected`` files."""
    article = read_article(path)
    script = write_script(
        article, Show(Path()), number=1, date=datetime(2026, 3, 12, 6, tzinfo=UTC), lexicon=load_lexicon()
    )
    lines = [f"title: {article.headline}"]
    lines += [f"teaser: {article.teaser}"] * bool(article.teaser)
    lines += [f"embargo: {article.embargo.isoformat()}"] if article.embargo else []
    for segment in script.segments:
        if segment.kind not in (SegmentKind.INTRO, SegmentKind.OUTRO):
            lines += [f"[{segment.kind}] {segment.title}", words(below_the_heading(segment))]
    return [*lines, "omitted", *sorted(f"({omission.reason}) {omission.text}" for omission in script.omitted)]


def below_the_heading(segment: Segment) -> list[str]:
    """Return what a segment says, without the heading that is its title."""
    said = [(utterance.role, utterance.written) for utterance in segment.utterances]
    for count in range(1, len(said) + 1):
        if {role for role, _ in said[:count]} != {UtteranceRole.HEADING}:
            break
        if words([text for _, text in said[:count]]).rstrip(".") == segment.title:
            return [text for _, text in said[count:]]
    return [text for _, text in said]


def expected(path: Path) -> list[str]:
    """Return the same of what is written beside the article."""
    lines: list[str] = []
    said: list[str] = []
    head, _, omitted = path.with_suffix(".expected").read_text(encoding="utf-8").partition("\nomitted\n")
    for line in head.splitlines():
        if line.startswith(("title:", "teaser:", "embargo:", "[section]", "[key points]", "[explainer]")):
            lines += [words(said)] if said or "".join(lines[-1:]).startswith("[") else []
            lines, said = [*lines, line], []
        elif line:
            said.append(line)
    return [*lines, words(said), "omitted", *sorted(filter(None, omitted.splitlines()))]


def words(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_only_the_article_is_spoken_and_the_rest_is_listed(path: Path) -> None:
    if path.suffix == ".docx":
        pytest.importorskip("mammoth")

    assert described(path) == expected(path)
