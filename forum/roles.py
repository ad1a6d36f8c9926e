"""Which columns of the rights table a viewer stands in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from community.members.models import Member

    Viewer: TypeAlias = Member | AnonymousUser


SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)
GUEST_ROLES = frozenset({"guest"})


class Person(Protocol):
    """Somebody with an account: a member, or the part of a row that says in which roles."""

    @property
    def pk(self) -> int: ...
    @property
    def role(self) -> str: ...
    @property
    def is_verified_owner(self) -> bool: ...
    @property
    def is_key_member(self) -> bool: ...


def member_roles(person: Person) -> frozenset[str]:
    """As `roles_of`, for somebody who has an account."""
    return _roles(person.role, person.is_verified_owner, person.is_key_member)


def roles_of(viewer: Viewer) -> frozenset[str]:
    """Site-wide roles of a viewer, as `BoardRole` values. Board-wide ones come from `BoardMember`."""
    if not viewer.is_authenticated:
        return GUEST_ROLES
    return member_roles(viewer)


@cache
def _roles(role: str, is_owner: bool, is_key: bool) -> frozenset[str]:
    roles = {"guest", "member"}
    if is_owner:
        roles.add("owner")
    if is_key:
        roles.add("key_member")
    if role in ("moderator", "admin"):
        roles.add(role)
    return frozenset(roles)


@dataclass(frozen=True, slots=True)
class Kind:
    """What about a viewer changes the statements that ask for them; people of one kind share them all."""

    role: str  # empty: a guest
    is_verified_owner: bool = False
    is_key_member: bool = False

    @classmethod
    def of(cls, viewer: Viewer) -> Kind:
        if not viewer.is_authenticated:
            return cls("")
        role = viewer.role if viewer.role in ("moderator", "admin") else "member"
        return cls(role, viewer.is_verified_owner, viewer.is_key_member)

    def viewer(self, *, viewer_pk: int = 0, joined_at: datetime = SOME_DAY) -> Viewer:
        """Somebody of this kind, for building a statement: nobody who exists."""
        from django.contrib.auth.models import AnonymousUser

        from community.members.models import Member

        if not self.role:
            return AnonymousUser()
        return Member(
            pk=viewer_pk,
            joined_at=joined_at,
            role=self.role,
            is_verified_owner=self.is_verified_owner,
            is_key_member=self.is_key_member,
        )


def values_of(viewer: Viewer, *, with_horizon: bool = True) -> dict[str, Any]:
    """What a statement for this viewer asks for by value; `Kind.viewer` takes the same names.

    `with_horizon`: the statement holds what is new to them, which begins when they joined.
    """
    if not viewer.is_authenticated:
        return {}
    return {"viewer_pk": viewer.pk, **({"joined_at": viewer.joined_at} if with_horizon else {})}


def enrolled_values(viewer: Viewer) -> dict[str, Any]:
    """As `values_of`, for a statement that only asks for rights: administrators have them all, by no value."""
    return {} if "admin" in roles_of(viewer) else values_of(viewer, with_horizon=False)
