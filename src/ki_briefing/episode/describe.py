"""Show, facts, article, timeline -> Episode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.base.files import digest
from ki_briefing.episode.chapters import mark
from ki_briefing.episode.transcript import sentences
from ki_briefing.model.episode import DigitalSourceType, Episode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ki_briefing.model.episode import Asset, Correction, VoicePart
    from ki_briefing.model.sound import Timeline
    from ki_briefing.model.text import Article
    from ki_briefing.show.settings import EpisodeFacts, Show


def describe(
    show: Show,
    facts: EpisodeFacts,
    article: Article,
    timeline: Timeline,
    *,
    article_digest: str,
    pictures: Sequence[Asset | None],
    parts: Sequence[VoicePart],
    notice: str,
    verbatim: bool = False,
    corrections: tuple[Correction, ...] = (),
) -> Episode:
    """Return the episode.

    Args:
        article_digest: SHA-256 of the article's file.
        pictures: One per chapter, or none at all.
        parts: Who says what in it.
        notice: That a machine speaks, as the episode itself says it.
        verbatim: People wrote the article, and it is read word for word.
        corrections: Of what was on air, the oldest first.
    """
    url = facts.url or article.url
    trained = any(part.trained for part in parts)
    return Episode(
        guid=facts.guid,
        number=facts.number,
        date=facts.date,
        slug=facts.slug,
        title=facts.title or article.headline,
        summary=article.teaser or next(iter(article.key_points), article.headline),
        key_points=article.key_points,
        frames=timeline.frames,
        sample_rate=timeline.sample_rate,
        chapters=mark(timeline, url, anchors=show.publication.article_anchors, pictures=pictures),
        sentences=sentences(timeline),
        sources=article.sources,
        article_url=url,
        article_digest=article_digest,
        article_image=article.image,
        author=article.author,
        notice=notice,
        voice_credit=" · ".join(dict.fromkeys(part.credit for part in parts if part.credit)),
        engine=", ".join(dict.fromkeys(part.fingerprint for part in parts)),
        digital_source_type=DigitalSourceType.TRAINED if trained else DigitalSourceType.ALGORITHMIC,
        season=facts.season,
        language=article.language,
        revoiced=facts.revoiced,
        verbatim=verbatim,
        wording=digest(*article.wording),
        corrections=corrections,
    )
