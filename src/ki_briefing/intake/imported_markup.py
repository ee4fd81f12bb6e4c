"""Elements of another host's feed -> the same in our namespaces, as XML text, without what could do harm.

Other hosts write the same namespaces in several ways. What is kept is what the feed's own vocabularies know: RSS,
itunes, podcast, content, psc, atom.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from ki_briefing.base.characters import as_text
from ki_briefing.base.markup import element as to_xml
from ki_briefing.base.web import web_address

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

BASE = "{http://www.w3.org/XML/1998/namespace}base"
ATOM = "{http://www.w3.org/2005/atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
PSC = "{http://podlove.org/simple-chapters}"

_PREFIXES = {ATOM: "atom:", CONTENT: "content:", ITUNES: "itunes:", PODCAST: "podcast:", PSC: "psc:", "": ""}
_RSS = frozenset("author category comments description enclosure guid link pubDate source title".split())
_OLD_PODCAST = "{https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md}"
_ADDRESSES = frozenset("href img image src uri url".split())
_DEEPEST = 9
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d{0,2});", re.I)
_ESCAPED_TAG = re.compile(r"&lt;(?:p|br|a|ul|div|strong|em)\b", re.I)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.I)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/ul|/ol|/h[1-6])\b[^<>]*>", re.I)
_NAME = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)


def with_our_namespaces(root: Element) -> None:
    """Write the names of all elements as this module's constants do."""
    for each in root.iter():
        space, bracket, name = str(each.tag).rpartition("}")
        if bracket:
            space = f"{space.lower().rstrip('/')}}}"
            each.tag = (PODCAST if space == _OLD_PODCAST else space) + name


def name_of(element: Element) -> str:
    """Return an element's name as people write it, e.g. ``itunes:title``; without a prefix that no feed of ours has."""
    space, bracket, name = str(element.tag).rpartition("}")
    return _PREFIXES.get(space + bracket, "") + name


def is_known(element: Element) -> bool:
    """Tell whether an element of an item belongs to a vocabulary that our feed speaks."""
    space, bracket, name = str(element.tag).rpartition("}")
    return space + bracket in _PREFIXES and (bracket != "" or name in _RSS)


def is_empty(element: Element) -> bool:
    """Tell whether an element says nothing."""
    return not element.attrib and not len(element) and not text_of(element)


def kept(element: Element, depth: int = 0) -> str:
    """Return an element with all that is in it; empty if an address in it is none of the web, or if it has no end."""
    if depth > _DEEPEST:
        return ""
    attributes = {name: as_text(value) for name, value in element.attrib.items() if _NAME.fullmatch(name)}
    attributes.pop("inner", None)  # no feed has one, and it is a word of our writer
    for name in _ADDRESSES & attributes.keys():
        attributes[name] = web_address(attributes[name])
        if not attributes[name]:
            return ""
    inner = "".join(kept(child, depth + 1) for child in element)
    return to_xml(name_of(element), text_of(element), inner=inner, **attributes)


def text_of(element: Element | None) -> str:
    """Return an element's text; empty without one."""
    return as_text(element.text or "").strip() if element is not None else ""


def text_in(node: Element, *names: str) -> str:
    """Return the text of the first of these elements that has one."""
    return next(filter(None, (text_of(node.find(name)) for name in names)), "")


def links_of(channel: Element) -> dict[str, str]:
    """Return the addresses of a channel's ``atom:link``, by what they are; the first of each."""
    links = reversed(channel.findall(ATOM + "link"))
    return {link.get("rel", ""): link.get("href", "") for link in links}


def unescaped(text: str) -> str:
    """Return a plain text that was escaped once more than XML needs."""
    return as_text(html.unescape(text)) if _ENTITY.search(text) else text


def unescaped_html(text: str) -> str:
    """Return HTML that was escaped once more than XML needs."""
    return as_text(html.unescape(text)) if "<" not in text and _ESCAPED_TAG.search(text) else text


def plain_text(text: str) -> str:
    """Return HTML as plain text, a line for each paragraph; without a tag only what was escaped twice is mended."""
    markup = unescaped_html(text)
    if not _TAG.search(markup):
        return unescaped(text)
    lines = _TAG.sub("", _BREAK.sub("\n", markup)).splitlines()
    return "\n".join(filter(None, (" ".join(unescaped(unescaped(line)).split()) for line in lines)))
