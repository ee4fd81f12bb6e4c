"""Strangers' XML -> elements of the standard library's ElementTree, and back. The only door to defusedxml.

Nothing in the XML can expand or load anything from elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import tostring

from defusedxml import DefusedXmlException, ElementTree

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


class XmlError(ValueError):
    """The XML is not well-formed, or declares a document type, which could hide an attack."""


class DoctypeError(XmlError):
    """The XML declares a document type."""


def parse_xml(content: str | bytes) -> Element:
    """Return the root element.

    Raises:
        XmlError: The XML cannot be used.
    """
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise DoctypeError("it declares a document type, which could hide an attack") from error
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise XmlError(str(error)) from error
    return root


def write_xml(root: Element) -> bytes:
    """Return a whole document in UTF-8."""
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))
