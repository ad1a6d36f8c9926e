"""What a guest chose becomes a member's, and is never counted twice."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from community.core import clock
from community.members.models import Member
from polls import actions, guests
from polls.counters import recount
from polls.models import Ballot, GuestPledge, Poll
from polls.voters import Voter
from tests.builders.members import PASSWORD, a_member
from tests.builders.polls import a_poll, a_vote, counted
from tests.polls.test_views_voting import OURS, vote

pytestmark = pytest.mark.django_db


def groups(poll: Poll) -> dict[str, int]:
    found = {}
    for ballot in Ballot.objects.filter(poll=poll, state="counted"):
        found[ballot.group] = found.get(ballot.group, 0) + 1
    assert recount(poll.pk).agrees
    return found


def test_the_ballot_of_a_guest_becomes_the_members(facts):
    poll, member = a_poll(audience="everyone"), a_member()
    a_vote(poll, 2, guest="phone")
    assert actions.take_over_ballots(member=member, guest_key="phone") == [poll.pk]
    assert actions.take_over_ballots(member=member, guest_key="phone") == []
    assert groups(poll) == {"member": 1}
    assert counted(poll) == {"": 1, "2": 1}
    assert facts.only("BallotsTakenOver").poll_ids == (poll.pk,)
    assert a_vote(poll, 3, by=member).outcome == "changed"


def test_the_members_own_earlier_ballot_wins():
    poll, member = a_poll(audience="everyone"), a_member()
    a_vote(poll, 1, by=member)
    a_vote(poll, 2, guest="phone")
    assert actions.take_over_ballots(member=member, guest_key="phone") == []
    assert counted(poll) == {"": 1, "1": 1}
    assert groups(poll) == {"member": 1}


def test_two_devices_of_one_person_are_one_voice():
    poll, member = a_poll(audience="everyone"), a_member(is_verified_owner=True)
    a_vote(poll, 1, guest="phone")
    a_vote(poll, 2, guest="laptop")
    actions.take_over_ballots(member=member, guest_key="phone")
    actions.take_over_ballots(member=member, guest_key="laptop")
    assert groups(poll) == {"owner": 1}
    assert counted(poll) == {"": 1, "1": 1}


def test_a_device_whose_vote_was_taken_over_does_not_vote_again():
    poll, member = a_poll(audience="everyone"), a_member()
    a_vote(poll, 1, guest="phone")
    actions.take_over_ballots(member=member, guest_key="phone")
    with pytest.raises(Exception) as refusal:
        a_vote(poll, 2, guest="phone")
    assert refusal.value.code == "voted"
    assert counted(poll) == {"": 1, "1": 1}


def test_after_the_end_the_ballot_changes_its_owner_and_not_the_result():
    poll, member = a_poll(audience="everyone"), a_member()
    a_vote(poll, 1, guest="phone")
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    actions.take_over_ballots(member=member, guest_key="phone")
    assert Ballot.objects.get(poll=poll).member == member
    assert groups(poll) == {"guest": 1}


def test_guests_never_decide():
    poll = a_poll(author=a_member(role="admin"), audience="everyone", is_decision=True, results="always")
    a_vote(poll, 1)
    for number in range(3):
        a_vote(poll, 2, guest=f"guest{number}")
    page = Client().get(poll.get_absolute_url()).content.decode()
    assert "<b>100 %</b>" in page
    assert "<td>0</td><td>3</td><td>0 %</td>" in re.sub(r"<td[^>]*>", "<td>", page)


def test_signing_in_on_the_device_takes_the_votes_along():
    poll, client = a_poll(audience="everyone"), Client()
    member = a_member(password=PASSWORD)
    vote(client, poll, choice="2")
    client.post("/account/login/", {"login": member.email, "password": PASSWORD}, headers=OURS)
    assert client.session.get("_auth_user_id") == str(member.pk)
    assert groups(poll) == {"member": 1}
    assert "Your vote: 250 to 300 km" in client.get(poll.get_absolute_url()).content.decode()


def test_joining_takes_the_votes_along_also_when_the_address_is_proved_on_another_device():
    poll, phone = a_poll(audience="everyone"), Client()
    vote(phone, poll, choice="2")
    member = a_member()
    key = guests.key_from(guests._signer().unsign(phone.cookies[guests.COOKIE].value))
    actions.pledge_ballots(member=member, guest_key=key)
    actions.pledge_ballots(member=member, guest_key=key)
    Client().force_login(member)  # the link in the mail was opened elsewhere
    assert groups(poll) == {"member": 1}
    assert not GuestPledge.objects.exists()
    phone.force_login(member)  # and later the phone comes back
    assert groups(poll) == {"member": 1}
    assert counted(poll) == {"": 1, "2": 1}


TAKEN = "This device has voted. Sign in to see the vote or to change it."


def left_behind(poll: Poll, *, is_merged: bool) -> tuple[Client, Member]:
    """A device that voted, and is signed out: its vote is a member's, or gave way to the member's own."""
    device, member = Client(), a_member()
    vote(device, poll, choice="2")
    if is_merged:
        a_vote(poll, 1, by=member)
    key = guests.key_from(guests._signer().unsign(device.cookies[guests.COOKIE].value))
    actions.take_over_ballots(member=member, guest_key=key)
    return device, member


@pytest.mark.parametrize("is_merged", [True, False])
@pytest.mark.parametrize("results", ["always", "voted", "closed"])
def test_a_device_is_told_that_its_vote_is_an_accounts(is_merged, results):
    poll = a_poll(audience="everyone", results=results)
    device, _member = left_behind(poll, is_merged=is_merged)
    for address in (f"/polls/{poll.pk}/result/", f"/polls/{poll.pk}/box/", f"/polls/{poll.pk}/box/?change=1"):
        page = device.get(address).content.decode()
        assert TAKEN in page and "/account/login/" in page and "data-voted" in page
        assert 'name="choice"' not in page and "Your vote: " not in page and "data-mine" not in page
        assert ("data-poll-result" in page) == (results != "closed")
        assert ("Results show when the poll has closed." in page) == (results == "closed")
    assert TAKEN not in device.get(poll.get_absolute_url()).content.decode()  # kept for all guests alike
    answer = vote(device, poll, piece=True, choice="3")
    page = answer.content.decode()
    assert answer.status_code == 409 and page.count("This device has voted") == 1
    assert "data-poll-focus" in page and 'name="choice"' not in page


@pytest.mark.parametrize("is_merged", [True, False])
def test_what_was_left_behind_on_a_device_takes_nothing_back(is_merged):
    poll = a_poll(audience="everyone")
    device, member = left_behind(poll, is_merged=is_merged)
    answer = device.post(f"/polls/{poll.pk}/withdraw/", headers=OURS)
    assert answer.status_code == 409 and TAKEN in answer.content.decode()
    assert counted(poll)[""] == 1
    actions.withdraw_ballot(voter=Voter.of(member), poll_id=poll.pk)
    assert counted(poll)[""] == 0
    page = device.get(f"/polls/{poll.pk}/result/").content.decode()
    assert TAKEN in page and ("data-poll-result" in page) == is_merged


def test_nothing_of_a_vote_that_gave_way_is_seen_on_its_device():
    poll = a_poll(audience="everyone")
    device, _member = left_behind(poll, is_merged=False)
    Ballot.objects.update(member=None, state="merged")  # as where it was left out of a recount before
    assert "250 to 300 km <small>" not in device.get(f"/polls/{poll.pk}/result/").content.decode()


def _pressed(poll: Poll, choice: int, browser: str) -> None:
    """A vote from a browser that brings no cookie and runs no script."""
    assert vote(Client(), poll, choice=str(choice), headers=OURS | {"user-agent": browser}).status_code == 302


def test_a_double_press_without_a_script_is_one_ballot(frozen_clock):
    poll = a_poll(audience="everyone")
    _pressed(poll, 1, "A browser")
    frozen_clock.move(timedelta(milliseconds=900))
    _pressed(poll, 1, "A browser")
    assert counted(poll)[""] == 1
    _pressed(poll, 1, "Another browser")
    assert counted(poll)[""] == 2
    frozen_clock.move(timedelta(seconds=10))
    _pressed(poll, 2, "A browser")
    assert groups(poll) == {"guest": 3}


def test_a_press_in_two_polls_is_two_guests():
    for poll in (a_poll(audience="everyone"), a_poll(audience="everyone")):
        _pressed(poll, 1, "A browser")
    assert len(set(Ballot.objects.values_list("guest_key", flat=True))) == 2


def test_the_first_page_asks_in_the_readers_language_before_it_asks_what_is_newest():
    older = a_poll(
        "Yes", "No", question="Is it cold where you are?", audience="everyone", home_on=clock.now().date()
    )
    chinese = a_poll("冷", "不冷", question="你那里冷吗？", audience="everyone", home_on=clock.now().date())

    def asked(language: str) -> set[int]:
        page = Client(headers={"accept-language": language}).get("/").content.decode()
        return {one.pk for one in (older, chinese) if f'id="poll-{one.pk}"' in page}

    assert asked("en") == {older.pk}
    assert asked("zh-CN") == {chinese.pk}
    actions.close_poll(actor=a_member(role="admin"), poll_id=chinese.pk)
    assert asked("zh-CN") == {older.pk}, "rather in another language than none"
