"""The harness itself: a harness that cannot complain proves nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.browser import axe
from tests.browser.visitor import Visitor
from tests.support.required import need

Visit = Callable[..., Visitor]


def test_the_site_is_up(visit: Visit) -> None:
    visit().open("/healthz")


def test_problems_are_heard(browser: Browser) -> None:
    visitor = Visitor(browser, "http://localhost")
    visitor.page.set_content("<script>console.error('broken'); throw new Error('worse')</script>")
    visitor.page.get_by_text("nothing").count()  # a round trip, so that both were reported
    with visitor.expecting("worse"):
        visitor.page.set_content("<script>throw new Error('worse')</script>")
        visitor.page.get_by_text("nothing").count()
    visitor.close()
    assert [problem.split(" (on")[0] for problem in visitor.problems] == [
        "console error: broken",
        "script error: worse",
    ]


def test_axe_finds_what_is_wrong_and_runs_under_a_strict_policy(browser: Browser) -> None:
    need("browser", axe.available(), "axe-core is not installed (npm ci)")
    visitor = Visitor(browser, "http://localhost")
    policy = "default-src 'none'"
    visitor.page.route(
        "**/*",
        lambda route: route.fulfill(
            body="<!doctype html><html lang=en><title>t</title><main><h1>t</h1><img src='data:,'></main>",
            headers={"Content-Type": "text/html", "Content-Security-Policy": policy},
        ),
    )
    visitor.page.goto("http://localhost/strict")
    found = visitor.violations()
    visitor.close()
    assert [line.split(" ")[0] for line in found] == ["image-alt"]


@pytest.mark.parametrize(("width", "pixels"), [("phone", 390), ("desktop", 1440)])
def test_photographs_are_compressed_and_sized(
    browser: Browser, tmp_path: Path, width: str, pixels: int
) -> None:
    visitor = Visitor(browser, "http://localhost", width=width)
    visitor.page.set_content("<h1>中文</h1>")
    visitor.photograph(tmp_path / "shot.webp")
    visitor.close()
    with Image.open(tmp_path / "shot.webp") as image:
        assert image.format == "WEBP"
        assert image.width == pixels
