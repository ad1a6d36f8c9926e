"""Leaving for good: asked, given time to think, done in steps that can be done again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from community.core import clock, personal
from community.core.access import YES, Refused, Verdict, no, require
from community.core.facts import publish
from community.core.personal import Goes, Rule, Stays
from community.core.retrying import action
from community.core.tasks.upkeep import delete_in_batches
from community.members import actions as members
from community.members.models import Member, Role
from community.privacy import erased
from community.privacy.actions.exporting import drop_exports
from community.privacy.facts import ErasureAsked, ErasureCancelled
from community.privacy.models import Erasure

GRACE = timedelta(days=14)
OPEN = (Erasure.State.WAITING, Erasure.State.RUNNING)


def may_leave(member: Member) -> Verdict:
    """Whether the account may be erased. One statement, for administrators only."""
    if member.role == Role.ADMIN:
        others = Member.objects.filter(role=Role.ADMIN, is_active=True, leaves_at=None).exclude(pk=member.pk)
        if not others.exists():
            return no(
                _(
                    "You are the last administrator. Make somebody else one first, or nobody can look after the site."
                ),
                "last_admin",
            )
    return YES


@action
def request_erasure(*, member: Member, remove_posts: bool) -> Erasure:
    """Ask to be erased once the time to think is over. Asked again, the choice about the posts is what changes."""
    row = Member.objects.select_for_update().get(pk=member.pk)
    if row.role == Role.ADMIN:  # of two last administrators who leave together, one stays
        list(Member.objects.select_for_update().filter(role=Role.ADMIN).order_by("pk"))
    open_one = Erasure.objects.filter(member=row, state__in=OPEN).first()
    if open_one is not None:
        if open_one.state == Erasure.State.WAITING and open_one.remove_posts != remove_posts:
            open_one.remove_posts = remove_posts
            open_one.save(update_fields=["remove_posts"])
        return open_one
    require(may_leave(row))
    now = clock.now()
    erasure = Erasure.objects.create(member=row, remove_posts=remove_posts, asked_at=now, due_at=now + GRACE)
    members.set_leaving(member=member, at=erasure.due_at)
    publish(ErasureAsked(erasure_id=erasure.pk, member_id=row.pk, due_at=erasure.due_at))
    _tell(erasure)
    return erasure


@action
def cancel_erasure(*, member: Member) -> bool:
    """Stay. False when nothing was asked for; Refused once it has begun. Repeatable."""
    erasure = Erasure.objects.select_for_update().filter(member=member, state__in=OPEN).first()
    if erasure is None:
        members.set_leaving(member=member, at=None)
        return False
    if erasure.state != Erasure.State.WAITING:
        raise Refused(no(_("This account is being erased already."), "running"))
    erasure.state = Erasure.State.CANCELLED
    erasure.save(update_fields=["state"])
    members.set_leaving(member=member, at=None)
    publish(ErasureCancelled(erasure_id=erasure.pk, member_id=member.pk))
    return True


def perform_erasure(*, erasure_id: int) -> bool:
    """Do everything that an erasure is, in order. Killed half-way it is done again from the start: each step finds
    only what is left. False when it is not due, cancelled or done.
    """
    erasure = _begin(erasure_id=erasure_id)
    if erasure is None:
        return False
    erased.note(erasure)
    for step in personal.steps():
        step.run(member_id=erasure.member_id, remove_posts=erasure.remove_posts)
    Erasure.objects.filter(pk=erasure.pk).update(state=Erasure.State.DONE, done_at=clock.now())
    return True


@action
def _begin(*, erasure_id: int) -> Erasure | None:
    erasure = Erasure.objects.select_for_update().filter(pk=erasure_id, state__in=OPEN).first()
    if erasure is None or erasure.due_at > clock.now():
        return None
    if erasure.state == Erasure.State.WAITING and not may_leave(erasure.member):
        # The other administrators left meanwhile: this one stays until somebody else is one.
        erasure.due_at = clock.now() + timedelta(days=1)
        erasure.save(update_fields=["due_at"])
        members.set_leaving(member=erasure.member, at=erasure.due_at)
        return None
    erasure.state = Erasure.State.RUNNING
    erasure.save(update_fields=["state"])
    return erasure


@personal.erases("privacy.exports", order=personal.ROWS)
def exports_go(*, member_id: int, remove_posts: bool) -> None:
    drop_exports(member_id=member_id)


@personal.erases("privacy.rows", order=personal.ROWS + 10)
def rows_go(*, member_id: int, remove_posts: bool) -> None:
    """Every table by its rule, save those that have a step of their own."""
    for rule in personal.personal_rules():
        if not rule.by:
            _apply(rule, member_id)


def _apply(rule: Rule, member_id: int) -> None:
    rows = rule.rows_to_erase(member_id)
    if isinstance(rule.erase, Goes):
        delete_in_batches(rows)
    elif isinstance(rule.erase, Stays) and rule.erase.blank:
        rows.order_by().update(**rule.erase.blank)


@action
def erase_again(*, member_id: int, joined_at: datetime, remove_posts: bool) -> bool:
    """Erase a member whom a restored backup brought back. False where the number is somebody else's, or it is done."""
    row = Member.objects.select_for_update().filter(pk=member_id, joined_at=joined_at).first()
    if row is None or members.is_erased(row):
        return False
    now = clock.now()
    Erasure.objects.filter(member=row, state__in=OPEN).delete()
    erasure = Erasure.objects.create(
        member=row, remove_posts=remove_posts, asked_at=now, due_at=now, told_at=now, warned_at=now
    )
    from community.privacy.tasks import erase

    erase.enqueue(erasure_id=erasure.pk)
    return True


def _tell(erasure: Erasure) -> None:
    from community.privacy.tasks import tell_of_erasure

    tell_of_erasure.enqueue(erasure_id=erasure.pk)
