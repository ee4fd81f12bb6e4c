"""What counts as an address of the web, and how it is written in ASCII."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ki_briefing.base.web import is_address, is_base, retry_after, same_page, web_address

NEAR = st.builds("".join, st.tuples(
    st.sampled_from(["http", "https", "HTTP", "ftp", "javascript", ""]),
    st.sampled_from(["://", ":", "//", ""]),
    st.sampled_from(["example.org", "müller.example", "[::1]", "[", "a b", "u:p@h.example", "..", "h:80", "h:99999"]),
    st.text(max_size=8) | st.sampled_from(["/ü?a=ß#ö", "/%zz", "/\n", "?", "#"]),
))  # fmt: skip


@given(st.text() | NEAR)
@example("http://[::1]:8080/ü")
def test_whatever_is_written_becomes_an_address_in_ascii_or_nothing(text: str) -> None:
    address = web_address(text)

    assert address.isascii()
    assert address == "" or address.startswith(("http://", "https://"))
    assert not set(address) & set(' "<>\\^`{|}\n\r\t\0')


@given(st.text() | NEAR)
def test_an_address_once_written_stays_as_it_is(text: str) -> None:
    assert web_address(web_address(text)) == web_address(text)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://example.org", "https://example.org"),
        ("  HTTPS://Example.ORG/a  ", "https://example.org/a"),
        ("https://müller.example/über uns?q=ß#ö", "https://xn--mller-kva.example/%C3%BCber%20uns?q=%C3%9F#%C3%B6"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        ('https://example.org/"><script>', "https://example.org/%22%3E%3Cscript%3E"),
        ("https://user:secret@example.org/", "https://example.org/"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("//example.org/a", ""),
        ("example.org", ""),
        ("https://", ""),
        ("https://example..org", ""),
        ("https://example.org:80800/", ""),
        ("https://[::1/", ""),
        ("https://a b.example/", ""),
    ],
)
def test_only_an_address_of_the_web_is_one(written: str, address: str) -> None:
    assert web_address(written) == address
    assert is_address(written) == (address != "")


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("", True),
        ("https://example.org", True),
        ("https://example.org/podcast/", True),
        ("https://example.org/?show=1", False),
        ("https://example.org/#top", False),
        ("ftp://example.org", False),
    ],
)
def test_paths_can_be_written_behind_a_base(text: str, base: bool) -> None:
    assert is_base(text) == base


@pytest.mark.parametrize(
    "form",
    [
        "https://example.org/politik/artikel?id=3&seite=1",
        "http://www.example.org/politik/artikel/?seite=1&id=3#kommentare",
        "HTTPS://WWW.EXAMPLE.ORG:443/politik/artikel?id=3&seite=1&utm_source=x&utm_medium=y&fbclid=z",
    ],
)
def test_every_form_of_an_address_is_the_same_page(form: str) -> None:
    assert same_page(form) == "example.org/politik/artikel?id=3&seite=1"


@pytest.mark.parametrize(
    "form", ["ma%c3%9fnahme-%7Ea%2fb", "ma%C3%9Fnahme-~a%2Fb", "maßnahme-~a%2Fb", "%6daßnahme-%7ea%2fb"]
)
def test_every_escape_of_a_character_is_the_same(form: str) -> None:
    assert same_page(f"https://example.org/{form}/?q=ß") == "example.org/ma%C3%9Fnahme-~a%2Fb?q=%C3%9F"


@pytest.mark.parametrize(
    "other", ["https://example.org/politik/artikel?id=4", "https://m.example.org/politik/artikel?id=3"]
)
def test_other_pages_are_others(other: str) -> None:
    assert same_page(other) != same_page("https://example.org/politik/artikel?id=3")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("9" * 400, 999_999_999),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Mon, 01 Jan 9999999999999 00:00:00 GMT", 0),
        ("soon", 0),
        ("", 0),
    ],
)
def test_a_server_asks_for_a_pause_by_a_number_or_a_date(header: str, seconds: float) -> None:
    assert retry_after(header) == seconds
