"""How times, numbers, names and strips are shown: pure functions at their edges."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from community.core import display

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_english_and_utc():
    with translation.override("en"), timezone.override(ZoneInfo("UTC")):
        yield


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        (timedelta(seconds=0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=14), "14 h ago"),
        (timedelta(hours=15), "yesterday 23:30"),
        (timedelta(days=1, hours=14, minutes=30), "yesterday 00:00"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=6, hours=14), "6 days ago"),
        (timedelta(days=7), "16 Nov"),
        (timedelta(days=400), "19 Oct 2025"),
    ],
)
def test_ago_says_the_nearest_thing(gone, said):
    assert display.ago(NOW - gone, NOW) == said


def test_shortly_after_midnight_hours_beat_yesterday():
    night = datetime(2026, 11, 23, 0, 20, tzinfo=UTC)
    assert display.ago(night - timedelta(minutes=90), night) == "1 h ago"


def test_a_moment_in_the_future_is_now():
    assert display.ago(NOW + timedelta(seconds=5), NOW) == "just now"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 23, 13, 26, tzinfo=UTC), "today 13:26"),
        (datetime(2026, 11, 22, 22, 40, tzinfo=UTC), "yesterday 22:40"),
        (datetime(2026, 11, 18, 20, 14, tzinfo=UTC), "18 Nov, 20:14"),
        (datetime(2024, 11, 18, 20, 14, tzinfo=UTC), "18 Nov 2024, 20:14"),
    ],
)
def test_when_says_the_moment(at, said):
    assert display.when(at, NOW) == said


def test_the_viewers_zone_decides_what_yesterday_is():
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        assert display.when(datetime(2026, 11, 22, 22, 40, tzinfo=UTC), NOW) == "today 06:40"


@pytest.mark.parametrize(
    ("count", "english", "chinese"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1204, "1,204", "1,204"),
        (9999, "9,999", "9,999"),
        (10_000, "10k", "1 万"),
        (12_345, "12.3k", "1.2 万"),
        (999_999, "999k", "99.9 万"),
        (3_456_789, "3.4M", "345 万"),
        (123_456_789, "123M", "1.2 亿"),
    ],
)
def test_compact_never_says_more_than_there_is(count, english, chinese):
    assert display.compact(count, "en") == english
    assert display.compact(count, "zh-hans") == chinese


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Anna Kuhn", "AK"),
        ("林小满", "林"),
        ("mike88", "MI"),
        ("Karl-Heinz", "KH"),
        ("_ _", "_"),
        ("é", "É"),
        ("", "?"),
    ],
)
def test_initials(name, shown):
    assert display.initials(name) == shown


def test_tones_are_the_same_every_time_and_spread():
    names = [f"Driver {n}" for n in range(200)]
    tones = [display.tone(name) for name in names]
    assert tones == [display.tone(name) for name in names]
    assert set(tones) == set(range(display.TONES))


def test_strip_days_end_today():
    days = {"2026-11-23": 3, "2026-11-10": 5, "2026-11-09": 7}
    counts = display.strip_days(days, date(2026, 11, 23))
    assert len(counts) == 14
    assert counts[0] == 5
    assert counts[-1] == 3
    assert sum(counts) == 8


def test_strip_index_is_none_outside_the_window():
    today = date(2026, 11, 23)
    assert display.strip_index(None, today) is None
    assert display.strip_index(datetime(2026, 11, 9, tzinfo=UTC), today) is None
    assert display.strip_index(datetime(2026, 11, 10, tzinfo=UTC), today) == 0
    assert display.strip_index(datetime(2026, 11, 23, tzinfo=UTC), today) == 13


def test_strip_draws_quiet_days_and_marks():
    svg = display.strip_svg([0] * 8 + [4, 0, 0, 2, 0, 1], opened=8, accepted=11, title='<"road">')
    assert 'class="s-quiet" d="M90 16H110M120 16H130"' in svg
    assert 'class="s-road" d="M80 16H90M110 16H120M130 16H140"' in svg
    assert 'class="s-start" cx="80"' in svg
    assert 'class="s-ans" cx="115"' in svg
    assert "&lt;&quot;road&quot;&gt;" in svg


def test_a_strip_without_a_title_is_decoration():
    assert 'aria-hidden="true"' in display.strip_svg([0] * 14)


def test_strip_title_does_not_count_the_opening_post():
    days = [0] * 12 + [3, 1]
    assert display.strip_title(days, opened=12, accepted=None) == "3 replies in the last 14 days."
    assert display.strip_title(days, opened=None, accepted=3).startswith("4 replies")


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 145, [1, 2, 3, 4, None, 145]),
        (5, 9, [1, 2, 3, 4, 5, 6, None, 9]),
        (72, 145, [1, 2, None, 71, 72, 73, None, 145]),
        (145, 145, [1, 2, None, 144, 145]),
    ],
)
def test_pager_shows_ends_and_neighbours(page, pages, shown):
    assert display.page_steps(page, pages) == shown


@pytest.mark.parametrize(
    ("path", "guess"),
    [
        ("/threads/12/heat-pump-in-winter/", "heat pump in winter"),
        ("/boards/winter/t/20871", "winter"),
        ("/threads/7/%E5%86%AC%E5%AD%A3%E7%BB%AD%E8%88%AA/", "冬季续航"),
        ("/boards/", ""),
        ("/123/456/", ""),
    ],
)
def test_a_lost_address_is_searched_for_by_its_words(path, guess):
    assert display.search_guess(path) == guess


@pytest.mark.parametrize(
    ("words", "attribute"),
    [
        ("版主，用车与充电", ' lang="zh"'),
        ("Test drive booked, wallet nervous", ' lang="en"'),
        ("Aurora E 用了三年", ' lang="zh"'),
        ("2025", ""),
        ('" onclick="x', ' lang="en"'),
    ],
)
def test_short_words_of_members_carry_their_own_language(words, attribute):
    assert display.lang_attribute(words) == attribute
