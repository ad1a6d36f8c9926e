"""What a reply means for the work that lay on the desk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from community.core import clock
from community.core.among import among
from community.core.retrying import action
from community.members.models import Member
from forum.facts import ReplyPosted
from forum.models import Post, Thread
from moderation.desk.actions.stepping import FREE, step, step_back
from moderation.desk.knowing import STAFF
from moderation.desk.models import DeskLog, DeskThread, Place
from moderation.promises.models import Clock, SetAside

REST = timedelta(hours=24)  # after a staff answer, unless somebody writes before
PUTS_ASIDE = (DeskLog.Verb.ANSWERED, DeskLog.Verb.SNOOZED, DeskLog.Verb.SETTLED)


def note_replies(*, replies: Sequence[ReplyPosted], posted: Mapping[int, datetime]) -> None:
    """What these replies (id of the post → when) mean for the desk, in their order. Two statements where nothing."""
    if not replies:
        return
    authors = Member.objects.filter(pk__in=among({one.author_id for one in replies}))
    roles = dict(authors.order_by().values_list("pk", "role"))
    threads = DeskThread.objects.filter(pk__in=among({one.thread_id for one in replies}))
    waits = set(
        threads.filter(Q(place=Place.SETTLED) | Q(wakes_on_reply=True))
        .order_by()
        .values_list("pk", flat=True)
    )
    waits |= {one.thread_id for one in replies if roles.get(one.author_id) in STAFF}
    for one in replies:
        if one.thread_id in waits:
            note_reply(
                thread_id=one.thread_id,
                author_id=one.author_id,
                role=roles.get(one.author_id, ""),
                post_id=one.post_id,
                at=posted[one.post_id],
            )


@action
def note_reply(*, thread_id: int, author_id: int, role: str, post_id: int, at: datetime) -> None:
    """Somebody wrote: what waited for that is due again; staff who answered in words of their own are done for a day.

    Repeat-safe. At most five statements.
    """
    row = DeskThread.objects.select_for_update(of=("self",)).filter(pk=thread_id).first()
    if row is None:
        return
    if role in STAFF:
        if DeskLog.objects.filter(
            thread_id=thread_id, verb=DeskLog.Verb.ANSWERED, data__post=post_id
        ).exists():
            return  # noted when it was sent from the desk
        _note_answer(row, author_id, post_id, at)
    elif row.place == Place.SETTLED or row.wakes_on_reply:
        _wake(row)


def _wake(row: DeskThread) -> None:
    """A member's word makes it due again."""
    row.place, row.snoozed_until, row.wakes_on_reply = Place.DUE, None, False
    row.version += 1
    row.save(update_fields=["place", "snoozed_until", "wakes_on_reply", "version"])


def note_clocks(*, thread_ids: Collection[int]) -> None:
    """The clocks of these threads changed. One statement where nothing waits for a word."""
    waits = DeskThread.objects.filter(
        Q(place=Place.SETTLED) | Q(wakes_on_reply=True), pk__in=among(set(thread_ids))
    )
    for thread_id in waits.order_by("pk").values_list("pk", flat=True):
        note_owed(thread_id=thread_id)


@action
def note_owed(*, thread_id: int) -> DeskThread | None:
    """What was answered, or needed nothing, is owed an answer again: who asked said that the reply is none, which is a
    word of theirs. Due again where its clock began anew since it was set aside. Repeat-safe; the row where it is."""
    row = DeskThread.objects.select_for_update(of=("self",)).filter(pk=thread_id).first()
    if row is None or not (row.place == Place.SETTLED or row.wakes_on_reply):
        return None
    lines = DeskLog.objects.filter(thread=thread_id, verb__in=PUTS_ASIDE, undone_at=None)
    since = lines.order_by("-pk").values_list("at", flat=True).first()
    runs = Clock.objects.filter(thread=thread_id, answered_at=None, is_aside=False)
    if not (runs if since is None else runs.filter(started_at__gt=since)).exists():
        return None
    _wake(row)
    return row


def _note_answer(row: DeskThread, author_id: int, post_id: int, at: datetime) -> None:
    changes: dict[str, Any] = {}
    if row.writer_id == author_id:
        changes |= {"writer_id": None, "writing_until": None}
    if row.assignee_id in (None, author_id):  # what somebody else has in hand stays in their hands
        changes |= FREE
        is_late = at + REST <= clock.now()
        if row.place != Place.SETTLED and not is_late and not _is_template(post_id):
            changes |= {"place": Place.SNOOZED, "snoozed_until": at + REST, "wakes_on_reply": True}
    step(row, DeskLog.Verb.ANSWERED, changes, actor_id=author_id, at=at, data={"post": post_id})


def _is_template(post_id: int) -> bool:
    """Whether a reply was an answer kept ready and nothing else: the thread still waits. One statement."""
    return SetAside.objects.filter(post=post_id, why=SetAside.Why.TEMPLATE).exists()


def note_all_gone(*, posts: Mapping[int, int]) -> None:
    """Posts (id → thread) were taken back or changed their state. One statement where none was noted as an answer."""
    lines = DeskLog.objects.filter(
        thread__in=among(set(posts.values())), verb=DeskLog.Verb.ANSWERED, undone_at=None
    )
    noted = {(thread_id, data.get("post")) for thread_id, data in lines.values_list("thread_id", "data")}
    for post_id in sorted(posts):
        if (posts[post_id], post_id) in noted:
            note_gone(thread_id=posts[post_id], post_id=post_id)


@action
def note_gone(*, thread_id: int, post_id: int) -> None:
    """A reply of the team's was taken back or is out of sight: what it did to its row is undone, unless somebody went on
    from there. Repeat-safe. At most five statements."""
    row = DeskThread.objects.select_for_update(of=("self",)).filter(pk=thread_id).first()
    lines = DeskLog.objects.filter(thread=thread_id, verb=DeskLog.Verb.ANSWERED, undone_at=None)
    line = lines.select_for_update(of=("self",)).filter(data__post=post_id).first()
    if line is None or Post.objects.visible().filter(pk=post_id).exists():
        return
    line.undone_at = clock.now()
    line.save(update_fields=["undone_at"])
    if row is not None and row.version == line.version:
        step_back(row, line, actor_id=line.actor_id, at=line.undone_at)


@action
def note_rewritten(*, thread_id: int, post_id: int) -> DeskThread | None:
    """A reply that was an answer kept ready and nothing else has words of its own now: as if it had been sent so, unless
    somebody wrote or went on since. Repeat-safe; the row where it was set aside."""
    row = DeskThread.objects.select_for_update(of=("self",)).filter(pk=thread_id).first()
    lines = DeskLog.objects.filter(thread=thread_id, verb=DeskLog.Verb.ANSWERED, undone_at=None)
    line = lines.filter(data__post=post_id).first()
    post = Post.objects.visible().filter(pk=post_id).first()
    if row is None or line is None or post is None or row.version != line.version or row.place != Place.DUE:
        return None
    is_late = line.at + REST <= clock.now()
    if is_late or row.assignee_id is not None:
        return None
    if Post.objects.visible().filter(thread=thread_id, number__gt=post.number).exists():
        return None
    row.place, row.snoozed_until, row.wakes_on_reply = Place.SNOOZED, line.at + REST, True
    row.save(update_fields=["place", "snoozed_until", "wakes_on_reply"])
    return row


@action
def note_poll(*, thread_id: int, author_id: int, poll_id: int) -> None:
    """Somebody attached a poll: of the team, in a thread of somebody else, that is work of the desk. Repeat-safe. At most
    six statements."""
    others = Thread.objects.filter(pk=thread_id).exclude(author=author_id)
    if not others.exists() or not Member.objects.filter(pk=author_id, role__in=STAFF).exists():
        return
    row = DeskThread.objects.select_for_update(of=("self",)).filter(pk=thread_id).first()
    noted = DeskLog.objects.filter(thread=thread_id, verb=DeskLog.Verb.POLLED, data__poll=poll_id)
    if row is None or noted.exists():
        return
    step(row, DeskLog.Verb.POLLED, {}, actor_id=author_id, at=clock.now(), data={"poll": poll_id})
