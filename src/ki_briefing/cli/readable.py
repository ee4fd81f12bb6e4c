"""Script, Utterance -> text for a terminal. The spoken form is shown below the written one where they differ."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ki_briefing.german.unicode import normalize
from ki_briefing.script import forecast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ki_briefing.model.text import Article, Script, Utterance

_NO_WORD = re.compile(r"(?<!\S)(?!\S*://)(\S{60})\S{41,}")
_SPELLED = re.compile(r"\b[A-ZÄÖÜ](?: [A-ZÄÖÜ])+s?\b")


def script_text(script: Script, article: Article) -> str:
    """Return a script, segment by segment, with its voices, its omissions and its approximate length."""
    lines = [script.title, "=" * len(script.title)]
    if about := ", ".join(_about(article)):
        lines += ["", f"Article: {about}"]
    if script.embargo:
        lines += ["", f"Embargo: not public before {script.embargo.isoformat(' ', 'minutes')}"]
    speaking = ""
    for segment in script.segments:
        lines += ["", f"[{segment.kind}] {segment.title}"]
        for utterance in segment.utterances:
            if utterance.voice != speaking:
                speaking = utterance.voice
                lines.append(f"  <{speaking or 'voice'}>")
            lines.append(f"  {utterance.written}")
            if (said := _legible(utterance)) != normalize(utterance.written):
                lines.append(f"    → {said}")
    if script.omitted:
        lines += ["", "Not spoken:", *(f"  ({each.reason}) {shortened(each.text)}" for each in script.omitted)]
    minutes, seconds = divmod(round(forecast(script)), 60)
    return "\n".join([*lines, "", f"About {minutes}:{seconds:02} min."])


def _about(article: Article) -> Iterator[str]:
    """Yield what the article says of itself: date, author, address, picture."""
    if article.published:
        yield article.published.isoformat(" ", "minutes")
    yield from filter(None, (article.author, article.url))
    if article.image:
        yield f"picture {article.image}"


def shortened(text: str) -> str:
    """Return a text with its words of over 100 letters cut: they are no words; addresses stay."""
    return _NO_WORD.sub(r"\1…", text)


def explained(utterance: Utterance) -> str:
    """Return the spoken form, and below it every decision and every pronunciation from a lexicon."""
    lines = [utterance.spoken]
    for span in utterance.spans:
        said = utterance.spoken[span.spoken_start : span.spoken_end]
        lines.append(f"  {utterance.written[span.start : span.end]!r} → {said!r}  ({span.kind})")
    for each in utterance.pronunciations:
        sounds = [f"/{each.ipa}/" * bool(each.ipa), each.respelling, each.language]
        lines.append(f"  {utterance.spoken[each.start : each.end]!r} ♪ {', '.join(filter(None, sounds))}  (lexicon)")
    return "\n".join(lines)


def _legible(utterance: Utterance) -> str:
    """Return the spoken form with spelled-out letters joined as in the written form: KI-Modell, not K I-Modell."""

    def together(letters: re.Match[str]) -> str:
        word = letters[0].replace(" ", "")
        return word if word in utterance.written else letters[0]

    return _SPELLED.sub(together, utterance.spoken)
