"""Authors of a dump as imported members: labelled, claimable, without a way to sign in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from community.interchange.stackexchange import wording
from community.interchange.stackexchange.mapping import moment
from community.interchange.stackexchange.staging import Author, Staging
from community.members.actions import ImportedPerson, import_members
from community.members.models import Member

AT_ONCE = 100  # in one transaction: short, beside a running site
COMMUNITY = "u-1"  # the site's own robot account


@dataclass(frozen=True, slots=True)
class Person:
    member_id: int
    name: str


class People:
    """Author key → member, found or moved in when first needed."""

    def __init__(self, *, site: str, source: str, staging: Staging) -> None:
        self.site, self.source, self.staging = site, source, staging
        self.moved_in = 0

    def named(self, keys: Iterable[str]) -> dict[str, Person]:
        """The members these keys stand for, all of them."""
        authors = self.staging.authors(sorted(set(keys)))
        people = {author.key: Person(author.member_id, author.name) for author in authors if author.member_id}
        missing = [author for author in authors if author.key not in people]
        for start in range(0, len(missing), AT_ONCE):
            people |= self._settled(missing[start : start + AT_ONCE])
        return people

    def _settled(self, authors: list[Author]) -> dict[str, Person]:
        ids = {source_id(author.key) for author in authors}
        here = Member.objects.filter(source=self.source, source_id__in=ids).count()
        members = import_members(source=self.source, people=[self._person(author) for author in authors])
        self.moved_in += len(ids) - here
        found = {}
        for author in authors:
            member = members[source_id(author.key)]
            self.staging.set_member(author.key, member.pk, member.name)
            found[author.key] = Person(member.pk, member.name)
        return found

    def _person(self, author: Author) -> ImportedPerson:
        user = author.user
        return ImportedPerson(
            source_id=source_id(author.key),
            name=(user.name if user else "") or _name(self.site, author.key),
            joined_at=moment((user.joined if user else "") or author.first),
            last_seen_at=moment((user.seen if user else "") or author.last),
            bio=wording.plain(user.bio, 2000) if user and user.bio else "",
            city=wording.plain(user.city, 60) if user and user.city else "",
            website=user.website if user else "",
        )


def source_id(key: str) -> str:
    """The stable id of an author: their number, a digest of a name without one, or `former`."""
    if key.startswith("u"):
        return key[1:]
    if key == "-":
        return "former"
    return f"n-{hashlib.sha256(key.encode()).hexdigest()[:10]}"


def _name(site: str, key: str) -> str:
    """What to call an author of whom the dump holds no name; always the same."""
    if key.startswith("n"):
        return key[1:]
    if key == COMMUNITY:
        return _fitted(site, "community")
    return _fitted(site, f"user {key[1:]}" if key.startswith("u") else "former member")


def _fitted(site: str, tail: str) -> str:
    # The tail tells people apart: a long site name gives way.
    return f"{site[: max(2, 23 - len(tail))].strip('-')} {tail}"
