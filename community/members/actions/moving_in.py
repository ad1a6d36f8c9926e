"""Authors of another place become imported members: labelled, claimable, without a way to sign in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from community.core.access import Invalid
from community.core.retrying import action
from community.members.actions._shared import taken_keys
from community.members.models import Member
from community.members.names import clean_name, fit_name, look_alike_key

_NAME_TRIES = 50
_RACES = 5


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """Somebody as another place knew them. `source_id`: letters, digits and hyphens, stable there."""

    source_id: str
    name: str
    joined_at: datetime
    last_seen_at: datetime | None = None
    bio: str = ""
    city: str = ""
    website: str = ""


def import_members(*, source: str, people: Sequence[ImportedPerson]) -> dict[str, Member]:
    """Source id → the imported member of this source, found or made. About six statements for all of them.

    A name becomes the nearest allowed and free one. Nothing of an existing row is changed.
    """
    for _race in range(_RACES):
        known = _known(source, people)
        fresh = {person.source_id: person for person in people if person.source_id not in known}
        if not fresh:
            return known
        names = _free_names(list(fresh.values()))
        rows = [_row(source, fresh[source_id], *name) for source_id, name in names.items()]
        try:
            _insert(rows)
        except IntegrityError:
            continue  # somebody took a name, or moved the same people in, since we looked
        return known | {row.source_id: row for row in rows}
    raise _no_name()


@action
def _insert(rows: list[Member]) -> None:
    Member.objects.bulk_create(rows)


def import_member(
    *,
    source: str,
    source_id: str,
    name: str,
    joined_at: datetime,
    last_seen_at: datetime | None = None,
    bio: str = "",
    city: str = "",
    website: str = "",
) -> Member:
    """The imported member of this source and id: found, or made. See `import_members`."""
    person = ImportedPerson(source_id, name, joined_at, last_seen_at, bio, city, website)
    return import_members(source=source, people=[person])[source_id]


def _known(source: str, people: Sequence[ImportedPerson]) -> dict[str, Member]:
    ids = {person.source_id for person in people}
    return {row.source_id: row for row in Member.objects.filter(source=source, source_id__in=ids)}


def _free_names(people: Sequence[ImportedPerson]) -> dict[str, tuple[str, str]]:
    """Source id → (name, key): for each the nearest that nobody has, had or gets here."""
    wanted = {
        person.source_id: fit_name(person.name, fallback=f"user{person.source_id}"[:24]) for person in people
    }
    settled: dict[str, tuple[str, str]] = {}
    given: set[str] = set()
    for attempt in range(_NAME_TRIES):
        tried: dict[str, tuple[str, str]] = {}
        for source_id, name in wanted.items():
            if source_id not in settled:
                try:
                    candidate = clean_name(_numbered(name, source_id, attempt))
                except Invalid:  # with a number it means something else: "former 4" is an erased member's
                    wanted[source_id] = f"user{source_id}"[:24]
                    candidate = clean_name(wanted[source_id])
                tried[source_id] = candidate, look_alike_key(candidate)
        taken = taken_keys({key for _name, key in tried.values()})
        for source_id, (candidate, key) in tried.items():
            if key and key not in taken and key not in given:
                given.add(key)
                settled[source_id] = candidate, key
        if len(settled) == len(wanted):
            return settled
    raise _no_name()


def _row(source: str, person: ImportedPerson, name: str, key: str) -> Member:
    website = person.website
    member = Member(
        name=name,
        name_key=key,
        source=source,
        source_id=person.source_id,
        joined_at=person.joined_at,
        last_seen_at=person.last_seen_at,
        bio=person.bio[:2000],
        city=person.city[:60],
        website=website if len(website) <= 200 and website.startswith(("https://", "http://")) else "",
    )
    member.set_unusable_password()
    return member


def _numbered(wanted: str, source_id: str, attempt: int) -> str:
    """The wanted name, then with its own number, then with running ones."""
    if attempt == 0:
        return wanted
    tail = f" {source_id}"[:12] if attempt == 1 else f" {attempt}"
    return wanted[: 24 - len(tail)].rstrip(" _-.·") + tail


def _no_name() -> Invalid:
    return Invalid(_("No free name was found for an imported member."), field="name", code="name_taken")
