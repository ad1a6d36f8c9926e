"""The brand answers what members decided: by a day that was said, in public, and never in somebody's stead."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, Refused, absent, no, require
from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member
from polls import access
from polls.facts import AnswerDateMoved, DecisionAnswered
from polls.lines import line
from polls.models import BrandAnswer, Correction, Outcome, Poll


@action
def answer_decision(*, actor: Member, poll_id: int, outcome: str, text: str) -> BrandAnswer:
    """Say what becomes of a decision. The first answer ends the waiting; later ones follow it. The same again is that
    one. 404 for a poll that is no decision, Refused (not_closed) before it is over, Invalid for the words."""
    poll = _decision(actor, poll_id)
    if not poll.is_over:
        raise Refused(no(_("Members are still deciding. Answer when it has closed."), "not_closed"))
    if outcome not in Outcome.values:
        raise Invalid(_("Choose one of these."), field="outcome")
    words = line(text, 1200, "text", required=True)
    last = poll.answers.order_by("-pk").first()
    if last is not None and (last.outcome, last.text) == (outcome, words):
        return last
    answer = BrandAnswer.objects.create(poll=poll, outcome=outcome, text=words, by=actor, at=clock.now())
    if poll.answered_at is None:
        poll.answered_at = answer.at
        poll.save(update_fields=["answered_at"])
    publish(DecisionAnswered(poll.pk, actor.pk, outcome, poll.thread_id))
    return answer


@action
def move_answer_date(*, actor: Member, poll_id: int, to: date, reason: str) -> Poll:
    """Another day for the answer, with a reason on the record; the first one stays in sight. The same again is nothing.

    Refused (late) once it is over: late stays late until there is an answer.
    """
    poll = _decision(actor, poll_id)
    if poll.answer_by is None or poll.answered_at is not None:
        raise Refused(no(_("Nothing is owed here."), "nothing_due"))
    if poll.answer_by == to:
        return poll
    if poll.answer_by < clock.now().date():
        raise Refused(no(_("The day is over. Late stays late until there is an answer."), "late"))
    if to <= clock.now().date():
        raise Invalid(_("Name a day to come."), field="to")
    why = line(reason, 300, "reason")
    if not why:
        raise Invalid(_("Say why it takes longer: everybody can read it."), field="reason")
    Correction.objects.create(
        poll=poll,
        field="answer_by",
        before=poll.answer_by.isoformat(),
        after=to.isoformat(),
        reason=why,
        by=actor,
    )
    poll.first_answer_by, poll.answer_by = poll.first_answer_by or poll.answer_by, to
    poll.save(update_fields=["first_answer_by", "answer_by"])
    publish(AnswerDateMoved(poll.pk, actor.pk, to, poll.thread_id))
    return poll


def _decision(actor: Member, poll_id: int) -> Poll:
    poll = access.poll_for_change(actor, poll_id=poll_id)
    if not poll.is_decision:
        raise absent()
    require(access.may_answer_for_brand(actor))
    return poll
