"""Any stretch of days is a few marks, and every day of it holds exactly one of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from community.search import marks

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("since", "until", "most"),
    [
        (date(2024, 2, 28), date(2024, 3, 1), 3),
        (date(2023, 11, 20), date(2026, 2, 3), 18),
        (date(2024, 1, 1), date(2024, 12, 31), 1),
        (None, date(2024, 1, 15), 49),
        (date(2026, 11, 1), None, 3),
        (date(2024, 5, 2), date(2024, 5, 1), 0),
    ],
)
def test_a_stretch_of_days_is_few_marks_and_no_day_more(since, until, most):
    asked = set(marks.between(since, until, TODAY))
    assert len(asked) <= most
    first, last = since or date(marks.FIRST_YEAR, 1, 1), until or date(TODAY.year, 12, 31)
    day = first - timedelta(days=3)
    while day < last + timedelta(days=3):
        held = asked & set(marks.moment(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)))
        if until is not None or day <= last:
            assert len(held) == (first <= day <= last), day
        day += timedelta(days=1)
