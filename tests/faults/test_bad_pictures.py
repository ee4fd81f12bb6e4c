"""A picture that cannot be used never stops its article: it is left out, and that is said."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from click.testing import CliRunner, Result
from PIL import Image

from ki_briefing.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = """
[jingles]
style = "none"
[voice]
engine = "espeak"
[publication]
base_url = "https://podcast.example.org"
"""
ARTICLE = """---
image: {picture}
---
# {title}

Der erste Satz steht hier, lang genug für einen Absatz.

## Was dahinter steckt

Der zweite Satz auch.
"""


def call(*arguments: object) -> Result:
    return CliRunner(mix_stderr=False).invoke(cli, [*map(str, arguments)])


def test_an_article_goes_on_air_without_its_torn_picture_and_with_its_webp(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (tmp_path / "show.toml").write_text(SETTINGS, encoding="utf-8")
    drawn = Image.radial_gradient("L").convert("RGB").resize((1400, 1400))
    drawn.save(inbox / "gut.webp")
    drawn.save(inbox / "torn.jpg")
    os.truncate(inbox / "torn.jpg", (inbox / "torn.jpg").stat().st_size // 2)
    for title, picture in (("Heil", "gut.webp"), ("Torso", "torn.jpg")):
        (inbox / f"{title}.md").write_text(ARTICLE.format(title=title, picture=picture), encoding="utf-8")
    for path in inbox.iterdir():
        os.utime(path, (0, 0))

    first, second = call("run", "--show", tmp_path), call("run", "--show", tmp_path)

    assert (first.exit_code, first.stderr.count("torn.jpg' is broken")) == (0, 1)
    assert "the show's cover is used instead" in first.stderr
    assert (second.exit_code, second.stdout + second.stderr) == (0, "")
    assert [path.parent.name[11:] for path in tmp_path.glob("public/*/cover-*.jpg")] == ["heil"]
    assert len(list(tmp_path.glob("public/*.mp3"))) == 2
    assert list(inbox.iterdir()) == []
    assert "left out: the picture" in call("build", *tmp_path.glob("2*-torso")).stdout
