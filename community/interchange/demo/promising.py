"""What the demo's team promises, and what it raised: through the rooms' own actions, like everything else."""

from __future__ import annotations

from datetime import datetime, timedelta

from community.core import clock
from community.members.models import Member, Role
from forum.models import PostState, Thread
from moderation.promises import actions as promises
from moderation.promises.policy import Shift
from moderation.raises import actions as raises
from moderation.raises.actions.ending import STAFF
from moderation.raises.policy import SHARE

BOARDS = {"charging-home": 240, "aurora-e": 240, "winter-range": 120}  # slug → minutes of working time
HOURS: list[Shift] = [(weekday, 8 * 60, 20 * 60) for weekday in range(5)] + [(5, 10 * 60, 16 * 60)]
PROMISED_FOR = timedelta(days=45)
WHY = "So that nobody who asks waits for days"
RAISED_WHY = "A question that an owner could answer better than we can"


def _team(cast: dict[str, Member]) -> tuple[Member, list[Member]]:
    admin = next(member for member in cast.values() if member.role == Role.ADMIN)
    return admin, [member for member in cast.values() if member.role == Role.MODERATOR]


def make_promises(
    cast: dict[str, Member], boards: dict[str, int], held: clock.FrozenClock, *, now: datetime
) -> None:
    """A calendar with a rota, and three boards that promise by it for some weeks."""
    admin, moderators = _team(cast)
    held.set(now - PROMISED_FOR)
    calendar = promises.make_calendar(
        actor=admin, title="Aurora", zone="Europe/Vienna", shifts=HOURS, lead=admin
    )
    for place, shift in enumerate(HOURS):
        member = moderators[place % len(moderators)]
        promises.add_shift(actor=admin, calendar_id=calendar.pk, member=member, shift=shift)
    for slug, minutes in BOARDS.items():
        promises.change_promise(
            actor=admin, board_id=boards[slug], calendar_id=calendar.pk, minutes=minutes, reason=WHY
        )


def raise_one(cast: dict[str, Member], held: clock.FrozenClock, *, now: datetime) -> None:
    """An open question that stands raised since two hours."""
    _admin, moderators = _team(cast)
    held.set(now - timedelta(hours=2))
    waiting = Thread.objects.public().filter(
        board__thread_count__gte=SHARE, lane="ask", accepted_post=None, locked_at=None, is_pinned=False
    )
    fair = waiting.exclude(author__role__in=STAFF).exclude(posts__state=PostState.HIDDEN)
    thread = fair.filter(opened_at__lt=held.now()).order_by("-opened_at", "pk").first()
    if thread is None:
        return
    raises.raise_thread(actor=moderators[0], thread_id=thread.pk, reason=RAISED_WHY, hours=24, by_lot=False)
