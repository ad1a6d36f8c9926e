"""Signing in with an address and a password, in the same time whether or not the account exists."""

from allauth.account.auth_backends import AuthenticationBackend


class MemberBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's backend: active members only. Rights come from `is_superuser` (the admin role) and groups."""
