"""What a reply means for the work that lay on the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from community.core import clock
from community.core.among import among
from community.core.retrying import action
from community.members.models import Member
from forum.facts import ReplyPosted
from moderation.desk.knowing import STAFF
from moderation.desk.last import snapshot
from moderation.desk.models import DeskLog, DeskThread, Place
from moderation.promises.models import SetAside

REST = timedelta(hours=24)  # after a staff answer, unless somebody writes before


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
        row.place, row.snoozed_until, row.wakes_on_reply = Place.DUE, None, False
        row.version += 1
        row.save(update_fields=["place", "snoozed_until", "wakes_on_reply", "version"])


def _note_answer(row: DeskThread, author_id: int, post_id: int, at: datetime) -> None:
    before = snapshot(row)
    row.version += 1
    if row.writer_id == author_id:
        row.writer_id, row.writing_until = None, None
    if row.assignee_id in (None, author_id):  # what somebody else has in hand stays in their hands
        row.assignee_id, row.assigned_by_id, row.note, row.due_at = None, None, "", None
        is_late = at + REST <= clock.now()
        if row.place != Place.SETTLED and not is_late and not _is_template(post_id):
            row.place, row.snoozed_until, row.wakes_on_reply = Place.SNOOZED, at + REST, True
    row.save()
    DeskLog.objects.create(
        thread_id=row.pk,
        actor_id=author_id,
        verb=DeskLog.Verb.ANSWERED,
        at=at,
        data={"post": post_id},
        before=before,
        version=row.version,
    )


def _is_template(post_id: int) -> bool:
    """Whether a reply was an answer kept ready and nothing else: the thread still waits. One statement."""
    return SetAside.objects.filter(post=post_id, why=SetAside.Why.TEMPLATE).exists()
