"""Whose answers they are: what a guest answered becomes the member's, once."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member
from polls.surveys import statements
from polls.surveys.facts import ResponsesTakenOver
from polls.surveys.models import Answer, Response, ResponseState
from polls.voters import group_of


@action
def take_over_responses(*, member: Member, guest_key: str) -> tuple[int, ...]:
    """Give a guest's answers, begun or sent, to the member they turned out to be; the surveys concerned.

    Where the member began one of their own it stands, and the guest's is emptied and counts no more: one person is
    never counted twice. Again it does nothing.
    """
    if not guest_key:
        return ()
    rows = Response.objects.select_for_update(of=("self",), no_key=True).select_related("wave")
    rows = rows.filter(guest_key=guest_key, member=None).exclude(state=ResponseState.MERGED)
    taken = tuple(response.wave.survey_id for response in rows.order_by("wave_id") if _give(response, member))
    if taken:
        publish(ResponsesTakenOver(member.pk, taken))
    return taken


def _give(response: Response, member: Member) -> bool:
    """Make this one the member's; False where they have one in this wave already, perhaps since this very moment."""
    try:
        with transaction.atomic():
            Response.objects.filter(pk=response.pk).update(member=member)
    except IntegrityError:
        Answer.objects.filter(response=response).delete()
        Response.objects.filter(pk=response.pk).update(state=ResponseState.MERGED, progress={})
        return False
    # What was counted when a wave closed stays in the group it was counted in.
    if statements.hold_open(response.wave_id):
        Response.objects.filter(pk=response.pk).update(group=group_of(member))
    return True
