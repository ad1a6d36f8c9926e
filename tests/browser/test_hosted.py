"""A hosted quiz with three browsers: the host's reload, a guest by touch, a member by keyboard in Chinese, no script."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


def hosting(visit: Visit, stage: Stage) -> tuple[Visitor, str]:
    """The host's screen, and the code on it."""
    host = visit("admin")
    host.open(f"{stage.places['quiz_hosted']}runs/")
    host.page.get_by_role("button", name="Host it live").click()
    code = host.page.locator(".host-code").inner_text().replace(" ", "")
    return host, code


def comes_in(visitor: Visitor, code: str, button: str, name: str = "") -> Page:
    visitor.open("/q/")
    page = visitor.page
    page.locator("#code").fill(code.lower())
    page.keyboard.press("Enter")
    if name:
        page.locator("#name").fill(name)
    page.get_by_role("button", name=button, exact=True).press("Enter")
    page.wait_for_url(re.compile(f"/q/{code}/$"))
    return page


def test_three_browsers_play_an_evening_that_survives_the_hosts_reload(
    visit: Visit, stage: Stage, accessible
) -> None:
    host, code = hosting(visit, stage)
    screen = host.page
    accessible(host)
    guest = visit(width="phone", theme="dark")
    touch = comes_in(guest, code, "Play along", "Table six")
    member = visit("asker", width="phone", language="zh")
    keys = comes_in(member, code, "一起玩")
    for page in (screen, touch, keys):
        expect(page.locator("[data-run-players]").first).to_have_text("2")
    expect(screen.locator(".host-names")).to_contain_text("Table six")
    accessible(guest)

    screen.keyboard.press("Space")
    for page in (touch, keys):
        expect(page.get_by_role("heading", level=1)).to_contain_text("At ten below")
    accessible(member)
    touch.get_by_role("button", name="110 down to 100 km/h").tap()
    expect(touch.locator("[data-run-mine]")).to_contain_text("Your answer is in: A.")
    keys.keyboard.press("b")
    expect(keys.locator("button.ans").nth(1)).to_be_focused()
    keys.keyboard.press("Enter")
    expect(keys.locator("[data-run-mine]")).to_contain_text("已收到你的答案：B")
    expect(screen.locator("[data-run-answered]")).to_have_text("2")
    assert screen.locator("[data-win]").count() == 0

    screen.reload()
    expect(screen.get_by_role("heading", level=1)).to_contain_text("At ten below")
    expect(screen.locator("[data-run-answered]")).to_have_text("2")
    accessible(host)
    screen.keyboard.press("Space")
    expect(screen.locator("[data-win]")).to_contain_text("110 down to 100 km/h")
    expect(touch.locator("[data-run-mine]")).to_contain_text(
        re.compile(r"Right: \d+ points\. \d+ points in all, place 1 of 2")
    )
    expect(keys.locator("li[data-mine]")).to_contain_text("Cabin")
    for visitor in (host, guest, member):
        accessible(visitor)
        assert visitor.overflow() == 0

    keys.reload()
    screen.keyboard.press("l")
    expect(keys.locator(".run-top li").first).to_contain_text("Table six")
    expect(screen.get_by_role("heading", level=1)).to_contain_text("Who is in front")
    screen.keyboard.press("Space")
    expect(touch.get_by_role("heading", level=1)).to_contain_text("Which one charges")
    screen.get_by_role("button", name="Close the question").click()
    expect(screen.locator("[data-win]")).to_contain_text("A warmed battery")
    expect(touch.locator("[data-run-mine]")).to_contain_text("No answer from you")
    screen.get_by_role("button", name="Finish").click()
    expect(touch.locator("[data-run-mine]")).to_contain_text("You finished on place 1 of 2")
    expect(screen.get_by_role("heading", level=1)).to_contain_text("That was it")
    accessible(host)


def test_without_sockets_and_without_scripts_people_play_as_well(visit: Visit, stage: Stage) -> None:
    host, code = hosting(visit, stage)
    plain = visit(javascript=False)
    page = comes_in(plain, code, "Play along")
    deaf = visit()
    deaf.page.add_init_script("window.WebSocket = class { constructor() { throw new Error('blocked'); } };")
    asking = comes_in(deaf, code, "Play along", "Anna")
    host.page.get_by_role("button", name="Begin").click()
    expect(asking.get_by_role("heading", level=1)).to_contain_text("At ten below")
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="110 down to 100 km/h").click()
    expect(page.locator("[data-run-mine]")).to_contain_text("Your answer is in: A.")
    host.page.on("dialog", lambda dialog: dialog.accept())
    host.page.get_by_role("button", name="End it here").click()
    expect(asking.locator("[data-run-mine]")).to_contain_text("You finished on place 2 of 2")
    page.get_by_role("link", name="Look again").click()
    expect(page.locator("[data-run-mine]")).to_contain_text("You finished on place 1 of 2")
