"""A private conversation between two browsers: heard at once, taken out, kept as a draft, and shown to staff in parts."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.pages.letters import LettersPage, ReportsPage, StartPage
from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


def test_two_write_to_each_other_and_staff_read_what_was_reported(
    visit: Visit, stage: Stage, accessible: Callable[..., None]
) -> None:
    first = StartPage.visited_by(visit("owner")).send(stage.people["asker"].name, "Meet me at the charger?")
    expect(first.box).to_have_value("")
    address = first.page.url.partition("#")[0].removeprefix(stage.site.address)
    other = LettersPage.visited_by(visit("asker", width="phone", language="zh"), address)
    accessible(other.visitor)
    failures = [503]  # one answer that is none: asked for again
    other.page.route(
        "**/fresh/?*", lambda route: route.fulfill(status=failures.pop()) if failures else route.continue_()
    )
    with other.visitor.expecting("503"):
        first.send("Or rather at noon.")
        expect(other.letter("Or rather at noon.")).to_be_visible()
    assert not failures
    other.box.press_sequentially("好的")
    expect(first.presence).to_contain_text(stage.people["asker"].name)
    first.take_out("Or rather at noon.")
    expect(other.main.locator("li[data-gone]")).to_be_visible()
    expect(other.letter("Or rather at noon.")).to_have_count(0)
    expect(other.box).to_have_value("好的")

    plain = LettersPage.visited_by(visit("owner", javascript=False), address)
    plain.box.fill("A word of mine")
    plain.main.get_by_role("button", name="Save draft").click()
    expect(plain.box).to_have_value("A word of mine")
    second_device = LettersPage.visited_by(visit("owner"), address)
    expect(second_device.box).to_have_value("A word of mine")
    second_device.send("You fool.")
    expect(LettersPage.visited_by(plain.visitor, address).box).to_have_value("")

    other.report("You fool.", "An insult")
    staff = ReportsPage.visited_by(visit("moderator"))
    staff.open_first("An insult")
    expect(staff.main).to_contain_text("You fool.")
    expect(staff.main).not_to_contain_text("charger")
    staff.visitor.open(address, status=404)
