"""A show's voices, ready to speak; and a script spoken by them, each utterance by the voice that the cast gives it.

A listener takes a voice for a person. So a voice that cannot say all of its part is replaced in all of it, as an actor
is by an understudy: no voice changes in the middle of a text, and the others keep their parts. Where a show allows it,
``fallback_by = "segment"``, only those chapters have another voice in which something could not be said. Whoever stands
in is the first of the fallback list who can say all that there is to say; if nobody can, the error of the last is told.
Who is not installed, or whose key is not there, is passed over like one who cannot.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from ki_briefing.base.errors import (
    BriefingError,
    ConfigError,
    EngineMissing,
    EngineOffline,
    EngineUnknown,
    NotReady,
    OverLimit,
    SpeechError,
)
from ki_briefing.model.episode import VoiceKind, VoicePart
from ki_briefing.show.voices import EMBEDDED, Extent
from ki_briefing.voice.clips import speak
from ki_briefing.voice.credit import credit_of
from ki_briefing.voice.engines import load_speaker
from ki_briefing.voice.hearing.listened import listened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ki_briefing.base.store import Store
    from ki_briefing.model.sound import Take
    from ki_briefing.model.text import Script, Utterance
    from ki_briefing.show.settings import Show
    from ki_briefing.show.voices import Voice
    from ki_briefing.voice.clips import Progress
    from ki_briefing.voice.engine import Speaker
    from ki_briefing.voice.heard import Slip


@dataclass(frozen=True, slots=True)
class Member:
    """A voice that is ready to speak.

    Attributes:
        name: In ``[voices]``, else its engine's.
        title: What transcripts call it.
        voice: Its settings.
    """

    name: str
    title: str
    voice: Voice
    speaker: Speaker

    @property
    def kind(self) -> VoiceKind:
        """Where it comes from."""
        return VoiceKind.of(trained=self.speaker.facts.trained, cloned=self.voice.cloned)

    @property
    def credit(self) -> str:
        """Line for the notes."""
        return credit_of(self.speaker.facts, self.voice)


@dataclass(frozen=True, slots=True)
class Part:
    """Whoever can say what a script gives to one voice.

    Attributes:
        name: The voice, as in ``Utterance.voice``.
        members: That voice, then those who stand in for it; all of them can speak on this machine.
        extent: How much of the part another voice takes over.
        absent: What that voice is called if it cannot.
        missing: Why it, or one who stands in, cannot.
    """

    name: str
    members: tuple[Member, ...]
    extent: Extent
    absent: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Performance:
    """A script, spoken.

    Attributes:
        takes: One per utterance.
        spoken: How many utterances an engine had to say; the others were there.
        slips: Per utterance, what was left out or said twice, by the word times of the voice; none if it tells none.
        parts: Who says what.
    """

    takes: tuple[Take, ...]
    spoken: int
    slips: tuple[tuple[Slip, ...], ...]
    parts: tuple[VoicePart, ...]

    @property
    def degraded(self) -> tuple[int, ...]:
        """Indices of the utterances that another voice says than the cast wants."""
        return tuple(sorted(index for part in self.parts if part.instead_of for index in part.utterances))


def load_parts(show: Show) -> tuple[Part, ...]:
    """Make every voice of a show's cast and all who stand in for them, or refuse one: the preflight of a build.

    Raises:
        ConfigError: A voice's key is not known or cannot be used.
        EngineUnknown: An engine's name is not known.
        EngineMissing, NotReady: Neither a voice nor any who stands in for it is on this machine.
    """
    loader = _Loader(show)
    parts = [] if show.cast.default else [loader.part("", show.voice)]
    names = dict.fromkeys(name for _key, name in show.cast.voices)
    return (*parts, *(loader.part(name, show.voice_named(name)) for name in names))


def foresee(script: Script, parts: Iterable[Part]) -> tuple[VoiceKind, ...]:
    """Return the kinds of the voices that will be heard if all who are asked first can speak."""
    wanted = {utterance.voice for utterance in script.utterances}
    first = {part.members[0].name: part.members[0].kind for part in parts if part.name in wanted}
    return tuple(first.values())


class _Loader:
    """Makes each voice once."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._members: dict[str, Member] = {}

    def part(self, name: str, voice: Voice) -> Part:
        """Return a voice and those who stand in for it, as far as they can speak on this machine."""
        members: dict[str, Member] = {}
        missing: dict[str, BriefingError] = {}
        for each in dict.fromkeys((name, *voice.fallback)):
            try:
                members[each] = self._member(each, voice if each == name else self._show.voice_named(each))
            except EngineUnknown:
                raise
            except (EngineMissing, NotReady) as error:
                missing[each] = error
        if not members:
            raise list(missing.values())[-1]
        reasons = (error.message if each == name else f"{each}: {error.message}" for each, error in missing.items())
        absent = (name or voice.engine) if name in missing else ""
        return Part(name, tuple(members.values()), voice.fallback_by, absent, "; ".join(reasons))

    def _member(self, name: str, voice: Voice) -> Member:
        if name not in self._members:
            try:
                speaker = load_speaker(voice)
                speaker = listened(speaker, self._show) if voice.listen else speaker
            except ConfigError as error:  # an engine does not know in which table it stands
                table = f"[voices.{name}]" if name else "[voice]"
                raise type(error)(error.message.replace("[voice]", table), error.hint) from error
            known = speaker.facts.name if name in ("", EMBEDDED) else name
            title = "" if name == EMBEDDED else voice.title
            title = title or known[:1].upper() + known[1:]
            self._members[name] = Member(known, " ".join(title.split()), voice, speaker)
        return self._members[name]


def perform(script: Script, parts: Sequence[Part], store: Store, *, progress: Progress | None = None) -> Performance:
    """Have a script spoken.

    Args:
        progress: Told how many different utterances of how many a voice has done, in this thread.

    Raises:
        SpeechError: A voice failed, and so did all who stand in for it; what was spoken is kept.
        OverLimit: The last who could speak would be sent more than its limit for a run.
        StorageError: The disk refused.
    """
    stage = _Stage(script.utterances, store, progress)
    chapters = [chapter for chapter, segment in enumerate(script.segments) for _ in segment.utterances]
    for part in parts:
        mine = [index for index, utterance in enumerate(script.utterances) if utterance.voice == part.name]
        by_chapter = part.extent is Extent.SEGMENT and len(part.members) > 1
        groups = [list(group) for _, group in groupby(mine, chapters.__getitem__)] if by_chapter else [mine]
        for group in filter(None, groups):
            stage.give(part, group)
    return stage.performance()


@dataclass
class _Stage:
    """Where a script is spoken, group by group."""

    utterances: Sequence[Utterance]
    store: Store
    progress: Progress | None
    spoken: int = 0
    takes: dict[int, tuple[Take, Member]] = field(default_factory=dict)
    slips: dict[int, tuple[Slip, ...]] = field(default_factory=dict)
    away: dict[str, str] = field(default_factory=dict)  # offline voices, and why: they are not asked again
    said: dict[tuple[str, str], VoicePart] = field(default_factory=dict)

    def give(self, part: Part, group: Sequence[int]) -> None:
        """Have utterances said by the first voice of a part that can say them all."""
        reason = part.missing if part.absent else ""
        for member in part.members:
            is_last = member is part.members[-1]
            if member.name in self.away and not is_last:
                reason = reason or self.away[member.name]
                continue
            try:
                speech = speak(
                    [self.utterances[index] for index in group], member.speaker, self.store, progress=self.progress
                )
            except (SpeechError, OverLimit) as error:
                if is_last:
                    raise
                if isinstance(error, EngineOffline):
                    self.away[member.name] = error.message
                reason = reason or error.message
                continue
            self.spoken += speech.spoken
            self.takes.update((index, (take, member)) for index, take in zip(group, speech.takes, strict=True))
            self.slips.update(zip(group, speech.slips, strict=True))
            self._note(part, member, group, reason)
            return

    def _note(self, part: Part, member: Member, group: Sequence[int], reason: str) -> None:
        own = part.absent or part.members[0].name
        instead_of = "" if member is part.members[0] and not part.absent else own
        if instead_of and not part.absent:
            reason = "; ".join(filter(None, (reason, part.missing)))
        known = self.said.get((member.name, instead_of))
        if known:
            both = tuple(sorted((*known.utterances, *group)))
            self.said[member.name, instead_of] = replace(known, utterances=both)
            return
        facts = member.speaker.facts
        self.said[member.name, instead_of] = VoicePart(
            voice=member.name,
            engine=facts.name,
            fingerprint=member.speaker.engine.fingerprint,
            trained=facts.trained,
            credit=member.credit,
            utterances=tuple(group),
            instead_of=instead_of,
            reason=reason,
            licence=facts.licence,
            cloned=member.voice.cloned,
            consent=member.voice.consent,
        )

    def performance(self) -> Performance:
        """Return what was said, in the order of the script; takes name their speaker if there are several."""
        parts = sorted(self.said.values(), key=lambda part: part.utterances)
        return Performance(
            takes=tuple(self._named_takes(several=len({part.voice for part in parts}) > 1)),
            spoken=self.spoken,
            slips=tuple(self.slips[index] for index in range(len(self.utterances))),
            parts=tuple(parts),
        )

    def _named_takes(self, *, several: bool) -> Iterator[Take]:
        for index in range(len(self.utterances)):
            take, member = self.takes[index]
            yield replace(take, speaker=member.title) if several else take
