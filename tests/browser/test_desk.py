"""The desk by keyboard alone, two moderators side by side."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
ON_A_THREAD = re.compile(r"/desk/threads/\d+/")


def test_two_moderators_work_by_keyboard_alone(visit: Visit, stage: Stage, accessible) -> None:
    mei, li = visit("moderator"), visit("admin")
    mei.open("/desk/?board=range")
    page, keys = mei.page, mei.page.keyboard
    rows = page.locator("[data-desk-row]")
    keys.press("j")
    expect(rows.first.locator("h3 a")).to_be_focused()
    keys.press("j")
    expect(rows.nth(1).locator("h3 a")).to_be_focused()
    keys.press("k")
    keys.press("?")
    expect(page.get_by_role("heading", name="Keys of the desk")).to_be_visible()
    keys.press("Escape")
    rows.first.locator("h3 a").focus()
    keys.press("o")
    page.wait_for_url(ON_A_THREAD)
    first = page.url
    title = page.locator("#case-h").inner_text()
    accessible(mei)

    li.page.goto(first)
    keys.press("n")
    reason = page.get_by_label("Why", exact=True)
    expect(reason).to_be_focused()
    keys.type("All was said")
    keys.press("Enter")
    page.wait_for_url(lambda address: address != first)
    expect(page.get_by_text("It needs nothing, until a member writes.").first).to_be_visible()

    li.page.keyboard.press("s")
    li.page.keyboard.press("Tab")
    li.page.keyboard.press("Enter")
    expect(li.page.get_by_text(re.compile("Staff Moderator was quicker"))).to_be_visible()

    keys.press("u")
    page.wait_for_url(first)
    expect(page.locator("#case-h")).to_have_text(title)
    expect(page.get_by_text("Taken back.").first).to_be_visible()

    keys.press("r")
    area = page.locator("#reply textarea")
    expect(area).to_be_focused()
    with page.expect_response(re.compile("/answering/")):
        keys.type("Mine takes about two thirds of that.")
    li.page.goto(f"{stage.site.address}/desk/?board=range")
    expect(li.page.get_by_text("Staff Moderator is answering").first).to_be_visible()
    keys.press("Control+Enter")
    page.wait_for_url(lambda address: address != first)
    expect(page.get_by_text("Answered.").first).to_be_visible()

    keys.press("a")
    page.get_by_label("To whom").select_option(label="Staff Admin")
    page.get_by_label("What they should know").fill("You know this one")
    keys.press("Enter")
    expect(page.get_by_text("Handed to Staff Admin.").first).to_be_visible()
    li.page.goto(f"{stage.site.address}/desk/?view=mine")
    li.page.keyboard.press("j")
    li.page.keyboard.press("o")
    expect(li.page.get_by_text("You know this one").first).to_be_visible()
