"""Taking back what one did last."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Refused, no
from community.core.retrying import action
from community.members.models import Member
from forum.actions import change_lane, undo_post, unpin_thread, untie_threads
from forum.models import LinkKind
from moderation.desk import last
from moderation.desk.actions.acts import held_row, quicker
from moderation.desk.actions.calling import take_back_call
from moderation.desk.actions.stepping import step_back
from moderation.desk.models import DeskLog, DeskThread
from moderation.solutions import actions as solutions


@action
def undo(*, actor: Member, line_id: int | None = None) -> DeskThread:
    """Take back the actor's act of that line, or (None) their latest that nobody went on from.

    Refused ("nothing") where there is none of the last hours, ("taken") where somebody went on from there or a reply
    stands for longer than it can be taken back.
    """
    line = _meant(actor, line_id)
    _thread, row = held_row(actor, line.thread_id, None)
    lines = DeskLog.objects.select_for_update(of=("self",)).filter(pk=line.pk, undone_at=None)
    if not lines.exists():
        raise Refused(no(_("There is nothing of yours to take back."), "nothing"))
    if not last.takeable(actor).filter(pk=line.pk).exists():
        raise Refused(no(_why_not(line, row, actor), "taken"))
    _reverse(line, actor)
    line.undone_at = clock.now()
    line.save(update_fields=["undone_at"])
    step_back(row, line, actor_id=actor.pk, at=line.undone_at)
    return row


def _meant(actor: Member, line_id: int | None) -> DeskLog:
    if line_id is None:
        found = last.last_of(actor)
        line = found.line or found.stays
    else:
        line = last.own_lines(actor).filter(pk=line_id).first()
    if line is None:
        raise Refused(no(_("There is nothing of yours to take back."), "nothing"))
    return line


def _why_not(line: DeskLog, row: DeskThread, actor: Member) -> str:
    if line.verb == DeskLog.Verb.ANSWERED and row.version == line.version:
        return _("A reply is taken back within seconds or not at all. Edit or remove it in its thread.")
    return quicker(row, actor)


def _reverse(line: DeskLog, actor: Member) -> None:
    """Take back what the act did beyond the desk's own row."""
    thread_id, told = line.thread_id, line.data
    match line.verb:
        case DeskLog.Verb.ANSWERED:
            undo_post(actor=actor, post_id=told["post"])
        case DeskLog.Verb.LINKED:
            if told.get("is_new"):
                untie_threads(actor=actor, thread_id=thread_id, target_id=told["target"], kind=LinkKind.SAME)
            if told.get("link"):
                solutions.unlink_problem(actor=actor, thread_id=thread_id)
        case DeskLog.Verb.FEATURED:
            unpin_thread(actor=actor, thread_id=thread_id)
        case DeskLog.Verb.LANED:
            why = _("Taken back at the desk")
            change_lane(actor=actor, thread_id=thread_id, lane=told["was"], reason=why)
        case DeskLog.Verb.CALLED:
            take_back_call(thread_id=thread_id, member_id=told["to"])
