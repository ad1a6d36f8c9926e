"""Several people at the very same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from django.db import connection
from django.http import Http404

from community.core import counters
from community.core.access import Refused
from forum.models import Thread

PEOPLE = 8
FORUM = ("forum.posts", "forum.threads", "forum.boards", "forum.members", "forum.tags", "forum.tag_uses")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned, or how it was refused. All of them start at the same moment; other errors are raised.

    A clock that the test holds is held for them too.
    """
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)
    errors: list[BaseException] = []
    contexts = [copy_context() for _act in acts]

    def run(number: int) -> None:
        try:
            gate.wait(20)
            results[number] = contexts[number].run(acts[number])
        except (Refused, Http404) as refusal:
            results[number] = refusal
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert not any(worker.is_alive() for worker in workers), "somebody waits for ever"
    if errors:
        raise errors[0]
    return results


def done(results: list[Any]) -> list[Any]:
    """Those that were not refused."""
    return [result for result in results if not isinstance(result, Refused | Http404)]


def assert_exact() -> None:
    """Every counter equals its recount, and no number is missing or double."""
    wrong = {found.name: found.corrected for found in counters.rebuild(FORUM)}
    assert wrong == dict.fromkeys(FORUM, 0)
    for thread in Thread.objects.exclude(state="merged"):
        numbers = list(thread.posts.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, thread.last_number + 1)), thread
