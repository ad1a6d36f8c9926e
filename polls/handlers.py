"""What the room does by the clock, and when somebody else states a fact."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import user_signed_up
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from community.core.facts import records
from community.core.tasks import cron, task
from community.members.models import Member
from forum import facts as forum
from polls import actions, guests


@cron("* * * * *", name="polls.note_ends")
def note_ends() -> None:
    """Note which polls are over, remind of those that soon will be, and look into the boxes of sealed ones."""
    for poll_id in actions.due_polls():
        actions.close_due_poll(poll_id=poll_id)
    actions.remind_of_ends()
    for poll_id in actions.sealed_polls():
        count_box.enqueue(poll_id=poll_id)
    for draw_id in actions.due_draws():
        actions.freeze_draw(draw_id=draw_id)
    actions.end_due_trials()
    for poll_id in actions.untold_polls():
        actions.tell_apart(poll_id=poll_id)


@cron("23 4 * * *", name="polls.forget_traces")
def forget_traces() -> None:
    """Forget how votes came here, once nobody asks any more whether they were a ring's."""
    actions.forget_traces()


@task(name="polls.count_sealed", max_attempts=5)
def count_box(poll_id: int) -> None:
    """Count a group of sealed ballots. By the clock alone: a task for each vote would tell when it was cast."""
    actions.count_sealed(poll_id=poll_id)


@receiver(user_signed_up, dispatch_uid="polls.signed_up")
def keep_for_newcomer(sender: object, request: HttpRequest, user: Member, **kwargs: Any) -> None:
    """Whoever voted as a guest and now joins takes their votes along, on whichever device they prove their address."""
    actions.pledge_ballots(member=user, guest_key=guests.key_of(request))
    variant = guests.variant_of(request)
    if variant:
        actions.join_trials(member=user, token=variant)


@receiver(user_logged_in, dispatch_uid="polls.signed_in")
def keep_for_member(sender: object, request: HttpRequest | None, user: Member, **kwargs: Any) -> None:
    """What was chosen on this device as a guest is the member's who signs in on it."""
    key = guests.key_of(request) if request is not None else ""
    if (
        actions.take_over_ballots(member=user, guest_key=key)
        and request is not None
        and hasattr(request, "_messages")
    ):
        messages.success(request, _("The votes you cast here without an account are yours now."))


@records(forum.ThreadsMerged)
def merged(fact: forum.ThreadsMerged) -> None:
    actions.follow_merge(source_id=fact.source_id, target_id=fact.target_id)


@records(forum.ThreadSplit)
def split(fact: forum.ThreadSplit) -> None:
    actions.follow_split(new_thread_id=fact.new_thread_id, post_ids=fact.moved_post_ids)
