"""Pages that were opened before somebody else changed what they show: an edited post, a post that moved."""

from __future__ import annotations

import pytest
from django.test import Client

from forum import actions
from forum.rights import CIRCLE
from tests.builders.forum import a_board
from tests.builders.members import signed_in
from tests.forum.test_views_posts import Talk
from tests.support.inert import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_who_edits_over_anothers_edit_sees_it_and_the_next_press_counts(talk):
    client = signed_in(Client(), talk.asker)
    address = f"/posts/{talk.opening.pk}/edit/"
    old = Page(client.get(address).content.decode()).fields
    actions.edit_post(
        actor=talk.moderator, post_id=talk.opening.pk, body="How far in frost?", title="Range in frost"
    )
    response = client.post(address, old | {"body": "How far, at −10 °C?"})
    page = response.content.decode()
    fields = Page(page).fields
    assert response.status_code == 422 and fields["body"] == "How far, at −10 °C?"
    assert "How far in frost?</del>" in page and "How far, at −10 °C?</ins>" in page
    assert fields["title"] == fields["title_was"] == "Range in frost"  # the asker did not touch it
    assert client.post(address, fields).status_code == 302
    talk.opening.refresh_from_db()
    talk.thread.refresh_from_db()
    assert (talk.opening.source, talk.thread.title) == ("How far, at −10 °C?", "Range in frost")


def test_a_title_typed_over_anothers_is_still_a_wish_after_a_look(talk):
    client = signed_in(Client(), talk.asker)
    address = f"/posts/{talk.opening.pk}/edit/"
    old = Page(client.get(address).content.decode()).fields
    actions.edit_post(actor=talk.moderator, post_id=talk.opening.pk, body="How far?", title="Range in frost")
    fields = Page(client.post(address, old | {"title": "Range at −10"}).content.decode()).fields
    assert (fields["title"], fields["title_was"]) == ("Range at −10", "Range in frost")
    client.post(address, fields)
    talk.thread.refresh_from_db()
    assert talk.thread.title == "Range at −10"


def test_where_a_post_went_nobody_is_led_who_may_not_read_there(talk):
    hidden = a_board(rights=CIRCLE)
    new = actions.split_thread(
        actor=talk.moderator,
        thread_id=talk.thread.pk,
        post_ids=[talk.reply.pk],
        title="Apart",
        lane="ask",
        reason="Another matter",
    )
    stub = talk.thread.posts.get(number=2)
    page = Client().get(talk.thread.get_absolute_url()).content.decode()
    assert f'href="/posts/{stub.pk}/"' in page
    assert Client().get(f"/posts/{stub.pk}/")["Location"].startswith(new.get_absolute_url())
    actions.move_thread(actor=talk.moderator, thread_id=new.pk, board_id=hidden.pk)
    member = signed_in(Client(), talk.asker)
    back = member.get(f"/posts/{stub.pk}/", follow=True)
    assert back.redirect_chain[-1][0] == f"{talk.thread.get_absolute_url()}#post-{stub.pk}"
    assert "It was moved where you cannot read it." in back.content.decode()
