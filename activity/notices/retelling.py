"""What was told already, when its posts, its thread or its title become others: taken back, or told of elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from activity.notices import policy, telling
from activity.notices.kinds import AT_ONCE, Kind
from activity.notices.models import OPEN, Delivery, Notification, NotificationQuerySet
from activity.notices.occasions import thread_subject
from activity.notices.telling import BATCH
from community.core import clock
from community.core.retrying import action
from community.members import counts
from forum.models import Post, PostState, Thread
from forum.queries import readers


@action
def take_back(
    *, thread_id: int, posts: tuple[int, ...], after: int = 0, actor_id: int | None = None
) -> int | None:
    """Take posts out of what was told of a thread, for the next batch of people; after whom to go on. Repeatable."""
    people = _told_people(thread_id, after)
    held = [member.pk for member in counts.hold(people)]
    rows = list(_told(thread_id).filter(recipient__in=held).exclude(kind__in=telling.KEPT_KINDS))
    if actor_id is not None:
        rows = [row for row in rows if row.kind == Kind.REACTION]
    telling.take_back_posts(rows, posts, actor_id=actor_id)
    telling.changed(held)
    return people[-1] if len(people) == BATCH else None


def never_was(*, thread_id: int, post_id: int) -> None:
    """A post is taken back within seconds, its row held: nobody was told of it. One statement where nobody was.

    Callers hold a transaction.
    """
    fresh = _told(thread_id).filter(kind__in=AT_ONCE, at__gte=clock.now() - 2 * policy.SETTLING)
    people = set(fresh.values_list("recipient_id", flat=True))
    if people:
        held = [member.pk for member in counts.hold(sorted(people))]
        telling.take_back_posts(list(fresh.filter(recipient__in=held)), {post_id})
        telling.changed(held)


@action
def take_back_answer(*, thread_id: int, post_id: int) -> None:
    """An accepted answer is one no more."""
    rows = _told(thread_id).filter(kind=Kind.ACCEPTED, post_id=post_id)
    held = [member.pk for member in counts.hold(list(rows.values_list("recipient_id", flat=True)))]
    telling.withdraw(list(rows.filter(recipient__in=held).values_list("pk", flat=True)))
    telling.changed(held)


@action
def look_again(*, thread_id: int, after: int = 0) -> int | None:
    """Withdraw what was told of a thread from those who may not read it now; after whom to go on. Repeatable."""
    thread = Thread.objects.select_related("board").filter(pk=thread_id).first()
    if thread is None:
        return None
    people = _told_people(thread_id, after)
    held = counts.hold(people)
    lost = {member.pk for member in held} - readers.readers_among(thread, held)
    telling.withdraw(list(_told(thread_id).filter(recipient__in=lost).values_list("pk", flat=True)))
    telling.changed(lost)
    return people[-1] if len(people) == BATCH else None


@action
def follow_merge(*, source_id: int, target_id: int, after: int = 0) -> int | None:
    """What was told of a merged thread is told of the one it became part of; after whom to go on. Repeatable."""
    people = _told_people(source_id, after)
    held = [member.pk for member in counts.hold(people)]
    _lead_to(target_id, list(_told(source_id).filter(recipient__in=held)), held)
    telling.changed(held)
    return people[-1] if len(people) == BATCH else None


@action
def follow_split(*, source_id: int, target_id: int, posts: Sequence[int], after: int = 0) -> int | None:
    """What was told of posts that left a thread is told of the one they went to; after whom to go on. Repeatable.

    One notification that was about posts of both becomes one of each. Nobody is told anew.
    """
    people = _told_people(source_id, after)
    held = [member.pk for member in counts.hold(people)]
    gone = set(posts)
    whole: list[Notification] = []
    mixed: list[Notification] = []
    for row in _told(source_id).filter(recipient__in=held, subject=thread_subject(source_id)):
        about = {item[0] for item in row.items}
        if about & gone:
            (whole if about <= gone else mixed).append(row)
    taken = _lead_to(target_id, whole, held)
    Notification.objects.bulk_create(
        [
            _of_those(row, gone, target_id)
            for row in mixed
            if row.is_read or (row.recipient_id, row.kind) not in taken
        ],
        batch_size=BATCH,
    )
    telling.take_back_posts(mixed, gone)
    telling.changed(held)
    return people[-1] if len(people) == BATCH else None


def _lead_to(target_id: int, rows: Sequence[Notification], held: Sequence[int]) -> set[tuple[int, str]]:
    """Tell these of another thread; what its reader has unread there already, by person and kind, is told once.

    Returns that. Callers hold the rows' members. Four statements.
    """
    subject = thread_subject(target_id)
    there = Notification.objects.filter(OPEN, recipient__in=held, subject=subject)
    taken = set(there.values_list("recipient_id", "kind"))
    telling.withdraw([row.pk for row in rows if not row.is_read and (row.recipient_id, row.kind) in taken])
    going = Notification.objects.filter(pk__in=[row.pk for row in rows], withdrawn_at=None)
    going.update(thread_id=target_id, subject=subject)
    return taken


def _of_those(row: Notification, posts: set[int], thread_id: int) -> Notification:
    """What a notification tells of some posts, as one of the thread that they went to. Not saved."""
    items = [item for item in row.items if item[0] in posts]
    people = policy.actors(items)
    return Notification(
        recipient_id=row.recipient_id,
        kind=row.kind,
        subject=thread_subject(thread_id),
        thread_id=thread_id,
        post_id=items[0][0],
        items=items,
        count=len(items),
        actor_id=people[0] if people else None,
        actor_count=len(people) or 1,
        why=row.why,
        data=row.data,
        is_listed=row.is_listed,
        waits=row.waits,
        at=row.at,
        made_at=row.made_at,
        read_at=row.read_at,
    )


def gone_since(posts: Sequence[int]) -> list[int]:
    """Those of the posts that are out of sight: they may have gone while their thread changed. One statement."""
    rows = Post.objects.filter(pk__in=posts).exclude(state=PostState.VISIBLE)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def forget_titles(*, thread_id: int, titles: Sequence[str], places: Sequence[int], title: str) -> None:
    """A thread's title was erased for good: neither the log of what was sent nor what was done to its author says it.

    `titles`: all that it ever had; `places`: the threads where its posts stand now, if it was merged; `title`: what
    stands there instead. Callers hold a transaction. Two statements, and one for each notice of its author's.
    """
    about = Delivery.objects.exclude(title="").filter(notification__thread_id=thread_id)
    about.update(title="")
    elsewhere = Delivery.objects.filter(notification__thread_id__in=places)
    for said in titles:
        elsewhere.filter(title__contains=said).update(title="")
    house = Notification.objects.filter(kind=Kind.HOUSE, data__thread__in=[thread_id, *places])
    for row in house.iterator():
        if row.data.get("thread") == thread_id or row.data.get("title") in titles:
            Delivery.objects.filter(notification=row).update(title="")
            Notification.objects.filter(pk=row.pk).update(data={**row.data, "title": title})


def _told(thread_id: int) -> NotificationQuerySet:
    return Notification.objects.filter(thread_id=thread_id, withdrawn_at=None)


def _told_people(thread_id: int, after: int) -> list[int]:
    """The next people who were told of a thread. One statement."""
    rows = _told(thread_id).filter(recipient_id__gt=after).order_by("recipient_id")
    return list(rows.values_list("recipient_id", flat=True).distinct()[:BATCH])
