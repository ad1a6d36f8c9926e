"""A button pressed twice keeps one note, one answer and one theme."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community.core.tasks.testing import run_due
from moderation.canned.forms import OWN, TEAM
from moderation.canned.models import CannedAnswer
from moderation.desk.models import MemberNote
from moderation.topics.models import Topic
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


def pressed(desk, address: str, sent: dict[str, str]) -> None:
    for _ in range(2):
        assert desk.post(address, sent).status_code == 302


def test_a_note(desk, frozen_clock):
    thread = a_thread(author=a_member())
    run_due()
    pressed(desk, f"/desk/threads/{thread.pk}/note/", {"note": "Calls at night"})
    assert MemberNote.objects.count() == 1
    frozen_clock.move(timedelta(minutes=2))
    desk.post(f"/desk/threads/{thread.pk}/note/", {"note": "Calls at night"})
    assert MemberNote.objects.count() == 2, "said again later it is another"


def test_an_answer_kept_ready(desk, mei, frozen_clock):
    sent = {"name": "Hello", "text_en": "Hello {asker}, and welcome.", "whose": TEAM}
    pressed(desk, "/desk/answers/new/", sent)
    pressed(desk, "/desk/answers/new/", sent | {"whose": OWN})
    assert CannedAnswer.objects.filter(owner=None).count() == 1, "the team's"
    assert CannedAnswer.objects.filter(owner=mei).count() == 1, "one's own is another"


def test_a_theme(desk, frozen_clock):
    board = a_board()
    sent = {"theme": "Winter tyres", "about": "", "owner": "", "opens_on": "", "closes_on": "", "idea": "1"}
    pressed(desk, f"/staff/topics/new/{board.slug}/", sent)
    assert Topic.objects.count() == 1
    desk.post(f"/staff/topics/new/{board.slug}/", sent | {"about": "And when to change them"})
    assert Topic.objects.count() == 2, "another plan is another theme"
