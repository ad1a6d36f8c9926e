"""What the members' room does when somebody states a fact, or allauth that an address was proved."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.dispatch import receiver
from django.http import HttpRequest

from community.core.avatars import delete_avatar
from community.core.facts import reacts
from community.members import actions, factors, facts
from community.members.models import Member


@reacts(facts.AvatarChanged, name="members.drop_old_avatar", atomic=False)
def drop_old_avatar(fact: facts.AvatarChanged) -> None:
    """A picture that nobody shows any more leaves the storage. Harmless to repeat."""
    if fact.before and not Member.objects.filter(avatar=fact.before).exists():
        delete_avatar(fact.before)


@receiver(email_confirmed, dispatch_uid="members.email_confirmed")
def on_email_confirmed(request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """The first proved address makes an account a member."""
    member = email_address.user
    signing_up = unstash_login(request, peek=True)
    opened_it = signing_up is not None and signing_up.signup and signing_up.user == member
    knows_password = any(
        record.get("method") == "password" for record in get_authentication_records(request, member)
    )
    actions.confirm_address(member=member, by_opener=opened_it or knows_password)


@receiver([password_changed, password_set, password_reset], dispatch_uid="members.password_changed")
def on_password_changed(request: HttpRequest, user: Member, **kwargs: Any) -> None:
    """A new password closes every other session; open pages are told to close their sockets."""
    actions.end_sessions(member=user, keep=request.session.session_key or "")


@receiver(authenticator_added, dispatch_uid="members.factor_added")
def on_factor_added(request: HttpRequest, user: Member, authenticator: Authenticator, **kwargs: Any) -> None:
    """Who set a factor up has just shown it: the recovery codes that come with it are shown, and not asked for."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(
            request, user, "mfa", type=authenticator.type, id=authenticator.pk, reauthenticated=True
        )


@receiver(authenticator_removed, dispatch_uid="members.factor_removed")
def on_factor_removed(request: HttpRequest, user: Member, **kwargs: Any) -> None:
    """Staff who gave up their last factor go on with nothing but setting one up: here, and nowhere else."""
    factors.note(request, user)
    if factors.is_lacking(request.session, user):
        request.session.save()  # before the fact: open pages of this session are asked about at once
        actions.end_sessions(member=user, keep=request.session.session_key or "")
