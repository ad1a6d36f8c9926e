"""Lists of threads: boards, latest, unread, unanswered, hot, tags."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from community.core import clock
from community.core.pagination import KeysetPage, keyset
from forum.models import Board, BoardGroup, Lane, Post, Tag, Thread, ThreadState, Verb, Watch, WatchLevel
from forum.models.boards import right_on_board

if TYPE_CHECKING:
    from forum.models.threads import ThreadQuerySet
    from forum.roles import Viewer

ROWS = 20
LATEST = ("-last_posted_at", "-id")

# sort name → order of columns; each has an index that starts with the board
SORTS: dict[str, tuple[str, ...]] = {
    "latest": ("-is_pinned", "-last_posted_at", "-id"),
    "newest": ("-opened_at", "-id"),
    "hot": ("-heat", "-id"),
    "waiting": ("opened_at", "id"),
}


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a list was asked for, cleaned: unknown values fall back to showing everything."""

    lane: str = ""
    sort: str = "latest"
    tag: str = ""
    only: str = ""  # unsolved | unanswered | unread | mine

    @classmethod
    def of(cls, params: dict[str, str]) -> ListFilter:
        lane, sort, only = params.get("lane", ""), params.get("sort", ""), params.get("only", "")
        return cls(
            lane=lane if lane in Lane.values else "",
            sort=sort if sort in SORTS else "latest",
            tag=params.get("tag", "")[:60],
            only=only if only in ("unsolved", "unanswered", "unread", "mine") else "",
        )


def _narrow(rows: ThreadQuerySet, viewer: Viewer, wanted: ListFilter) -> ThreadQuerySet:
    if wanted.lane:
        rows = rows.filter(lane=wanted.lane)
    if wanted.tag:
        rows = rows.filter(tags__slug=wanted.tag)
    if wanted.only == "unsolved":
        rows = rows.filter(lane=Lane.ASK, accepted_post__isnull=True, locked_at__isnull=True)
    elif wanted.only == "unanswered":
        rows = rows.filter(needs_answer=True)
    elif wanted.only == "unread" and viewer.is_authenticated:
        rows = rows.filter(UNREAD)
    elif wanted.only == "mine" and viewer.is_authenticated:
        rows = rows.filter(author_id=viewer.pk)
    return rows


# Rows from `with_viewer`: something new since the horizon, beyond what was read.
UNREAD = Q(last_posted_at__gt=F("horizon"), last_number__gt=F("read_number"))


def _page(
    rows: ThreadQuerySet, order: tuple[str, ...], cursor: str | None, size: int = ROWS
) -> KeysetPage[Thread]:
    page = keyset(rows.for_rows(), order=order, cursor=cursor, size=size)
    for thread in page.items:
        dress(thread)
    return page


def dress(thread: Thread) -> Thread:
    """Put on a row what its template shows beyond columns: how much is new."""
    thread.new_count = unread_count(thread)
    return thread


def unread_count(thread: Thread) -> int | None:
    """Posts the viewer has not seen; 0 for what is older than their horizon, None for guests."""
    horizon = getattr(thread, "horizon", None)
    if horizon is None:
        return None
    if thread.last_posted_at <= horizon:
        return 0
    return max(0, thread.last_number - int(getattr(thread, "read_number", 0)))


def board_page(viewer: Viewer, board: Board, wanted: ListFilter, cursor: str | None) -> KeysetPage[Thread]:
    """Threads of one board. One statement."""
    rows = _narrow(Thread.objects.public().filter(board=board).with_viewer(viewer), viewer, wanted)
    return _page(rows, SORTS[wanted.sort], cursor)


def _across(viewer: Viewer) -> ThreadQuerySet:
    return Thread.objects.public().filter(right_on_board(viewer, Verb.READ, "board_id")).with_viewer(viewer)


def latest(viewer: Viewer, wanted: ListFilter, cursor: str | None, size: int = ROWS) -> KeysetPage[Thread]:
    """Threads of all readable boards, last post first. One statement."""
    return _page(_narrow(_across(viewer), viewer, wanted), LATEST, cursor, size)


def unread(viewer: Viewer, wanted: ListFilter, cursor: str | None, size: int = ROWS) -> KeysetPage[Thread]:
    """What has something new for this member. One statement; empty for guests."""
    rows = _across(viewer)
    rows = rows.filter(UNREAD) if viewer.is_authenticated else rows.none()
    return _page(_narrow(rows, viewer, wanted), LATEST, cursor, size)


def unanswered(
    viewer: Viewer, wanted: ListFilter, cursor: str | None, size: int = ROWS
) -> KeysetPage[Thread]:
    """Open questions nobody else has replied to, the longest wait first. One statement."""
    return _page(
        _narrow(_across(viewer).filter(needs_answer=True), viewer, wanted), ("opened_at", "id"), cursor, size
    )


def hot(viewer: Viewer, wanted: ListFilter, cursor: str | None, size: int = ROWS) -> KeysetPage[Thread]:
    """The liveliest threads for their age. One statement."""
    return _page(_narrow(_across(viewer), viewer, wanted), SORTS["hot"], cursor, size)


def by_author(viewer: Viewer, author_id: int, cursor: str | None, size: int = ROWS) -> KeysetPage[Thread]:
    """Threads somebody opened, newest first. One statement."""
    return _page(_across(viewer).filter(author_id=author_id), SORTS["newest"], cursor, size)


def watched(viewer: Viewer, cursor: str | None, size: int = ROWS) -> KeysetPage[Thread]:
    """Threads this member watches. One statement; none and no threads for guests."""
    if not viewer.is_authenticated:
        return KeysetPage()
    mine = Watch.objects.filter(member_id=viewer.pk, level=WatchLevel.ALL, thread__isnull=False)
    return _page(_across(viewer).filter(pk__in=mine.values("thread_id")), LATEST, cursor, size)


@dataclass(frozen=True, slots=True)
class GroupOfBoards:
    group: BoardGroup
    boards: list[Board]


def all_boards(viewer: Viewer) -> list[GroupOfBoards]:
    """Every readable board, grouped; sub-boards as `board.subs`, alone where the parent is unreadable. One statement."""
    rows = (
        Board.objects.readable_by(viewer)
        .with_viewer(viewer)
        .select_related("group", "last_thread", "last_thread__last_poster")
        .defer("last_thread__excerpt", "last_thread__last_poster__bio")
        .order_by("group__position", "group_id", "position", "id")
    )
    boards = list(rows)
    by_id = {board.pk: board for board in boards}
    groups: dict[int, GroupOfBoards] = {}
    for board in boards:
        board.subs = []
    for board in boards:
        parent = by_id.get(board.parent_id) if board.parent_id else None
        if parent is not None:
            parent.subs.append(board)
        else:
            groups.setdefault(board.group_id, GroupOfBoards(board.group, [])).boards.append(board)
    return list(groups.values())


def sub_boards(viewer: Viewer, board: Board) -> list[Board]:
    """Readable sub-boards. One statement."""
    return list(Board.objects.readable_by(viewer).filter(parent=board))


def writable_boards(viewer: Viewer) -> list[Board]:
    """Boards the viewer may start threads on, in the order of the house. One statement."""
    if not viewer.is_authenticated:
        return []
    rows = Board.objects.open_for_threads_by(viewer).with_viewer(viewer).select_related("group", "parent")
    return list(rows.order_by("group__position", "group_id", "position", "id"))


def busy_boards(viewer: Viewer, size: int = 5) -> list[Board]:
    """Readable boards with the most posts this week, as `recent_count`. Two statements; the shell keeps the answer."""
    week = Post.objects.visible().filter(posted_at__gte=clock.now() - timedelta(days=7))
    busiest = (
        week.filter(thread__state=ThreadState.VISIBLE).values_list("thread__board_id").annotate(n=Count("pk"))
    )
    counts = dict(busiest.order_by("-n"))
    boards = list(Board.objects.readable_by(viewer).filter(pk__in=counts))
    for board in boards:
        board.recent_count = counts[board.pk]
    return sorted(boards, key=lambda board: -board.recent_count)[:size]


def tag_cloud(viewer: Viewer, size: int = 40) -> list[Tag]:
    """The most used tags among threads the viewer may read. One statement."""
    threads = _across(viewer).values("pk")
    counted = Count("threads", filter=Q(threads__in=threads))
    return list(Tag.objects.annotate(seen=counted).filter(seen__gt=0).order_by("-seen", "name")[:size])


def tag_for(viewer: Viewer, slug: str) -> Tag | None:
    """A tag on some thread the viewer may read; one of private threads alone is absent. One statement."""
    threads = _across(viewer).filter(tags=OuterRef("pk"))
    return Tag.objects.filter(Exists(threads), slug=slug).first()


def sort_choices() -> list[tuple[str, str]]:
    """The orders a board offers, in the viewer's language."""
    return [
        ("latest", _("Latest reply")),
        ("newest", _("Newest")),
        ("hot", _("Liveliest")),
        ("waiting", _("Oldest first")),
    ]
