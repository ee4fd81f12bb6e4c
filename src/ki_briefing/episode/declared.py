"""Show, episode -> what is wrong with how the episode says that a machine speaks, and who answers for it.

The EU's AI Act (article 50) and its Code of Practice of 10 June 2026 ask for an audible notice at the beginning of
what is only heard; metadata or notes alone are not enough.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ki_briefing.base.characters import letters
from ki_briefing.model.finding import Finding, Mark
from ki_briefing.model.text import SegmentKind, UtteranceRole
from ki_briefing.show.frames import spoken_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ki_briefing.model.episode import Episode, VoiceKind
    from ki_briefing.show.frames import Frames
    from ki_briefing.show.settings import Show

LATEST_NOTICE = 8.0
"""Seconds after the first word by which the notice must have begun."""

_NAMES_IT = re.compile(
    r"\bK\.?I\b|künstlich|synthetisch|computer|generiert|automati|maschin|roboter|nachgebildet|geklont", re.IGNORECASE
)
MOVE_IT = 'Let [frames] intro in show.toml begin with "{notice}", then build the episode again.'


def check_declared(show: Show, episode: Episode, *, unstamped: str = "") -> Iterator[Finding]:
    """Yield what is to be said about the notice, the time stamp, and who is responsible.

    Args:
        unstamped: Why the time stamp is missing; empty: it is not.
    """
    yield _check_notice(show.frames, episode)
    if unstamped:
        advice = "Nothing waits for it: ki-briefing run, or build, asks again and adds it."
        yield Finding("time stamp", Mark.WARN, unstamped, advice)
    if show.publication.base_url and not show.podcast.imprint_url:
        advice = 'Add to show.toml: [podcast] imprint_url = "https://…"; in Germany its pages need one.'
        yield Finding("imprint", Mark.WARN, "no page names one", advice)


def misplaced_notice(frames: Frames) -> str:
    """Return what to do about an intro that does not begin with the notice; empty if it does."""
    if frames.is_silent or (frames.intro and frames.intro[0].startswith("{notice}")):
        return ""
    is_spoken = any("{notice}" in each for each in frames.intro)
    place = "is not the first that is heard" if is_spoken else "is not spoken"
    return f"The notice that a machine speaks {place}. {MOVE_IT}"


def notice_delay(episode: Episode) -> float | None:
    """Return how long after the first word the notice begins [s]; None if it is not heard."""
    start = episode.notice_start
    return None if start is None else (start - episode.sentences[0].start) / 1000


def reminded_at(frames: Frames, episode: Episode, kinds: Iterable[VoiceKind]) -> tuple[float, ...]:
    """Return when listeners are reminded that voices of these kinds speak [s]."""
    words = [letters(part) for part in spoken_parts(frames.spoken_reminder, kinds)]
    if not any(words):
        return ()
    reminder = re.compile(".+?".join(map(re.escape, words)))
    own = [
        each
        for each in episode.sentences
        if each.role is UtteranceRole.FRAME and episode.chapters[each.chapter].kind is not SegmentKind.INTRO
    ]
    said = ["".join(letters(each.text) for each in own[index:]) for index in range(len(own))]
    return tuple(each.start / 1000 for each, rest in zip(own, said, strict=True) if reminder.match(rest))


def _check_notice(frames: Frames, episode: Episode) -> Finding:
    if frames.is_silent:
        return Finding("notice", Mark.PASS, f"switched off by [frames] notice: {frames.notice_reason}")
    delay = notice_delay(episode)
    if delay is None:
        return Finding("notice", Mark.FAIL, "nobody is told that a machine speaks", MOVE_IT)
    when = f"begins {delay:.1f} s after the first word, allowed are {LATEST_NOTICE:g}"
    if delay > LATEST_NOTICE:
        return Finding("notice", Mark.FAIL, when, MOVE_IT)
    if advice := misplaced_notice(frames):
        return Finding("notice", Mark.WARN, when, advice)
    if not _NAMES_IT.search(episode.notice):
        advice = "Let [frames] notice hold {voices}, which says what kind of voice speaks, and build the episode again."
        return Finding("notice", Mark.WARN, f"its words do not say that a machine speaks: {episode.notice}", advice)
    return Finding("notice", Mark.PASS, when)
