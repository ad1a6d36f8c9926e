"""Drafts of messages: a conversation is a place one writes at, and so is somebody one has not written to yet."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from activity.messages import queries
from activity.messages.models import Participant
from community.members.models import Member
from forum import waiting
from forum.actions.drafts import publishes
from forum.places import NUMBER, Spot, place_kind

publishes("send_message", "start_conversation")
waiting.keeps("messages:conversation", "message-{conversation_id}")
waiting.keeps("messages:start")
SEVERAL = "letters-new"  # a message to several, or to somebody who is not chosen yet


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


def first_letter(person: Member) -> str:
    """The place of the first message to somebody."""
    return f"letter-{person.pk}"


@place_kind("letter", NUMBER)
def people(member: Member, about: Sequence[str]) -> dict[str, Spot]:
    """Those of these members who are listed. One statement."""
    rows = Member.objects.listed().filter(pk__in=about).values_list("pk", "name")
    return {
        str(pk): Spot(_("A message"), name, f"{reverse('messages:start')}?{urlencode({'to': name})}")
        for pk, name in rows
    }


@place_kind("letters", "new")
def several(_member: Member, about: Sequence[str]) -> dict[str, Spot]:
    """The one message whose recipients stand in its own words. No statement."""
    return {
        each: Spot(_("A message"), _("To several, or not chosen yet"), reverse("messages:start"))
        for each in about
    }
