"""Work for later: queued with the change that asks for it, retried, parked, never lost.

A task is a module-level function, called with JSON-able keyword arguments:

    @task(name="search.index_post")
    def index_post(post_id: int) -> None: ...

    index_post.enqueue(post_id=5)   # a row that commits or rolls back with the caller's transaction

`tasks.worker` runs them, `tasks.crons` queues the timetable's, `tasks.operators` shows what gave up.
"""

from community.core.tasks.crons import cron
from community.core.tasks.queue import QueuedTask, task

__all__ = ["QueuedTask", "cron", "task"]
