"""Asking somebody who knows to help in a thread, and taking that back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, Refused, no
from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from community.members import counts
from community.members.models import Member
from moderation.desk import experts, policy
from moderation.desk.actions.acts import clean_why, held_row, put
from moderation.desk.facts import ExpertCalled, ExpertCallWithdrawn
from moderation.desk.models import Call, DeskLog, DeskThread


@action
def call_expert(*, actor: Member, thread_id: int, version: int, member_id: int, reason: str) -> DeskThread:
    """Ask a member who knows this board to help: they get one notice with the asker's name and the reason.

    Invalid for somebody who is no expert here, Refused ("called") who was asked for this thread already, ("enough")
    who was asked twice this week. Holds the thread's row, then the member's.
    """
    reason = clean_why(reason, field="reason", required=True)
    thread, row = held_row(actor, thread_id, version)
    expert = next((one for one in experts.for_thread(actor, thread) if one.member.pk == member_id), None)
    if expert is None:
        raise Invalid(_("Choose somebody who knows this board."), field="member")
    counts.hold([member_id])
    now = clock.now()
    lately = Call.objects.filter(member=member_id, withdrawn_at=None, at__gt=now - policy.WEEK)
    if lately.count() >= policy.CALLS_A_WEEK:
        reason_why = _("%(name)s was asked %(most)d times this week. Ask somebody else.")
        raise Refused(no(reason_why % {"name": expert.member.name, "most": policy.CALLS_A_WEEK}, "enough"))
    call = Call(thread=thread, member=expert.member, by=actor, reason=reason, at=now)
    if not put_once(call):
        raise Refused(no(_("%(name)s was asked already.") % {"name": expert.member.name}, "called"))
    publish(ExpertCalled(call.pk, thread.pk, member_id, actor.pk, reason))
    told = {"to": member_id, "name": expert.member.name}
    return put(row, actor, DeskLog.Verb.CALLED, {}, reason=reason, data=told)


@action
def take_back_call(*, thread_id: int, member_id: int) -> None:
    """Ask no more: the notice goes, and it does not count in their week. Repeatable; the desk's undo calls it."""
    rows = Call.objects.select_for_update(of=("self",)).filter(thread=thread_id, member=member_id)
    call = rows.filter(withdrawn_at=None).first()
    if call is not None:
        call.withdrawn_at = clock.now()
        call.save(update_fields=["withdrawn_at"])
        publish(ExpertCallWithdrawn(call.pk, thread_id, member_id))
