"""The vote that a reply carries is the one that is counted, until the reply's writer says otherwise."""

from __future__ import annotations

import pytest
from django.test import Client

from community.core import clock
from forum.actions import save_draft
from forum.actions.drafts import Written
from forum.models import Draft
from polls import actions, guests
from polls.voters import Voter
from tests.builders.forum import a_thread
from tests.builders.members import PASSWORD, a_member, signed_in
from tests.builders.polls import a_poll, a_vote
from tests.polls.test_views_voting import OURS, vote

pytestmark = pytest.mark.django_db

WHY = "Heat pump lost its nerve"


@pytest.fixture
def poll(frozen_clock):
    return a_poll(thread=a_thread(author=a_member()), audience="everyone")


def reply_of(member) -> str:
    return Draft.objects.get(member=member, is_aside=False).words["body"]


def carrying(poll, chosen: str) -> str:
    return f"> My vote in “{poll.question}”: {chosen}\n\n{WHY}"


def sign_in(client: Client, member) -> None:
    """With the cookies of the device, as the door does it."""
    client.post("/account/login/", {"login": member.email, "password": PASSWORD}, headers=OURS)


def key_of(phone: Client) -> str:
    return guests.key_from(guests._signer().unsign(phone.cookies[guests.COOKIE].value))


def a_reason(poll, chosen: str, member=None) -> tuple[Client, str]:
    """Somebody who voted and began to say why, and the address of the reply."""
    client = signed_in(Client(), member) if member else Client()
    vote(client, poll, choice=chosen)
    client.post(f"/polls/{poll.pk}/why/", {"why": WHY}, headers=OURS)
    return client, f"/threads/{poll.thread_id}/reply/"


def test_the_members_own_earlier_ballot_is_what_the_waiting_reply_tells(poll):
    member = a_member(password=PASSWORD)
    a_vote(poll, 3, by=member)
    phone, reply = a_reason(poll, "1")
    sign_in(phone, member)
    assert reply_of(member) == carrying(poll, "Over 300 km")
    page = phone.get(reply).content.decode()
    assert (
        "Over 300 km" in page
        and "Under 250 km" not in page.partition("<textarea")[2].partition("</textarea>")[0]
    )


def test_a_guest_who_thinks_again_before_joining_takes_the_last_vote_along(poll):
    phone, _reply = a_reason(poll, "1")
    vote(phone, poll, choice="2")
    member = a_member()
    actions.pledge_ballots(member=member, guest_key=key_of(phone))
    phone.force_login(member)
    assert reply_of(member) == carrying(poll, "250 to 300 km")


def test_a_guest_who_took_the_vote_back_keeps_the_reason(poll):
    phone, _reply = a_reason(poll, "1")
    phone.post(f"/polls/{poll.pk}/withdraw/", headers=OURS)
    member = a_member(password=PASSWORD)
    sign_in(phone, member)
    assert reply_of(member) == WHY


def test_a_members_reply_follows_their_vote(poll):
    member = a_member()
    client, _reply = a_reason(poll, "1", member)
    began = Draft.objects.get(member=member).revision
    vote(client, poll, choice="3")
    assert reply_of(member) == carrying(poll, "Over 300 km")
    assert Draft.objects.get(member=member).revision > began  # a page that shows the earlier vote is told
    vote(client, poll, choice="2")
    assert reply_of(member) == carrying(poll, "250 to 300 km")
    actions.withdraw_ballot(voter=Voter(member), poll_id=poll.pk)
    assert reply_of(member) == WHY


def test_the_reply_that_was_written_on_follows_too(poll):
    """Browsers send lines with their own ends, and no form sends whose line it is."""
    member = a_member()
    client, _reply = a_reason(poll, "1", member)
    draft = Draft.objects.get(member=member)
    more = draft.words["body"].replace("\n", "\r\n") + "\r\n\r\nAnd more."
    save_draft(member=member, written=Written(draft.place, revision=draft.revision), words={"body": more})
    vote(client, poll, choice="3")
    assert reply_of(member) == more.replace("Under 250 km", "Over 300 km")


def test_a_line_that_its_writer_changed_is_theirs(poll):
    member = a_member()
    client, _reply = a_reason(poll, "1", member)
    draft = Draft.objects.get(member=member)
    own = draft.words["body"].replace("My vote", "At first, my vote")
    save_draft(member=member, written=Written(draft.place, revision=draft.revision), words={"body": own})
    vote(client, poll, choice="3")
    assert reply_of(member) == own
    actions.withdraw_ballot(voter=Voter(member), poll_id=poll.pk)
    assert reply_of(member) == own


def test_a_reply_about_another_poll_is_left_alone(poll):
    member = a_member()
    other = a_poll(thread=poll.thread, audience="everyone")
    a_vote(other, 1, by=member)
    a_reason(poll, "1", member)
    a_vote(other, 3, by=member)
    assert reply_of(member) == carrying(poll, "Under 250 km")


def test_a_draft_that_says_it_carries_what_it_does_not_hinders_no_vote(poll, frozen_clock):
    """Whatever a browser sends with its words: only their own vote is ever put there."""
    member = a_member()
    phone = Client()
    vote(phone, poll, choice="1")
    for place, mark in (("a", "poll-x"), ("b", f"poll-{poll.pk + 5}"), ("c", "poll-"), ("d", "poll-\u00b2")):
        Draft.objects.create(
            member=member,
            place=place,
            words={"body": "Mine", "carries": f"{mark} Else"},
            saved_at=clock.now(),
        )
    actions.take_over_ballots(member=member, guest_key=key_of(phone))
    assert set(Draft.objects.values_list("words__body", flat=True)) == {"Mine"}
