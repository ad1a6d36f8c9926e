"""Many newcomers of one network: people wait a few seconds once, machines at every vote."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from community.core import clock
from polls import limits, turns
from polls.models import Ballot
from tests.builders.polls import a_poll

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(limits, "AT_ONCE", 2)


def a_tap(
    poll: Any, serial: int, client: Client | None = None, network: str = "20.1.1.1", **more: str
) -> Any:
    headers = {"origin": "http://testserver", "user-agent": f"device {serial}"}
    if more.pop("piece", ""):
        headers["hx-request"] = "true"
    sent = {"choice": "1", "seed": f"{serial:032x}", **more}
    return (client or Client()).post(f"/polls/{poll.pk}/vote/", sent, headers=headers, REMOTE_ADDR=network)


def turn_in(answer: Any) -> str:
    return re.search(r'name="turn" value="([^"]+)"', answer.content.decode())[1]


def test_whoever_comes_late_waits_a_few_seconds_and_is_counted() -> None:
    poll, client = a_poll("Left", "Right", audience="everyone"), Client()
    with clock.frozen(clock.now()) as hands:
        assert [a_tap(poll, n).status_code for n in range(2)] == [302, 302]
        told = a_tap(poll, 3, client)
        assert (told.status_code, told["Retry-After"]) == (429, str(turns.WAIT))
        assert (
            "In a few seconds yours can be sent again" in told.content.decode()
            and Ballot.objects.count() == 2
        )
        turn = turn_in(told)
        assert a_tap(poll, 3, client, turn=turn).status_code == 429, "too soon"
        hands.move(timedelta(seconds=turns.WAIT))
        assert a_tap(poll, 3, client, turn=turn).status_code == 302
        assert Ballot.objects.count() == 3


def test_one_wait_brings_one_vote_of_one_network_in_one_poll() -> None:
    poll, other = a_poll("Left", "Right", audience="everyone"), a_poll("Up", "Down", audience="everyone")
    with clock.frozen(clock.now()) as hands:
        for one in (poll, other):
            for n in range(2):
                a_tap(one, n)
                a_tap(one, n + 100, network="30.1.1.1")
        turn = turn_in(a_tap(poll, 3, piece="1"))
        hands.move(timedelta(seconds=turns.WAIT))
        assert a_tap(other, 4, turn=turn).status_code == 429
        assert a_tap(poll, 5, turn=turn, network="30.1.1.1").status_code == 429
        assert a_tap(poll, 6, turn=turn + "x").status_code == a_tap(poll, 6, turn="1~2").status_code == 429
        assert a_tap(poll, 7, turn=turn).status_code == 302
        assert a_tap(poll, 8, turn=turn).status_code == 429, "spent"
        later = turn_in(a_tap(poll, 9))
        hands.move(timedelta(seconds=turns.GOOD_FOR + 1))
        assert a_tap(poll, 9, turn=later).status_code == 429, "too old"


def test_who_waits_takes_nobody_elses_place_in_the_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NEWCOMERS_A_POLL", 4)
    poll = a_poll("Left", "Right", audience="everyone")
    with clock.frozen(clock.now()) as hands:
        for n in range(2):
            a_tap(poll, n)
        waiting = [turn_in(a_tap(poll, n)) for n in range(2, 5)]
        hands.move(timedelta(seconds=turns.WAIT))
        answers = [a_tap(poll, n, turn=turn) for n, turn in enumerate(waiting, 2)]
        assert [answer.status_code for answer in answers] == [302, 302, 429]
        assert "Sign in to vote at once" in answers[2].content.decode()


def test_a_guest_with_a_ballot_never_waits() -> None:
    poll, client = a_poll("Left", "Right", audience="everyone", changes="change"), Client()
    a_tap(poll, 1, client)
    a_tap(poll, 2)
    assert a_tap(poll, 1, client, choice="2").status_code == 302
