"""What the team noted stands where a member's standing is decided."""

from __future__ import annotations

import pytest
from django.test import Client

from moderation.desk import actions
from moderation.desk.models import MemberNote
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


def test_notes_are_read_and_taken_away_on_the_members_staff_page():
    moderator, other, member = a_member(role="moderator"), a_member(role="moderator"), a_member()
    thread = a_thread(author=member, board=a_board())
    actions.keep_note(actor=moderator, thread_id=thread.pk, text="Was promised a call back.")
    page = f"/staff/members/{member.pk}/"
    writer, reader = (signed_in(Client(), one, strongly=True) for one in (moderator, other))
    note = MemberNote.objects.get()
    assert f"/desk/notes/{note.pk}/remove/" in writer.get(page).content.decode()
    text = reader.get(page).content.decode()
    assert "Was promised a call back." in text and "/desk/notes/" not in text, (
        "only who wrote it takes it away"
    )
    for one in (member, a_member(role="editor")):
        assert "Was promised" not in signed_in(Client(), one, strongly=True).get(page).content.decode()
    answer = writer.post(f"/desk/notes/{note.pk}/remove/", {"next": page})
    assert answer["Location"] == page and not MemberNote.objects.exists()
