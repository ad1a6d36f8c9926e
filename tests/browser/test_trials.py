"""A trial on the first page: who is drawn to see no poll sees the page as it is on a day without one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from community.core import clock
from tests.browser.people import Stage
from tests.browser.test_ladder import asked
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
TRIES = 60  # half of the guests see no poll: that all of so many see one will not happen


def test_whoever_sees_no_poll_sees_no_hole_where_it_could_be(visit: Visit, stage: Stage, accessible) -> None:
    asked(stage)
    team = visit("admin")
    team.open("/polls/trials/")
    form = team.page.get_by_role("main").locator("form")
    form.locator("[name=name]").fill("Does it bring people in?")
    form.locator("label", has_text="What costs you most on the road?").first.locator("input").check()
    form.locator("[name=holdout]").fill("50")
    form.locator("[name=ends_at]").fill((clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"))
    form.locator(".btn-primary").click()
    team.page.get_by_role("button", name="End it before its time").wait_for()
    try:
        for n in range(TRIES):
            guest = visit(width=("phone", "desktop")[n % 2])
            guest.open("/")
            expect(guest.page.locator("[data-trial] > noscript")).to_have_count(0)  # it is known by now
            if not guest.page.locator("[data-poll]").count():
                break
        assert guest.page.locator("h1").all_inner_texts() == guest.page.locator("#hero-h").all_inner_texts()
        expect(guest.page.locator("[data-trial]")).to_have_count(0)
        expect(guest.page.locator(".vista")).to_be_visible()
        expect(guest.page.locator(".greeting-after")).to_have_count(0)
        accessible(guest)
    finally:
        team.page.on("dialog", lambda dialog: dialog.accept())
        team.page.get_by_role("button", name="End it before its time").click()
        confirm = team.page.locator("dialog[open] .btn-danger")
        confirm.or_(team.page.get_by_text("nothing is concluded from it.")).first.wait_for()
        if confirm.count():
            confirm.click()
