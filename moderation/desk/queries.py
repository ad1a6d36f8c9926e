"""Pages of the desk: the queue, one thread on it, and the member who opened it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from community.core import clock
from community.core.pagination import KeysetPage, keyset, number_to_page, numbered, stretch
from community.members.models import Member, all_but_face
from forum.access import may_reply
from forum.models import Board, Lane, Post, PostState, Thread
from forum.policy import POSTS_PER_PAGE
from forum.queries import threads as forum
from forum.queries.links import linked_ids
from forum.raising import put_raised, raised_columns
from moderation.desk import access, policy, promises
from moderation.desk.last import Last, last_of
from moderation.desk.models import DeskLog, DeskThread, MemberNote, Place
from moderation.desk.policy import Act, View
from moderation.desk.scoring import LAST_CALL, Reason, Why
from moderation.desk.wanted import Wanted
from moderation.promises.models import Clock
from moderation.promises.queries.clocks import promised_to
from moderation.raises.room import has_room
from moderation.solutions.models import Link

if TYPE_CHECKING:
    from forum.roles import Viewer

ROWS = 20
TAIL = 8  # posts shown of a long thread, beside its first
LINES = 12
ORDER = ("-score", "thread_id")
_STANDING = ("standing", "standing_until", "standing_reason", "is_active")


@dataclass(frozen=True, slots=True)
class Row:
    """One thread of the queue as a page shows it."""

    desk: DeskThread
    thread: Thread
    reasons: list[Reason]
    act: Act  # without regard to what is asked for one thread at a time: see `act_with`
    quiet: int  # whole hours since the last word
    age: int  # and since it was opened
    due: datetime | None  # when the promise of a first answer breaks or broke, while its clock runs
    holder: str = ""  # whom the rota gave that answer to

    @property
    def is_replied(self) -> bool:
        """Whether somebody else than its author wrote there, be it an answer or not."""
        return self.thread.answer_count > 0

    @property
    def is_missed(self) -> bool:
        return self.due is not None and self.due <= clock.now()

    @property
    def is_soon(self) -> bool:
        """Whether the promise breaks within hours, or broke."""
        return self.due is not None and self.due <= clock.now() + timedelta(hours=LAST_CALL)

    def act_with(self, *, is_known: bool, may_speak: bool) -> Act:
        """The best next act where it was searched for a known answer that is not linked yet, and counted how much staff
        wrote. No statement."""
        return _next_act(self.desk, is_known=is_known, may_speak=may_speak)


def boards_for(viewer: Viewer) -> list[Board]:
    """Boards whose threads lie on this viewer's desk, in the order of the house. One statement."""
    rows = access.boards_of(viewer).defer("form", "about_en", "about_zh")
    return list(rows.order_by("group__position", "group_id", "position", "id"))


def queue(viewer: Member, wanted: Wanted, cursor: str | None) -> KeysetPage[DeskThread]:
    """A stretch of the queue, the highest score first, the older thread first among equals. One statement."""
    rows = DeskThread.objects.filter(board__in=[board.pk for board in wanted.boards_meant])
    if wanted.lane:
        rows = rows.filter(lane=wanted.lane)
    rows = _seen(rows, viewer, wanted.view)

    def found(
        order: Sequence[str], place: Sequence[Any] | None, inclusive: bool, most: int
    ) -> list[DeskThread]:
        # Which rows, first: what is shown beside them is asked for those alone, not for all that are put in order.
        few = stretch(rows, order, place, inclusive=inclusive, most=most)
        return list(_rows(viewer).filter(pk__in=few.values("pk")).order_by(*order))

    return keyset(found, order=ORDER, cursor=cursor, size=ROWS)


def _seen(rows: QuerySet[DeskThread], viewer: Member, view: View) -> QuerySet[DeskThread]:
    due = rows.filter(place=Place.DUE)
    match view:
        case View.DUE:
            return due.filter(Q(assignee=None) | Q(assignee=viewer.pk), is_fresh=True)
        case View.FREE:
            now = clock.now()
            writing = Q(writing_until__gt=now, writing_until__lte=now + policy.WRITING_FOR)
            idle = Q(writing_until=None) | ~writing
            free = due.filter(idle, assignee=None, is_fresh=True)
            return free.exclude(pk__in=promises.given_to_others(viewer))
        case View.MINE:
            own = DeskThread.objects.filter(assignee=viewer.pk).order_by().values("pk")
            to_me = Q(assignee=None) | Q(assignee=viewer.pk)
            return due.filter(to_me, pk__in=own.union(promises.given_to(viewer)))
        case View.TEAM:
            others = DeskThread.objects.exclude(assignee=None).exclude(assignee=viewer.pk)
            theirs = others.order_by().values("pk").union(promises.given_to_others(viewer))
            return due.filter(~Q(assignee=viewer.pk) | Q(assignee=None), pk__in=theirs)
        case View.KEY:
            return due.filter(is_key=True)
        case View.OLDER:
            return due.filter(is_fresh=False)
        case View.SNOOZED:
            return rows.filter(place=Place.SNOOZED)
        case View.SETTLED:
            return rows.filter(place=Place.SETTLED)


def _rows(viewer: Member, *also: str) -> QuerySet[DeskThread]:
    """`also`: columns of members that are shown beside their faces."""
    # What is cheap to ask stands first: few threads are asked for their budgets.
    silent = Q(thread__last_posted_at__lte=clock.now() - policy.COLD, thread__answer_count__gte=1)
    is_cold = Q(is_fresh=True) & silent  # and not asleep long since: those are many, and a budget is small
    people = ("thread__author", "assignee", "assigned_by", "writer")
    face = all_but_face(*people, also=("post_count", *also))
    return DeskThread.objects.select_related("thread", "board", *people).defer(
        "thread__excerpt", "board__rights", "board__form", "board__about_en", "board__about_zh", *face
    ).annotate(
        **promises.running(),
        **raised_columns(),
        may_lift=ExpressionWrapper(is_cold & has_room(viewer), output_field=BooleanField()),
    )  # fmt: skip


def dress(row: DeskThread) -> Row:
    """A row with its reasons and the best next act. No statement."""
    thread = row.thread
    put_raised(thread, row)
    quiet, age = (
        max(0, int((clock.now() - at) / timedelta(hours=1)))
        for at in (thread.last_posted_at, thread.opened_at)
    )
    due = getattr(row, "promise_due", None)
    holder = getattr(row, "promise_holder_name", None) or ""
    return Row(row, thread, row.shown, _next_act(row), quiet, age, due, holder)


def _next_act(row: DeskThread, *, is_known: bool = False, may_speak: bool = True) -> Act:
    thread = row.thread
    return policy.next_act(
        {reason.why for reason in row.why} | _facts(thread),
        lane=thread.lane,
        answers=thread.answer_count,
        has_poll=bool(thread.poll_count),
        is_promised=getattr(row, "promise_due", None) is not None,
        is_known=is_known,
        may_speak=may_speak,
        may_lift=getattr(row, "may_lift", False),
    )


def _facts(thread: Thread) -> set[Why]:
    """What is so, whether or not it gave points: a learnt ranking may find that it makes no difference."""
    return {
        why
        for why, is_so in ((Why.UNANSWERED, not thread.answer_count), (Why.QUESTION, thread.lane == Lane.ASK))
        if is_so
    }


@dataclass(frozen=True, slots=True)
class Case:
    """One thread on the desk, with what is needed to decide about it."""

    row: Row | None  # None: it left the desk
    author: Member | None  # with their standing
    page: forum.ThreadPage
    left_out: int  # posts between the first and those shown
    log: list[DeskLog]
    others: list[Thread]  # by the same author, the latest first
    same: list[Thread]  # tied as the same question
    team: list[Member]
    notes: list[MemberNote]  # of the team about its author, the latest first
    promised: list[Clock]  # to its author, the latest first
    mine: Last  # what the viewer did last, to take back


def case(viewer: Member, thread: Thread) -> Case:
    """One thread with its posts, its log and its author's other threads. Nine statements at most.

    `thread` comes from `access.thread_for_desk`.
    """
    desk = _rows(viewer, *_STANDING).filter(pk=thread.pk).first()
    shown = Q(number=1) | Q(number__gt=max(1, thread.last_number - TAIL))
    posts = list(Post.objects.for_page(viewer).filter(shown, thread=thread).order_by("number"))
    forum.dress(viewer, thread, posts)
    page = forum.page_of(viewer, thread, posts)
    last = number_to_page(thread.last_number, POSTS_PER_PAGE)
    page.pages = numbered(
        thread.last_number, last, POSTS_PER_PAGE
    )  # what comes next belongs to the last page
    page.reply_verdict = may_reply(viewer, thread)
    log = DeskLog.objects.filter(thread=thread).select_related("actor").order_by("-pk")[:LINES]
    others = Thread.objects.public().visible_to(viewer).filter(author_id=thread.author_id)
    tied = [pk for pk, kind in linked_ids(thread.pk) if kind == "same"]
    return Case(
        row=dress(desk) if desk else None,
        author=desk.thread.author if desk else Member.objects.filter(pk=thread.author_id).first(),
        page=page,
        left_out=max(0, thread.last_number - 1 - TAIL),
        log=list(log),
        others=list(others.exclude(pk=thread.pk).select_related("board").order_by("-opened_at", "-id")[:5]),
        same=list(Thread.objects.visible_to(viewer).filter(pk__in=tied)[:5]) if tied else [],
        team=list(access.team_for(thread)),
        notes=notes_on(thread.author_id),
        promised=promised_to(viewer, thread.author_id),
        mine=last_of(viewer),
    )


def linked_to(row: DeskThread) -> tuple[Thread, Thread | None]:
    """The thread that a row's last step linked it to, and the one where readers find the answer by that; None for a tie.

    Three statements at most.
    """
    line = DeskLog.objects.get(thread=row.pk, version=row.version)
    ids = {line.data["target"]}
    if not line.is_tie:
        ids |= set(Link.objects.filter(pk=line.data["link"]).values_list("solution__thread", flat=True))
    found = Thread.objects.in_bulk(ids)
    target = found.pop(line.data["target"])
    return target, next(iter(found.values()), None if line.is_tie else target)


def last_undoing(row: DeskThread) -> DeskLog | None:
    """The line of the log that says what was taken back last on a thread. One statement."""
    return DeskLog.objects.filter(thread=row.pk, verb=DeskLog.Verb.UNDID).order_by("-pk").first()


def notes_on(member_id: int | None) -> list[MemberNote]:
    """What the team noted about a member. One statement."""
    return list(MemberNote.objects.filter(member=member_id).select_related("by").order_by("-pk")[:LINES])


def meanwhile(viewer: Member, thread_id: int, version: int) -> list[DeskLog]:
    """What others did with a thread since its row had this version, the first of it first. One statement."""
    lines = DeskLog.objects.filter(thread=thread_id, version__gt=version, undone_at=None)
    lines = lines.exclude(actor=viewer).exclude(verb=DeskLog.Verb.UNDID)
    return list(lines.select_related("actor").order_by("-pk")[:3])[::-1]


@dataclass(frozen=True, slots=True)
class WentWell:
    """What the team has done since this morning."""

    answered: int
    settled: int
    by_members: int  # first answers that came from members


def went_well(wanted: Wanted, since: datetime) -> WentWell:
    """As far as what was asked for goes: its board and its lane. Two statements."""
    threads = Q(thread__board__in=[board.pk for board in wanted.boards_meant])
    if wanted.lane:
        threads &= Q(thread__lane=wanted.lane)
    lines = DeskLog.objects.filter(threads, at__gte=since, undone_at=None)
    verbs = list(lines.values_list("verb", flat=True)[:1000])
    answers = Post.objects.filter(
        threads, posted_at__gte=since, number=2, state=PostState.VISIBLE, author__role="member"
    )
    return WentWell(
        answered=verbs.count(DeskLog.Verb.ANSWERED),
        settled=verbs.count(DeskLog.Verb.SETTLED),
        by_members=answers.exclude(author=F("thread__author")).count(),
    )


def next_after(viewer: Member, wanted: Wanted, thread_id: int) -> int | None:
    """The thread to go on with after this one was done. One statement."""
    found = [row.pk for row in queue(viewer, wanted, None).items if row.pk != thread_id]
    return found[0] if found else None
