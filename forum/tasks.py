"""What the forum does by the clock, a little at a time."""

import structlog

from community.core.tasks import cron, task
from forum import actions, counters

log = structlog.get_logger("community.forum")


@task(name="forum.fetch_card", max_attempts=2)
def fetch_card(card_id: int) -> None:
    """Ask a page that posts link to what it is."""
    actions.ask_for_card(card_id=card_id)


@cron("* * * * *", name="forum.publish_due")
def publish_due() -> None:
    """Publish what members wrote for this moment, each for itself: one that fails holds up no other."""
    for pk in actions.due_to_publish():
        try:
            actions.publish_scheduled(scheduled_id=pk)
        except Exception:
            log.exception("scheduled_post_failed", scheduled_id=pk)


BATCH = 200  # posts rendered between two looks at the queue's other work
BATCHES = 5


@cron("*/5 * * * *", name="forum.rerender")
def rerender() -> None:
    """Bring posts of an older renderer up to date; one look at an index when there are none."""
    for _ in range(BATCHES):
        if actions.rerender_posts(limit=BATCH) < BATCH:
            return


@cron("*/10 * * * *", name="forum.week")
def count_the_week() -> None:
    """What grew older than a week counts no more."""
    counters.rebuild_weeks()
