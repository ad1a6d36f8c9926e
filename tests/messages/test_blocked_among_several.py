"""A block holds where a third person brings two together, and where it comes after that."""

from __future__ import annotations

import pytest
from django.test import Client

from activity.messages import actions, queries
from activity.messages.models import Conversation, Participant
from community.core.access import Refused
from community.members import actions as people
from community.members.models import Member
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db

CANARY = "Canary-5518"


@pytest.fixture
def nora() -> Member:
    return a_member(name="Nora")


@pytest.fixture
def piotr() -> Member:
    return a_member(name="Piotr")


def begun(actor: Member, *to: Member) -> Conversation:
    return actions.start_conversation(actor=actor, recipients=list(to), body="Hello, you").conversation


def say(actor: Member, where: Conversation) -> None:
    actions.send_message(actor=actor, conversation_id=where.pk, body=CANARY)


def page(member: Member, where: Conversation, more: str = "") -> str:
    answer = signed_in(Client(), member).get(f"{where.get_absolute_url()}{more}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("ben_blocks", [True, False])
def test_nobody_brings_together_two_of_whom_one_blocked_the_other(ben, nora, piotr, ben_blocks):
    """Refused by the order of choosing, so that it does not tell who blocked."""
    people.block(member=ben, target=nora) if ben_blocks else people.block(member=nora, target=ben)
    for chosen, named in (((ben, nora), "Nora"), ((nora, ben), "Ben")):
        with pytest.raises(Refused) as refused:
            begun(piotr, *chosen, a_member())
        assert (refused.value.code, refused.value.reason) == (
            "no_messages",
            f"{named} does not take messages.",
        )
    assert not Conversation.objects.exists()
    assert begun(piotr, ben) and begun(piotr, nora)


@pytest.mark.parametrize("ben_blocks", [True, False])
def test_nobody_adds_one_of_them_where_the_other_is(ben, nora, piotr, ben_blocks):
    people.block(member=ben, target=nora) if ben_blocks else people.block(member=nora, target=ben)
    where = begun(piotr, ben, a_member())
    with pytest.raises(Refused) as refused:
        actions.add_person(actor=piotr, conversation_id=where.pk, person=nora)
    assert refused.value.reason == "Nora does not take messages."
    actions.leave_conversation(member=ben, conversation_id=where.pk)
    actions.add_person(actor=piotr, conversation_id=where.pk, person=nora)
    with pytest.raises(Refused):
        actions.add_person(actor=piotr, conversation_id=where.pk, person=ben)


def test_those_apart_already_keep_nobody_else_out(ben, nora, piotr):
    where = begun(piotr, ben, nora)
    people.block(member=ben, target=nora)
    added = actions.add_person(actor=piotr, conversation_id=where.pk, person=a_member(name="Carl"))
    assert added.left_at is None


def test_ignoring_somebody_keeps_nobody_apart(ben, nora, piotr):
    people.ignore_member(member=ben, target=nora)
    assert Participant.objects.filter(conversation=begun(piotr, ben, nora)).count() == 3


def test_a_block_that_came_later_keeps_their_words_off_the_page(ben, nora, piotr):
    where = begun(piotr, ben, nora)
    say(nora, where)
    people.block(member=ben, target=nora)
    say(nora, where)
    listed = signed_in(Client(), ben).get("/messages/").content.decode()
    for shown in (page(ben, where), page(ben, where, "fresh/?after=1"), listed):
        assert CANARY not in shown
    assert "You have blocked this member" in page(ben, where)
    assert CANARY in page(piotr, where)
    # Nothing here tells her that he blocked her; and what he saw of it he can report.
    say(ben, where)
    assert page(nora, where).count(f"<p>{CANARY}</p>") == 3
    assert CANARY in page(ben, where, "report/")


def test_their_words_make_no_conversation_unread(ben, nora, piotr):
    where = begun(piotr, ben, nora)
    page(ben, where)
    people.block(member=ben, target=nora)
    say(nora, where)
    assert [row.is_new for row in queries.conversations(ben).items] == [0]
    say(piotr, where)
    assert [row.is_new for row in queries.conversations(ben).items] == [1]


def test_the_profile_says_what_a_block_does(ben, nora, piotr):
    people.block(member=ben, target=nora)
    shown = signed_in(Client(), ben).get(nora.get_absolute_url()).content.decode()
    assert "In a conversation of several, their words are not shown to you" in shown


def test_staff_who_were_blocked_before_they_were_staff_are_read(ben, piotr):
    mod = a_member(name="Mod")
    people.block(member=ben, target=mod)
    mod.role = "moderator"
    mod.save()
    where = begun(piotr, ben, mod)
    say(mod, where)
    assert CANARY in page(ben, where)


def test_what_was_taken_out_before_it_was_read_makes_none_unread_either(ben, nora, piotr):
    where = begun(piotr, ben, nora)
    page(ben, where)
    sent = actions.send_message(actor=nora, conversation_id=where.pk, body=CANARY)
    assert [row.is_new for row in queries.conversations(ben).items] == [1]
    actions.remove_message(actor=nora, message_id=sent.pk)
    assert [row.is_new for row in queries.conversations(ben).items] == [0]
