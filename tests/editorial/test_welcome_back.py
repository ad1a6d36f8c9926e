"""Somebody comes back after a long time: one true line, at most once in thirty days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forum import actions
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


def test_one_true_line_after_a_long_time_and_not_again_for_thirty_days(client, frozen_clock):
    member, other = a_member(name="Helper"), a_member()
    thread = a_thread(author=other)
    post = a_reply(author=member, thread=thread)
    signed_in(client, member).get("/")
    assert "Welcome back" not in client.get("/").content.decode()
    frozen_clock.move(timedelta(days=15))
    actions.react(actor=other, post_id=post.pk, kind="useful")
    actions.react(actor=a_member(), post_id=post.pk, kind="thanks")
    actions.react(actor=a_member(), post_id=post.pk, kind="funny")
    page = client.get("/").content.decode()
    assert "Welcome back, Helper. Your answers helped 2 people while you were away." in page
    frozen_clock.move(timedelta(hours=13))
    assert "Welcome back" not in client.get("/").content.decode()
    frozen_clock.move(timedelta(days=15))
    assert "Welcome back" not in client.get("/").content.decode()  # away again, but greeted lately
    frozen_clock.move(timedelta(days=31))
    assert "Welcome back" in client.get("/").content.decode()


def test_it_counts_answers_where_nothing_was_found_useful(client, frozen_clock):
    member, other = a_member(name="Helper"), a_member()
    post = a_reply(author=member, thread=(thread := a_thread(author=other)))
    signed_in(client, member).get("/")
    frozen_clock.move(timedelta(days=20))
    a_reply(author=other, thread=thread, reply_to_id=post.pk)
    assert "1 person answered you" in client.get("/").content.decode()


def test_it_says_nothing_of_a_board_that_closed_to_the_member(client, frozen_clock):
    member, other = a_member(name="Helper"), a_member()
    thread = a_thread(author=other, board=a_board())
    post = a_reply(author=member, thread=thread)
    signed_in(client, member).get("/")
    frozen_clock.move(timedelta(days=20))
    actions.react(actor=other, post_id=post.pk, kind="useful")
    actions.set_rights(actor=None, board_id=thread.board_id, rights={"read": ["moderator"]})
    page = client.get("/").content.decode()
    assert "It is good to see you again." in page


def test_the_second_look_costs_nothing_more(client, frozen_clock, django_assert_max_num_queries):
    member = a_member()
    signed_in(client, member).get("/")
    frozen_clock.move(timedelta(days=20))
    client.get("/")
    with django_assert_max_num_queries(5):
        client.get("/")


def test_it_is_closed_with_one_button_and_stays_closed(client, frozen_clock):
    member = a_member(name="Helper")
    signed_in(client, member).get("/")
    frozen_clock.move(timedelta(days=20))
    page = client.get("/").content.decode()
    assert "Welcome back, Helper." in page and 'action="/account/welcome-back/"' in page
    for _ in range(2):
        assert client.post("/account/welcome-back/")["Location"] == "/"
        assert "Welcome back" not in client.get("/").content.decode()
    frozen_clock.move(timedelta(days=31))
    assert "Welcome back" in client.get("/").content.decode(), "the next time is another time"
