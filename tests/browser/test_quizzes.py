"""Quizzes in a browser: by keyboard, by touch, without a script, and as everybody sees them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


def test_a_quiz_is_taken_by_keyboard_alone(visit: Visit, stage: Stage, accessible) -> None:
    member = visit("owner")
    member.open(stage.places["quiz"])
    page = member.page
    page.get_by_role("button", name="Begin").press("Enter")
    for number in (1, 2):
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_text(f"Question {number} of 2")).to_be_visible()
        accessible(member)
        page.keyboard.press("b")
        expect(page.locator("input[name=pick]").nth(1)).to_be_checked()
        expect(page.locator("input[name=pick]").nth(1)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("[data-quiz-why]")).to_be_focused()
        accessible(member)
        page.keyboard.press("Tab")
        expect(page.locator("[data-quiz-next]")).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("of 2 right")
    accessible(member)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripted", "plain"])
def test_a_guest_takes_a_quiz_by_touch_and_makes_a_card(
    visit: Visit, stage: Stage, accessible, javascript: bool
) -> None:
    guest = visit(width="phone", theme="dark", javascript=javascript)
    guest.open(stage.places["quiz_outcome"])
    page = guest.page
    page.get_by_role("button", name="Begin").tap()
    for _ in range(2):
        page.locator("label.ans", has_text="Motorway").tap()
        page.get_by_role("button", name="Answer").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("The long-distance car")
    assert guest.overflow() == 0
    page.get_by_role("button", name="Make a card to share").tap()
    page.get_by_role("link", name="Open the card").tap()
    expect(page.locator("meta[property='og:image']")).to_have_attribute("content", re.compile("card.png"))
    expect(page.get_by_role("heading", level=1)).to_have_text("The long-distance car")
    if javascript:
        accessible(guest)


@pytest.mark.parametrize("place", ["list", "new", "quiz", "edit", "statistics", "preview"])
def test_pages_are_accessible_and_fit(visit: Visit, stage: Stage, accessible, place: str) -> None:
    addresses = {"list": "/quizzes/", "new": "/quizzes/new/?template=outcome", "quiz": stage.places["quiz"]}
    who = "" if place in ("list", "quiz") else "admin"
    for look in ({"width": "desktop"}, {"width": "phone", "theme": "dark", "language": "zh"}):
        visitor = visit(who, **look)
        visitor.open(addresses.get(place, f"{stage.places['quiz']}{place}/"))
        assert visitor.page.get_by_role("heading", level=1).count() == 1
        assert visitor.overflow() == 0
        accessible(visitor)
