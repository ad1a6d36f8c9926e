"""From the forum's rows to what happened to one question, as `reading` takes it. Four statements at most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Subquery

from forum.models import Lane, Post, PostState, Thread, ThreadLog
from moderation.promises.models import Machine, SetAside, Terms
from moderation.promises.reading import Event, What

Kind = ThreadLog.Kind

SIGHT, LOCK, LANE, SOLVED, UNPROMISED = "sight", "lock", "lane", "solved", "unpromised"


@dataclass(frozen=True, slots=True)
class History:
    """What happened, the terms that hold, and for which reasons the clock does not run at first."""

    events: list[Event]
    terms: Terms
    shut: set[str]


class _Reply(NamedTuple):
    """A reply and from when it counts. `since`: where that is later than it was written, as a merge brought it or an edit
    made more of it than a template.
    """

    counts_at: datetime
    since: datetime | None = None


def history_of(thread: Thread, *, is_first: bool, without: int = 0) -> History | None:
    """The history of a thread that is not merged away; None where no board on its way ever promised anything.

    `without`: a post that is about to go for good. The caller holds the thread.
    """
    lines = list(ThreadLog.objects.filter(thread=thread).order_by("at", "id")) if thread.log_count else []
    promised = _promised(thread, lines)
    if promised is None:
        return None
    begins_at, terms = promised
    shut = {UNPROMISED}
    if not is_first and _first_lane(thread, lines) != Lane.ASK:
        shut.add(LANE)
    posts, said = _but_rejected_before(_replies(thread, lines, without))
    events = [Event(begins_at, What.OPEN, UNPROMISED)]
    events += _acts(thread, lines, is_first=is_first)
    events += [Event(reply.counts_at, What.REPLY, post_id=pk) for pk, reply in posts.items()]
    events += [Event(at, What.REJECTED, post_id=pk) for pk, at in said.items()]
    return History(events, terms, shut)


def _promised(thread: Thread, lines: list[ThreadLog]) -> tuple[datetime, Terms] | None:
    """When the question first stood on a board that promised something, and what that was."""
    split = next((line.at for line in lines if line.kind == Kind.SPLIT_FROM), None)
    moves = [line for line in lines if line.kind == Kind.MOVED]
    first = int(moves[0].data["source"]) if moves else thread.board_id
    stays = [(max(thread.opened_at, split or thread.opened_at), first)]
    stays += [(line.at, int(line.data["target"])) for line in moves]
    given = list(Terms.objects.filter(board_id__in={board for _at, board in stays}))
    for came, board_id in stays:
        # A board that promises nothing when the question comes owes it nothing later.
        held = [terms for terms in given if terms.board_id == board_id and terms.from_at <= came]
        if held and held[-1].minutes is not None:
            return came, held[-1]
    return None


def _first_lane(thread: Thread, lines: list[ThreadLog]) -> str:
    changes = [line for line in lines if line.kind == Kind.LANE]
    return str(changes[0].data["before"]) if changes else thread.lane


def _acts(thread: Thread, lines: list[ThreadLog], *, is_first: bool) -> Iterator[Event]:
    """When the thread was out of sight, locked, no question, or solved by its own author."""
    solved = _own_posts(thread, lines)
    for line in lines:
        match line.kind:
            case Kind.HIDDEN | Kind.REMOVED:
                yield Event(line.at, What.SHUT, SIGHT)
            case Kind.RESTORED:
                yield Event(line.at, What.OPEN, SIGHT)
            case Kind.LOCKED:
                yield Event(line.at, What.SHUT, LOCK)
            case Kind.UNLOCKED:
                yield Event(line.at, What.OPEN, LOCK)
            case Kind.LANE if not is_first:
                is_question = line.data["after"] == Lane.ASK
                yield Event(line.at, What.OPEN if is_question else What.SHUT, LANE)
            case Kind.ACCEPTED if line.data["post"] in solved:
                yield Event(line.at, What.SHUT, SOLVED)
            case Kind.ACCEPTED | Kind.UNACCEPTED:
                yield Event(line.at, What.OPEN, SOLVED)


def _own_posts(thread: Thread, lines: list[ThreadLog]) -> set[int]:
    """Of the accepted posts those that the asker wrote. One statement where anything was accepted."""
    accepted = {int(line.data["post"]) for line in lines if line.kind == Kind.ACCEPTED}
    if not accepted:
        return set()
    mine = Post.objects.filter(pk__in=accepted, author_id=thread.author_id)
    return set(mine.values_list("pk", flat=True))


def _replies(thread: Thread, lines: list[ThreadLog], without: int) -> dict[int, _Reply]:
    """The visible replies that may stop the clock, with the moment from which they count."""
    rewritten = SetAside.objects.filter(post=OuterRef("pk"), why=SetAside.Why.REWRITTEN)
    rows = (
        Post.objects.filter(thread=thread, number__gt=1, state=PostState.VISIBLE, imported_from="")
        .exclude(pk=without)
        .exclude(author_id=thread.author_id)
        .exclude(author_id__in=Machine.objects.values("member_id"))
        .filter(~Exists(SetAside.objects.filter(post=OuterRef("pk"), why=SetAside.Why.TEMPLATE)))
        .annotate(own_since=Subquery(rewritten.values("at")[:1]))
    )
    # A clock that was set back writes no answer before its question.
    found = {
        pk: (number, author, _Reply(max(at, thread.opened_at, own_since or at), own_since))
        for pk, number, author, at, own_since in rows.values_list(
            "pk", "number", "author_id", "posted_at", "own_since"
        )
    }
    merges = [line for line in lines if line.kind == Kind.MERGED_IN]
    if not merges:
        return {pk: reply for pk, (_number, _author, reply) in found.items()}
    askers = dict(
        Thread.objects.filter(pk__in=[line.data["source"] for line in merges]).values_list("pk", "author_id")
    )
    told: dict[int, _Reply] = {}
    for pk, (number, author, reply) in found.items():
        came = next((line for line in merges if int(line.data["first"]) <= number <= line.after_number), None)
        if came is None:
            told[pk] = reply
        elif author != askers.get(int(came.data["source"])):
            told[pk] = _Reply(max(reply.counts_at, came.at), max(reply.since or came.at, came.at))
    return told


def _but_rejected_before(posts: dict[int, _Reply]) -> tuple[dict[int, _Reply], dict[int, datetime]]:
    """The replies without those that were called no answer before they counted, and when others were called none.

    One statement where there is a reply.
    """
    if not posts:
        return posts, {}
    rows = SetAside.objects.filter(post_id__in=list(posts), why=SetAside.Why.NOT_ANSWER)
    said = dict(rows.values_list("post_id", "at"))
    # To count such a reply for a moment would end the lap, and a merge would give the team the whole time again.
    never = {pk for pk, at in said.items() if (since := posts[pk].since) is not None and at <= since}
    counting = {pk: reply for pk, reply in posts.items() if pk not in never}
    # Nothing is called no answer before it counts: a clock that was set back would lose the asker's word.
    return counting, {pk: max(at, counting[pk].counts_at) for pk, at in said.items() if pk not in never}
