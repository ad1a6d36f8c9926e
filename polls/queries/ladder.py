"""The ladder from a tap to a second visit: who took which step, and how long it took. Own data only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from community.members.models import Member
from forum.models import Post, PostState
from polls.models import Ballot, BallotState, Poll, Reason

MOST = 5000  # of the latest taps
FEW = 5  # numbers below are told to the team alone
BACK_WITHIN = timedelta(days=7)
STEPS = ("tapped", "reasoned", "joined", "published", "answered", "returned")


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: how many came so far, the usual time since the tap, and the members among them, the first first.

    `count` None: a few, which are told to nobody but the team.
    """

    name: str
    count: int | None
    usual: timedelta | None = None
    member_ids: tuple[int, ...] = ()


def funnel(poll: Poll, *, is_team: bool) -> list[Step]:
    """The steps of everybody who voted as a guest. Five statements, whatever their number."""
    ballots = Ballot.objects.filter(poll=poll).exclude(guest_key="").order_by("-cast_at")
    # Another device of somebody who is counted already, and what was one person's many times.
    ballots = ballots.exclude(state__in=(BallotState.MERGED, BallotState.LEFT_OUT))
    taps = list(ballots.values_list("guest_key", "member_id", "cast_at")[:MOST])
    ids = [member_id for _key, member_id, _at in taps if member_id]
    members = {
        row.pk: row for row in Member.objects.filter(pk__in=ids).only("pk", "joined_at", "returned_at")
    }
    reasons = {
        member_id or key: at
        for key, member_id, at in Reason.objects.filter(poll=poll).values_list("guest_key", "member_id", "at")
    }
    posts = _first_posts(poll, ids)
    answers = _first_answers(poll, posts)
    waits: dict[str, list[timedelta]] = {name: [] for name in STEPS}
    who: dict[str, list[tuple[datetime, int]]] = {name: [] for name in STEPS}

    def note(name: str, at: datetime | None, tapped: datetime, member_id: int | None) -> bool:
        if at is None or at < tapped:
            return False
        waits[name].append(at - tapped)
        if member_id:
            who[name].append((at, member_id))
        return True

    for key, member_id, tapped in taps:
        note("tapped", tapped, tapped, member_id)
        note("reasoned", reasons.get(member_id or key), tapped, member_id)
        member = members.get(member_id or 0)
        if member is None or not note("joined", member.joined_at, tapped, member.pk):
            continue  # a member already: their ladder is behind them
        post = posts.get(member.pk)
        if post and note("published", post.posted_at, tapped, member.pk):
            note("answered", answers.get(post.pk), tapped, member.pk)
        back = member.returned_at
        note("returned", back if back and back - member.joined_at <= BACK_WITHIN else None, tapped, member.pk)
    return [_step(name, waits[name], sorted(who[name]), is_team=is_team) for name in STEPS]


def _step(name: str, waits: list[timedelta], who: list[tuple[datetime, int]], *, is_team: bool) -> Step:
    if not is_team and 0 < len(waits) < FEW:
        return Step(name, None)
    seconds = median(wait.total_seconds() for wait in waits) if waits and name != "tapped" else None
    usual = None if seconds is None else timedelta(seconds=seconds)
    return Step(name, len(waits), usual, tuple(pk for _at, pk in who) if is_team else ())


def _first_posts(poll: Poll, member_ids: list[int]) -> dict[int, Post]:
    """The first visible words of each of these people in the poll's thread."""
    if poll.thread_id is None or not member_ids:
        return {}
    rows = Post.objects.visible().filter(thread_id=poll.thread_id, author_id__in=member_ids)
    found: dict[int, Post] = {}
    for post in rows.only("pk", "author_id", "posted_at", "number").order_by("number"):
        found.setdefault(post.author_id or 0, post)
    return found


def _first_answers(poll: Poll, posts: dict[int, Post]) -> dict[int, datetime]:
    """When somebody else first wrote after each of these posts, in answer to it or simply below."""
    if not posts or poll.thread_id is None:
        return {}
    first = min(post.number for post in posts.values())
    later = list(
        Post.objects.filter(thread_id=poll.thread_id, number__gt=first, state=PostState.VISIBLE)
        .order_by("number")
        .values_list("number", "author_id", "posted_at")
    )
    found: dict[int, datetime] = {}
    for post in posts.values():
        answer = next((at for n, author, at in later if n > post.number and author != post.author_id), None)
        if answer is not None:
            found[post.pk] = answer
    return found
