import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from community.core.access import Invalid, Refused
from forum import access, actions, rights
from forum.models import Board, BoardRight, Thread, Verb
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
GUEST = AnonymousUser()


def open_to(viewer, board):
    return Board.objects.readable_by(viewer).filter(pk=board.pk).exists()


def test_an_open_board_is_read_by_everyone_and_written_by_members():
    board, member = a_board(), a_member()
    assert open_to(GUEST, board)
    row = access.board_for_reading(member, slug=board.slug)
    assert access.may_start(member, row)
    refused = access.may_start(GUEST, access.board_for_reading(GUEST, slug=board.slug))
    assert not refused and refused.code == "sign_in"
    board.is_closed = True
    assert access.may_start(GUEST, board).code == "board_closed"
    thread = a_thread(author=member, board=access.board_for_reading(member, slug=board.slug))
    thread.board.is_closed = True
    assert access.may_reply(GUEST, thread).code == "board_closed"


def test_a_circle_is_absent_for_everyone_outside_it():
    board = a_board(rights=rights.CIRCLE)
    inside, outside = a_member(), a_member()
    actions.enrol(actor=None, board_id=board.pk, member=inside, kind="club_member")
    thread = a_thread(author=inside, board=board)
    assert open_to(inside, board) and not open_to(outside, board) and not open_to(GUEST, board)
    for viewer in (outside, GUEST):
        with pytest.raises(Http404):
            access.board_for_reading(viewer, slug=board.slug)
        with pytest.raises(Http404):
            access.thread_for_reading(viewer, thread_id=thread.pk)
        assert not Thread.objects.visible_to(viewer).filter(pk=thread.pk).exists()
    with pytest.raises(Http404):
        a_reply(author=outside, thread=thread)


def test_leaving_the_circle_takes_the_right_away_at_once():
    board, member = a_board(rights=rights.CIRCLE), a_member()
    actions.enrol(actor=None, board_id=board.pk, member=member, kind="club_member")
    assert actions.unenrol(actor=None, board_id=board.pk, member=member, kind="club_member")
    assert not open_to(member, board)
    assert not actions.unenrol(actor=None, board_id=board.pk, member=member, kind="club_member")


def test_key_members_and_owners_stand_in_their_columns():
    lounge = a_board(rights=rights.KEY_MEMBERS)
    owners = a_board(rights=rights.DEFAULT_RIGHTS | {"reply": ["owner"]})
    key, owner, plain = a_member(is_key_member=True), a_member(is_verified_owner=True), a_member()
    assert open_to(key, lounge) and not open_to(owner, lounge)
    thread = a_thread(author=plain, board=owners)
    assert a_reply(author=owner, thread=thread)
    with pytest.raises(Refused) as refusal:
        a_reply(author=plain, thread=thread)
    assert refusal.value.code == "no_right"


def test_a_board_moderator_moderates_only_there():
    here, there = a_board(), a_board()
    local = a_member()
    actions.enrol(actor=None, board_id=here.pk, member=local, kind="moderator")
    mine, other = a_thread(author=a_member(), board=here), a_thread(author=a_member(), board=there)
    assert actions.lock_thread(actor=local, thread_id=mine.pk, reason="Settled").is_locked
    with pytest.raises(Refused) as refusal:
        actions.lock_thread(actor=local, thread_id=other.pk, reason="Settled")
    assert refusal.value.code == "not_moderator"


def test_administrators_may_always_and_cannot_lock_themselves_out():
    board, admin = a_board(rights={}), a_member(role="admin")
    assert open_to(admin, board)
    assert actions.set_rights(actor=admin, board_id=board.pk, rights={"read": ["admin"]}).rights["read"] == []


def test_only_administrators_arrange_boards():
    board = a_board()
    for actor in (a_member(), a_member(role="moderator"), a_member(role="editor")):
        with pytest.raises(Refused) as refusal:
            actions.set_rights(actor=actor, board_id=board.pk, rights={})
        assert refusal.value.code == "not_admin"


@pytest.mark.parametrize(
    "bad", [{"start": ["guest"]}, {"moderate": ["member"]}, {"read": ["emperor"]}, {"fly": ["member"]}]
)
def test_rights_that_must_never_be_given_are_refused(bad):
    board = a_board()
    with pytest.raises(Invalid):
        actions.set_rights(actor=None, board_id=board.pk, rights=bad)
    board.refresh_from_db()
    assert board.rights == rights.clean_rights(rights.DEFAULT_RIGHTS)


def test_the_copy_on_the_board_equals_the_rows():
    board = a_board(rights=rights.KEY_MEMBERS)
    rows = {(row.verb, row.role) for row in BoardRight.objects.filter(board=board)}
    assert rows == {(verb, role) for verb, roles in board.rights.items() for role in roles}


def test_the_effect_of_a_change_is_told_role_by_role():
    before = rights.clean_rights(rights.DEFAULT_RIGHTS)
    after = before | {"read": ["member"]}
    assert [(c.role, c.verb, c.gains) for c in rights.effect(before, after)] == [("guest", "read", False)]
    assert rights.effect(before, before) == []


def test_a_sub_board_starts_with_its_parents_rights_and_has_no_children():
    parent = a_board(rights=rights.CIRCLE)
    child = a_board(parent_id=parent.pk, group=parent.group)
    assert child.rights == parent.rights
    with pytest.raises(Invalid):
        a_board(parent_id=child.pk, group=parent.group)


def test_a_closed_board_takes_nothing_new():
    board = a_board()
    thread = a_thread(author=a_member(), board=board)
    actions.edit_board(actor=None, board_id=board.pk, is_closed=True)
    with pytest.raises(Refused) as refusal:
        a_reply(author=a_member(), thread=thread)
    assert refusal.value.code == "board_closed"
    with pytest.raises(Refused):
        a_thread(author=a_member(), board=board)


def test_every_verb_is_in_every_table():
    assert set(rights.clean_rights({})) == {verb.value for verb in Verb}
