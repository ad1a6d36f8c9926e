"""Read marks and watches."""

from __future__ import annotations

from django.db import connection

from community.core import clock
from community.core.access import absent
from community.core.facts import publish
from community.core.once import put_once
from community.core.prepared import bound_cursor
from community.core.retrying import action
from community.members.models import Member
from forum import access
from forum.facts import TagFollowed, TagUnfollowed
from forum.models import Board, BoardMark, Post, ReadMark, TagFollow, Thread, Watch, WatchLevel
from forum.queries import lists


def mark_read(*, member: Member, thread: Thread, number: int) -> bool:
    """Note that posts up to `number` were on screen. Never lowers a mark. One statement, none when nothing is new.

    `thread` comes from `access.thread_for_reading`, so the mark it carries is the member's own.
    """
    number = min(number, thread.last_number)
    if number <= getattr(thread, "read_number", 0):
        return False
    raise_mark(member_id=member.pk, thread_id=thread.pk, number=number)
    return True


@action
def mark_board_read(*, member: Member, board_id: int | None) -> None:
    """Count everything up to now as read: on one board, or (None) on all the member may read."""
    boards = Board.objects.readable_by(member)
    if board_id is not None:
        boards = boards.filter(pk=access.board_for_writing(member, board_id=board_id).pk)
    now = clock.now()
    BoardMark.objects.bulk_create(
        [BoardMark(member=member, board_id=pk, at=now) for pk in boards.values_list("pk", flat=True)],
        update_conflicts=True,
        unique_fields=["member", "board"],
        update_fields=["at"],
    )


@action
def set_watch(
    *, member: Member, level: str, thread_id: int | None = None, board_id: int | None = None
) -> Watch | None:
    """Say what to hear about a thread or a board; an empty level forgets the wish. Repeatable."""
    if thread_id is not None:
        thread = access.thread_for_reading(member, thread_id=thread_id)
        target: dict[str, int | None] = {"thread_id": thread.pk, "board_id": None}
    else:
        board = access.board_for_writing(member, board_id=board_id or 0)
        target = {"thread_id": None, "board_id": board.pk}
    if level not in WatchLevel.values:
        Watch.objects.filter(member=member, **target).delete()
        return None
    watch, _made = Watch.objects.update_or_create(
        member=member,
        **target,
        defaults={"level": level, "is_automatic": False},
        create_defaults={"level": level, "is_automatic": False, "since": clock.now()},
    )
    return watch


@action
def follow_tag(*, member: Member, slug: str) -> TagFollow:
    """Have new threads with this tag in the member's feed. 404 for a tag of threads they may not read. Repeatable."""
    tag = lists.tag_for(member, slug)
    if tag is None:
        raise absent()
    row, made = TagFollow.objects.get_or_create(member=member, tag=tag, defaults={"since": clock.now()})
    if made:
        publish(TagFollowed(tag_id=tag.pk, member_id=member.pk))
    return row


@action
def unfollow_tag(*, member: Member, slug: str) -> None:
    """Stop following a tag, whatever became of its threads. Repeatable."""
    row = TagFollow.objects.filter(member=member, tag__slug=slug).first()
    if row is not None:
        row.delete()
        publish(TagUnfollowed(tag_id=row.tag_id, member_id=member.pk))


def note_own_post(author: Member, thread: Thread, post: Post) -> None:
    """Whoever writes has read so far and hears of answers, unless they chose otherwise. Two statements."""
    raise_mark(member_id=author.pk, thread_id=thread.pk, number=post.number)
    wish = Watch(member=author, thread=thread, level=WatchLevel.ALL, since=post.posted_at, is_automatic=True)
    put_once(wish)


def raise_mark(*, member_id: int, thread_id: int, number: int) -> None:
    """Lift a read mark to `number`, never lower it, whatever runs beside this. One statement."""
    table = connection.ops.quote_name(ReadMark._meta.db_table)
    with bound_cursor() as cursor:
        # The upsert with a guard is beyond the ORM; both databases speak this form.
        cursor.execute(
            f"INSERT INTO {table} (member_id, thread_id, number, at) VALUES (%s, %s, %s, %s) "  # noqa: S608
            f"ON CONFLICT (member_id, thread_id) DO UPDATE SET number = excluded.number, at = excluded.at "
            f"WHERE {table}.number < excluded.number",
            [member_id, thread_id, number, connection.ops.adapt_datetimefield_value(clock.now())],
        )


@action
def forget_reading(*, member: Member) -> int:
    """Forget how far the member has read, everywhere; how many marks there were. Everything counts as new again."""
    threads, _rows = ReadMark.objects.filter(member=member).delete()
    boards, _rows = BoardMark.objects.filter(member=member).delete()
    return threads + boards


@action
def forget_watches(*, member: Member) -> int:
    """Forget every wish to hear, or not to hear, about a thread or board; how many there were."""
    return Watch.objects.filter(member=member).delete()[0]


@action
def forget_watch(*, member: Member, watch_id: int) -> None:
    """Forget one wish of the member's. Repeatable; somebody else's stays."""
    Watch.objects.filter(member=member, pk=watch_id).delete()
