"""Who votes: a member, or a guest by the key of their cookie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser

from community.members.models import Member, Role
from polls.models import Group

if TYPE_CHECKING:
    from forum.roles import Viewer


@dataclass(frozen=True, slots=True)
class Voter:
    """A member, or a guest. A guest without a key has not voted anywhere on this device."""

    member: Member | None = None
    guest_key: str = ""
    network: str = ""  # keyed digests of where a vote comes from (`guests.trace_of`); "" where nobody asked
    device: str = ""

    @classmethod
    def of(cls, viewer: Viewer, guest_key: str = "") -> Voter:
        return cls(viewer) if isinstance(viewer, Member) else cls(None, guest_key)

    @property
    def viewer(self) -> Viewer:
        return self.member or AnonymousUser()

    @property
    def is_known(self) -> bool:
        return self.member is not None or bool(self.guest_key)

    @property
    def group(self) -> str:
        return group_of(self.member) if self.member else Group.GUEST

    @property
    def owner(self) -> str:
        """Whose idempotency keys these are."""
        return f"member:{self.member.pk}" if self.member else f"guest:{self.guest_key}"


def group_of(member: Member) -> str:
    """In which total this member's vote stands; those who speak for the brand or a partner stand in none."""
    if member.role != Role.MEMBER:
        return Group.HOUSE
    return Group.OWNER if member.is_verified_owner else Group.MEMBER
