"""Chat is off in digests unless somebody wants it; it stands in the list either way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from activity.notices import actions, tasks
from activity.notices.kinds import Ways
from activity.notices.models import NoticeSettings, Notification
from community.core.tasks.testing import run_due
from forum import actions as forum
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(frozen_clock):
    """Somebody who watches a board and wants by digest alone what is new there."""
    reader = a_member()
    actions.set_ways(member=reader, kind="opened", ways=Ways(in_app=False, digest=True))
    actions.set_ways(member=reader, kind="mention", ways=Ways(in_app=False, digest=True))
    return reader


def digested(reader, held) -> str:
    """A question and a chat are opened; in the chat somebody names the reader. The digest of the next morning."""
    board = a_board()
    forum.set_watch(member=reader, board_id=board.pk, level="all")
    writer = a_member()
    a_thread(author=writer, board=board, lane="ask", title="Which tyres hold on ice")
    chat = a_thread(author=writer, board=board, lane="chat", title="Nice weather by the lake")
    held.move(timedelta(minutes=1))
    run_due()
    a_reply(author=writer, thread=chat, body=f"What do you say, @{reader.name}?")
    held.move(timedelta(minutes=1))
    run_due()
    held.move(timedelta(days=1))
    tasks.send_digests.call()
    run_due()
    return "\n".join(str(letter.body) for letter in mail.outbox if letter.to == [reader.email])


def test_the_digest_leaves_chat_out_but_not_who_speaks_to_one_there(reader, frozen_clock):
    words = digested(reader, frozen_clock)
    assert "opened “Which tyres hold on ice”" in words
    assert "opened “Nice weather by the lake”" not in words
    assert "mentioned you in “Nice weather by the lake”" in words
    left_out = Notification.objects.get(recipient=reader, kind="opened", thread__lane="chat")
    assert left_out.is_listed and not left_out.waits, "what no letter brings stands in the list"


def test_whoever_wants_chat_there_gets_it(reader, frozen_clock):
    client = signed_in(Client(), reader)
    told = {"rhythm": "at_once", "limit": "3", "digest_hour": "8", "chat_in_digest": "on"}
    told |= {"opened-digest": "on", "mention-digest": "on"}
    assert client.post("/notices/settings/", told).status_code == 302
    assert NoticeSettings.objects.get(member=reader).chat_in_digest
    assert (
        "checked" in client.get("/notices/settings/").content.decode().split('name="chat_in_digest"')[1][:80]
    )
    assert "opened “Nice weather by the lake”" in digested(reader, frozen_clock)
