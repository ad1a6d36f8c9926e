"""The panes of the desk at every width: where the member stands, where forms open, and what keys do without the queue."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
BESIDE, BELOW, TABS = (1200, 1280, 1366), (1000, 1100, 1199), (390, 820)
FORMS = "cawlfsn"
BOX = "one => { const r = one.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom] }"
PLACES = "() => [scrollX, scrollY, ...[...document.querySelectorAll('.pane')].map(one => one.scrollTop)]"


def case_of(visitor: Visitor, board: str = "towing", at: int = 0) -> str:
    """Open a thread of a board's queue; its address, with the queue it was opened from."""
    visitor.open(f"/desk/?board={board}")
    address = visitor.page.locator("[data-desk-row] h3 a").nth(at).get_attribute("href")
    assert address is not None
    visitor.open(address)
    return address


def box(page: Page, selector: str) -> list[float]:
    found: list[float] = page.locator(selector).evaluate(BOX)
    return found


def wide(page: Page, width: int, height: int = 800) -> None:
    page.set_viewport_size({"width": width, "height": height})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_member_is_beside_the_thread_or_right_below_it(visit: Visit, language: str) -> None:
    mei = visit("moderator", language=language, javascript=False)
    page = mei.page
    case_of(mei)
    way = page.locator("#case-h ~ .facts a[href='#member']")
    for width in BESIDE:
        wide(page, width)
        queue, case, member = (box(page, name) for name in ("#queue", "#case", "#member"))
        assert queue[2] <= case[0] and case[2] <= member[0] and member[2] <= width
        assert queue[1] == case[1] == member[1] and member[3] <= 800, "three panes, each with its own scroll"
        assert case[2] - case[0] > queue[2] - queue[0], "the thread has the most room"
        assert not way.is_visible() and mei.overflow() == 0
        assert page.evaluate("document.documentElement.scrollHeight") == 800, (
            "the page itself has nothing below"
        )
    for width in BELOW:
        wide(page, width)
        queue, case, member = (box(page, name) for name in ("#queue", "#case", "#member"))
        assert queue[3] <= 800 and queue[2] <= case[0]
        assert member[0] == case[0] and abs(member[1] - case[3]) < 2, (
            "right below it, whatever the queue's length"
        )
        assert way.is_visible() and mei.overflow() == 0
    way.click()
    expect(page.locator("#member-h")).to_be_in_viewport()
    expect(page.locator("#queue-h")).to_be_in_viewport()
    for width in TABS:
        wide(page, width)
        page.locator(".pane-tabs a[href='#case']").click()
        expect(page.locator("#member")).not_to_be_visible()
        page.locator(".pane-tabs a[href='#member']").click()
        expect(page.locator("#member-h")).to_be_in_viewport()


def test_the_rail_is_folded_for_the_panes_and_unfolds_for_whoever_goes_there(
    visit: Visit, accessible: Callable[[Visitor], None]
) -> None:
    mei = visit("moderator")
    page = mei.page
    case_of(mei)
    for width in (1100, 1280):
        wide(page, width)
        accessible(mei)
    rail = page.locator(".rail")
    folded = box(page, ".rail")
    page.locator(".rail a").first.focus()
    unfolded = box(page, ".rail")
    assert folded[2] <= box(page, "#queue")[0] < unfolded[2]
    expect(rail.get_by_role("heading")).to_be_visible()
    wide(page, 1440)
    assert box(page, ".rail")[2] <= box(page, "#queue")[0], "at once: who asked for no motion sees none"
    counts = rail.locator(".count").all()
    for count in counts:
        assert count.evaluate(BOX)[2] + 8 < box(page, "#queue")[0], "figures keep away from the line"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_form_of_an_act_opens_inside_the_window_and_leaving_it_moves_nothing(
    visit: Visit, language: str
) -> None:
    mei = visit("moderator", language=language)
    page, keys = mei.page, mei.page.keyboard
    case_of(mei)
    for width in (320, 390, 820, 961, 1024, 1100, 1200, 1280, 1366):
        wide(page, width)
        if width >= 1200:
            height = page.evaluate("document.documentElement.scrollHeight")
            assert height == 800, "nothing stands below the panes"
        for key in FORMS:
            act = page.locator(f"[data-desk-key='{key}']")
            act.locator("summary").evaluate("one => one.scrollIntoView({ block: 'nearest' })")
            keys.press(key)
            expect(act.locator(".pop")).to_be_visible()
            left, top, right, bottom = act.locator(".pop").evaluate(BOX)
            assert left >= 0 and right <= width, f"{key} at {width}: {left} to {right}"
            assert top >= 0 and bottom <= 800, f"{key} at {width}: {top} to {bottom}"
            before = page.evaluate(PLACES)
            keys.press("Escape")
            expect(act.locator("summary")).to_be_focused()
            assert page.evaluate(PLACES) == before, f"{key} at {width}"
            page.evaluate("document.activeElement.blur()")


def test_on_a_phone_a_tap_beside_a_form_closes_it_without_a_script_too(visit: Visit) -> None:
    for javascript in (True, False):
        mei = visit("moderator", width="phone", javascript=javascript)
        page = mei.page
        case_of(mei)
        act = page.locator("[data-desk-key='s']")
        act.locator("summary").tap()
        expect(act.locator(".pop")).to_be_in_viewport(ratio=1)
        page.touchscreen.tap(200, 20)
        expect(act.locator(".pop")).not_to_be_visible()


def test_the_bar_of_acts_never_lies_over_what_is_written(visit: Visit) -> None:
    mei = visit("moderator")
    page = mei.page
    case_of(mei)
    for width in (1000, 1280):
        wide(page, width)
        bar, form = box(page, ".acts"), box(page, "#reply")
        assert bar[3] <= form[1] + 1 or bar[3] <= 800, "it waits at the lower edge until the reply comes"
        page.keyboard.press("r")
        expect(page.locator("#reply textarea")).to_be_focused()
        bar, form = box(page, ".acts"), box(page, "#reply")
        assert bar[3] <= form[1] + 1, f"{width}: the bar ends at {bar[3]}, the reply begins at {form[1]}"
        page.keyboard.press("Escape")


@pytest.mark.parametrize("width", TABS)
def test_without_the_queue_a_step_opens_the_next_thread_of_it(visit: Visit, width: int) -> None:
    mei = visit("moderator")
    page, keys = mei.page, mei.page.keyboard
    wide(page, width)
    case_of(mei)
    rows = page.locator("[data-desk-row] h3 a")
    links = rows.evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert len(links) > 2 and all(link.endswith("?board=towing") for link in links)
    keys.press("j")
    page.wait_for_url(f"**{links[1]}")
    keys.press("k")
    page.wait_for_url(f"**{links[0]}")
    keys.press("k")
    expect(page.get_by_text("This is the first thread here.")).to_be_visible()
    mei.open(links[-1])
    keys.press("j")
    expect(page.get_by_text("This is the last thread here.")).to_be_visible()
    page.locator(".pane-tabs a[href='#queue']").click()  # in sight again: a step moves in it, and o opens
    keys.press("k")
    expect(rows.nth(len(links) - 2)).to_be_focused()


@pytest.mark.parametrize("width", [*TABS, 1100, 1280])
def test_what_cannot_be_taken_back_is_said_where_one_is(visit: Visit, width: int) -> None:
    mei, li = visit("moderator"), visit("admin")
    page, keys = mei.page, mei.page.keyboard
    wide(page, width)
    set_aside = case_of(mei, at=1)
    title = page.locator("#case-h").inner_text()
    keys.press("s")
    page.locator("#id_snooze-until").press("Enter")
    page.wait_for_url(lambda address: set_aside not in address)
    taken = case_of(mei)
    page.get_by_role("button", name="Take", exact=True).click()
    expect(page.get_by_text("It is in your hands.")).to_be_visible()
    li.open(taken)
    li.page.keyboard.press("a")
    li.page.locator("#id_assign-to").select_option(label="Staff Admin")
    li.page.locator("#id_assign-to").press("Enter")
    li.page.wait_for_url(lambda address: taken not in address)
    mei.open(taken)
    page.evaluate("scrollTo(0, 120)")
    before = page.evaluate(PLACES)
    keys.press("u")
    told = page.locator(".toast", has_text="Staff Admin went on from there, so it stays.")
    expect(told).to_be_visible()
    expect(told).to_contain_text(f"Before that you set aside: “{title}”")
    expect(told).to_contain_text("Press u again to take that back.")
    assert page.evaluate(PLACES) == before, "nothing moved"
    keys.press("?")  # another key between: it is asked anew
    keys.press("Escape")
    keys.press("u")
    expect(page.locator(".toast", has_text="Press u again")).to_have_count(2)
    assert page.url.endswith(taken)
    keys.press("u")
    page.wait_for_url(f"**{set_aside}")
    expect(page.get_by_text("Taken back.")).to_be_visible()
    mei.open(taken)
    page.get_by_role("button", name="Take", exact=True).click()
    expect(page.get_by_text("It is in your hands.")).to_be_visible()
    keys.press("u")  # the last of all: taken back at once
    expect(page.get_by_text("Taken back.")).to_be_visible()


@pytest.mark.parametrize("width", [320, *TABS, 1280])
def test_the_help_shows_its_keys_at_every_width(visit: Visit, width: int) -> None:
    mei = visit("moderator")
    wide(mei.page, width)
    for open_one in (lambda: mei.open("/desk/"), lambda: case_of(mei)):
        open_one()
        mei.page.keyboard.press("?")
        keys = mei.page.locator("#desk-keys kbd")
        expect(keys.first).to_be_visible()
        assert all(key.is_visible() for key in keys.all())
        assert re.fullmatch("j", keys.first.inner_text())
