"""A sign-up that is still waiting for its code, remembered in the session.

Whoever mistyped an address starts again and keeps the name: the waiting account goes first. A sign-up with an
address that has an account behaves the same from outside, though nothing was made.
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from community.core.access import Invalid
from community.members import actions
from community.members.actions._shared import free_key, hold_name, release_name
from community.members.models import Member

_KEY = "members.signing_up"
LONGEST_AGREED = 200  # characters


def available(name: str) -> str:
    """The clean name, if it can be had by this session. ValidationError otherwise."""
    waiting = _waiting(context.request)
    try:
        free_key(name, member=_member(waiting), held_name=waiting.get("name", ""))
    except Invalid as refusal:
        raise ValidationError(refusal.reason, code=refusal.code) from refusal
    return name


def begin(request: HttpRequest, name: str) -> None:
    """A sign-up begins; an earlier one of this session that still waits is undone."""
    cancel(request)
    request.session[_KEY] = {"name": name}


def made(request: HttpRequest, member: Member) -> None:
    """The account of this session's sign-up."""
    request.session[_KEY] = {"name": member.name, "member": member.pk}


def agreed(form: Any) -> tuple[str, ...]:
    """Which texts the page showed beside the box that had to be ticked: what the room that drew them put there."""
    return tuple(str(getattr(form, "data", {}).get("papers", ""))[:LONGEST_AGREED].split())


def hold(name: str) -> None:
    """Keep a name as an account would that waits for its code."""
    hold_name(name)


def cancel(request: HttpRequest) -> str:
    """Undo the session's waiting sign-up and return the name it had wanted. Harmless without one."""
    waiting = _waiting(request)
    member = _member(waiting)
    if member is not None:
        actions.erase_unproven_account(member=member)
    if waiting.get("name"):
        release_name(waiting["name"])
        clear_login(request)
        request.session.pop(EMAIL_VERIFICATION_CODE_SESSION_KEY, None)
        request.session.pop(_KEY, None)
    return str(waiting.get("name", ""))


def is_for(request: HttpRequest, address: str) -> bool:
    """Whether the session's waiting sign-up has its code sent to this address."""
    state = request.session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY)
    sent_to = state.get("email", "") if isinstance(state, dict) else ""
    return bool(sent_to) and str(sent_to).casefold() == address.strip().casefold()


def _waiting(request: HttpRequest) -> dict[str, Any]:
    waiting = request.session.get(_KEY)
    return waiting if isinstance(waiting, dict) else {}


def _member(waiting: dict[str, Any]) -> Member | None:
    if "member" not in waiting:
        return None
    return Member.objects.filter(pk=int(waiting["member"]), last_login=None).first()
