"""Who of several people may read a board, and what they wish to hear of it: for rooms that tell many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Q, QuerySet
from django.http import Http404

from community.core.among import among
from community.core.prepared import Prepared
from forum import access
from forum.models import Board, BoardMember, ReadMark, Thread, ThreadState, Verb, Watch, WatchLevel
from forum.roles import Kind, Person, member_roles

if TYPE_CHECKING:
    from forum.roles import Viewer

Row = TypeVar("Row", Board, Thread)
EVERYBODY = frozenset({"guest", "member"})  # in whatever other roles they stand


def readers_among(thread: Thread, members: Collection[Person]) -> set[int]:
    """Those of the members who may read the thread (with its board). One statement, none where every member may.

    Hidden and removed threads are for moderators' own lists: nobody is told of them.
    """
    if thread.state != ThreadState.VISIBLE:
        return set()
    return readers_of_board(thread.board, members)


def readers_of_board(board: Board, members: Collection[Person]) -> set[int]:
    """Those of the members who may read the board. One statement, none where every member may."""
    if not members:
        return set()
    if may_read(board, EVERYBODY):
        return {member.pk for member in members}
    enrolled = _enrolled(board.pk, [member.pk for member in members])
    return {
        member.pk for member in members if may_read(board, member_roles(member) | _roles(enrolled[member.pk]))
    }


def may_read(board: Board, roles: Collection[str]) -> bool:
    """Whether somebody in these roles reads the board. No statement."""
    return "admin" in roles or not set(roles).isdisjoint(board.rights.get(Verb.READ, ()))


def threads_for(viewers: Sequence[Viewer], *, thread_id: int) -> list[Thread | None]:
    """The thread as each of many viewers finds it; None for whom it is absent. In their order.

    Two statements, and one for each kind of viewer among them. A row is shared by all of one kind: their rights may
    be read from it, their marks may not.
    """
    about = Thread.objects.filter(pk=thread_id).values_list("board_id", "author_id").first()
    if about is None:
        return [None] * len(viewers)
    board_id, author_id = about
    return _by_kind(
        viewers,
        board_id,
        lambda viewer: access.thread_for_reading(viewer, thread_id=thread_id),
        author_id=author_id,
    )


def boards_for(viewers: Sequence[Viewer], *, board_id: int) -> list[Board | None]:
    """The board as each of many viewers finds it, as `threads_for`. One statement, and one for each kind."""
    return _by_kind(viewers, board_id, lambda viewer: access.board_for_writing(viewer, board_id=board_id))


def _by_kind(
    viewers: Sequence[Viewer], board_id: int, find: Callable[[Viewer], Row], *, author_id: int = 0
) -> list[Row | None]:
    """Ask once for all who stand alike: what a viewer is, how they are enrolled here, whether it is their own."""
    enrolled = _enrolled(board_id, [viewer.pk for viewer in viewers if viewer.pk])
    found: dict[tuple[Kind, frozenset[str], bool], Row | None] = {}
    answers: list[Row | None] = []
    for viewer in viewers:
        alike = Kind.of(viewer), frozenset(enrolled.get(viewer.pk or 0, ())), viewer.pk == author_id
        if alike not in found:
            try:
                found[alike] = find(viewer)
            except Http404:
                found[alike] = None
        answers.append(found[alike])
    return answers


def _enrolled(board_id: int, member_ids: Collection[int]) -> dict[int, set[str]]:
    """Member → the kinds in which they are enrolled on the board. One statement."""
    enrolled: dict[int, set[str]] = defaultdict(set)
    rows = BoardMember.objects.filter(board_id=board_id, member_id__in=among(member_ids))
    for member_id, kind in rows.values_list("member_id", "kind"):
        enrolled[member_id].add(kind)
    return enrolled


def _roles(kinds: Iterable[str]) -> set[str]:
    return {BoardMember.ROLE_OF_KIND[BoardMember.Kind(kind)].value for kind in kinds}


def wishes(thread: Thread, member_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Member → what they wish to hear of the thread, and of its board; who wished nothing is missing.

    One statement, none for nobody.
    """
    if not member_ids:
        return {}
    rows = Watch.objects.filter(
        Q(thread_id=thread.pk) | Q(board_id=thread.board_id), member_id__in=among(member_ids)
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
    place, pk = ("thread_id", thread_id) if thread_id else ("board_id", board_id)
    return [(one, automatic) for one, automatic in _watchers.cells(place, most, pk=pk or 0, after=after)]


def _watchers_of(place: str, most: int, *, pk: int, after: int) -> QuerySet[Watch, Any]:
    rows = Watch.objects.filter(level=WatchLevel.ALL, member_id__gt=after, **{place: pk})
    return rows.order_by("member_id").values_list("member_id", "is_automatic")[:most]


_watchers = Prepared(_watchers_of)


def have_read(thread_id: int, number: int, member_ids: Iterable[int]) -> set[int]:
    """Those of the members who had this post on screen already. One statement."""
    return {pk for (pk,) in _beyond.cells(thread_id=thread_id, number=number, ids=tuple(member_ids))}


_beyond = Prepared(
    lambda *, thread_id, number, ids: ReadMark.objects.filter(
        thread_id=thread_id, number__gte=number, member_id__in=among(ids)
    ).values_list("member_id")
)
