"""What members found most useful, without a vote of staff."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forum import actions
from forum.rights import CIRCLE
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


def test_only_members_marks_on_members_words_in_public_count(
    client, frozen_clock, django_capture_on_commit_callbacks
):
    members, staff = (
        [a_member() for _ in range(4)],
        [a_member(role=role) for role in ("moderator", "editor", "partner")],
    )
    board, circle = a_board(), a_board(rights=CIRCLE)
    for one in members:
        actions.enrol(actor=None, board_id=circle.pk, member=one, kind="club_member")
    asked = a_thread(author=members[0], board=board, title="How far in the cold?")
    helped, liked, by_staff = (
        a_reply(author=one, thread=asked) for one in (members[1], members[2], staff[0])
    )
    hidden = a_reply(author=members[1], thread=a_thread(author=members[0], board=circle))
    for post in (helped, by_staff, hidden):
        for reader in (one for one in members if one.pk != post.author_id):
            actions.react(actor=reader, post_id=post.pk, kind="useful")
    for reader in [*staff, members[0], members[3]]:
        actions.react(actor=reader, post_id=liked.pk, kind="thanks")
    actions.react(actor=staff[1], post_id=helped.pk, kind="useful")
    assert [(post.pk, marks) for post, marks in client.get("/best/").context["rows"]] == [(helped.pk, 3)]
    with django_capture_on_commit_callbacks(execute=True):
        actions.hide_post(actor=staff[0], post_id=helped.pk, reason="Not fit to be read")
    assert not client.get("/best/").context["rows"]
    frozen_clock.move(timedelta(days=91))
    assert "As soon as members mark" in client.get("/best/").content.decode()
