"""Counts of what somebody wrote tell nobody of boards they cannot read."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from community.core.tasks.testing import run_due
from forum.actions import accept_answer
from forum.queries.written import tell_counts
from forum.rights import KEY_MEMBERS
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    """Two threads and three replies; one of each, and one of two accepted answers, in private."""
    writer, other = a_member(name="Writer of much", is_key_member=True), a_member(is_key_member=True)
    for board in (a_board(), a_board(rights=KEY_MEMBERS)):
        a_thread(author=writer, board=board)
        asked = a_thread(author=other, board=board)
        answer = a_reply(author=writer, thread=asked)
        accept_answer(actor=other, post_id=answer.pk)
    a_reply(author=writer, thread=a_thread(author=other))
    writer.refresh_from_db()
    assert (writer.post_count, writer.thread_count, writer.helped_count) == (5, 2, 2)
    return writer


def told(viewer, person):
    tell_counts(viewer, [person])
    return person.told_posts, person.told_threads, person.told_helped


def test_who_cannot_read_a_board_is_told_of_the_others_alone(writer):
    assert told(AnonymousUser(), writer) == told(a_member(), writer) == (3, 1, 1)
    assert told(a_member(role="moderator"), writer) == told(a_member(role="admin"), writer) == (5, 2, 2)


def test_every_page_that_shows_a_count_shows_that_one(writer):
    reader = a_member()
    run_due()  # so that search knows them
    pages = {
        "/members/": "3 posts",
        "/members/?q=Writer": "3 posts",
        "/search/?q=Writer&type=member": "3 posts",
        writer.get_absolute_url(): "<dt>Posts</dt><dd>3</dd>",
    }
    for path, shown in pages.items():
        for client in (Client(), signed_in(Client(), reader)):
            page = client.get(path).content.decode()
            assert shown in page and "5 posts" not in page and "<dd>5</dd>" not in page, path
    assert (
        "<dt>Posts</dt><dd>5</dd>"
        in signed_in(Client(), a_member(role="admin")).get(writer.get_absolute_url()).content.decode()
    )


def test_it_costs_one_statement_where_all_is_open(writer, django_assert_num_queries):
    admin = a_member(role="admin")
    with django_assert_num_queries(1):
        tell_counts(admin, [writer])
