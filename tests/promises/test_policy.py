"""Working time against a count of minutes one by one: over holidays, nights and changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from moderation.promises.policy import (
    DAY,
    Duty,
    Hours,
    Record,
    Shift,
    after,
    gaps,
    gaps_of,
    on_duty,
    record_of,
    spans,
    week_of,
    worked,
)

MINUTE = timedelta(minutes=1)
# Around changes of the clocks: to the hour, to the half hour, at midnight, none, and a day that never was.
PLACES = [
    ("Europe/Vienna", datetime(2026, 3, 28, 12, tzinfo=UTC)),
    ("Europe/Vienna", datetime(2026, 10, 24, 12, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 10, 31, 12, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 4, 4, 12, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 9, 5, 12, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 6, tzinfo=UTC)),
    ("Asia/Shanghai", datetime(2026, 2, 16, 12, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 29, 12, tzinfo=UTC)),
]
shifts = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, DAY - 1), st.integers(0, DAY)).filter(lambda s: s[1] != s[2]),
    max_size=8,
)


def slowly(hours: Hours, given_shifts: list[Shift], since: datetime, until: datetime) -> int:
    """Minutes of working time, by looking at the clock on the wall at each of them; straight from the shifts."""
    zone, n, at = ZoneInfo(hours.zone), 0, since
    while at < until:
        wall = at.astimezone(zone)
        minute, today, before = wall.hour * 60 + wall.minute, wall.weekday(), (wall.weekday() - 1) % 7
        works = any(
            (day == today and start <= minute < (end if start < end else DAY))
            or (day == before and start > end > minute)
            for day, start, end in given_shifts
        )
        n += works and wall.date() not in hours.holidays
        at += MINUTE
    return n


@settings(max_examples=60)
@given(
    place=st.sampled_from(PLACES),
    week=shifts,
    days_off=st.sets(st.integers(-1, 2), max_size=2),
    start=st.integers(0, 1440),
    length=st.integers(0, 2200),
)
@example(PLACES[0], [(5, 22 * 60, 6 * 60), (6, 0, DAY)], set(), 0, 2200)
@example(PLACES[1], [(5, 22 * 60, 6 * 60), (6, 150, 180)], {1}, 0, 2200)
@example(PLACES[3], [(5, 23 * 60, 60), (6, 0, 90)], set(), 600, 1500)
def test_working_time_is_what_a_count_of_minutes_finds(place, week, days_off, start, length):
    zone, around = place
    holidays = [around.astimezone(ZoneInfo(zone)).date() + timedelta(days=n) for n in days_off]
    hours = Hours.of(zone, week, holidays)
    since = around + start * MINUTE
    until = since + length * MINUTE
    minutes = slowly(hours, week, since, until)
    assert worked(hours, since, until) == minutes * MINUTE
    found = list(spans(hours, since, until))
    assert all(begin < end for begin, end in found)
    assert all(first[1] <= second[0] for first, second in pairwise(found)), "in order, apart"
    if minutes:
        due = after(hours, since, minutes * MINUTE)
        assert due is not None and due <= until, "the first moment by which so much has passed"
        assert worked(hours, since, due) == minutes * MINUTE
        assert worked(hours, since, due - timedelta(seconds=1)) < minutes * MINUTE


def test_a_weekend_and_a_holiday_do_not_count():
    hours = Hours.of("Europe/Vienna", [(n, 540, 1020) for n in range(5)], [date(2026, 12, 25)])
    thursday = datetime(2026, 12, 24, 15, 0, tzinfo=UTC)  # 16:00 there
    assert after(hours, thursday, timedelta(hours=2)) == datetime(2026, 12, 28, 9, 0, tzinfo=UTC)


def test_nothing_is_due_when_work_is_next_done():
    hours = Hours.of("UTC", [(0, 540, 600)])
    assert after(hours, datetime(2026, 11, 22, 8, tzinfo=UTC), timedelta()) == datetime(
        2026, 11, 23, 9, tzinfo=UTC
    )
    monday = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert after(hours, monday, timedelta()) == monday


def test_who_never_works_owes_nothing():
    assert after(Hours.of("UTC", []), datetime(2026, 1, 1, tzinfo=UTC), MINUTE) is None


def test_an_hour_that_comes_twice_is_worked_twice_and_a_skipped_one_not_at_all():
    night = [(n, 120, 180) for n in range(7)]
    hours = Hours.of("Europe/Vienna", night)
    autumn, spring = datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert worked(hours, autumn, autumn + timedelta(hours=12)) == timedelta(hours=2)
    assert worked(hours, spring, spring + timedelta(hours=12)) == timedelta()


def test_shifts_that_overlap_or_go_over_midnight_are_joined():
    week = week_of([(0, 540, 720), (0, 700, 800), (6, 1320, 60), (0, 0, 30)])
    assert week[0] == ((0, 60), (540, 800)) and week[6] == ((1320, DAY),)


# -- rotas

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WEEK = Hours.of("UTC", [(0, 540, 1020)])


def test_those_of_the_language_come_first_and_those_of_another_not_at_all():
    duties = [Duty(1, (0, 540, 720)), Duty(2, (0, 540, 720), "zh"), Duty(3, (0, 540, 720), "en")]
    assert on_duty(WEEK, duties, MONDAY, "zh") == [2, 1]
    assert on_duty(WEEK, duties, MONDAY, "en") == [3, 1]
    assert on_duty(WEEK, duties, MONDAY) == [1, 2, 3], "a text whose language nobody knows is anybody's"
    assert on_duty(WEEK, duties, MONDAY + timedelta(hours=3), "zh") == []


def test_nobody_is_on_duty_outside_hours_whatever_the_rota_says():
    duties = [Duty(1, (0, 0, DAY)), Duty(1, (1, 0, DAY))]
    assert on_duty(WEEK, duties, MONDAY - timedelta(hours=2)) == []
    holiday = Hours(WEEK.zone, WEEK.week, frozenset({MONDAY.date()}))
    assert on_duty(holiday, duties, MONDAY) == []


@given(week=shifts, turns=shifts)
def test_gaps_and_turns_together_are_the_working_hours(week, turns):
    hours = Hours.of("UTC", week)
    open_at = {(d, m) for d, day in enumerate(hours.week) for a, b in day for m in range(a, b, 7)}
    there = {(d, m) for d, day in enumerate(week_of(turns)) for a, b in day for m in range(a, b)}
    missing = gaps(hours, [Duty(1, turn) for turn in turns])
    assert {
        (d, m) for d, m in open_at if any(d == x and a <= m < b for x, a, b in missing)
    } == open_at - there


def test_a_gap_is_told_of_each_language_that_nobody_there_answers_in():
    sunday = Hours.of("UTC", [(6, 540, 1020)])
    duties = [Duty(1, (6, 540, 720), "zh"), Duty(2, (6, 660, 780), "en")]
    assert gaps_of(sunday, duties, ("en", "zh")) == [
        ((6, 540, 660), "en"),
        ((6, 720, 780), "zh"),
        ((6, 780, 1020), ""),
    ]
    assert gaps_of(sunday, [*duties, Duty(3, (6, 540, 1020))], ("en", "zh")) == []


@given(week=shifts, turns=st.lists(st.tuples(shifts, st.sampled_from(["", "en", "zh"])), max_size=3))
def test_a_language_is_missing_where_a_question_in_it_would_fall_to_the_lead(week, turns):
    hours = Hours.of("UTC", week)
    duties = [Duty(n, shift, language) for n, (some, language) in enumerate(turns) for shift in some]
    missing = gaps_of(hours, duties, ("en", "zh"))
    for weekday, day in enumerate(hours.week):
        for start, _end in day:
            moment = MONDAY.replace(hour=0) + timedelta(days=weekday, minutes=start)
            for language in ("en", "zh"):
                is_gap = any(
                    which in ("", language) and on == weekday and begin <= start < end
                    for (on, begin, end), which in missing
                )
                assert is_gap == (on_duty(hours, duties, moment, language) == [])


# -- the record


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        ([], Record()),
        ([(True, 60)], Record(1, 1, 60)),
        ([(True, 60), (False, 600), (False, None)], Record(3, 1, 330)),
        ([(True, 3), (True, 1), (False, 2)], Record(3, 2, 2)),
    ],
)
def test_a_record_counts_what_was_kept_and_the_median_of_what_was_answered(outcomes, told):
    assert record_of(outcomes) == told


def test_one_miss_in_a_thousand_is_not_a_hundred_per_cent():
    assert Record(1000, 999).percent == 99
    assert not Record(9, 9).is_told and Record(10, 9).is_told
