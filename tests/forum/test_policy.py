from datetime import UTC, date, datetime, timedelta

import pytest

from forum import policy

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({}, True),
        ({"lane": "tell"}, False),
        ({"state": "hidden"}, False),
        ({"locked": True}, False),
        ({"accepted": True}, False),
        ({"answers": 1}, False),
    ],
)
def test_a_thread_needs_an_answer_only_while_it_is_an_open_question_nobody_replied_to(change, wanted):
    base = {"lane": "ask", "state": "visible", "locked": False, "accepted": False, "answers": 0}
    assert policy.needs_answer(**(base | change)) is wanted


def test_a_reply_from_somebody_else_heats_more_than_ones_own():
    own = policy.heat(opened_at=NOON, answers=0, replies=3, reactions=0)
    others = policy.heat(opened_at=NOON, answers=3, replies=3, reactions=0)
    assert others > own


def test_heat_fades_against_newer_threads():
    old = policy.heat(opened_at=NOON - timedelta(days=10), answers=30, replies=30, reactions=9)
    new = policy.heat(opened_at=NOON, answers=0, replies=0, reactions=0)
    assert new > old


def test_the_strip_counts_posts_by_day_and_forgets_what_is_older_than_fourteen_days():
    days: dict[str, int] = {}
    for n in range(20):
        days = policy.note_day(days, NOON + timedelta(days=n))
    days = policy.note_day(days, NOON + timedelta(days=19))
    assert len(days) == policy.STRIP_DAYS
    strip = policy.strip(days, date(2026, 12, 12))
    assert strip == [1] * 13 + [2]
    assert policy.strip(days, date(2027, 1, 30)) == [0] * 14


def test_only_the_authors_own_quick_fix_leaves_no_revision():
    quick = {"posted_at": NOON, "now": NOON + timedelta(minutes=1)}
    assert not policy.leaves_revision(**quick, by_author=True, seen_by_others=False)
    assert policy.leaves_revision(**quick, by_author=True, seen_by_others=True)
    assert policy.leaves_revision(**quick, by_author=False, seen_by_others=False)
    late = {"posted_at": NOON, "now": NOON + timedelta(minutes=3)}
    assert policy.leaves_revision(**late, by_author=True, seen_by_others=False)
