"""Telling somebody that others try to sign in as them: once in a while, and never so that a stranger learns more.

Counting and queueing are the same for addresses nobody has: only the worker, which nobody can time, looks who it is.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.utils import build_absolute_uri
from django.http import HttpRequest
from django.urls import reverse

from community.core import clock, ratelimit
from community.core.tasks import task
from community.members import letters
from community.members.models import Member

TRIES, WINDOW = 4, 30 * 60  # the fifth failure within half an hour is one too many
QUIET = 24 * 60 * 60  # seconds between two letters to one address


def note_failure(request: HttpRequest, email: str) -> None:
    """Count a failed sign-in with this address, known or not, and queue a letter when there were too many."""
    address = email.strip().lower()
    subject = hashlib.sha256(address.encode()).hexdigest()
    if ratelimit.hit("members.failed", subject, limit=TRIES, per=WINDOW):
        return
    if not ratelimit.hit("members.alarmed", subject, limit=1, per=QUIET):
        return
    tell_owner.enqueue(
        address=address,
        at=clock.now().isoformat(),
        ip=get_adapter(request).get_client_ip(request),
        agent=request.headers.get("User-Agent", "")[:200],
        password_url=build_absolute_uri(request, reverse("account_reset_password")),
        sessions_url=build_absolute_uri(request, reverse("usersessions_list")),
    )


@task("members.tell_of_failed_sign_ins")
def tell_owner(*, address: str, at: str, ip: str, agent: str, password_url: str, sessions_url: str) -> None:
    """Write to whoever proved this address, in their language and time zone. Nobody has it: nothing happens."""
    found = (
        EmailAddress.objects.filter(email__iexact=address, verified=True, user__is_active=True)
        .select_related("user")
        .first()
    )
    if found is None:
        return
    member: Member = found.user
    letters.send(
        member=member,
        to=found.email,
        sort=letters.Sort.ACCOUNT,
        letter="account/email/sign_ins_failed",
        about={
            "when": datetime.fromisoformat(at),
            "ip": ip,
            "agent": agent,
            "password_url": password_url,
            "sessions_url": sessions_url,
        },
        key=f"alarm:{member.pk}:{at}",
    )
