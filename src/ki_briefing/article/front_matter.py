"""What stands above a Markdown text between two lines of dashes (YAML) or plus signs (TOML) -> About."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from typing import Any

import yaml

from ki_briefing.article import embargo
from ki_briefing.article.elements import About
from ki_briefing.article.moments import at_home, find_moment
from ki_briefing.base.characters import as_text
from ki_briefing.base.errors import ArticleError
from ki_briefing.base.web import is_on_the_web, web_address
from ki_briefing.model.episode import LONGEST_NOTE
from ki_briefing.model.text import Omission

UNREADABLE_DATE = "date that cannot be read"

_BLOCK = re.compile(
    r"\s*\A(?P<mark>---|\+\+\+)[ \t]*\n(?P<inside>.*?)\n?^(?:(?P=mark)|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M
)
_OPEN = re.compile(
    r"\s*\A---[ \t]*\n(?P<inside>(?:(?:[\w-]+[ \t]*:(?:[ \t][^\n]*)?|[ \t-]+\S[^\n]*)(?:\n|\Z))+)(?=[ \t]*(?:\n|\Z))"
)
_LINE = re.compile(r"(?P<key>[A-Za-z_-]+)[ \t]*:[ \t]+(?P<value>\S.*?)[ \t]*")
_COMPLETE = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^']|'')*+'|[|>][+-]?\d?|[\[{][^\[\]{}]*[\]}]")
_FIELDS = {
    "title": "title", "titel": "title", "headline": "title",
    "teaser": "teaser", "description": "teaser", "summary": "teaser", "excerpt": "teaser", "vorspann": "teaser",
    "url": "url", "canonical": "url", "link": "url", "canonicalurl": "url", "canonical_url": "url",
    "author": "author", "autor": "author", "autorin": "author",
    "image": "image", "bild": "image",
    "language": "language", "lang": "language",
    "correction": "correction", "korrektur": "correction",
}  # fmt: skip
_SUBTITLES = ("subtitle", "untertitel", "unterzeile", "subheadline", "subline")
_DATES = ("date", "datum", "published")
_EMBARGO = ("embargo", "sperrfrist", "gesperrt_bis", "frei_ab")
_KNOWN = frozenset((*_FIELDS, *_SUBTITLES, *_DATES, *_EMBARGO))


def split(text: str, name: str) -> tuple[About, str]:
    """Return what the front matter says, and the text below it.

    Raises:
        ArticleError: The front matter is not YAML or TOML, its embargo is no moment, or its correction is too long; the
            line of the file is named. Or its end is missing.
    """
    found = _BLOCK.match(text)
    if not found:
        _refuse_open(text, name)
    if not found or (found["mark"] == "+++" and not re.search(r"^\w+\s*=", found["inside"], re.M)):
        return About(), text
    data = _toml(found["inside"], name) if found["mark"] == "+++" else _yaml(found["inside"], name)
    return (_about(data, name) if isinstance(data, dict) else About()), text[found.end() :]


def _refuse_open(text: str, name: str) -> None:
    """Refuse lines of keys between a line of dashes and an empty one: they are no text, whoever forgot their end."""
    found = _OPEN.match(text)
    keys = [line.partition(":")[0].strip().lower() for line in found["inside"].splitlines()] if found else []
    if found and not _KNOWN.isdisjoint(keys):
        last = text.count("\n", 0, found.end("inside"))
        raise ArticleError(f"the front matter of {name} has no end", hint=f"Add a line of --- below line {last}.")


def _yaml(source: str, name: str) -> Any:
    try:
        return _load(source)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a date such as 2026-02-30; brackets without end
        try:
            return _load("\n".join(map(_quoted, source.split("\n"))))
        except (yaml.YAMLError, ValueError, RecursionError):
            raise _no("YAML", name, error, getattr(getattr(error, "problem_mark", None), "line", -1)) from error


def _load(source: str) -> Any:
    """Return the data; what is known as words stays as it was written."""
    data = yaml.safe_load(source)
    if isinstance(data, dict) and not all(isinstance(value, (str, list)) for value in data.values()):
        raw = yaml.load(source, Loader=yaml.BaseLoader)
        for key, value in data.items():
            if _FIELDS.get(str(key).lower()) and isinstance(value, (bool, int, float, date)):
                data[key] = raw.get(str(key), str(value))
    return data


def _quoted(line: str) -> str:
    """Return a line of a known key with its value in quotes, unless that is complete as it stands."""
    found = _LINE.fullmatch(line)
    if not found or _COMPLETE.fullmatch(found["value"]):
        return line
    if found["key"].lower() not in _FIELDS and ": " not in found["value"]:
        return line
    if found["value"].startswith(("[", "{")) and not re.match(r"\[[^\[\]]{1,40}\] \w", found["value"]):
        return line
    value = found["value"].replace("'", "''")
    return f"{found['key']}: '{value}'"


def _toml(source: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(source)
    except (ValueError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        raise _no("TOML", name, error, int(line[1]) - 1 if line else -1) from error


def _no(kind: str, name: str, error: Exception, line: int) -> ArticleError:
    where = f", line {line + 2}" if line >= 0 else ""  # the first line is that of the dashes
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    return ArticleError(f"the front matter of {name} is not {kind}{where}: {reason}", hint="Fix that line.")


def _about(data: dict[Any, Any], name: str) -> About:
    found: dict[str, Any] = {}
    omitted: list[Omission] = []
    for key, value in data.items():
        field = _FIELDS.get(str(key).lower())
        if field and isinstance(value, (str, int, float)):
            whole = str(value).encode("utf-8", "replace").decode()  # YAML can escape half a surrogate pair
            found.setdefault(field, " ".join(as_text(whole).split()))  # and control characters
    if (url := found.get("url")) and not web_address(url):
        omitted.append(Omission(found.pop("url"), "no web address"))
    if is_on_the_web(found.get("image", "")):
        omitted.append(Omission(found["image"], "picture on the web, not beside the article"))
    keys = {str(key).lower().replace(" ", "_"): value for key, value in data.items()}
    if subtitle := next((keys[key] for key in _SUBTITLES if isinstance(keys.get(key), str)), ""):
        subtitle = " ".join(as_text(subtitle.encode("utf-8", "replace").decode()).split())
        if found.setdefault("teaser", subtitle) != subtitle:
            omitted.append(Omission(subtitle, "subtitle"))
    dated = next((keys[key] for key in _DATES if key in keys), None)
    found["published"] = _date(dated)
    if isinstance(dated, str) and dated.strip() and not found["published"]:
        omitted.append(Omission(" ".join(as_text(dated.encode("utf-8", "replace").decode()).split()), UNREADABLE_DATE))
    if held_by := next((key for key in _EMBARGO if keys.get(key)), ""):
        held = keys[held_by]
        found["embargo"] = moment = _date(held, until="bis" in re.split(r"\W|_", f"{held_by} {held}".lower()))
        if moment is None:
            raise ArticleError(
                f"the embargo of {name} is no moment: {held}",
                hint="Write it like 2026-03-12 10:00 or 12. März 2026, 10 Uhr.",
            )
        omitted.append(Omission(str(held), embargo.REASON))
    if len(found.get("correction", "")) > LONGEST_NOTE:
        raise ArticleError(
            f"the correction of {name} is longer than {LONGEST_NOTE} letters", hint="Say it in a sentence or two."
        )
    found["omitted"] = tuple(omitted)
    return About(**found)


def _date(value: object, *, until: bool = False) -> datetime | None:
    """Return a moment; a day is its midnight, or the next one if something lasts until then."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    moment = find_moment(value, until=until) if isinstance(value, str) else value
    return _zoned(moment) if isinstance(moment, datetime) else None


def _zoned(moment: datetime) -> datetime | None:
    try:
        moment.astimezone()
        return at_home(moment)
    except (OverflowError, ValueError):  # a year that no clock knows
        return None
