"""A show's own templates, and ours where it has none -> pages, as HTML in UTF-8.

A show's own templates are the producer's, who may have them from anywhere: they run in a sandbox, and a page that would
not end is refused. Reading the templates costs more than most publications, so that is done for the first page.
"""

from __future__ import annotations

import contextlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.files import refuse_links
from ki_briefing.base.markup import clean
from ki_briefing.publication.bounds import Numbers, bounded
from ki_briefing.publication.typography import typeset
from ki_briefing.show.workspace import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2.sandbox import SandboxedEnvironment

    from ki_briefing.show.settings import Show

_OURS = Path(__file__).parents[1] / "data/templates"


class Templates:
    """The templates of a show's pages.

    Attributes:
        own: The show's folder for its own, which need not be there.
    """

    def __init__(self, show: Show) -> None:
        """Look where they are.

        Raises:
            StorageError: The show's own are, or lie behind, a symbolic link.
        """
        self.own = show.folder / TEMPLATES
        for path in (self.own, *self.own.glob("*")):
            refuse_links(show.folder, path)
        self._names = frozenset(path.name for path in self.own.glob("*.html"))
        self._numbers = Numbers()

    def sources(self) -> list[bytes]:
        """Return all of them, to compare."""
        return [path.read_bytes() for folder in (self.own, _OURS) for path in sorted(folder.glob("*.html"))]

    def render(self, template: str, values: dict[str, Any]) -> bytes:
        """Return a page.

        Raises:
            ConfigError: One of the show's own templates cannot be used.
        """
        self._numbers.restart()
        with self._refusals(template):
            pieces = self._environment.get_template(template).generate(values)
            return clean("".join(bounded(pieces))).encode()

    def check(self) -> None:
        """Make sure that the show's own templates can be read; other errors in them show only in publishing.

        Raises:
            ConfigError: One of them cannot be read.
        """
        for template in sorted(self._names):
            with self._refusals(template):
                self._environment.get_template(template)

    @cached_property
    def _environment(self) -> SandboxedEnvironment:
        from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined
        from jinja2.sandbox import SandboxedEnvironment

        loader = FileSystemLoader([self.own, _OURS])
        environment = SandboxedEnvironment(
            loader=ChoiceLoader([loader, PrefixLoader({"ours": FileSystemLoader(_OURS)})]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["typeset"] = typeset
        environment.globals["range"] = self._numbers
        return environment

    @contextlib.contextmanager
    def _refusals(self, template: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if not self._names:  # then it is our bug
                raise
            from jinja2 import TemplateSyntaxError

            place = f"{error.name}, line {error.lineno}" if isinstance(error, TemplateSyntaxError) else template
            raise ConfigError(
                f"the show's own templates cannot be used: {place}: {error}", hint="Fix it in the folder templates/."
            ) from error
