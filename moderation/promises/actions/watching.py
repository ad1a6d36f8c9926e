"""What time does to clocks: somebody gets the question, it is handed over, the lead is told, it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from community.core import clock
from community.core.access import absent
from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from community.members.models import Member, Role
from moderation.promises.access import may_stand
from moderation.promises.actions.clocks import moments, refresh_record
from moderation.promises.facts import AlertRaised, AlertUnheard, ClockChanged
from moderation.promises.models import RUNNING, Alert, Calendar, Clock, Promise, RotaShift
from moderation.promises.policy import Duty, Hours, on_duty
from moderation.promises.queries.rota import who_can_take

BATCH = 100
Stage = Clock.Stage


@dataclass(frozen=True, slots=True)
class _Team:
    """When a question can be given to somebody, to whom, and who leads them. `hours` None: there is no calendar.

    `administrators` see to it where nobody leads them.
    """

    hours: Hours | None
    duties: list[Duty]
    lead_id: int | None
    administrators: tuple[int, ...]

    @classmethod
    def of(
        cls,
        calendar: Calendar | None,
        duties: list[Duty],
        able: frozenset[int],
        administrators: frozenset[int],
    ) -> _Team:
        above = tuple(sorted(able & administrators))
        if calendar is None:
            return cls(None, [], None, above)
        lead_id = calendar.lead_id if calendar.lead_id in able else None
        return cls(calendar.hours, [duty for duty in duties if duty.member_id in able], lead_id, above)


@action
def watch_clocks() -> int:
    """Do what is due now for up to a hundred clocks, the longest due first; how many there were."""
    now = clock.now()
    rows = list(
        Clock.objects.select_for_update(of=("self",), no_key=True)
        .filter(RUNNING, next_at__lte=now)
        .select_related("terms", "thread__board")
        .order_by("next_at", "id")[:BATCH]
    )
    rota = _rota({row.board_id for row in rows}) if rows else {}
    able = {
        pk: who_can_take(board)
        for pk, board in {row.thread.board_id: row.thread.board for row in rows}.items()
    }
    administrators: frozenset[int] = frozenset()
    if rows:
        administrators = frozenset(Member.objects.filter(role=Role.ADMIN).values_list("pk", flat=True))
    boards = set()
    for row in rows:
        calendar, duties = rota.get(row.board_id, (None, []))
        # Who lost their role, their standing or the right on the board could not even open what they are given.
        team = _Team.of(calendar, duties, able[row.thread.board_id], administrators)
        if _advance(row, team, now):
            boards.add(row.board_id)
        publish(ClockChanged(thread_id=row.thread_id, board_id=row.board_id))
    for board_id in sorted(boards):
        refresh_record(board_id)
    return len(rows)


def _rota(board_ids: set[int]) -> dict[int, tuple[Calendar, list[Duty]]]:
    """The calendars of boards with everybody's turns. Two statements."""
    promises = list(Promise.objects.filter(board_id__in=board_ids).select_related("calendar"))
    duties: dict[int, list[Duty]] = {}
    turns = RotaShift.objects.filter(calendar__in=[row.calendar_id for row in promises])
    for shift in turns.order_by("pk"):
        duties.setdefault(shift.calendar_id, []).append(shift.duty)
    return {row.board_id: (row.calendar, duties.get(row.calendar_id, [])) for row in promises}


def _advance(row: Clock, team: _Team, now: datetime) -> bool:
    """Take a clock to the stage that its time has come for, past any that were missed; whether it broke now."""
    half, late = moments(row)
    due_stage = (
        Stage.BROKEN
        if row.due_at <= now
        else Stage.LATE
        if late <= now
        else Stage.HANDED
        if half <= now
        else Stage.HELD
    )
    row.stage = max(due_stage, row.stage)
    row.next_at = {Stage.HELD: half, Stage.HANDED: late, Stage.LATE: row.due_at}.get(Stage(row.stage))
    breaks = row.stage == Stage.BROKEN and row.broken_at is None
    if breaks:
        row.broken_at = row.due_at
    recipient, is_gap = team.lead_id, False
    if row.stage in (Stage.HELD, Stage.HANDED):
        recipient, is_gap = _whose(row, team, now)
        row.holder_id = recipient
    row.save(update_fields=["stage", "next_at", "broken_at", "holder"])
    alert = Alert(clock=row, lap=row.laps, stage=row.stage, recipient_id=recipient, is_gap=is_gap, at=now)
    if put_once(alert):
        if recipient is not None:
            publish(AlertRaised(alert.pk, row.thread_id, recipient, int(row.stage), is_gap))
        else:
            publish(AlertUnheard(alert.pk, row.thread_id, int(row.stage), team.administrators))
    return breaks


def _whose(row: Clock, team: _Team, now: datetime) -> tuple[int | None, bool]:
    """Who gets a question: of those on the rota who speak its language, not who has had it, whoever has the fewest.

    Nobody there: it falls to the lead, to nobody without one, and the row says that it is a gap.
    """
    if team.hours is None:
        return None, True
    people = on_duty(team.hours, team.duties, now, row.thread.lang)
    others = [pk for pk in people if pk != row.holder_id] or people
    if not others:
        return team.lead_id, True
    waiting = Clock.objects.filter(RUNNING, holder__in=others)
    load = dict(waiting.values_list("holder").annotate(n=Count("pk")))
    return min(others, key=lambda pk: (load.get(pk, 0), others.index(pk))), False


@action
def take_from(*, member_id: int) -> int:
    """Somebody cannot answer for the team any more: what they hold is given out anew at the next watch; how many.

    Nothing for somebody who still can. Repeat-safe. Two statements where they hold nothing, and three a question.
    """
    if may_stand(Member.objects.filter(pk=member_id).first()):
        return 0
    held = Clock.objects.select_for_update(of=("self",), no_key=True).filter(RUNNING, holder=member_id)
    rows = list(held.order_by("id"))
    for row in rows:
        row.holder_id = None
        if row.stage in (Stage.HELD, Stage.HANDED):  # later it is with the lead already
            row.alerts.filter(lap=row.laps, stage=row.stage).delete()
            row.next_at = clock.now()
        row.save(update_fields=["holder", "next_at"])
        publish(ClockChanged(thread_id=row.thread_id, board_id=row.board_id))
    return len(rows)


@action
def note_seen(*, actor: Member, alert_id: int) -> Alert:
    """Put one's own alert away. Repeatable; 404 for somebody else's."""
    row = (
        Alert.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=alert_id, recipient=actor)
        .first()
    )
    if row is None:
        raise absent()
    if row.seen_at is None:
        row.seen_at = clock.now()
        row.save(update_fields=["seen_at"])
    return row
