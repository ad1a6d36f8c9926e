"""What the forum does by the clock."""

from community.core.tasks import cron
from forum.actions.upkeep import end_due_pins


@cron("*/5 * * * *", name="forum.end_due_pins")
def end_pins() -> None:
    """Take down pins that reached their end."""
    end_due_pins()
