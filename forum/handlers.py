"""What the forum does by the clock."""

from community.core.tasks import cron
from forum.actions.drafts import sweep_drafts
from forum.actions.upkeep import end_due_pins


@cron("*/5 * * * *", name="forum.end_due_pins")
def end_pins() -> None:
    """Take down pins that reached their end."""
    end_due_pins()


@cron("41 3 * * *", name="forum.sweep_drafts")
def sweep() -> None:
    """Let go of drafts that nobody touched for as long as the page of drafts says."""
    sweep_drafts()
