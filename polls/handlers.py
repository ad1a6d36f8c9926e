"""What the room does by the clock, and when somebody else states a fact."""

from __future__ import annotations

from community.core.facts import records
from community.core.tasks import cron, task
from forum import facts as forum
from polls import actions


@cron("* * * * *", name="polls.note_ends")
def note_ends() -> None:
    """Note which polls are over, remind of those that soon will be, and look into the boxes of sealed ones."""
    for poll_id in actions.due_polls():
        actions.close_due_poll(poll_id=poll_id)
    actions.remind_of_ends()
    for poll_id in actions.sealed_polls():
        count_box.enqueue(poll_id=poll_id)


@task(name="polls.count_sealed", max_attempts=5)
def count_box(poll_id: int) -> None:
    """Count a group of sealed ballots. By the clock alone: a task for each vote would tell when it was cast."""
    actions.count_sealed(poll_id=poll_id)


@records(forum.ThreadsMerged)
def merged(fact: forum.ThreadsMerged) -> None:
    actions.follow_merge(source_id=fact.source_id, target_id=fact.target_id)


@records(forum.ThreadSplit)
def split(fact: forum.ThreadSplit) -> None:
    actions.follow_split(new_thread_id=fact.new_thread_id, post_ids=fact.moved_post_ids)
