"""Names and foreign words are found where they stand, and sound as the lexicon says."""

from __future__ import annotations

import re
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ki_briefing.base.errors import ConfigError
from ki_briefing.german.ipa import wrong_sign
from ki_briefing.german.lexicon import Lexicon, load_lexicon, with_entry
from ki_briefing.german.verbalize import verbalize
from ki_briefing.model.lexicon import Entry
from ki_briefing.model.text import Utterance, UtteranceRole
from ki_briefing.voice.native.espeak import ipa

SHIPPED = load_lexicon()
TABLES = sorted((Path(str(resources.files("ki_briefing"))) / "data" / "lexicon").glob("*.tsv"))
SMALL = Lexicon(
    {
        "Claude": Entry(ipa="kloːt", respelling="Klohd", name=True),
        "Chip": Entry(ipa="tʃɪp", joins=True),
        "Release": Entry(ipa="riˈliːs"),
        "Hacker": Entry(ipa="ˈhɛkɐ"),
        "Open Source": Entry(ipa="ˈoʊpən sɔːs"),
        "New York": Entry(ipa="njuː jɔːk", name=True),
        "New York Times": Entry(ipa="njuː jɔːk taɪms", name=True),
        "Us": Entry(ipa="uːs", name=True),
        "Le Chat": Entry(language="fr", name=True),
    }
)


def heard(spoken: str, lexicon: Lexicon = SMALL) -> list[tuple[str, str]]:
    return [(spoken[each.start : each.end], each.ipa) for each in lexicon.pronunciations(spoken)]


@pytest.mark.parametrize(
    ("spoken", "found"),
    [
        ("Claude antwortet.", [("Claude", "kloːt")]),
        ("Claudes Antwort und Claude’s Fehler", [("Claudes", "kloːts"), ("Claude’s", "kloːts")]),
        ("das Claude-Modell", [("Claude", "kloːt")]),
        ("CLAUDE IST DA", [("CLAUDE", "kloːt")]),
        ("ein claude", []),
        ("Claudette kommt", []),
        ("Chips, Chipimporte und Grafikchips", [("Chips", "tʃɪps"), ("Chip", "tʃɪp"), ("chips", "tʃɪps")]),
        ("der KI-Chip", [("Chip", "tʃɪp")]),
        ("neue Releases", [("Releases", "riˈliːsɪs")]),
        ("den Hackern, der Hackerin", [("Hackern", "ˈhɛkɐn"), ("Hackerin", "ˈhɛkɐɪn")]),
        ("Open-Source-Modelle, open source", [("Open-Source", "ˈoʊpən sɔːs"), ("open source", "ˈoʊpən sɔːs")]),
        ("die New York Times in New York", [("New York Times", "njuː jɔːk taɪms"), ("New York", "njuː jɔːk")]),
        ("die New Yorks", [("New Yorks", "njuː jɔːks")]),
        ("G P Us, aber All of Us", [("Us", "uːs")]),
        ("Le Chat", [("Le Chat", "")]),
        ("", []),
    ],
)
def test_finds_words_with_their_endings_and_in_compounds(spoken: str, found: list[tuple[str, str]]) -> None:
    assert heard(spoken) == found


def test_a_respelling_takes_the_ending_too() -> None:
    assert SMALL.pronunciations("Claudes")[0].respelling == "Klohds"


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(alphabet="ClaudeChipsNwYorkOpenSe -’'.U", max_size=60) | st.text(max_size=60))
def test_pronunciations_are_in_order_and_do_not_overlap(spoken: str) -> None:
    at = 0
    for each in SMALL.pronunciations(spoken):
        assert at <= each.start < each.end <= len(spoken)
        at = each.end


def test_the_shipped_lexicon_covers_all_desks_and_each_word_stands_once() -> None:
    lines = [line for path in TABLES for line in path.read_text(encoding="utf-8").splitlines()]
    words = [line.split("\t")[0] for line in lines if line and not line.startswith("#")]

    assert len(TABLES) >= 10
    assert len(words) >= 10_000
    assert [word for word, count in Counter(words).items() if count > 1] == []


def test_the_plural_of_spelled_letters_is_its_last_letter_and_an_s() -> None:
    assert heard("P K Ws, N F Ts, E T Fs, I C Es und G m b Hs", SHIPPED)[-5:] == [
        ("Ws", "veːs"),
        ("Ts", "teːs"),
        ("Fs", "ɛfs"),
        ("Es", "eːs"),
        ("Hs", "haːs"),
    ]
    assert heard("Das ist Plan A. Es regnet, sagt Gruppe B: Es regnet.", SHIPPED) == []


def test_a_shipped_word_stands_as_it_is_spoken() -> None:
    assert [word for word in SHIPPED.entries if _spoken_otherwise(word)] == []


def _spoken_otherwise(word: str) -> bool:
    return bool(re.search(r"\d|[A-ZÄÖÜ]{2}|[^\w\s'’.-]|\.$", word)) and verbalize(word) != word


@pytest.mark.parametrize(
    "phrase",
    [
        "Im Appell der Botschaft geht es um Daten und Boten.",
        "Der Kasten der Linkshänder stand im Hof.",
        "Er bot ihr Arbeit an, beide nahmen das Angebot wahr.",
        "Die Metaebene der Chemie und der Fund im Tal",
        "Auch die Kosten der Wirtschaft stiegen im Sommer wieder.",
    ],
)
def test_german_words_are_left_alone(phrase: str) -> None:
    assert heard(phrase, SHIPPED) == []


@pytest.mark.parametrize(
    ("spoken", "sounds"),
    [
        ("am sechsten Mai", "ˈzɛkstən"),
        ("als sechster", "ˈzɛkstɐ"),
        ("Rohstoffe", "ˈroːʃtɔfə"),
        ("Rechtsausschuss", "ˈrɛçtsˌʔaʊsʃʊs"),
        ("Notdienste", "ˈnoːtdiːnstə"),
        ("Goethes", "ˈɡøːtəs"),
        ("Sydney", "ˈsɪdniː"),
    ],
)
def test_everyday_news_words_have_their_sounds(spoken: str, sounds: str) -> None:
    assert [ipa for _, ipa in heard(spoken, SHIPPED)] == [sounds]


def bare(sounds: str) -> str:
    """IPA without stress, length and the differences between notations of one sound."""
    for old, new in (
        *(
            ("ɐ̯", "ɐ"),
            ("œ̃", "ɛ̃"),
            ("ɜ", "ɐ"),
            ("ɹ", "r"),
            ("ɾ", "r"),
            ("ɑ", "a"),
            ("ʌ", "a"),
            ("ɔø", "ɔɪ"),
            ("ɔʏ", "ɔɪ"),
            ("æ", "ɛ"),
        ),
        *(
            ("eɪ", "ɛɪ"),
            ("ɒ", "ɔ"),
            ("ɡ", "g"),
            ("oʊ", "o"),
            ("əː", "œ"),
            ("ʔ", ""),
            ("ð", "d"),
            ("ʏ", "y"),
            ("ɲ", "n"),
        ),
        *(("ɪ", "i"), ("ʊ", "u"), ("ɔ", "o"), ("ɐ", "ə"), ("œ", "ə"), ("v", "w"), ("z", "s"), ("ɛ", "e")),
    ):
        sounds = sounds.replace(old, new)
    return "".join(sound for sound in sounds if sound.isalpha() and sound not in "ːˈˌ")


def distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


def test_the_embedded_voice_says_every_shipped_entry_as_it_is_meant() -> None:
    wrong = []
    for word, entry in SHIPPED.entries.items():
        if len(word) == 2 and word.endswith("s"):
            continue  # the s of a spelled plural, tried below
        said = f"Heute sagt {word} alles."
        utterance = Utterance(said, said, UtteranceRole.PARAGRAPH, 0, (), SHIPPED.pronunciations(said))
        heard_as = " ".join(ipa(utterance).split()[2:-1])
        if distance(bare(heard_as), bare(entry.ipa)) > max(1, 0.2 * len(bare(entry.ipa))):
            wrong.append((word, entry.ipa, heard_as))
    assert wrong == []


def test_the_plural_of_a_spelled_acronym_has_one_s() -> None:
    said = "Viele G P Us rechnen."
    utterance = Utterance(said, said, UtteranceRole.PARAGRAPH, 0, (), SHIPPED.pronunciations(said))
    assert "uːs" in ipa(utterance)


def test_the_shows_own_lexicon_goes_over_ours(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_text(
        '[names]\n"Claude" = "Klodd"\n[words]\n"Quux" = "/kwʊks/"\n"Foo" = { language = "en", joins = true }\n',
        encoding="utf-8",
    )
    lexicon = load_lexicon(path)

    assert lexicon.entries["Claude"] == Entry(respelling="Klodd", name=True)
    assert lexicon.entries["Quux"] == Entry(ipa="kwʊks")
    assert lexicon.entries["Foo"] == Entry(language="en", joins=True)
    assert lexicon.entries["Anthropic"] == SHIPPED.entries["Anthropic"]


def test_an_entry_can_be_tried_before_it_is_saved() -> None:
    assert heard("Der Quux", with_entry(SHIPPED, "Quux", "/kwʊks/")) == [("Quux", "kwʊks")]


def test_a_word_is_looked_for_in_its_spoken_form() -> None:
    assert with_entry(SMALL, "AI", "/eɪˈaɪ/").entries["A I"].ipa == "eɪˈaɪ"


@pytest.mark.parametrize(
    ("content", "complaint", "hint"),
    [
        ('[word]\n"A" = "B"', "unknown table 'word'", "Did you mean 'words'?"),
        ('"A" = "B"', "unknown table 'A'", "Known here: names, words."),
        ('[words]\n"A" = { ipaa = "a" }', "unknown key 'ipaa'", "Did you mean 'ipa'?"),
        ('[words]\n"A" = 3', "must be text or a table", 'Write: "Qwen" = "Kwen".'),
        ('[words]\n"A" = { ipa = 3 }', "text", "Fix that value."),
        ('[words]\n"A" = ""', "does not say how it sounds", "Give it ipa, respelling or language."),
        ("[words", "not valid TOML", "Fix that line."),
    ],
)
def test_a_wrong_lexicon_says_what_to_mend(tmp_path: Path, content: str, complaint: str, hint: str) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_lexicon(path)

    assert complaint in caught.value.message
    assert hint in caught.value.hint


def test_a_lexicon_in_another_encoding_is_named_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_bytes('[words]\n"Kölsch" = "Kölsch"\n'.encode("latin-1"))

    with pytest.raises(ConfigError, match="not UTF-8: line 2") as caught:
        load_lexicon(path)

    assert caught.value.hint == "Save it as UTF-8."


@pytest.mark.parametrize(
    ("content", "complaint", "hint"),
    [
        ('# Namen\n[words]\n"Kohi" = "/kohi:!!/"\n', "line 3: Kohi: '!' is not a sign", "Take it out"),
        ('[words]\nQwen = "/kWɛn/"\n', "line 2: Qwen: 'W' is not a sign", "Take it out"),
        ('[names]\n"Ab" = "Ab"\n"Xyz" = "/xyz"\n', "line 3: Xyz: IPA stands between two slashes", '"/xyz/"'),
        ('[words]\n"Xyz" = "xyz/"\n', "line 2: Xyz: IPA stands between two slashes", '"/xyz/"'),
        ('[words]\n"Xyz" = { ipa = "k3n", respelling = "Kenn" }\n', "line 2: Xyz: '3' is not a sign", "Take it out"),
        ('[words]\n"Xyz" = "/ˈ/"\n', "line 2: Xyz: there is no sound", "/kwɛn/"),
        ('[words]\n"Xyz" = "//"\n', "line 2: Xyz does not say how it sounds", "Give it ipa"),
    ],
)
def test_what_no_voice_can_say_is_refused_where_it_stands(
    tmp_path: Path, content: str, complaint: str, hint: str
) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_lexicon(path)

    assert f"{path}, {complaint}" in caught.value.message
    assert hint in caught.value.hint


def test_an_attempt_that_no_voice_can_say_is_refused() -> None:
    with pytest.raises(ConfigError, match="'!' is not a sign"):
        with_entry(SMALL, "Kohi", "/kohi:!!/")


def test_every_shipped_transcription_is_ipa() -> None:
    assert {word: wrong_sign(entry.ipa) for word, entry in SHIPPED.entries.items() if wrong_sign(entry.ipa)} == {}


@pytest.mark.parametrize("sound", ["/" + "a" * 81 + "/", "/kwɛn " + "na" * 75 + "/"])
def test_ipa_that_is_too_long_for_every_voice_is_refused_with_its_line(tmp_path: Path, sound: str) -> None:
    path = tmp_path / "lexicon.toml"
    path.write_text(f'[words]\n"Gut" = "/ɡuːt/"\n"Qwen" = "{sound}"\n', encoding="utf-8")

    with pytest.raises(ConfigError, match=r"lexicon\.toml, line 3: Qwen: .* too long for every voice"):
        load_lexicon(path)
