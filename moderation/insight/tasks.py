"""What figures do by the clock: boards that nobody of staff looks at are told to whoever leads there."""

from __future__ import annotations

from django.urls import reverse

from activity.notices import tasks as notices
from community.core.tasks import cron
from moderation.insight.queries.watch import unseen


def tell_of_unseen() -> None:
    """Once for each silence, however often it is looked at."""
    for one in unseen():
        thread_id = one.unvisited.board.last_thread_id
        if thread_id is not None:
            notices.at_once(
                notices.tell_of_duty,
                member_id=one.member_id,
                actor_id=None,
                thread_id=thread_id,
                what="unseen",
                key=one.key,
                to=f"{reverse('insight:figures')}#watch",
            )


@cron("17 * * * *", name="insight.watch")
def watch_boards() -> None:
    """Tell the leads."""
    tell_of_unseen()
