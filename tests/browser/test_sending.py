"""Sending under bad conditions: pressed twice, gone back, cut off before or after the site had it. One post always."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.pages.forum import WritePage
from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
CUT = r"ERR_FAILED|ERR_CONNECTION|chrome-error|Failed to load"


def begun(visitor: Visitor, path: str, title: str) -> Locator:
    """The form of a new thread, filled in; its button."""
    visitor.open(path)
    main = visitor.page.get_by_role("main")
    main.locator("[name=title]").fill(title)
    main.locator("textarea[name=body]").fill(f"{title}: the words themselves.")
    return main.locator(".publish button.btn-primary")


def threads_called(visit: Visit, stage: Stage, title: str) -> int:
    guest = visit()
    guest.open(f"{stage.places['board']}?sort=newest")
    return guest.page.get_by_role("link", name=title, exact=True).count()


@pytest.mark.parametrize("javascript", [True, False])
def test_pressed_twice_it_is_one_thread(visit: Visit, stage: Stage, javascript: bool) -> None:
    title = f"Pressed twice {'with' if javascript else 'without'} the script"
    writer = visit("moderator", javascript=javascript, language="en")
    begun(writer, stage.places["write"], title).dblclick()
    writer.page.wait_for_url(re.compile(r"/threads/\d+/"))
    assert threads_called(visit, stage, title) == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_back_and_pressed_again_it_is_the_same_thread(visit: Visit, stage: Stage, javascript: bool) -> None:
    title = f"Gone back {'with' if javascript else 'without'} the script"
    writer = visit("moderator", javascript=javascript)
    begun(writer, stage.places["write"], title).click()
    writer.page.wait_for_url(re.compile(r"/threads/\d+/"))
    first = writer.page.url
    writer.page.go_back()
    body = writer.page.locator("main textarea[name=body]")
    if not body.input_value():  # a fresh form: nothing is left to send again
        assert threads_called(visit, stage, title) == 1
        return
    with writer.expecting("422"):
        writer.page.locator("main .publish button.btn-primary").click()
        told = writer.page.get_by_role("link", name="Look at them")
        expect(told.or_(writer.page.locator(".post")).first).to_be_visible()
    if told.count():  # the browser brought the words in a new form
        told.first.click()
    expect(writer.page).to_have_url(re.compile(re.escape(first)))
    assert threads_called(visit, stage, title) == 1


@pytest.mark.parametrize("arrives", [False, True], ids=["before", "after"])
def test_cut_off_the_words_are_kept_and_sent_again_they_are_one_thread(
    visit: Visit, stage: Stage, arrives: bool
) -> None:
    """`arrives`: the site has written it down, and only the answer is lost."""
    title = f"Cut off {'after' if arrives else 'before'} the site had it"
    writer = visit("admin")
    button = begun(writer, stage.places["write"], title)

    def cut(route: Route) -> None:
        if route.request.method != "POST" or not route.request.is_navigation_request():
            route.continue_()
            return
        if arrives:
            route.fetch(max_redirects=0)
        route.abort("connectionreset")

    writer.page.route("**/new/", cut)
    with writer.expecting(CUT):
        button.click()
        writer.page.wait_for_url(re.compile(r"chrome-error"))
        writer.page.unroute("**/new/", cut)
        assert threads_called(visit, stage, title) == int(arrives)
        writer.open(stage.places["write"])
    body = writer.page.locator("main textarea[name=body]")
    expect(body).to_have_value(f"{title}: the words themselves.")
    expect(writer.page.locator("main [name=title]")).to_have_value(title)
    writer.page.locator("main .publish button.btn-primary").click()
    writer.page.wait_for_url(re.compile(r"/threads/\d+/"))
    expect(writer.page.get_by_role("heading", level=1)).to_have_text(title)
    assert threads_called(visit, stage, title) == 1
    writer.open(stage.places["write"])
    expect(body).to_have_value("")  # it arrived: nothing is offered once more


def test_a_reply_that_was_cut_off_after_it_was_posted_stands_there_once(visit: Visit, stage: Stage) -> None:
    path = WritePage.visited_by(visit("editor", javascript=False), stage.places["write"]).publish(
        title="Replies over a bad line", body="How do they arrive?"
    )
    writer = visit("owner")
    writer.open(path.path_now)
    box = writer.page.locator("form#reply textarea")
    box.fill("A reply over a bad line.")

    def cut(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    writer.page.route("**/reply/", cut)
    with writer.expecting(CUT):
        writer.page.locator("form#reply .dock-tools > button.btn-primary").click()
        writer.page.wait_for_url(re.compile(r"chrome-error"))
        writer.page.unroute("**/reply/", cut)
        writer.open(path.path_now)
    expect(writer.page.locator(".post", has_text="A reply over a bad line.")).to_have_count(1)
    expect(box).to_have_value("")
    writer.page.reload()
    expect(writer.page.locator(".post", has_text="A reply over a bad line.")).to_have_count(1)


def test_taken_back_the_words_are_in_the_box_and_the_others_see_it_go(
    visit: Visit, stage: Stage, accessible: Callable[..., None]
) -> None:
    path = WritePage.visited_by(visit("editor", javascript=False), stage.places["write"]).publish(
        title="Words one would rather not have said", body="What did you say?"
    )
    reader = visit("asker", language="en")
    reader.open(path.path_now)
    writer = visit("owner")
    writer.open(path.path_now)
    box = writer.page.locator("form#reply textarea")
    box.fill("Said too soon.")
    box.press("Control+Enter")
    said = reader.page.locator(".post", has_text="Said too soon.")
    expect(said).to_have_count(1)
    undo = writer.page.locator("[data-undo]")
    expect(undo.locator("[data-undo-left]")).to_have_text(re.compile(r"^([1-9]|10)$"))
    accessible(writer)
    box.fill("Said once more.")
    box.press("Control+Enter")
    expect(reader.page.locator(".post", has_text="Said once more.")).to_have_count(1)
    writer.page.locator("[data-undo] button").press("Enter")
    writer.page.wait_for_url(re.compile(r"/threads/\d+/reply/$"))
    expect(writer.page.locator("main textarea[name=body]")).to_have_value("Said once more.")
    gone = reader.page.locator(".post", has_text="Said once more.")
    expect(gone).to_have_count(0)
    expect(said).to_have_count(1)
    reader.page.reload()
    expect(gone).to_have_count(0)


def test_the_bar_goes_by_itself_with_and_without_the_script(visit: Visit, stage: Stage) -> None:
    bar = "[data-undo]"
    with_script, without = visit("owner"), visit("asker", javascript=False, language="en")
    pages = []
    for visitor in (with_script, without):
        pages.append(WritePage.visited_by(visitor, stage.places["write"]))
        body = "\n\n".join(f"They go by, {n} of them." for n in range(1, 40))
        pages[-1].publish(title=f"Ten seconds of {len(pages)}", body=body)
        expect(visitor.page.locator(bar).get_by_role("button")).to_be_in_viewport()
    expect(with_script.page.locator(bar)).to_have_count(0, timeout=15_000)
    expect(without.page.locator(bar)).to_be_hidden(timeout=15_000)


def test_published_later_by_keyboard_on_a_phone(
    visit: Visit, stage: Stage, accessible: Callable[..., None]
) -> None:
    writer = visit("moderator", width="phone", theme="dark", language="zh")
    page = writer.page
    begun(writer, stage.places["write"], "下个月再说")
    page.locator("details.later summary").press("Enter")
    page.locator("[name=later_day]").fill("2027-03-03")
    page.locator("[name=later_time]").fill("08:30")
    accessible(writer)
    page.locator("button[name=later]").press("Enter")
    page.wait_for_url("**/account/scheduled/")
    waiting = page.locator(".drafts > li", has_text="下个月再说")
    expect(waiting).to_contain_text("Asia/Shanghai (UTC+8)")
    expect(waiting).to_contain_text("2027 年 3 月 3 日 星期三 08:30")
    accessible(writer)
    assert writer.overflow() == 0
    waiting.locator("a.btn").press("Enter")
    expect(page.locator("[name=later_time]")).to_have_value("08:30")
    page.go_back()
    waiting.locator("button[value=cancel]").press("Enter")
    expect(waiting).to_have_count(0)
    writer.open(stage.places["write"])
    expect(page.locator("main textarea[name=body]")).to_have_value("下个月再说: the words themselves.")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripted", "plain"])
def test_enter_in_the_tags_publishes_and_waits_for_no_day(
    visit: Visit, stage: Stage, javascript: bool
) -> None:
    visitor = visit("moderator", javascript=javascript, language="en")
    visitor.open(stage.places["write"])
    page = visitor.page
    expect(page.locator("button[name=later]")).to_be_attached()
    page.locator("[name=title]").fill(f"Sent with Enter, script: {javascript}")
    page.locator("textarea[name=body]").fill("From the field of the tags.")
    page.locator("[name=tags]").press("Enter")
    page.wait_for_url(re.compile(r"/threads/\d+/"))


def test_a_day_beside_publish_is_asked_about_and_the_next_press_counts(
    visit: Visit, stage: Stage, accessible: Callable[..., None]
) -> None:
    visitor = visit("moderator", language="en")
    visitor.open(stage.places["write"])
    page = visitor.page
    page.locator("[name=title]").fill("Now, or then")
    page.locator("textarea[name=body]").fill("Words that are kept.")
    page.locator(".later summary").click()
    page.locator("[name=later_day]").fill(f"{date.today() + timedelta(days=2)}")
    with visitor.expecting("422"):
        page.locator("[name=later_day]").press("Enter")
        expect(page.get_by_text("Now, or then?")).to_be_visible()
    expect(page.locator("textarea[name=body]")).to_have_value("Words that are kept.")
    expect(page.locator("[name=later_day]")).to_be_visible()
    accessible(visitor)
    page.locator(".publish .btn-primary").click()
    page.wait_for_url(re.compile(r"/threads/\d+/"))
