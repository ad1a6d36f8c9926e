"""Recounts: what every total must equal. `manage.py recount_polls` says it a poll at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Q, Sum

from community.core.counters import register
from forum.actions import count_polls
from forum.models import Thread
from polls import policy, sealing, statements
from polls.models import BallotChoice, BallotState, Participation, Poll, SealedBox, Tally
from polls.models.polls import PUBLISHED

Totals = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Recount:
    """A poll's totals as they stand and as its ballots say, by (key, group); equal when all is well."""

    poll: Poll
    stored: Totals
    real: Totals
    wrong: dict[tuple[str, str], int] = field(default_factory=dict)  # by how much each stored total is off

    @property
    def agrees(self) -> bool:
        return not self.wrong


def recount(poll_id: int, *, repair: bool = False) -> Recount:
    """Count one poll's ballots. Its row is held: no vote is under way. `repair` sets what was wrong right.

    Of a sealed poll only the sum can be compared: whoever took part is counted or waits in a box.
    """
    with transaction.atomic():
        poll = Poll.objects.select_for_update().get(pk=poll_id)
        stored = _stored(poll)
        real = _sealed(poll, stored) if poll.is_sealed else _real(poll)
        wrong = {at: stored[at] - real[at] for at in stored.keys() | real.keys() if stored[at] != real[at]}
        if wrong and repair:
            statements.count(poll.pk, {at: -by for at, by in wrong.items()})
        return Recount(poll, stored, real, wrong)


def recounts(*, repair: bool = False) -> Iterator[Recount]:
    """Every poll, one short transaction each."""
    for pk in Poll.objects.order_by("pk").values_list("pk", flat=True).iterator():
        yield recount(pk, repair=repair)


def rebuild() -> int:
    """Set every total right; how many were wrong."""
    return sum(len(one.wrong) for one in recounts(repair=True))


def _stored(poll: Poll) -> Totals:
    rows = Tally.objects.filter(poll=poll).exclude(key="~").values_list("key", "group")
    return Counter({(key, group): n for key, group, n in rows.annotate(n=Sum("count")) if n})


def _real(poll: Poll) -> Totals:
    real: Totals = Counter()
    ballots = poll.ballots.filter(state=BallotState.COUNTED)
    for group in ballots.values_list("group", flat=True).iterator():
        real["", group] += 1
    rows = BallotChoice.objects.filter(ballot__in=ballots).order_by("ballot_id", "rank", "choice__number")
    at, order, of = 0, list[int](), ""
    for ballot, group, number in rows.values_list("ballot_id", "ballot__group", "choice__number").iterator():
        if ballot != at:
            real.update((key, of) for key in policy.keys_of(poll.kind, order) if order)
            at, order, of = ballot, [], group
        order.append(number)
    real.update((key, of) for key in policy.keys_of(poll.kind, order) if order)
    return real


def _sealed(poll: Poll, stored: Totals) -> Totals:
    """What was counted of a sealed poll is believed; how many took part is not."""
    real = Counter({at: n for at, n in stored.items() if at[0] != ""})
    took_part = Participation.objects.filter(poll=poll).count()
    if took_part:
        real["", "member"] = took_part
    return real


def waiting(poll: Poll) -> int:
    """How many sealed ballots wait to be counted."""
    boxes = SealedBox.objects.filter(poll=poll)
    keys = [sealing.opened(box.content, poll_id=poll.pk, slot=box.slot) for box in boxes]
    return sum(map(len, keys))


def rebuild_threads() -> int:
    """How many polls each thread says it has; how many said it wrongly."""
    standing = Poll.objects.filter(state__in=PUBLISHED).exclude(thread=None)
    real = dict(standing.values_list("thread_id").annotate(n=Count("pk")))
    stored = Thread.objects.filter(Q(poll_count__gt=0) | Q(pk__in=standing.values("thread_id")))
    wrong = 0
    for pk, count in stored.values_list("pk", "poll_count"):
        if count != real.get(pk, 0):
            count_polls(actor=None, thread_id=pk, by=real.get(pk, 0) - count)
            wrong += 1
    return wrong


register("polls.tallies", rebuild)
register("polls.threads", rebuild_threads)
