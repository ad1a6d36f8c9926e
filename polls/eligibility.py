"""Who may vote: kinds of audience, to which higher and later rooms add their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core import clock
from community.core.access import YES, Verdict, no
from community.members.models import Member, Role
from forum import policy
from forum.models import BoardMember
from polls.cars import car_in, owners_naming

if TYPE_CHECKING:
    from forum.roles import Viewer

Rule = Callable[["Viewer", str], Verdict]  # of whoever wants to vote, and the poll's `audience_value`
Count = Callable[[str], int]  # how many could vote, by `audience_value`


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a poll is for. `label` is shown before voting; `rule` answers with its reason; `count` says how many these
    are, where anybody knows. `asks`: what its value names, "car" or "place"; "" where it has none. `named` says the
    label with the value."""

    key: str
    label: str | Promise
    rule: Rule
    takes_guests: bool = False
    count: Count | None = None
    asks: str = ""
    named: Callable[[str], str] | None = None

    def said(self, value: str) -> str:
        return self.named(value) if self.named and value else str(self.label)


_audiences: dict[str, Audience] = {}


def register(audience: Audience) -> None:
    """Announce a kind of audience. Its key stands in the database: it stays what it is."""
    if _audiences.setdefault(audience.key, audience) is not audience:
        raise ValueError(f"two audiences are called {audience.key}")


def audience_of(key: str) -> Audience:
    """The audience of this key; nobody at all for one whose room is not there."""
    return _audiences.get(key) or Audience(key, _("Nobody for now"), _nobody)


def known(*, with_value: bool = False) -> Iterator[Audience]:
    """Those of which nothing more is to be said; `with_value`: the others too."""
    yield from (one for one in _audiences.values() if with_value or not one.asks)


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


def _owns(drives: str, car: str) -> bool:
    """Whether somebody drives the car that a poll names: of its year, or of any where it names none."""
    return car_in(drives).is_one_of(car_in(car))


def _owners_of(viewer: Viewer, car: str) -> Verdict:
    told = {"car": car}
    if not viewer.is_authenticated:
        return no(
            gettext("This is for verified owners of this car: %(car)s. Sign in to vote.") % told, "sign_in"
        )
    if viewer.is_verified_owner and _owns(viewer.drives, car):
        return YES
    why = gettext("This is for verified owners of this car: %(car)s. Your profile names what you drive.")
    return no(why % told, "not_owner")


def _named_owners(car: str) -> str:
    return gettext("Verified owners of this car: %(car)s") % {"car": car}


def _count_owners(car: str) -> int:
    rows = owners_naming(car_in(car))
    return sum(_owns(drives, car) for drives in rows.values_list("drives", flat=True))


def _in_circle(viewer: Viewer, board: str) -> Verdict:
    """One statement for a member."""
    if not viewer.is_authenticated:
        return no(gettext("This is for the circle of this board. Sign in to vote."), "sign_in")
    rows = BoardMember.objects.filter(member=viewer.pk, kind=BoardMember.Kind.CLUB_MEMBER)
    if board.isdecimal() and rows.filter(board=int(board)).exists():
        return YES
    return no(
        gettext("This is for the circle of this board. Administrators put people in it."), "not_in_circle"
    )


def _count_circle(board: str) -> int:
    rows = BoardMember.objects.filter(kind=BoardMember.Kind.CLUB_MEMBER, member__is_active=True)
    return rows.filter(board=int(board), member__role=Role.MEMBER).count() if board.isdecimal() else 0


def _settled(viewer: Viewer, _value: str) -> Verdict:
    if not viewer.is_authenticated:
        return no(gettext("This is for members who are no longer new. Sign in to vote."), "sign_in")
    if not policy.is_new_here(posts=viewer.post_count, joined_at=viewer.joined_at, now=clock.now()):
        return YES
    why = gettext("This is for members who are no longer new: %(posts)d posts, and %(days)d days here.")
    return no(why % {"posts": policy.NEW_POSTS, "days": policy.NEW_FOR.days}, "new")


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
register(Audience("settled", _("Members who are no longer new"), _settled))
register(
    Audience(
        "owners_of",
        _("Verified owners of one car"),
        _owners_of,
        count=_count_owners,
        asks="car",
        named=_named_owners,
    )
)
register(
    Audience(
        "circle", _("The circle of the board where it stands"), _in_circle, count=_count_circle, asks="place"
    )
)
