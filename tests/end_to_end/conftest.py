"""One browser for all tests of the pages, and one archive of many episodes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from browsing import WAVEFORM, open_browser, served, tone
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.site import PAGE
from ki_briefing.publication.target import FolderTarget
from public_shows import NOW, build, make_episode, make_show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver import Chrome

    from ki_briefing.publication.preview import Preview


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    driver = open_browser(tmp_path_factory.mktemp("browser"))
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """Serve so many episodes that they do not fit on the start page, one a week."""
    show = make_show(tmp_path_factory.mktemp("archive"))
    sound, first = tone(30), make_episode(1).date
    episodes = (
        make_episode(number, title=f'Zum {number}. Mal: "Chips"', date=first + timedelta(weeks=number - 1))
        for number in range(1, 2 * PAGE + 1)
    )
    folders = [build(show, each, audio=sound, waveform=WAVEFORM) for each in episodes]
    publish_site(show, folders, FolderTarget(show.public), now=NOW)
    with served(show.public) as server:
        yield server
