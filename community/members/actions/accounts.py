"""Opening accounts, proving addresses, forgetting those who never came."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid
from community.core.facts import publish
from community.core.retrying import action
from community.members import facts
from community.members.actions._shared import UNPROVEN_HOURS, free_key, locked, taken
from community.members.models import Member, Role
from community.members.names import clean_name

SEEN_EVERY = timedelta(minutes=5)
NEXT_VISIT = timedelta(hours=4)  # without a sign of somebody, until they are here again
AWAY = timedelta(days=14)  # whoever comes back after that is welcomed,
GREETED_EVERY = timedelta(days=30)  # at most so often


@action
def register_member(
    *,
    name: str,
    email: str,
    password: str | None = None,
    verified: bool = False,
    language: str = "",
    time_zone: str = "",
    by_staff: bool = False,
    is_demo: bool = False,
    joined_at: datetime | None = None,
    agreed: tuple[str, ...] = (),
) -> Member:
    """Open an account. Invalid (field name or email) when either cannot be had.

    Without `verified` nobody sees the member until `confirm_address`. `by_staff` allows words of authority in
    the name. The password, if any, was checked by the caller; without one, codes and passkeys sign in.
    `agreed` as in `facts.MemberRegistered`.
    """
    name = clean_name(name, by_staff=by_staff)
    email = _address(email)
    key = free_key(name)
    if Member.objects.filter(email=email).exists():
        raise _address_taken()
    member = Member(
        name=name,
        name_key=key,
        email=email,
        language=language,
        time_zone=time_zone,
        is_demo=is_demo,
        joined_at=joined_at or clock.now(),
    )
    member.set_password(password)  # None: unusable
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError as error:
        # Somebody was faster between the look and the write.
        raise (_address_taken() if Member.objects.filter(email=email).exists() else taken()) from error
    publish(facts.MemberRegistered(member_id=member.pk, agreed=agreed))
    if verified:
        EmailAddress.objects.create(user=member, email=email, verified=True, primary=True)
        publish(facts.MemberJoined(member_id=member.pk))
    return member


@action
def confirm_address(*, member: Member, by_opener: bool = True) -> None:
    """The member has just proved their first address: they are one of us now. Harmless to repeat.

    Not `by_opener`: whoever proved it may not be who opened the account and chose its password. A stranger
    can open one with somebody's address, and wait for its owner's first code. So that password goes.
    """
    row = locked(member)
    if row.last_login is not None:
        return
    if not by_opener and row.has_usable_password():
        row.set_unusable_password()
        row.save(update_fields=["password"])
        member.password = row.password
    if EmailAddress.objects.filter(user=row, verified=True).count() == 1:
        publish(facts.MemberJoined(member_id=row.pk))


def mark_seen(*, member: Member) -> bool:
    """Note that the member is here, at most every five minutes. One statement then, else none."""
    now = clock.now()
    if member.last_seen_at is not None and now - member.last_seen_at < SEEN_EVERY:
        return False
    changed = {"last_seen_at": now} | _second_visit(member, now) | _coming_back(member, now)
    Member.objects.filter(pk=member.pk).update(**changed)
    for field, at in changed.items():
        setattr(member, field, at)
    return True


def _second_visit(member: Member, now: datetime) -> dict[str, datetime]:
    """What to note when a newcomer is here again for the first time, and not only goes on with the first visit."""
    last = member.last_seen_at
    if member.returned_at is not None or last is None or now - last < NEXT_VISIT:
        return {}
    return {"returned_at": now}


def _coming_back(member: Member, now: datetime) -> dict[str, datetime]:
    """What to note when this is the first visit after a long time: since when they were away, and that it is over."""
    last, greeted = member.last_seen_at, member.greeted_at
    if last is None or now - last < AWAY or (greeted is not None and now - greeted < GREETED_EVERY):
        return {}
    return {"away_since": last, "greeted_at": now}


@action
def end_welcome(*, member: Member) -> None:
    """The member has read the line that welcomes them back, and closes it. Repeatable."""
    Member.objects.filter(pk=member.pk).update(away_since=None)
    member.away_since = None


@action
def enrol_totp(*, member: Member) -> str:
    """Give the member an authenticator app and recovery codes, and return its secret (base 32).

    For demos, tests and an operator's first administrator; people enrol on their security page.
    Replaces an earlier app.
    """
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = str(generate_totp_secret())
    row = locked(member)
    Authenticator.objects.filter(
        user=row, type__in=[Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    ).delete()
    TOTP.activate(row, secret)
    RecoveryCodes.activate(row)
    publish(facts.SecondFactorEnrolled(member_id=row.pk))
    return secret


@action
def erase_unproven(*, limit: int = 500) -> int:
    """Delete accounts that proved no address within a day, so that names and addresses are free again."""
    before = clock.now() - timedelta(hours=UNPROVEN_HOURS)
    stale = (
        Member.objects.select_for_update()
        .filter(
            joined_at__lt=before,
            last_login__isnull=True,
            email__isnull=False,
            source="",
            is_demo=False,
            role=Role.MEMBER,
            post_count=0,
            thread_count=0,
        )
        .filter(~Exists(EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)))
        .order_by("pk")
    )
    ids = tuple(stale.values_list("pk", flat=True)[:limit])
    if ids:
        Member.objects.filter(pk__in=ids).delete()
        publish(facts.MembersErased(member_ids=ids))
    return len(ids)


@action
def erase_unproven_account(*, member: Member) -> bool:
    """Delete one account that never proved its address, for whoever opened it. False when it has."""
    row = locked(member)
    if row.last_login is not None or EmailAddress.objects.filter(user=row, verified=True).exists():
        return False
    row.delete()
    publish(facts.MembersErased(member_ids=(member.pk,)))
    return True


def _address(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Invalid(error.messages[0], field="email", code="email_invalid") from error
    return email


def _address_taken() -> Invalid:
    # Only staff tools meet this; the sign-up page never says whether an address has an account.
    return Invalid(_("An account with this address exists."), field="email", code="email_taken")
