"""Signing in with an address and a password, in the same time whether or not the account exists."""

from allauth.account.auth_backends import AuthenticationBackend

from community.core.prepared import Prepared
from community.members.models import Member

_member = Prepared(lambda *, pk: Member.objects.get_queryset().filter(pk=pk))


class MemberBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's backend: active members only. Rights come from `is_superuser` (the admin role) and groups."""

    def get_user(self, user_id: int) -> Member | None:
        """The active member of a session. One statement, on every page that somebody signed in asks for."""
        member = _member.first(pk=int(user_id))
        return member if member is not None and self.user_can_authenticate(member) else None
