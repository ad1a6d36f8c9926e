"""Roles given and taken; standing lowered and restored."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from community.core import clock, display, pieces
from community.core.access import Invalid, Refused, require
from community.core.facts import publish
from community.core.retrying import action
from community.members import facts
from community.members.access import may_set_role, may_set_standing
from community.members.actions._shared import line, locked
from community.members.actions.sessions import end_sessions
from community.members.factors import has_factor
from community.members.groups import GROUP_OF
from community.members.models import Member, Role, Standing, StandingChange


@action
def set_role(*, actor: Member | None, member: Member, role: str) -> Member:
    """Give the member this role and the Wagtail group that goes with it.

    Administrators only, and never for themselves. `actor` None: the operator at the command line.
    """
    if role not in Role.values:
        raise Invalid(_("This role does not exist."), field="role")
    row = locked(member)
    if actor is not None:
        require(may_set_role(actor, row))
    before, row.role = row.role, role
    if before != role:
        if row.is_staff_role and not has_factor(row):
            end_sessions(member=row)  # the next one begins with setting a factor up
        row.save(update_fields=["role"])
        publish(
            facts.RoleChanged(member_id=row.pk, before=before, after=role, by_id=actor.pk if actor else None)
        )
    sync_groups(row)
    member.role, member.is_superuser = row.role, row.is_superuser
    return row


@action
def mark_key_member(*, actor: Member | None, member_id: int, is_key_member: bool) -> Member:
    """Mark somebody as a key member, or not any more: the mark beside their name, and the boards it opens.

    Who may, why and until when is decided where terms are kept. `actor` None: a term came to its end.
    """
    row = locked(Member(pk=member_id))
    if row.is_key_member != is_key_member:
        row.is_key_member = is_key_member
        row.save(update_fields=["is_key_member"])
        publish(facts.KeyMembershipChanged(row.pk, is_key_member, actor.pk if actor else None))
    return row


def sync_groups(member: Member) -> None:
    """Put the member into the one group of their role and take them out of the others'."""
    wanted = GROUP_OF.get(Role(member.role))
    ours = Group.objects.filter(name__in=GROUP_OF.values())
    member.groups.remove(*[group for group in ours if group.name != wanted])
    if wanted:
        member.groups.add(Group.objects.get_or_create(name=wanted)[0])


@action
def set_standing(
    *,
    actor: Member,
    member: Member,
    standing: str,
    reason: str = "",
    until: datetime | None = None,
    seen: int | None = None,
) -> Member:
    """Warn, mute, suspend or restore a member of a lower role, with a reason they will read.

    `until` ends a mute or suspension by itself; None: until somebody changes it. The change is kept for ever.
    `seen` is the last change that the actor knew of, 0 for none: a later one refuses with code "conflict".
    """
    reason = line(reason, field="reason", longest=300)
    if standing not in Standing.values:
        raise Invalid(_("There is no such standing."), field="standing")
    if standing != Standing.GOOD and not reason:
        raise Invalid(_("Give the reason. The member will read it."), field="reason", code="reason_missing")
    if standing in (Standing.GOOD, Standing.WARNED):
        until = None
    elif until is not None and until <= clock.now():
        raise Invalid(_("The end lies in the past."), field="until", code="until_past")
    row = locked(member)
    require(may_set_standing(actor, row))
    last = last_change(row)
    if last is not None and seen is not None and last.pk != seen:
        raise Refused(_meanwhile(last), "conflict")
    before = row.standing
    row.standing = standing
    row.standing_until = until
    row.standing_reason = "" if standing == Standing.GOOD else reason
    row.save(update_fields=["standing", "standing_until", "standing_reason"])
    StandingChange.objects.create(
        member=row, actor=actor, standing=standing, reason=reason, until=until, at=clock.now()
    )
    publish(
        facts.StandingChanged(
            member_id=row.pk, before=before, after=standing, reason=reason, until=until, by_id=actor.pk
        )
    )
    member.standing, member.standing_until = row.standing, row.standing_until
    member.standing_reason = row.standing_reason
    return row


def last_change(member: Member) -> StandingChange | None:
    """The latest decision about the member's standing. One statement."""
    return member.standing_changes.select_related("actor").order_by("-pk").first()


def _meanwhile(last: StandingChange) -> str:
    told = {
        "standing": Standing(last.standing).label,
        "when": display.ago(last.at, clock.now()),
        "name": pieces.speaker(last.actor) if last.actor else "–",
    }
    return (
        _(
            "Decided since you opened this page: %(standing)s, by %(name)s, %(when)s. Nothing was changed. "
            "Look at it, then decide again if you still want to."
        )
        % told
    )
