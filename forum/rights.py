"""The rights table as data: defaults, checks, and what a change would do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from community.core.access import Invalid
from forum.models import BoardRole, Verb

_EVERYONE = [BoardRole.GUEST.value]
_MEMBERS = [BoardRole.MEMBER.value]
_MODERATORS = [BoardRole.BOARD_MODERATOR.value, BoardRole.MODERATOR.value]

DEFAULT_RIGHTS: dict[str, list[str]] = {
    Verb.READ.value: _EVERYONE,
    Verb.START.value: _MEMBERS,
    Verb.REPLY.value: _MEMBERS,
    Verb.REACT.value: _MEMBERS,
    Verb.MODERATE.value: _MODERATORS,
}
ANNOUNCEMENTS: dict[str, list[str]] = DEFAULT_RIGHTS | {Verb.START.value: _MODERATORS}
CIRCLE: dict[str, list[str]] = {
    verb.value: [BoardRole.CLUB_MEMBER.value, *_MODERATORS] for verb in Verb if verb != Verb.MODERATE
} | {Verb.MODERATE.value: _MODERATORS}
KEY_MEMBERS: dict[str, list[str]] = {
    verb.value: [BoardRole.KEY_MEMBER.value, *_MODERATORS] for verb in Verb if verb != Verb.MODERATE
} | {Verb.MODERATE.value: _MODERATORS}

# Guests never write; moderation is never given to everyone.
NEVER: dict[str, set[str]] = {
    Verb.START.value: {BoardRole.GUEST.value},
    Verb.REPLY.value: {BoardRole.GUEST.value},
    Verb.REACT.value: {BoardRole.GUEST.value},
    Verb.MODERATE.value: {BoardRole.GUEST.value, BoardRole.MEMBER.value, BoardRole.OWNER.value},
}


def clean_rights(rights: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Sorted, complete and checked. Administrators are left out: they may always."""
    cleaned: dict[str, list[str]] = {}
    for verb in rights:
        if verb not in Verb.values:
            raise Invalid(_("There is no right called “%(verb)s”.") % {"verb": verb}, field="rights")
    for verb in Verb:
        roles = set(rights.get(verb.value, ())) - {BoardRole.ADMIN.value}
        if roles - set(BoardRole.values):
            raise Invalid(_("There is no such role."), field="rights")
        if roles & NEVER.get(verb.value, set()):
            raise Invalid(
                _("The right “%(verb)s” cannot be given to this role.") % {"verb": verb.label}, field="rights"
            )
        cleaned[verb.value] = [role for role in BoardRole.values if role in roles]
    return cleaned


def allowed(rights: Mapping[str, Iterable[str]], role: str, verb: str) -> bool:
    """Whether someone who stands in this column (and those below it) may, by this table."""
    granted = set(rights.get(verb, ()))
    return role == BoardRole.ADMIN or bool(granted & includes(role))


def includes(role: str) -> set[str]:
    """The columns a person in `role` also stands in."""
    if role == BoardRole.GUEST:
        return {role}
    return {BoardRole.GUEST.value, BoardRole.MEMBER.value, role}


@dataclass(frozen=True, slots=True)
class RightChange:
    """One cell that would change: who gains or loses what."""

    role: str
    verb: str
    gains: bool


def mark(before: Mapping[str, Iterable[str]], after: Mapping[str, Iterable[str]]) -> str:
    """Tells one change of a table from every other: what was shown is what is put in force."""
    told = [{verb: sorted(roles) for verb, roles in table.items()} for table in (before, after)]
    return hashlib.blake2s(json.dumps(told, sort_keys=True).encode(), digest_size=12).hexdigest()


def effect(before: Mapping[str, Iterable[str]], after: Mapping[str, Iterable[str]]) -> list[RightChange]:
    """What saving `after` over `before` would mean, role by role, inheritance counted."""
    return [
        RightChange(role=role.value, verb=verb.value, gains=allowed(after, role, verb))
        for role in BoardRole
        for verb in Verb
        if allowed(before, role, verb) != allowed(after, role, verb)
    ]
