"""The only writers of key members: naming somebody, and the end of a term."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, Refused, absent, no, require
from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from community.members import access
from community.members import actions as members
from community.members.models import Member, Standing
from forum.actions import clean_reason
from moderation.keymembers.facts import KeyMemberEnded, KeyMemberNamed
from moderation.keymembers.models import KeyMember, Segment

LONGEST_TERM = timedelta(days=366)
SHORTEST_REASON, LONGEST_REASON, LONGEST_HOW = 2, 300, 200  # two characters may be a whole reason


@action
def name_key_member(
    *,
    actor: Member,
    member_id: int,
    segment: str,
    reason: str,
    until: datetime,
    agreed_on: date,
    agreed_how: str,
) -> KeyMember:
    """Name a member a key member for a term, with a reason and the stamp of their consent.

    Invalid for a term of more than a year, a consent that lies ahead or is not described; Refused for somebody
    named already, without an account, or muted or suspended now.
    """
    require(access.may_moderate_members(actor))
    if segment not in Segment.values:
        raise Invalid(_("Choose what they are a key member for."), field="segment")
    reason = _words(reason, field="reason", longest=LONGEST_REASON)
    agreed_how = _words(agreed_how, field="agreed_how", longest=LONGEST_HOW)
    now = clock.now()
    if not now < until <= now + LONGEST_TERM:
        raise Invalid(_("A term ends within a year from now."), field="until")
    if agreed_on > now.date() + timedelta(days=1):  # it may be tomorrow already where they live
        raise Invalid(_("They cannot have agreed on a day that is still to come."), field="agreed_on")
    member = Member.objects.select_for_update().filter(pk=member_id).first()
    if member is None:
        raise absent()
    if not member.is_active or member.is_imported or member.is_staff_role:
        raise Refused(no(_("Only members with an account of their own become key members."), "not_member"))
    if access.current_standing(member) in (Standing.MUTED, Standing.SUSPENDED):
        raise Refused(no(_("Nobody is named a key member while muted or suspended."), "standing"))
    row = KeyMember(
        member=member,
        segment=segment,
        reason=reason,
        agreed_on=agreed_on,
        agreed_how=agreed_how,
        named_by=actor,
        since=now,
        until=until,
    )
    if not put_once(row):
        raise Refused(no(_("%(name)s is a key member already.") % {"name": member.name}, "named"))
    members.mark_key_member(actor=actor, member_id=member.pk, is_key_member=True)
    publish(KeyMemberNamed(member.pk, segment, actor.pk))
    return KeyMember.objects.get(member=member, ended_at=None)


@action
def end_term(*, actor: Member, term_id: int, reason: str) -> KeyMember:
    """End a term before its date, with a reason. Ended before, nothing happens."""
    require(access.may_moderate_members(actor))
    reason = _words(reason, field="reason", longest=LONGEST_REASON)
    row = KeyMember.objects.select_for_update().filter(pk=term_id).first()
    if row is None:
        raise absent()
    return _end(row, actor, reason) if row.ended_at is None else row


@action
def end_due_terms() -> int:
    """End every term whose date has come; how many."""
    due = KeyMember.objects.select_for_update().filter(ended_at=None, until__lte=clock.now()).order_by("pk")
    return len([_end(row, None, "") for row in due])


def _end(row: KeyMember, actor: Member | None, reason: str) -> KeyMember:
    row.ended_at, row.ended_by, row.end_reason = clock.now(), actor, reason
    row.save(update_fields=["ended_at", "ended_by", "end_reason"])
    members.mark_key_member(actor=actor, member_id=row.member_id, is_key_member=False)
    publish(KeyMemberEnded(row.member_id, actor.pk if actor else None))
    return row


def _words(text: str, *, field: str, longest: int) -> str:
    return clean_reason(
        text,
        field=field,
        least=SHORTEST_REASON,
        most=longest,
        missing=_("Say it in a few words."),
        too_long=_("That is %(length)d characters long; at most %(most)d fit."),
    )
