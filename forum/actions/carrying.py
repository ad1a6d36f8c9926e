"""How far people have read, and what they want to hear about, goes along when posts change their thread."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from community.core import clock
from community.members.models import Member
from forum.models import BoardMark, Post, ReadMark, Thread, Watch

BATCH = 500


def merge_marks(source: Thread, target: Thread, *, last_number: int) -> None:
    """To whoever had read both to the end, post by post or a whole board at once, nothing is new in the one they are.

    Called while both rows say what stood in them before; `last_number`: the target's from now on. Three statements.
    """
    reading = ReadMark.objects.filter(thread__in=[source, target])
    at_once = BoardMark.objects.filter(_ended(source) | _ended(target))
    known = Q(pk__in=reading.values("member_id")) | Q(pk__in=at_once.values("member_id"))
    rows = Member.objects.filter(known).alias(there=_horizon(source), here=_horizon(target))
    rows = rows.filter(_is_at_end(source) | Q(there__gte=source.last_posted_at))
    rows = rows.filter(_is_at_end(target) | Q(here__gte=target.last_posted_at))
    _put_marks([(pk, last_number) for pk in rows.values_list("pk", flat=True)], target)
    ReadMark.objects.filter(thread=source).delete()


def _ended(thread: Thread) -> Q:
    return Q(board_id=thread.board_id, at__gte=thread.last_posted_at)


def _horizon(thread: Thread) -> Coalesce:
    """Up to when everything on the thread's board counts as read by a member, as in `with_viewer`."""
    board = BoardMark.objects.filter(member_id=OuterRef("pk"), board_id=thread.board_id)
    return Coalesce(Subquery(board.values("at")[:1]), F("joined_at"), output_field=DateTimeField())


def _is_at_end(thread: Thread) -> Q:
    marks = ReadMark.objects.filter(member_id=OuterRef("pk"), thread=thread)
    return Q(Exists(marks.filter(number__gte=thread.shown_number)))


def split_marks(source: Thread, new: Thread, posts: Sequence[Post]) -> None:
    """Whoever had read the source up to a number has read those of the posts that stood there up to it.

    On another board also whoever had marked the source's board read; on the same one that mark counts by itself.
    Called while the posts, ascending, still have their numbers in the source. Two or three statements.
    """
    numbers = [post.number for post in posts]
    read: dict[int, int] = {}
    for member_id, number in ReadMark.objects.filter(thread=source).values_list("member_id", "number"):
        read[member_id] = bisect_right(numbers, number)
    if new.board_id != source.board_id:
        times: list[datetime] = list(accumulate((post.posted_at for post in posts), max))
        boards = BoardMark.objects.filter(board_id=source.board_id, at__gte=times[0])
        for member_id, at in boards.values_list("member_id", "at"):
            read[member_id] = max(read.get(member_id, 0), bisect_right(times, at))
    _put_marks([(member_id, number) for member_id, number in read.items() if number], new)


def _put_marks(read: Sequence[tuple[int, int]], thread: Thread) -> None:
    now = clock.now()
    ReadMark.objects.bulk_create(
        [ReadMark(member_id=pk, thread=thread, number=number, at=now) for pk, number in sorted(read)],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["member", "thread"],
        update_fields=["number", "at"],
    )


def merge_watches(source: Thread, target: Thread) -> None:
    """Whoever watched the emptied thread watches the other, unless they already said something about it."""
    known = Watch.objects.filter(thread=target).values("member_id")
    Watch.objects.filter(thread=source).exclude(member_id__in=known).update(thread=target)
    Watch.objects.filter(thread=source).delete()


def split_watches(source: Thread, new: Thread, posts: Sequence[Post]) -> None:
    """What somebody chose about the source, to hear of it or not, holds for what came out of it too.

    Who wrote one of the posts hears of answers there, as by writing, unless they stopped hearing of the source.
    Who watches the source only because they wrote other posts of it goes on hearing of those alone. Two statements.
    """
    writers = {post.author_id for post in posts}
    wishes = Watch.objects.filter(thread=source).filter(Q(is_automatic=False) | Q(member_id__in=writers))
    Watch.objects.bulk_create(
        [
            Watch(
                member_id=wish.member_id,
                thread=new,
                level=wish.level,
                since=wish.since,
                is_automatic=wish.is_automatic,
            )
            for wish in wishes.order_by("member_id")
        ],
        batch_size=BATCH,
    )
