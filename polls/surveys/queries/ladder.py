"""From a survey begun without an account to a second visit."""

from __future__ import annotations

from polls.queries import ladder
from polls.queries.ladder import Step
from polls.surveys.models import Response, ResponseState, Wave


def funnel(wave: Wave, *, is_team: bool) -> list[Step]:
    """The steps of everybody who began this wave of a named survey as a guest. Five statements."""
    begun = Response.objects.filter(wave=wave).exclude(guest_key="").exclude(state=ResponseState.MERGED)
    rows = begun.order_by("-started_at").values_list("started_at", "sent_at", "member_id")[: ladder.MOST]
    return ladder.answered(rows, is_team=is_team)
