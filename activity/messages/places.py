"""Drafts of messages: a conversation is a place one writes at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from activity.messages import queries
from activity.messages.models import Participant
from forum.places import NUMBER, Spot, place_kind

if TYPE_CHECKING:
    from community.members.models import Member


@place_kind("message", NUMBER)
def conversations(member: Member, about: Sequence[str]) -> dict[str, Spot]:
    """The member's conversations with these numbers. Two statements."""
    mine = Participant.objects.filter(member=member, left_at=None, conversation_id__in=about)
    rows = list(mine.select_related("conversation"))
    people = queries.others_in([row.conversation_id for row in rows], member)
    return {
        str(row.conversation_id): Spot(
            _("A message"),
            queries.name_of(row.conversation, people[row.conversation_id]),
            row.conversation.get_absolute_url(),
        )
        for row in rows
    }
