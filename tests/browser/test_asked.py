"""What a board asks, in a browser: filled in, shown, looked for, kept as a draft."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


def test_a_board_asks_and_readers_look_for_the_answers(
    visit: Visit, stage: Stage, accessible: Callable[..., None]
) -> None:
    title = "A light that comes on at noon"
    writer = visit("owner", width="phone")
    writer.open(stage.places["write_asked"])
    page = writer.page
    page.locator("[name=title]").fill(title)
    page.locator("[name=body]").fill("Only on Sundays.")
    page.get_by_label("Car", exact=True).select_option(label="Another car")
    page.get_by_label("Mileage").fill("24 k")
    with writer.expecting("422"):
        page.get_by_role("button", name="Publish", exact=True).click()
        expect(page.locator(".problems")).to_contain_text("Write the mileage as one number")
    expect(page.get_by_label("Mileage")).to_have_value("24 k")
    accessible(writer)
    page.get_by_label("Mileage").fill("24 000 km")
    page.get_by_role("button", name="Publish", exact=True).click()
    told = page.locator("article.post .particulars")
    expect(told).to_contain_text("24\u202f000 km")
    told.get_by_role("link", name="Another car").click()
    expect(page.get_by_role("link", name=title)).to_be_visible()
    expect(page.get_by_role("link", name="Car: Another car")).to_be_visible()
    page.locator(".narrowing summary", has_text="Mileage").click()
    page.get_by_label("From").fill("2万")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name=title)).to_be_visible()
    expect(page.get_by_role("link", name="Mileage: from 20\u202f000 km")).to_be_visible()


def test_what_one_lane_asks_is_seen_in_that_lane_alone(visit: Visit, stage: Stage) -> None:
    visitor = visit("asker", language="en", javascript=False)
    visitor.open(stage.places["write_asked"])
    car = visitor.page.locator("[data-lanes] select")
    expect(car).to_be_visible()
    visitor.page.locator("[name=lane][value=chat]").check()
    expect(car).to_be_hidden()


def test_answers_are_in_the_draft_on_another_device(visit: Visit, stage: Stage) -> None:
    desk = visit("moderator")
    desk.open(stage.places["write_asked"])
    desk.page.locator("[name=body]").fill("Begun at the desk.")
    desk.page.get_by_label("Car", exact=True).select_option(label="Aurora E")
    expect(desk.page.locator("form[data-draft] [data-draft-state]").first).to_contain_text("Saved")
    phone = visit("moderator", width="phone")
    phone.open(stage.places["write_asked"])
    expect(phone.page.get_by_label("Car", exact=True)).to_have_value("aurora-e")
