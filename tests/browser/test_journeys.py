"""What people come for, from the first page to the last, each with and without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.pages.base import SitePage
from tests.browser.pages.forum import SearchPage, ThreadPage, WritePage
from tests.browser.people import Stage, sign_in
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["scripted", "plain"])


@SCRIPTS
def test_a_question_in_chinese_is_found_answered_accepted_and_moved(
    visit: Visit, stage: Stage, javascript: bool
) -> None:
    title = f"热车之后方向盘抖动是什么原因{'' if javascript else '呢'}"
    answer = f"Most likely a {'wheel weight' if javascript else 'brake disc'} that moved"
    asker = visit("asker", width="phone", language="zh", javascript=javascript)
    asked = WritePage.visited_by(asker, stage.places["write"]).publish(
        title=title, body="高速一百以上开始抖。"
    )
    expect(asked.heading).to_contain_text(re.compile("方向盘"))
    address = asked.path_now

    helper = visit("owner", javascript=javascript)
    SearchPage(helper).find("抖动", title).reply(answer)

    ThreadPage.visited_by(asker, address).accept(answer)

    moderator = visit("moderator", javascript=javascript)
    moved = (
        ThreadPage.visited_by(moderator, address).manage().move_to("Workshop", "About the car, not the range")
    )
    expect(moved.main.locator(".crumbs").first).to_contain_text("Workshop")

    guest = visit(javascript=javascript)
    old = ThreadPage.visited_by(guest, address)
    expect(old.solved).to_contain_text(answer)
    guest.open(stage.places["other_board"])
    expect(SitePage(guest).main.get_by_text("方向盘").first).to_be_visible()
    guest.open(stage.places["board"])
    expect(SitePage(guest).main.get_by_role("link", name=title)).to_have_count(0)


@SCRIPTS
def test_a_member_signs_in_with_a_password_and_out_again(
    visit: Visit, stage: Stage, javascript: bool
) -> None:
    visitor = visit(javascript=javascript)
    sign_in(visitor, stage.people["owner"])
    visitor.open("/account/settings/")
    assert visitor.page.get_by_role("heading", level=1).is_visible()


def test_staff_pages_ask_for_a_second_factor(visit: Visit, stage: Stage) -> None:
    visitor = visit()
    sign_in(visitor, stage.people["moderator"])
    visitor.page.goto("/staff/boards/")
    assert "/account/" in visitor.page.url


@SCRIPTS
def test_the_other_language_is_one_button_away_and_stays(visit: Visit, javascript: bool) -> None:
    visitor = visit(javascript=javascript)
    visitor.open("/boards/")
    assert visitor.page.locator("html").get_attribute("lang") == "en"
    visitor.page.get_by_role("button", name="中文").first.click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "zh-hans")
    visitor.open("/latest/")
    assert visitor.page.locator("html").get_attribute("lang") == "zh-hans"


def test_the_keyboard_reaches_the_content_and_the_search(visit: Visit) -> None:
    visitor = visit()
    visitor.open("/boards/")
    visitor.page.keyboard.press("Tab")
    focused = visitor.page.evaluate("document.activeElement.getAttribute('href')")
    assert focused == "#main"
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("/")
    expect(visitor.page.locator("dialog[open] input[type=search], dialog[open] input").first).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator("dialog[open]")).to_have_count(0)


def test_a_reply_sent_twice_stands_once(visit: Visit, stage: Stage) -> None:
    visitor = visit("asker", javascript=False)
    page = ThreadPage.visited_by(visitor, stage.places["thread_zh"])
    form = page.page.locator("form#reply")
    fields = {
        name: form.locator(f"[name={name}]").first.input_value() for name in ("csrfmiddlewaretoken", "key")
    }
    action = form.get_attribute("action") or ""
    for _ in range(2):
        answer = visitor.context.request.post(
            stage.site.address + action,
            form=fields | {"body": "Sent twice, said once."},
            headers={"Referer": visitor.page.url},
        )
        assert answer.ok
    visitor.open(stage.places["thread_zh"])
    expect(page.main.get_by_text("Sent twice, said once.")).to_have_count(1)
