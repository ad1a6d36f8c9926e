"""What somebody who writes should see beside their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from community.core import clock
from community.core.models import IdempotencyKey
from community.core.prepared import LARGEST_ID, Prepared, Value
from community.members.models import Ignore, Member, all_but_face
from community.members.names import look_alike_key, part_keys
from community.members.queries import callable_by, named, names_beginning
from forum import policy
from forum.models import Post, PostState, Thread

if TYPE_CHECKING:
    from forum.models.posts import PostQuerySet
    from forum.roles import Viewer

LATEST = 8
RECENT = 400  # posts looked at for who is in a thread
MOST_QUOTES = 10  # posts quoted by one address


def _by_others(viewer: Viewer, thread: Thread) -> PostQuerySet:
    """Visible posts of a thread by those whom the viewer listens to; a guest listens to everybody."""
    posts = Post.objects.visible().filter(thread=thread)
    if not viewer.is_authenticated:
        return posts
    ignored = Ignore.objects.filter(member=viewer).values("target_id")
    return posts.exclude(author_id__in=ignored)


def arrived(member: Member, thread: Thread, after: int) -> int:
    """How many replies of others came after post number `after`. One statement, none when none can be there."""
    if after >= thread.last_number:
        return 0
    return _by_others(member, thread).filter(number__gt=after).exclude(author=member).count()


def has_posted(member: Member, thread: Thread, after: int, source: str) -> bool:
    """Whether the member's own words stand there already, sent a moment ago. One statement."""
    mine = Post.objects.filter(thread=thread, author=member, number__gt=after)
    return mine.filter(source=source).exists()


def _written_lately(
    empty: tuple[str, ...], *, author_id: int, since: datetime, source: str, **where: Value
) -> QuerySet[Post]:
    mine = Post.objects.visible().filter(author_id=author_id, posted_at__gte=since, source=source)
    return mine.filter(**where, **dict.fromkeys(empty)).select_related("thread").order_by("pk")[:1]


_posts_written_lately = Prepared(_written_lately)


def stand_already(
    member: Member, verb: str, source: str, key: str | None, **where: Value | None
) -> Post | None:
    """The member's own post of the last minutes with these very words, there or in that thread.

    None when the form's key says that this is a repeat: that has an answer of its own. At most two statements.
    """
    given = {name: value for name, value in where.items() if value is not None}
    if any(isinstance(value, int) and not 0 <= value <= LARGEST_ID for value in given.values()):
        return None
    empty = tuple(name for name in where if name not in given)
    since = clock.now() - policy.SAME_WITHIN
    post = _posts_written_lately.first(empty, author_id=member.pk, since=since, source=source, **given)
    sent = IdempotencyKey.objects.filter(owner=f"member:{member.pk}", verb=verb, key=key)
    return None if post is None or (key and sent.exists()) else post


def latest(viewer: Viewer, thread: Thread) -> list[Post]:
    """The last posts of a thread to read and quote while replying, newest first. One statement."""
    rows = _by_others(viewer, thread).select_related("author")
    rows = rows.defer("source", "plain", *all_but_face("author")).order_by("-number")
    return list(rows[:LATEST])


def quotable(thread: Thread, post_ids: Sequence[int]) -> list[Post]:
    """Those of these posts that may be quoted in their thread, in the order asked for. One statement, none for none."""
    wanted = list(dict.fromkeys(post_ids))[:MOST_QUOTES]
    if not wanted:
        return []
    rows = Post.objects.filter(pk__in=wanted, thread=thread, state=PostState.VISIBLE)
    found = {post.pk: post for post in rows.select_related("author").defer("html", "plain")}
    return [found[pk] for pk in wanted if pk in found]


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody to call by name, and whether they write in this thread."""

    member: Member
    is_here: bool


def people_for(member: Member, text: str, thread: Thread | None, *, limit: int = 8) -> list[Callee]:
    """Whom the member may call by a name like this: first who wrote in the thread lately, then by name.

    Three statements, two without a thread. Without a text only the thread's people, the latest first.
    """
    key = look_alike_key(text)
    if text and not key:
        return []
    here: list[Member] = []
    if thread is not None:
        authors = Post.objects.visible().filter(thread=thread, author__isnull=False).order_by("-number")
        order = {
            pk: -at for at, pk in enumerate(reversed(authors.values_list("author_id", flat=True)[:RECENT]))
        }
        found = callable_by(member).filter(pk__in=order)
        found = found.filter(named(text)) if key else found
        front = tuple(part_keys(text, at_start=True)) or ("",)
        here = sorted(found, key=lambda one: (not one.name_key.startswith(front), order[one.pk]))[:limit]
    known = {one.pk for one in here}
    others = [one for one in names_beginning(member, text, limit=limit) if one.pk not in known] if key else []
    return [*(Callee(one, True) for one in here), *(Callee(one, False) for one in others)][:limit]
