"""Writing: by keyboard, beside the thread, on a phone, in Chinese, and without JavaScript."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.pages.forum import ThreadPage, WritePage
from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
Check = Callable[..., None]


def a_thread(
    visit: Visit, stage: Stage, title: str, body: str = "It was minus twelve.", by: str = "editor"
) -> str:
    """Its address. By different people: nobody may open many threads in an hour."""
    asker = visit(by, javascript=False)
    return WritePage.visited_by(asker, stage.places["write"]).publish(title=title, body=body).path_now


def box_of(visitor: Visitor) -> Locator:
    return visitor.page.locator("form#reply textarea")


def test_names_are_completed_from_the_keyboard_behind_chinese(
    visit: Visit, stage: Stage, accessible: Check
) -> None:
    path = a_thread(visit, stage, "Who can be called by name here?", by="asker")
    writer = visit("owner")
    writer.open(path)
    box = box_of(writer)
    box.focus()
    box.press_sequentially("你好@林")
    options = writer.page.get_by_role("option")
    expect(options).to_have_count(1)
    expect(options.first).to_contain_text("林晓雨")
    expect(options.first).to_contain_text("in this thread")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    expect(writer.page.get_by_role("status").filter(has_text="1 suggestion")).to_have_count(1)
    accessible(writer)
    box.press("Enter")
    expect(box).to_have_value("你好@林晓雨")
    expect(options).to_have_count(0)
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    box.press_sequentially("，看 :充")
    expect(options.first).to_contain_text("充电")
    box.press("Tab")
    expect(box).to_have_value(re.compile("看 🔌"))
    box.press_sequentially("@sta")
    expect(options.first).to_contain_text("Staff")
    box.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(options).to_have_count(0)
    assert writer.page.locator("form#reply[data-open]").count() == 1
    box.press_sequentially(" @owners")
    expect(options).to_have_attribute("aria-disabled", "true")
    expect(options).to_contain_text("Only moderators and editors call all owners.")
    box.press("Enter")
    box.press_sequentially(" @mod")
    expect(options).to_contain_text("hear")
    box.press("Enter")
    expect(box).to_have_value(re.compile("@owners @moderators "))
    box.press("Control+Enter")
    expect(writer.page.locator(".post a.mention", has_text="@林晓雨")).to_be_visible()
    expect(writer.page.locator(".post .mention")).to_have_text(["@林晓雨", "@moderators"])


def test_an_input_method_keeps_its_keys_while_names_are_offered(visit: Visit, stage: Stage) -> None:
    path = a_thread(visit, stage, "Who writes with an input method?", by="asker")
    writer = visit("owner")
    writer.open(path)
    box = box_of(writer)
    box.focus()
    keys = writer.context.new_cdp_session(writer.page)
    box.press_sequentially("好@")
    keys.send("Input.imeSetComposition", {"text": "林", "selectionStart": 1, "selectionEnd": 1})
    expect(writer.page.get_by_role("option")).to_contain_text("林晓雨")
    chosen = "() => document.querySelector('form#reply textarea').value"
    composing = """() => document.querySelector('form#reply textarea').dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))"""
    # Nobody takes the input method's Enter, not even where a browser says so by the number of the key alone.
    for key in (composing, composing.replace("isComposing: true", "keyCode: 229")):
        assert writer.page.evaluate(key)
    assert writer.page.evaluate(chosen) == "好@林"
    keys.send("Input.insertText", {"text": "林"})
    expect(writer.page.get_by_role("option")).to_contain_text("林晓雨")
    box.press("Enter")
    expect(box).to_have_value("好@林晓雨")


def test_the_toolbar_is_one_stop_and_its_shortcuts_work(visit: Visit, stage: Stage) -> None:
    writer = visit("owner")
    writer.open(stage.places["write"])
    box = writer.page.locator("textarea[name=body]")
    box.fill("cold")
    box.press("Control+A")
    box.press("Control+B")
    expect(box).to_have_value("**cold**")
    box.press("Control+Shift+KeyH")
    expect(box).to_have_value("**||cold||**")
    box.press("Control+Z")
    expect(box).to_have_value("**cold**")
    box.press("Shift+Tab")
    page = writer.page
    first = page.get_by_role("toolbar").get_by_role("button").first
    expect(first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Emphasis")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Preview")).to_be_focused()
    page.keyboard.press("Enter")
    preview = page.locator("[data-preview-words]")
    expect(preview.locator("strong")).to_have_text("cold")
    box.fill("and || warm ||\n\n| a | b |\n| - | - |\n| 1 | 2 |")
    expect(preview.locator("td")).to_have_text(["1", "2"])


def test_the_box_stands_beside_the_thread_and_the_thread_can_be_read(
    visit: Visit, stage: Stage, accessible: Check
) -> None:
    body = "\n\n".join(f"{number} km and no charger in sight." for number in range(40))
    path = a_thread(visit, stage, "What do you write beside?", body, by="admin")
    writer = visit("owner")
    writer.open(path)
    before = writer.page.evaluate("scrollY")
    writer.page.keyboard.press("r")
    dock = writer.page.locator("form#reply")
    expect(dock).to_have_attribute("data-open", "beside")
    column = writer.page.locator(".post .prose").first.bounding_box()
    beside = dock.bounding_box()
    assert column and beside
    assert beside["x"] > column["x"] + column["width"]
    assert writer.page.evaluate("scrollY") == before
    writer.page.mouse.move(column["x"] + 40, 400)
    writer.page.mouse.wheel(0, 600)
    writer.page.wait_for_function("() => scrollY > 300")
    accessible(writer)
    box_of(writer).fill("Words that stay")
    box_of(writer).press("Escape")
    expect(dock).not_to_have_attribute("data-open", re.compile("."))
    expect(box_of(writer)).to_have_value("Words that stay")
    assert writer.overflow() == 0


def test_the_keys_of_the_box_work_over_its_preview_too(visit: Visit, stage: Stage) -> None:
    path = a_thread(visit, stage, "Who looks first, without a mouse?", by="admin")
    writer = visit("owner")
    writer.open(path)
    box, page = box_of(writer), writer.page
    box.focus()
    page.keyboard.type("Looked at **first**")
    page.keyboard.press("Control+Shift+KeyP")
    expect(page.locator("form#reply [data-preview-pane] strong")).to_have_text("first")
    expect(box).to_be_hidden()
    expect(page.locator("form#reply [data-tool=preview]")).to_be_focused()
    page.keyboard.press("Control+Shift+KeyP")
    expect(box).to_be_focused()
    page.keyboard.press("Control+Shift+KeyP")
    expect(box).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".post .prose strong", has_text="first")).to_be_visible()


def test_on_a_phone_the_box_covers_everything_and_closes_again(
    visit: Visit, stage: Stage, accessible: Check
) -> None:
    path = a_thread(visit, stage, "Does it fit a small window?", by="admin")
    writer = visit("owner", width="phone", theme="dark", language="zh")
    writer.open(path)
    box_of(writer).tap()
    dock = writer.page.locator("form#reply")
    expect(dock).to_have_attribute("data-open", "full")
    expect(writer.page.locator("[data-dock-close]")).to_be_visible()  # before a word is written
    size = dock.bounding_box()
    assert size is not None
    assert (size["x"], size["y"], size["width"], size["height"]) == (0, 0, 390, 844)
    expect(writer.page.locator(".topbar")).to_have_js_property("inert", True)
    accessible(writer)
    assert writer.overflow() == 0
    box_of(writer).fill("在手机上写")
    writer.page.locator("[data-dock-close]").tap()
    expect(dock).not_to_have_attribute("data-open", re.compile("."))
    expect(writer.page.locator(".topbar")).to_have_js_property("inert", False)
    box_of(writer).tap()
    dock.locator("button.btn-primary").tap()
    expect(writer.page.locator(".post", has_text="在手机上写")).to_be_visible()


def test_chosen_words_and_several_posts_are_quoted_into_one_reply(visit: Visit, stage: Stage) -> None:
    path = a_thread(visit, stage, "Whom would you quote?", "First words. Second words.")
    other = visit("owner", javascript=False)
    ThreadPage.visited_by(other, path).reply("A reply to be quoted.")
    writer = visit("asker", language="en")
    writer.open(path)
    page = writer.page
    page.evaluate(
        """() => {
            const text = document.querySelector('.post .prose p').firstChild;
            document.getSelection().setBaseAndExtent(text, 0, text, 'First words.'.length);
        }"""
    )
    page.locator(".quote-offer").click()
    expect(box_of(writer)).to_have_value(re.compile(r"^> \[!quote \d+ Staff Editor\]\n> First words\.\n\n$"))
    page.locator(".post", has_text="A reply to be quoted.").locator("a[href*='?quote=']").first.click()
    expect(box_of(writer)).to_have_value(
        re.compile(r"First words\.\n\n> \[!quote \d+ Marta Reyes\]\n> A reply")
    )
    expect(page.locator("[data-quotes]")).not_to_be_empty()
    box_of(writer).press_sequentially("Both are right.")
    box_of(writer).press("Control+Enter")
    posted = page.locator(".post", has_text="Both are right.")
    expect(posted.locator(".quote-source")).to_have_count(2)


def test_threads_near_a_title_come_while_it_is_typed(visit: Visit, stage: Stage, accessible: Check) -> None:
    a_thread(visit, stage, "Rattling noise behind the dashboard on cobbles")
    writer = visit("owner")
    near = writer.page.locator("[data-near-place] a")
    # The index entry is queued: type until it is there.
    writer.open(stage.places["write"])
    title = writer.page.locator("[name=title]")
    title.fill("Rattling noise dashboard")
    for _ in range(40):
        writer.page.wait_for_timeout(700)
        if near.count():
            break
        title.press_sequentially(" ")
        title.press_sequentially("x")
        title.press("Backspace")
    expect(near.first).to_contain_text("Rattling noise behind the dashboard")
    accessible(writer)
    title.fill("")
    expect(near).to_have_count(0)


def test_writing_without_the_script_previews_quotes_and_hears_what_arrived(
    visit: Visit, stage: Stage
) -> None:
    path = a_thread(visit, stage, "Who needs a script to write?")
    plain = visit("owner", javascript=False)
    plain.open(path)
    page = plain.page
    page.locator(".post a[href*='?quote=']").first.click()
    body = page.locator("textarea[name=body]")
    expect(body).to_have_value(re.compile(r"\[!quote \d+ Staff Editor\]"))
    body.fill("It was **cold**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-preview-words] strong")).to_have_text("cold")
    page.locator("button[name=quote]").first.click()
    expect(body).to_have_value(re.compile(r"It was \*\*cold\*\*\.\s+> \[!quote"))
    other = visit("asker", javascript=False)
    ThreadPage.visited_by(other, path).reply("A crossing reply.")
    send = page.get_by_role("button", name="Reply", exact=True)
    with plain.expecting("422"):
        send.click()
        expect(page.get_by_text("1 reply arrived while you wrote.").first).to_be_visible()
    expect(page.locator(".said", has_text="A crossing reply.")).to_be_visible()
    send.click()
    expect(page.locator(".post strong", has_text="cold")).to_be_visible()
