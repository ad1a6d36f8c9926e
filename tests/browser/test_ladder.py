"""The ladder from one tap to a word of one's own, on the page and in the figures; and the tap without a script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.browser.inside import MARK
from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
REASON = "Heat pump lost its nerve at 80 %."


def asked(stage: Stage) -> dict[str, str]:
    """A new poll of today in a thread of its own, so that nobody else's steps stand in its figures."""
    told: dict[str, str] = json.loads(
        stage.site.run("-m", "tests.browser.inside", "ladder").rpartition(MARK)[2]
    )
    return told


def code_for(stage: Stage, address: str, *, letters: int) -> str:
    """The six digits of the latest of so many letters."""
    found = stage.site.letters_to(address)
    assert len(found) == letters
    (code,) = re.findall(r"^\d{6}$", found[-1][1], re.MULTILINE)
    return str(code)


def tapped(page: Page, words: str) -> None:
    page.locator("[data-poll]").first.get_by_role("button", name=words).click()
    expect(page.locator(".my-vote").first).to_contain_text(f"Your vote: {words}")


def shares(page: Page) -> list[str]:
    """Members and guests by choice, as the table under the bars has them."""
    return [cell.inner_text().strip() for cell in page.locator("[data-poll] td[data-of]").all()]


def test_from_one_tap_to_a_published_reason_and_every_step_is_counted_once(
    visit: Visit, stage: Stage, accessible
) -> None:
    place = asked(stage)
    phone = visit(width="phone")
    phone.open("/")
    page, main = phone.page, phone.page.get_by_role("main")
    tapped(page, "Rain")
    expect(page.locator(".my-vote")).to_be_focused()
    expect(page.get_by_role("status").last).to_contain_text("Your vote: Rain")
    expect(page.locator(".roads [data-mine]")).to_be_visible()
    accessible(phone)
    phone.open("/")  # a copy that all guests share: the vote comes after it
    expect(page.locator(".my-vote")).to_contain_text("Your vote: Rain")

    page.get_by_label("Why? One line is enough").fill(REASON)
    page.get_by_role("button", name="Add my reason").click()
    page.wait_for_url(re.compile("/account/signup/"))
    main.locator("[name=name]").fill("Lena Brandt")
    main.locator("[name=email]").fill("lena@example.org")
    main.locator("[name=how][value=code]").check(force=True)
    main.locator("[name=rules]").check()
    main.locator("form[method=post] .btn-primary").last.click()
    main.locator("[name=code]").wait_for()
    main.locator("[name=code]").fill(code_for(stage, "lena@example.org", letters=1))
    main.locator("form[method=post] .btn-primary").first.click()
    page.wait_for_url(re.compile(r"/reply/$"))
    body = main.locator("textarea[name=body]")
    expect(body).to_have_value(re.compile(f"Rain\n\n{re.escape(REASON)}$"))
    phone.open(place["thread"])
    expect(main.get_by_text(REASON)).to_have_count(0)  # nothing is published before she says so
    expect(page.locator(".my-vote")).to_contain_text("Your vote: Rain")
    page.go_back()
    main.locator("form:has(textarea[name=body]) .btn-primary").last.dblclick()
    page.wait_for_url(re.compile(r"/threads/\d+/.*#post-\d+"))
    expect(main.locator("article").get_by_text(REASON)).to_have_count(1)

    laptop = visit()  # another device, where she voted as a guest as well
    laptop.open("/")
    tapped(laptop.page, "Wind")
    laptop.open("/account/login/code/")
    laptop.page.get_by_role("main").locator("[name=email]").fill("lena@example.org")
    laptop.page.get_by_role("main").locator("form[method=post] .btn-primary").first.click()
    laptop.page.locator("[name=code]").fill(code_for(stage, "lena@example.org", letters=2))
    laptop.page.get_by_role("main").locator("form[method=post] .btn-primary").first.click()
    laptop.page.wait_for_url(lambda address: "/account/" not in address)

    tablet = visit(width="phone")  # and one more, whose vote a letter carries to the laptop
    tablet.open("/")
    tapped(tablet.page, "Frost")
    tablet.page.get_by_role("link", name="Take it to another device").click()
    accessible(tablet)
    tablet.page.get_by_label("Your e-mail address").fill("lena@example.org")
    tablet.page.get_by_role("button", name="Send the link").click()
    expect(tablet.page.get_by_role("main")).to_contain_text("A letter is on its way")
    (link,) = re.findall(r"/polls/carried/\S+", stage.site.letters_to("lena@example.org")[-1][1])
    laptop.open(link)
    laptop.page.get_by_role("button", name="Make them mine").click()
    expect(laptop.page.get_by_role("main")).to_contain_text("Nothing waits behind this link any more")
    laptop.open(place["poll"])
    expect(laptop.page.locator(".my-vote")).to_contain_text("Your vote: Rain")
    laptop.page.get_by_text("As a table").click()
    assert shares(laptop.page) == ["1", "0", "0", "0", "0", "0"]

    helper = visit("owner")
    helper.open(place["reply"])
    helper.page.locator("textarea[name=body]").fill("Mine does that too, below minus ten.")
    helper.page.locator("form:has(textarea[name=body]) .btn-primary").last.click()
    helper.page.wait_for_url(re.compile(r"#post-\d+"))

    team = visit("moderator")
    team.open(place["funnel"])
    rows = team.page.locator("table tbody tr")
    told = {row.locator("th").inner_text(): row.locator("td").first.inner_text() for row in rows.all()}
    assert told == {
        "Voted without an account": "1",
        "Began to say why": "1",
        "Joined": "1",
        "Published a reply": "1",
        "Heard from somebody": "1",
        "Came back within seven days": "0",
    }
    expect(rows.nth(2)).to_contain_text("Lena Brandt")

    phone.context.clear_cookies(name="sessionid")  # signed out: the cookie of the ballot stays behind
    phone.open(place["poll"])
    expect(page.locator(".my-vote")).to_contain_text("This device has voted. Sign in to see the vote")
    expect(page.locator("[data-poll-form]")).to_have_count(0)
    accessible(phone)


def test_what_a_tap_came_to_is_said_in_parts_and_a_vote_taken_back_leads_to_the_question(
    visit: Visit, stage: Stage
) -> None:
    asked(stage)
    guest = visit(width="phone")
    guest.open("/")
    page = guest.page
    tapped(page, "Wind")
    expect(page.get_by_role("status").last).to_have_text(
        re.compile(r"^Your vote: Wind, 0 members, 1 guest, ")
    )
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("[data-poll] h1")).to_be_focused()
    expect(page.locator("[data-poll-form] button[name=choice]").first).to_be_visible()


def test_without_a_script_a_guest_votes_as_well(visit: Visit, stage: Stage) -> None:
    asked(stage)
    guest = visit(javascript=False)
    guest.open("/")
    guest.page.locator("[data-poll]").first.get_by_role("button", name="Wind").click()
    expect(guest.page.locator(".my-vote")).to_contain_text("Your vote: Wind")
    expect(guest.page.locator(".roads li")).to_have_count(3)


def test_a_guest_reads_every_moment_of_a_poll_by_their_own_clock(visit: Visit, stage: Stage) -> None:
    place = asked(stage)
    guest = visit(language="zh")  # whose device lives in Shanghai
    guest.open(place["poll"])
    tapped_there = guest.page.locator("[data-poll] button[name=choice]").first
    for _turn in range(2):  # as the page came, and as the script put it there
        moments = guest.page.locator("[data-poll] time[data-when]")
        expect(moments.first).to_be_visible()
        for moment in moments.all():
            at = datetime.fromisoformat(str(moment.get_attribute("datetime")))
            expect(moment).to_contain_text(at.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%H:%M"))
        if tapped_there.count():
            tapped_there.click()
            guest.page.locator(".my-vote").wait_for()
