"""Episode, podcast -> the address by which a listener reports an error in an episode."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from ki_briefing.base.web import web_address

if TYPE_CHECKING:
    from ki_briefing.model.episode import Episode
    from ki_briefing.show.podcast import Podcast


def report_address(episode: Episode, podcast: Podcast, page: str) -> str:
    """Return the address to which the place in the sound is to be added, percent-encoded; empty if nobody is named.

    It is that of the show's contact page, with ``folge=…&zeit=``, or else of a mail.

    Args:
        page: Address of the episode's page.
    """
    if form := web_address(podcast.contact_url):
        form = form.partition("#")[0]  # what is added at the end would be lost in a fragment
        return f"{form}{'&' if '?' in form else '?'}folge={quote(page or episode.slug, safe='')}&zeit="
    if not podcast.email:
        return ""
    number = f" {episode.number}" if episode.number else ""
    subject, body = f"Fehler in Folge{number}: {episode.title}", f"{page}\n\nStelle: "
    return f"mailto:{quote(podcast.email, safe='@')}?subject={quote(subject)}&body={quote(body)}"
