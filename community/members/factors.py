"""Staff act with a second factor: an account of theirs that has none opens the pages that set one up, and no other.

Noted in the session as it begins, so that a page asks nothing: whoever has a factor was asked for it on the way in, and
whoever is given an office without one signs in again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from community.members.models import Member

_LACKING = "members.lacks_factor"
_WAYS = "/account/"  # setting a factor up, signing out, language


def has_factor(member: Member) -> bool:
    """Whether the member has a second factor; recovery codes alone are none. One statement."""
    factors = Authenticator.objects.filter(user=member).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return bool(factors.exists())


def note(request: HttpRequest, member: Member) -> None:
    """Note in the session whether this member of staff still lacks a factor. No statement for others."""
    if member.is_staff_role and not has_factor(member):
        request.session[_LACKING] = True
    else:
        request.session.pop(_LACKING, None)


def is_lacking(session: Mapping[str, Any], member: Member) -> bool:
    """Whether a session waits until a factor is set up, as far as was noted in it. No statement."""
    return member.is_staff_role and bool(session.get(_LACKING))


def is_held_back(request: HttpRequest) -> bool:
    """Whether this page waits until a factor is set up. One statement while that is noted, none otherwise."""
    member = request.user
    if not isinstance(member, Member) or not is_lacking(request.session, member):
        return False
    if request.path_info.startswith(_WAYS):
        return False
    note(request, member)
    return _LACKING in request.session
