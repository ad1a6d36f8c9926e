"""What happens in a thread while somebody writes in its reply box: shown, said once, and every word kept."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.pages.forum import ThreadPage, WritePage
from tests.browser.people import Stage
from tests.browser.test_live_changes import Hand
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
SOON = 12_000  # milliseconds until an open page must know
WORDS = "My own view of it, written slowly"


def writing(visit: Visit, stage: Stage, title: str, *, width: str) -> Visitor:
    """The asker, at work on a reply in a thread of theirs that is taller than a window."""
    asker = visit("asker", javascript=False)
    body = "\n\n".join(f"{number} km and no charger in sight." for number in range(30))
    path = WritePage.visited_by(asker, stage.places["write"]).publish(title=title, body=body).path_now
    writer = visit("asker", width=width, language="en")
    writer.open(path)
    expect(writer.page.locator("[data-live] > a")).to_be_hidden()
    writer.page.locator("#reply textarea").fill(WORDS)
    return writer


def path_of(visitor: Visitor) -> str:
    return ThreadPage(visitor).path_now


def test_on_a_phone_looking_first_shows_the_reply_and_keeps_the_words(visit: Visit, stage: Stage) -> None:
    writer = writing(visit, stage, "Who writes on a phone?", width="phone")
    page, box = writer.page, writer.page.locator("#reply")
    expect(box).to_have_attribute("data-open", "full")
    ThreadPage.visited_by(visit("owner"), path_of(writer)).reply("The other was quicker")
    expect(box.locator(".newer")).to_be_visible(timeout=SOON)
    box.locator(".dock-tools .btn-primary").click()
    warning = page.locator("[data-live-warn]")
    expect(warning).to_be_visible()
    expect(box.locator(".newer")).to_have_count(0)
    warning.locator("button").first.click()
    arrived = page.locator("article", has_text="The other was quicker")
    expect(arrived).to_be_in_viewport()
    expect(arrived).to_be_focused()
    expect(box).not_to_have_attribute("data-open", "full")
    expect(box.locator("textarea")).to_have_value(WORDS)
    expect(page.locator("main [inert]")).to_have_count(0)


def test_on_a_phone_the_way_to_new_replies_leaves_the_box(visit: Visit, stage: Stage) -> None:
    writer = writing(visit, stage, "Who reads on a phone?", width="phone")
    ThreadPage.visited_by(visit("owner"), path_of(writer)).reply("Seen at once")
    writer.page.locator("#reply .newer a").click(timeout=SOON)
    arrived = writer.page.locator("article", has_text="Seen at once")
    expect(arrived).to_be_in_viewport()
    expect(arrived).to_be_focused()
    expect(writer.page.locator("#reply textarea")).to_have_value(WORDS)


def test_a_box_with_words_says_why_they_cannot_be_sent_and_takes_it_back(visit: Visit, stage: Stage) -> None:
    writer = writing(visit, stage, "Who is locked out?", width="desktop")
    path = path_of(writer)
    staff = Hand(visit("moderator", javascript=False), path)
    act = f"/threads/{path.split('/')[2]}/manage/"
    staff.post(f"{act}lock/", **{"lock-reason": "Settled"})
    box = writer.page.locator("#reply")
    why = box.locator("[data-dock-why]")
    expect(why).to_be_visible(timeout=SOON)
    expect(why).not_to_be_empty()
    expect(box.locator(".dock-tools .btn-primary")).to_be_disabled()
    expect(box.locator("textarea")).to_have_value(WORDS)
    staff.post(f"{act}unlock/")
    expect(why).to_have_count(0, timeout=SOON)
    expect(box.locator(".dock-tools .btn-primary")).to_be_enabled()
    box.locator(".dock-tools .btn-primary").click()
    expect(writer.page.locator("article", has_text=WORDS)).to_be_visible()
