"""What the members' room does by the clock."""

from community.core.tasks import cron
from community.members import actions


@cron("17 * * * *", name="members.erase_unproven")
def erase_unproven() -> None:
    """Forget accounts that never proved an address."""
    actions.erase_unproven()
