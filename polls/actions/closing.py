"""The end of a poll, and what may follow: reopening, the archive, removal; and counting sealed ballots."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.core import chance, clock
from community.core.access import Refused, no, require
from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member
from forum import actions as threads
from polls import access, ends, policy, sealing, statements
from polls.actions.records import note_other_end
from polls.facts import (
    PollClosed,
    PollClosesSoon,
    PollReopened,
    PollStateChanged,
    SealedBallotsCounted,
)
from polls.models import Group, Poll, PollState, SealedBox, Tally

ENTERED = no(
    gettext_lazy(
        "People have entered a draw here, and anyone may recompute it. Archive this instead of removing it."
    ),
    "drawn",
)
SOON = timedelta(days=1)
SETTLED = timedelta(seconds=30)  # after an end by the clock, until every vote that met it has committed


@action
def close_poll(*, actor: Member, poll_id: int) -> Poll:
    """Take no more votes. Votes under way are waited for. Repeatable. Refused (unopened) before anybody could vote."""
    poll = access.poll_for_change(actor, poll_id=poll_id)
    require(access.may_manage(actor, poll))
    _require_opened(poll)
    if poll.closed_at is None:
        _close(poll, "hand")
    return poll


@action
def reopen_poll(*, actor: Member, poll_id: int) -> Poll:
    """Take votes again; an end that is over is dropped, the day on which the brand owes an answer is not. Repeatable.

    Not for sealed polls: their last group is counted.
    """
    poll = access.poll_for_change(actor, poll_id=poll_id)
    require(access.may_manage(actor, poll))
    if not poll.is_over:
        return poll
    if poll.state != PollState.OPEN:
        raise Refused(no(_("An archived poll stays closed."), "archived"))
    if poll.is_sealed:
        raise Refused(
            no(_("A sealed poll is counted to the last vote when it closes, so it stays closed."), "sealed")
        )
    if poll.answered_at is not None:
        raise Refused(no(_("The brand has answered this decision. Ask anew in another poll."), "answered"))
    from polls.actions.making import has_ballots

    now, before = clock.now(), ends.kept(poll.ended_at, poll.closes_after)
    poll.closed_at, poll.closes_after, poll.reopened_at, poll.reminded_at = None, None, now, None
    if poll.closes_at is not None and poll.closes_at <= now:
        poll.closes_at = None
    if has_ballots(poll):
        note_other_end(poll, ends.REOPENED, before, actor)
    poll.save(
        update_fields=["closed_at", "closes_at", "closes_after", "reopened_at", "reminded_at", "end_moved_at"]
    )
    from polls.actions.splitting import drop_split

    drop_split(poll)
    statements.count(poll.pk, {})  # a step: open pages see that it changed
    publish(PollReopened(poll.pk, actor.pk, poll.thread_id))
    return poll


@action
def archive_poll(*, actor: Member, poll_id: int) -> Poll:
    """Close for good and take off the lists of what is going on. Repeatable. Refused (unopened) like closing."""
    poll = access.poll_for_change(actor, poll_id=poll_id)
    require(access.may_manage(actor, poll))
    _require_opened(poll)
    if poll.state == PollState.ARCHIVED:
        return poll
    if poll.closed_at is None:
        _close(poll, "hand")
    _set_state(poll, actor, PollState.ARCHIVED)
    return poll


@action
def remove_poll(*, actor: Member, poll_id: int) -> Poll:
    """Take the poll out of sight with everything that was counted. For its author while nobody voted, and the team.

    Refused (owed, drawn) for a decision that waits for the brand's answer, and where people entered a draw: what is
    owed does not go out of sight.
    """
    poll = access.poll_for_change(actor, poll_id=poll_id)
    require(access.may_manage(actor, poll))
    from polls.actions.making import has_ballots

    is_voted_on = has_ballots(poll)
    require(access.may_remove(actor, poll, is_voted_on=is_voted_on))
    if is_voted_on and poll.is_decision and poll.answer_by is not None and poll.answered_at is None:
        raise Refused(no(_("The brand owes members an answer here. Answer first, then remove it."), "owed"))
    if poll.draw is not None and poll.draw.is_entered:
        raise Refused(ENTERED)
    was_counted = poll.is_published
    _set_state(poll, actor, PollState.REMOVED)
    if was_counted and poll.thread_id is not None:
        threads.count_polls(actor=None, thread_id=poll.thread_id, by=-1)
    return poll


@action
def close_due_poll(*, poll_id: int) -> bool:
    """Note the end of a poll whose time is over: whoever listens hears it once. False if there was none to note."""
    poll = (
        Poll.objects.select_for_update()
        .filter(pk=poll_id, closed_at=None, closes_at__lte=clock.now())
        .first()
    )
    if poll is None:
        return False
    assert poll.closes_at is not None
    poll.save(update_fields=poll.note_end(poll.closes_at))
    statements.count(poll.pk, {})
    publish(PollClosed(poll.pk, "time", poll.closes_at, poll.thread_id))
    return True


def one_by_one(poll: Poll) -> None:
    """Let the votes of a poll that closes by their number come one after the other: the last one closes it."""
    if poll.closes_after is not None:
        Poll.objects.select_for_update().get(pk=poll.pk)


def close_when_full(poll: Poll) -> None:
    """Close an open poll that has as many ballots as it wanted, of those that decide. For actions that hold its row."""
    if poll.closes_after is None:
        return
    ballots = Tally.objects.filter(poll=poll, key="", group__in=poll.decides).aggregate(n=Sum("count"))["n"]
    if (ballots or 0) >= poll.closes_after:
        at = clock.now()
        poll.save(update_fields=poll.note_end(at))
        publish(PollClosed(poll.pk, "number", at, poll.thread_id))


def due_polls() -> list[int]:
    """Polls whose end has come and was not noted. One statement."""
    rows = Poll.objects.filter(closed_at=None, closes_at__lte=clock.now(), state=PollState.OPEN)
    return list(rows.order_by("closes_at").values_list("pk", flat=True)[:200])


@action
def remind_of_ends() -> int:
    """State once for each poll that it closes within a day; how many. Polls open for less than two days say nothing."""
    now = clock.now()
    rows = Poll.objects.public().filter(
        state=PollState.OPEN, closed_at=None, reminded_at=None, closes_at__gt=now, closes_at__lte=now + SOON
    )
    told = 0
    for poll in rows.select_for_update(of=("self",), skip_locked=True, no_key=True):
        poll.reminded_at = now
        poll.save(update_fields=["reminded_at"])
        assert poll.closes_at is not None
        if poll.closes_at - poll.opens_at >= 2 * SOON:
            publish(PollClosesSoon(poll.pk, poll.closes_at, poll.thread_id))
            told += 1
    return told


@action
def count_sealed(*, poll_id: int) -> int:
    """Add waiting sealed ballots to the counts, in groups that hide each of them; how many.

    While the poll is open a group stays in the boxes, so that the last one counted is no smaller than the others.
    """
    is_open = statements.hold_open(poll_id)
    poll = Poll.objects.get(pk=poll_id)
    if not is_open and poll.ended_at is not None and poll.ended_at > clock.now() - SETTLED:
        return 0
    boxes = list(SealedBox.objects.select_for_update(no_key=True).filter(poll=poll).order_by("slot"))
    waiting = [key for box in boxes for key in sealing.opened(box.content, poll_id=poll.pk, slot=box.slot)]
    is_closed = not is_open and poll.opens_at <= clock.now()
    now, later = policy.released(waiting, is_closed=is_closed, pick=chance.shuffled(waiting))
    if not now:
        return 0
    for place, box in enumerate(boxes):
        box.content = sealing.sealed(later[place :: len(boxes)], poll_id=poll.pk, slot=box.slot)
        box.save(update_fields=["content"])
    shifts: Counter[tuple[str, str]] = Counter({(policy.OPENED, Group.MEMBER): len(now)})
    for ballot in now:
        for key in ballot.split(policy.AND):
            shifts[key, Group.MEMBER] += 1
    statements.count(poll.pk, shifts)
    publish(SealedBallotsCounted(poll.pk))
    return len(now)


def sealed_polls() -> list[int]:
    """Sealed polls that may have something to count: open ones, and those that closed within a week. One statement."""
    lately = clock.now() - timedelta(days=7)
    rows = Poll.objects.filter(secrecy="sealed").exclude(state=PollState.REMOVED)
    rows = rows.filter(Q(closed_at=None) | Q(closed_at__gt=lately))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _require_opened(poll: Poll) -> None:
    """A draft that is closed would be published as a poll in which nobody can vote, and a decision that is owed."""
    if not poll.has_opened:
        raise Refused(no(_("Nobody could vote here yet, so there is nothing to close."), "unopened"))


def _close(poll: Poll, why: str) -> None:
    at = clock.now()
    poll.save(update_fields=poll.note_end(at))
    statements.count(poll.pk, {})
    publish(PollClosed(poll.pk, why, at, poll.thread_id))


def _set_state(poll: Poll, actor: Member, state: str) -> None:
    poll.state = state
    poll.save(update_fields=["state"])
    statements.count(poll.pk, {})
    publish(PollStateChanged(poll.pk, actor.pk, state, poll.thread_id))
