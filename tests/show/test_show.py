"""What a producer writes into show.toml and episode.toml, and what they hear when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from ki_briefing.base.errors import ConfigError, Exit
from ki_briefing.show.podcast import Person, Podcast
from ki_briefing.show.reading import load_episode, load_show
from ki_briefing.show.settings import Signing, Sound
from ki_briefing.show.workspace import open_workspace

EPISODE = 'guid = "g"\nnumber = 3\ndate = 2026-01-15T06:00:00+01:00\nslug = "s"\n'


def show(folder: Path, text: str) -> Path:
    (folder / "show.toml").write_text(text, encoding="utf-8")
    return folder


def test_an_empty_file_is_a_show_with_every_default(tmp_path: Path) -> None:
    loaded = load_show(show(tmp_path, ""))

    assert loaded.podcast == Podcast()
    assert loaded.sound == Sound()
    assert loaded.folder == tmp_path.resolve()


def test_a_file_in_another_encoding_is_named_with_the_line_and_what_to_do(tmp_path: Path) -> None:
    text = '# Meine Show\n[podcast]\ntitle = "Täglich"\n'.encode("latin-1")
    for name, load in (("show.toml", load_show), ("episode.toml", load_episode)):
        (tmp_path / name).write_bytes(text)
        with pytest.raises(ConfigError, match=rf"{name} is not UTF-8: line 3") as caught:
            load(tmp_path)
        assert caught.value.hint == "Save it as UTF-8."


def test_an_article_in_a_shows_folder_is_tried_with_its_settings_unsigned(tmp_path: Path) -> None:
    inside = tmp_path / "show" / "inbox"
    inside.mkdir(parents=True)
    folder = show(inside.parent, '[podcast]\ntitle = "T"\n[signing]\nkey = "k.pem"\ncertificate = "c.pem"\n').resolve()
    (folder / "lexicon.toml").touch()
    (inside / "artikel.md").touch()
    (tmp_path / "artikel.md").touch()

    tried, alone = open_workspace(inside / "artikel.md"), open_workspace(tmp_path / "artikel.md")

    assert (tried.show.podcast.title, tried.show.signing, tried.bare) == ("T", Signing(), True)
    assert (tried.built, tried.root, tried.lexicons) == (folder / "built/artikel", folder, (folder / "lexicon.toml",))
    assert (alone.show.podcast, alone.root) == (Podcast(), tmp_path.resolve())


def test_settings_arrive_typed(tmp_path: Path) -> None:
    loaded = load_show(
        show(
            tmp_path,
            '[podcast]\ntitle = "T"\npersons = [{name = "Ada", role = "editor"}]\n[sound]\nloudness = -19\n'
            '[frames]\nintro = ["Hallo."]\n',
        )
    )

    assert loaded.podcast.persons == (Person("Ada", "editor"),)
    assert loaded.sound.loudness == -19.0
    assert isinstance(loaded.sound.loudness, float)
    assert loaded.frames.intro == ("Hallo.",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[podcst]\n", "'podcast'"),
        ("[sound]\nloudnes = -16\n", "'loudness'"),
        ('[sound]\nloudness = "loud"\n', "a number"),
        ("[podcast]\nexplicit = 1\n", "true or false"),
        ("[sound]\nbit_rate = true\n", "a whole number"),
        ("[sound]\nloudness = 16\n", "from -40 to -8"),
        ("[sound]\ntrue_peak = nan\n", "from -20 to 0"),
        ("[jingles]\noverlap = -1\n", "from 0 to 20000"),
        ('[publication]\nbase_url = "podcast.example.org"\n', "https://"),
        ('[publication]\nbase_url = "ftp://podcast.example.org"\n', "https://"),
        ('[publication]\nbase_url = "https://podcast.example.org/?a=1"\n', "https://"),
        ('[publication]\nprefix = "op3.dev/e/"\n', "https://"),
        ('[publication]\nprefix = "http://op3.dev/e/"\n', "https://"),
        ('[publication]\nprefix = "https://op3.dev/e"\n', "ends with /"),
        ('[podcast]\nlink = "www.example.org"\n', "https://"),
        ('[podcast]\ntitle = ""\n', "must be a text"),
        ('[podcast]\ntitle = " "\n', "must be a text"),
        ('[podcast]\ncategory = "Tech News"\n', "'News > Tech News'"),
        ('[podcast]\ncategory = "News > Technews"\n', "'News > Tech News'"),
        ('[podcast]\ncategory = "technology"\n', "'Technology'"),
        ('[podcast]\ncategory = "Xyzzy"\n', "Apple knows: Arts, Business"),
        ('[podcast]\nlanguage = "en"\n', "Only German"),
        ('[podcast]\nlanguage = "deutsch"\n', '"de-AT"'),
        ("[[feeds]]\nlimit = 3\n", "'url' is missing"),
        ('[[feeds]]\nurl = ""\n', "https://"),
        ('[[feeds]]\nurl = "file:///etc/passwd"\n', "https://"),
        ('[[feeds]]\nurl = "https://example.org/feed"\nchanged = "maybe"\n', "maybe"),
        ('[[feeds]]\nurl = "https://example.org/feed"\nonly.categories = ["KI"]\n', "'category'"),
        ('[podcast]\nfunding_url = "javascript:alert(1)"\n', "https://"),
        ('[podcast]\npersons = [{name = "Ada", url = "ada"}]\n', "https://"),
        ('[podcast]\nsubscribe = [{title = "App", url = "pcast://example.org"}]\n', "https://"),
        ('[podcast]\nlink = "https://example.org:80800/"\n', "https://"),
        ('[publication]\nbase_url = "https://example..org"\n', "https://"),
        ("podcast = 3\n", "table"),
        ('[frames]\nintro = "Hallo"\n', "list"),
        ('[podcast]\npersons = [{nam = "Ada"}]\n', "'name'"),
        ("[podcast\n", "line"),
    ],
)
def test_a_wrong_setting_is_answered_with_what_to_do(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_show(show(tmp_path, text))

    assert says in f"{caught.value.message} {caught.value.hint}"
    assert "show.toml" in caught.value.message
    assert caught.value.exit_code == Exit.CONFIG


@pytest.mark.parametrize(
    "link",
    ["", "HTTPS://example.org", "https://müller.example/über uns?a=1#b", "http://[::1]:8080/", "http://localhost"],
)
def test_any_address_of_the_web_is_taken(tmp_path: Path, link: str) -> None:
    assert load_show(show(tmp_path, f'[podcast]\nlink = "{link}"\n')).podcast.link == link


def test_a_folder_without_a_show_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"show\.toml") as caught:
        load_show(tmp_path)

    assert "init" in caught.value.hint


def test_episode_facts_are_read(tmp_path: Path) -> None:
    (tmp_path / "episode.toml").write_text(EPISODE)

    facts = load_episode(tmp_path)

    assert (facts.guid, facts.number, facts.slug) == ("g", 3, "s")
    assert facts.date.isoformat() == "2026-01-15T06:00:00+01:00"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("number = 3\n", ""), "'number' is missing"),
        (("+01:00", ""), "time zone"),
        (("slug", "slugg"), "slug"),
    ],
)
def test_wrong_episode_facts_are_named(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    (tmp_path / "episode.toml").write_text(EPISODE.replace(*change))

    with pytest.raises(ConfigError) as caught:
        load_episode(tmp_path)

    assert says in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("character", ["\\u0007", "\\u001b", "\\r", "\\uffff"])
def test_a_control_character_in_a_setting_is_named_with_its_place(tmp_path: Path, character: str) -> None:
    folder = show(tmp_path, f'[frames]\nintro = ["Guten{character} Tag"]\n')

    with pytest.raises(ConfigError, match=r"show\.toml: frames: intro holds the control character U\+") as caught:
        load_show(folder)

    assert caught.value.hint


def test_a_text_of_several_lines_is_no_fault(tmp_path: Path) -> None:
    folder = show(tmp_path, '[podcast]\ndescription = """Eins\n\tzwei"""\n')

    assert load_show(folder).podcast.description == "Eins\n\tzwei"
