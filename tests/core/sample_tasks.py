"""Tasks for the tests of the queue: it finds them by their path, so they live in a module."""

from typing import Any

from community.core.models import CronMark
from community.core.tasks import cron, task

done: list[Any] = []


@task(name="tests.note")
def note(text: str = "", number: int = 0) -> str:
    done.append(text or number)
    return text


@task(name="tests.stumble", max_attempts=3)
def stumble(message: str = "stumbled") -> None:
    done.append("try")
    raise OSError(message)


@task(name="tests.half", max_attempts=2)
def half(name: str) -> None:
    """Queues a follower and then fails."""
    note.enqueue(text=f"after {name}")
    raise OSError(name)


@task(name="tests.interrupted")
def interrupted() -> None:
    raise KeyboardInterrupt


@task(name="tests.forever", max_attempts=1)
def forever() -> None:
    forever.enqueue()


@task(name="tests.odd_value")
def odd_value() -> object:
    done.append("odd")
    return object()


@cron("*/5 * * * *", name="tests.every_five")
def every_five() -> None:
    done.append("five")


@cron("0 4 * * *", name="tests.nightly")
def nightly() -> None:
    CronMark.objects.count()
    done.append("night")


not_a_task = 5
