"""The ladder from a tap to a second visit: who took which step, and how long it took. Own data only.

Polls climb it here; quizzes and surveys bring what they know of their guests to `answered`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Min
from django.utils.translation import gettext as _

from community.members.models import Member
from forum.models import Post, PostState
from polls.models import Ballot, BallotState, Poll, Reason

MOST = 5000  # of the latest taps
FEW = 5  # numbers below are told to the team alone
SHOWN = 20  # people behind a number
BACK_WITHIN = timedelta(days=7)
AFTERWARDS = ("joined", "published", "answered", "returned")
STEPS = ("tapped", "reasoned", *AFTERWARDS)
ANSWERED = ("begun", "finished", *AFTERWARDS)  # of quizzes and surveys


@dataclass(frozen=True, slots=True)
class Tap:
    """Where somebody without an account began, when they took the second step here, and who they turned out to be."""

    at: datetime
    second_at: datetime | None = None
    member_id: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: how many came so far, the usual time since the rung before, and the members on it, the first first.

    `count` None: a few, which are told to nobody but the team.
    """

    name: str
    count: int | None
    usual: timedelta | None = None
    member_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A step as a page tells it."""

    name: str
    step: Step
    people: list[Member]


def funnel(poll: Poll, *, is_team: bool) -> list[Step]:
    """The steps of everybody who voted as a guest. Five statements, whatever their number."""
    ballots = Ballot.objects.filter(poll=poll).exclude(guest_key="").order_by("-cast_at")
    # Another device of somebody who is counted already, and what was one person's many times.
    ballots = ballots.exclude(state__in=(BallotState.MERGED, BallotState.LEFT_OUT))
    cast = list(ballots.values_list("guest_key", "member_id", "cast_at")[:MOST])
    reasons = {
        member_id or key: at
        for key, member_id, at in Reason.objects.filter(poll=poll).values_list("guest_key", "member_id", "at")
    }
    taps = [Tap(at, reasons.get(member_id or key), member_id) for key, member_id, at in cast]
    ids = {tap.member_id for tap in taps if tap.member_id}
    posts = _first_posts(poll.thread_id, ids) if poll.thread_id and ids else []
    return climbed(taps, posts, names=STEPS, is_team=is_team)


def climbed(taps: Sequence[Tap], posts: Sequence[Post], *, names: Sequence[str], is_team: bool) -> list[Step]:
    """The steps of these people, whose first words are among the posts. Two statements, one without posts."""
    first, second = names[:2]
    members = Member.objects.filter(pk__in=[tap.member_id for tap in taps if tap.member_id])
    known = {row.pk: row for row in members.only("pk", "joined_at", "returned_at")}
    answers = _first_answers(posts)
    said: dict[int, Post] = {}
    for one in posts:
        said.setdefault(one.author_id or 0, one)
    waits: dict[str, list[timedelta]] = {name: [] for name in names}
    who: dict[str, list[tuple[datetime, int]]] = {name: [] for name in names}

    def note(name: str, at: datetime | None, walk: list[datetime], member_id: int | None) -> bool:
        """Somebody took this step at this moment, after those in `walk`."""
        if at is None or at < walk[0]:
            return False
        waits[name].append(at - max(one for one in walk if one <= at))
        walk.append(at)
        if member_id:
            who[name].append((at, member_id))
        return True

    for tap in taps:
        walk = [tap.at]
        note(first, tap.at, walk, tap.member_id)
        note(second, tap.second_at, walk, tap.member_id)
        member = known.get(tap.member_id or 0)
        if member is None or not note("joined", member.joined_at, walk, member.pk):
            continue  # a member already: their ladder is behind them
        post = said.get(member.pk)
        if post and note("published", post.posted_at, walk, member.pk):
            note("answered", answers.get(post.pk), walk, member.pk)
        back = member.returned_at
        note("returned", back if back and back - member.joined_at <= BACK_WITHIN else None, walk, member.pk)
    return [
        _step(name, waits[name], sorted(who[name]), is_team=is_team, is_first=name == first) for name in names
    ]


def answered(guests: Iterable[tuple[datetime, datetime | None, int | None]], *, is_team: bool) -> list[Step]:
    """The steps of guests of a quiz or a survey: when they began, when they came to its end, and who they are now. Four
    statements."""
    taps = [Tap(*guest) for guest in guests]
    posts = _first_words({tap.member_id for tap in taps if tap.member_id})
    return climbed(taps, posts, names=ANSWERED, is_team=is_team)


def rows(steps: Sequence[Step]) -> list[Row]:
    """The steps by their names, with those who took them. One statement."""
    names = {
        "tapped": _("Voted without an account"),
        "reasoned": _("Began to say why"),
        "begun": _("Began without an account"),
        "finished": _("Answered to the end"),
        "joined": _("Joined"),
        "published": _("Published a reply") if steps[0].name == "tapped" else _("Published first words"),
        "answered": _("Heard from somebody"),
        "returned": _("Came back within seven days"),
    }
    people = Member.objects.in_bulk({pk for step in steps for pk in step.member_ids[:SHOWN]})
    return [
        Row(names[step.name], step, [people[pk] for pk in step.member_ids[:SHOWN] if pk in people])
        for step in steps
    ]


def _first_words(member_ids: Iterable[int]) -> list[Post]:
    """The first visible words of each of these people, wherever they stand. Two statements."""
    mine = Post.objects.visible().filter(author_id__in=list(member_ids)).order_by()
    firsts = mine.values("author_id").annotate(first=Min("pk")).values_list("first", flat=True)
    rows = Post.objects.filter(pk__in=list(firsts))
    return list(rows.only("pk", "author_id", "thread_id", "posted_at", "number"))


def _step(
    name: str, waits: list[timedelta], who: list[tuple[datetime, int]], *, is_team: bool, is_first: bool
) -> Step:
    if not is_team and 0 < len(waits) < FEW:
        return Step(name, None)
    seconds = median(wait.total_seconds() for wait in waits) if waits and not is_first else None
    usual = None if seconds is None else timedelta(seconds=seconds)
    return Step(name, len(waits), usual, tuple(pk for _at, pk in who) if is_team else ())


def _first_posts(thread_id: int, member_ids: Iterable[int]) -> list[Post]:
    """What these people wrote visibly in the poll's thread, the first first."""
    rows = Post.objects.visible().filter(thread_id=thread_id, author_id__in=list(member_ids))
    return list(rows.only("pk", "author_id", "thread_id", "posted_at", "number").order_by("number"))


def _first_answers(posts: Sequence[Post]) -> dict[int, datetime]:
    """When somebody else first wrote after each of these posts, in answer to it or simply below."""
    if not posts:
        return {}
    later: dict[int, list[tuple[int, int | None, datetime]]] = {}
    theirs = Post.objects.filter(thread_id__in={post.thread_id for post in posts}, state=PostState.VISIBLE)
    told = theirs.order_by("number").values_list("thread_id", "number", "author_id", "posted_at")
    for thread_id, number, author_id, posted_at in told:
        later.setdefault(thread_id, []).append((number, author_id, posted_at))
    found: dict[int, datetime] = {}
    for post in posts:
        below = later.get(post.thread_id, [])
        answer = next((at for n, author, at in below if n > post.number and author != post.author_id), None)
        if answer is not None:
            found[post.pk] = answer
    return found
