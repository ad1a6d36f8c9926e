"""A picture that cannot be used is missing in what was sent: its owner hears of it, once, with the reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from activity.messages import actions as letters
from activity.notices import pictures, words
from activity.notices.models import Notification
from activity.notices.views.lists import target
from community.core import clock
from community.core.tasks.testing import run_due
from community.files.models import State, Upload
from community.members.models import Member
from forum.models import Post
from tests.builders.files import an_upload, photo, spoiled
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(media_root: Any) -> None: ...


@pytest.fixture
def author() -> Member:
    return a_member(name="Nora")


def settle() -> None:
    """What is due now, and what is due when words have settled."""
    run_due()
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        run_due()


def told(member: Member) -> list[Notification]:
    return list(Notification.objects.filter(recipient=member, kind="house"))


def waiting(author: Member, data: bytes | None = None) -> tuple[Upload, str]:
    """An upload whose sizes are not made yet, and what names it in words."""
    upload = an_upload(owner=author, data=spoiled() if data is None else data, is_ready=False)
    return upload, f"Look: ![the dash]({upload.address})"


def test_it_is_told_in_a_post_with_the_reason_and_leads_there(author, client):
    _upload, said = waiting(author)
    post = a_reply(author=author, thread=a_thread(author=a_member()), body=said)
    settle()
    (row,) = told(author)
    assert (row.data["what"], row.post_id) == (pictures.IN_POST, post.pk)
    assert "could not be used, and is missing there" in words.plain(row)
    assert words.why(row) == "This picture file is damaged, so it cannot be used. Please try another one."
    assert target(row) == f"/posts/{post.pk}/"
    shown = signed_in(client, author).get("/notices/").content.decode()
    assert "is damaged" in shown and post.thread.title in shown


def test_a_post_that_came_a_moment_after_it_was_lost_is_found_too(author):
    """What comes with a form is taken before its words are posted, and the queue may be faster."""
    upload, said = waiting(author)
    run_due()
    upload.refresh_from_db()
    assert upload.state == State.GONE and not told(author)
    post = a_reply(author=author, thread=a_thread(author=a_member()), body=said)
    settle()
    assert [row.post_id for row in told(author)] == [post.pk]


def test_it_is_told_of_a_message_and_leads_to_my_uploads(author):
    _upload, said = waiting(author)
    letters.start_conversation(actor=author, recipients=[a_member()], body=said)
    settle()
    (row,) = told(author)
    assert row.data["what"] == pictures.ELSEWHERE and target(row) == "/account/files/"


def test_nothing_is_told_of_a_draft_of_a_good_picture_and_of_what_is_deleted(author):
    waiting(author)
    good, said = waiting(author, photo())
    a_reply(author=author, thread=a_thread(author=a_member()), body=said)
    settle()
    signed_in(Client(), author).post(f"/files/{good.key}/delete/")
    settle()
    assert told(author) == []


def test_a_post_that_is_gone_meanwhile_is_not_spoken_of(author):
    _upload, said = waiting(author)
    post = a_reply(author=author, thread=a_thread(author=a_member()), body=said)
    Post.objects.filter(pk=post.pk).update(state="removed")
    settle()
    assert told(author) == []


def test_a_second_run_tells_nothing_more(author):
    upload, said = waiting(author)
    a_reply(author=author, thread=a_thread(author=a_member()), body=said)
    settle()
    assert pictures.about_lost(upload_id=upload.pk).deliveries == []
    assert len(told(author)) == 1
