"""A thread in the hands of somebody who cannot work it any more is free again, and the desk says whose it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community.core.access import Invalid
from community.core.tasks.testing import run_due
from community.members import actions as members
from community.members.models import Member
from forum import actions as forum
from forum.models import Thread
from forum.rights import DEFAULT_RIGHTS
from moderation.desk import actions, queries
from moderation.desk.models import DeskLog, DeskThread
from moderation.desk.policy import View
from moderation.desk.wanted import Wanted
from moderation.desk.wording import line_in_words
from tests.builders.forum import a_board
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db

ADMINS = {**DEFAULT_RIGHTS, "moderate": ["admin"]}


@pytest.fixture
def chief():
    return a_member(name="Noor", role="admin")


def due(viewer: Member, view: View = View.DUE) -> list[int]:
    wanted = Wanted(view=view, boards=queries.boards_for(viewer))
    return [row.pk for row in queries.queue(viewer, wanted, None).items]


def _role(li: Member, _thread: Thread, _chief: Member) -> None:
    members.set_role(actor=None, member=li, role="member")


def _suspended(li: Member, _thread: Thread, chief: Member) -> None:
    members.set_standing(actor=chief, member=li, standing="suspended", reason="Away from the team for now")


def _moved(_li: Member, thread: Thread, chief: Member) -> None:
    forum.move_thread(actor=chief, thread_id=thread.pk, board_id=a_board(rights=ADMINS).pk)


def _rights(_li: Member, thread: Thread, _chief: Member) -> None:
    forum.set_rights(actor=None, board_id=thread.board_id, rights=ADMINS)


@pytest.mark.parametrize("lose", [_role, _suspended, _moved, _rights])
def test_what_they_had_in_hand_is_due_for_the_others(
    thread, li, chief, lose: Callable[[Member, Thread, Member], None]
):
    actions.take(actor=li, thread_id=thread.pk, version=0)
    assert due(chief) == [], "it is in somebody's hands"
    lose(li, thread, chief)
    run_due()
    assert due(chief) == due(chief, View.FREE) == [thread.pk]
    row, line = DeskThread.objects.get(pk=thread.pk), DeskLog.objects.order_by("-pk").first()
    assert (row.assignee, row.version) == (None, 2)
    assert line_in_words(line) == "Li cannot work this any more, so it is free"


def test_who_may_still_work_keeps_what_they_have(thread, li, chief):
    actions.take(actor=li, thread_id=thread.pk, version=0)
    members.set_standing(actor=chief, member=li, standing="warned", reason="Mind your words, please")
    forum.move_thread(actor=chief, thread_id=thread.pk, board_id=a_board().pk)
    run_due()
    assert DeskThread.objects.get(pk=thread.pk).assignee == li


def test_a_step_taken_back_gives_nothing_into_their_hands_again(thread, mei, li):
    actions.take(actor=li, thread_id=thread.pk, version=0)
    actions.settle(actor=mei, thread_id=thread.pk, version=1, reason="Said already")
    members.set_role(actor=None, member=li, role="member")
    run_due()
    assert actions.undo(actor=mei).assignee is None
    assert due(mei) == [thread.pk]


def test_nothing_is_handed_to_somebody_who_may_not_act(thread, mei, li, chief):
    _suspended(li, thread, chief)
    with pytest.raises(Invalid) as refused:
        actions.assign(actor=mei, thread_id=thread.pk, version=0, to_id=li.pk)
    assert refused.value.field == "to" and li not in queries.case(mei, thread).team
