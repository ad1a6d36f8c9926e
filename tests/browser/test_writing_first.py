"""A guest writes, joins, proves the address, and publishes: once, whatever is pressed how often.

By touch on a phone, and by keyboard alone at a desk that runs no scripts.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.pages.forum import ThreadPage
from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
DROP = """() => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(["x"], "car.jpg", { type: "image/jpeg" }));
  const area = document.querySelector("textarea[name=body]");
  const dropped = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
  if (area.dispatchEvent(dropped)) throw new Error("the browser would open it");
}"""


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

    def press(button: Locator, *, times: int = 1) -> None:
        if javascript:
            button.click(click_count=times)
            return
        button.focus()
        for _ in range(times):
            page.keyboard.press("Enter")

    def choose(box: Locator) -> None:
        if javascript:
            box.check(force=True)
        else:
            box.press("Space")

    choose(main.locator("input[name=lane][value=tell]"))
    main.locator("[name=title]").fill(title)
    main.locator("textarea[name=body]").fill("Written before there was an account.")
    if (
        javascript
    ):  # a picture is not opened in place of the words, and the tab is lost with whatever stood in it
        page.evaluate(DROP)
        expect(page.locator(".toast")).to_contain_text("once you have joined")
        expect(main.locator("[data-draft-state]").first).to_be_visible()
        guest.open(stage.places["write"])
        expect(main.locator("[name=title]")).to_have_value(title)
        expect(main.locator("input[name=lane][value=tell]")).to_be_checked()
    press(main.locator(".publish button.btn-primary"))
    page.wait_for_url(re.compile("/account/signup/"))
    main.locator("[name=name]").fill(name)
    main.locator("[name=email]").fill(f"{width}@example.org")
    choose(main.locator("[name=how][value=code]"))
    choose(main.locator("[name=rules]"))
    press(main.locator("form[method=post] .btn-primary").last)
    main.locator("[name=code]").wait_for()
    ((_subject, text),) = stage.site.letters_to(f"{width}@example.org")
    (code,) = re.findall(r"^\d{6}$", text, re.MULTILINE)
    main.locator("[name=code]").fill(code)
    press(main.locator("form[method=post] .btn-primary").first)
    page.wait_for_url(re.compile(r"/new/$"))
    expect(main.locator("textarea[name=body]")).to_have_value("Written before there was an account.")
    press(main.locator(".publish button.btn-primary"), times=2)
    page.wait_for_url(re.compile(r"/threads/\d+/"))
    expect(ThreadPage(guest).heading).to_contain_text(title)
    guest.open(f"{stage.places['board']}?sort=newest")
    expect(page.get_by_role("link", name=title, exact=True)).to_have_count(1)
