"""What the room does by the clock, and when somebody signs in: what this device answered as a guest becomes theirs."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from community.core.facts import records
from community.core.tasks import cron, task
from community.members.models import Member
from polls import facts, guests
from polls.models import GuestPledge
from polls.surveys import actions


@cron("* * * * *", name="surveys.note_ends")
def note_ends() -> None:
    """Note which waves are over, and look into the boxes of anonymous ones."""
    for wave_id in actions.due_waves():
        actions.close_due_wave(wave_id=wave_id)
    for wave_id in actions.anonymous_waves():
        count_box.enqueue(wave_id=wave_id)


@task(name="surveys.count_boxes", max_attempts=5)
def count_box(wave_id: int) -> None:
    """Count a group of answers. By the clock alone: a task for each person would tell when they answered."""
    actions.count_boxes(wave_id=wave_id)
    actions.forget_sheets(wave_id=wave_id)


@receiver(user_logged_in, dispatch_uid="surveys.take_over")
def take_over(request: HttpRequest | None, user: Member, **kwargs: Any) -> None:
    keys = {guests.key_of(request)} if request is not None else set[str]()
    # Whoever opened the account as a guest, on whichever device the address was proved.
    keys |= set(GuestPledge.objects.filter(member=user).values_list("guest_key", flat=True))
    for key in sorted(keys - {""}):
        actions.take_over_responses(member=user, guest_key=key)


@records(facts.GuestRecognised)
def recognised(fact: facts.GuestRecognised) -> None:
    member = Member.objects.get(pk=fact.member_id)
    actions.take_over_responses(member=member, guest_key=fact.guest_key)
