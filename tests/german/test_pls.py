"""Lexicons come from and go to other speech systems as W3C PLS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import etree

from ki_briefing.base.errors import ConfigError
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.german.pls import from_pls, to_pls
from ki_briefing.model.lexicon import Entry

if TYPE_CHECKING:
    from pathlib import Path

PLS = """<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="de">
  <lexeme><grapheme>Qwen</grapheme><grapheme>QWEN</grapheme><phoneme>kwɛn</phoneme></lexeme>
  <lexeme><grapheme>R &amp; D</grapheme><alias>Forschung</alias></lexeme>
  <lexeme><grapheme>leer</grapheme></lexeme>
</lexicon>"""


def test_reads_phonemes_and_aliases() -> None:
    assert from_pls(PLS, "x.pls") == {
        "Qwen": Entry(ipa="kwɛn"),
        "QWEN": Entry(ipa="kwɛn"),
        "R & D": Entry(respelling="Forschung"),
    }


def test_what_we_write_is_read_back_by_us_and_by_another_reader() -> None:
    entries = {"Claude": Entry(ipa="kloːt", respelling="Klohd"), "A<B>&\x00": Entry(respelling="x")}
    text = to_pls({**entries, "Foo": Entry(language="en")})

    assert from_pls(text, "x.pls") == {"Claude": entries["Claude"], "A<B>&": Entry(respelling="x")}
    assert len(etree.fromstring(text.encode())) == 2


def test_a_pls_file_serves_as_a_lexicon(tmp_path: Path) -> None:
    path = tmp_path / "house.pls"
    path.write_text(PLS, encoding="utf-8")
    assert load_lexicon(path).entries["Qwen"] == Entry(ipa="kwɛn")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("<lexicon", "not XML"),
        ("<html/>", "not a PLS lexicon"),
        (PLS.replace('alphabet="ipa"', 'alphabet="x-sampa"'), "not in IPA"),
        (PLS.replace("<lexicon", "<!DOCTYPE lexicon [<!ENTITY a 'b'>]><lexicon", 1), "declares a document type"),
    ],
)
def test_what_is_no_pls_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        from_pls(text, "x.pls")


def test_phonemes_that_are_no_ipa_are_refused_where_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "house.pls"
    path.write_text(PLS.replace("kwɛn", "kohi:!!"), encoding="utf-8")

    with pytest.raises(ConfigError, match=r"house\.pls, line 3: Qwen: '!' is not a sign"):
        load_lexicon(path)
