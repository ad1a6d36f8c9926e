"""How often one may write to people. Newcomers begin slowly: this is where those who sell and pester come in."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import clock
from community.members.models import Member
from forum.views.limits import Limit

NEW_FOR = timedelta(days=7)
HOUR, DAY = 3600, 86400


def _few(count: int) -> str:
    return ngettext(
        "You can send %(count)s more message for now.", "You can send %(count)s more messages for now.", count
    ) % {"count": count}


def _few_starts(count: int) -> str:
    return ngettext(
        "You can begin %(count)s more conversation today.",
        "You can begin %(count)s more conversations today.",
        count,
    ) % {"count": count}


def _why() -> str:
    return _("This limit is the same for everybody. Your words are kept.")


def _why_new() -> str:
    return _("In the first week this limit is low, for everybody. Your words are kept.")


SEND = Limit("letters_send", 60, 600, few=_few, why=_why)
SEND_NEW = Limit("letters_send_new", 30, HOUR, few=_few, why=_why_new)
START = Limit("letters_start", 20, DAY, few=_few_starts, why=_why)
START_NEW = Limit("letters_start_new", 3, DAY, few=_few_starts, why=_why_new)


def is_new(member: Member) -> bool:
    return not member.is_staff_role and clock.now() - member.joined_at < NEW_FOR


def sending(member: Member) -> Limit:
    return SEND_NEW if is_new(member) else SEND


def starting(member: Member) -> Limit:
    return START_NEW if is_new(member) else START
