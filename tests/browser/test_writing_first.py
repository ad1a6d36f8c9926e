"""A guest writes, joins, proves the address, and publishes: once, whatever is pressed how often."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.pages.forum import ThreadPage
from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.mark.parametrize(
    ("width", "javascript", "name"), [("phone", True, "Ines Haller"), ("desktop", False, "Jonas Weber")]
)
def test_a_guest_writes_joins_and_publishes_once(
    visit: Visit, stage: Stage, width: str, javascript: bool, name: str
) -> None:
    title = f"First words on a {width}"
    guest = visit(width=width, javascript=javascript)
    guest.open(stage.places["write"])
    page, main = guest.page, guest.page.get_by_role("main")
    main.locator("input[name=lane][value=tell]").check(force=True)
    main.locator("[name=title]").fill(title)
    main.locator("textarea[name=body]").fill("Written before there was an account.")
    main.locator(".publish button.btn-primary").click()
    page.wait_for_url(re.compile("/account/signup/"))
    main.locator("[name=name]").fill(name)
    main.locator("[name=email]").fill(f"{width}@example.org")
    main.locator("[name=how][value=code]").check(force=True)
    main.locator("[name=rules]").check()
    main.locator("form[method=post] .btn-primary").last.click()
    main.locator("[name=code]").wait_for()
    ((_subject, text),) = stage.site.letters_to(f"{width}@example.org")
    (code,) = re.findall(r"^\d{6}$", text, re.MULTILINE)
    main.locator("[name=code]").fill(code)
    main.locator("form[method=post] .btn-primary").first.click()
    page.wait_for_url(re.compile(r"/new/$"))
    expect(main.locator("textarea[name=body]")).to_have_value("Written before there was an account.")
    main.locator(".publish button.btn-primary").dblclick()
    page.wait_for_url(re.compile(r"/threads/\d+/"))
    expect(ThreadPage(guest).heading).to_contain_text(title)
    guest.open(f"{stage.places['board']}?sort=newest")
    expect(page.get_by_role("link", name=title, exact=True)).to_have_count(1)
