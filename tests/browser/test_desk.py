"""A shift at the desk by keyboard alone, two moderators side by side, in Chinese: every act once."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
ON_A_THREAD = re.compile(r"/desk/threads/\d+/")
A_LOOK = 21_000  # milliseconds: the queue looks by itself a little oftener


def test_a_shift_is_worked_by_keyboard_alone(visit: Visit, stage: Stage, accessible) -> None:
    mei, li = visit("moderator", language="zh"), visit("admin", language="zh")
    page, keys = mei.page, mei.page.keyboard
    area = page.locator("#reply textarea")

    def said(words: str, who: Visitor = mei) -> None:
        expect(who.page.get_by_text(words).first).to_be_visible()

    def opened(board: str, title: str = "") -> str:
        """Step to a row of a board's queue, and open it."""
        mei.open(f"/desk/?board={board}")
        keys.press("j")
        links = page.locator("[data-desk-row] h3 a")
        expect(links.first).to_be_focused()
        for _ in range(links.count()):
            if page.evaluate("document.activeElement.textContent").startswith(title):
                break
            keys.press("j")
        keys.press("o")
        page.wait_for_url(ON_A_THREAD)
        return page.url

    # 1: an expert is asked, then one reads what the keys mean and opens the answers kept ready
    first = opened("range", "隧道里导航")
    keys.press("t")
    page.wait_for_url(re.compile("/expert/"))
    expect(page.locator("[name=member][autofocus]")).to_be_focused()  # which comes after the page is loaded
    keys.press("Tab")
    keys.type("你上次解决过类似的问题")
    keys.press("Enter")
    page.wait_for_url(first)
    said("已请 林晓雨 帮忙。")
    keys.press("?")
    expect(page.get_by_role("heading", name="工作台快捷键")).to_be_visible()
    keys.press("Escape")
    # What is offered is worded as it is now, however long the page stood open.
    li.open("/desk/answers/")
    li.page.locator(".entries b a").first.click()
    text = li.page.locator("#id_text_zh")
    text.fill(f"{text.input_value()}（新的措辞）")
    li.page.locator("main form .btn-primary").click()
    li.page.wait_for_url(re.compile("/answers/$"))
    keys.press("c")
    expect(page.locator("[data-canned$='（新的措辞）']")).to_have_count(1)
    expect(page.locator("[data-canned]").first).to_be_focused()
    accessible(mei)

    # An answer opens in the editor; with a blank left open it is not sent, in words of one's own it is.
    keys.press("Enter")
    expect(area).to_have_value(re.compile("你在 {city} 吗"))
    with mei.expecting("422"):
        keys.press("Control+Enter")
        said("发送前请先填好：{city}")
    area.focus()
    keys.press("Control+a")
    keys.type("隧道里没有卫星信号，车机靠轮速推算；出隧道后十秒会自己修正，不用重启。")
    li.page.goto(first)
    keys.press("Control+Enter")
    page.wait_for_url(lambda address: address != first)
    said("已回复。有人发言时或明天它会回来。")

    # 2: of two who act at once one is told who was quicker; the other takes it back
    second = opened("range", "Which wall box")
    li.page.goto(second)
    keys.press("n")
    expect(page.locator("#id_settle-reason")).to_be_focused()
    keys.type("已经说清楚了")
    keys.press("Enter")
    page.wait_for_url(lambda address: address != second)
    said("无需处理，直到有成员发言。")
    li.page.keyboard.press("s")
    li.page.keyboard.press("Tab")
    li.page.keyboard.press("Enter")
    said("Staff Moderator 比你快一步", li)
    keys.press("u")
    page.wait_for_url(second)
    said("已撤回。")

    # 3: a follow-up, and the others see who is at it
    keys.press("q")
    page.wait_for_url(re.compile("ask=1"))
    expect(area).to_be_focused()
    with page.expect_response(re.compile("/answering/")):
        keys.type("你的车位离电表多远？")
    words = area.input_value()
    keys.press("Escape")  # leaves the editor and nothing else: letters are acts again, the words stay
    expect(area).not_to_be_focused()
    keys.press("s")
    expect(page.locator("#id_snooze-until")).to_be_focused()
    keys.press("Escape")
    expect(area).to_have_value(words)
    keys.press("r")
    expect(area).to_be_focused()
    li.page.goto(f"{stage.site.address}/desk/?board=range")
    said("Staff Moderator 正在回复", li)
    keys.press("Control+Enter")
    page.wait_for_url(lambda address: "ask=1" not in address)

    # 4: the known answer, and a poll
    fourth = opened("range", "Snow chains")
    keys.press("l")
    keys.type(stage.places["thread"])
    keys.press("Enter")
    said("已关联。读者可以从这里找到答案。")
    keys.press("p")
    page.wait_for_url(re.compile("/polls/new/"))

    # 5 and 6: raised within its budget, and featured until a day
    opened("towing", "A caravan")
    keys.press("b")
    page.wait_for_url(re.compile("/raise/"))
    page.locator("#id_reason").focus()
    keys.type("想听听真正拖过房车的人怎么说")
    for key in ("Tab", "Tab", "ArrowDown", "Tab", "Enter"):
        keys.press(key)
    page.wait_for_url(ON_A_THREAD)
    said("已顶起")
    keys.press("f")
    page.locator("#id_feature-reason").focus()
    keys.type("先看这一条")
    keys.press("Enter")
    said("已推荐。它置于版块顶部，附有你的理由。")

    # 7 and 8: set aside, and handed on; who gets it is told while they look at something else
    keys.press("s")
    keys.press("Tab")
    keys.press("Enter")
    said("已搁置。它会自己回来。")
    li.page.clock.install()
    li.open("/desk/?view=mine")
    page.goto(fourth)
    keys.press("a")
    page.locator("#id_assign-to").select_option(label="Staff Admin")
    keys.press("Tab")
    keys.type("这个你最熟")
    keys.press("Enter")
    said("已转交给 Staff Admin。")
    li.page.clock.run_for(A_LOOK)
    news = li.page.get_by_role("link", name="有 1 条新的，点击显示")
    expect(news).to_be_visible()
    news.press("Enter")
    expect(li.page.get_by_text("Snow chains").first).to_be_visible()
    li.page.keyboard.press("j")
    li.page.keyboard.press("o")
    said("这个你最熟", li)
