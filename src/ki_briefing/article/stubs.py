"""Whole pages that hold no article, or only its beginning: paywalls, consent walls, error pages, listings, galleries.

A page that has a long text is an article, whatever stands around it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ki_briefing.article.elements import Element, ElementKind
from ki_briefing.base.errors import ArticleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ki_briefing.article.elements import About
    from ki_briefing.model.text import Article

_STUB = 1_500  # letters: more is given to nobody who has not paid
_PAGE = 800  # letters of a page that says nothing but that there is none
_WALL = 1_500
_ERROR = re.compile(
    r"(?:error|fehler)?\W{0,3}(?:401|403|404|410|429|500|502|503)\b.{0,60}"
    r"|.{0,40}\b(?:seite|artikel|beitrag|inhalt|page)\b.{0,20}"
    r"\b(?:nicht (?:gefunden|verfügbar|vorhanden|mehr)|not found|existiert nicht)\b.{0,40}"
    r"|.{0,30}\bnot found\b.{0,30}|access denied.{0,30}|zugriff verweigert.{0,40}|(?:fehler|error)(?: \d+)?"
    r"|wartungs(?:arbeiten|modus).{0,40}|just a moment.{0,20}|attention required.{0,40}"
    r"|.{0,40}\b(?:are you a (?:human|robot)|kein roboter|captcha)\b.{0,40}",
    re.I,
)
_ROBOT = re.compile(
    r"\b(?:sie|du) (?:ein mensch|kein (?:roboter|bot))\b|\bdass sie kein (?:roboter|bot)\b|\bcaptcha\b"
    r"|\byou are (?:a )?human\b|\bnot a (?:robot|bot)\b|\bungewöhnliche[nr]? (?:datenverkehr|aktivität)"
    r"|\bsicherheit (?:ihrer|der|deiner) verbindung\b|\b(?:enable|aktivieren sie) javascript\b",
    re.I,
)
_ROBOT_WORDS = 350  # letters of a page that only asks who reads it
_CONSENT = re.compile(
    r"\b(?:cookies?|einwillig\w+|zustimm\w+|tracking|personalisiert\w*|werbefrei\w*|datenschutz\w*)\b", re.I
)
_CONSENTS_IN = 120  # letters of a consent wall for each of those words
_LISTED = 4  # headings
_GALLERY = re.compile(r"\b(?:foto-?strecke|bilder-?strecke|bilder-?galerie|foto-?galerie)\b|\bin bildern\b", re.I)
_WHOLE = re.compile(r"(?<!\.\.)[.!?][\"“”»«'’)\]]*$")
_HINT = "Save the article's text as a file."


def check(article: Article, elements: Sequence[Element], about: About, name: str) -> None:
    """Refuse a page that holds no whole article.

    Raises:
        ArticleError: It says what the page is.
    """
    spoken = [each for each in elements if not each.reason]
    titles = [
        article.headline,
        *(each.text for each in elements if each.kind is ElementKind.HEADING and each.level == 1),
    ]
    text = " ".join(block.text for section in article.sections for block in section.blocks)
    if len(text) < _PAGE and _ERROR.fullmatch(article.headline):
        raise ArticleError(f"{name} is an error page: {article.headline}", hint="Check the address.")
    if len(text) < _ROBOT_WORDS and _ROBOT.search(f"{article.headline} {text}"):
        raise ArticleError(f"{name} asks whether a human reads it instead of showing the article", hint=_HINT)
    if len(text) < _WALL and len(_CONSENT.findall(text)) > max(2, len(text) // _CONSENTS_IN):
        raise ArticleError(f"{name} asks for consent instead of showing the article", hint=_HINT)
    if len(text) < _STUB and (about.paid or _is_cut(elements, text)):
        raise ArticleError(f"{name} shows only the beginning of the article: the rest costs money", hint=_HINT)
    headings = [each for each in spoken if each.kind is ElementKind.HEADING and each.level > 1]
    linked = sum(each.linked for each in headings)
    if linked >= _LISTED and linked * 4 >= len(headings) * 3:
        raise ArticleError(f"{name} is a list of articles", hint="Name the address of one of them.")
    if len(text) < _STUB and (about.gallery or _GALLERY.search(" ".join(titles))):
        raise ArticleError(f"{name} is a gallery of pictures", hint="Name the address of an article.")


def _is_cut(elements: Sequence[Element], text: str) -> bool:
    """Return whether the text breaks off, and what asks for money follows at once."""
    if _WHOLE.search(text[-5:]):
        return False
    last = max((at for at, each in enumerate(elements) if not each.reason), default=-1)
    return any(each.reason == "paywall" for each in elements[last + 1 : last + 4])
