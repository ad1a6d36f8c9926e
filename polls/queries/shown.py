"""A poll as one viewer sees it. Two statements for all the polls of a page, whatever their size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, Case, CharField, F, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils.translation import get_language

from community.core import clock
from community.core.access import absent
from community.core.among import among
from community.core.prepared import Prepared
from forum.roles import Kind, values_of
from polls import access, sealing, statements, tally
from polls.models import Ballot, BallotChoice, BallotState, Choice, Participation, Poll, PollState, Tally
from polls.queries.dressing import Shown
from polls.tally import Counts
from polls.voters import Voter

if TYPE_CHECKING:
    from polls.actions import Cast as Handed

_TEXT = CharField()


def _in_thread(*, thread_id: int, at: datetime) -> QuerySet[Choice]:
    return access.choices_of(Poll.objects.public(at).filter(thread_id=thread_id))


def _among_ids(kind: Kind, *, ids: tuple[int, ...], at: datetime, **viewer_values: Any) -> QuerySet[Choice]:
    polls = Poll.objects.visible_to(kind.viewer(**viewer_values), at)
    return access.choices_of(polls.filter(pk__in=among(ids)))


def _today(kind: Kind, *, day: date, now: datetime, tongue: str, **viewer_values: Any) -> QuerySet[Choice]:
    polls = Poll.objects.visible_to(kind.viewer(**viewer_values), now).public(now)
    polls = polls.filter(home_on__lte=day, state=PollState.OPEN, closed_at=None).exclude(closes_at__lte=now)
    in_own = Case(When(lang=tongue, then=1), default=0)
    polls = polls.order_by(in_own.desc(), "-home_on", "-id")
    return access.choices_of(Poll.objects.filter(pk__in=polls.values("pk")[:1]))


_choices_in_thread: Prepared[Choice] = Prepared(_in_thread)
_choices_among_ids: Prepared[Choice] = Prepared(_among_ids)
_choices_today: Prepared[Choice] = Prepared(_today)


def of_thread(voter: Voter, thread_id: int) -> list[Shown]:
    """The polls under the posts of a thread that the viewer may read, the oldest first. Two statements."""
    return _shown(voter, _choices_in_thread.rows(thread_id=thread_id, at=clock.now()))


def of_ids(voter: Voter, ids: Iterable[int]) -> dict[int, Shown]:
    """Polls by id, as far as the viewer may know of them. Two statements."""
    who = values_of(voter.viewer, with_horizon=False)
    rows = _choices_among_ids.rows(Kind.of(voter.viewer), ids=tuple(ids), at=clock.now(), **who)
    return {one.poll.pk: one for one in _shown(voter, rows)}


def of_today(voter: Voter) -> Shown | None:
    """The poll for the first page: the latest one put there in the page's language, or else the latest in any.

    One statement, two if there is one.
    """
    now, tongue = clock.now(), (get_language() or "")[:2]
    who = values_of(voter.viewer, with_horizon=False)
    rows = _choices_today.rows(Kind.of(voter.viewer), day=now.date(), now=now, tongue=tongue, **who)
    found = _shown(voter, rows)
    return found[0] if found else None


def one(voter: Voter, poll_id: int) -> Shown:
    """One poll. Two statements; 404 unless the viewer may know of it."""
    found = of_ids(voter, [poll_id] if 0 < poll_id < 2**63 else [])
    if poll_id not in found:
        raise absent()
    return found[poll_id]


def after_vote(voter: Voter, cast: Handed) -> Shown:
    """The poll that this voter was let vote in a moment ago, with what is counted now. No statement where the vote
    brought the totals along, else one, or two where an earlier vote may stand: whether they may know of it, and what
    they chose, was known then."""
    poll, picks = cast.poll, cast.picks
    if picks is None and not poll.is_sealed:
        (found,) = _shown(voter, access.choices_of(Poll.objects.filter(pk=poll.pk)))
    else:
        mine = {}
        for rank, number in enumerate(picks.numbers if picks else (), 1):
            mine[number] = (rank if poll.is_ranked else 0, "")
        for choice in cast.choices:
            if picks and choice.takes_words and choice.number in mine:
                mine[choice.number] = (mine[choice.number][0], picks.words)
        counted = statements.totals(poll.pk) if cast.totals is None else cast.totals
        found = dressed(voter, poll, cast.choices, counted, mine, took_part=poll.is_sealed)
    found.just_voted = True
    return found


def _shown(voter: Voter, rows: Iterable[Choice]) -> list[Shown]:
    found: dict[int, tuple[Poll, list[Choice]]] = {}
    for choice in rows:
        poll, choices = found.setdefault(choice.poll_id, (choice.poll, []))
        choice.poll = poll
        choices.append(choice)
    if not found:
        return []
    seen = _counted(voter, [poll for poll, _choices in found.values()])
    shown = []
    for pk, (poll, choices) in found.items():
        counts, mine = seen.counts.get(pk, []), seen.mine.get(pk, {})
        one = dressed(
            voter, poll, choices, counts, mine, took_part=pk in seen.took_part, at=seen.elsewhere.get(pk)
        )
        one.is_left_out = pk in seen.left_out
        shown.append(one)
    return shown


def dressed(
    voter: Voter,
    poll: Poll,
    choices: Sequence[Choice],
    counted: Iterable[tuple[str, str, int]],
    mine: dict[int, tuple[int, str]],
    *,
    took_part: bool,
    at: str | None = None,
) -> Shown:
    """Rows with the verdicts for this viewer. `at`: how the vote of this device stands that is an account's now. No
    statement."""
    viewer = voter.viewer
    has_voted = bool(mine) or took_part or at not in (None, BallotState.WITHDRAWN)
    return Shown(
        poll=poll,
        choices=choices,
        counts=tally.gathered(counted),
        mine=mine,
        took_part=took_part,
        vote=access.may_vote(voter, poll),
        see=access.may_see_results(viewer, poll, has_voted=has_voted),
        change=access.may_change(poll),
        withdraw=access.may_withdraw(poll),
        is_manager=bool(access.may_manage(viewer, poll)),
        is_elsewhere=at is not None,
    )


@dataclass(slots=True)
class Seen:
    """What was found of several polls, by id: (key, group, n) of the counts, and what is known of the voter there."""

    counts: dict[int, list[tuple[str, str, int]]] = field(default_factory=dict)
    mine: dict[int, dict[int, tuple[int, str]]] = field(default_factory=dict)
    took_part: set[int] = field(default_factory=set)  # unseen
    left_out: set[int] = field(default_factory=set)  # by a recount
    elsewhere: dict[int, str] = field(
        default_factory=dict
    )  # this device's vote is an account's: how it stands


def _counted(voter: Voter, polls: Sequence[Poll]) -> Seen:
    """Counts and all that is known of the voter's own votes. One statement."""
    values: dict[str, Any] = {"ids": tuple(poll.pk for poll in polls)}
    if voter.member is not None:
        values["member_id"] = voter.member.pk
    elif voter.guest_key:
        values["guest_key"] = voter.guest_key
    has_recounts = any(poll.recount_count for poll in polls)
    marks = _marks(voter, polls)
    rows: Iterable[Sequence[Any]]
    if marks:
        part = _told(Participation.objects.filter(mark__in=marks), "part", "poll_id", Value("", _TEXT))
        rows = _parts(has_recounts, part, **values)
    else:
        rows = _seen.cells(has_recounts, **values)
    seen = Seen()
    for what, poll_id, key, group, n in rows:
        match what:
            case "count":
                seen.counts.setdefault(poll_id, []).append((key, group, int(n)))
            case "mine":
                seen.mine.setdefault(poll_id, {})[int(key)] = (int(n), group)
            case "gone":
                seen.elsewhere[poll_id] = key
            case "out":
                seen.left_out.add(poll_id)
            case _part:
                seen.took_part.add(poll_id)
    return seen


def _parts(
    has_recounts: bool,
    *more: QuerySet[Any, Any],
    ids: tuple[int, ...],
    member_id: int | None = None,
    guest_key: str = "",
) -> QuerySet[Any, Any]:
    """The counts; what the voter chose; where a recount left it out; and which votes of a guest's device belong to an
    account by now: what was chosen there is that account's to see."""
    counts: QuerySet[Any, Any] = (
        Tally.objects.filter(poll__in=among(ids))
        .order_by()
        .values("poll_id", "key", "group")
        .annotate(n=Sum("count"), what=Value("count", _TEXT))
        .values_list("what", "poll_id", "key", "group", "n")
    )
    if member_id is None and not guest_key:
        return counts
    own, parts = BallotChoice.objects.filter(ballot__poll__in=among(ids)), list(more)
    if member_id is not None:
        own = own.filter(ballot__member=member_id)
    else:
        own = own.filter(ballot__guest_key=guest_key, ballot__member=None)
        own = own.exclude(ballot__state=BallotState.MERGED)
        gone = Ballot.objects.filter(poll__in=among(ids), guest_key=guest_key)
        gone = gone.filter(~Q(member=None) | Q(state=BallotState.MERGED))
        parts.append(_told(gone, "gone", "poll_id", F("state")))
    parts.append(
        own.order_by()
        .annotate(
            what=Value("mine", _TEXT),
            of=F("ballot__poll_id"),
            number=Cast("choice__number", _TEXT),
            n=Cast("rank", BigIntegerField()),
        )
        .values_list("what", "of", "number", "words", "n")
    )
    if has_recounts:
        out = own.filter(ballot__state=BallotState.LEFT_OUT)
        parts.append(_told(out, "out", "ballot__poll_id", Value("", _TEXT)))
    return counts.union(*parts, all=True)


_seen: Prepared[Any] = Prepared(_parts)


def _told(rows: QuerySet[Any], what: str, poll: str, key: Combinable) -> QuerySet[Any, Any]:
    """Rows as a part of the one statement."""
    told: QuerySet[Any, Any] = (
        rows.order_by()
        .annotate(
            what=Value(what, _TEXT),
            of=F(poll),
            told=key,
            g=Value("", _TEXT),
            n=Value(1, BigIntegerField()),
        )
        .values_list("what", "of", "told", "g", "n")
    )
    return told


def _marks(voter: Voter, polls: Sequence[Poll]) -> list[str]:
    if voter.member is None:
        return []
    pk = voter.member.pk
    return [mark for poll in polls if poll.is_sealed for mark in sealing.marks_of(poll.pk, pk)]


def counts_of(poll_id: int) -> Counts:
    """What was counted in one poll. One statement."""
    return tally.gathered(statements.totals(poll_id))
