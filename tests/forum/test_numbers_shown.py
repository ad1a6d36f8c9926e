"""Two numbers a thread keeps beside its last: the highest that is visible, and that of the latest post."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from community.core import clock
from community.core.access import Refused
from forum import actions
from forum.models import Thread
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    """A thread on its second day, with a reader who joined before it and has read it to its end, #2."""
    with clock.frozen(clock.now()) as hands:
        reader = a_member()
        hands.move(timedelta(days=1))
        thread = a_thread(author=a_member())
        a_reply(author=a_member(), thread=thread)
        thread.refresh_from_db()
        actions.mark_read(member=reader, thread=thread, number=2)
        hands.move(timedelta(hours=1))
        yield thread, signed_in(Client(), reader)


def unread(client: Client) -> str:
    return client.get("/unread/").content.decode()


def test_a_reply_that_was_removed_is_nothing_new(talk):
    thread, reader = talk
    spam = a_reply(author=a_member(), thread=thread, body="Buy tyres at a tenth of their price.")
    assert "1 new" in unread(reader)
    moderator = a_member(role="moderator")
    actions.remove_post(actor=moderator, post_id=spam.pk, reason="Advertising")
    assert "You have seen everything" in unread(reader)
    assert reader.get(f"/threads/{thread.pk}/unread/")["Location"].endswith("#n2")
    assert "1 new post" not in reader.get(thread.get_absolute_url()).content.decode()
    actions.restore_post(actor=moderator, post_id=spam.pk)
    thread.refresh_from_db()
    assert (thread.shown_number, thread.latest_number) == (3, 3)


def test_what_was_removed_after_one_came_is_not_the_first_that_is_new():
    with clock.frozen(clock.now()) as hands:
        thread = a_thread(author=a_member())
        hands.move(timedelta(hours=1))
        reader = signed_in(Client(), a_member())
        hands.move(timedelta(hours=1))
        spam = a_reply(author=a_member(), thread=thread, body="Buy tyres at a tenth of their price.")
        a_reply(author=a_member(), thread=thread)
        actions.remove_post(actor=a_member(role="moderator"), post_id=spam.pk, reason="Advertising")
        assert "1 new" in unread(reader)
        assert reader.get(f"/threads/{thread.pk}/unread/")["Location"].endswith("#n3")


def test_what_is_new_is_counted_without_what_is_out_of_sight(talk):
    thread, reader = talk
    moderator = a_member(role="moderator")
    for _n in range(4):
        spam = a_reply(author=a_member(), thread=thread, body=f"Buy tyres at a tenth of their price, {_n}.")
        actions.remove_post(actor=moderator, post_id=spam.pk, reason="Advertising")
    a_reply(author=a_member(), thread=thread)
    assert ">1 new" in unread(reader)
    address = reader.get(f"/threads/{thread.pk}/unread/")["Location"]
    assert address.endswith("#n7")
    page = reader.get(thread.get_absolute_url()).content.decode()
    assert "1 new post" in page.partition('class="route"')[2]


def test_the_road_ends_at_the_latest_post_not_at_what_was_merged_in_behind_it(client):
    moderator, late = a_member(role="moderator"), a_member()
    with clock.frozen(clock.now()) as hands:
        old = a_thread(author=a_member())
        hands.move(timedelta(days=2))
        thread = a_thread(author=a_member(), board=old.board)
        a_reply(author=late, thread=thread)
        hands.move(timedelta(days=1))
        actions.merge_threads(actor=moderator, source_id=old.pk, target_id=thread.pk, reason="Same question")
        road = client.get(thread.get_absolute_url()).content.decode().partition('class="route"')[2]
    end = road[: road.index(f"{late.name} wrote last")].rpartition("<a ")[2]
    assert end.partition('"')[2].partition('"')[0].endswith("#n2")


def test_an_upgrade_looks_the_numbers_up():
    moderator = a_member(role="moderator")
    thread = a_thread(author=a_member())
    for _n in range(2):
        last = a_reply(author=a_member(), thread=thread)
    actions.hide_post(actor=moderator, post_id=last.pk, reason="Off topic")
    Thread.objects.update(shown_number=1, latest_number=1)
    import_module("forum.migrations.0020_look_numbers_up").look_up(apps, connection.schema_editor())
    thread.refresh_from_db()
    assert (thread.last_number, thread.shown_number, thread.latest_number) == (3, 2, 2)


def test_what_was_removed_is_not_brought_before_its_author_again_by_hiding_it():
    moderator = a_member(role="moderator")
    thread = a_thread(author=a_member(), board=a_board())
    reply = a_reply(author=a_member(), thread=thread)
    actions.remove_post(actor=moderator, post_id=reply.pk, reason="Advertising")
    with pytest.raises(Refused, match="removed already"):
        actions.hide_post(actor=moderator, post_id=reply.pk, reason="Off topic")
    actions.remove_thread(actor=moderator, thread_id=thread.pk, reason="Advertising")
    with pytest.raises(Refused, match="removed already"):
        actions.hide_thread(actor=moderator, thread_id=thread.pk, reason="Off topic")
