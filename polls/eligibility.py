"""Who may vote: kinds of audience, to which higher and later rooms add their own (a club, owners of a model)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.access import YES, Verdict, no
from community.members.models import Member, Role

if TYPE_CHECKING:
    from forum.roles import Viewer

Rule = Callable[["Viewer", str], Verdict]  # of whoever wants to vote, and the poll's `audience_value`
Count = Callable[[str], int]  # how many could vote, by `audience_value`


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a poll is for. `label` is shown before voting; `rule` answers with its reason; `count` says how many these
    are, where anybody knows."""

    key: str
    label: str | Promise
    rule: Rule
    takes_guests: bool = False
    count: Count | None = None


_audiences: dict[str, Audience] = {}


def register(audience: Audience) -> None:
    """Announce a kind of audience. Its key stands in the database: it stays what it is."""
    if _audiences.setdefault(audience.key, audience) is not audience:
        raise ValueError(f"two audiences are called {audience.key}")


def audience_of(key: str) -> Audience:
    """The audience of this key; nobody at all for one whose room is not there."""
    return _audiences.get(key) or Audience(key, _("Nobody for now"), _nobody)


def known() -> Iterator[Audience]:
    yield from _audiences.values()


def _nobody(_viewer: Viewer, _value: str) -> Verdict:
    return no(gettext("This is for people this site cannot tell at present."), "unknown_audience")


def _anybody(_viewer: Viewer, _value: str) -> Verdict:
    return YES


def _members(viewer: Viewer, _value: str) -> Verdict:
    if viewer.is_authenticated:
        return YES
    return no(gettext("This is for members. Sign in or join to take part."), "sign_in")


def _owners(viewer: Viewer, value: str) -> Verdict:
    if not viewer.is_authenticated:
        return no(gettext("This is for verified owners. Sign in to take part."), "sign_in")
    if viewer.is_verified_owner:
        return YES
    return no(gettext("This is for verified owners. You can read along and see what they say."), "not_owner")


def _key_members(viewer: Viewer, value: str) -> Verdict:
    if not viewer.is_authenticated:
        return no(gettext("This is for key members. Sign in to take part."), "sign_in")
    if viewer.is_key_member:
        return YES
    return no(gettext("This is for key members."), "not_key_member")


def _many(**which: bool) -> Count:
    """Counts members who could vote: with an account of their own, not the team's or a partner's. One statement."""

    def count(_value: str) -> int:
        rows = Member.objects.filter(role=Role.MEMBER, is_active=True, **which)
        return rows.filter(Q(source="") | ~Q(claimed_at=None)).count()

    return count


register(Audience("everyone", _("Everybody, also without an account"), _anybody, takes_guests=True))
register(Audience("members", _("Members"), _members, count=_many()))
register(Audience("owners", _("Verified owners"), _owners, count=_many(is_verified_owner=True)))
register(Audience("key_members", _("Key members"), _key_members, count=_many(is_key_member=True)))
