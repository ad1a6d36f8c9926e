"""The forum's pages. Fields go by name and buttons by what they do, so that one object serves both languages."""

import re
import time

from playwright.sync_api import Locator, expect

from tests.browser.pages.base import SitePage

SOON = 15  # seconds within which a queued index entry is there


class WritePage(SitePage):
    """A new thread."""

    def publish(self, *, title: str, body: str, lane: str = "ask") -> "ThreadPage":
        self.main.locator(f"input[name=lane][value={lane}]").check(force=True)
        self.main.locator("[name=title]").fill(title)
        self.main.locator("textarea[name=body]").fill(body)
        self.main.locator("form[method=post] .publish button.btn-primary").click()
        self.page.wait_for_url(re.compile(r"/threads/\d+/"))
        return ThreadPage(self.visitor)


class ThreadPage(SitePage):
    """A conversation."""

    @property
    def path_now(self) -> str:
        return re.sub(r"^\w+://[^/]+|[?#].*$", "", self.page.url)

    @property
    def solved(self) -> Locator:
        return self.main.locator("section.solved")

    def reply(self, words: str) -> None:
        dock = self.page.locator("form#reply")
        dock.locator("textarea").fill(words)
        dock.locator(".dock-tools > button.btn-primary").click()
        expect(self.main.get_by_text(words)).to_be_visible()

    def accept(self, words: str) -> None:
        """Accept the post that says `words`."""
        post = self.main.locator("article", has_text=words)
        post.locator("button[formaction$='/accept/']").click()
        expect(self.solved).to_contain_text(words)

    def manage(self) -> "ManagePage":
        self.page.locator("a[href$='/manage/']").first.click()
        self.page.wait_for_url(re.compile(r"/manage/$"))
        return ManagePage(self.visitor)


class ManagePage(SitePage):
    """What a moderator does with a thread."""

    def move_to(self, board: str, reason: str) -> ThreadPage:
        """Move to the board of that title, as this visitor reads it."""
        form = self.main.locator("form[action$='/manage/move/']")
        self.main.locator("details.verb:has(form[action$='/manage/move/']) summary").click()
        choices = form.locator("select")
        wanted = choices.locator("option", has_text=board).first.get_attribute("value")
        choices.select_option(wanted)
        form.locator("[name$=reason]").fill(reason)
        form.locator("button").last.click()
        self.page.wait_for_url(re.compile(r"/threads/\d+/[^/]+/$"))
        return ThreadPage(self.visitor)


class SearchPage(SitePage):
    """Search with its results."""

    path = "/search/"

    def find(self, words: str, title: str) -> ThreadPage:
        """Search for `words` until the thread of that title is found, and open it."""
        self.until_there(words, self.main.get_by_role("link", name=title)).first.click()
        self.page.wait_for_url(re.compile(r"/threads/\d+/"))
        return ThreadPage(self.visitor)

    def until_there(self, words: str, hit: Locator) -> Locator:
        """Search for `words` until `hit` is on the page: indexing is queued."""
        deadline = time.monotonic() + SOON
        self.visitor.open(f"/search/?q={words}")
        while not hit.count() and time.monotonic() < deadline:
            self.page.wait_for_timeout(250)
            self.visitor.open(f"/search/?q={words}")
        return hit
