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
    expect(page.locator(".sv-scale label")).to_have_count(11)
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 844})
        steps = page.locator(".sv-scale label")
        boxes = steps.evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().toJSON())")
        assert len({box["top"] for box in boxes}) == 1, "one row, its ends over what they mean"
        assert min(box["height"] for box in boxes) >= 44
        assert min(box["width"] for box in boxes) >= 24
        assert phone.overflow() == 0
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


@pytest.mark.parametrize("javascript", [True, False])
def test_fields_of_another_kind_go_as_soon_as_it_is_chosen(
    visit: Visit, stage: Stage, javascript: bool
) -> None:
    team = visit("admin", language="en", javascript=javascript)
    team.open("/surveys/new/")
    page = team.page
    kind, options = page.locator("#q-0-kind"), page.locator("#q-0-options")
    more = page.locator("#q-0").get_by_role("button", name="Show the fields of this kind")
    expect(options).to_be_visible()
    expect(page.locator("#q-0-most")).to_be_hidden()
    kind.select_option("words")
    expect(options).to_be_hidden()
    expect(more).to_be_hidden()
    kind.select_option("multiple")
    expect(page.locator("#q-0-most")).to_be_visible()
    kind.select_option("scale")
    expect(options).to_be_hidden()
    more.click()
    expect(page.locator("#q-0-high")).to_be_visible()
    expect(page.locator("#q-0-kind")).to_have_value("scale")
    expect(page.locator("#q-0").get_by_role("button", name="Show the fields of this kind")).to_be_hidden()
