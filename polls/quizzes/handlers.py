"""What the room does by the clock, and when somebody signs in: what this device answered becomes theirs."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from community.core.facts import records
from community.core.tasks import cron
from community.members.models import Member
from polls import facts, guests
from polls.models import GuestPledge
from polls.quizzes import actions


@receiver(user_logged_in, dispatch_uid="quizzes.take_over")
def take_over(request: HttpRequest | None, user: Member, **kwargs: Any) -> None:
    keys = {guests.key_of(request)} if request is not None else set[str]()
    # Whoever opened the account as a guest, on whichever device the address was proved.
    keys |= set(GuestPledge.objects.filter(member=user).values_list("guest_key", flat=True))
    for key in sorted(keys - {""}):
        actions.take_over_attempts(member=user, guest_key=key)
        actions.take_over_players(member=user, guest_key=key)


@records(facts.GuestRecognised)
def recognised(fact: facts.GuestRecognised) -> None:
    member = Member.objects.get(pk=fact.member_id)
    actions.take_over_attempts(member=member, guest_key=fact.guest_key)
    actions.take_over_players(member=member, guest_key=fact.guest_key)


@cron("* * * * *", name="quizzes.keep_time")
def keep_time() -> None:
    """Runs that nobody looks at: their questions close, they wait for a host who is gone, and end when left alone."""
    for run_id in actions.due_runs():
        actions.keep_time(run_id=run_id)
