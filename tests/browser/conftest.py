"""A seeded site and a browser for the whole folder; a visitor per test, who complains at the end.

The package scope matters: Playwright's loop runs in this thread, and tests elsewhere want one of their own.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import axe
from tests.browser.people import Stage, prepare
from tests.browser.site import Site, serving
from tests.browser.visitor import ARGUMENTS, Visitor, chromium
from tests.support.required import need


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    need("browser", chromium(), "Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def stage(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, lay_database: Callable[[Path], bool]
) -> Iterator[Stage]:
    """A served site with a few people and threads. Tests share it: look for what you made, never count all."""
    site = Site(tmp_path_factory.mktemp("site"), demo=False)
    if not lay_database(site.var):
        site.manage("migrate", "--verbosity", "0")
    prepared = prepare(site, "stage")
    with serving(site):
        yield prepared


@pytest.fixture(scope="package")
def site(stage: Stage) -> Site:
    return stage.site


@pytest.fixture
def visit(browser: Browser, stage: Stage) -> Iterator[Callable[..., Visitor]]:
    """`visit("owner", width="phone", theme="dark", language="zh", javascript=False)` → a new visitor with no past.

    Whatever the console, the network or the content policy complained about fails the test.
    """
    visitors: list[Visitor] = []

    def arrive(kind: str = "", **options: Any) -> Visitor:
        visitors.append(Visitor(browser, stage.site.address, **options))
        if kind:
            stage.enter(visitors[-1], kind)
        return visitors[-1]

    yield arrive
    problems = [problem for visitor in visitors for problem in visitor.problems]
    for visitor in visitors:
        visitor.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def accessible() -> Callable[..., None]:
    """`accessible(visitor)` fails with axe's words unless the page as it stands is clean."""
    need("browser", axe.available(), "axe-core is not installed (npm ci)")

    def check(visitor: Visitor, *, without: tuple[str, ...] = ()) -> None:
        found = visitor.violations(without=without)
        assert not found, "\n".join([visitor.page.url, *found])

    return check
