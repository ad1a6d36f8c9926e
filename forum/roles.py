"""Which columns of the rights table a viewer stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from community.members.models import Member

    Viewer: TypeAlias = Member | AnonymousUser


def roles_of(viewer: Viewer) -> frozenset[str]:
    """Site-wide roles of a viewer, as `BoardRole` values. Board-wide ones come from `BoardMember`."""
    if not viewer.is_authenticated:
        return frozenset({"guest"})
    roles = {"guest", "member"}
    if viewer.is_verified_owner:
        roles.add("owner")
    if viewer.is_key_member:
        roles.add("key_member")
    if viewer.role in ("moderator", "admin"):
        roles.add(viewer.role)
    return frozenset(roles)
