"""Being told at the right loudness: on the open page, by mail, in the digest; and taking one's data and oneself away."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.inside import MARK
from tests.browser.pages.base import SitePage
from tests.browser.pages.forum import ThreadPage, WritePage
from tests.browser.pages.told import AnyPage, DataPage, LeavePage, NoisePage, NoticesPage
from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
WIDTHS = pytest.mark.parametrize("width", ["phone", "desktop"])
SHANGHAI = ZoneInfo("Asia/Shanghai")


def inside(stage: Stage, *words: str) -> str:
    """Something done on the site's data by a process of its own."""
    return stage.site.run("-m", "tests.browser.inside", *words).rpartition(MARK)[2]


def later(stage: Stage, moment: datetime) -> None:
    inside(stage, "later", moment.isoformat())


def a_thread_by(visit: Visit, stage: Stage, title: str) -> str:
    writer = visit("owner", javascript=False)
    page = WritePage.visited_by(writer, stage.places["write"])
    return page.publish(title=title, body="Who knows?").path_now


def letters(stage: Stage, about: str) -> list[tuple[str, str]]:
    address = stage.people["reader"].email
    return [letter for letter in stage.site.letters_to(address) if about in letter[0] + letter[1]]


@WIDTHS
def test_a_mention_in_chinese_is_on_the_open_page_at_once_then_in_a_letter(
    visit: Visit, stage: Stage, width: str, record_testsuite_property: Callable[[str, object], None]
) -> None:
    title = f"零下十二度还能跑多远（{width}）"
    address = a_thread_by(visit, stage, title)
    reader = visit("reader", width=width, language="zh")
    page = AnyPage.visited_by(reader)
    before = page.unread
    page.listen()
    words = "这件事@沈一诺最清楚，请说说看。"
    ThreadPage.visited_by(visit("owner"), address).reply(words)
    heard = page.heard_at()
    told = json.loads(inside(stage, "told", stage.people["reader"].name))
    assert told["kind"] == "mention"
    record_testsuite_property(f"milliseconds_from_post_to_badge_{width}", round(heard - told["posted"]))
    page.expect_unread(before + 1)
    later(stage, datetime.now(UTC) + timedelta(seconds=90))
    ((subject, text),) = letters(stage, title)
    assert subject == f"Re: {title}"
    assert words in text and f"Marta Reyes 在 “{title}” 中提到了你" in text and "/notices/stop/" in text
    notices = NoticesPage.visited_by(reader)
    notices.open_first(title)
    expect(ThreadPage(reader).main.get_by_text(words)).to_be_visible()
    assert AnyPage.visited_by(reader).unread == before


@WIDTHS
def test_quiet_hours_are_kept_and_the_next_morning_brings_the_digest(
    visit: Visit, stage: Stage, width: str
) -> None:
    reader = visit("reader", width=width, language="zh", javascript=False)
    now = datetime.now(SHANGHAI)
    begin, end = now - timedelta(hours=1), now + timedelta(hours=3)
    NoisePage.visited_by(reader).be_quiet(f"{begin:%H:%M}", f"{end:%H:%M}")
    title = f"夜里的问题（{width}）"
    address = a_thread_by(visit, stage, title)
    ThreadPage.visited_by(visit("owner"), address).reply("@沈一诺，明天再说也行。")
    later(stage, datetime.now(UTC) + timedelta(minutes=5))
    assert letters(stage, title) == [], "these are quiet hours"
    expect(NoticesPage.visited_by(reader).about(title)).to_be_visible()
    sent = NoticesPage.visited_by(reader, "/notices/sent/")
    expect(sent.main).to_contain_text("留到汇总信")
    day = now + timedelta(days=1 if width == "phone" else 2)  # one digest a day
    morning = day.replace(
        hour=20 if 8 <= now.hour <= 13 else 12, minute=0
    )  # after the digest's hour, never quiet
    for _look in range(2):
        later(stage, morning)
    ((subject, text),) = letters(stage, title)
    assert "件事在等你" in subject and f"Marta Reyes 在 “{title}” 中提到了你" in text
    NoisePage.visited_by(reader).be_quiet("", "")


def test_everything_about_notices_goes_by_keyboard_and_without_scripts(visit: Visit, stage: Stage) -> None:
    title = "Stopped with one key"
    address = a_thread_by(visit, stage, title)
    ThreadPage.visited_by(visit("owner"), address).reply("@沈一诺, one more.")
    later(stage, datetime.now(UTC) + timedelta(seconds=20))
    reader = visit("reader", javascript=False)
    page = NoticesPage.visited_by(reader)
    expect(page.about(title)).to_be_visible()
    keyboard = reader.page.keyboard
    for _step in range(60):
        keyboard.press("Tab")
        if reader.page.evaluate(
            "() => document.activeElement.closest('form')?.action.endsWith('/notices/read/')"
        ):
            break
    keyboard.press("Enter")
    expect(page.about(title)).to_be_visible()
    assert AnyPage(reader).unread == 0
    page.switch_off(title)
    expect(page.page.get_by_text("这类通知不会再来，可以在设置里恢复。")).to_be_visible()
    NoisePage.visited_by(reader).bring_back("mention")


@WIDTHS
def test_the_copy_of_my_data_is_opened_and_whole(
    visit: Visit, stage: Stage, tmp_path: Path, width: str
) -> None:
    kind = "owner" if width == "desktop" else "asker"
    person, visitor = stage.people[kind], visit(kind, width=width, javascript=False)
    page = DataPage.visited_by(visitor)
    page.ask_for_copy()
    for _look in range(100):
        if page.copy_link.count():
            break
        page.page.wait_for_timeout(300)
        visitor.open(DataPage.path)
    copy = page.fetch(person, tmp_path / "copy.zip")
    told = copy["README.json"]
    assert isinstance(told, dict)
    files = {f"files/{name}" for name in told["files"]}
    assert set(told["rows"]) | files | {"README.json"} == set(copy)
    for name, count in told["rows"].items():
        rows = copy[name]
        assert isinstance(rows, list) and len(rows) == count
    posts = copy["forum-post.json"]
    assert isinstance(posts, list) and any("Reading" in str(row) for row in posts)
    assert person.email in str(copy)
    others = {one.email for one in stage.people.values()} - {person.email}
    assert not any(email in str(copy) for email in others)


def test_who_leaves_is_gone_from_pages_search_feeds_and_files(visit: Visit, stage: Stage) -> None:
    person, thread = stage.people["leaver"], stage.places["left_thread"]
    guest, word = visit(), "Quillfeather"
    assert guest.context.request.get(stage.site.address + stage.places["left_picture"]).ok
    expect(ThreadPage.visited_by(guest, thread).main.get_by_text(word)).to_be_visible()
    leaving = visit("leaver", width="phone", javascript=False)
    LeavePage.visited_by(leaving).leave(person, with_words=True)
    strip = SitePage.visited_by(leaving, "/boards/").main.get_by_role("note")
    expect(strip.get_by_role("link", name="I want to stay")).to_be_visible()
    inside(stage, "due", person.name)
    for _look in range(100):
        answer = guest.context.request.get(stage.site.address + f"/members/{person.name}/")
        if answer.status == 404:
            break
        guest.page.wait_for_timeout(300)
    feed = f"{stage.places['other_board']}feed/"
    for path in (thread, stage.places["other_board"], feed, "/latest/", "/members/", f"/search/?q={word}"):
        told = guest.context.request.get(stage.site.address + path)
        assert told.ok, path
        assert person.name not in told.text().replace("Thank you, @Quirin Falk.", ""), path
        assert "compound" not in told.text(), path
    for path in (f"/members/{person.name}/", stage.places["left_picture"]):
        assert guest.context.request.get(stage.site.address + path).status in (404, 410), path
    assert f"/members/{person.name}" not in guest.context.request.get(stage.site.address + thread).text()
    gone = SitePage.visited_by(leaving, "/boards/")
    expect(gone.page.locator("[data-unread]")).to_have_count(0)
