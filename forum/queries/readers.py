"""Who of several people may read a board, and what they wish to hear of it: for rooms that tell many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from django.db.models import Q

from forum.models import Board, BoardMember, ReadMark, Thread, ThreadState, Verb, Watch, WatchLevel
from forum.roles import roles_of

if TYPE_CHECKING:
    from community.members.models import Member


def readers_among(thread: Thread, members: Collection[Member]) -> set[int]:
    """Those of the members who may read the thread (with its board). One statement.

    Hidden and removed threads are for moderators' own lists: nobody is told of them.
    """
    if thread.state != ThreadState.VISIBLE:
        return set()
    enrolled: dict[int, set[str]] = defaultdict(set)
    rows = BoardMember.objects.filter(board_id=thread.board_id, member__in=[member.pk for member in members])
    for member_id, kind in rows.values_list("member_id", "kind"):
        enrolled[member_id].add(BoardMember.ROLE_OF_KIND[BoardMember.Kind(kind)].value)
    return {member.pk for member in members if may_read(thread.board, roles_of(member) | enrolled[member.pk])}


def may_read(board: Board, roles: Collection[str]) -> bool:
    """Whether somebody in these roles reads the board. No statement."""
    return "admin" in roles or not set(roles).isdisjoint(board.rights.get(Verb.READ, ()))


def wishes(thread: Thread, member_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Member → what they wish to hear of the thread, and of its board; who wished nothing is missing. One statement."""
    rows = Watch.objects.filter(
        Q(thread_id=thread.pk) | Q(board_id=thread.board_id), member_id__in=member_ids
    ).values_list("member_id", "thread_id", "level")
    found: dict[int, tuple[str, str]] = {}
    for member_id, thread_id, level in rows:
        of_thread, of_board = found.get(member_id, ("", ""))
        found[member_id] = (level, of_board) if thread_id else (of_thread, level)
    return found


def watchers(
    *, thread_id: int | None = None, board_id: int | None = None, after: int, most: int
) -> list[tuple[int, bool]]:
    """The next members after this id who want every reply in a thread, or every new thread of a board.

    Each with whether that wish came by itself, because they wrote there. One statement.
    """
    about = Q(thread_id=thread_id) if thread_id else Q(board_id=board_id)
    rows = Watch.objects.filter(about, level=WatchLevel.ALL, member_id__gt=after)
    return list(rows.order_by("member_id").values_list("member_id", "is_automatic")[:most])


def have_read(thread_id: int, number: int, member_ids: Iterable[int]) -> set[int]:
    """Those of the members who had this post on screen already. One statement."""
    marks = ReadMark.objects.filter(thread_id=thread_id, number__gte=number, member_id__in=member_ids)
    return set(marks.values_list("member_id", flat=True))
