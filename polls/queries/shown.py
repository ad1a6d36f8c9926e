"""A poll as one viewer sees it. Two statements for all the polls of a page, whatever their size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, CharField, F, QuerySet, Sum, Value
from django.db.models.functions import Cast

from community.core import clock
from community.core.access import absent
from community.core.prepared import bound_cursor
from polls import access, sealing, tally
from polls.models import BallotChoice, BallotState, Choice, Participation, Poll, PollState, Tally
from polls.queries.dressing import Shown
from polls.tally import Counts
from polls.voters import Voter

if TYPE_CHECKING:
    from polls.actions import Cast as Ballot


def of_thread(voter: Voter, thread_id: int) -> list[Shown]:
    """The polls under the posts of a thread that the viewer may read, the oldest first. Two statements."""
    polls = Poll.objects.public().filter(thread_id=thread_id)
    return _shown(voter, polls)


def of_ids(voter: Voter, ids: Iterable[int]) -> dict[int, Shown]:
    """Polls by id, as far as the viewer may know of them. Two statements."""
    polls = Poll.objects.visible_to(voter.viewer).filter(pk__in=list(ids))
    return {one.poll.pk: one for one in _shown(voter, polls)}


def of_today(voter: Voter) -> Shown | None:
    """The poll for the first page: the latest one put there that everybody may vote in. One statement, two if any."""
    now = clock.now()
    polls = (
        Poll.objects.visible_to(voter.viewer)
        .public()
        .filter(home_on__lte=now.date(), state=PollState.OPEN, closed_at=None)
        .exclude(closes_at__lte=now)
        .order_by("-home_on", "-id")
    )
    found = _shown(voter, Poll.objects.filter(pk__in=polls.values("pk")[:1]))
    return found[0] if found else None


def one(voter: Voter, poll_id: int) -> Shown:
    """One poll. Two statements; 404 unless the viewer may know of it."""
    found = of_ids(voter, [poll_id] if 0 < poll_id < 2**63 else [])
    if poll_id not in found:
        raise absent()
    return found[poll_id]


def after_vote(voter: Voter, cast: Ballot) -> Shown:
    """The poll that this voter was let vote in a moment ago, with what is counted now. One statement, two where an
    earlier vote may stand: whether they may know of it, and what they chose, was known then."""
    poll, picks = cast.poll, cast.picks
    if picks is None and not poll.is_sealed:
        (found,) = _shown(voter, Poll.objects.filter(pk=poll.pk))
    else:
        mine = {}
        for rank, number in enumerate(picks.numbers if picks else (), 1):
            mine[number] = (rank if poll.is_ranked else 0, "")
        for choice in cast.choices:
            if picks and choice.takes_words and choice.number in mine:
                mine[choice.number] = (mine[choice.number][0], picks.words)
        counted = _totals(poll.pk)
        found = dressed(voter, poll, cast.choices, counted, mine, took_part=poll.is_sealed)
    found.just_voted = True
    return found


def _shown(voter: Voter, polls: QuerySet[Poll]) -> list[Shown]:
    rows = access.with_poll(Choice.objects.filter(poll__in=polls.order_by().values("pk")))
    found: dict[int, tuple[Poll, list[Choice]]] = {}
    for choice in rows:
        poll, choices = found.setdefault(choice.poll_id, (choice.poll, []))
        choice.poll = poll
        choices.append(choice)
    if not found:
        return []
    counts, mine, took_part, left_out = _counted(voter, [poll for poll, _choices in found.values()])
    shown = [
        dressed(voter, poll, choices, counts.get(pk, []), mine.get(pk, {}), took_part=pk in took_part)
        for pk, (poll, choices) in found.items()
    ]
    for one in shown:
        one.is_left_out = one.poll.pk in left_out
    return shown


def dressed(
    voter: Voter,
    poll: Poll,
    choices: Sequence[Choice],
    counted: Iterable[tuple[str, str, int]],
    mine: dict[int, tuple[int, str]],
    *,
    took_part: bool,
) -> Shown:
    """Rows with the verdicts for this viewer. No statement."""
    viewer = voter.viewer
    return Shown(
        poll=poll,
        choices=choices,
        counts=tally.gathered(counted),
        mine=mine,
        took_part=took_part,
        vote=access.may_vote(voter, poll),
        see=access.may_see_results(viewer, poll, has_voted=bool(mine) or took_part),
        change=access.may_change(poll),
        withdraw=access.may_withdraw(poll),
        is_manager=bool(access.may_manage(viewer, poll)),
    )


Found = tuple[
    dict[int, list[tuple[str, str, int]]], dict[int, dict[int, tuple[int, str]]], set[int], set[int]
]


def _counted(voter: Voter, polls: Sequence[Poll]) -> Found:
    """Counts, the voter's own choices, where they took part unseen, and where a recount left their vote out: one
    statement for all of it."""
    ids = [poll.pk for poll in polls]
    text, number = CharField(), BigIntegerField()
    parts: list[QuerySet[Any, Any]] = [
        Tally.objects.filter(poll__in=ids)
        .order_by()
        .values("poll_id", "key", "group")
        .annotate(n=Sum("count"), what=Value("count", text))
        .values_list("what", "poll_id", "key", "group", "n")
    ]
    own = BallotChoice.objects.filter(ballot__poll__in=ids)
    if voter.member is not None:
        own = own.filter(ballot__member=voter.member)
    elif voter.guest_key:
        own = own.filter(ballot__guest_key=voter.guest_key, ballot__member=None)
    if voter.is_known:
        parts.append(
            own.order_by()
            .annotate(
                what=Value("mine", text),
                of=F("ballot__poll_id"),
                number=Cast("choice__number", text),
                n=Cast("rank", number),
            )
            .values_list("what", "of", "number", "words", "n")
        )
        recounted = [poll.pk for poll in polls if poll.recount_count]
        if recounted:
            parts.append(
                own.filter(ballot__poll__in=recounted, ballot__state=BallotState.LEFT_OUT)
                .order_by()
                .annotate(
                    what=Value("out", text),
                    of=F("ballot__poll_id"),
                    k=Value("", text),
                    g=Value("", text),
                    n=Value(1, number),
                )
                .values_list("what", "of", "k", "g", "n")
            )
    marks = _marks(voter, polls)
    if marks:
        parts.append(
            Participation.objects.filter(mark__in=marks)
            .order_by()
            .annotate(what=Value("part", text), k=Value("", text), g=Value("", text), n=Value(1, number))
            .values_list("what", "poll_id", "k", "g", "n")
        )
    first, *rest = parts
    counts: dict[int, list[tuple[str, str, int]]] = {}
    mine: dict[int, dict[int, tuple[int, str]]] = {}
    took_part: set[int] = set()
    left_out: set[int] = set()
    for what, poll_id, key, group, n in first.union(*rest, all=True) if rest else first:
        if what == "count":
            counts.setdefault(poll_id, []).append((key, group, int(n)))
        elif what == "mine":
            mine.setdefault(poll_id, {})[int(key)] = (int(n), group)
        else:
            (left_out if what == "out" else took_part).add(poll_id)
    return counts, mine, took_part, left_out


def _marks(voter: Voter, polls: Sequence[Poll]) -> list[str]:
    if voter.member is None:
        return []
    pk = voter.member.pk
    return [mark for poll in polls if poll.is_sealed for mark in sealing.marks_of(poll.pk, pk)]


def counts_of(poll_id: int) -> Counts:
    """What was counted in one poll. One statement."""
    return tally.gathered(_totals(poll_id))


def _totals(poll_id: int) -> list[tuple[str, str, int]]:
    with bound_cursor() as cursor:
        cursor.execute(
            'SELECT key, "group", CAST(SUM(count) AS bigint) FROM polls_tally WHERE poll_id = %s GROUP BY key, "group"',
            [poll_id],
        )
        found: list[tuple[str, str, int]] = cursor.fetchall()
    return found
