"""Who may do what to whom. `standing_verdict` is the one place where standing is enforced."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from community.core import clock, display
from community.core.access import YES, Verdict, no
from community.members.models import Ignore, Member, Role, Standing

Viewer: TypeAlias = Member | AnonymousUser

RANK = {Role.MEMBER: 0, Role.PARTNER: 1, Role.EDITOR: 2, Role.MODERATOR: 3, Role.ADMIN: 4}

# Profile fields with a visibility of their own, and who sees them until their member says otherwise.
VISIBLE_TO = {
    "headline": "everyone",
    "bio": "everyone",
    "drives": "everyone",
    "city": "everyone",
    "website": "everyone",
    "joined": "everyone",
    "online": "members",
    "following": "members",
    "followers": "members",
    "email": "nobody",
}
AUDIENCES = ("everyone", "members", "nobody")


class Judged(Protocol):
    """Whoever has a standing: a member, or the part of a row that says it."""

    @property
    def standing(self) -> str: ...
    @property
    def standing_until(self) -> datetime | None: ...


def current_standing(member: Judged) -> Standing:
    """The standing that counts now: one whose time is over counts as good."""
    if member.standing_until is not None and member.standing_until <= clock.now():
        return Standing.GOOD
    return Standing(member.standing)


def standing_verdict(member: Member) -> Verdict:
    """Whether this member's standing lets them write. Costs no statement."""
    if not member.is_active:
        return no(_("This account is closed."), "closed")
    standing = current_standing(member)
    if standing == Standing.SUSPENDED:
        return no(_because(_suspended(member), member), "suspended")
    if standing == Standing.MUTED:
        return no(_because(_muted(member), member), "muted")
    return YES


def may_speak(viewer: Viewer) -> Verdict:
    """Whether the viewer may publish words, pictures or marks under their name. Costs no statement."""
    if not isinstance(viewer, Member):
        return no(_("Sign in to take part."), "guest")
    if viewer.is_imported:
        return no(_("This account was moved here and nobody has claimed it yet."), "imported")
    return standing_verdict(viewer)


def may_moderate_members(viewer: Viewer) -> Verdict:
    """Whether the viewer may open the members' desk and decide about people at all."""
    if (
        isinstance(viewer, Member)
        and viewer.role in (Role.MODERATOR, Role.ADMIN)
        and standing_verdict(viewer)
    ):
        return YES
    return no(_("Only moderators decide about members."), "role")


def may_set_standing(actor: Viewer, member: Member) -> Verdict:
    """Moderators and administrators, for people of a lower role than their own."""
    verdict = may_moderate_members(actor)
    if not verdict or not isinstance(actor, Member):
        return verdict
    if actor.pk == member.pk:
        return no(_("Nobody decides about their own standing."), "self")
    if RANK[Role(member.role)] >= RANK[Role(actor.role)]:
        return no(_("You cannot decide about someone whose role is equal to yours or higher."), "rank")
    return YES


def may_set_role(actor: Viewer, member: Member) -> Verdict:
    """Administrators, for anybody but themselves."""
    if not isinstance(actor, Member) or actor.role != Role.ADMIN or not standing_verdict(actor):
        return no(_("Only administrators give and take roles."), "role")
    if actor.pk == member.pk:
        return no(_("Nobody changes their own role. Ask another administrator."), "self")
    if member.is_imported:
        return no(_("An imported member has no person behind it yet, so it can have no role."), "imported")
    return YES


def audience_of(member: Member, field: str) -> str:
    """Who may see a profile field: everyone, members or nobody. KeyError for a field without the choice."""
    default = VISIBLE_TO[field]
    chosen = member.visibility.get(field, default) if isinstance(member.visibility, dict) else default
    return chosen if chosen in AUDIENCES else "nobody"


def may_see_field(viewer: Viewer, member: Member, field: str) -> bool:
    """Whether the viewer sees a profile field. Staff see no more than members. Costs no statement."""
    if isinstance(viewer, Member) and viewer.pk == member.pk:
        return True
    audience = audience_of(member, field)
    return audience == "everyone" or (audience == "members" and isinstance(viewer, Member))


def blocked_between(one: Member, other: Member) -> bool:
    """Whether either of the two has blocked the other. One statement."""
    pair = (one.pk, other.pk)
    return Ignore.objects.filter(blocks=True, member__in=pair, target__in=pair).exists()


def may_reach(viewer: Viewer, member: Member) -> Verdict:
    """Whether the viewer may address a member in person (mention, reply notice, message). One statement."""
    if not isinstance(viewer, Member):
        return no(_("Sign in to take part."), "guest")
    if viewer.pk != member.pk and blocked_between(viewer, member):
        # The same words whoever blocked whom: a block is nobody else's business.
        return no(_("You and this member have no contact here."), "blocked")
    return YES


def may_follow(viewer: Viewer, member: Member) -> Verdict:
    """Whether the viewer may follow the member: it stands in a list that others read. At most one statement."""
    verdict = may_speak(viewer)
    if not verdict or not isinstance(viewer, Member):
        return verdict
    if viewer.pk == member.pk:
        return no(_("You cannot follow yourself."), "self")
    return may_reach(viewer, member)


def _suspended(member: Member) -> str:
    if member.standing_until is None:
        return _("Your account is suspended. You can read, but not write.")
    return _("Your account is suspended until %(until)s. You can read, but not write.") % {
        "until": _until(member)
    }


def _muted(member: Member) -> str:
    if member.standing_until is None:
        return _("You are muted. You can read, but not write.")
    return _("You are muted until %(until)s. You can read, but not write.") % {"until": _until(member)}


def _because(sentence: str, member: Member) -> str:
    if not member.standing_reason:
        return sentence
    return _("%(sentence)s The reason given: %(reason)s") % {
        "sentence": sentence,
        "reason": member.standing_reason,
    }


def _until(member: Member) -> str:
    assert member.standing_until is not None
    return display.when(member.standing_until, clock.now())
