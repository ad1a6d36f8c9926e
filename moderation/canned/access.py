"""Who may keep answers ready: moderators and administrators. Somebody else's own are not there."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from community.core.access import Verdict, absent, no, require
from community.members.access import may_moderate_members, may_speak
from community.members.models import Member, Role
from moderation.canned.models import CannedAnswer

TEAM = (Role.MODERATOR, Role.ADMIN)


def may_keep(actor: Member) -> Verdict:
    """Whether somebody works with answers at all."""
    if not may_moderate_members(actor):
        return no(_("Only moderators keep answers ready."), "not_moderator")
    return may_speak(actor)


def seen_by(viewer: Member) -> QuerySet[CannedAnswer]:
    """The team's answers and the viewer's own."""
    return CannedAnswer.objects.filter(Q(owner=None) | Q(owner=viewer.pk))


def answer_for_change(actor: Member, *, answer_id: int) -> CannedAnswer:
    """The answer, locked. 404 for somebody else's own; Refused for whoever keeps none."""
    require(may_keep(actor))
    row = seen_by(actor).select_for_update(of=("self",), no_key=True).filter(pk=answer_id).first()
    if row is None:
        raise absent()
    return row
