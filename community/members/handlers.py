"""What the members' room does when allauth says that somebody proved an address or changed a password."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.dispatch import receiver

from community.members import actions


@receiver(email_confirmed, dispatch_uid="members.email_confirmed")
def on_email_confirmed(email_address: EmailAddress, **kwargs: Any) -> None:
    """The first proved address makes an account a member."""
    actions.confirm_address(member=email_address.user)
