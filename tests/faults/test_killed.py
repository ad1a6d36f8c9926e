"""kill -9 in mid-write, of pages and of a worker: what was told as posted is there once, nothing is half there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.house import House, Visitor, until
from tests.faults.voting import Guest

pytestmark = [pytest.mark.services, pytest.mark.stack]
WRITERS, VOTERS = 12, 3
PATIENCE = 120.0


@pytest.fixture(params=["embedded", "production"])
def site(
    request: pytest.FixtureRequest, house: House, lay_database: Callable[[Path], bool]
) -> Iterator[House]:
    if request.param == "production":
        yield house
        for name in list(house.running):
            house.kill(name)
        return
    embedded = House(is_embedded=True, lay=lay_database)
    try:
        yield embedded
    finally:
        embedded.close()


class Writers:
    """People who post words of their own, each under a key, and press again when no answer came."""

    def __init__(self, site: House, cast: dict[str, Any]) -> None:
        self.site, self.cast = site, cast
        self.told: list[str] = []  # answered as posted
        self.sent: list[str] = []
        self.strange: list[int] = []
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.write, args=(-who,)) for who in range(1, WRITERS + 1)]

    def write(self, who: int) -> None:
        visitor = Visitor(self.site, self.cast, who)
        thread, number = self.cast["threads"][who % 4][0], 0
        while not self.is_over.is_set():
            number += 1
            opens = number % 6 == 0
            words = f"word{-who}x{number}"
            path = f"/boards/{self.cast['board']}/new/" if opens else f"/threads/{thread}/reply/"
            fields = {"body": words, "key": f"{who}-{number}"} | (
                {"title": f"Matter {words}", "lane": "chat"} if opens else {}
            )
            self.sent.append(words)
            while (answer := visitor.post(path, **fields)).status != 302:
                if answer.status not in (0, 503):  # neither gone nor away
                    self.strange.append(answer.status)
                    return
                if self.is_over.is_set():
                    return
                self.is_over.wait(0.1)
            self.told.append(words)


class Voters:
    """Guests on one device after the other, who press again when no answer came."""

    def __init__(self, site: House, poll: int) -> None:
        self.site, self.poll = site, poll
        self.told: dict[str, int] = {}  # seed → what was answered as their vote
        self.sent: dict[str, int] = {}
        self.strange: list[int] = []
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.vote, args=(who,)) for who in range(VOTERS)]

    def vote(self, who: int) -> None:
        turn = 0
        while not self.is_over.wait(0.05):
            guest, choice = Guest(self.site, who, turn), 1 + turn % 3
            self.sent[guest.seed] = choice
            while (status := guest.vote(self.poll, choice).status) != 200:
                if status not in (0, 503):
                    self.strange.append(status)
                    return
                if self.is_over.wait(0.1):
                    return
            self.told[guest.seed] = choice
            turn += 1

    def assert_exact(self, stand: dict[str, Any]) -> None:
        """One ballot for whoever was answered, none made up, and the totals are those of the ballots."""
        votes = [(seed, n) for seed, rows in stand["votes"].items() for poll, n in rows if poll == self.poll]
        mine = dict(votes)
        assert len(mine) == len(votes)
        assert not self.strange
        assert self.told
        for seed, choice in self.told.items():
            assert mine.get(seed) == choice
        assert set(mine) <= set(self.sent)
        assert stand["miscounted"] == 0


def test_what_was_told_as_posted_is_there_once_after_a_kill(
    site: House, request: pytest.FixtureRequest
) -> None:
    # The last of them: the others' tries are counted elsewhere.
    cast = site.inside("people", "14") if site.is_embedded else request.getfixturevalue("cast")
    site.start_pages()
    if not site.is_embedded:
        site.start_worker()
    writers, voters = Writers(site, cast), Voters(site, cast["polls"][0])
    for thread in [*writers.threads, *voters.threads]:
        thread.start()
    try:
        for _kill in range(1 if site.is_embedded else 2):
            before = len(writers.told)
            assert until(lambda before=before: len(writers.told) > before + 6), site.log("pages")
            site.kill("pages")
            if not site.is_embedded:
                site.kill("worker")
                site.start_worker()
            site.start_pages()
        after = len(writers.told)
        assert until(lambda: len(writers.told) > after + 6 or not any(t.is_alive() for t in writers.threads))
    finally:
        writers.is_over.set()
        voters.is_over.set()
        for thread in [*writers.threads, *voters.threads]:
            thread.join(60)
    assert set(writers.strange) <= {429}  # thirty replies in ten minutes are enough for anybody
    stand = {"waiting": 1}
    assert until(lambda: stand.update(site.inside("stand")) or stand["waiting"] <= 0, PATIENCE), stand
    voters.assert_exact(stand)
    posted = [words for words in [*stand["replies"], *stand["opened"]] if words.startswith("word")]
    assert sorted(posted) == sorted(set(posted)), "nothing twice"
    assert set(writers.told) <= set(posted) <= set(writers.sent), "nothing lost, nothing made up"
    assert (stand["headless"], stand["gaps"], stand["drift"]) == (0, 0, 0)
    assert (stand["parked"], stand["posts"] - stand["indexed"]) == (0, 0), "every reaction had its effect"
    if site.is_embedded:
        assert stand["integrity"] == "ok"
