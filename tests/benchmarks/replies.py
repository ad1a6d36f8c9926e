"""Writing under load: replies by HTTP from many members at once, counted again in the database afterwards."""

from __future__ import annotations

import http.client
import itertools
import re
import time
from typing import Any
from urllib.parse import urlencode

from tests.benchmarks.community.words import coded
from tests.benchmarks.load import Lines, WrongAnswer, open_loop, share
from tests.benchmarks.results import Result
from tests.benchmarks.stacks import Stack

BACKLOG = 180  # seconds the worker may take to work off the replies before
WRITES_EACH = 28  # a member's replies in ten minutes, below the site's own limit of thirty
BODY = (
    "Measured again this morning at minus four: {words}. Two cars, same road.\n\n- seat on two\n- cabin at 19"
)
COUNTED = """
from forum.models import Post, Thread
from django.db.models import F, Sum
ids = {ids}
print("COUNTED", Post.objects.count(), Thread.objects.filter(pk__in=ids).aggregate(n=Sum("last_number"))["n"],
      Post.objects.filter(thread_id__in=ids).count())
"""


class Writers:
    """Members who reply, one after the other, each over a connection of the calling thread."""

    def __init__(self, stack: Stack, visitors: dict[str, Any]) -> None:
        self._stack, self._csrf = stack, visitors["csrf"]
        self._threads = [thread["id"] for thread in stack.answers["sample"]]
        ids = [str(member) for member in stack.answers["viewers"]["writers"]]
        self._cookies = [visitors["cookies"][member] for member in ids]
        self._serial = itertools.count()
        self._first_word = int(time.time() * 1000) * 100_000  # kept data may hold replies of an earlier run
        self._lines = Lines(stack.ports)
        self.sent = 0

    @property
    def room(self) -> int:
        """How many replies are left before the site would refuse."""
        return len(self._cookies) * WRITES_EACH - self.sent

    def reply(self, _number: int) -> tuple[str, str, float]:
        """Post one reply: the word it holds, the address it led to, and when it was answered."""
        serial = next(self._serial)
        thread = self._threads[serial % len(self._threads)]
        word = coded("zr", self._first_word + serial)
        # The generated threads slept for years: "awake" says that the writer was told.
        form = urlencode(
            {
                "csrfmiddlewaretoken": self._csrf,
                "body": BODY.format(words=word),
                "key": word,
                "awake": "1",
            }
        )
        headers = self._stack.headers | {
            "Cookie": self._cookies[serial % len(self._cookies)],
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": "https://localhost"
            if "X-Forwarded-Proto" in self._stack.headers
            else "http://localhost",
            "Accept-Language": "en",
        }
        with self._lines.line() as line:
            line.request("POST", f"/threads/{thread}/reply/", body=form, headers=headers)
            response = line.getresponse()
            body = response.read()
        address = response.getheader("Location", "")
        if response.status != 302 or not re.search(r"#post-\d+$", address):
            raise WrongAnswer(
                f"a reply was answered with {response.status} {address}: {body[-600:].decode()}"
            )
        self.sent += 1
        return word, address, time.perf_counter()

    def counted(self) -> tuple[int, int, int]:
        """Posts in all, the sum of the threads' last numbers, and their rows: from the database."""
        said = self._stack.run("manage.py", "shell", "-c", COUNTED.format(ids=self._threads))
        line = next(row for row in said.splitlines() if row.startswith("COUNTED"))
        posts, numbers, rows = map(int, line.split()[1:])
        return posts, numbers, rows


def measure_replies(stack: Stack, visitors: dict[str, Any], *, seconds: float) -> list[Result]:
    """At 20 and 50 a second, then as many as there is room for; every one is counted afterwards."""
    writers = Writers(stack, visitors)
    before = writers.counted()
    for number in range(4):
        writers.reply(number)
    calm, _rate = open_loop(lambda n: void(writers.reply(n)), rate=20, seconds=seconds, clients=16)
    spent, sent = stack.cpu(), writers.sent
    times, _rate = open_loop(lambda n: void(writers.reply(n)), rate=50, seconds=seconds, clients=16)
    cpu = {part: (now - spent[part]) * 1000 / (writers.sent - sent) for part, now in stack.cpu().items()}
    most = min(writers.room, int(60 * seconds))
    _times, rate = open_loop(
        lambda n: void(writers.reply(n)), rate=100_000, seconds=most / 100_000, clients=8
    )
    after = writers.counted()
    expected = tuple(count + writers.sent for count in before)
    if after != expected:
        raise WrongAnswer(f"{writers.sent} replies: {before} became {after}")
    return [
        Result("reply at 20/s: p50", share(calm, 0.5), "ms"),
        Result("reply at 20/s: p99", share(calm, 0.99), "ms"),
        Result("reply at 50/s: p50", share(times, 0.5), "ms", 15),
        Result("reply at 50/s: p95", share(times, 0.95), "ms"),
        Result("reply at 50/s: p99", share(times, 0.99), "ms", 80),
        Result("reply at 50/s: CPU of all processes", sum(cpu.values()), "ms"),
        *(Result(f"reply at 50/s: CPU of {part}", used, "ms") for part, used in cpu.items()),
        Result("replies sustained, 8 clients", rate, "/s", 150, most=False),
    ]


def void(_answer: object) -> None:
    """The time is what counts."""


def measure_lag(stack: Stack, visitors: dict[str, Any], *, rounds: int) -> list[Result]:
    """From the answer to a reply until the next guest reads it, and until search finds it.

    The worker first works off what the replies before have queued, and that is a figure of its own.
    """
    writers = Writers(stack, visitors)
    word, _address, answered = writers.reply(0)
    backlog = _until(stack, f"/search/?q={word}", "1 found.", patience=BACKLOG) - answered
    seen, found = [], []
    for number in range(rounds):
        word, address, answered = writers.reply(number)
        path = address.partition("#")[0]
        path = path.removeprefix("https://localhost").removeprefix("http://localhost")
        seen.append(_until(stack, path, word) - answered)
        found.append(_until(stack, f"/search/?q={word}", "1 found.") - answered)
    return [
        Result("until search found the last of many replies", backlog, "s"),
        Result("reply visible to the next guest: most", max(seen), "s", 1),
        Result("reply found by search: most", max(found), "s", 3),
    ]


def _until(stack: Stack, path: str, text: str, patience: float = 20) -> float:
    """The moment a guest's page first holds a text. WrongAnswer when it never does."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)
    deadline = time.perf_counter() + patience
    try:
        while time.perf_counter() < deadline:
            connection.request("GET", path, headers=stack.headers | {"Accept-Language": "en"})
            response = connection.getresponse()
            body = response.read().decode()
            if response.status == 200 and text in body:
                return time.perf_counter()
            time.sleep(0.05)
    finally:
        connection.close()
    raise WrongAnswer(f"{path} does not show {text!r} after {patience:g} s")
