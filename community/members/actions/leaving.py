"""Leaving for good: the account closes, and what is left of a member is a number that words can stand beside."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress

from community.core.facts import publish
from community.core.personal import Stays, rule_of
from community.core.retrying import action
from community.members import facts
from community.members.actions._shared import free_number
from community.members.actions.sessions import end_sessions
from community.members.actions.standing import sync_groups
from community.members.models import Member, NameHistory, Role
from community.members.names import FORMER, look_alike_key, numbered_names, reserved_key


def former_name(member_id: int) -> str:
    """What stands where the name stood. Nobody else may be called so, see `names.is_numbered`."""
    return f"{FORMER}{member_id}"


def former_key(member_id: int) -> str:
    return look_alike_key(former_name(member_id))


def is_erased(member: Member) -> bool:
    """Whether the member's name was taken from them. No statement."""
    return not member.is_active and member.name in numbered_names(FORMER, member.pk)


@action
def set_leaving(*, member: Member, at: datetime | None) -> None:
    """Note when the account will be erased, for the strip on every page; None: it stays."""
    Member.objects.filter(pk=member.pk).update(leaves_at=at)
    member.leaves_at = at


@action
def close_account(*, member_id: int) -> None:
    """Nobody signs in to this account any more, its address is free, its picture gone, its role ended. Repeatable."""
    row = Member.objects.select_for_update().get(pk=member_id)
    role, avatar = row.role, row.avatar
    row.is_active, row.email, row.role, row.avatar = False, None, Role.MEMBER, ""
    row.last_seen_at = None
    row.set_unusable_password()
    row.save(update_fields=["is_active", "email", "role", "avatar", "password", "last_seen_at"])
    EmailAddress.objects.filter(user=row).delete()
    sync_groups(row)
    end_sessions(member=row)
    if role != Role.MEMBER:
        publish(facts.RoleChanged(member_id=row.pk, before=role, after=row.role, by_id=row.pk))
    if avatar:
        publish(facts.AvatarChanged(member_id=row.pk, before=avatar, after=""))


@action
def erase_name(*, member_id: int) -> None:
    """Take the name and whatever else is left from the member's row; nobody else can have the name. Repeatable."""
    row = Member.objects.select_for_update().get(pk=member_id)
    if is_erased(row):
        return
    past = NameHistory.objects.filter(member=row)
    keys = {row.name_key, *(one.name_key for one in past)}
    past.delete()
    NameHistory.objects.bulk_create(
        [NameHistory(member=row, name="", name_key=reserved_key(key)) for key in sorted(keys)]
    )
    rule = rule_of("members.Member")
    assert rule is not None and isinstance(rule.erase, Stays)
    for field, value in rule.erase.blank.items():
        setattr(row, field, _value(value, member_id))
    row.name, row.name_key = free_number(FORMER, row)
    row.set_unusable_password()
    row.save()
    publish(facts.AccountErased(member_id=member_id))


def _value(value: object, member_id: int) -> object:
    if value in (former_name, former_key):
        return value(member_id)
    return value() if value is dict else value
