"""Letters of the house itself: sent, and said, so that whoever got one finds it in their log.

What a page sends to an address is noted later: only the worker, which nobody can time, looks whose address it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from smtplib import SMTPException
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from community.core import chance, clock
from community.core.facts import publish
from community.core.retrying import action
from community.core.tasks import task
from community.members.facts import LetterSent
from community.members.house import brand_name
from community.members.models import Member

HIDDEN = "••••••"  # instead of a code: the log is no place to sign in from


class Sort(StrEnum):
    """What a letter of the house is about."""

    ACCOUNT = "account"
    DATA = "data"
    VOTES = "votes"


def send(*, member: Member, to: str, sort: Sort, letter: str, about: Mapping[str, Any], key: str) -> None:
    """Write one letter in the member's language and by their clocks, send it, and say what became of it.

    `letter`: what its templates are called, before `_subject.txt` and `_message.txt`; they read `about`, the brand and
    the member's name. Raises what the mail server raised, for the queue to try again.
    """
    with (
        translation.override(member.language or settings.LANGUAGE_CODE),
        timezone.override(member.time_zone or None),
    ):
        context = {"brand": brand_name(), "name": member.name, **about}
        subject = " ".join(render_to_string(f"{letter}_subject.txt", context).split())
        body = render_to_string(f"{letter}_message.txt", context)
    try:
        EmailMessage(subject, body, to=[to]).send()
    except (OSError, SMTPException):
        say(member_id=member.pk, sort=sort, subject=subject, key=key, at=clock.now(), is_sent=False)
        raise
    say(member_id=member.pk, sort=sort, subject=subject, key=key, at=clock.now())


def note(
    *,
    address: str,
    sort: Sort,
    subject: str,
    code: str = "",
    member_id: int | None = None,
    asked_by: int | None = None,
    is_sent: bool = True,
) -> None:
    """Note that a letter went to this address, or was to; the same work for one that nobody has. One statement.

    `member_id`: whom it is about, where the letter says so. `asked_by`: who is signed in, for an address given up.
    """
    said = " ".join(subject.split())
    note_later.enqueue(
        address=address.strip().lower(),
        sort=sort.value,
        subject=said.replace(code, HIDDEN) if code else said,
        key=chance.token(16),
        at=clock.now().isoformat(),
        member_id=member_id,
        asked_by=asked_by,
        is_sent=is_sent,
    )


@task("members.note_letter", max_attempts=5)
def note_later(
    *,
    address: str,
    sort: str,
    subject: str,
    key: str,
    at: str,
    member_id: int | None,
    asked_by: int | None,
    is_sent: bool,
) -> None:
    """Say whose letter it was: of whom it speaks or who asked for it, and of who proved that address, who got it.

    Both, whoever they are: a line that is missing in one's log would tell that somebody else has the address.
    """
    proved, claimed = _owners_of(address)
    named = [pk for pk in (member_id or asked_by, proved) if pk is not None]
    if not named and claimed is not None:
        named = [claimed]
    for pk in sorted(set(named)):
        say(
            member_id=pk,
            sort=sort,
            subject=subject,
            key=f"{key}:{pk}",
            at=datetime.fromisoformat(at),
            is_sent=is_sent,
        )


def _owners_of(address: str) -> tuple[int | None, int | None]:
    """Who proved an address, and else who claims it first."""
    rows = EmailAddress.objects.filter(email__iexact=address).order_by("-verified", "pk")
    pk, is_proved = rows.values_list("user_id", "verified").first() or (None, False)
    return (pk, None) if is_proved else (None, pk)


@action
def say(*, member_id: int, sort: str, subject: str, key: str, at: datetime, is_sent: bool = True) -> None:
    """State that a letter was sent to a member, or could not be. Repeatable under its key; the latest word counts."""
    if Member.objects.get_queryset().filter(pk=member_id, is_active=True).exists():
        publish(LetterSent(member_id=member_id, sort=sort, subject=subject, key=key, at=at, is_sent=is_sent))
