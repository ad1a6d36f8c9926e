"""What people are told, and what the site remembers of them. Everything here is done by keyboard."""

import json
import re
import zipfile
from pathlib import Path
from typing import ClassVar

from playwright.sync_api import Locator, expect

from tests.browser.pages.base import SitePage
from tests.browser.people import Person

# Notes the moment at which the number on the badge is another than before.
_WATCH = """() => {
  const badge = document.querySelector("[data-unread]");
  window.heardAt = new Promise((heard) =>
    new MutationObserver(() => heard(Date.now())).observe(badge, { attributes: true, childList: true }));
}"""


class AnyPage(SitePage):
    """Whatever page is open, with the badge in its bar."""

    path: ClassVar[str] = "/boards/"

    @property
    def unread(self) -> int:
        return int(self.page.locator("[data-unread]").first.get_attribute("data-unread") or 0)

    def expect_unread(self, count: int) -> None:
        """The number is, or becomes, this one."""
        expect(self.page.locator("[data-unread]").first).to_have_attribute("data-unread", str(count))

    def listen(self) -> None:
        """From now on, note when the badge changes."""
        self.page.evaluate(_WATCH)

    def heard_at(self) -> float:
        """When the badge changed, in milliseconds. Waits for it."""
        return float(self.page.evaluate("() => window.heardAt"))


class NoticesPage(SitePage):
    path = "/notices/"

    def about(self, words: str) -> Locator:
        return self.main.locator("li.ntc", has_text=words)

    def open_first(self, words: str) -> None:
        self.about(words).locator(".ntc-t a").first.press("Enter")

    def switch_off(self, words: str) -> None:
        """The reason of this one, in one click."""
        self.about(words).locator("form[action$='/off/'] button").first.press("Enter")


class NoisePage(SitePage):
    """How loud the site may be."""

    path = "/notices/settings/"

    def be_quiet(self, begin: str, end: str) -> None:
        self.main.locator("[name=quiet_from]").fill(begin)
        self.main.locator("[name=quiet_to]").fill(end)
        self.save()

    def bring_back(self, kind: str) -> None:
        """Be told of this kind by every way again."""
        for way in ("in_app", "mail", "push", "digest"):
            box = self.main.locator(f"[name={kind}-{way}]")
            expect(box).not_to_be_checked()
            box.press("Space")
        self.save()

    def save(self) -> None:
        self.main.locator("form[method=post] .btn-primary").press("Enter")
        self.page.wait_for_url(re.compile(r"/notices/settings/$"))


class DataPage(SitePage):
    """Everything the site remembers about me."""

    path = "/account/data/"

    def ask_for_copy(self) -> None:
        self.main.locator("form[action$='/copy/'] button").press("Enter")

    @property
    def copy_link(self) -> Locator:
        return self.main.locator("a[href*='/account/data/copy/']")

    def fetch(self, person: Person, target: Path) -> dict[str, object]:
        """Fetch the copy, saying who I am on the way; what each of its files holds, by name (bytes counted)."""
        self.page.goto(self.copy_link.get_attribute("href") or "")
        with self.page.expect_download() as found:
            say_who(self, person)
        found.value.save_as(target)
        with zipfile.ZipFile(target) as archive:
            return {
                name: json.loads(archive.read(name)) if name.endswith(".json") else len(archive.read(name))
                for name in archive.namelist()
            }


class LeavePage(SitePage):
    path = "/account/data/leave/"

    def leave(self, person: Person, *, with_words: bool) -> None:
        """Ask for it, and say who I am where that is asked."""
        wish = self.main.locator(f"input[name=posts][value={'remove' if with_words else 'keep'}]")
        for box in (wish, self.main.locator("input[name=sure]")):
            box.press("Space")
            expect(box).to_be_checked()
        self.main.locator("button.btn-danger").press("Enter")
        self.page.wait_for_url(re.compile("/account/reauthenticate/"))
        say_who(self, person)
        expect(self.main.locator("form[action$='/cancel/']")).to_be_visible()


def say_who(page: SitePage, person: Person) -> None:
    """At the door before what cannot be undone, or is secret: the password once more."""
    page.page.locator("input[type=password]").fill(person.password)
    page.main.locator("form[action*='/reauthenticate/'] .btn-primary").press("Enter")
