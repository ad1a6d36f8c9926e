"""What the forum does by the clock, and when somebody else states a fact."""

from typing import Any

from allauth.account.signals import user_signed_up
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from community.core.facts import reacts
from community.core.tasks import cron
from community.files.facts import UploadCovered, UploadGone, UploadMoves
from community.members.models import Member
from forum import waiting
from forum.actions.drafts import sweep_drafts
from forum.actions.particulars import redraw_particulars
from forum.actions.upkeep import end_due_pins, end_due_slow
from forum.actions.uploads import redraw_posts
from forum.facts import BoardFormChanged


@cron("*/5 * * * *", name="forum.end_due_pins")
def end_pins() -> None:
    """Take down pins that reached their end."""
    end_due_pins()


@cron("* * * * *", name="forum.end_due_slow")
def end_slow_modes() -> None:
    """Say that a slow mode is over; nobody waits for it longer than they were told."""
    end_due_slow()


@cron("41 3 * * *", name="forum.sweep_drafts")
def sweep() -> None:
    """Let go of drafts that nobody touched for as long as the page of drafts says."""
    sweep_drafts()


@reacts(UploadCovered, UploadGone, UploadMoves, name="forum.redraw_posts", atomic=False)
def redraw(fact: UploadCovered | UploadGone | UploadMoves) -> None:
    """Posts keep their words; what they show of a picture changes with it."""
    redraw_posts(upload_id=fact.upload_id)


@reacts(BoardFormChanged, name="forum.redraw_particulars", atomic=False)
def say_anew(fact: BoardFormChanged) -> None:
    """A field or a choice is called otherwise: so it is in every post that answered it."""
    if fact.renamed_id:
        redraw_particulars(field_id=fact.renamed_id)


@receiver(user_signed_up)
def keep_for_newcomer(sender: object, request: HttpRequest, user: Member, **kwargs: Any) -> None:
    """What a guest wrote is theirs from the first step, on whichever device they prove their address."""
    waiting.hand_over(request, user, is_proven=False)


@receiver(user_logged_in)
def keep_for_member(sender: object, request: HttpRequest | None, user: Member, **kwargs: Any) -> None:
    """What waited in this session is a draft of whoever signed in."""
    waiting.hand_over(request, user, is_proven=True)
