"""Votes through two processes on PostgreSQL: one ballot a person, every answered one counted, none after the end.

`CONVOY_FAULTS=long`: 200 rounds of 64 presses, and 5,000 voters who change and withdraw.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import structlog

from tests.faults.house import House
from tests.faults.voting import Guest

pytestmark = [pytest.mark.services, pytest.mark.stack]
log = structlog.get_logger("tests.faults")
BESIDE = 0.05  # seconds on both sides of a close
ROUNDS = {False: 2, True: 200}
MANY = 7  # on which of their devices the many vote


@pytest.fixture(scope="module")
def site(house: House, is_long: bool) -> Iterator[tuple[House, list[int]]]:
    """Two processes of pages, and polls for everybody."""
    house.start_pages(threads=16 if is_long else 8, pool=16 if is_long else 8, processes=2)
    yield house, house.inside("polls", str(ROUNDS[is_long] + 3))["polls"]
    house.kill("pages")


def at_once(acts: list[Callable[[], int]]) -> list[int]:
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], int]) -> int:
        gate.wait(30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def pressed(house: House, poll: int, guest: int, presses: int) -> Counter[int]:
    """One guest's presses of one moment, other choices and the same ones, half of them sent again; their answers."""

    def press(number: int) -> Callable[[], int]:
        one = Guest(house, guest)
        return lambda: one.vote(poll, 1 + number % 3, key=f"{poll}-{number // 2}").status

    return Counter(at_once([press(number) for number in range(presses)]))


def test_one_guest_who_presses_many_times_through_two_processes_has_one_ballot(
    site: tuple[House, list[int]], is_long: bool
) -> None:
    (house, polls), presses = site, 64 if is_long else 24
    told: Counter[int] = Counter()
    for poll in polls[3:]:
        answers = pressed(house, poll, 0, presses)
        assert set(answers) <= {200, 409}
        assert answers[200]
        told += answers
    log.info("pressed", rounds=len(polls) - 3, presses=presses, answers=dict(told))
    one_each = "SELECT poll_id, count(*) FROM polls_ballot GROUP BY poll_id"
    assert {poll: n for poll, n in house.sql(one_each) if poll in polls[3:]} == dict.fromkeys(polls[3:], 1)
    counted = "SELECT poll_id, sum(count)::int FROM polls_tally WHERE key = '' GROUP BY poll_id"
    assert {poll: n for poll, n in house.sql(counted) if poll in polls[3:]} == dict.fromkeys(polls[3:], 1)


def test_without_the_unique_index_one_guest_would_have_many(site: tuple[House, list[int]]) -> None:
    """The control: it is the database that holds a person to one ballot, not luck."""
    house, (poll, *_others) = site
    ((index,),) = house.sql("SELECT indexdef FROM pg_indexes WHERE indexname = 'ballot_once_a_guest'")
    house.sql("DROP INDEX ballot_once_a_guest")
    try:
        pressed(house, poll, 0, 24)
        ((count,),) = house.sql(f"SELECT count(*) FROM polls_ballot WHERE poll_id = {poll:d}")
        assert count > 1
    finally:
        of_it = f"SELECT id FROM polls_ballot WHERE poll_id = {poll:d}"
        house.sql(f"DELETE FROM polls_ballotchoice WHERE ballot_id IN ({of_it})")
        house.sql(f"DELETE FROM polls_ballot WHERE poll_id = {poll:d}")
        house.sql(f"DELETE FROM polls_tally WHERE poll_id = {poll:d}")
        house.sql(index)


def test_many_who_vote_change_and_withdraw_leave_exactly_what_they_chose_last(
    site: tuple[House, list[int]], is_long: bool
) -> None:
    (house, polls), voters = site, 5000 if is_long else 60
    poll = polls[1]
    last: dict[str, int] = {}
    strange: list[int] = []

    def live(number: int) -> None:
        guest = Guest(house, number, MANY)
        for choice in [1 + number % 3, *([1 + (number + 1) % 3] if number % 4 == 0 else [])]:
            if (status := guest.vote(poll, choice).status) == 200:
                last[guest.seed] = choice
            else:
                strange.append(status)
        if number % 7 == 0 and (status := guest.withdraw(poll).status) == 200:
            del last[guest.seed]

    began = time.monotonic()
    with ThreadPoolExecutor(64 if is_long else 16) as pool:
        list(pool.map(live, range(voters)))
    log.info("many voted", voters=voters, seconds=round(time.monotonic() - began, 1))
    assert not strange
    found = house.inside("votes", str(voters), str(MANY + 1))
    votes = [(seed, n) for seed, rows in found["votes"].items() for at, n in rows if at == poll]
    assert sorted(votes) == sorted(last.items())
    assert house.sql(f"SELECT count(*) FROM polls_ballot WHERE poll_id = {poll:d}") == [(voters,)]
    assert found["miscounted"] == 0


def test_around_the_close_each_answer_is_the_truth(site: tuple[House, list[int]]) -> None:
    """Whoever is told that the vote counts has it in the total, whoever hears "closed" has not."""
    (house, polls), voters = site, 24
    poll, close = polls[2], time.time() + 1.0
    at = datetime.fromtimestamp(close, UTC).isoformat()
    house.sql(f"UPDATE polls_poll SET closes_at = '{at}' WHERE id = {poll:d}")
    wait = threading.Event()

    def vote(number: int) -> int:
        guest = Guest(house, number)
        wait.wait(max(0.0, close - BESIDE + 2 * BESIDE * number / voters - time.time()))
        return guest.vote(poll, 1).status

    with ThreadPoolExecutor(voters) as pool:
        answers = list(pool.map(vote, range(voters)))
    assert set(answers) <= {200, 409}
    counted = f"SELECT coalesce(sum(count), 0)::int FROM polls_tally WHERE key = '' AND poll_id = {poll:d}"
    assert house.sql(counted) == [(answers.count(200),)]
    assert house.sql(f"SELECT count(*) FROM polls_ballot WHERE poll_id = {poll:d}") == [(answers.count(200),)]
    late = f"SELECT count(*) FROM polls_ballot WHERE poll_id = {poll:d} AND cast_at >= '{at}'"
    assert house.sql(late) == [(0,)]
