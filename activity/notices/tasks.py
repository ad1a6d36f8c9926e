"""What the room does later, and by the clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from activity.notices import (
    calls,
    digests,
    forgetting,
    occasions,
    people,
    pictures,
    push,
    retelling,
    sending,
    work,
)
from activity.notices.kinds import Channel
from activity.notices.models import Delivery, Notification
from activity.notices.occasions import Step
from activity.notices.policy import SETTLING
from community.core import clock
from community.core.tasks import QueuedTask, cron, task
from community.core.tasks.upkeep import delete_in_batches
from forum.models import Post

URGENT = 30  # before pictures and whatever else waits: somebody was spoken to
MAIL_REST = timedelta(seconds=60)  # who is on the site reads it there, and no letter comes
QUIET_REST = timedelta(minutes=30)
KEPT = timedelta(days=365)


def later(queued: QueuedTask[Any, Any], **told: Any) -> None:
    """Queue a task for when words have settled. The row commits with the change it speaks of."""
    queued.using(run_after=clock.now() + SETTLING).enqueue(**told)


def at_once(queued: QueuedTask[Any, Any], **told: Any) -> None:
    """Queue a task that changes somebody's badge, before all that is not so urgent."""
    queued.using(priority=URGENT).enqueue(**told)


def hand_on(deliveries: Iterable[Delivery], *, settles_at: datetime | None = None) -> None:
    """Queue deliveries, each for itself: one that fails holds up no other. None goes out before it has settled."""
    now = clock.now()
    for delivery in deliveries:
        rested = now + MAIL_REST if delivery.channel == Channel.MAIL else now
        send.using(run_after=max(rested, settles_at or now)).enqueue(delivery_id=delivery.pk)


def _carry_on(step: Step) -> Step:
    hand_on(step.deliveries, settles_at=step.settles_at)
    return step


def _tell_of_posts(told: list[dict[str, Any]]) -> None:
    for one in told:
        tell_of_post.func(**one)


@task("notices.tell_of_post", max_attempts=8, together=_tell_of_posts)
def tell_of_post(
    post_id: int,
    mentioned_ids: list[int],
    reply_to_id: int | None = None,
    after: int = -1,
    called: list[str] | None = None,
) -> None:
    """Tell one batch of people of a post, and queue the next one with it.

    Those it is addressed to (`after` -1) are told at once, and reached by mail and push when it has settled; the
    groups it has `called`, and then the others, are told of it then.
    """
    told: dict[str, Any] = {"post_id": post_id, "reply_to_id": reply_to_id}
    with transaction.atomic():
        step = _carry_on(occasions.about_post(**told, mentioned_ids=tuple(mentioned_ids), after=after))
        if step.after is not None:
            following = {**told, "mentioned_ids": mentioned_ids, "after": step.after}
            if called:
                groups = tell_of_call.using(run_after=step.settles_at)
                groups.enqueue(post_id=post_id, groups=called, then=following)
            else:
                tell_of_post.using(run_after=step.settles_at).enqueue(**following)


@task("notices.tell_of_call", max_attempts=8)
def tell_of_call(
    post_id: int,
    groups: list[str],
    actor_id: int | None = None,
    after: int = 0,
    then: dict[str, Any] | None = None,
) -> None:
    """Tell one batch of the first of these groups that a post calls it, and queue the next one with it.

    When every group has heard, those who watch are told of a new post: `then` is what `tell_of_post` goes on with.
    """
    with transaction.atomic():
        step = calls.about_call(post_id=post_id, group=groups[0], actor_id=actor_id, after=after)
        if step is None:
            return
        _carry_on(step)
        rest = groups if step.after is not None else groups[1:]
        if rest:
            told: dict[str, Any] = {"post_id": post_id, "actor_id": actor_id, "then": then}
            tell_of_call.enqueue(**told, groups=rest, after=step.after or 0)
        elif then:
            tell_of_post.enqueue(**then)


@task("notices.take_back_calls", max_attempts=8)
def take_back_calls(post_id: int, groups: list[str], after: int = 0) -> None:
    with transaction.atomic():
        following = calls.take_back_calls(post_id=post_id, groups=tuple(groups), after=after)
        if following is not None:
            take_back_calls.enqueue(post_id=post_id, groups=groups, after=following)


@task("notices.tell_of_poll", max_attempts=8)
def tell_of_poll(poll_id: int, after: int = 0) -> None:
    """Tell one batch of watchers that a poll closes soon, and queue the next one with it."""
    with transaction.atomic():
        step = _carry_on(occasions.about_poll(poll_id=poll_id, after=after))
        if step.after is not None:
            tell_of_poll.enqueue(poll_id=poll_id, after=step.after)


@task("notices.tell_of_names", max_attempts=8)
def tell_of_names(post_id: int, editor_id: int, member_ids: list[int], key: str) -> None:
    """Tell those whom an edit names."""
    with transaction.atomic():
        _carry_on(
            people.about_names(post_id=post_id, editor_id=editor_id, member_ids=tuple(member_ids), key=key)
        )


@task("notices.take_back_names", max_attempts=8)
def take_back_names(post_id: int, member_ids: list[int]) -> None:
    people.take_back_names(post_id=post_id, member_ids=tuple(member_ids))


@task("notices.tell_of_follower", max_attempts=8)
def tell_of_follower(member_id: int, target_id: int) -> None:
    with transaction.atomic():
        _carry_on(people.about_follower(member_id=member_id, target_id=target_id))


@task("notices.take_back_follower", max_attempts=8)
def take_back_follower(member_id: int, target_id: int) -> None:
    people.take_back_follower(member_id=member_id, target_id=target_id)


@task("notices.take_back_message", max_attempts=8)
def take_back_message(conversation_id: int, author_id: int) -> None:
    people.take_back_message(conversation_id=conversation_id, author_id=author_id)


@task("notices.take_back_apart", max_attempts=8)
def take_back_apart(member_id: int, target_id: int) -> None:
    people.take_back_apart(member_id=member_id, target_id=target_id)


@task("notices.tell_of_help", max_attempts=8)
def tell_of_help(member_id: int, actor_id: int, thread_id: int, reason: str, key: str) -> None:
    """Tell somebody that the team asks for their help."""
    with transaction.atomic():
        _carry_on(
            work.about_help(
                member_id=member_id, actor_id=actor_id, thread_id=thread_id, reason=reason, key=key
            )
        )


@task("notices.withdraw_help", max_attempts=8)
def withdraw_help(member_id: int, thread_id: int) -> None:
    work.withdraw_help(member_id=member_id, thread_id=thread_id)


@task("notices.tell_of_duty", max_attempts=8)
def tell_of_duty(
    member_id: int, actor_id: int | None, thread_id: int | None, what: str, **about: Any
) -> None:
    """Tell somebody what waits for them at work; `about` as in `work.about_duty`."""
    with transaction.atomic():
        _carry_on(
            work.about_duty(member_id=member_id, actor_id=actor_id, thread_id=thread_id, what=what, **about)
        )


@task("notices.withdraw_duty", max_attempts=8)
def withdraw_duty(thread_id: int) -> None:
    work.withdraw_duty(thread_id=thread_id)


@task("notices.withdraw_duty_of", max_attempts=8)
def withdraw_duty_of(what: str, about: int, but: int | None = None) -> None:
    work.withdraw_duty_of(what=what, about=about, but=but)


@task("notices.tell_of_reaction", max_attempts=8)
def tell_of_reaction(post_id: int, member_id: int, key: str) -> None:
    with transaction.atomic():
        _carry_on(occasions.about_reaction(post_id=post_id, member_id=member_id, key=key))


@task("notices.tell_of_answer", max_attempts=8)
def tell_of_answer(post_id: int, actor_id: int, key: str) -> None:
    with transaction.atomic():
        _carry_on(occasions.about_answer(post_id=post_id, actor_id=actor_id, key=key))


@task("notices.tell_of_message", max_attempts=8)
def tell_of_message(message_id: int, recipient_ids: list[int]) -> None:
    with transaction.atomic():
        _carry_on(occasions.about_message(message_id=message_id, recipient_ids=tuple(recipient_ids)))


@task("notices.tell_of_upkeep", max_attempts=8)
def tell_of_upkeep(member_id: int, actor_id: int | None, what: str, **about: Any) -> None:
    """Tell somebody what moderators did; `about` as in `occasions.about_upkeep`."""
    with transaction.atomic():
        _carry_on(occasions.about_upkeep(member_id=member_id, actor_id=actor_id, what=what, **about))


@task("notices.tell_of_picture", max_attempts=8)
def tell_of_picture(upload_id: int) -> None:
    with transaction.atomic():
        _carry_on(pictures.about_lost(upload_id=upload_id))


@task("notices.take_back", max_attempts=8)
def take_back(thread_id: int, posts: list[int], after: int = 0, actor_id: int | None = None) -> None:
    """Posts (or one person's reactions to them) are gone: nobody is told of them any more."""
    with transaction.atomic():
        following = retelling.take_back(
            thread_id=thread_id, posts=tuple(posts), after=after, actor_id=actor_id
        )
        if following is not None:
            take_back.enqueue(thread_id=thread_id, posts=posts, after=following, actor_id=actor_id)


@task("notices.take_back_answer", max_attempts=8)
def take_back_answer(thread_id: int, post_id: int) -> None:
    retelling.take_back_answer(thread_id=thread_id, post_id=post_id)


@task("notices.look_again", max_attempts=8)
def look_again(thread_id: int, after: int = 0) -> None:
    """Who may not read a thread any more was not told of it."""
    with transaction.atomic():
        following = retelling.look_again(thread_id=thread_id, after=after)
        if following is not None:
            look_again.enqueue(thread_id=thread_id, after=following)


@task("notices.look_again_on_board", max_attempts=8)
def look_again_on_board(board_id: int) -> None:
    """The rights of a board changed: ask for every thread of it that somebody was told of."""
    rows = Notification.objects.filter(thread__board_id=board_id, withdrawn_at=None).order_by("thread_id")
    with transaction.atomic():
        for thread_id in list(rows.values_list("thread_id", flat=True).distinct()):
            if thread_id is not None:
                look_again.enqueue(thread_id=thread_id)


@task("notices.follow_merge", max_attempts=8)
def follow_merge(source_id: int, target_id: int, after: int = 0) -> None:
    with transaction.atomic():
        following = retelling.follow_merge(source_id=source_id, target_id=target_id, after=after)
        if following is not None:
            follow_merge.enqueue(source_id=source_id, target_id=target_id, after=following)
        else:  # it may lead onto a board that not everybody reads who was told
            look_again.enqueue(thread_id=target_id)


@task("notices.follow_split", max_attempts=8)
def follow_split(source_id: int, target_id: int, posts: list[int], after: int = 0) -> None:
    told: dict[str, Any] = {"source_id": source_id, "target_id": target_id, "posts": posts}
    with transaction.atomic():
        following = retelling.follow_split(**told, after=after)
        if following is not None:
            follow_split.enqueue(**told, after=following)
            return
        look_again.enqueue(thread_id=target_id)  # not everybody who was told may read it there
        gone = retelling.gone_since(
            posts
        )  # hidden meanwhile: what took that back may have found nothing there yet
        if gone:
            take_back.enqueue(thread_id=target_id, posts=gone)


@task("notices.tell_author", max_attempts=8)
def tell_author(post_id: int, actor_id: int, what: str, key: str) -> None:
    """Tell a post's author what somebody else did to it, with the reason that stands there."""
    post = Post.objects.filter(pk=post_id).first()
    if post is not None and post.author_id is not None:
        with transaction.atomic():
            _carry_on(
                occasions.about_upkeep(
                    member_id=post.author_id,
                    actor_id=actor_id,
                    what=what,
                    reason=post.state_reason,
                    key=key,
                    thread_id=post.thread_id,
                    post_id=post.pk,
                )
            )


@task("notices.send", max_attempts=14)
def send(delivery_id: int) -> None:
    """Send one delivery, if it is still to be sent. An error of the mail server's is for the queue to try again."""
    delivery = sending.load(delivery_id)
    if delivery is None:
        return
    if sending.is_unsettled(delivery):
        send.using(run_after=clock.now() + SETTLING).enqueue(delivery_id=delivery_id)
    elif delivery.channel == Channel.DIGEST:
        if not sending.send_digest(delivery):
            send.using(run_after=clock.now() + QUIET_REST).enqueue(delivery_id=delivery_id)
    elif delivery.channel == Channel.MAIL:
        sending.send_mail(delivery)
    elif not push.send(delivery):
        send.enqueue(delivery_id=delivery_id)  # no browser is left: by mail, then


@cron("*/15 * * * *", name="notices.digests")
def send_digests() -> None:
    """Make the digests that are due, each with its sending in one transaction."""
    for member_id, period in digests.due():
        with transaction.atomic():
            delivery = digests.make(member_id=member_id, period=period)
            if delivery is not None:
                hand_on([delivery])


@cron("41 3 * * *", name="notices.sweep")
def sweep() -> None:
    """Forget what was read or taken back a year ago, and what was sent then."""
    before = clock.now() - KEPT
    delete_in_batches(Notification.objects.filter(read_at__lt=before))
    delete_in_batches(Notification.objects.filter(withdrawn_at__lt=before))
    delete_in_batches(Delivery.objects.filter(made_at__lt=before))
    forgetting.sweep_noise()
