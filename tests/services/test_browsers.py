"""Two people with browsers, one on each process of sockets: each sees what the other writes, also when one dies."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, WebSocket, expect, sync_playwright

from tests.browser.pages.forum import ThreadPage
from tests.browser.visitor import ARGUMENTS, chromium
from tests.browser.visitor import Visitor as Reader
from tests.faults.house import until
from tests.services.stack import Stack, Visitor, signed_up, stack
from tests.support.required import need

pytestmark = pytest.mark.stack
SOON = 20_000  # milliseconds


@pytest.fixture
def browser() -> Iterator[Browser]:
    need("browser", chromium(), "Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        # The stack's certificate is its own; that it is the right one is for the other tests of the stack.
        launched = playwright.chromium.launch(
            executable_path=chromium(), args=[*ARGUMENTS, "--ignore-certificate-errors"]
        )
        yield launched
        launched.close()


@dataclass
class Seat:
    """One open thread, and every socket it had."""

    reader: Reader
    sockets: list[WebSocket] = field(default_factory=list)

    def follow(self, socket: WebSocket) -> None:
        self.sockets.append(socket)

    @property
    def lost(self) -> int:
        return sum(socket.is_closed() for socket in self.sockets)

    def see(self, words: str) -> None:
        """Wait until these words stand there; news that announces itself is asked for."""
        page = self.reader.page
        post, news = page.locator(".post", has_text=words), page.locator(".newer a")
        expect(post.or_(news).first).to_be_attached(timeout=SOON)
        if not post.count():
            news.first.click()
        expect(post).to_have_count(1, timeout=SOON)

    def posts(self) -> list[str]:
        ids: list[str] = self.reader.page.locator(".post[id^='post-']").evaluate_all(
            "all => all.map(one => one.id)"
        )
        return ids


@pytest.fixture
def sit(site: Stack, browser: Browser) -> Iterator[Callable[[Visitor, str], Seat]]:
    readers: list[Reader] = []

    def open_thread(visitor: Visitor, path: str) -> Seat:
        reader = Reader(browser, site.url)
        readers.append(reader)
        for cookie in visitor.jar:
            reader.context.add_cookies(
                [{"name": cookie.name, "value": cookie.value or "", "url": site.url, "secure": True}]
            )
        seat = Seat(reader)
        reader.page.on("websocket", seat.follow)
        reader.open(path)
        expect(reader.page.locator("[data-live] > a")).to_be_hidden(timeout=SOON)
        return seat

    yield open_thread
    for reader in readers:
        reader.close()


def test_two_browsers_on_two_processes_lose_nothing_when_one_is_killed(
    site: Stack, member: Visitor, sit: Callable[[Visitor, str], Seat]
) -> None:
    other = signed_up(site, f"Brewer {os.getpid()}", f"b{os.getpid()}@example.org")
    path = re.findall(r'href="(/threads/\d+/[^"/?#]+/)', member.open("/boards/brew/")[1])[0]
    seats = [sit(member, path), sit(other, path)]
    pages = [ThreadPage(seat.reader) for seat in seats]
    for number, page in enumerate(pages):
        page.reply(f"Barrel {number} is full.")
        for seat in seats:
            seat.see(f"Barrel {number} is full.")
    stack("kill", "live1")
    for number, page in enumerate(pages):
        page.reply(f"Barrel {number} leaks now.")  # the first while one of them hears nothing
        for seat in seats:  # before whoever writes next is asked whether to look at it
            seat.see(f"Barrel {number} leaks now.")
    assert until(lambda: pages[0].page.evaluate("1") and sorted(seat.lost for seat in seats) == [0, 1], 5), (
        "one sat on the process that died, the other did not"
    )
    shown = [seat.posts() for seat in seats]
    for seat, ids in zip(seats, shown, strict=True):
        seat.reader.open(path)
        assert seat.posts() == ids == shown[0], "what was put in is what a fresh page shows, in its order"
        assert not [problem for problem in seat.reader.problems if "WebSocket" not in problem]
