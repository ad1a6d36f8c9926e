"""A board promises, somebody asks, is answered and was not helped; a moderator raises the thread."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
LABEL = "Raised by Staff Moderator (Moderator): Needs somebody who tows"


def test_a_promise_is_made_kept_and_judged_and_a_thread_is_raised(
    visit: Visit, stage: Stage, accessible
) -> None:
    admin = visit("admin", language="en")
    page = admin.page
    admin.open("/staff/promises/calendars/new/")
    page.locator("main [name=title]").fill("Always")
    page.locator("main [name=zone]").fill("UTC")
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"):
        page.locator(f"main [name={day}]").fill("00:00–24:00")
    page.get_by_role("button", name="Show the effect").click()
    expect(page.get_by_text("168 h of working time in a week.")).to_be_visible()
    accessible(admin)
    page.get_by_role("button", name="Put it in force").click()
    expect(page.get_by_text("There are working hours with nobody on the rota")).to_be_visible()
    accessible(admin)
    admin.open("/staff/promises/")
    page.locator("main").get_by_role("link", name="Towing", exact=True).click()
    page.locator("main [name=minutes]").fill("120")
    page.locator("main [name=reason]").fill("So that nobody waits")
    page.get_by_role("button", name="Show the effect").click()
    expect(page.get_by_text("Asked now, that is by")).to_be_visible()
    page.get_by_role("button", name="Put it in force").click()
    accessible(admin)

    asker = visit("owner", language="en", width="phone")
    page = asker.page
    asker.open("/boards/towing/new/")
    expect(page.get_by_role("heading", name="What we promise")).to_be_visible()
    page.locator("main [name=title]").fill("What does a caravan cost in range?")
    page.locator("main [name=body]").fill("1200 kg, 90 km/h, no wind.")
    page.get_by_role("button", name="Publish", exact=True).click()
    box = page.locator("#promise")
    expect(box).to_contain_text("A first answer is promised by")
    accessible(asker)
    thread = page.url.split("?")[0].replace(stage.site.address, "")

    moderator = visit("moderator", language="en")
    page = moderator.page
    moderator.open("/desk/promises/")
    expect(page.get_by_role("link", name="What does a caravan cost in range?")).to_be_visible()
    accessible(moderator)
    narrow = visit("moderator", width="phone", language="en")
    narrow.open("/desk/promises/")
    head = narrow.page.locator("th", has_text="What does a caravan cost in range?")
    title, below = head.locator("a").bounding_box(), head.locator("small").bounding_box()
    assert title and below and below["x"] == title["x"], "where and who begin where the title does"
    assert below["y"] >= title["y"] + title["height"] - 4, "and stand under it"
    moderator.open(f"/threads/{thread.split('/')[2]}/reply/")
    page.locator("form#write textarea[name=body]").fill("It depends.")
    page.locator("form#write").get_by_role("button", name="Reply", exact=True).click()
    expect(page.get_by_text("It depends.").first).to_be_visible()

    asker.open(thread)
    asker.page.get_by_role("button", name="#2 is not an answer").click()
    expect(box := asker.page.locator("#promise")).to_contain_text("The clock was started anew 1 time.")
    expect(box).to_contain_text("You said that #2 by Staff Moderator is not an answer.")

    moderator.open(f"/threads/{thread.split('/')[2]}/manage/")
    page.get_by_role("link", name="Raise", exact=True).click()
    page.locator("main [name=reason]").fill("Needs somebody who tows")
    page.locator("main [name=way][value=must]").check()
    accessible(moderator)
    page.get_by_role("button", name="Raise", exact=True).click()
    expect(page.get_by_text(LABEL)).to_be_visible()

    guest = visit(width="phone", language="en")
    guest.open("/boards/towing/")
    row = guest.page.locator("[data-row]:not(.row-pinned)").first
    expect(row).to_contain_text(LABEL)
    expect(guest.page.get_by_text("First answer within 2 h of working time.")).to_be_visible()
    accessible(guest)
    guest.page.get_by_role("link", name="Plain order").click()
    expect(guest.page.get_by_text("Plain order: rows that moderators raised")).to_be_visible()
    guest.page.get_by_role("link", name="All raises").click()
    expect(guest.page.get_by_text("Too few to say")).to_be_visible()
    accessible(guest)
    guest.open("/boards/towing/promise/")
    accessible(guest)

    # The board has room for one raise at a time: others who try it find it as it was.
    moderator.open(f"/threads/{thread.split('/')[2]}/raise/")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back. The ledger keeps that it was raised.")).to_be_visible()
