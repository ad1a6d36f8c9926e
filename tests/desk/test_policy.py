"""When what was set aside comes back, and the best next act."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from moderation.desk.policy import Act, Due, Until, comes_back, due_at, next_act
from moderation.desk.scoring import Why

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 10, 23, 20, 0, tzinfo=UTC)  # the Friday before the clocks go back


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (Until.HOUR, FRIDAY + timedelta(hours=1)),
        (Until.HOURS, FRIDAY + timedelta(hours=4)),
        (Until.MORNING, datetime(2026, 10, 24, 7, 0, tzinfo=UTC)),
        (Until.MONDAY, datetime(2026, 10, 26, 8, 0, tzinfo=UTC)),
        (Until.REPLY, None),
    ],
)
def test_a_morning_is_nine_where_one_lives_whatever_the_clocks_do(until, expected):
    assert comes_back(until, FRIDAY, BERLIN) == expected


def test_monday_is_never_today():
    monday = datetime(2026, 10, 26, 6, 0, tzinfo=UTC)
    assert comes_back(Until.MONDAY, monday, BERLIN) == datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def test_due_is_counted_from_now():
    assert due_at(Due.NONE, FRIDAY) is None
    assert due_at(Due.DAY, FRIDAY) == FRIDAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("reasons", "lane", "answers", "act"),
    [
        ({Why.UNANSWERED, Why.QUESTION}, "ask", 0, Act.REPLY),
        ({Why.FOLLOW_UP}, "tell", 3, Act.REPLY),
        ({Why.UNANSWERED}, "tell", 0, Act.FOLLOW_UP),
        ({Why.POLL_CLOSED}, "chat", 4, Act.REPLY),
        ({Why.QUIET}, "chat", 3, Act.POLL),
        ({Why.TALKED_OF}, "tell", 6, Act.NOTHING),
        ({Why.QUIET}, "ask", 2, Act.FOLLOW_UP),
        ({Why.QUIET}, "tell", 1, Act.FOLLOW_UP),
    ],
)
def test_words_come_first_and_silence_may_be_healthy(reasons, lane, answers, act):
    assert next_act(reasons, lane=lane, answers=answers, has_poll=False) == act


def test_a_thread_with_a_poll_is_offered_no_other():
    assert next_act({Why.QUIET}, lane="chat", answers=3, has_poll=True) != Act.POLL


@pytest.mark.parametrize(
    ("told", "act"),
    [
        ({"may_lift": True}, Act.RAISE),
        ({"may_lift": True, "is_promised": True}, Act.REPLY),
        ({"may_lift": True, "is_known": True}, Act.LINK),
        ({"is_known": True, "lane": "tell"}, Act.FOLLOW_UP),
        ({"may_speak": False}, Act.NOTHING),
        ({"may_speak": False, "may_lift": True}, Act.RAISE),
        ({"may_speak": False, "may_lift": True, "answers": 6}, Act.NOTHING),
        ({"may_lift": True, "answers": 6}, Act.NOTHING),
        ({"may_lift": True, "lane": "chat"}, Act.POLL),
        ({"may_lift": True, "reasons": {Why.UNANSWERED}, "answers": 0}, Act.FOLLOW_UP),
    ],
)
def test_a_raise_comes_after_every_word_that_could_be_said(told, act):
    asked = {"reasons": {Why.QUIET}, "lane": "ask", "answers": 2, "has_poll": False} | told
    assert next_act(asked.pop("reasons"), **asked) == act
