"""Which threads a budget still has room for, asked of many at once: what a page may suggest and nobody has yet meant."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from community.core import clock
from community.members.models import Member
from forum.models import Post, PostState
from moderation.raises import policy
from moderation.raises.budgets import spent
from moderation.raises.models import Raise


def has_room(actor: Member) -> Q:
    """For rows of a table with an open `thread` and its `board`: whether the actor could raise it, the lot included.

    The rules of `access.may_raise` and `raise_thread`, which ask again under their locks. No statement of its own.
    """
    now = clock.now()
    rows = Raise.objects.filter(spent())
    up = Raise.objects.filter(board=OuterRef("board"), state=Raise.State.RAISED, ended_at=None)
    of_author = rows.filter(
        author=OuterRef("thread__author"), state=Raise.State.RAISED, at__gt=now - policy.WEEK
    )
    again = rows.filter(thread=OuterRef("thread"), at__gt=now - policy.COOLDOWN)
    hidden = Post.objects.filter(thread=OuterRef("thread"), state=PostState.HIDDEN)
    # min(threads, ROWS) // SHARE > up, without a division that databases round each in their way
    budget = GreaterThanOrEqual(
        Least(F("board__thread_count"), Value(policy.ROWS)), (_count(up, "board") + 1) * policy.SHARE
    )
    return (
        Q(thread__is_pinned=False, board__is_closed=False)
        & ~Q(thread__author=actor.pk)
        & Q(budget)
        & Q(LessThan(_count(of_author, "author"), Value(policy.AUTHOR_A_WEEK)))
        & ~Exists(again)
        & ~Exists(hidden)
    )


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())
