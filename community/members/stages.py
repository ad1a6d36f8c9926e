"""When signing in takes a second step."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from community.members.models import Member


def needs_second_step(member: Member) -> bool:
    """Whether a password or a code by e-mail is not enough for this member. One statement.

    Staff: as soon as they have any factor. Members: when they chose an app or a security key. A passkey alone
    is a way to sign in, not a wish for two steps: without it, a code by e-mail still opens the door.
    """
    factors = Authenticator.objects.filter(user=member).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return any(
        member.is_staff_role
        or factor.type != Authenticator.Type.WEBAUTHN
        or factor.wrap().is_passwordless is False
        for factor in factors
    )


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    def _should_handle(self, request: HttpRequest) -> bool:
        if not super()._should_handle(request):
            return False
        return needs_second_step(self.login.user)
