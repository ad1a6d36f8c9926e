"""Voting: one person, one voice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404
from django.test import Client

from community.core import clock
from community.core.access import Invalid, Refused
from forum.actions import hide_thread
from polls import actions, policy, wording
from polls.counters import recount
from polls.models import Ballot, BallotChoice, Choice, Poll
from polls.policy import Picks
from polls.voters import Voter
from tests.builders.forum import a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote, counted

pytestmark = pytest.mark.django_db


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refusal:
        act(*args, **kwargs)
    return refusal.value.code


def test_a_vote_is_counted_and_told_without_what_was_chosen(facts):
    poll, voter = a_poll(), a_member()
    assert a_vote(poll, 2, by=voter).outcome == "cast"
    assert counted(poll) == {"": 1, "2": 1}
    fact = facts.only("BallotCast")
    assert (fact.poll_id, fact.member_id) == (poll.pk, voter.pk)
    assert "2" not in fact.to_json()["values"]
    assert recount(poll.pk).agrees


def test_the_same_vote_again_is_the_same_vote():
    poll, voter = a_poll(), a_member()
    a_vote(poll, 2, by=voter)
    assert a_vote(poll, 2, by=voter).outcome == "repeated"
    assert counted(poll) == {"": 1, "2": 1}


def test_another_choice_changes_the_vote_where_the_poll_allows_it(facts):
    poll, voter = a_poll(), a_member()
    a_vote(poll, 2, by=voter)
    assert a_vote(poll, 3, by=voter).outcome == "changed"
    assert counted(poll) == {"": 1, "3": 1}
    assert Ballot.objects.get(poll=poll).change_count == 1
    assert facts.only("BallotChanged").poll_id == poll.pk


def test_a_final_vote_stays():
    poll, voter = a_poll(changes="final"), a_member()
    a_vote(poll, 2, by=voter)
    assert refused(a_vote, poll, 3, by=voter) == "voted"
    assert refused(actions.withdraw_ballot, voter=Voter.of(voter), poll_id=poll.pk) == "final"
    assert counted(poll) == {"": 1, "2": 1}


def test_a_withdrawn_vote_is_in_no_total_and_its_voter_may_vote_again(facts):
    poll, voter = a_poll(), a_member()
    a_vote(poll, 2, by=voter)
    for _ in range(2):
        actions.withdraw_ballot(voter=Voter.of(voter), poll_id=poll.pk)
    assert counted(poll) == {"": 0}
    assert len(facts.of("BallotWithdrawn")) == 1
    a_vote(poll, 1, by=voter)
    assert counted(poll) == {"": 1, "1": 1}
    assert Ballot.objects.filter(poll=poll).count() == 1
    assert recount(poll.pk).agrees


def test_a_key_makes_a_retry_harmless_after_a_change_of_mind():
    poll, voter = a_poll(), a_member()
    a_vote(poll, 1, by=voter, idempotency_key="first")
    a_vote(poll, 2, by=voter, idempotency_key="second")
    assert a_vote(poll, 1, by=voter, idempotency_key="first").outcome == "repeated"
    assert counted(poll) == {"": 1, "2": 1}
    assert refused(a_vote, poll, 3, by=voter, idempotency_key="first") == "key_reused"


def test_several_choices_and_an_order():
    several = a_poll(kind="multiple", most=2)
    a_vote(several, 3, 1)
    a_vote(several, 3)
    assert counted(several) == {"": 2, "1": 1, "3": 2}
    ranked = a_poll(kind="ranked")
    a_vote(ranked, 3, 1)
    a_vote(ranked, 3, 1)
    a_vote(ranked, 2)
    assert counted(ranked) == {"": 3, "3>1": 2, "2": 1}
    firsts = BallotChoice.objects.filter(ballot__poll=ranked, rank=1).order_by("pk")
    assert list(firsts.values_list("choice__number", flat=True)) == [3, 3, 2]
    assert recount(several.pk).agrees
    assert recount(ranked.pk).agrees


def test_words_of_ones_own():
    poll = a_poll(other="Something else")
    a_vote(poll, 4, words="A roof box")
    assert BallotChoice.objects.get(ballot__poll=poll).words == "A roof box"
    with pytest.raises(Invalid):
        a_vote(poll, 4)


@pytest.mark.parametrize("numbers", [(), (4,), (0,), (1, 2), (1, 1)])
def test_what_is_no_ballot_of_this_poll_is_refused(numbers):
    poll = a_poll()
    with pytest.raises(Invalid):
        a_vote(poll, *numbers)
    assert not Ballot.objects.exists()


def test_a_closed_poll_takes_no_vote_no_change_and_no_withdrawal(frozen_clock):
    poll, voter = a_poll(closes_at=clock.now() + timedelta(hours=1)), a_member()
    a_vote(poll, 1, by=voter)
    frozen_clock.move(timedelta(hours=1))
    assert refused(a_vote, poll, 1) == "closed"
    assert refused(a_vote, poll, 2, by=voter) == "closed"
    assert refused(actions.withdraw_ballot, voter=Voter.of(voter), poll_id=poll.pk) == "closed"
    assert counted(poll) == {"": 1, "1": 1}


def test_the_database_decides_even_when_the_page_thought_otherwise(monkeypatch):
    """What a process believes of the time or of the row is no reason to count."""
    poll, voter = a_poll(), a_member()
    stale = Poll.objects.get(pk=poll.pk)
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    choices = list(Choice.objects.filter(poll=poll))
    monkeypatch.setattr("polls.access.paper", lambda voter, poll_id: (stale, choices))
    assert refused(a_vote, poll, 1, by=voter) == "closed"
    assert counted(poll) == {"": 0}


def test_a_poll_closes_with_the_vote_that_fills_it(facts):
    poll = a_poll(closes_after=2)
    a_vote(poll, 1)
    a_vote(poll, 1)
    assert facts.only("PollClosed").why == "number"
    assert refused(a_vote, poll, 1) == "closed"


def test_guests_do_not_end_a_decision():
    poll = a_poll(closes_after=2, is_decision=True, audience="everyone", author=a_member(role="admin"))
    a_vote(poll, 1, guest="one")
    a_vote(poll, 1, guest="two")
    a_vote(poll, 1)
    assert Poll.objects.get(pk=poll.pk).closed_at is None
    assert str(wording.end(poll)) == "After 2 votes of members."
    a_vote(poll, 2, by=a_member(is_verified_owner=True))
    assert refused(a_vote, poll, 1) == "closed"
    assert str(wording.end(a_poll(closes_after=2, audience="everyone"))) == "After 2 votes."


def test_whatever_fills_a_poll_closes_it(facts):
    """A vote after a withdrawal, and in a decision a guest's vote that becomes a member's."""
    again, voter = a_poll(closes_after=2), a_member()
    a_vote(again, 1, by=voter)
    actions.withdraw_ballot(voter=Voter.of(voter), poll_id=again.pk)
    a_vote(again, 1)
    assert Poll.objects.get(pk=again.pk).closed_at is None
    a_vote(again, 2, by=voter)
    assert Poll.objects.get(pk=again.pk).closed_at is not None
    decision = a_poll(closes_after=1, is_decision=True, audience="everyone", author=a_member(role="admin"))
    a_vote(decision, 1, guest="one")
    actions.take_over_ballots(member=a_member(), guest_key="one")
    assert Poll.objects.get(pk=decision.pk).answer_by is not None
    assert [fact.why for fact in facts.of("PollClosed")] == ["number", "number"]


def test_who_may_vote_is_said_with_its_reason():
    owners = a_poll(audience="owners")
    assert refused(a_vote, owners, 1) == "not_owner"
    a_vote(owners, 1, by=a_member(is_verified_owner=True))
    assert refused(a_vote, owners, 1, guest="g") == "sign_in"
    assert refused(a_vote, a_poll(), 1, by=a_member(standing="suspended")) == "suspended"
    assert refused(a_vote, a_poll(), 1, guest="g") == "sign_in"


def test_the_house_stands_in_no_total_and_decides_nothing():
    poll = a_poll()
    a_vote(poll, 1, by=a_member(role="moderator"))
    assert counted(poll) == {"": 0}
    assert recount(poll.pk).agrees
    decision = a_poll(author=a_member(role="admin"), is_decision=True)
    assert refused(a_vote, decision, 1, by=a_member(role="editor")) == "house"


def test_an_absent_a_hidden_and_a_foreign_poll_look_alike():
    thread = a_thread(author=a_member())
    poll = a_poll(thread=thread)
    hide_thread(actor=a_member(role="moderator"), thread_id=thread.pk, reason="Not here")
    draft = a_poll(is_draft=True)
    for poll_id in (poll.pk, draft.pk, 10**6, 0, -1, 2**70):
        with pytest.raises(Http404):
            actions.cast_ballot(voter=Voter.of(a_member()), poll_id=poll_id, picks=Picks((1,)))


def test_a_guest_has_one_voice_a_cookie():
    poll = a_poll(audience="everyone")
    a_vote(poll, 1, guest="one")
    a_vote(poll, 2, guest="two")
    assert a_vote(poll, 3, guest="one").outcome == "changed"
    assert counted(poll) == {"": 2, "2": 1, "3": 1}
    assert Ballot.objects.filter(poll=poll, group="guest").count() == 2


def test_too_large_a_number_to_close_after_is_told_the_largest_one():
    sent = {
        "question": "Does the seat creak?", "kind": "single", "audience": "members", "results": "voted",
        "changes": "withdraw", "secrecy": "private", "choice-0-text": "Yes", "choice-1-text": "No", "key": "k1",
        "closes_after": "9" * 20,
    }  # fmt: skip
    answer = signed_in(Client(), a_member(role="admin")).post("/polls/new/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and f"Name at most {policy.MOST_VOTES} votes." in page
    assert "Name at least one vote." not in page and "9" * 20 in page
