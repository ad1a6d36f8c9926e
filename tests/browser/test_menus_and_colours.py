"""What opens stays on the screen, and the colours somebody chose go with them."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.pages.forum import ThreadPage, WritePage
from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.mark.parametrize("width", ["phone", "desktop"])
@pytest.mark.parametrize("javascript", [True, False], ids=["scripted", "plain"])
def test_a_hidden_reply_is_restored_from_its_menu(
    visit: Visit, stage: Stage, width: str, javascript: bool
) -> None:
    moderator = visit("moderator", width=width, javascript=javascript)
    words = f"Rude words on a {width}, {'scripted' if javascript else 'plain'}"
    page = WritePage.visited_by(moderator, stage.places["write"]).publish(title=words, body="What then?")
    page.reply(f"{words}, as a reply")
    reply = page.main.locator("article", has_text=f"{words}, as a reply")
    path = page.path_now
    reply.locator("details.menu > summary").last.click()
    reply.locator("a[href$='/hide/']").click()
    moderator.page.locator("main form [name$=reason]").fill("Rude")
    moderator.page.locator("main form button.btn").first.click()
    moderator.page.wait_for_url(re.compile(r"/threads/"))
    hidden = ThreadPage.visited_by(moderator, path).main.locator("article").last
    hidden.locator("details.menu > summary").last.click()
    box = hidden.locator(".menu-pop").last.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= moderator.page.viewport_size["width"]
    hidden.locator(
        "button[formaction$='/restore/']"
    ).click()  # refused by the browser where something lies in front
    expect(moderator.page.locator("main article .tombstone, main article .state")).to_have_count(0)
    expect(moderator.page.get_by_text(f"{words}, as a reply")).to_be_visible()


# True where all of an opened menu can be seen and touched: neither beyond the window nor cut off by what it stands in.
WHOLE = """menu => {
    for (const other of document.querySelectorAll("details.menu[open]")) other.open = false;
    menu.open = true;
    menu.scrollIntoView({ block: "center" });
    const pop = menu.querySelector(".menu-pop"), box = pop.getBoundingClientRect();
    const touched = (x) => pop.contains(document.elementFromPoint(x, box.top + 8));
    return box.left >= 0 && box.right <= innerWidth && touched(box.left + 4) && touched(box.right - 4);
}"""


@pytest.mark.parametrize("columns", [360, 390, 700])
@pytest.mark.parametrize("place", ["thread", "board", "/notices/"])
def test_every_menu_of_a_page_opens_within_a_small_window(
    visit: Visit, stage: Stage, place: str, columns: int
) -> None:
    moderator = visit("moderator", width="phone", javascript=False)
    moderator.page.set_viewport_size({"width": columns, "height": 844})
    moderator.open(stage.places.get(place, place))
    menus = [menu for menu in moderator.page.locator("main details.menu").all() if menu.is_visible()]
    assert menus
    cut_off = [menu.inner_text() for menu in menus if not menu.evaluate(WHOLE)]
    assert cut_off == []


def test_colours_chosen_at_the_foot_of_a_page_are_kept_in_the_account(visit: Visit) -> None:
    member = visit("owner")
    member.open("/latest/")
    with member.page.expect_response(lambda answer: "/language" in answer.url or "preferences" in answer.url):
        member.page.locator("[data-theme-switch] button[value=dark]").click()
    expect(member.page.locator("html")).to_have_attribute("data-theme", "dark")
    elsewhere = visit("owner")
    elsewhere.open("/account/settings/preferences/")
    assert elsewhere.page.locator("[name=theme]:checked, select[name=theme]").first.input_value() == "dark"
    member.page.locator("[data-theme-switch] button[value='']").click()
