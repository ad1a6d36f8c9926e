"""Who knows a board: key members, and members whose answers there were accepted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from community.core import clock
from community.members.models import Member, Standing
from community.members.queries import unreachable_ids
from forum.models import Post, Thread
from forum.queries.readers import readers_among
from moderation.desk import policy
from moderation.desk.models import Call
from moderation.keymembers.queries import running

MOST = 12


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody who may be asked. `accepted`: answers of theirs on this board that were accepted within a year."""

    member: Member
    accepted: int
    is_key: bool
    asked: int  # this week
    is_asked_here: bool

    @property
    def is_free(self) -> bool:
        return not self.is_asked_here and self.asked < policy.CALLS_A_WEEK


def for_thread(actor: Member, thread: Thread) -> list[Expert]:
    """Whom the actor may ask about this thread, who helped most first. At most seven statements.

    Not its author, nobody of the team, nobody who wrote there already, may not read it, or keeps away from the actor.
    """
    since = clock.now() - policy.HELPED_WITHIN
    solved = Thread.objects.filter(board=thread.board_id, accepted_at__gte=since, accepted_post__isnull=False)
    counted = (
        solved.exclude(accepted_post__author=None)
        .values_list("accepted_post__author")
        .annotate(n=Count("pk"))
        .order_by("-n", "accepted_post__author")
    )
    helped = dict(counted[: MOST * 3])
    keys = set(running().values_list("member_id", flat=True)[:200])
    wrote = set(
        Post.objects.filter(thread=thread, author__in=[*helped, *keys]).values_list("author_id", flat=True)
    )
    ids = (set(helped) | keys) - wrote - {thread.author_id, actor.pk}
    people = list(
        Member.objects.of_standing(Standing.GOOD).filter(pk__in=ids, is_active=True, source="", role="member")
    )
    away = unreachable_ids(actor, [one.pk for one in people])
    may_read = readers_among(thread, people)
    asked, here = _asked(thread, [one.pk for one in people])
    found = [
        Expert(one, helped.get(one.pk, 0), one.pk in keys, asked.get(one.pk, 0), one.pk in here)
        for one in people
        if one.pk in may_read and one.pk not in away
    ]
    return sorted(found, key=lambda one: (not one.is_free, -one.accepted, not one.is_key, one.member.name))[
        :MOST
    ]


def _asked(thread: Thread, ids: Iterable[int]) -> tuple[dict[int, int], set[int]]:
    """How often each was asked this week, and who was asked for this thread. One statement."""
    recent = Q(at__gt=clock.now() - policy.WEEK) | Q(thread=thread)
    counts: dict[int, int] = {}
    here: set[int] = set()
    rows = Call.objects.filter(recent, member__in=list(ids), withdrawn_at=None)
    for member_id, thread_id, at in rows.values_list("member_id", "thread_id", "at"):
        if at > clock.now() - policy.WEEK:
            counts[member_id] = counts.get(member_id, 0) + 1
        if thread_id == thread.pk:
            here.add(member_id)
    return counts, here
