"""Polls of the demo: in threads, on the first page, decided, in order, sealed; with votes of its people and of guests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from community.core import chance, clock
from community.members.models import Member, Role
from forum.models import Thread, ThreadState
from polls import actions
from polls.actions import Option, Spec
from polls.models import Poll
from polls.policy import Picks
from polls.voters import Voter


@dataclass(frozen=True)
class PlannedPoll:
    """One poll: how many days ago it was opened, how likely each choice is, and which share of the people votes."""

    spec: Spec
    days_ago: int
    weights: tuple[int, ...]
    share: int  # per cent of the demo's members
    guests: int = 0
    board: str = ""  # stands in the latest thread there
    tongue: str = "en"
    closed_days_ago: int = 0
    late: str = ""  # a choice added on the second day


def _planned(now: datetime) -> list[PlannedPoll]:
    evening = now.replace(hour=20, minute=0, second=0, microsecond=0)
    return [
        PlannedPoll(
            Spec(
                question="At ten below, how far does a full charge take you?",
                about="Motorway, heating on, from 100 % to the charger you actually stopped at.",
                options=[
                    Option("Under 250 km", "Half the sticker range"),
                    Option("250–300 km", "Six-tenths"),
                    Option("300–350 km", "Seven-tenths"),
                    Option("Over 350 km", "Better than most"),
                ],
                audience="everyone",
                closes_at=evening + timedelta(days=6),
                home_on=now.date(),
            ),
            days_ago=2,
            weights=(13, 44, 34, 9),
            share=80,
            guests=31,
            board="winter-range",
        ),
        PlannedPoll(
            Spec(
                question="零下 10 ℃ 上下跑高速，满电实际能走多远？",
                options=[
                    Option("250 公里以内"),
                    Option("250–300 公里"),
                    Option("300–350 公里"),
                    Option("350 公里以上"),
                ],
                changes="change",
                audience="everyone",
                closes_at=evening + timedelta(days=5),
                home_on=now.date(),
            ),
            days_ago=4,
            weights=(13, 44, 34, 9),
            share=60,
            board="winter-range",
            tongue="zh",
        ),
        PlannedPoll(
            Spec(
                question="Should 4.3 remember strong one-pedal driving when you switch the car off?",
                about="The range team builds what the members decide here.",
                options=[
                    Option("Yes, always"),
                    Option("Only in my driver profile"),
                    Option("No, start mild every time"),
                ],
                audience="everyone",
                is_decision=True,
                closes_at=evening - timedelta(days=4),
            ),
            days_ago=13,
            weights=(46, 31, 15, 8),
            share=90,
            guests=22,
            closed_days_ago=4,
            late="Ask me once",
        ),
        PlannedPoll(
            Spec(
                question="Where should the next four owner chargers go?",
                about="Where you waited longest, or turned back.",
                kind="ranked",
                options=[
                    Option("Heimahe, south shore", "110 km to the next charger"),
                    Option("Xining, north ring", "Queue of 40 min on holidays"),
                    Option("Gangcha", "Only 7 kW today"),
                    Option("Chaka salt lake", "Season May to October"),
                ],
                closes_at=evening + timedelta(days=12),
            ),
            days_ago=6,
            weights=(34, 31, 22, 13),
            share=75,
        ),
        PlannedPoll(
            Spec(
                question="过完这个冬天，你对自己的车有多满意？",
                kind="scale",
                low=1,
                high=5,
                low_label="很不满意",
                high_label="非常满意",
                results="always",
                changes="change",
            ),
            days_ago=3,
            weights=(4, 9, 22, 41, 24),
            share=70,
        ),
        PlannedPoll(
            Spec(
                question="Would you recommend your dealer to a friend?",
                options=[Option("Yes"), Option("Perhaps"), Option("No")],
                secrecy="sealed",
                results="closed",
                closes_at=evening + timedelta(days=9),
            ),
            days_ago=1,
            weights=(40, 35, 25),
            share=30,
        ),
    ]


def make_polls(
    cast: dict[str, Member], boards: dict[str, int], held: clock.FrozenClock, *, now: datetime
) -> int:
    """Open the polls and let people vote, each at its own time; how many. The caller holds the transaction."""
    people = list(cast.values())
    team = next(member for member in people if member.role == Role.ADMIN)
    voters = [member for member in people if member.role == Role.MEMBER and not member.is_imported]
    planned = _planned(now)
    for number, plan in enumerate(planned):
        held.set(now - timedelta(days=plan.days_ago))
        thread = _thread(boards[plan.board], plan.tongue) if plan.board else None
        poll = actions.make_poll(actor=team, spec=plan.spec, thread_id=thread.pk if thread else None)
        _vote(plan, poll, voters, held, now=now, number=number)
        if plan.closed_days_ago and poll.closes_at is not None:
            held.set(poll.closes_at)
            actions.close_due_poll(poll_id=poll.pk)
    held.set(now)
    for poll_id in actions.sealed_polls():
        actions.count_sealed(poll_id=poll_id)
    for poll_id in actions.untold_polls():
        actions.tell_apart(poll_id=poll_id)
    return len(planned)


def _thread(board_id: int, tongue: str) -> Thread | None:
    rows = Thread.objects.filter(board_id=board_id, state=ThreadState.VISIBLE, lang=tongue, poll_count=0)
    return rows.filter(locked_at=None).order_by("-reply_count", "pk").first()


def _vote(
    plan: PlannedPoll,
    poll: Poll,
    voters: list[Member],
    held: clock.FrozenClock,
    *,
    now: datetime,
    number: int,
) -> None:
    began = now - timedelta(days=plan.days_ago)
    until = _last_vote(plan, now)
    crowd = [Voter.of(member) for member in chance.shuffled(voters)[: len(voters) * plan.share // 100]]
    crowd += [Voter(None, f"demo-guest-{number}-{n}") for n in range(plan.guests)]
    crowd = chance.shuffled(crowd)
    last = len(poll.choices.all())
    for place, voter in enumerate(crowd):
        held.set(began + (until - began) * (place + 1) / (len(crowd) + 1))
        if plan.late and place == len(crowd) // 3:
            _add_late(plan, poll)
            last += 1
        numbers = _order(plan.weights[:last]) if poll.is_ranked else (_draw(plan.weights[:last]),)
        actions.cast_ballot(voter=voter, poll_id=poll.pk, picks=Picks(numbers))


def _last_vote(plan: PlannedPoll, now: datetime) -> datetime:
    """When people stop voting: an hour before now or before it closes, whatever time of the day it is seeded at."""
    until = now - timedelta(days=plan.closed_days_ago, hours=1)
    closes_at = plan.spec.closes_at
    return until if closes_at is None else min(until, closes_at - timedelta(hours=1))


def _add_late(plan: PlannedPoll, poll: Poll) -> None:
    known = [
        Option(choice.text, choice.about, number=choice.number) for choice in poll.choices.order_by("number")
    ]
    spec = Spec(
        question=poll.question,
        about=poll.about,
        options=[*known, Option(plan.late)],
        closes_at=poll.closes_at,
    )
    actions.edit_poll(actor=poll.author, poll_id=poll.pk, spec=spec)


def _draw(weights: tuple[int, ...]) -> int:
    """The number of a choice, by weight."""
    at = chance.below(sum(weights))
    for number, weight in enumerate(weights, 1):
        if at < weight:
            return number
        at -= weight
    return len(weights)


def _order(weights: tuple[int, ...]) -> tuple[int, ...]:
    """An order of some choices, the heavier ones more likely first."""
    rest = dict(enumerate(weights, 1))
    order: list[int] = []
    for _n in range(1 + chance.below(len(weights))):
        numbers = list(rest)
        picked = numbers[_draw(tuple(rest.values())) - 1]
        order.append(picked)
        del rest[picked]
    return tuple(order)
