"""Locks, pins, titles, lanes and tags. Every verb says the state wanted, so a repeat is harmless."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, Refused, require
from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member
from forum import access, policy, totals
from forum.actions._shared import (
    advance,
    clean_lane,
    clean_reason,
    clean_tags,
    clean_title,
    log,
    publish_change,
)
from forum.facts import ThreadLocked, ThreadPinned, ThreadUnlocked, ThreadUnpinned
from forum.models import Thread, ThreadLog
from forum.rendering import set_title

LONGEST_PIN = timedelta(days=90)
MOST_SLOW_MINUTES, LONGEST_SLOW = 24 * 60, timedelta(days=30)


@action
def lock_thread(*, actor: Member, thread_id: int, reason: str) -> Thread:
    """Close a thread for replies."""
    thread = access.thread_for_moderation(actor, thread_id=thread_id)
    if thread.is_locked:
        return thread
    text = clean_reason(reason)
    thread.locked_at = clock.now()
    totals.settle(thread)
    advance(thread)
    thread.save(update_fields=["locked_at", "needs_answer", "heat", "sequence"])
    log(thread, ThreadLog.Kind.LOCKED, actor, reason=text)
    publish(
        ThreadLocked(thread_id=thread.pk, actor_id=actor.pk, at=thread.locked_at, sequence=thread.sequence)
    )
    return thread


@action
def unlock_thread(*, actor: Member, thread_id: int) -> Thread:
    thread = access.thread_for_moderation(actor, thread_id=thread_id)
    if not thread.is_locked:
        return thread
    thread.locked_at = None
    totals.settle(thread)
    advance(thread)
    thread.save(update_fields=["locked_at", "needs_answer", "heat", "sequence"])
    log(thread, ThreadLog.Kind.UNLOCKED, actor)
    publish(ThreadUnlocked(thread_id=thread.pk, actor_id=actor.pk, at=clock.now(), sequence=thread.sequence))
    return thread


@action
def pin_thread(*, actor: Member, thread_id: int, until: datetime, reason: str) -> Thread:
    """Keep a thread on top of its board until a moment within ninety days. The row says until when and why."""
    thread = access.thread_for_moderation(actor, thread_id=thread_id)
    now = clock.now()
    if not now < until <= now + LONGEST_PIN:
        raise Invalid(
            _("Choose an end within the next %(days)d days.") % {"days": LONGEST_PIN.days}, field="until"
        )
    text = clean_reason(reason, most=policy.MAX_PIN_REASON)
    thread.is_pinned, thread.pinned_until, thread.pin_reason = True, until, text
    advance(thread)
    thread.save(update_fields=["is_pinned", "pinned_until", "pin_reason", "sequence"])
    log(thread, ThreadLog.Kind.PINNED, actor, reason=text, until=until.isoformat())
    publish(ThreadPinned(thread_id=thread.pk, actor_id=actor.pk, until=until, sequence=thread.sequence))
    return thread


@action
def unpin_thread(*, actor: Member, thread_id: int) -> Thread:
    thread = access.thread_for_moderation(actor, thread_id=thread_id)
    if thread.is_pinned:
        _unpin(thread, actor)
    return thread


@action
def end_due_pins() -> int:
    """Unpin what has reached its end date; run by the clock. Returns how many."""
    due = list(
        Thread.objects.select_for_update(of=("self",), no_key=True)
        .filter(is_pinned=True, pinned_until__lte=clock.now())
        .order_by("pk")
    )
    for thread in due:
        _unpin(thread, None)
    return len(due)


def _unpin(thread: Thread, actor: Member | None) -> None:
    thread.is_pinned, thread.pinned_until, thread.pin_reason = False, None, ""
    advance(thread)
    thread.save(update_fields=["is_pinned", "pinned_until", "pin_reason", "sequence"])
    log(thread, ThreadLog.Kind.UNPINNED, actor)
    publish(
        ThreadUnpinned(
            thread_id=thread.pk,
            actor_id=actor.pk if actor else None,
            at=clock.now(),
            sequence=thread.sequence,
        )
    )


@action
def slow_thread(*, actor: Member, thread_id: int, minutes: int, until: datetime, reason: str) -> Thread:
    """Let everybody but staff post once in so many minutes, until a moment within thirty days. Readers see both."""
    thread = access.thread_for_moderation(actor, thread_id=thread_id)
    now = clock.now()
    if not 0 < minutes <= MOST_SLOW_MINUTES:
        raise Invalid(
            _("Choose between 1 and %(most)d minutes.") % {"most": MOST_SLOW_MINUTES}, field="minutes"
        )
    if not now < until <= now + LONGEST_SLOW:
        raise Invalid(
            _("Choose an end within the next %(days)d days.") % {"days": LONGEST_SLOW.days}, field="until"
        )
    text = clean_reason(reason)
    thread.slow_minutes, thread.slow_until, thread.slow_reason = minutes, until, text
    return _paced(thread, ThreadLog.Kind.SLOWED, actor, text, minutes=minutes, until=until.isoformat())


@action
def end_slow(*, actor: Member, thread_id: int) -> Thread:
    """Let everybody post as they like again."""
    thread = access.thread_for_moderation(actor, thread_id=thread_id)
    return _end_slow(thread, actor) if thread.slow_until is not None else thread


@action
def end_due_slow() -> int:
    """End slow modes that have reached their moment; run by the clock. Returns how many."""
    due = Thread.objects.select_for_update(of=("self",), no_key=True).filter(slow_until__lte=clock.now())
    return len([_end_slow(thread, None) for thread in due.order_by("pk")])


def _end_slow(thread: Thread, actor: Member | None) -> Thread:
    thread.slow_minutes, thread.slow_until, thread.slow_reason = 0, None, ""
    return _paced(thread, ThreadLog.Kind.UNSLOWED, actor, "")


def _paced(thread: Thread, kind: ThreadLog.Kind, actor: Member | None, reason: str, **data: object) -> Thread:
    advance(thread)
    thread.save(update_fields=["slow_minutes", "slow_until", "slow_reason", "sequence"])
    log(thread, kind, actor, reason=reason, **data)
    publish_change(thread, kind.value, actor)
    return thread


@action
def rename_thread(*, actor: Member, thread_id: int, title: str, reason: str = "") -> Thread:
    """Change a title; old addresses redirect, because the number in them stays."""
    thread = _own_or_moderated(actor, thread_id)
    new = clean_title(title)
    if new == thread.title:
        return thread
    old = thread.title
    set_title(thread, new)
    advance(thread)
    thread.save(update_fields=["title", "slug", "lang", "sequence"])
    return _changed(
        thread, ThreadLog.Kind.RENAMED, actor, clean_reason(reason, required=False), before=old, after=new
    )


@action
def change_lane(*, actor: Member, thread_id: int, lane: str, reason: str = "") -> Thread:
    """Say that a thread wants something else. Whoever is not its author says why; the author hears it.

    Refused ("accepted") for a question that has its answer.
    """
    thread = _own_or_moderated(actor, thread_id)
    new = clean_lane(lane, thread.board)
    if new == thread.lane:
        return thread
    text = clean_reason(reason, required=thread.author_id != actor.pk)
    if thread.accepted_post_id and new != "ask":
        raise Refused(
            _("This question has an accepted answer. Withdraw it before changing the lane."), "accepted"
        )
    old, thread.lane = thread.lane, new
    totals.settle(thread)
    advance(thread)
    thread.save(update_fields=["lane", "needs_answer", "heat", "sequence"])
    if thread.state == "visible":
        totals.shift_board(thread.board_id, threads=-1, lane=old)
        totals.shift_board(thread.board_id, threads=1, lane=new)
    return _changed(thread, ThreadLog.Kind.LANE, actor, text, before=old, after=new)


@action
def retag_thread(*, actor: Member, thread_id: int, tags: Sequence[str], reason: str = "") -> Thread:
    """Set the tags of a thread, all at once."""
    thread = _own_or_moderated(actor, thread_id)
    rows = clean_tags(tags)
    new = [[tag.slug, tag.name] for tag in rows]
    if new == thread.tag_list:
        return thread
    text = clean_reason(reason, required=False)
    old_ids = list(thread.tags.values_list("pk", flat=True))
    before, thread.tag_list = [name for _slug, name in thread.tag_list], new
    advance(thread)
    thread.save(update_fields=["tag_list", "sequence"])
    thread.tags.set(rows)
    if thread.state == "visible":
        new_ids = [tag.pk for tag in rows]
        totals.hold_tags([*old_ids, *new_ids])
        totals.shift_tags(old_ids, thread.board_id, by=-1)
        totals.shift_tags(new_ids, thread.board_id, by=1)
    return _changed(
        thread, ThreadLog.Kind.RETAGGED, actor, text, before=before, after=[tag.name for tag in rows]
    )


def _own_or_moderated(actor: Member, thread_id: int) -> Thread:
    thread = access.thread_for_change(actor, thread_id=thread_id)
    require(access.may_describe(actor, thread))
    return thread


def _changed(
    thread: Thread, kind: ThreadLog.Kind, actor: Member, reason: str, *, before: object, after: object
) -> Thread:
    log(thread, kind, actor, reason=reason, before=before, after=after)
    publish_change(thread, kind.value, actor)
    return thread


@action
def count_polls(*, actor: Member | None, thread_id: int, by: int) -> Thread:
    """Note that a thread has more or fewer polls: its pages fetch them, and open pages draw themselves anew.

    Whether the actor may add one is the business of the room of polls.
    """
    thread = Thread.objects.select_for_update(of=("self",), no_key=True).get(pk=thread_id)
    thread.poll_count = max(0, thread.poll_count + by)
    advance(thread)
    thread.save(update_fields=["poll_count", "sequence"])
    publish_change(thread, "polls", actor)
    return thread


@action
def label_thread(*, actor: Member | None, thread_id: int, topic: str) -> Thread:
    """Let a thread carry the theme it stands for; "" takes the label off. Its pages and rows show it.

    Whether the actor may is the business of the room of topics.
    """
    thread = Thread.objects.select_for_update(of=("self",), no_key=True).get(pk=thread_id)
    if thread.topic == topic:
        return thread
    thread.topic = topic
    advance(thread)
    thread.save(update_fields=["topic", "sequence"])
    log(thread, ThreadLog.Kind.TOPIC, actor, topic=topic)
    publish_change(thread, "topic", actor)
    return thread
