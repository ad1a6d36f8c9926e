"""What the room does later, and by the clock."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from activity.notices import known
from activity.notices import tasks as notices
from community.core import clock
from community.core.tasks import cron, task
from moderation.solutions import hearers
from moderation.solutions.models import Change

RESTS = timedelta(minutes=5)  # somebody who edits does so several times


@task("solutions.tell_of_change", max_attempts=8)
def tell_of_change(change_id: int, after: int = 0) -> None:
    """Tell one batch of those who rely on an answer, and queue the next one with it. Told twice, it does nothing."""
    with transaction.atomic():
        change = Change.objects.select_related("solution__post").filter(pk=change_id).first()
        if change is None:
            return
        whys, following = hearers.of_change(change, after)
        step = known.about_known(
            whys=whys,
            solution_id=change.solution_id,
            thread_id=change.solution.thread_id,
            post_id=change.solution.post_id,
            what=change.what,
            reason=change.reason,
            key=f"{change.pk}:{after}",
        )
        if step is None:
            return
        notices.hand_on(step.deliveries)
        if following is not None:
            tell_of_change.enqueue(change_id=change_id, after=following)


@task("solutions.look_at_edit", max_attempts=8)
def look_at_edit(solution_id: int, editor_id: int) -> None:
    """Whether readers should hear of an edit, once its editor has rested."""
    from moderation.solutions import actions

    actions.note_edit(solution_id=solution_id, editor_id=editor_id)


def look_later(solution_id: int, editor_id: int) -> None:
    """Queue the look. The row commits with the edit."""
    look_at_edit.using(run_after=clock.now() + RESTS).enqueue(solution_id=solution_id, editor_id=editor_id)


@cron("17 * * * *", name="solutions.review_due")
def review_due() -> None:
    """Queue reviews of answers whose day has come."""
    from moderation.solutions import actions

    while actions.open_due_reviews() == actions.BATCH:
        pass
