"""The main job as its user runs it: the command line, real files, the embedded voice."""

from __future__ import annotations

import io
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest
from mutagen.mp3 import MP3
from PIL import Image

from environment import NOTHING
from ki_briefing.show.workspace import open_workspace

ROOT = Path(__file__).parents[2]
SAMPLE = "2026-01-22-vom-transformer-zum-sprachmodell"
SHORT = (
    "Ein kurzer Titel\nDer erste Satz steht hier, lang genug für einen Absatz. Der zweite Satz auch.\nNoch ein Titel\n"
)
SHORT += "Der dritte Satz hat 12 Wörter und einen Betrag von 3,5 Mio. Euro.\n"


def run(*arguments: object, cwd: Path, **settings: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ki_briefing", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **settings)  # type: ignore[call-overload,no-any-return]  # settings are passed on


def build(path: Path) -> dict[str, object]:
    done = run("build", "--json", path, cwd=path.parent)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture
def show(tmp_path: Path) -> Path:
    folder = tmp_path / "show"
    shutil.copytree(ROOT / "episodes", folder, ignore=shutil.ignore_patterns("built", ".cache", "public"))
    return folder


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "artikel.txt"
    path.write_text(SHORT, encoding="utf-8")
    return path


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def entries(show: Path, stage: str) -> int:
    return len(list(show.glob(f".cache/{stage}/*/[!.]*")))


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".~*")]


@pytest.mark.judge("ffprobe")
def test_an_episode_is_built_checked_and_read_by_a_player(show: Path) -> None:
    built = build(show / SAMPLE)

    probe = subprocess.run(
        ["ffprobe", "-v", "error", "-show_chapters", "-show_format", "-of", "json", str(built["audio"])],
        capture_output=True, check=True,
    )  # fmt: skip
    facts = json.loads(probe.stdout)
    starts = [float(chapter["start_time"]) for chapter in facts["chapters"]]
    assert starts == sorted(starts)
    assert len(starts) == 8
    assert all(start == int(start) for start in starts)
    assert facts["format"]["tags"]["title"].startswith("Vom Transformer")
    assert run("check", show / SAMPLE, cwd=show).returncode == 0


def test_nothing_changed_means_no_engine_call_and_the_same_bytes(article: Path) -> None:
    first = build(article)
    before = tree(article.parent / "built")
    second = build(article)

    assert first["utterances"] == 12
    assert first["spoken"] == 11  # the headline is said twice and spoken once
    assert (second["spoken"], second["unchanged"]) == (0, True)
    assert tree(article.parent / "built") == before


def test_two_builds_of_the_same_inputs_are_the_same_bytes(article: Path) -> None:
    build(article)
    first = {name: data for name, data in tree(article.parent / "built").items() if not name.startswith(".cache")}
    shutil.rmtree(article.parent / "built")
    build(article)

    assert {
        name: data for name, data in tree(article.parent / "built").items() if not name.startswith(".cache")
    } == first


def test_one_edited_word_speaks_one_utterance(article: Path) -> None:
    build(article)
    article.write_text(SHORT.replace("Wörter", "Zeichen"), encoding="utf-8")

    assert build(article)["spoken"] == 1


@pytest.mark.parametrize("name", ["artikel.mp3", "episode.json", "notes.html", "loudness.svg", "waveform.json"])
def test_a_damaged_episode_is_made_whole_again(article: Path, name: str) -> None:
    build(article)
    path = article.parent / "built" / "artikel" / name
    whole = path.read_bytes()
    path.write_bytes(whole[:100])

    assert build(article)["unchanged"] is False
    assert path.read_bytes() == whole


@pytest.mark.parametrize("part", ["ident", "stinger", "outro", "bed"])
def test_an_exchanged_jingle_is_heard_in_the_next_build(show: Path, part: str) -> None:
    settings = show / "show.toml"
    settings.write_text(settings.read_text("utf-8") + f'\n[jingles]\nstyle = "none"\n{part} = "own.flac"\n', "utf-8")
    music = ROOT / "src" / "ki_briefing" / "data" / "jingles"
    shutil.copy(music / "bright" / "stinger.flac", show / "own.flac")
    before = Path(str(build(show / SAMPLE)["audio"])).read_bytes()
    shutil.copy(music / "calm" / "stinger.flac", show / "own.flac")

    assert Path(str(build(show / SAMPLE)["audio"])).read_bytes() != before


@pytest.mark.judge("ffmpeg")
def test_the_waveform_shows_what_a_player_plays(article: Path) -> None:
    built = build(article)
    audio = Path(str(built["audio"]))
    data = json.loads((audio.parent / "waveform.json").read_text("utf-8"))
    played = subprocess.run(["ffmpeg", "-v", "error", "-i", audio, "-f", "f32le", "-"], capture_output=True, check=True)
    samples = np.frombuffer(played.stdout, "<f4")

    pixel, frame, codec = data["samples_per_pixel"], 1152, 9  # what an MPEG frame and the codec may blur
    assert abs(len(samples) / pixel - data["length"]) < 1
    for index, drawn in enumerate(data["data"][1::2]):
        start, end = index * pixel, (index + 1) * pixel
        assert drawn >= 127 * np.abs(samples[start:end]).max(initial=0) - codec
        assert drawn <= 127 * np.abs(samples[max(0, start - frame) : end + frame]).max() + codec


def test_a_damaged_clip_is_spoken_anew(article: Path) -> None:
    whole = Path(str(build(article)["audio"])).read_bytes()
    shutil.rmtree(article.parent / "built" / ".cache" / "sound")
    clip = next(path for path in (article.parent / "built" / ".cache" / "clips").rglob("*") if path.is_file())
    data = bytearray(clip.read_bytes())
    data[-1] ^= 0xFF
    clip.write_bytes(data)
    (article.parent / "built" / "artikel" / "build.json").unlink()

    assert Path(str(build(article)["audio"])).read_bytes() == whole


@pytest.mark.parametrize(
    ("stage", "least"), [("clips", 1), ("clips", 20), ("sound", 1), ("sound", 20)], ids=lambda value: str(value)
)
def test_kill_9_in_the_middle_then_build_again_leaves_a_valid_episode_and_no_rubbish(
    show: Path, stage: str, least: int
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ki_briefing", "build", str(show / SAMPLE)], stdout=subprocess.DEVNULL
    )
    while process.poll() is None and entries(show, stage) < least:
        time.sleep(0.002)
    process.kill()

    assert process.wait() == -signal.SIGKILL
    assert entries(show, stage) >= least
    assert list(show.glob("*/built/*.mp3")) == []
    said = entries(show, "clips")
    again = build(show / SAMPLE)
    assert again["spoken"] == entries(show, "clips") - said  # what was said is not said again
    assert leftovers(show) == []
    assert run("check", show / SAMPLE, cwd=show).returncode == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_build_cleanly_with_its_own_exit_code(show: Path, number: signal.Signals, code: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ki_briefing", "build", str(show / SAMPLE)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while process.poll() is None and not list(show.glob(".cache/clips/*/*")):
        time.sleep(0.005)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)

    assert process.returncode == code, errors
    assert b"Traceback" not in errors
    assert leftovers(show) == []


def test_two_at_once_one_works_and_the_other_says_so(show: Path) -> None:
    lock = show / ".cache" / "locks" / f"{SAMPLE}-built"
    lock.parent.mkdir(parents=True)
    program = (
        f"import fcntl, sys, time; f = open({str(lock)!r}, 'w'); fcntl.flock(f, 2); print(flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        done = run("build", show / SAMPLE, cwd=show)
        holder.terminate()

    assert done.returncode == 75
    assert "another ki-briefing" in done.stderr


def test_new_freezes_guid_date_and_number(show: Path, article: Path) -> None:
    made = run("new", article, "--show", show, "--date", "2026-02-01T06:00:00+01:00", cwd=show)
    again = run("new", article, "--show", show, cwd=show)

    folder = Path(made.stdout.strip())
    facts = (folder / "episode.toml").read_text(encoding="utf-8")
    assert folder.name == "2026-02-01-ein-kurzer-titel"
    assert "number = 3" in facts
    assert "2026-02-01T06:00:00+01:00" in facts
    assert again.returncode == 65
    assert str(folder) in again.stderr


def own_article(show: Path) -> Path:
    """Return an article made of the example, as a producer begins."""
    article = show / "eigener.md"
    text = (show / "beispiel.md").read_text(encoding="utf-8")
    article.write_text(text.replace("Redaktion", "Zeitung"), encoding="utf-8")
    return article


def test_pictures_of_an_article_become_those_of_its_episode_and_its_chapters(tmp_path: Path) -> None:
    assert (
        run(
            "init",
            "podcast",
            "--description",
            "Worum es geht.",
            "--base-url",
            "https://podcast.example.org",
            cwd=tmp_path,
        ).returncode
        == 0
    )
    inbox = tmp_path / "artikel"
    (inbox / "bilder").mkdir(parents=True)
    Image.new("RGB", (1600, 900), (15, 125, 205)).save(inbox / "bilder" / "chip.png")
    Image.new("L", (32, 32)).save(inbox / "zeichen.png")  # too small to show
    text = f"# Titel\n\n![](zeichen.png)\n\n{SHORT}\n\n## Zweitens\n\n{SHORT}\n\n![Ein Chip](bilder/chip.png)\n"
    (inbox / "artikel.md").write_text(f"---\nimage: bilder/chip.png\n---\n{text}", encoding="utf-8")
    assert run("new", inbox / "artikel.md", "--show", "podcast", cwd=tmp_path).returncode == 0
    (episode,) = tmp_path.glob("podcast/*-titel")
    audio = MP3(str(build(episode)["audio"]))
    assert run("publish", "--show", "podcast", cwd=tmp_path).returncode == 0

    (cover,) = tmp_path.glob(f"podcast/public/{episode.name}/cover-*.jpg")
    address = f"https://podcast.example.org/{episode.name}/{cover.name}"
    assert Image.open(io.BytesIO(cover.read_bytes())).size == (1400, 1400)
    feed = (tmp_path / "podcast/public/feed.xml").read_text(encoding="utf-8")
    assert f'<itunes:image href="{address}"/>' in feed
    page = (cover.parent / "index.html").read_text(encoding="utf-8")
    assert f'<meta property="og:image" content="{address}">' in page
    (thumbnail,) = cover.parent.glob("thumbnail-*.jpg")
    assert f'<img class="cover" src="{thumbnail.name}"' in page
    assert f'src="{episode.name}/{thumbnail.name}"' in (tmp_path / "podcast/public/index.html").read_text("utf-8")
    assert Image.open(io.BytesIO(thumbnail.read_bytes())).size == (400, 400)
    in_tag = Image.open(io.BytesIO(audio.tags.getall("APIC")[0].data))
    assert [low // 10 for low, _high in in_tag.getextrema()] == [1, 12, 20]  # type: ignore[misc] # a pair a channel
    (address,) = (
        json.loads(chapters.read_text())["chapters"][2]["img"] for chapters in cover.parent.glob("chapters.json")
    )
    assert f' image="{address}"/><psc:chapter ' in feed
    shown = cover.parent / address.rsplit("/", 1)[-1]
    assert f'<img src="{shown.name}" alt=""' in page
    pictures = [chapter.sub_frames.getall("APIC") for chapter in audio.tags.getall("CHAP")]
    assert [len(each) for each in pictures] == [0, 0, 1, 0]
    assert pictures[2][0].data == shown.read_bytes()
    assert Image.open(io.BytesIO(pictures[2][0].data)).size == (600, 600)
    (episode / "bilder" / "chip.png").unlink()
    assert run("build", episode, cwd=tmp_path).returncode == 65


def test_a_signed_episode_is_verified_and_one_flipped_byte_is_noticed(tmp_path: Path) -> None:
    show = tmp_path / "neu"
    about = ("--title", "Probe", "--description", "Proben", "--base-url", "https://podcast.example.org")
    made = run("init", show, "--sign", *about, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert (show / "signing" / "signing-key.pem").stat().st_mode & 0o077 == 0
    example = (show / "beispiel.md").read_text(encoding="utf-8")
    (show / "eigener.md").write_text(example.replace("Redaktion", "Zeitung"), encoding="utf-8")
    run("new", show / "eigener.md", "--show", show, "--date", "2026-02-01T06:00:00+01:00", cwd=tmp_path)
    episode = next(show.glob("2026-*"))
    audio = Path(str(build(episode)["audio"]))
    whole = audio.read_bytes()
    done = run("verify", audio, cwd=tmp_path)

    assert (done.returncode, "Unchanged since Probe" in done.stdout) == (0, True), done.stdout + done.stderr
    assert run("check", episode, cwd=show).returncode == 0
    assert "hier anhören" in (episode / "built" / "backlink.html").read_text(encoding="utf-8")
    shutil.rmtree(episode / "built")
    build(episode)
    assert audio.read_bytes() == whole
    for at in (whole.index(b"TIT2") + 14, len(whole) - 3000):
        changed = bytearray(whole)
        changed[at] ^= 1
        audio.write_bytes(changed)
        assert run("verify", audio, cwd=tmp_path).returncode == 65


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("build", "absent.txt"), 66, "there is no absent.txt"),
        (("build", "empty.txt"), 65, "no sentence"),
        (("build", "binary.txt"), 65, "not a text file"),
        (("build", "artikel.txt", "--engine", "espek"), 78, "espeak"),
        (("build",), 78, "show.toml"),
        (("buil",), 2, "No such command"),
        (("new", "artikel.txt", "--date", "gestern"), 2, "ISO 8601"),
        (("new", "artikel.txt", "--date", ""), 2, "ISO 8601"),
        (("new", "artikel.txt", "--date", "0001-01-01"), 2, "not a year"),
        (("verbalize", "artikel.txt", "--try", "Qwen"), 2, "WORD=SPELLING"),
        (("check", "artikel.txt"), 73, "ki-briefing build"),
    ],
)
def test_a_mistake_is_answered_with_what_to_do_and_a_documented_exit_code(
    article: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    (article.parent / "empty.txt").write_text("")
    (article.parent / "binary.txt").write_bytes(bytes(range(256)))

    done = run(*arguments, cwd=article.parent)

    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_show_with_an_address_that_is_none_is_not_begun(tmp_path: Path) -> None:
    done = run("init", "show", "--base-url", "podcast.example.org", cwd=tmp_path)

    assert done.returncode == 78
    assert "base_url" in done.stderr
    assert not (tmp_path / "show").exists()


def test_no_file_of_an_episode_takes_the_place_of_another(show: Path, tmp_path: Path) -> None:
    build(show / SAMPLE)
    names = {path.stem for path in (show / SAMPLE / "built").iterdir()}
    assert {"backlink", "build", "notes", SAMPLE} < names

    for name in names - {SAMPLE}:
        other = tmp_path / f"{name}.md"
        other.write_text(SHORT, encoding="utf-8")
        assert open_workspace(other).facts.slug == f"folge-{name}"


@pytest.mark.parametrize(
    ("field", "value"),
    [("slug", "../../elsewhere"), ("slug", "Ü b"), ("slug", ""), ("slug", "notes"), ("source", "../../secret.txt")],
)
def test_no_name_in_episode_toml_leads_out_of_the_episode_or_to_other_files(show: Path, field: str, value: str) -> None:
    facts = show / SAMPLE / "episode.toml"
    lines = facts.read_text(encoding="utf-8").splitlines()
    kept = [f'{field} = "{value}"' if line.startswith(f"{field} =") else line for line in lines]
    facts.write_text("\n".join(kept), encoding="utf-8")
    before = tree(show)

    done = run("build", show / SAMPLE, cwd=show)

    assert done.returncode == 78
    assert "Traceback" not in done.stderr
    assert tree(show) == before


def test_a_full_disk_is_an_error_and_the_finished_episode_stays(article: Path) -> None:
    sentences = " ".join(
        f"Der Satz mit der Nummer {number} steht hier, damit die Folge länger wird." for number in range(40)
    )
    article.write_text(SHORT + sentences, encoding="utf-8")
    audio = Path(str(build(article)["audio"]))
    whole = audio.read_bytes()
    assert len(whole) > 1_500_000
    (audio.parent / "build.json").unlink()
    limited = "import resource, runpy, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    limited += "resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000,) * 2);"
    limited += "runpy.run_module('ki_briefing', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", limited, "build", str(article)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 74, done.stderr
    assert "Traceback" not in done.stderr
    assert audio.read_bytes() == whole
    assert leftovers(article.parent) == []


@pytest.mark.parametrize("environment", [NOTHING, {**NOTHING, "PATH": ""}], ids=["nothing", "an empty PATH"])
def test_no_home_no_path_no_terminal_no_language_is_enough(article: Path, environment: dict[str, str]) -> None:
    done = run("build", article, cwd=article.parent, env=environment, stdin=subprocess.DEVNULL)

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_verbalize_answers_one_line_of_json_per_line_of_text() -> None:
    done = run("verbalize", "--json", cwd=ROOT, input="Am 3. Januar. Es kam GPT-5.2.\n\nKI\n", encoding="utf-8")
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert len(answers) == 3
    assert [sentence["text"] for sentence in answers[0]["sentences"]] == ["Am 3. Januar.", "Es kam GPT-5.2."]
    assert answers[0]["sentences"][0]["spoken"] == "Am dritten Januar."
    assert answers[0]["sentences"][0]["ipa"]


def test_a_lexicon_entry_is_tried_before_it_is_saved() -> None:
    plain = run("verbalize", "--json", cwd=ROOT, input="Quirlefix\n").stdout
    tried = run("verbalize", "--json", "--try", "Quirlefix=Kwörlfix", cwd=ROOT, input="Quirlefix\n").stdout

    assert json.loads(plain)["sentences"][0]["ipa"] != json.loads(tried)["sentences"][0]["ipa"]


def test_script_shows_what_will_be_said_and_what_is_left_out(show: Path) -> None:
    done = run("script", show / SAMPLE, "--json", cwd=show)
    script = json.loads(done.stdout)

    assert [segment["kind"] for segment in script["segments"]][:2] == ["intro", "key points"]
    assert {omission["reason"] for omission in script["omitted"]} == {"source", "caption"}
    assert script["forecast_seconds"] > 60
    assert {"url", "author", "published", "image"} < script.keys()


def test_help_fits_a_screen_and_voices_are_listed() -> None:
    shown = run("--help", cwd=ROOT, env={**os.environ, "COLUMNS": "80"})

    assert len(shown.stdout.splitlines()) <= 24
    assert all(len(line) <= 80 and not line.endswith("...") for line in shown.stdout.splitlines()[1:])
    assert "espeak" in run("voices", cwd=ROOT).stdout


def test_check_warns_of_foreign_words_that_nobody_explained_and_lets_the_episode_pass(show: Path) -> None:
    article = next((show / SAMPLE).glob("article.*"))
    text = article.read_text(encoding="utf-8")
    article.write_text(text.replace("Die Idee ließ", "Shazam kauft Fireship. Die Idee ließ"), encoding="utf-8")
    build(show / SAMPLE)

    done = run("check", show / SAMPLE, cwd=show)
    assert done.returncode == 0
    warned = next(line for line in done.stdout.splitlines() if line.startswith("  warn  misread words: "))
    assert {"Shazam", "Fireship"} <= set(warned.partition(": ")[2].split(", "))
    line = done.stdout.partition("lexicon.toml: ")[2].splitlines()[0]
    proposed = shlex.split(line.replace("…", "Schasam"))
    assert proposed[:2] == ["ki-briefing", "say"]
    assert run(*proposed[1:], "-o", "a.wav", cwd=show.parent).returncode == 0


def test_pronunciations_come_from_another_system_and_go_to_it(show: Path, tmp_path: Path) -> None:
    ours = show / "lexicon.toml"
    ours.write_text('# ours\n[words]\n"Qwen" = "Kwenn"\n\n[names]\n"Ada" = "/ˈaːda/"\n', encoding="utf-8")
    exported = run("lexicon", cwd=show)
    theirs = tmp_path / "theirs.pls"
    changed = exported.stdout.replace("Ada<", 'A "B" = C<').replace("</phoneme>", "</phoneme><alias>Ehda</alias>")
    theirs.write_text(changed, encoding="utf-8")

    imported = run("lexicon", theirs, cwd=show)

    assert (exported.returncode, imported.returncode) == (0, 0)
    assert imported.stderr.startswith("1 words added to ")
    assert imported.stderr.endswith(", 1 kept as they were.\n")
    text = ours.read_text(encoding="utf-8")
    assert text.splitlines()[:3] == ["# ours", "[words]", '"Qwen" = "Kwenn"']
    assert tomllib.loads(text)["words"]['A "B" = C'] == {"ipa": "ˈaːda", "respelling": "Ehda"}
    assert run("lexicon", show / "show.toml", cwd=show).returncode == 78
