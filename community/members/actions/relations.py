"""Seeing more or less of somebody, and keeping somebody at a distance."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core.access import Invalid, Refused, no, require
from community.core.facts import publish
from community.core.retrying import action
from community.members import facts
from community.members.access import may_follow
from community.members.models import Follow, Ignore, Member


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
def follow(*, member: Member, target: Member) -> Follow:
    """Have what the target writes in the member's feed. Lifts an ignore; refused where contact is refused."""
    held = _both_locked(member, target)  # a block that comes at this moment waits, and ends what was begun
    require(may_follow(held.get(member.pk, member), target))
    if Ignore.objects.filter(member=member, target=target).delete()[0]:
        publish(facts.MemberUnignored(member_id=member.pk, target_id=target.pk))
    row, made = Follow.objects.get_or_create(member=member, target=target)
    if made:
        publish(facts.MemberFollowed(member_id=member.pk, target_id=target.pk))
    return row


@action
def unfollow(*, member: Member, target: Member) -> None:
    """Stop following. Allowed in any standing, and repeatable."""
    _end_follow(member.pk, target.pk)


def _both_locked(one: Member, other: Member) -> dict[int, Member]:
    rows = Member.objects.select_for_update().filter(pk__in=[one.pk, other.pk]).order_by("pk")
    return {row.pk: row for row in rows}


def _end_follow(member_id: int, target_id: int) -> None:
    if Follow.objects.filter(member=member_id, target=target_id).delete()[0]:
        publish(facts.MemberUnfollowed(member_id=member_id, target_id=target_id))


@action
def _put(member: Member, target: Member, *, blocks: bool) -> Ignore:
    if member.pk == target.pk:
        raise Invalid(_("You cannot ignore yourself."), field="target", code="self")
    _both_locked(member, target)  # two clicks at once make one row
    _end_follow(member.pk, target.pk)
    if blocks:
        _end_follow(target.pk, member.pk)
    row, made = Ignore.objects.get_or_create(member=member, target=target, defaults={"blocks": blocks})
    if made or (blocks and not row.blocks):
        row.blocks = row.blocks or blocks
        row.save(update_fields=["blocks"])
        publish(facts.MemberIgnored(member_id=member.pk, target_id=target.pk, blocks=row.blocks))
    return row
