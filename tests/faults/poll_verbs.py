"""Every public verb of polls, each on rows of its own: what the fault tests run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count

from community.core import clock
from polls import actions
from polls.actions import Option
from polls.models import Ballot, Draw, Enrolment, Entry, Poll, Trial
from polls.policy import Picks
from polls.voters import Voter
from tests.builders.draws import a_draw
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.polls import a_poll, a_spec, a_vote
from tests.faults.forum_verbs import Act, World

POLLS: dict[str, Callable[[World], Act]] = {}
_serial = count(1)


def polls(prepare: Callable[[World], Act]) -> Callable[[World], Act]:
    POLLS[prepare.__name__] = prepare
    return prepare


def _poll(w: World, **fields: object) -> Poll:
    return a_poll("Left", "Right", thread=w.thread(), author=w.asker, **fields)


@polls
def make_poll(w: World) -> Act:
    thread = w.thread()
    spec = a_spec("Left", "Right")
    return partial(
        actions.make_poll,
        actor=w.asker,
        spec=spec,
        thread_id=thread.pk,
        idempotency_key=f"made-{next(_serial)}",
    )


@polls
def edit_poll(w: World) -> Act:
    poll = _poll(w)
    a_vote(poll, 1)
    spec = a_spec(
        question=poll.question,
        options=[Option("Leftwards", number=1), Option("Right", number=2), Option("On")],
    )
    return partial(actions.edit_poll, actor=w.asker, poll_id=poll.pk, spec=spec, reason="Clearer")


@polls
def duplicate_poll(w: World) -> Act:
    return partial(actions.duplicate_poll, actor=w.asker, poll_id=_poll(w).pk)


@polls
def cast_ballot(w: World) -> Act:
    poll = _poll(w)
    voter = Voter.of(a_member())
    return partial(
        actions.cast_ballot,
        voter=voter,
        poll_id=poll.pk,
        picks=Picks((1,)),
        idempotency_key=f"cast-{next(_serial)}",
    )


@polls
def withdraw_ballot(w: World) -> Act:
    poll, member = _poll(w), a_member()
    a_vote(poll, 1, by=member)
    return partial(actions.withdraw_ballot, voter=Voter.of(member), poll_id=poll.pk)


@polls
def give_reason(w: World) -> Act:
    poll, member = _poll(w), a_member()
    a_vote(poll, 1, by=member)
    return partial(actions.give_reason, voter=Voter.of(member), poll_id=poll.pk, text="Because")


@polls
def pledge_ballots(w: World) -> Act:
    return partial(actions.pledge_ballots, member=a_member(), guest_key=f"guest-{next(_serial)}")


@polls
def take_over_ballots(w: World) -> Act:
    poll, key = _poll(w, audience="everyone"), f"guest-{next(_serial)}"
    member = a_member()
    a_vote(poll, 1, guest=key)
    actions.pledge_ballots(member=member, guest_key=key)
    return partial(actions.take_over_ballots, member=member, guest_key=key)


@polls
def recognise_guest(w: World) -> Act:
    poll, key = _poll(w, audience="everyone"), f"guest-{next(_serial)}"
    a_vote(poll, 1, guest=key)
    return partial(actions.recognise_guest, member=a_member(), guest_key=key)


@polls
def close_poll(w: World) -> Act:
    return partial(actions.close_poll, actor=w.asker, poll_id=_poll(w).pk)


@polls
def reopen_poll(w: World) -> Act:
    poll = _poll(w)
    actions.close_poll(actor=w.asker, poll_id=poll.pk)
    return partial(actions.reopen_poll, actor=w.asker, poll_id=poll.pk)


@polls
def archive_poll(w: World) -> Act:
    return partial(actions.archive_poll, actor=w.asker, poll_id=_poll(w).pk)


@polls
def remove_poll(w: World) -> Act:
    return partial(actions.remove_poll, actor=w.asker, poll_id=_poll(w).pk)


@polls
def close_due_poll(w: World) -> Act:
    poll = _poll(w)
    Poll.objects.filter(pk=poll.pk).update(closes_at=clock.now())
    return partial(actions.close_due_poll, poll_id=poll.pk)


@polls
def remind_of_ends(w: World) -> Act:
    poll, now = _poll(w), clock.now()
    Poll.objects.filter(pk=poll.pk).update(
        opens_at=now - timedelta(days=5), closes_at=now + timedelta(hours=5)
    )
    return actions.remind_of_ends


@polls
def count_sealed(w: World) -> Act:
    poll = _poll(w, secrecy="sealed", changes="final")
    for _ in range(11):
        a_vote(poll, 1)
    return partial(actions.count_sealed, poll_id=poll.pk)


@polls
def follow_merge(w: World) -> Act:
    poll, target = _poll(w), w.thread()
    return partial(actions.follow_merge, source_id=poll.thread_id, target_id=target.pk)


@polls
def follow_split(w: World) -> Act:
    thread = w.thread()
    reply = a_reply(author=w.helper, thread=thread)
    actions.make_poll(actor=w.asker, spec=a_spec(), thread_id=thread.pk, post_id=reply.pk)
    new = a_thread(author=w.helper, board=w.board)
    return partial(actions.follow_split, new_thread_id=new.pk, post_ids=[reply.pk])


@polls
def seed_of_newcomer(w: World) -> Act:
    return partial(actions.seed_of_newcomer, mark=f"a-browser-{next(_serial)}")


@polls
def tell_apart(w: World) -> Act:
    poll = _poll(w)
    for number in range(12):
        a_vote(poll, 1, by=a_member(is_verified_owner=number % 2 == 0))
    Poll.objects.filter(pk=poll.pk).update(closed_at=clock.now() - timedelta(hours=1))
    return partial(actions.tell_apart, poll_id=poll.pk)


def _ring(w: World) -> Poll:
    poll = a_poll("Left", "Right", thread=w.thread(), author=w.asker, audience="everyone")
    for number in range(12):
        voter = Voter(None, f"honest-{next(_serial)}", network=f"net-{number}", device="phone")
        actions.cast_ballot(voter=voter, poll_id=poll.pk, picks=Picks((2,)))
    Ballot.objects.filter(poll=poll).update(cast_at=clock.now() - timedelta(hours=5))
    for _number in range(8):
        voter = Voter(None, f"ring-{next(_serial)}", network="cellar", device="machine")
        actions.cast_ballot(voter=voter, poll_id=poll.pk, picks=Picks((1,)))
    return poll


@polls
def leave_out(w: World) -> Act:
    poll = _ring(w)
    return partial(
        actions.leave_out, actor=w.admin, poll_id=poll.pk, mark="cellar.machine", reason="One machine"
    )


@polls
def take_back(w: World) -> Act:
    poll = _ring(w)
    out = actions.leave_out(actor=w.admin, poll_id=poll.pk, mark="cellar.machine", reason="One machine")
    return partial(
        actions.take_back, actor=w.admin, poll_id=poll.pk, recount_id=out.pk, reason="A driving school"
    )


@polls
def forget_traces(w: World) -> Act:
    poll = _ring(w)
    Ballot.objects.filter(poll=poll).update(cast_at=clock.now() - timedelta(days=100))

    def act() -> object:
        actions.forget_traces()
        return poll.ballots.first()

    return act


# Trials ---------------------------------------------------------------------------------------------------------


def _trial(w: World) -> Trial:
    Trial.objects.filter(ended_at=None).update(ended_at=clock.now())
    poll = a_poll("Left", "Right", audience="everyone")
    spec = actions.TrialSpec("Which one?", [poll.pk], 20, clock.now() + timedelta(days=1))
    return actions.start_trial(actor=w.admin, spec=spec)


@polls
def start_trial(w: World) -> Act:
    Trial.objects.filter(ended_at=None).update(ended_at=clock.now())
    poll = a_poll("Left", "Right", audience="everyone")
    spec = actions.TrialSpec("Which one?", [poll.pk], 20, clock.now() + timedelta(days=1))
    return partial(actions.start_trial, actor=w.admin, spec=spec)


@polls
def end_trial(w: World) -> Act:
    return partial(actions.end_trial, actor=w.admin, trial_id=_trial(w).pk)


@polls
def end_due_trials(w: World) -> Act:
    trial = _trial(w)
    Trial.objects.filter(pk=trial.pk).update(ends_at=clock.now())

    def act() -> object:
        actions.end_due_trials()
        return Trial.objects.get(pk=trial.pk)

    return act


@polls
def draw_arm(w: World) -> Act:
    return partial(actions.draw_arm, trial_id=_trial(w).pk, token=f"token-{next(_serial)}")


@polls
def join_trials(w: World) -> Act:
    trial, token, member = _trial(w), f"token-{next(_serial)}", a_member()
    actions.draw_arm(trial_id=trial.pk, token=token)

    def act() -> object:
        actions.join_trials(member=member, token=token)
        return Enrolment.objects.get(trial=trial)

    return act


# What the brand owes, and draws ---------------------------------------------------------------------------------


def _decision(w: World) -> Poll:
    poll = a_poll("Yes", "No", is_decision=True, author=w.admin)
    return actions.close_poll(actor=w.admin, poll_id=poll.pk)


@polls
def answer_decision(w: World) -> Act:
    return partial(
        actions.answer_decision, actor=w.admin, poll_id=_decision(w).pk, outcome="will", text="We do it"
    )


@polls
def move_answer_date(w: World) -> Act:
    to = clock.now().date() + timedelta(days=30)
    return partial(
        actions.move_answer_date, actor=w.admin, poll_id=_decision(w).pk, to=to, reason="Parts are late"
    )


@polls
def announce_draw(w: World) -> Act:
    now = clock.now()
    spec = actions.DrawSpec("A prize", "A value", now + timedelta(hours=1), now + timedelta(hours=2))
    poll = a_poll("Left", "Right")
    return partial(actions.announce_draw, actor=w.admin, source="poll", source_id=poll.pk, spec=spec)


def _entry(w: World, *, ago: timedelta = timedelta(0)) -> Entry:
    """An entry of a draw whose list closed so long ago, or is open."""
    draw, member = a_draw(), a_member()
    a_vote(Poll.objects.get(pk=draw.source_id), 1, by=member)
    entry = actions.enter_draw(actor=member, draw_id=draw.pk, is_adult=True)
    if ago:
        now = clock.now()
        Draw.objects.filter(pk=draw.pk).update(closes_at=now - ago, value_at=now + timedelta(hours=1))
    return entry


@polls
def enter_draw(w: World) -> Act:
    draw, member = a_draw(), a_member()
    a_vote(Poll.objects.get(pk=draw.source_id), 1, by=member)
    return partial(actions.enter_draw, actor=member, draw_id=draw.pk, is_adult=True)


@polls
def leave_draw(w: World) -> Act:
    entry = _entry(w)
    return partial(actions.leave_draw, actor=entry.member, draw_id=entry.draw_id)


@polls
def freeze_draw(w: World) -> Act:
    draw = _entry(w, ago=timedelta(minutes=1)).draw

    def act() -> object:
        actions.freeze_draw(draw_id=draw.pk)
        return draw

    return act


def _frozen(w: World) -> Entry:
    entry = _entry(w, ago=timedelta(minutes=1))
    actions.freeze_draw(draw_id=entry.draw_id)
    now = clock.now()
    Draw.objects.filter(pk=entry.draw_id).update(
        frozen_at=now - timedelta(minutes=2), value_at=now - timedelta(minutes=1)
    )
    return entry


@polls
def hold_draw(w: World) -> Act:
    return partial(actions.hold_draw, actor=w.admin, draw_id=_frozen(w).draw_id, value="1 2 3")


@polls
def claim_prize(w: World) -> Act:
    entry = _frozen(w)
    actions.hold_draw(actor=w.admin, draw_id=entry.draw_id, value="1 2 3")
    return partial(actions.claim_prize, actor=entry.member, draw_id=entry.draw_id)
