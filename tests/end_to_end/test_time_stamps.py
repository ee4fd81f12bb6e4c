"""A show whose time stamp authority is away goes on air all the same, and gets its stamps when it is back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from ki_briefing.base.errors import ConfigError
from ki_briefing.build import build_episode
from ki_briefing.check import check_episode
from ki_briefing.cli import cli
from ki_briefing.decide import approve_episode
from ki_briefing.episode.addresses import asset_path
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.episode.verdict import Seal, verify
from ki_briefing.model.finding import Mark
from ki_briefing.new import new_episode
from ki_briefing.run import run_show
from ki_briefing.scaffold import init_show
from ki_briefing.show.reading import load_show
from ki_briefing.sound import codec
from ki_briefing.watch.status import read_status
from time_authority import authority_in, establish

NOW = datetime(2026, 3, 4, 6, 5, tzinfo=UTC)
ARTICLE = "# Der Titel\n\nDer Satz steht hier, lang genug.\n\n## Ein Teil\n\nNoch einer.\n"
AWAY = "http://127.0.0.1:9/"


@pytest.mark.judge("openssl")
def test_the_stamp_comes_later_and_changes_neither_sound_nor_approval(tmp_path: Path) -> None:
    folder = tmp_path / "show"
    init_show(folder, base_url="https://podcast.example.org", description="Proben.", sign=True, timestamp_url=AWAY)
    settings = folder / "show.toml"
    text = settings.read_text(encoding="utf-8").replace('engine = "embedded"', 'engine = "espeak"')
    text = text.replace("[publication]", '[publication]\napproval = "always"')
    settings.write_text(text + '[jingles]\nstyle = "none"\n', encoding="utf-8")
    (folder / "artikel.md").write_text(ARTICLE, encoding="utf-8")
    episode = new_episode(folder / "artikel.md", load_show(folder), now=NOW)
    mp3 = build_episode(episode).audio
    warned = next(each for each in check_episode(episode).findings if each.name == "time stamp")
    approve_episode(episode, by="Erika", now=NOW)
    first = run_show(folder, now=NOW)

    assert (warned.mark, "no time stamp from" in warned.value) == (Mark.WARN, True)
    assert first.exit_code == 0
    assert any("no time stamp" in each for each in first.messages(again=False))
    assert first.publication
    assert first.publication.episodes == 1
    assert read_status(load_show(folder), NOW).unstamped == (episode,)
    before, sound = mp3.read_bytes(), codec.decode(mp3.read_bytes())

    establish(tmp_path)
    with authority_in(tmp_path) as address:  # which authority it is makes no other episode
        stamped = re.sub("timestamp_url = .*", f'timestamp_url = "{address}"', settings.read_text(encoding="utf-8"))
        settings.write_text(stamped, encoding="utf-8")
        second = run_show(folder, now=NOW + timedelta(hours=1))
    after = mp3.read_bytes()

    assert (second.exit_code, second.messages(again=True), second.built) == (0, (), (episode,))
    assert len(after) == len(before)
    assert after != before
    assert np.array_equal(codec.decode(after), sound)
    assert (verify(mp3).seal, verify(mp3).time is None) == (Seal.INTACT, False)
    release = read_release(episode / "built" / RELEASE_FILE)
    on_air = folder / "public" / asset_path(release.episode.slug, release.audio)
    assert on_air.read_bytes() == after  # Erika's approval still holds
    assert not [each for each in check_episode(episode).findings if each.name == "time stamp"]
    assert read_status(load_show(folder), NOW).unstamped == ()
    assert build_episode(episode).unchanged
    shown = CliRunner().invoke(cli, ["record", str(episode)]).output
    said = verify(mp3).time
    assert said
    assert f"time stamp: {load_show(folder).podcast.by_its_clock(said).isoformat(' ')}, by Zeit" in shown
    assert f"without its time stamp it was {sha256(before).hexdigest()[:10]}" in shown
    assert run_show(folder, now=NOW + timedelta(hours=2)).built == ()


def test_a_new_show_is_told_what_it_lacks_without_an_authority(tmp_path: Path) -> None:
    told = CliRunner().invoke(cli, ["init", str(tmp_path / "a"), "--sign"])
    chosen = CliRunner().invoke(cli, ["init", str(tmp_path / "b"), "--sign", "--timestamp", "https://tsa.example.org"])
    refused = CliRunner().invoke(cli, ["init", str(tmp_path / "c"), "--sign", "--timestamp", "tsa.example.org"])
    alone = CliRunner().invoke(cli, ["init", str(tmp_path / "d"), "--timestamp", "https://tsa.example.org"])

    assert "signatures are void when the certificate ends" in told.output
    assert "void" not in chosen.output
    assert load_show(tmp_path / "b").signing.timestamp_url == "https://tsa.example.org"
    assert isinstance(refused.exception, ConfigError)
    assert not (tmp_path / "c").exists()
    assert (alone.exit_code, "--sign" in alone.output) == (2, True)
