"""People for tests, made through the actions."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import count
from typing import Any

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from community.members import actions
from community.members.models import Member

PASSWORD = "a-road-through-the-birches"
_serial = count(1)


def a_member(
    *, name: str | None = None, password: str | None = None, role: str = "", **fields: Any
) -> Member:
    """A member with a proven address; further fields are set as given (standing, is_key_member …)."""
    n = next(_serial)
    email = fields.pop("email", f"driver{n}@example.org")
    member = actions.register_member(
        name=name or f"Driver {n}", email=email, password=password, verified=True, by_staff=True
    )
    if role:
        actions.set_role(actor=None, member=member, role=role)
    if fields:
        for field, value in fields.items():
            setattr(member, field, value)
        member.save(update_fields=list(fields))
    return member


def an_imported_member(*, name: str = "Old Hand", source_id: str | None = None, **fields: Any) -> Member:
    """An author moved here from elsewhere, without an account."""
    member = actions.import_member(
        source="stackexchange:beer",
        source_id=source_id or str(next(_serial)),
        name=name,
        joined_at=datetime(2014, 1, 21, tzinfo=UTC),
    )
    if fields:
        Member.objects.filter(pk=member.pk).update(**fields)
        member.refresh_from_db()
    return member


def signed_in(client: Client, member: Member, *, strongly: bool = False, at: float | None = None) -> Client:
    """Sign the member in; `strongly`: with a second factor used in this session (set up when missing)."""
    client.force_login(member)
    if strongly:
        factor = Authenticator.objects.filter(user=member, type=Authenticator.Type.TOTP).first()
        if factor is None:
            actions.enrol_totp(member=member)
            factor = Authenticator.objects.get(user=member, type=Authenticator.Type.TOTP)
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            {
                "method": "mfa",
                "at": at or time.time(),
                "id": factor.pk,
                "type": "totp",
                "reauthenticated": True,
            }
        ]
        session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(member.pk)
        session.save()
    return client


def totp_code(secret: str, *, steps: int = 0) -> str:
    """What an authenticator app shows now, or `steps` of thirty seconds from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))
