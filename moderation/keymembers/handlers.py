"""What happens to terms by the clock."""

from community.core.tasks import cron
from moderation.keymembers import actions


@cron("* * * * *", name="keymembers.end_due")
def end_due() -> None:
    """Terms whose date has come are over: the mark goes, and what it counted for."""
    actions.end_due_terms()
