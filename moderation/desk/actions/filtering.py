"""Parts of the desk that are saved under a name."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core.access import Refused, absent, no, require
from community.core.once import put_once
from community.core.retrying import action
from community.members.access import may_moderate_members
from community.members.models import Member, Role
from forum.actions import clean_reason
from moderation.desk.models import SavedFilter

MOST_NAME, MOST_EACH = 30, 20


@action
def save_filter(
    *, actor: Member, name: str, view: str, board_id: int | None, lane: str, is_shared: bool
) -> SavedFilter:
    """Save a part of the desk, for oneself or the team. The same name says something else from now on."""
    require(may_moderate_members(actor))
    name = clean_reason(
        name,
        field="name",
        most=MOST_NAME,
        missing=_("Give it a name."),
        too_long=_("That is %(length)d characters long; at most %(most)d fit."),
    )
    owner = None if is_shared else actor
    rows = SavedFilter.objects.select_for_update(of=("self",), no_key=True).filter(owner=owner)
    known = rows.filter(name=name).first()
    if known is None and rows.count() >= MOST_EACH:
        raise Refused(no(_("There are enough. Remove one first."), "enough"))
    row = known or SavedFilter(owner=owner, name=name, made_by=actor)
    if known is not None and is_shared and known.made_by_id != actor.pk and actor.role != Role.ADMIN:
        raise Refused(no(_("The team has one of this name. Choose another."), "named"))
    row.view, row.board_id, row.lane = view, board_id, lane
    if known is not None:
        row.save()
    elif not put_once(row):
        raise Refused(no(_("The team has one of this name. Choose another."), "named"))
    return row


@action
def drop_filter(*, actor: Member, filter_id: int) -> None:
    """Remove a saved part: one's own, one that the actor made for the team, any of the team's for administrators."""
    require(may_moderate_members(actor))
    row = SavedFilter.objects.select_for_update(of=("self",)).filter(pk=filter_id).first()
    if row is None or (row.owner_id not in (None, actor.pk)):
        raise absent()
    if row.owner_id is None and row.made_by_id != actor.pk and actor.role != Role.ADMIN:
        raise Refused(no(_("Only who saved it for the team, and administrators, remove it."), "not_author"))
    row.delete()
