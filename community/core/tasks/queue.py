"""What can be queued, how often it is tried, and how long it waits between tries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from django.utils.module_loading import import_string
from django_tasks.base import Task

from community.core import chance

P = ParamSpec("P")
T = TypeVar("T")

MAX_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedTask(Task[P, T]):
    """A task that knows its stable name and how often it may be tried."""

    label: str
    max_attempts: int = MAX_ATTEMPTS
    # Does several at once, told the arguments of each, where that costs less than one after the other. Whatever it
    # raises, each is then done alone: so it may do half of them, or some of them twice.
    together: Callable[[list[dict[str, Any]]], None] | None = None

    @property
    def name(self) -> str:
        return self.label


_names: dict[str, str] = {}
_joined: set[str] = set()


def task(
    name: str,
    max_attempts: int = MAX_ATTEMPTS,
    *,
    priority: int = 0,
    together: Callable[[list[dict[str, Any]]], None] | None = None,
) -> Callable[[Callable[P, T]], QueuedTask[P, T]]:
    """Make a module-level function a task called `name` (unique), parked after `max_attempts` failures.

    `together`: does several that are due at once.
    """
    if max_attempts < 1:
        raise ValueError("a task is tried at least once")

    def wrap(function: Callable[P, T]) -> QueuedTask[P, T]:
        path = f"{function.__module__}.{function.__qualname__}"
        if _names.setdefault(name, path) != path:
            raise ValueError(f"two tasks are called {name}: {_names[name]} and {path}")
        if together is not None:
            _joined.add(path)
        return QueuedTask(
            func=function,
            label=name,
            max_attempts=max_attempts,
            priority=priority,
            together=together,
        )

    return wrap


def enqueue_all(told: Sequence[tuple[QueuedTask[Any, Any], dict[str, Any]]]) -> None:
    """Queue tasks with their arguments. One statement; the rows commit with the caller's transaction."""
    if told:
        backend: Any = told[0][0].get_backend()
        backend.enqueue_all(told)


def goes_together(task_path: str) -> bool:
    """Whether several of the tasks at `task_path` may be done at once."""
    return task_path in _joined


def attempts_allowed(task_path: str) -> int:
    """How often the task at `task_path` may be tried; the usual number for foreign and vanished ones."""
    try:
        found: Any = import_string(task_path)
    except ImportError:
        return MAX_ATTEMPTS
    return found.max_attempts if isinstance(found, QueuedTask) else MAX_ATTEMPTS


def pause_after(attempt: int) -> timedelta:
    """The wait after the `attempt`th failure: doubling from 5 s to 1 h, spread by half either way."""
    # The spread keeps jobs that failed together (a service went away) from coming back together.
    doubled = FIRST_PAUSE.total_seconds() * 2 ** min(attempt - 1, 30)
    return timedelta(seconds=min(doubled, LONGEST_PAUSE.total_seconds()) * (0.5 + chance.jitter()))
