"""What was known at a moment, and that nothing of what came later is in it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from forum.queries.history import Deed, Event
from moderation.desk import scoring
from moderation.desk.backtest import Order, judge
from moderation.desk.past import Past, told_until
from moderation.desk.replaying import At, replay
from tests.support.made_history import Made, events

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SMALL = Made(seed=3, signal=1, days=20)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def opened(thread: int, hours: float, *, author: int = 1, lane: str = "ask", asks: bool = True) -> Event:
    return Event(at(hours), Deed.OPENED, thread, 1, lane, author, asks=asks)


def replied(thread: int, hours: float, *, author: int = 2, staff: bool = False, asks: bool = False) -> Event:
    return Event(at(hours), Deed.REPLIED, thread, 1, "ask", author, is_staff=staff, asks=asks)


def known_at(hours: float, *told: Event):
    return {known.thread_id: known for known in told_until(told, at(hours)).open_at(at(hours))}


def test_a_thread_is_known_by_what_happened_to_it():
    known = known_at(
        10,
        opened(1, 0),
        replied(1, 2),
        replied(1, 3, author=9, staff=True),
        replied(1, 4, author=1, asks=True),
        opened(2, 6, author=2),
    )
    first, second = known[1], known[2]
    assert (first.age, first.quiet, first.others, first.staff, first.follow_up) == (10, 6, 2, 1, True)
    assert (first.author_posts, second.author_posts) == (0, 1)
    assert second.is_unanswered and not first.is_unanswered


@pytest.mark.parametrize("deed", [Deed.ACCEPTED, Deed.LOCKED])
def test_what_is_closed_or_old_is_open_no_more(deed):
    closing = Event(at(3), deed, 1, 1, "ask")
    assert not known_at(4, opened(1, 0), closing)
    assert known_at(2, opened(1, 0), closing), "not before it happens"
    assert known_at(72, opened(1, 0)) and not known_at(72.1, opened(1, 0))


def test_a_board_s_hours_tell_whether_people_are_about():
    nights = [opened(n, 24 * n + 12, author=n) for n in range(1, 60)]  # every evening at nine
    past = told_until(nights, at(24 * 60))
    assert past.open_at(at(24 * 60))[0].rhythm == pytest.approx(1, abs=0.15), "a whole day is a usual day"
    weekly = [opened(n, 168 * n, author=n) for n in range(1, 30)]  # Mondays at nine
    past = told_until([*weekly, opened(99, 168 * 29 + 20)], at(168 * 29 + 20))
    sunday = told_until([*weekly, opened(99, 168 * 29 + 143)], at(168 * 29 + 145))
    assert past.open_at(at(168 * 29 + 20))[-1].rhythm < 1 < sunday.open_at(at(168 * 29 + 145))[-1].rhythm


def test_history_is_told_in_order():
    past = Past()
    past.take_in(opened(1, 5))
    with pytest.raises(ValueError, match="order"):
        past.take_in(opened(2, 4))
    with pytest.raises(ValueError, match="forgotten"):
        past.open_at(at(4))


def test_another_future_leaves_every_ranking_as_it_was():
    told = list(events(SMALL))
    middle = told[len(told) // 2].at
    changed = [
        event
        if event.at <= middle
        else dataclasses.replace(event, author_id=(event.author_id or 0) + 7, asks=not event.asks)
        for number, event in enumerate(told)
        if event.at <= middle or number % 3
    ]
    kept, _future, _count = replay(told, at=At.HOURLY)
    other, _future, _count = replay(changed, at=At.HOURLY)
    until = [one for one in kept if one.at <= middle]
    assert len(until) > 100
    assert until == [one for one in other if one.at <= middle]
    assert [scoring.ranked(one.threads) for one in until] == [
        scoring.ranked(one.threads) for one in other if one.at <= middle
    ]
    after = [one for one in kept if one.at > middle]
    assert after != [one for one in other if one.at > middle], "the control: a changed past does change them"


def test_moments_whose_next_day_is_unknown_are_not_judged():
    told = list(events(SMALL))
    moments, _future, count = replay(told, at=At.HOURLY)
    assert count == len(told)
    assert max(one.at for one in moments) <= told[-1].at - timedelta(hours=24)
    assert all(one.threads for one in moments)


def test_the_same_history_gives_the_same_report():
    reports = [judge(events(SMALL), orders=[Order.RULES, Order.RANDOM], hands=2).to_json() for _ in range(2)]
    assert repr(reports[0]) == repr(reports[1])


def test_too_short_a_history_is_said_to_be_too_short():
    report = judge([opened(1, 0), replied(1, 1)])
    assert (report.rows, report.judged_moments, report.model_rows) == (0, 0, 0)
