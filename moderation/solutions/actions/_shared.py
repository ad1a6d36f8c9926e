"""What several verbs do alike. Callers hold the threads they speak of."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from community.core import clock
from community.core.facts import publish
from community.members.models import Member
from forum import actions as forum
from forum.models import Thread, ThreadLog
from moderation.solutions import tasks
from moderation.solutions.facts import SolutionChanged
from moderation.solutions.models import Change, Link, Solution

CURRENT = Q(ended_at=None)


def links_here(thread_id: int) -> QuerySet[Link]:
    """Links that this thread shows: its own, and those of threads that were merged into it."""
    return Link.objects.filter(CURRENT, thread=thread_id, solution__withdrawn_at=None)


def links_to(thread_id: int) -> QuerySet[Link]:
    """Links of other threads to answers in this one."""
    return Link.objects.filter(CURRENT, solution__thread=thread_id, solution__withdrawn_at=None)


def answers_in(thread_id: int) -> QuerySet[Solution]:
    return Solution.objects.filter(thread=thread_id, withdrawn_at=None)


def has_known(thread_id: int) -> bool:
    """Whether a thread's pages have something to fetch: what is taken back may come back. Two statements at most."""
    here = Link.objects.filter(CURRENT, thread=thread_id)
    return here.exists() or Solution.objects.filter(thread=thread_id).exists()


def settle(thread_id: int) -> None:
    """Set the mark of a thread to what its rows say."""
    Thread.objects.filter(pk=thread_id).update(has_known=has_known(thread_id))


def say(solution: Solution, author_id: int | None = None) -> None:
    publish(SolutionChanged(solution.pk, solution.thread_id, author_id))


def note_change(
    solution: Solution,
    what: Change.What,
    actor_id: int | None,
    *,
    reason: str = "",
    before: Solution | None = None,
    at: datetime | None = None,
) -> Change:
    """Write down what everybody who relies on an answer hears, and queue the telling with it."""
    row = Change.objects.create(
        solution=solution, before=before, what=what, actor_id=actor_id, reason=reason, at=at or clock.now()
    )
    tasks.tell_of_change.enqueue(change_id=row.pk)
    return row


def withdraw(solution: Solution, actor: Member | None, *, reason: str = "") -> None:
    """An answer serves nobody any more; the rows of its links stay, so that it may come back. It is held."""
    solution.withdrawn_at = clock.now()
    solution.save(update_fields=["withdrawn_at"])
    forum.note_known(
        actor=actor,
        thread_id=solution.thread_id,
        kind=ThreadLog.Kind.KNOWN_BACK,
        has_known=True,
        reason=reason,
        number=solution.post.number,
    )
    actor_id = actor.pk if actor else None
    note_change(solution, Change.What.WITHDRAWN, actor_id, reason=reason, at=solution.withdrawn_at)
    say(solution)
