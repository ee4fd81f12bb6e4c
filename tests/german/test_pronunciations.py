"""Pronunciations of another system come into a show's lexicon, which stays the producer's own file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ki_briefing.base.errors import LexiconEmpty
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.german.pls import to_pls
from ki_briefing.german.pronunciations import import_pronunciations
from ki_briefing.model.lexicon import Entry
from ki_briefing.show.settings import Show

OURS = """# what our voice gets wrong

{header}  # as they are heard
"Qwen" = "Kwenn"      # not Kuh-wen

[ names ]
"Ada" = "/ˈaːda/"
"""


def test_a_lexicon_without_a_word_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs.toml").write_bytes(b"")
    with pytest.raises(LexiconEmpty, match="no word in"):
        import_pronunciations(tmp_path / "theirs.toml", Show(tmp_path))


@pytest.mark.parametrize("header", ["[words]", "[ words ]", "[\twords ]", '["words"]', "[ 'words' ]"])
def test_what_is_added_stands_in_its_table_however_that_is_written(tmp_path: Path, header: str) -> None:
    ours = tmp_path / "lexicon.toml"
    ours.write_text(OURS.format(header=header), encoding="utf-8")
    theirs = tmp_path / "theirs.pls"
    theirs.write_text(to_pls({"Llama": Entry(respelling="Lama"), "Qwen": Entry(respelling="Kuwen")}), encoding="utf-8")

    done = import_pronunciations(theirs, Show(tmp_path))

    text = ours.read_text(encoding="utf-8")
    assert (done.added, done.kept) == (("Llama",), ("Qwen",))
    assert tomllib.loads(text) == {"words": {"Qwen": "Kwenn", "Llama": "Lama"}, "names": {"Ada": "/ˈaːda/"}}
    assert [line for line in text.splitlines() if "Llama" not in line] == OURS.format(header=header).splitlines()
    assert load_lexicon(ours).entries["Llama"] == Entry(respelling="Lama")
