"""Lists of rows behind numbers: one page and one file, whatever is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from community.core.pagecache import leave_out
from community.core.pagination import KeysetPage, keyset
from community.core.spreadsheet import Cell, csv_answer
from community.core.text.plain import excerpt
from community.members.models import Member
from forum.models import Post, PostState, Thread
from moderation.desk.models import DeskLog
from moderation.desk.wording import line_in_words
from moderation.insight.queries.behind import seen_by
from moderation.insight.views._shared import file_name
from moderation.insight.window import Window
from moderation.promises.models import Clock
from moderation.promises.templatetags.promises_tags import promise_words
from moderation.raises.models import Raise
from moderation.raises.templatetags.raises_tags import followed_words

if TYPE_CHECKING:
    from forum.roles import Viewer

ROWS = 50
MOST = 20_000  # rows of a file
WORDS = 200
HEAD = ["thread", "address", "board", "who", "role", "when", "what"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row, alike whatever is counted. `thread` is None where the viewer may not know of it."""

    thread: Thread | None
    url: str
    who: Member | None
    at: datetime
    what: str


def of_post(post: Post) -> Row:
    what = excerpt(post.plain, WORDS) if post.state == PostState.VISIBLE else ""
    return Row(post.thread, post.get_absolute_url(), post.author, post.posted_at, what)


def of_clock(row: Clock) -> Row:
    return Row(row.thread, row.thread.get_absolute_url(), row.thread.author, row.asked_at, promise_words(row))


def of_raise(row: Raise) -> Row:
    words = [row.reason, str(Raise.State(row.state).label), followed_words(row)]
    return Row(row.thread, row.thread.get_absolute_url(), row.by, row.at, " · ".join(words))


def of_act(line: DeskLog) -> Row:
    return Row(line.thread, line.thread.get_absolute_url(), line.actor, line.at, line_in_words(line))


def of_thread(thread: Thread) -> Row:
    return Row(thread, thread.get_absolute_url(), thread.author, thread.opened_at, "")


@dataclass(frozen=True, slots=True)
class Kind:
    """How rows of one kind are put in order and told. `thread`: the way to their thread."""

    order: Sequence[str]
    told: Callable[[Any], Row]
    thread: str = "thread_id"


POSTS = Kind(("-posted_at", "-id"), of_post)
PROMISES = Kind(("-asked_at", "-id"), of_clock)
RAISES = Kind(("-at", "-id"), of_raise)
ACTS = Kind(("-at", "-id"), of_act)
THREADS = Kind(("-opened_at", "-id"), of_thread, "pk")


def page_of(
    kind: Kind, rows: QuerySet[Any], viewer: Viewer, cursor: str | None
) -> tuple[KeysetPage[Any], list[Row]]:
    """A stretch of the list. One statement."""
    page = keyset(seen_by(viewer, rows, kind.thread), order=kind.order, cursor=cursor, size=ROWS)
    return page, [_told(kind, row) for row in page.items]


def wants_file(request: HttpRequest) -> bool:
    return request.GET.get("as") == "csv"


def file_of(kind: Kind, rows: QuerySet[Any], viewer: Viewer, what: str, window: Window) -> HttpResponse:
    """All of the list as a file; no more than so many. One statement."""
    found = seen_by(viewer, rows, kind.thread).order_by(*kind.order)[:MOST]
    return csv_answer(file_name(what, window), HEAD, (_cells(_told(kind, row)) for row in found))


def to_everybody(
    request: HttpRequest, kind: Kind, rows: QuerySet[Any], *, what: str, window: Window, **context: Any
) -> HttpResponse:
    """The list as guests may see it: a page of `insight/operations_<what>.html`, kept for them, or all of it as a file.

    One statement.
    """
    if wants_file(request):
        leave_out()
        return file_of(kind, rows, AnonymousUser(), f"operations-{what}", window)
    page, told = page_of(kind, rows, AnonymousUser(), request.GET.get("page"))
    if page.bad_cursor:
        leave_out()
    shown = {"page": page, "rows": told, "window": window, "here": "operations"}
    return render(request, f"insight/operations_{what}.html", context | shown)


def _told(kind: Kind, row: Any) -> Row:
    told = kind.told(row)
    if row.is_seen:
        return told
    # Who asked, and what was written, went out of sight with the thread; who of staff acted did not.
    is_staffs = kind in (RAISES, ACTS)
    return Row(
        None, "", told.who if is_staffs else None, told.at, told.what if kind in (RAISES, PROMISES) else ""
    )


def _cells(row: Row) -> list[Cell]:
    thread = row.thread
    return [
        thread.title if thread else _("A thread that is out of your sight"),
        row.url,
        thread.board.slug if thread else None,
        row.who.name if row.who else None,
        row.who.role if row.who else None,
        timezone.localtime(row.at).isoformat(timespec="minutes"),
        row.what,
    ]
