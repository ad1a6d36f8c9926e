"""Words that are never lost: on another device, and when two devices wrote at once."""

from collections.abc import Callable

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
    phone = visit("owner")
    phone.open(stage.places["write"])
    expect(phone.page.locator("textarea[name=body]")).to_have_value("The heat pump made the difference.")
    expect(phone.page.locator("textarea[name=title]")).to_have_value("Begun at the desk")
    phone.page.locator("textarea[name=body]").fill("Written on, on the phone.")
    expect(state(phone.page)).to_contain_text("Saved")
    other = desk.page.locator("[data-draft-other]")
    with desk.expecting("409"):
        desk.page.locator("textarea[name=body]").fill("Written on, at the desk.")
        expect(other).to_contain_text("Written on, on the phone.")
    other.get_by_role("button", name="Go on with mine").click()
    expect(other).to_be_hidden()
    desk.open("/account/drafts/")
    expect(desk.page.locator(".drafts")).to_contain_text("Written on, at the desk.")
    expect(desk.page.locator(".drafts")).to_contain_text("Written on, on the phone.")
