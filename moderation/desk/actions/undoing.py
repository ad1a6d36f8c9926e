"""Taking back what one did last."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Refused, no
from community.core.retrying import action
from community.members.models import Member
from forum import access as forum
from forum.actions import change_lane, hold_thread, pin_thread, undo_post, unpin_thread, untie_threads
from forum.models import LinkKind
from moderation.desk import last
from moderation.desk.actions.acts import held_row, pin_of, quicker
from moderation.desk.actions.calling import take_back_call
from moderation.desk.actions.freeing import free_lost
from moderation.desk.actions.raising import lower
from moderation.desk.actions.stepping import step_back
from moderation.desk.models import DeskLog, DeskThread
from moderation.raises import actions as raises
from moderation.solutions import actions as solutions
from polls import actions as polls
from polls.models import Poll, PollState


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
    if not last.takeable(actor, **last.since_when()).filter(pk=line.pk).exists():
        raise Refused(no(_why_not(line, row, actor), "taken"))
    lost = _reverse(line, actor)
    line.undone_at = clock.now()
    line.save(update_fields=["undone_at"])
    step_back(row, line, actor_id=actor.pk, at=line.undone_at, lost=lost)
    if row.assignee_id is not None and free_lost(holding=Q(pk=row.pk)):  # whose it was may have left the team
        row.refresh_from_db()
    return row


def _meant(actor: Member, line_id: int | None) -> DeskLog:
    if line_id is None:
        found = last.last_of(actor)
        line = found.line or found.stays
    else:
        line = last.own_lines(actor, since=last.since_when()["since"]).filter(pk=line_id).first()
    if line is None:
        raise Refused(no(_("There is nothing of yours to take back."), "nothing"))
    return line


def _why_not(line: DeskLog, row: DeskThread, actor: Member) -> str:
    if line.verb == DeskLog.Verb.ANSWERED and row.version == line.version:
        return _("A reply is taken back within seconds or not at all. Edit or remove it in its thread.")
    return quicker(row, actor)


def _reverse(line: DeskLog, actor: Member) -> str:
    """Take back what the act did beyond the desk's own row. Why a raise that it ended stays ended, "" for none."""
    thread_id, told = line.thread_id, line.data
    match line.verb:
        case DeskLog.Verb.ANSWERED:
            undo_post(actor=actor, post_id=told["post"])
        case DeskLog.Verb.LINKED:
            _unlink(thread_id, told, actor)
        case DeskLog.Verb.FEATURED:
            _pin_as_before(thread_id, told, actor)
            return _raised_as_before(told, actor)
        case DeskLog.Verb.LANED:
            _lane_as_before(thread_id, told, actor)
        case DeskLog.Verb.POLLED:
            _remove_unanswered(told["poll"], actor)
        case DeskLog.Verb.RAISED:
            lower(actor=actor, raise_id=told["raise"])
        case DeskLog.Verb.CALLED:
            take_back_call(thread_id=thread_id, member_id=told["to"])
    return ""


def _remove_unanswered(poll_id: int, actor: Member) -> None:
    poll = Poll.objects.filter(pk=poll_id).exclude(state=PollState.REMOVED).first()
    if poll is None:
        return  # it went in its own place
    if polls.has_ballots(poll):
        raise Refused(
            no(_("People have answered this poll, so it stays. Close it in its own place."), "voted")
        )
    polls.remove_poll(actor=actor, poll_id=poll_id)


def _unlink(thread_id: int, told: Mapping[str, Any], actor: Member) -> None:
    """With the answer that became known by it, unless somebody relies on that by now."""
    for pk in sorted((thread_id, told["target"])):  # in the order of `link_answer`
        hold_thread(pk)
    if told.get("is_new"):
        untie_threads(actor=actor, thread_id=thread_id, target_id=told["target"], kind=LinkKind.SAME)
    if told.get("link"):
        solutions.unlink_problem(actor=actor, thread_id=thread_id)
    if told.get("made"):
        why = _("Taken back at the desk")
        with suppress(Http404):  # it is out of the actor's sight by now, and stays
            solutions.take_back_unused(actor=actor, solution_id=told["made"], reason=why)


def _pin_as_before(thread_id: int, told: Mapping[str, Any], actor: Member) -> None:
    """Take a pin off and put the one back that it replaced. Refused ("taken") where it was pinned anew since."""
    thread = forum.thread_for_moderation(actor, thread_id=thread_id)
    now_told = pin_of(thread)
    if now_told is None:
        return  # it came off meanwhile
    if now_told["until"] != told["until"]:
        raise Refused(no(_("This thread was pinned anew since. Look once more, then decide."), "taken"))
    was = told.get("was")
    until = datetime.fromisoformat(was["until"]) if was else None
    if was and until is not None and until > clock.now():
        pin_thread(actor=actor, thread_id=thread_id, until=until, reason=was["why"])
    else:
        unpin_thread(actor=actor, thread_id=thread_id)


def _raised_as_before(told: Mapping[str, Any], actor: Member) -> str:
    """Let the raise go on that ended by a pin; why it does not, "" where it does or there was none."""
    if not told.get("raise"):
        return ""
    verdict = raises.resume_raise(actor=actor, raise_id=told["raise"])
    return "" if verdict else str(verdict.reason)


def _lane_as_before(thread_id: int, told: Mapping[str, Any], actor: Member) -> None:
    """Refused ("taken") where somebody changed the lane in the forum since."""
    thread = forum.thread_for_moderation(actor, thread_id=thread_id)
    if thread.lane not in (told["lane"], told["was"]):
        raise Refused(no(_("Its lane was changed again since. Look once more, then decide."), "taken"))
    change_lane(actor=actor, thread_id=thread_id, lane=told["was"], reason=_("Taken back at the desk"))
