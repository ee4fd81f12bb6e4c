"""``[frames]`` of show.toml: the show's own words around each article, and the notice that a machine speaks."""

from __future__ import annotations

import re
import string
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.hints import nearest
from ki_briefing.model.episode import VoiceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NO_NOTICE = "none"

_SPEAKABLE = re.compile(r"[^\W_]")

PLACEHOLDERS = ("podcast", "date", "weekday", "number", "headline", "teaser", "notice", "voices", "notes")
"""The placeholders that a template of ``[frames]`` may contain."""

_VOICES = {  # one, several: nominative and accusative alike; what a listener would mind most comes first
    VoiceKind.CLONED: ("eine mit KI nachgebildete Stimme", "mit KI nachgebildete Stimmen"),
    VoiceKind.TRAINED: ("eine KI-generierte Stimme", "KI-generierte Stimmen"),
    VoiceKind.RULES: ("eine synthetische Stimme", "synthetische Stimmen"),
}


@dataclass(frozen=True, slots=True)
class Frames:
    """``[frames]``: the show's own words around each article, one template per list entry.

    Placeholders: ``{podcast}``, ``{date}``, ``{weekday}``, ``{number}``, ``{headline}``, ``{teaser}``, ``{notice}``,
    ``{voices}`` (who speaks, e.g. *eine synthetische Stimme*) and ``{notes}`` (what the notes hold to read on: *Den
    Artikel zum Nachlesen und alle Quellen*, or the one of the two that there is). A template is left out if one of its
    placeholders is empty for this article.

    Attributes:
        notice: What tells listeners that a machine speaks, as the EU's AI Act asks for at the beginning (article 50);
            its only placeholder is ``{voices}``. Empty: the usual one. ``none``, however it is written: it is not
            spoken, and ``notice_reason`` says why.
        notice_reason: Why nobody is told; it stands in the record.
        correction: What a corrected episode says at the end of its intro; ``{date}`` and ``{weekday}`` are those of the
            correction here, and there is ``{note}``: what was wrong.
        reminder: The same in short, after music in the middle of episodes of over ten minutes, and before the outro;
            empty or ``none``: none.
    """

    notice: str = "Dieser Beitrag enthält {voices}."
    notice_reason: str = ""
    reminder: str = "Du hörst {voices}."
    intro: tuple[str, ...] = ("{notice}", "{podcast}.", "{weekday}, der {date}.", "{headline}", "{teaser}")
    intro_title: str = "Begrüßung"
    key_points: tuple[str, ...] = ("In Kürze.",)
    key_points_title: str = "In Kürze"
    outro: tuple[str, ...] = (
        "Das war {podcast} vom {date}.",
        "{notes} findest du in den Notizen zu dieser Folge.",
        "Danke fürs Zuhören.",
    )
    outro_title: str = "Verabschiedung"
    correction: tuple[str, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Whether the notice is switched off."""
        return _is_none(self.notice)

    @property
    def spoken_reminder(self) -> str:
        """The template of the reminder; empty: there is none."""
        return "" if self.is_silent or _is_none(self.reminder) else self.reminder.strip()

    def notice_of(self, kinds: Iterable[VoiceKind]) -> str:
        """Return the notice of an episode in which voices of these kinds speak; the usual one if it is not spoken."""
        template = Frames().notice if self.is_silent or not self.notice.strip() else self.notice
        return template.strip().format(voices=name_voices(kinds))


def spoken_parts(template: str, kinds: Iterable[VoiceKind]) -> list[str]:
    """Return what is said of a template whatever its placeholders are filled with, but for who speaks, in order."""
    filled = template.replace("{voices}", name_voices(kinds))
    return [literal for literal, *_ in string.Formatter().parse(filled)]


def _is_none(template: str) -> bool:
    return template.strip().casefold() == NO_NOTICE


def name_voices(kinds: Iterable[VoiceKind]) -> str:
    """Return who speaks, by the kind of each voice: *eine KI-generierte Stimme und eine synthetische Stimme*."""
    counts = Counter(kinds)
    named = [words[counts[kind] > 1] for kind, words in _VOICES.items() if counts[kind]]
    *others, last = named or [_VOICES[VoiceKind.RULES][0]]
    return f"{', '.join(others)} und {last}" if others else last


def check_frames(frames: Frames) -> None:
    """Refuse templates that no episode could fill.

    Raises:
        ConfigError: A brace has no partner, or there is something other than a placeholder's bare name in braces.
    """
    for key in ("intro", "key_points", "outro", "correction"):
        known = (*PLACEHOLDERS, "note") if key == "correction" else PLACEHOLDERS
        for template in getattr(frames, key):
            _check(template, f"show.toml: [frames] {key}: {template!r}", known)
    _check(frames.reminder, f"show.toml: [frames] reminder: {frames.reminder!r}")
    _check(frames.notice, f"show.toml: [frames] notice: {frames.notice!r}", ("voices",))


def is_mute(template: str) -> bool:
    """Tell whether a template has no word that could be spoken, though it is not empty."""
    return bool(template.strip()) and not _SPEAKABLE.search(template)


def _check(template: str, place: str, known: Sequence[str] = PLACEHOLDERS) -> None:
    try:
        names = placeholders_in(template)
    except ValueError as error:
        hint = f"Write each placeholder in a pair of braces, like {{{known[0]}}}, and a brace itself twice: {{{{."
        raise ConfigError(f"{place} has a brace without its partner", hint) from error
    for name in names:
        if name not in known:
            raise ConfigError(f"{place} has no placeholder '{{{name}}}' to fill", nearest(name, known))


def placeholders_in(template: str) -> list[str]:
    """Return what a template has in braces, with any conversions and formats, which are not allowed there."""
    return [
        name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
        for _, name, form, conversion in string.Formatter().parse(template)
        if name is not None
    ]
