"""Brings the cast in: accounts, roles, what they say about themselves, later their pictures and standing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from community.core import chance, clock
from community.interchange.demo import accounts, drawings
from community.interchange.demo.people import CAR_NAMES, Person, everyone
from community.members import actions
from community.members.models import Member
from moderation.keymembers.actions import name_key_member

Advance = Callable[[], None]
SPAM_FIGHTER = "顾南溪"
ADMINISTRATOR = "纪明"


def register_everyone(
    held: clock.FrozenClock, *, now: datetime, known: Iterable[accounts.Account], advance: Advance
) -> dict[str, Member]:
    """Every member of the cast by name, registered on the day they joined. The four get their passwords."""
    passwords = {account.name: account.password for account in known}
    cast: dict[str, Member] = {}
    numbered = sorted(enumerate(everyone()), key=lambda pair: -pair[1].joined_days)
    for number, person in numbered:
        held.set(now - timedelta(days=person.joined_days, minutes=17 * number % 480))
        cast[person.name] = _register(person, number, password=passwords.get(person.name), year=now.year)
        advance()
    return cast


def _register(person: Person, number: int, *, password: str | None, year: int) -> Member:
    member = actions.register_member(
        name=person.name,
        email=accounts.address_of(person, number),
        password=password,
        verified=True,
        is_demo=True,
        by_staff=person.is_staff,
    )
    actions.update_profile(
        member=member,
        headline=person.headline,
        bio=person.bio,
        city=person.city,
        drives=_drives(person, year),
    )
    # The four who can be signed in to follow the visitor's browser; the others have a time zone of their own.
    if not person.account:
        actions.set_preferences(member=member, time_zone=person.zone)
    if person.role != "member":
        actions.set_role(actor=None, member=member, role=person.role)
    if person.verified or person.key_member:
        # Verification and charters are rooms still to be built: a demo's owners are born verified.
        marks = {"is_verified_owner": person.verified, "is_key_member": person.key_member}
        Member.objects.filter(pk=member.pk).update(**marks)
    member.refresh_from_db()
    return member


def _drives(person: Person, year: int) -> str:
    if not person.car:
        return ""
    return f"{CAR_NAMES[person.car]} · {year - person.car_months // 12}"


def name_key_members(cast: dict[str, Member], held: clock.FrozenClock, *, now: datetime) -> None:
    """Those whom the brand takes particular care of have a term, as on a real site."""
    held.set(now - timedelta(days=30))
    for person in everyone():
        if person.key_member:
            zh = person.tongue == "zh"
            name_key_member(
                actor=cast[SPAM_FIGHTER],
                member_id=cast[person.name].pk,
                segment="active_owner" if person.verified else "offline",
                reason="常常第一个回答新车主的问题" if zh else "Often the first to answer new owners",
                until=now + timedelta(days=150),
                agreed_on=(now - timedelta(days=31)).date(),
                agreed_how="私信" if zh else "In a message",
            )


def settle_standing(
    cast: dict[str, Member], held: clock.FrozenClock, *, now: datetime, last: dict[str, datetime]
) -> None:
    """Who was warned or suspended, an hour after their last words."""
    for person in everyone():
        if person.standing == "good":
            continue
        held.set(min(last.get(person.name, now), now - timedelta(hours=2)) + timedelta(hours=1))
        actions.set_standing(
            actor=cast[SPAM_FIGHTER],
            member=cast[person.name],
            standing=person.standing,
            reason=person.standing_reason,
        )


def note_last_visits(
    cast: dict[str, Member], held: clock.FrozenClock, *, now: datetime, last: dict[str, datetime]
) -> None:
    """When everybody was here last: after their last words, many of them lately, a few just now."""
    for number, person in enumerate(everyone()):
        wrote = last.get(person.name, now - timedelta(days=9))
        if person.standing == "suspended":
            seen = wrote
        elif number % 7 == 3:
            seen = now - timedelta(minutes=chance.below(9))
        else:
            seen = max(wrote, now - timedelta(hours=1 + chance.below(60)))
        held.set(min(seen, now))
        actions.mark_seen(member=cast[person.name])


def give_second_factors(cast: dict[str, Member]) -> None:
    """The accounts that open staff pages get an authenticator; `demo_code` tells its code."""
    for person in everyone():
        if person.account in accounts.NEEDS_SECOND_FACTOR:
            actions.enrol_totp(member=cast[person.name])


def renew_passwords(fresh: Iterable[accounts.Account]) -> None:
    """Give the four accounts new passwords: their file was lost."""
    for account in fresh:
        member = Member.objects.get(email=account.email, is_demo=True)
        member.set_password(account.password)
        member.save(update_fields=["password"])


def missing_pictures() -> list[Person]:
    """Who has a drawing but does not wear it yet."""
    bare = set(Member.objects.filter(is_demo=True, avatar="").values_list("name", flat=True))
    return [person for person in everyone() if person.picture and person.name in bare]


def hang_picture(person: Person) -> None:
    """Draw this person's avatar and put it on."""
    member = Member.objects.get(name=person.name, is_demo=True)
    actions.set_avatar(member=member, data=drawings.draw(person.picture, person.name))
