"""Prepared querysets: the same rows as the queryset itself, built once for each shape."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.models import Count, F, Value
from django.db.models.functions import Coalesce, Greatest
from django.db.transaction import TransactionManagementError
from psycopg.adapt import PyFormat, Transformer

from community.core import clock
from community.core.among import among
from community.core.numbering import numbered, steady
from community.core.prepared import Prepared, PreparedUpdate
from community.members.models import Member
from forum.models import Post, Thread
from polls.models import Poll
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.polls import a_poll

pytestmark = pytest.mark.django_db


def _posts(newest_first: bool, *, thread_id: int, since: datetime):
    rows = (
        Post.objects.filter(thread_id=thread_id, posted_at__gte=since)
        .select_related("author", "reply_to__author")
        .defer("source", "reply_to__html")
        .annotate(seen=Coalesce(F("edited_at"), Value(since)), answers_count=Count("answers"))
    )
    return rows.order_by("-number" if newest_first else "number")


def _facts(post: Post) -> tuple:
    return (
        post.pk, post.number, post.html, post.reactions, post.posted_at, post.edited_at, post.state,
        post.author.name, post.author.is_demo, post.author.visibility, post.reply_to and post.reply_to.author.name,
        post.seen, post.answers_count, post.get_deferred_fields(), post._state.adding, post._state.db,
    )  # fmt: skip


def test_rows_are_those_of_the_queryset_with_their_relations_and_annotations(django_assert_num_queries):
    thread = a_thread(author=a_member())
    first = a_reply(author=a_member(), thread=thread)
    a_reply(author=a_member(), thread=thread, reply_to_id=first.pk)
    since = datetime(2020, 1, 1, tzinfo=UTC)
    asked = Prepared(_posts)
    for newest_first in (False, True, False):
        plain = [_facts(post) for post in _posts(newest_first, thread_id=thread.pk, since=since)]
        with django_assert_num_queries(1):
            rows = asked.rows(newest_first, thread_id=thread.pk, since=since)
            told = [_facts(post) for post in rows]
        assert told == plain and len(told) == 3
    assert rows[0].thread_id == thread.pk
    with django_assert_num_queries(1):
        assert rows[0].source  # deferred, not lost


def test_days_are_values_too():
    poll = a_poll()
    asked = Prepared(
        lambda *, day, now: Poll.objects.filter(home_on__lte=day, made_at__lte=now).values_list("pk")
    )
    now, days = clock.now(), [date(2026, 3, 1), date(2026, 3, 2)]
    Poll.objects.update(home_on=days[1])
    assert [asked.cells(day=day, now=now) for day in days] == [[], [(poll.pk,)]]


def test_the_statement_is_built_once_for_each_shape():
    built = []

    def build(letter: str, *, pk: int):
        built.append(letter)
        return Member.objects.get_queryset().filter(pk=pk)

    asked, people = Prepared(build), [a_member() for _ in range(3)]
    for person in people:
        assert asked.first("a", pk=person.pk) == person
        assert asked.first("b", pk=person.pk) == person
    assert asked.first("a", pk=0) is None
    assert built == ["a", "b"]


def test_text_and_moments_are_values_too():
    asked = Prepared(lambda *, name, until: Thread.objects.filter(title=name, opened_at__lte=until))
    one = a_thread(author=a_member(), title="It's 100% 冬天")
    a_thread(author=a_member(), title="Another one")
    assert asked.rows(name="It's 100% 冬天", until=clock.now()) == [one]
    assert asked.rows(name="It's 100% 冬天", until=datetime(2001, 1, 1, tzinfo=UTC)) == []


def test_what_the_statement_does_not_ask_for_is_an_error():
    asked = Prepared(lambda *, pk, other: Member.objects.get_queryset().filter(pk=pk))
    with pytest.raises(TypeError, match="other"):
        asked.rows(pk=1, other=2)


def test_a_model_that_somebody_listens_to_is_made_the_ordinary_way():
    from django.db.models.signals import post_init

    heard = []

    def listen(instance, **_kwargs):
        heard.append(instance.pk)

    board = a_board()
    post_init.connect(listen, sender=type(board))
    try:
        asked = Prepared(lambda *, pk: type(board).objects.filter(pk=pk))
        assert asked.first(pk=board.pk) == board
    finally:
        post_init.disconnect(listen, sender=type(board))
    assert heard == [board.pk]


def _shifted(*, pk: int, by: int):
    return Member.objects.filter(pk=pk), {"post_count": Greatest(F("post_count") + by, 0)}


def test_an_update_is_built_once_and_changes_only_its_rows(django_assert_num_queries):
    one, other = a_member(), a_member()
    shift = PreparedUpdate(_shifted)
    for by, after in ((3, 3), (4, 7), (-9, 0)):
        with django_assert_num_queries(1):
            assert shift.run(pk=one.pk, by=by) == 1
        one.refresh_from_db()
        assert one.post_count == after
    other.refresh_from_db()
    assert other.post_count == 0
    assert shift.run(pk=one.pk + other.pk + 1000, by=1) == 0


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_nobody_would_hold_is_an_error_at_any_time():
    if not connection.features.has_select_for_update:
        pytest.skip("row locks need PostgreSQL: set DATABASE_URL")
    from django.db import transaction

    member = a_member()
    asked = Prepared(lambda *, pk: Member.objects.select_for_update(no_key=True).filter(pk=pk))
    with transaction.atomic():
        assert asked.first(pk=member.pk) == member
    with pytest.raises(TransactionManagementError):
        asked.first(pk=member.pk)


def test_many_keys_are_one_value_and_columns_come_without_instances(django_assert_num_queries):
    people = [a_member() for _ in range(4)]
    built = []

    def build(*, ids, besides):
        built.append(ids)
        rows = Member.objects.get_queryset().filter(pk__in=among(ids)).exclude(pk=besides)
        return rows.order_by("pk").values_list("pk", "name", "joined_at")

    asked = Prepared(build)
    told = [(one.pk, one.name, one.joined_at) for one in people]
    for wanted in ((0, 1, 2), (3,), ()):
        with django_assert_num_queries(1):
            rows = asked.cells(ids=tuple(people[place].pk for place in wanted), besides=people[1].pk)
        assert [tuple(row) for row in rows] == [told[place] for place in wanted if place != 1]
    assert len(built) == 1
    with pytest.raises(AssertionError, match="ask for its cells"):
        asked.rows(ids=(people[0].pk,), besides=0)


def test_marks_are_numbered_and_percents_stay():
    assert numbered("a = %s AND b LIKE '%%x%%' AND c = %s") == b"a = $1 AND b LIKE '%x%' AND c = $2"
    assert numbered("SELECT 1") == b"SELECT 1"


def test_large_keys_and_small_ones_are_asked_with_the_same_statement():
    """A statement is its text and the types of its values: other types would be planned apart."""

    def types(*values):
        bound = Transformer()
        bound.dump_sequence([steady(value) for value in values], [PyFormat.AUTO] * len(values))
        return bound.types

    assert types(7, [3, 5], -1) == types(40_000, [3, 2**40], 2**31 - 1)
    assert types(True) != types(1), "what is no number stays what it is"
    people = [a_member() for _ in range(3)]
    asked = Prepared(lambda *, ids: Member.objects.get_queryset().filter(pk__in=among(ids)).order_by("pk"))
    assert asked.rows(ids=(people[2].pk, people[0].pk, 2**62, -1)) == [people[0], people[2]]
