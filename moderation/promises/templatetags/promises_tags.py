"""What pages say of promises. A site without any pays nothing for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from community.core import clock, display
from community.core.pagecache import stands_on
from community.core.pieces import time_when
from community.members.models import Member
from forum.kept import board_topic
from forum.models import Board
from forum.moments import in_words
from moderation.promises import typed
from moderation.promises.access import may_stand
from moderation.promises.models import Calendar, Clock
from moderation.promises.policy import Record, after
from moderation.promises.queries import boards, clocks

if TYPE_CHECKING:
    from forum.queries.threads import ThreadPage

register = template.Library()
register.filter("span_words", typed.span_words)
register.filter("shift_words", typed.shift_words)
register.filter("wait_words", typed.wait_words)


@register.filter
def record_words(record: Record) -> str:
    """A board's record, or that there are too few questions to say anything."""
    if not record.is_told:
        return typed.few_words(record.asked)
    return typed.record_words(record.asked, record.percent, record.median)


@register.simple_tag
def counted_words(at: datetime) -> SafeString:
    """When a record was counted, as a sentence."""
    return format_html("<small>{}</small>", format_html(_("Counted {moment}."), moment=time_when(at)))


@register.filter
def wall(at: datetime, zone: str) -> str:
    """A moment on the wall of a zone, with its day."""
    return in_words(at.astimezone(ZoneInfo(zone)))


@register.filter
def wall_there(at: datetime, zone: str) -> str:
    """The same with the name of the zone, where it stands beside moments on the reader's own wall."""
    return f"{wall(at, zone)} ({zone})"


@register.filter
def due_words(at: datetime, zone: str) -> str:
    """A deadline on the reader's own wall, as the desk tells it, and on the calendar's where the two differ."""
    own = display.when(at, clock.now())
    if timezone.localtime(at).utcoffset() == at.astimezone(ZoneInfo(zone)).utcoffset():
        return own
    with timezone.override(ZoneInfo(zone)):
        there = display.when(at, clock.now())
    return _("%(own)s (%(there)s in %(zone)s)") % {"own": own, "there": there, "zone": zone}


@register.filter
def left_words(left: timedelta) -> str:
    """Working time that is left, in whole minutes; said as that, since the desk counts by the clock."""
    return _("%(span)s of working time") % {"span": typed.span_words(int(left.total_seconds() // 60))}


@register.filter
def gap_words(language: str) -> str:
    """That nobody could be given a question in this language."""
    return {
        "en": _("nobody who answers in English was on the rota"),
        "zh": _("nobody who answers in Chinese was on the rota"),
    }.get(language, _("nobody was on the rota"))


@register.filter
def alone_words(language: str) -> str:
    """That somebody on the rota answers in this language alone; nothing for somebody who answers in any."""
    return {"en": _(" (in English alone)"), "zh": _(" (in Chinese alone)")}.get(language, "")


@register.filter
def asked_in_words(language: str) -> str:
    """Which questions a gap of the rota is about; nothing where it is about all."""
    return {"en": _(": nobody answers in English"), "zh": _(": nobody answers in Chinese")}.get(language, "")


@register.filter
def lead_now(calendar: Calendar) -> Member | None:
    """Whom it falls to where nobody is on the rota; None as well for a lead who may not stand there any more."""
    return calendar.lead if may_stand(calendar.lead) else None


@register.inclusion_tag("promises/_line.html")
def board_promise(board: Board) -> dict[str, Any]:
    """What a board promises and its record, in a line. No statement most of the time; nothing for no promise."""
    stands_on(board_topic(board.pk))
    return {"board": board, "line": boards.lines().get(board.pk)}


@register.inclusion_tag("promises/_beside.html", takes_context=True)
def promise_beside(context: Context, board: Board) -> dict[str, Any]:
    """Beside the composer: the promise, its record, and by when somebody who asks now is answered. One statement."""
    told = board_promise(board)
    request = context["request"]
    if told["line"] is not None and request.user.is_authenticated:
        promise = boards.promise_of(board.pk)
        if promise is not None and promise.minutes is not None:
            hours = promise.calendar.hours
            told["due"] = after(hours, clock.now(), timedelta(minutes=promise.minutes))
            told["zone"] = hours.zone
    return told


@register.inclusion_tag("promises/_thread.html", takes_context=True)
def thread_promise(context: Context, page: ThreadPage) -> dict[str, Any]:
    """A question's clock, for who asked and for the board's moderators. At most two statements; none for others."""
    request, thread = context["request"], page.thread
    is_mine = request.user.is_authenticated and thread.author_id == request.user.pk
    told: dict[str, Any] = {"request": request, "csrf_token": context.get("csrf_token"), "row": None}
    if not (is_mine or page.can["moderate"]) or not boards.lines():
        return told
    row = clocks.clock_of(thread.pk)
    if row is None:
        return told
    now = clock.now()
    told |= {
        "row": row,
        "thread": thread,
        "is_mine": is_mine,
        "is_broken": row.is_broken(now),
        "state": _state(row),
        "zone": row.terms.zone,
        "rejected": clocks.rejected(thread.pk) if is_mine else [],
        "may_reject": is_mine and row.answer is not None and thread.accepted_post_id != row.answer_id,
    }
    return told


def _state(row: Clock) -> str:
    if row.is_running:
        return "running"
    return "aside" if row.is_aside else "answered"


@register.simple_tag
def promise_state(row: Clock) -> str:
    """ "kept", "missed", "open", or "aside" while nobody owes an answer. No statement."""
    if row.is_broken(clock.now()):
        return "missed"
    return {"running": "open", "answered": "kept"}.get(_state(row), "aside")


@register.filter
def is_overdue(row: Clock) -> bool:
    """Whether what is promised by this lap of a clock that runs is over. A miss before it started anew does not count."""
    return row.is_running and row.due_at <= clock.now()


@register.filter
def promise_words(row: Clock) -> str:
    """How a promise was kept, or by when it will be, in a line for the team. No statement."""
    told = {"due": display.when(row.due_at, clock.now()), "wait": typed.waited_words(row.waited)}
    if row.is_aside:
        return _("Stands aside")
    if row.is_broken(clock.now()):
        if row.is_running and not is_overdue(row):
            return _("Missed once, due again %(due)s") % told
        if row.is_running:
            return _("Was due %(due)s, missed so far") % told
        return _("Was due %(due)s, missed: %(wait)s") % told
    return _("Due %(due)s") % told if row.is_running else _("Kept: %(wait)s") % told


@register.filter
def stage_words(row: Clock) -> str:
    """What the watch over a clock has done, for the team."""
    if row.stage == Clock.Stage.NEW:
        # The watch looks every minute: until then a question of working hours waits for nothing else.
        is_its_turn = row.next_at is not None and row.next_at <= clock.now()
        return _("is given out within a minute") if is_its_turn else _("waits for working hours")
    if row.holder_id is None and row.stage in (Clock.Stage.HELD, Clock.Stage.HANDED):
        return gap_words(row.thread.lang)
    if row.stage == Clock.Stage.LATE and getattr(row, "is_unheard", False):
        return _("there is no lead, so administrators are told")
    return str(Clock.Stage(row.stage).label)
