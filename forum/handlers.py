"""What the forum does by the clock, and when somebody else states a fact."""

from community.core.facts import reacts
from community.core.tasks import cron
from community.files.facts import UploadCovered, UploadGone
from forum.actions.drafts import sweep_drafts
from forum.actions.upkeep import end_due_pins
from forum.actions.uploads import redraw_posts


@cron("*/5 * * * *", name="forum.end_due_pins")
def end_pins() -> None:
    """Take down pins that reached their end."""
    end_due_pins()


@cron("41 3 * * *", name="forum.sweep_drafts")
def sweep() -> None:
    """Let go of drafts that nobody touched for as long as the page of drafts says."""
    sweep_drafts()


@reacts(UploadCovered, UploadGone, name="forum.redraw_posts", atomic=False)
def redraw(fact: UploadCovered | UploadGone) -> None:
    """Posts keep their words; what they show of a picture changes with it."""
    redraw_posts(upload_id=fact.upload_id)
