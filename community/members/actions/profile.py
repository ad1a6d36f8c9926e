"""What people say about themselves, and how they like the site."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from community.core import avatars, clock, display
from community.core.access import Invalid, Refused, no, require
from community.core.facts import publish
from community.core.retrying import action
from community.members import facts
from community.members.access import AUDIENCES, VISIBLE_TO, may_speak
from community.members.actions._shared import free_key, line, locked, taken
from community.members.models import Member, NameHistory, Role
from community.members.names import clean_name

RENAME_DAYS = 30
THEMES = ("", "light", "dark")
_LENGTHS = {"headline": 80, "bio": 2000, "city": 60, "website": 200, "drives": 80}


@action
def rename_member(*, member: Member, name: str, by: Member | None = None) -> Member:
    """Give the member another name. The old one stays theirs: reserved, and its address redirects.

    Members rename themselves once in 30 days; an administrator (`by`) renames anybody at any time and may use
    words of authority. A change of case or spelling of the same name is free and leaves no history.
    """
    actor = by or member
    by_staff = actor.role == Role.ADMIN and actor.is_active
    if actor.pk != member.pk and not by_staff:
        raise Refused(no(_("Only administrators rename other members."), "role"))
    require(may_speak(actor))
    name = clean_name(name, by_staff=by_staff)
    row = locked(member)
    if name == row.name:
        return row
    key = free_key(name, member=row)
    if key != row.name_key:
        if not by_staff:
            _refuse_early_rename(row)
        NameHistory.objects.create(member=row, name=row.name, name_key=row.name_key)
    before, row.name, row.name_key = row.name, name, key
    try:
        with transaction.atomic():
            row.save(update_fields=["name", "name_key"])
    except IntegrityError as error:
        raise taken() from error
    publish(facts.MemberRenamed(member_id=row.pk, before=before, after=name, by_id=actor.pk))
    member.name, member.name_key = row.name, row.name_key
    return row


@action
def update_profile(
    *,
    member: Member,
    headline: str | None = None,
    bio: str | None = None,
    city: str | None = None,
    website: str | None = None,
    drives: str | None = None,
    visibility: Mapping[str, str] | None = None,
) -> Member:
    """Change what the profile says and who sees it. None leaves a field alone. Invalid names the field."""
    given = {"headline": headline, "bio": bio, "city": city, "website": website, "drives": drives}
    changed: dict[str, Any] = {
        field: line(value, field=field, longest=_LENGTHS[field], lines=field == "bio")
        for field, value in given.items()
        if value is not None
    }
    if changed:
        require(may_speak(member))
    if changed.get("website"):
        _refuse_strange_link(changed["website"])
    if visibility is not None:
        changed["visibility"] = {**_clean_visibility(member.visibility), **_checked_visibility(visibility)}
    row = locked(member)
    changed = {field: value for field, value in changed.items() if getattr(row, field) != value}
    if changed:
        for field, value in changed.items():
            setattr(row, field, value)
        row.save(update_fields=list(changed))
        publish(facts.ProfileChanged(member_id=row.pk, fields=tuple(sorted(changed))))
    for field, value in changed.items():
        setattr(member, field, value)
    return row


def set_preferences(
    *,
    member: Member,
    language: str | None = None,
    theme: str | None = None,
    time_zone: str | None = None,
    plain_order: bool | None = None,
) -> Member:
    """Language, theme, time zone and the order of boards; an empty value follows the browser. None leaves one alone."""
    given: dict[str, str | bool] = {**check_preferences(language=language, theme=theme, time_zone=time_zone)}
    if plain_order is not None:
        given["plain_order"] = plain_order
    changed = {field: value for field, value in given.items() if getattr(member, field) != value}
    if changed:
        _write(member.pk, changed)
        for field, value in changed.items():
            setattr(member, field, value)
    return member


@action
def _write(member_id: int, changed: dict[str, str | bool]) -> None:
    Member.objects.filter(pk=member_id).update(**changed)


def check_preferences(
    *, language: str | None = None, theme: str | None = None, time_zone: str | None = None
) -> dict[str, str]:
    """The given choices, when the site knows them. Invalid names the field. No statement."""
    if language and language not in dict(settings.LANGUAGES):
        raise Invalid(_("The site does not speak this language."), field="language")
    if theme and theme not in THEMES:
        raise Invalid(_("There is no such theme."), field="theme")
    if time_zone and time_zone not in time_zones():
        raise Invalid(_("This time zone is not known."), field="time_zone")
    given = {"language": language, "theme": theme, "time_zone": time_zone}
    return {field: value for field, value in given.items() if value is not None}


def set_avatar(*, member: Member, data: bytes) -> Member:
    """Show this picture instead of the generated one. Invalid when it cannot be read as a picture."""
    require(may_speak(member))
    # Reading a picture takes a second at worst: before the transaction, which would keep others from writing.
    key = avatars.store_avatar(data)
    try:
        return _put_avatar(member, key)
    except BaseException:
        avatars.delete_avatar(key)
        raise


def remove_avatar(*, member: Member) -> Member:
    """Back to the generated picture. Allowed in any standing."""
    return _put_avatar(member, "")


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones())


def next_rename_at(member: Member) -> Any:
    """When the member may take another name; None: now. One statement."""
    last = (
        NameHistory.objects.filter(member=member).order_by("-until").values_list("until", flat=True).first()
    )
    free_at = last + timedelta(days=RENAME_DAYS) if last else None
    return free_at if free_at and free_at > clock.now() else None


def _refuse_early_rename(member: Member) -> None:
    free_at = next_rename_at(member)
    if free_at is not None:
        raise Invalid(
            _("You can take another name once in %(days)d days; the next time from %(date)s.")
            % {"days": RENAME_DAYS, "date": display.day(localtime(free_at).date(), clock.now().date())},
            field="name",
            code="name_early",
        )


def _refuse_strange_link(website: str) -> None:
    try:
        URLValidator(schemes=["http", "https"])(website)
    except ValidationError as error:
        raise Invalid(_("This is not a web address. It begins with https://"), field="website") from error


def _checked_visibility(visibility: Mapping[str, str]) -> dict[str, str]:
    for field, audience in visibility.items():
        if field not in VISIBLE_TO or audience not in AUDIENCES:
            raise Invalid(_("Choose who sees this from the list."), field=f"visibility_{field}")
    return dict(visibility)


def _clean_visibility(stored: Any) -> dict[str, str]:
    known = stored if isinstance(stored, dict) else {}
    return {field: audience for field, audience in known.items() if field in VISIBLE_TO}


@action
def _put_avatar(member: Member, key: str) -> Member:
    row = locked(member)
    if row.avatar != key:
        before, row.avatar = row.avatar, key
        row.save(update_fields=["avatar"])
        publish(facts.AvatarChanged(member_id=row.pk, before=before, after=key))
    member.avatar = row.avatar
    return row
