"""The noise budget by the clock on the member's wall, and what no amount of noise can break."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activity.notices import budget
from activity.notices.budget import Rules
from activity.notices.kinds import Rhythm

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
NIGHT = Rules(3, time(22), time(7), 8, BERLIN)
ZONES = [
    ZoneInfo(name)
    for name in ("Europe/Berlin", "Asia/Shanghai", "America/St_Johns", "Pacific/Chatham", "UTC")
]


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("wall", "quiet"),
    [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("06:59", True), ("07:00", False)],
)
def test_quiet_hours_run_over_midnight(wall, quiet):
    assert budget.is_quiet(at(f"2026-11-23T{wall}"), NIGHT) is quiet


def test_equal_or_missing_hours_are_none():
    assert not budget.is_quiet(at("2026-11-23T03:00"), Rules(zone=BERLIN))
    assert not budget.is_quiet(at("2026-11-23T03:00"), Rules(3, time(3), time(3), zone=BERLIN))


def test_quiet_hours_leave_an_hour_of_the_day():
    for begin, end in ((22, 7), (8, 7), (0, 23), (3, 3), (9, 17)):
        assert budget.leaves_time(time(begin), time(end))
    assert budget.leaves_time(None, None)
    assert not budget.leaves_time(time(8, 10), time(8, 5))
    assert not budget.leaves_time(time(0, 0), time(23, 59))


def test_summer_time_moves_no_quiet_hour():
    """02:30 comes twice in October: quiet twice. In March it does not come at all, and 03:00 is quiet as ever."""
    first = at("2026-10-25T02:30")
    assert budget.is_quiet(first, NIGHT) and budget.is_quiet(first + timedelta(hours=1), NIGHT)
    assert budget.is_quiet(datetime(2026, 10, 25, 5, 59, tzinfo=UTC), NIGHT)
    assert not budget.is_quiet(datetime(2026, 10, 25, 6, 0, tzinfo=UTC), NIGHT)
    assert not budget.is_quiet(datetime(2026, 3, 29, 5, 0, tzinfo=UTC), NIGHT)


def test_the_day_is_the_members_own():
    rules = Rules(1, zone=SHANGHAI)
    spent = [at("2026-11-23T23:50", SHANGHAI)]
    assert not budget.may_interrupt(at("2026-11-23T23:59", SHANGHAI), rules, spent)
    assert budget.may_interrupt(at("2026-11-24T00:01", SHANGHAI), rules, spent)


@pytest.mark.parametrize(("limit", "fits"), [(None, True), (0, False), (2, False), (3, True)])
def test_the_limit_is_a_number(limit, fits):
    now = at("2026-11-23T12:00")
    assert budget.may_interrupt(now, Rules(limit, zone=BERLIN), [now, now]) is fits


@pytest.mark.parametrize(
    ("rhythm", "moment", "period"),
    [
        (Rhythm.DAILY, "2026-11-23T07:59", ""),
        (Rhythm.DAILY, "2026-11-23T08:00", "2026-11-23"),
        (Rhythm.AT_ONCE, "2026-11-23T21:00", "2026-11-23"),
        (Rhythm.DAILY, "2026-11-23T22:30", ""),
        (Rhythm.WEEKLY, "2026-11-23T07:00", ""),
        (Rhythm.WEEKLY, "2026-11-23T08:00", "2026-W48"),
        (Rhythm.WEEKLY, "2026-11-29T10:00", "2026-W48"),
        (Rhythm.NEVER, "2026-11-23T12:00", ""),
    ],
)
def test_a_digest_is_due_at_its_hour(rhythm, moment, period):
    assert budget.digest_period(at(moment), NIGHT, rhythm) == period


def test_a_digest_in_quiet_hours_comes_at_their_end():
    rules = Rules(3, time(22), time(9), 6, BERLIN)
    assert budget.digest_period(at("2026-11-23T08:59"), rules, Rhythm.DAILY) == ""
    assert budget.digest_period(at("2026-11-23T09:00"), rules, Rhythm.DAILY) == "2026-11-23"


hours = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
begin = datetime(2026, 10, 20, tzinfo=UTC)  # over the end of summer time


@settings(max_examples=200)
@given(
    limit=st.integers(0, 5),
    quiet=st.tuples(hours, hours),
    zone=st.sampled_from(ZONES),
    minutes=st.lists(st.integers(0, 10 * 24 * 60), max_size=120).map(sorted),
)
def test_no_stream_of_happenings_breaks_the_limit_or_the_quiet(limit, quiet, zone, minutes):
    rules = Rules(limit, *quiet, 8, zone)
    spent: list[datetime] = []
    for minute in minutes:
        now = begin + timedelta(minutes=minute)
        if budget.may_interrupt(now, rules, spent):
            spent.append(now)
    days = Counter(moment.astimezone(zone).date() for moment in spent)
    assert all(count <= limit for count in days.values())
    assert not any(budget.is_quiet_at(moment.astimezone(zone).time(), rules) for moment in spent)


@settings(max_examples=100)
@given(quiet=st.tuples(hours, hours), hour=st.integers(0, 23), zone=st.sampled_from(ZONES))
def test_every_day_has_exactly_one_digest_outside_the_quiet_hours(quiet, hour, zone):
    rules = Rules(3, *quiet, hour, zone)
    seen: Counter[str] = Counter()
    for quarter in range(8 * 96):
        now = begin + timedelta(minutes=15 * quarter)
        if (period := budget.digest_period(now, rules, Rhythm.DAILY)) and period not in seen:
            seen[period] += 1
            assert not budget.is_quiet(now, rules)
    whole_days = {(begin.astimezone(zone).date() + timedelta(days=n)).isoformat() for n in range(1, 7)}
    loud_enough = budget.digest_time(rules) <= time(23, 44) and not _ends_before_a_look(rules)
    assert not loud_enough or whole_days <= set(seen)


def _ends_before_a_look(rules: Rules) -> bool:
    """Whether quiet begins so soon after the digest's time that no look of the timetable falls between."""
    due = budget.digest_time(rules)
    after = [
        time((due.hour * 60 + due.minute + step) // 60 % 24, (due.minute + step) % 60) for step in range(15)
    ]
    return any(budget.is_quiet_at(moment, rules) for moment in after)
