"""Lists that are read from stored counts: right for each viewer, and equal to a recount."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from community.core.pagination import stretch
from forum import actions
from forum.counters import rebuild_tag_uses, rebuild_weeks
from forum.models import Thread
from forum.queries import lists
from forum.queries.lists import SORTS
from forum.rights import CIRCLE
from forum.tasks import count_the_week
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


def test_a_week_counts_new_posts_at_once_and_forgets_old_ones_with_the_recount(frozen_clock):
    author, moderator = a_member(), a_member(role="moderator")
    quiet, busy = a_board(), a_board()
    a_thread(author=author, board=quiet)
    thread = a_thread(author=author, board=busy)
    replies = [a_reply(author=author, thread=thread) for _ in range(2)]
    guest = AnonymousUser()
    assert [(board, board.week_count) for board in lists.busy_boards(guest)] == [(busy, 3), (quiet, 1)]
    assert rebuild_weeks() == 0, "a recount agrees"
    actions.hide_post(actor=moderator, post_id=replies[0].pk, reason="Rude")
    assert [board.week_count for board in lists.busy_boards(guest)] == [2, 1] and rebuild_weeks() == 0
    frozen_clock.move(timedelta(days=6))
    a_reply(author=author, thread=thread)
    frozen_clock.move(timedelta(days=2))
    count_the_week.func()
    assert [(board, board.week_count) for board in lists.busy_boards(guest)] == [(busy, 1)]


def test_tags_are_counted_over_readable_boards_alone():
    author, insider = a_member(), a_member()
    board, circle = a_board(), a_board(rights=CIRCLE)
    moderator = a_member(role="moderator")
    actions.enrol(actor=None, board_id=circle.pk, member=insider, kind="club_member")
    threads = [a_thread(author=author, board=board, tags=["winter", "range"]) for _ in range(2)]
    a_thread(author=moderator, board=circle, tags=["range", "secret"])
    guest = AnonymousUser()

    def cloud(viewer):
        return {tag.slug: tag.seen for tag in lists.tag_cloud(viewer)}

    assert cloud(guest) == {"winter": 2, "range": 2}
    assert cloud(insider) == {"range": 3, "winter": 2, "secret": 1}
    assert next(iter(cloud(insider))) == "range", "the most used first"
    actions.move_thread(actor=moderator, thread_id=threads[0].pk, board_id=circle.pk)
    assert cloud(guest) == {"winter": 1, "range": 1} and cloud(insider)["range"] == 3
    actions.hide_thread(actor=moderator, thread_id=threads[1].pk, reason="Rude")
    assert cloud(guest) == {} and cloud(insider)["range"] == 2
    actions.retag_thread(actor=moderator, thread_id=threads[0].pk, tags=["winter"])
    actions.restore_thread(actor=moderator, thread_id=threads[1].pk)
    assert cloud(guest) == {"winter": 1, "range": 1} and cloud(insider) == {
        "range": 2,
        "winter": 2,
        "secret": 1,
    }
    assert rebuild_tag_uses() == 0


@pytest.mark.parametrize("sort", ["latest", "newest"])
def test_a_deep_page_of_a_board_begins_where_its_cursor_stands(sort):
    """No database walks a board from its newest thread: the index is entered at the cursor."""
    order, moment = SORTS[sort], datetime(2026, 5, 1, tzinfo=UTC)
    place = (False, moment, 7) if len(order) == 3 else (moment, 7)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # a handful of rows: anything else would be cheaper
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    rows = stretch(Thread.objects.filter(board_id=1), order, place, inclusive=False, most=20)
    plan, column = rows.explain(), order[-2].lstrip("-")
    assert re.search(rf"board_id=\? AND .*{column}<\?\)|Index Cond: .*board_id.*{column} <= ", plan), plan
