"""Words that are never lost: on another device, and when two devices wrote at once."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


def state(page: Page) -> Locator:
    return page.locator("form[data-draft] [data-draft-state]").first


def test_a_draft_is_on_another_device_and_two_that_wrote_choose(visit: Visit, stage: Stage) -> None:
    desk = visit("owner")
    desk.open(stage.places["write"])
    desk.page.locator("textarea[name=title]").fill("Begun at the desk")
    desk.page.locator("textarea[name=body]").fill("The heat pump made the difference.")
    expect(state(desk.page)).to_contain_text("Saved")
    expect(state(desk.page)).not_to_contain_text("device")
    phone = visit("owner", width="phone")
    phone.open(stage.places["write"])
    expect(phone.page.locator("textarea[name=body]")).to_have_value("The heat pump made the difference.")
    expect(phone.page.locator("textarea[name=title]")).to_have_value("Begun at the desk")
    phone.page.locator("textarea[name=body]").fill("Written on, on the phone.")
    expect(state(phone.page)).to_contain_text("Saved")
    other = desk.page.locator("[data-draft-other]")
    with desk.expecting("409"):
        desk.page.locator("textarea[name=body]").fill("Written on, at the desk.")
        expect(other).to_contain_text("Written on, on the phone.")
    desk.page.locator("textarea[name=body]").press_sequentially(" And more, before I choose.")
    desk.page.reload()
    expect(desk.page.locator("textarea[name=body]")).to_have_value(
        "Written on, at the desk. And more, before I choose."
    )
    expect(other).to_contain_text("Written on, on the phone.")
    other.get_by_role("button", name="Go on with mine").press("Enter")
    expect(other).to_be_hidden()
    desk.open("/account/drafts/")
    expect(desk.page.locator(".drafts")).to_contain_text("Written on, at the desk.")
    expect(desk.page.locator(".drafts")).to_contain_text("Written on, on the phone.")


def test_words_that_only_a_device_has_are_shown_to_nobody_else_on_it(visit: Visit, stage: Stage) -> None:
    shared = visit("editor")
    shared.open(stage.places["write"])
    body = shared.page.locator("textarea[name=body]")
    shared.page.route("**/compose/draft/", lambda route: route.abort())
    with shared.expecting("ERR_FAILED"):
        body.fill("Only mine, and the line is down.")
        expect(shared.page.locator("form[data-draft][data-kept]")).to_have_count(1)
        stage.enter(shared, "asker")
        shared.open(stage.places["write"])
    expect(body).to_have_value("")
    stage.enter(shared, "editor")
    shared.open(stage.places["write"])
    expect(body).to_have_value("Only mine, and the line is down.")


def test_a_reply_is_left_for_later_from_the_box_beside_the_thread(visit: Visit, stage: Stage) -> None:
    writer = visit("moderator", width="phone")
    writer.open(stage.places["thread"])
    box = writer.page.locator("form#reply")
    expect(box.locator(".later")).to_be_hidden()
    box.locator("textarea").fill("Said when the snow\nhas melted.")
    writer.page.reload()  # what leaves with the page is nobody else's
    box.locator("textarea").focus()
    expect(box.locator("[data-draft-state]")).to_be_visible()
    expect(box.locator("[data-draft-other]")).to_be_hidden()
    box.locator("textarea").fill("Said when the snow has melted.")
    box.locator(".later summary").click()
    box.locator("[name=later_day]").fill(f"{date.today() + timedelta(days=2)}")
    box.locator("[name=later_time]").fill("08:30")
    box.locator("button[name=later]").click()
    expect(writer.page.get_by_role("main")).to_contain_text("Said when the snow has melted.")
    expect(writer.page).to_have_url(re.compile(r"/account/scheduled/$"))
    writer.open(stage.places["thread"])
    box.locator("textarea").focus()
    expect(box.locator("textarea")).to_have_value("")
