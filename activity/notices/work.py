"""Telling somebody what the team asks of them, or what their turn at work brings; and taking it back.

The rooms that ask are built on this one: they queue `tasks.tell_of_call` and `tasks.tell_of_duty`.
"""

from __future__ import annotations

from django.db.models import QuerySet

from activity.notices import telling
from activity.notices.kinds import Kind
from activity.notices.models import Notification
from activity.notices.occasions import Step, as_wished, is_first_run
from activity.notices.policy import Candidate
from activity.notices.telling import Happening
from community.core.retrying import action
from community.members import counts
from community.members.models import Member
from community.members.queries import unreachable_ids
from forum.models import Thread


def _help_subject(thread_id: int) -> str:
    return f"asked:{thread_id}"


@action
def about_help(*, member_id: int, actor_id: int, thread_id: int, reason: str, key: str) -> Step:
    """Tell somebody that the team asks for their help in a thread, who asks and why. At most ten statements.

    Nobody who has no contact with who asks, or wants to hear nothing of this thread.
    """
    if not is_first_run(f"notices:help:{key}"):
        return Step()
    thread = Thread.objects.select_related("board").filter(pk=thread_id).first()
    actor = Member.objects.filter(pk=actor_id).first()
    if thread is None or actor is None or unreachable_ids(actor, [member_id]):
        return Step()
    wished = as_wished(thread, [Candidate(member_id, Kind.ASKED)])
    happening = Happening(_help_subject(thread_id), actor_id, thread, data={"reason": reason})
    return Step(telling.tell(happening, {one.member_id: one for one in wished}))


@action
def withdraw_help(*, member_id: int, thread_id: int) -> None:
    """Nobody asks any more. Repeatable."""
    _withdraw(member_id, Notification.objects.filter(kind=Kind.ASKED, subject=_help_subject(thread_id)))


@action
def about_duty(
    *,
    member_id: int,
    actor_id: int | None,
    thread_id: int | None,
    what: str,
    key: str,
    to: str,
    about: int = 0,
    **told: object,
) -> Step:
    """Tell somebody whose turn it is what waits for them. `to`: the page where it is worked; `told`: reason, gap, unled.

    What is no thread (`thread_id` None) is told apart by `about`, and has its `title` in `told`.
    """
    if member_id == actor_id or not is_first_run(f"notices:duty:{key}"):
        return Step()
    thread = None
    if thread_id is not None:
        thread = Thread.objects.select_related("board").filter(pk=thread_id).first()
        if thread is None:
            return Step()
    data = {"what": what, "to": to, **told}
    happening = Happening(_duty_subject(what, thread_id or about), actor_id, thread, data=data)
    return Step(telling.tell(happening, {member_id: Candidate(member_id, Kind.DUTY)}))


def _duty_subject(what: str, about: int) -> str:
    return f"duty:{what}:{about}"


@action
def withdraw_duty(*, thread_id: int) -> None:
    """Somebody did it: nothing of this thread waits for anybody's turn. Repeatable."""
    rows = Notification.objects.filter(kind=Kind.DUTY, thread_id=thread_id, read_at=None, withdrawn_at=None)
    for member_id in sorted(set(rows.values_list("recipient_id", flat=True))):
        _withdraw(member_id, rows)


@action
def withdraw_duty_of(*, what: str, about: int, but: int | None = None) -> None:
    """The same of what is no thread; whoever it still waits for (`but`) keeps their notice. Repeatable."""
    rows = Notification.objects.filter(
        kind=Kind.DUTY, subject=_duty_subject(what, about), read_at=None, withdrawn_at=None
    )
    for member_id in sorted(set(rows.values_list("recipient_id", flat=True)) - {but}):
        _withdraw(member_id, rows)


def _withdraw(member_id: int, rows: QuerySet[Notification]) -> None:
    held = [member.pk for member in counts.hold([member_id])]
    telling.withdraw(list(rows.filter(recipient__in=held).values_list("pk", flat=True)))
    telling.changed(held)
