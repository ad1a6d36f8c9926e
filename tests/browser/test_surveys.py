"""A survey in a browser: begun by keyboard, finished by touch on a phone; and its pages as everybody sees them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


def test_a_survey_is_begun_by_keyboard_and_finished_by_touch(visit: Visit, stage: Stage, accessible) -> None:
    """One member, two devices: what was answered on the first waits on the second."""
    desk = visit("owner")
    desk.open(stage.places["survey"])
    page = desk.page
    page.get_by_role("button", name="Begin").press("Enter")
    expect(page.locator("legend.quiz-q")).to_be_focused()
    accessible(desk)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.locator("input[name=q1][value='2']")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_text("What went wrong?")).to_be_visible()
    with desk.expecting("422"):
        page.get_by_role("button", name="Go on").press("Enter")
        expect(page.locator(".problems")).to_be_focused()
    accessible(desk)

    phone = visit("owner", width="phone", theme="dark")
    phone.open(stage.places["survey"])
    page = phone.page
    page.get_by_role("button", name="Go on where I was").tap()
    page.locator("label.ans", has_text="The workshop").tap()
    page.get_by_role("button", name="Go on").tap()
    page.locator(".sv-scale label").nth(9).tap()
    page.get_by_role("button", name="Go on").tap()
    page.get_by_label("What should we do first?").fill("Warm cars")
    assert phone.overflow() == 0
    page.get_by_role("button", name="Go on").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Is this what you want to say?")
    accessible(phone)
    page.get_by_role("button", name="Send my answers").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers have arrived.")
    accessible(phone)


@pytest.mark.parametrize("place", ["survey", "survey_results", "survey_form", "survey_list", "said", "draw"])
def test_pages_are_accessible_and_fit(visit: Visit, stage: Stage, accessible, place: str) -> None:
    who = "admin" if place == "survey_form" else ""
    for look in ({"width": "desktop"}, {"width": "phone", "theme": "dark", "language": "zh"}):
        visitor = visit(who, **look)
        visitor.open(stage.places[place])
        assert visitor.page.get_by_role("heading", level=1).count() == 1
        assert visitor.overflow() == 0
        accessible(visitor)
