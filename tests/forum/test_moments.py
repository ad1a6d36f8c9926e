"""Hours on a wall: in zones, in the night the clocks skip one and in the night one comes twice."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from forum.moments import Wall, in_words, offset


@pytest.mark.parametrize(
    ("at", "zone", "moment"),
    [
        ("2026-12-03T08:00", "UTC", "2026-12-03T08:00"),
        ("2026-12-03T08:00", "Asia/Shanghai", "2026-12-03T00:00"),
        ("2026-07-03T08:00", "Europe/Vienna", "2026-07-03T06:00"),
        ("2026-12-03T08:00", "Europe/Vienna", "2026-12-03T07:00"),
        ("2027-03-28T02:30", "Europe/Vienna", "2027-03-28T01:30"),  # skipped: an hour later
        ("2026-10-25T02:30", "Europe/Vienna", "2026-10-25T00:30"),  # twice: the first
    ],
)
def test_a_moment(at, zone, moment):
    wall = Wall(datetime.fromisoformat(at), zone)
    assert wall.moment == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert wall.text == at


def test_the_odd_nights_are_told_from_others():
    skipped = Wall(datetime(2027, 3, 28, 2, 30), "Europe/Vienna")
    assert skipped.is_skipped and not skipped.comes_twice
    assert skipped.shown == datetime(2027, 3, 28, 3, 30)
    twice = Wall(datetime(2026, 10, 25, 2, 30), "Europe/Vienna")
    assert twice.comes_twice and not twice.is_skipped
    for hour in (1, 4):
        for day in (datetime(2027, 3, 28, hour), datetime(2026, 10, 25, hour)):
            wall = Wall(day, "Europe/Vienna")
            assert not wall.is_skipped and not wall.comes_twice


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("UTC", "UTC"),
        ("Europe/Vienna", "UTC+1"),
        ("Asia/Kolkata", "UTC+5:30"),
        ("America/St_Johns", "UTC\N{MINUS SIGN}3:30"),
    ],
)
def test_how_far_clocks_are_from_utc(zone, said):
    assert offset(datetime(2026, 12, 3, 8, tzinfo=UTC).astimezone(ZoneInfo(zone))) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Wednesday, 3 March 2027, 08:30"), ("zh-hans", "2027 年 3 月 3 日 星期三 08:30")],
)
def test_a_moment_is_said_with_the_marks_of_its_language(language, said):
    with translation.override(language):
        assert in_words(datetime(2027, 3, 3, 8, 30)) == said
