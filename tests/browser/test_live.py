"""Two people on one thread: each sees what the other does, and nobody's page moves under their eyes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.pages.forum import ThreadPage, WritePage
from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
NEWS = re.compile(r"1 (new reply|条新回复)")  # the asker reads Chinese


def a_long_thread(visit: Visit, stage: Stage, title: str) -> str:
    """Its address; one post, taller than a window."""
    asker = visit("asker", javascript=False)
    body = "\n\n".join(f"{number} km and no charger in sight." for number in range(30))
    return WritePage.visited_by(asker, stage.places["write"]).publish(title=title, body=body).path_now


def reading(visitor: Visitor, path: str, *, height: int = 420) -> Visitor:
    """At the top of a thread that is longer than the window, and listening."""
    visitor.page.set_viewport_size({"width": 1000, "height": height})
    visitor.open(path)
    expect(visitor.page.locator("[data-live] > a")).to_be_hidden()
    return visitor


def test_a_reply_announces_itself_and_moves_nobody(visit: Visit, stage: Stage) -> None:
    path = a_long_thread(visit, stage, "How do you plan a night drive?")
    reader = reading(visit("asker"), path)
    guest = reading(visit(), path)
    reader.page.mouse.wheel(0, 60)
    reader.page.wait_for_function("() => scrollY === 60")
    before = reader.page.evaluate(
        "() => [scrollY, document.querySelector('.post').getBoundingClientRect().top]"
    )
    words = "Seen by the others at once"
    ThreadPage.visited_by(visit("owner"), path).reply(words)
    for visitor in (reader, guest):
        expect(visitor.page.locator(".newer")).to_have_text(NEWS, timeout=3000)
        expect(visitor.page.locator(".post", has_text=words)).to_have_count(0)
    after = reader.page.evaluate(
        "() => [scrollY, document.querySelector('.post').getBoundingClientRect().top]"
    )
    assert after == before
    reader.page.locator(".newer a").click()
    arrived = reader.page.locator(".post", has_text=words)
    expect(arrived).to_be_in_viewport()
    expect(arrived.locator("[data-react]").first).to_be_attached()
    expect(reader.page.locator(".newer")).to_have_count(0)


def test_whoever_writes_is_told_of_what_arrived_before_it_goes(visit: Visit, stage: Stage) -> None:
    path = a_long_thread(visit, stage, "Who else writes slowly?")
    writer = reading(visit("asker"), path)
    box = writer.page.locator("#reply textarea")
    box.fill("My own view of it, written slowly")
    box.press("End")
    ThreadPage.visited_by(visit("owner"), path).reply("The other was quicker")
    expect(writer.page.locator(".newer")).to_have_text(NEWS)
    writer.page.locator("#reply .btn-primary").click()
    warning = writer.page.locator("[data-live-warn]")
    expect(warning).to_contain_text("你写的时候又来了 1 条回复。")
    warning.get_by_role("button", name="照样发布").click()
    expect(writer.page.locator(".post", has_text="written slowly")).to_be_visible()


def test_on_an_earlier_page_the_way_leads_to_the_new_reply(visit: Visit, stage: Stage) -> None:
    reader = reading(visit("asker"), stage.places["thread"])
    words = "Far down on another page"
    ThreadPage.visited_by(visit("owner"), stage.places["thread"]).reply(words)
    expect(reader.page.locator(".newer")).to_have_text(NEWS, timeout=3000)
    reader.page.locator(".newer a").click()
    expect(reader.page.locator(".post", has_text=words)).to_be_visible()


def test_somebody_writing_is_seen_by_members_by_name_and_by_guests_without(
    visit: Visit, stage: Stage
) -> None:
    path = stage.places["thread"]
    member, guest = reading(visit("asker"), path), reading(visit(), path)
    writer = reading(visit("owner"), path)
    writer.page.locator("#reply textarea").press_sequentially("Hm")
    expect(member.page.locator("[data-live-presence]")).to_have_text(
        f"{stage.people['owner'].name} 正在输入", timeout=5000
    )
    expect(guest.page.locator("[data-live-presence]")).to_have_text("Somebody is writing")


def test_without_a_script_there_is_a_link(visit: Visit, stage: Stage) -> None:
    visitor = visit(javascript=False)
    visitor.open(stage.places["thread"])
    visitor.page.get_by_role("link", name="Refresh for new replies").click()
    expect(visitor.page.locator(".post").first).to_be_attached()
    assert stage.places["thread"] in visitor.page.url


@pytest.fixture
def blocked(visit: Visit) -> Callable[[str], Visitor]:
    """Somebody whose network lets no socket through."""

    def arrive(kind: str) -> Visitor:
        visitor = visit(kind)
        visitor.page.route_web_socket(re.compile(r"/ws/$"), lambda socket: socket.close(code=1013))
        return visitor

    return arrive


@pytest.mark.parametrize("kind", ["", "asker"])
def test_a_board_says_that_somebody_wrote_where_sockets_are_blocked(
    visit: Visit, stage: Stage, blocked: Callable[[str], Visitor], kind: str
) -> None:
    path = a_long_thread(visit, stage, f"What do you carry in the boot, {kind or 'guest'}?")
    reader = blocked(kind)
    reader.open(stage.places["board"])
    news = reader.page.locator("[data-live-board]")
    expect(news).to_be_hidden()
    ThreadPage.visited_by(visit("owner"), path).reply("A cable and a blanket")
    expect(news).to_contain_text("1", timeout=25_000)
    news.locator("a").click()
    expect(news).to_be_hidden()


def test_a_thread_hears_of_replies_where_sockets_are_blocked(
    visit: Visit, stage: Stage, blocked: Callable[[str], Visitor]
) -> None:
    path = a_long_thread(visit, stage, "Who reads from an office?")
    reader = blocked("asker")
    reader.page.set_viewport_size({"width": 1000, "height": 420})
    reader.open(path)
    ThreadPage.visited_by(visit("owner"), path).reply("Behind a strict wall")
    expect(reader.page.locator(".newer")).to_have_text(NEWS, timeout=25_000)
