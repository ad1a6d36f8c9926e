"""What the live room does by the clock."""

from datetime import timedelta

from activity.live.models import LiveEvent, RightsNote
from community.core import clock
from community.core.tasks import cron

HORIZON = timedelta(hours=24)  # a page that was away for longer is asked to load anew
NOTES_KEPT = timedelta(hours=1)


@cron("17 * * * *", name="live.sweep")
def sweep() -> None:
    """Forget events and notes that no page will ask for."""
    now = clock.now()
    LiveEvent.objects.filter(at__lt=now - HORIZON).delete()
    RightsNote.objects.filter(at__lt=now - NOTES_KEPT).delete()
