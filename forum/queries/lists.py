"""Lists of threads: boards, latest, unread, unanswered, hot, tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils.translation import gettext as _

from community.core import clock
from community.core.pagination import Find, KeysetPage, keyset, stretch
from community.core.prepared import Prepared, Value
from community.members.models import FACE
from forum.models import (
    Board,
    BoardGroup,
    FieldValue,
    Lane,
    Tag,
    TagFollow,
    Thread,
    Verb,
    Watch,
    WatchLevel,
)
from forum.models.boards import BoardQuerySet, right_on_board
from forum.models.threads import UNREAD
from forum.raising import said
from forum.roles import SOME_DAY, Kind, enrolled_values, values_of

if TYPE_CHECKING:
    from forum.models.threads import ThreadQuerySet
    from forum.narrowing import Narrowing
    from forum.roles import Viewer

ROWS = 20
MOST_RAISED = 2  # a tenth of the rows
COMMONEST_TAGS = 400  # of all tags, looked at for those a viewer may be told of
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


def _page(
    rows: ThreadQuerySet | Find[Thread], order: tuple[str, ...], cursor: str | None, size: int = ROWS
) -> KeysetPage[Thread]:
    page = keyset(rows if callable(rows) else rows.for_rows(), order=order, cursor=cursor, size=size)
    for thread in page.items:
        dress(thread)
    return page


@dataclass(frozen=True, slots=True)
class _Shape:
    """What about a list changes its statement."""

    kind: Kind
    source: str  # board | across | unread | unanswered
    wanted: ListFilter
    order: tuple[str, ...]
    place: tuple[bool | None, ...] | None  # truths of the cursor's place; its other values go in as values
    inclusive: bool
    most: int


def _listed(
    shape: _Shape, *, viewer_pk: int = 0, joined_at: datetime = SOME_DAY, **values: Any
) -> QuerySet[Thread]:
    viewer = shape.kind.viewer(viewer_pk=viewer_pk, joined_at=joined_at)
    if shape.source == "board":
        rows = Thread.objects.public().filter(board_id=values["board_id"]).with_viewer(viewer)
    else:
        rows = _across(viewer)
    if shape.source == "unread":
        rows = rows.filter(UNREAD)
    elif shape.source == "unanswered":
        rows = rows.filter(needs_answer=True)
    wanted = replace(shape.wanted, tag=values.get("tag", ""))
    place = shape.place and [
        values[f"place_{number}"] if truth is None else truth for number, truth in enumerate(shape.place)
    ]
    rows = _narrow(rows, viewer, wanted).for_rows()
    return stretch(rows, shape.order, place, inclusive=shape.inclusive, most=shape.most)


_lists = Prepared(_listed)


def _find(viewer: Viewer, source: str, wanted: ListFilter, **values: Value) -> Find[Thread]:
    """The threads of a list, its statement built once for each shape."""
    if wanted.tag:
        values["tag"] = wanted.tag
    values |= values_of(viewer)

    def find(order: list[str], place: Sequence[Any] | None, inclusive: bool, most: int) -> list[Thread]:
        truths = None
        if place is not None:
            truths = tuple(value if isinstance(value, bool) else None for value in place)
        for number, value in enumerate(place or ()):
            if not isinstance(value, bool):
                values[f"place_{number}"] = value
        kind, plain = Kind.of(viewer), replace(wanted, tag="")
        return _lists.rows(_Shape(kind, source, plain, tuple(order), truths, inclusive, most), **values)

    return find


def dress(thread: Thread) -> Thread:
    """Put on a row what its template shows beyond columns: how much is new, and who raised it and why."""
    thread.new_count = unread_count(thread)
    thread.raised_words = said(thread)
    return thread


def unread_count(thread: Thread) -> int | None:
    """Posts the viewer has not seen; 0 for what is older than their horizon, None for guests."""
    horizon = getattr(thread, "horizon", None)
    if horizon is None:
        return None
    if thread.last_posted_at <= horizon:
        return 0
    counted: int | None = getattr(thread, "counted_new", None)
    if counted is not None:
        return counted
    return max(0, thread.shown_number - int(getattr(thread, "read_number", 0)))


def board_page(
    viewer: Viewer,
    board: Board,
    wanted: ListFilter,
    cursor: str | None,
    narrowings: Sequence[Narrowing] = (),
) -> KeysetPage[Thread]:
    """Threads of one board, with `narrowings` those whose opening post answered so. One statement."""
    if not narrowings:
        return _page(_find(viewer, "board", wanted, board_id=board.pk), SORTS[wanted.sort], cursor)
    # Not prepared: there are more ways to narrow than statements worth remembering.
    rows = _narrow(Thread.objects.public().filter(board_id=board.pk).with_viewer(viewer), viewer, wanted)
    for one in narrowings:
        rows = rows.filter(pk__in=_openings_that_answered(one).values("post__thread_id"))
    return _page(rows, SORTS[wanted.sort], cursor)


def _raised_on(kind: Kind, *, board_id: int, now: datetime, **viewer_values: Any) -> QuerySet[Thread]:
    rows = Thread.objects.public().filter(board_id=board_id, raised__until__gt=now, is_pinned=False)
    rows = rows.with_viewer(kind.viewer(**viewer_values)).for_rows()
    return rows.order_by("-raised__at", "-pk")[:MOST_RAISED]


_raised = Prepared(_raised_on)


def with_raised(page: KeysetPage[Thread], viewer: Viewer, board: Board) -> bool:
    """Put what stands raised before the rest of a board's first page, after what is pinned; whether there was any.

    One statement where the board has raised threads, none elsewhere. What comes on later pages stays where it is.
    """
    if not board.raised_count:
        return False
    rows = _raised.rows(Kind.of(viewer), board_id=board.pk, now=clock.now(), **values_of(viewer))
    up = {row.pk: dress(row) for row in rows}
    rest = [row for row in page.items if row.pk not in up]
    pinned = sum(row.is_pinned for row in rest)
    page.items[:] = [*rest[:pinned], *up.values(), *rest[pinned:]]
    return bool(up)


def _openings_that_answered(wanted: Narrowing) -> QuerySet[FieldValue]:
    rows = FieldValue.objects.filter(field_id=wanted.asked.pk, post__number=1)
    if wanted.key:
        return rows.filter(key=wanted.key)
    if wanted.least is not None:
        rows = rows.filter(amount__gte=wanted.least)
    return rows if wanted.most is None else rows.filter(amount__lte=wanted.most)


def _across(viewer: Viewer) -> ThreadQuerySet:
    return Thread.objects.public().filter(right_on_board(viewer, Verb.READ, "board_id")).with_viewer(viewer)


def latest(viewer: Viewer, wanted: ListFilter, cursor: str | None, size: int = ROWS) -> KeysetPage[Thread]:
    """Threads of all readable boards, last post first. One statement."""
    return _page(_find(viewer, "across", wanted), LATEST, cursor, size)


def unread(viewer: Viewer, wanted: ListFilter, cursor: str | None, size: int = ROWS) -> KeysetPage[Thread]:
    """What has something new for this member. One statement; empty for guests."""
    if not viewer.is_authenticated:
        return KeysetPage()
    return _page(_find(viewer, "unread", wanted), LATEST, cursor, size)


def unanswered(
    viewer: Viewer, wanted: ListFilter, cursor: str | None, size: int = ROWS
) -> KeysetPage[Thread]:
    """Open questions nobody else has replied to, the longest wait first. One statement."""
    return _page(_find(viewer, "unanswered", wanted), SORTS["waiting"], cursor, size)


def hot(viewer: Viewer, wanted: ListFilter, cursor: str | None, size: int = ROWS) -> KeysetPage[Thread]:
    """The liveliest threads for their age. One statement."""
    return _page(_find(viewer, "across", wanted), SORTS["hot"], cursor, size)


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


_BOARD_ROW = (
    *("slug", "title_en", "title_zh", "about_en", "about_zh", "is_closed", "parent", "thread_count"),
    *("group__title_en", "group__title_zh"),
    *(f"last_thread__{name}" for name in ("slug", "title", "lang", "last_posted_at")),
    *(f"last_thread__last_poster__{name}" for name in FACE),
)


def _boards_to_list(kind: Kind, **viewer_values: Any) -> QuerySet[Board]:
    viewer = kind.viewer(**viewer_values)
    return (
        Board.objects.readable_by(viewer)
        .with_viewer(viewer)
        .select_related("group", "last_thread", "last_thread__last_poster")
        .only(*_BOARD_ROW)
        .order_by("group__position", "group_id", "position", "id")
    )


_all_boards = Prepared(_boards_to_list)


def all_boards(viewer: Viewer) -> list[GroupOfBoards]:
    """Every readable board, grouped; sub-boards as `board.subs`, alone where the parent is unreadable. One statement."""
    boards = _all_boards.rows(Kind.of(viewer), **values_of(viewer, with_horizon=False))
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


_sub_boards = Prepared(
    lambda kind, *, parent_id, **viewer_values: Board.objects.readable_by(
        kind.viewer(**viewer_values)
    ).filter(parent_id=parent_id)
)


def sub_boards(viewer: Viewer, board: Board) -> list[Board]:
    """Readable sub-boards. One statement."""
    return _sub_boards.rows(Kind.of(viewer), parent_id=board.pk, **enrolled_values(viewer))


_watches = Prepared(
    lambda *, member_id, board_id: Watch.objects.filter(member_id=member_id, board_id=board_id)
)


def watch_of(viewer: Viewer, board: Board) -> Watch | None:
    """What the viewer asked to hear of a board. One statement, none for guests."""
    return _watches.first(member_id=viewer.pk, board_id=board.pk) if isinstance(viewer.pk, int) else None


def writable_boards(viewer: Viewer) -> list[Board]:
    """Boards the viewer may start threads on, in the order of the house. One statement."""
    if not viewer.is_authenticated:
        return []
    return list(in_order(Board.objects.open_for_threads_by(viewer), viewer))


def in_order(boards: BoardQuerySet, viewer: Viewer) -> BoardQuerySet:
    """Boards as the house has them, each with its group and, where the viewer may know of it, the board above."""
    rows = boards.with_viewer(viewer).select_related("group", "parent")
    return rows.order_by("group__position", "group_id", "position", "id")


def busy_boards(viewer: Viewer, size: int = 5) -> list[Board]:
    """Readable boards with the most posts this week, as `week_count`. One statement."""
    rows = Board.objects.readable_by(viewer).filter(week_count__gt=0)
    return list(rows.order_by("-week_count", "pk")[:size])


def tag_cloud(viewer: Viewer, size: int = 40) -> list[Tag]:
    """Of the commonest tags those on most threads the viewer may read, as `seen`. One statement, over stored counts."""
    commonest = Tag.objects.filter(thread_count__gt=0).order_by("-thread_count", "pk")[:COMMONEST_TAGS]
    readable = Board.objects.filter(right_on_board(viewer, Verb.READ, "pk")).values("pk")
    rows = Tag.objects.filter(
        pk__in=commonest.values("pk"), uses__board__in=readable, uses__thread_count__gt=0
    )
    return list(rows.annotate(seen=Sum("uses__thread_count")).order_by("-seen", "name")[:size])


def tag_for(viewer: Viewer, slug: str) -> Tag | None:
    """A tag on some thread the viewer may read; one of private threads alone is absent. One statement."""
    threads = _across(viewer).filter(tags=OuterRef("pk"))
    rows = Tag.objects.filter(Exists(threads), slug=slug)
    if viewer.is_authenticated:
        mine = TagFollow.objects.filter(member_id=viewer.pk, tag_id=OuterRef("pk"))
        rows = rows.annotate(is_followed=Exists(mine))
    return rows.first()


def sort_choices() -> list[tuple[str, str]]:
    """The orders a board offers, in the viewer's language."""
    return [
        ("latest", _("Latest reply")),
        ("newest", _("Newest")),
        ("hot", _("Liveliest")),
        ("waiting", _("Oldest first")),
    ]
