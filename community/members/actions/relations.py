"""Seeing less of somebody, and keeping somebody at a distance."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core.access import Invalid, Refused, no
from community.core.facts import publish
from community.core.retrying import action
from community.members import facts
from community.members.actions._shared import locked
from community.members.models import Ignore, Member


def ignore_member(*, member: Member, target: Member) -> Ignore:
    """Fold the target's posts away for this member. The target is not told."""
    return _put(member, target, blocks=False)


def block(*, member: Member, target: Member) -> Ignore:
    """Ignore, and refuse the target any address in person (mention, reply notice, message)."""
    if target.is_staff_role:
        raise Refused(
            no(_("Staff cannot be blocked: they must be able to reach you. You can ignore them."), "staff")
        )
    return _put(member, target, blocks=True)


@action
def unblock(*, member: Member, target: Member) -> None:
    """Lift a block; ignoring stays until it is lifted itself."""
    if Ignore.objects.filter(member=member, target=target, blocks=True).update(blocks=False):
        publish(facts.MemberIgnored(member_id=member.pk, target_id=target.pk, blocks=False))


@action
def unignore(*, member: Member, target: Member) -> None:
    """See everything of the target again; lifts a block too."""
    deleted, _rows = Ignore.objects.filter(member=member, target=target).delete()
    if deleted:
        publish(facts.MemberUnignored(member_id=member.pk, target_id=target.pk))


@action
def _put(member: Member, target: Member, *, blocks: bool) -> Ignore:
    if member.pk == target.pk:
        raise Invalid(_("You cannot ignore yourself."), field="target", code="self")
    locked(member)  # two clicks at once make one row
    row, made = Ignore.objects.get_or_create(member=member, target=target, defaults={"blocks": blocks})
    if made or (blocks and not row.blocks):
        row.blocks = row.blocks or blocks
        row.save(update_fields=["blocks"])
        publish(facts.MemberIgnored(member_id=member.pk, target_id=target.pk, blocks=row.blocks))
    return row
