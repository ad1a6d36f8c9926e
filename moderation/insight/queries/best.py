"""What members found most useful. Staff and partners read along, and their marks count for nothing here."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count

from community.core import clock
from community.core.near import near
from community.members.models import Role, all_but_face
from forum.models import Post, PostState, Reaction, ReactionKind, ThreadState
from moderation.insight.queries.operations import public_boards

DAYS = 90  # posts written within so many
LEAST = 3  # marks by as many members
MOST = 30
MARKS = (ReactionKind.USEFUL, ReactionKind.THANKS)
KEY = "insight.best"
SECONDS = 600


def best() -> list[tuple[Post, int]]:
    """(post, members who found it useful or said thanks), the most first, on boards that everybody may read.

    One statement, and one more once in ten minutes.
    """
    marked = near(KEY, count, SECONDS)
    rows = Post.objects.filter(
        pk__in=list(marked),
        state=PostState.VISIBLE,
        thread__state=ThreadState.VISIBLE,
        thread__board__in=public_boards().values("pk"),
    )
    rows = rows.select_related("author", "thread__board").defer(
        "source", "html", "particulars", "cards", "thread__excerpt", "thread__board__rights", "thread__board__form",
        *all_but_face("author"),
    )  # fmt: skip
    return sorted(((post, marked[post.pk]) for post in rows), key=lambda told: (-told[1], -told[0].pk))


def count() -> dict[int, int]:
    """Posts with enough marks by members, and how many; the newer first of equals. One statement."""
    rows = (
        Reaction.objects.filter(
            kind__in=MARKS,
            member__role=Role.MEMBER,
            post__posted_at__gt=clock.now() - timedelta(days=DAYS),
            post__state=PostState.VISIBLE,
            post__author__role=Role.MEMBER,
            post__thread__state=ThreadState.VISIBLE,
            post__thread__board__in=public_boards().values("pk"),
            post__imported_from="",
        )
        .values_list("post_id")
        .annotate(marks=Count("pk"))
        .filter(marks__gte=LEAST)
        .order_by("-marks", "-post_id")[:MOST]
    )
    return dict(rows)
