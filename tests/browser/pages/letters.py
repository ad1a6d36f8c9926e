"""Private conversations."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.pages.base import SitePage


class StartPage(SitePage):
    """Begin to write to somebody."""

    path = "/messages/new/"

    def send(self, name: str, words: str) -> "LettersPage":
        self.main.locator("[name=to]").fill(name)
        self.main.locator("textarea[name=body]").fill(words)
        self.main.locator("form[method=post] .btn-primary").click()
        self.page.wait_for_url(re.compile(r"/messages/\d+/"))
        return LettersPage(self.visitor)


class LettersPage(SitePage):
    """One conversation."""

    @property
    def box(self) -> Locator:
        return self.main.locator("form[data-draft] textarea")

    @property
    def presence(self) -> Locator:
        return self.main.locator("[data-letters-presence]")

    def letter(self, words: str) -> Locator:
        return self.main.locator("li.letter", has_text=words)

    def send(self, words: str) -> None:
        self.box.fill(words)
        self.main.locator("form[data-draft] .btn-primary").click()
        expect(self.letter(words)).to_be_visible()

    def take_out(self, words: str) -> None:
        self.page.once("dialog", lambda dialog: dialog.accept())
        self.letter(words).locator("form[action$='/remove/'] button").click()
        expect(self.letter(words)).to_have_count(0)

    def report(self, words: str, reason: str) -> None:
        """Show this message, and no other, to the moderators."""
        self.main.locator(".page-acts summary").click()
        self.main.locator("a[href$='/report/']").click()
        self.main.locator("li.letter", has_text=words).locator("input[type=checkbox]").check()
        self.main.locator("[name=reason]").fill(reason)
        self.main.locator("form[method=post] .btn-primary").click()
        expect(self.main).to_contain_text(words)


class ReportsPage(SitePage):
    """What moderators are shown."""

    path = "/staff/messages/"

    def open_first(self, reason: str) -> None:
        self.main.get_by_role("link", name=reason).click()
        self.page.wait_for_url(re.compile(r"/staff/messages/\d+/"))
