"""Letters about a member's own data. They say that something waits, and never what is in it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from community.members import letters
from community.members.models import Member
from community.privacy.models import Erasure, Export


def copy_is_ready(export: Export) -> None:
    _send(export.member, "copy", export.pk, until=export.expires_at, url=_address("privacy:data"))


def leaving_was_asked(erasure: Erasure) -> None:
    _send(erasure.member, "leaving", erasure.pk, due=erasure.due_at, url=_address("privacy:leave"))


def leaving_is_near(erasure: Erasure) -> None:
    _send(erasure.member, "leaving_soon", erasure.pk, due=erasure.due_at, url=_address("privacy:leave"))


def _address(name: str) -> str:
    return str(settings.WAGTAILADMIN_BASE_URL).rstrip("/") + reverse(name)


def _send(member: Member, letter: str, which: int, **about: Any) -> None:
    if not member.email:
        return
    letters.send(
        member=member,
        to=member.email,
        sort=letters.Sort.DATA,
        letter=f"privacy/email/{letter}",
        about=about,
        key=f"{letter}:{which}",
    )
