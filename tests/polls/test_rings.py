"""Suspected rings: what looks like one person's votes, what does not, and a recount that can be taken back."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation

from community.core import clock
from community.core.access import Refused
from polls import actions, labels, rings
from polls.counters import recount as counted_anew
from polls.models import Ballot, Poll, Recount, Split
from polls.policy import Picks
from polls.queries.recounts import suspects, votes_of
from polls.queries.voted import have_voted
from polls.rings import Vote
from polls.voters import Voter
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote, counted
from tests.polls.test_views_voting import OURS

OPENED = datetime(2026, 11, 2, 8, tzinfo=UTC)
OLD = OPENED - timedelta(days=400)


def honest(chance: random.Random, number: int, network: str, device: str, hours: tuple[float, float]) -> Vote:
    at = OPENED + timedelta(hours=chance.uniform(*hours))
    joined = at - timedelta(days=chance.choice([2, 40, 90, 200, 400, 900, 900, 1500]))
    return Vote(number, network, device, at, chance.choices("1234", (13, 44, 34, 9))[0], joined)


def a_town(chance: random.Random, devices: int) -> tuple[list[Vote], set[int]]:
    """5,000 people in their homes, 200 of them in one office during its hours, and a ring of 50 accounts."""
    votes = []
    for number in range(4800):
        home = f"home-{chance.randrange(3200)}"
        votes.append(honest(chance, number, home, f"phone-{chance.randrange(30)}", (0, 72)))
    for number in range(4800, 5000):
        votes.append(honest(chance, number, "office", f"laptop-{chance.randrange(3)}", (1, 9)))
    start = OPENED + timedelta(hours=30)
    for number in range(5000, 5050):
        at = start + timedelta(minutes=chance.uniform(0, 22))
        choice = "4" if chance.random() < 0.96 else "2"
        joined = at - timedelta(days=chance.uniform(0, 3))
        votes.append(Vote(number, "cellar", f"machine-{chance.randrange(devices)}", at, choice, joined))
    return votes, set(range(5000, 5050))


@pytest.mark.parametrize("devices", [1, 2, 40])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_ring_of_fifty_is_found_among_five_thousand_and_the_office_is_none(seed, devices):
    votes, ring = a_town(random.Random(seed), devices)
    found = {pk for one in rings.suspected(votes) for pk in one.ballots}
    assert len(found & ring) >= 0.9 * len(ring)
    assert len(found & ring) >= 0.95 * len(found)


def test_everybody_at_once_is_no_burst_and_a_household_is_no_ring():
    evening = [
        Vote(n, f"net-{n % 40}", "tv", OPENED + timedelta(seconds=n), "1" if n % 2 else "2", OLD)
        for n in range(400)
    ]
    family = [Vote(500 + n, "home", "phone", OPENED, "1", OLD) for n in range(6)]
    assert rings.suspected(evening + family) == []
    assert rings.suspected([]) == rings.suspected(family) == []


@pytest.mark.parametrize(
    ("k", "n", "p", "right"), [(1, 1, 0.25, 0.25), (2, 3, 0.5, 0.5), (9, 10, 0.5, 11 / 1024)]
)
def test_how_likely_it_is_by_chance(k, n, p, right):
    assert rings.at_least(k, n, p) == pytest.approx(right)


@pytest.fixture
def poll(db, frozen_clock) -> Poll:
    """Honest guests, and eight young accounts of one machine within minutes."""
    poll = a_poll("Left", "Right", audience="everyone", results="always")
    for n in range(24):
        frozen_clock.move(timedelta(minutes=40))
        a_vote_from(poll, 2 if n % 8 else 1, f"net-{n}", guest=f"honest-{n}")
    for _n in range(8):
        frozen_clock.move(timedelta(seconds=40))
        a_vote_from(poll, 1, "cellar", by=a_member(joined_at=clock.now()))
    return poll


def a_vote_from(poll: Poll, number: int, network: str, *, by=None, guest: str = ""):
    voter = Voter(by, guest, network=network, device="machine")
    return actions.cast_ballot(voter=voter, poll_id=poll.pk, picks=Picks((number,)))


def test_a_ring_is_left_out_as_a_whole_and_taken_back_and_everybody_can_read_it(poll, facts):
    moderator = a_member(role="moderator")
    before = counted(poll)
    assert before == {"": 32, "1": 11, "2": 21}
    (suspect,) = suspects(poll)
    assert suspect.ring.signals == ("network", "device", "burst", "alike", "young")
    assert len(suspect.members) == 8
    told = {
        "actor": moderator,
        "poll_id": poll.pk,
        "mark": suspect.ring.mark,
        "reason": "One machine, eight accounts",
    }
    out = actions.leave_out(**told)
    assert actions.leave_out(**told) == out
    assert counted(poll) == {"": 24, "1": 3, "2": 21}
    assert (out.before, out.after) == ({"": 32, "1": 11, "2": 21}, {"": 24, "1": 3, "2": 21})
    assert counted_anew(poll.pk).agrees
    assert suspects(poll) == []
    left_out = suspect.members[0]
    assert have_voted(poll, [left_out.pk]) == set()
    with pytest.raises(Refused) as refusal:
        a_vote(poll, 2, by=left_out)
    assert refusal.value.code == "left_out"
    page = Client().get(f"/polls/{poll.pk}/recounts/").content.decode()
    assert "One machine, eight accounts" in page
    assert "8 of 8 accounts were at most a week old" in page
    assert left_out.name not in page
    mine = signed_in(Client(), left_out).get(poll.get_absolute_url()).content.decode()
    assert "It was left out of the count" in mine
    assert "Recounted 1 time" in mine
    back = {
        "actor": moderator,
        "poll_id": poll.pk,
        "recount_id": out.pk,
        "reason": "A driving school, it turns out",
    }
    assert actions.take_back(**back) == actions.take_back(**back)
    assert counted(poll) == before
    assert counted_anew(poll.pk).agrees
    assert len(facts.of("VotesRecounted")) == 2


def test_of_the_other_votes_is_told_what_was_seen(poll):
    """Not the figure that the ring is judged by, which is never quite 0; and nothing of others where there are none."""
    (suspect,) = suspects(poll)
    told = " ".join(labels.of_ring(suspect.ring))
    assert "8 of 8 named the same choice; 3 of 24 other votes did." in told
    ring = [
        Vote(n, "cellar", "machine", OPENED + timedelta(seconds=n), "1", OPENED - timedelta(days=1))
        for n in range(12)
    ]
    one = Vote(99, "home", "phone", OPENED + timedelta(days=2), "2", OLD)
    (found,) = rings.suspected([*ring, one])
    said = labels.of_ring(found)
    assert "12 of 12 named the same choice; 0 of 1 other vote did." in said
    assert "33" not in " ".join(said)
    with translation.override("zh-hans"):
        assert "12 票中有 12 票选了同一项；其他 1 票中有 0 票选了它。" in labels.of_ring(found)
    (alone,) = rings.suspected(ring)
    assert "other" not in " ".join(labels.of_ring(alone))


def test_of_a_ring_judged_before_the_figure_it_was_judged_by_is_not_told_as_seen():
    kept = {"signals": ["alike"], "alike": 8, "minutes": 5, "others_then": 3, "usual_alike": 33}
    assert labels.of_evidence(kept, 8) == ["8 of 8 named the same choice."]


def test_votes_that_are_taken_back_may_fill_a_poll(poll):
    moderator = a_member(role="moderator")
    (suspect,) = suspects(poll)
    out = actions.leave_out(actor=moderator, poll_id=poll.pk, mark=suspect.ring.mark, reason="One machine")
    Poll.objects.filter(pk=poll.pk).update(closes_after=30)
    actions.take_back(actor=moderator, poll_id=poll.pk, recount_id=out.pk, reason="A school")
    assert Poll.objects.get(pk=poll.pk).closed_at is not None


def test_who_may_judge_and_what_nobody_can(poll):
    """Not the author, not a plain member; and never single votes, whose choice the figures would then tell."""
    (suspect,) = suspects(poll)
    mark = suspect.ring.mark
    for actor in (a_member(), a_member(role="editor")):
        with pytest.raises(Refused):
            actions.leave_out(actor=actor, poll_id=poll.pk, mark=mark, reason="So")
    own = a_poll(author=a_member(role="admin"))
    with pytest.raises(Refused) as refusal:
        actions.leave_out(actor=own.author, poll_id=own.pk, mark=mark, reason="So")
    assert refusal.value.code == "own"
    with pytest.raises(Refused) as refusal:
        actions.leave_out(actor=a_member(role="admin"), poll_id=poll.pk, mark="net-1.machine", reason="So")
    assert refusal.value.code == "gone"
    assert counted(poll)[""] == 32


def test_the_pages_of_the_team(poll):
    team = signed_in(Client(), a_member(role="moderator"), strongly=True)
    page = team.get(f"/polls/{poll.pk}/rings/").content.decode()
    assert "8 votes that came the same way" in page
    mark = suspects(poll)[0].ring.mark
    assert team.post(f"/polls/{poll.pk}/rings/", {"mark": mark, "reason": " "}).status_code == 422
    assert team.post(f"/polls/{poll.pk}/rings/", {"mark": mark, "reason": "One machine"}).status_code == 302
    assert team.post(f"/polls/{poll.pk}/rings/", {"mark": "none", "reason": "So"}).status_code == 409
    page = team.get(f"/polls/{poll.pk}/rings/").content.decode()
    assert "Nothing looks like a ring" in page
    out = Recount.objects.get()
    answer = team.post(f"/polls/{poll.pk}/rings/", {"recount": out.pk, "reason": "It was a school"})
    assert answer.status_code == 302
    assert counted(poll)[""] == 32


def test_a_recount_withdraws_what_was_told_apart(poll, frozen_clock):
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    frozen_clock.move(timedelta(minutes=1))
    actions.tell_apart(poll_id=poll.pk)
    assert Split.objects.get(poll=poll).dropped_at is None
    mark = suspects(poll)[0].ring.mark
    actions.leave_out(actor=a_member(role="moderator"), poll_id=poll.pk, mark=mark, reason="One machine")
    assert Split.objects.get(poll=poll).content == {}
    assert not actions.tell_apart(poll_id=poll.pk)


@pytest.mark.django_db
def test_a_vote_leaves_a_trace_that_is_another_in_each_poll_and_goes(frozen_clock):
    first, second = a_poll(audience="everyone"), a_poll(audience="everyone")
    for poll in (first, second):
        for _turn in range(2):
            Client().post(
                f"/polls/{poll.pk}/vote/", {"choice": "1"}, headers=OURS | {"user-agent": "A browser"}
            )
    traces = {(vote.network, vote.device) for poll in (first, second) for vote in votes_of(poll)}
    assert len(traces) == 2
    assert all(len(network) == len(device) == 22 for network, device in traces)
    assert not any("127.0.0.1" in network for network, _device in traces)
    actions.close_poll(actor=first.author, poll_id=first.pk)
    frozen_clock.move(timedelta(days=31))
    assert actions.forget_traces() == first.ballots.count()
    assert not Ballot.objects.filter(poll=first).exclude(network="").exists()
    frozen_clock.move(timedelta(days=60))
    assert actions.forget_traces() == second.ballots.count()


@pytest.mark.django_db
def test_nobody_of_the_team_is_led_to_judge_their_own_poll():
    author, other = a_member(role="admin"), a_member(role="moderator")
    poll = a_poll(author=author)
    link = f"/polls/{poll.pk}/rings/"
    assert (
        link
        not in signed_in(Client(), author, strongly=True).get(f"/polls/{poll.pk}/manage/").content.decode()
    )
    assert link in signed_in(Client(), other, strongly=True).get(f"/polls/{poll.pk}/manage/").content.decode()
