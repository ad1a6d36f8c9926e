"""A thread that is locked, out of sight, pinned, moved or merged stands raised no more. The thread is held already."""

from __future__ import annotations

from community.core import clock
from community.core.facts import records
from forum import facts as forum
from moderation.raises.actions.ending import end
from moderation.raises.models import Raise


def _end(thread_id: int) -> None:
    row = Raise.objects.filter(thread_id=thread_id, state=Raise.State.RAISED, ended_at=None).first()
    if row is not None:
        end(row, Raise.End.CLOSED, clock.now())


@records(forum.ThreadLocked, forum.ThreadPinned, forum.ThreadMoved)
def closed(fact: forum.ThreadLocked | forum.ThreadPinned | forum.ThreadMoved) -> None:
    _end(fact.thread_id)


@records(forum.ThreadStateChanged)
def out_of_sight(fact: forum.ThreadStateChanged) -> None:
    if fact.state != "visible":
        _end(fact.thread_id)


@records(forum.ThreadUndone)
def taken_back(fact: forum.ThreadUndone) -> None:
    """Said before the rows go."""
    _end(fact.thread_id)


@records(forum.ThreadsMerged)
def merged(fact: forum.ThreadsMerged) -> None:
    _end(fact.source_id)


@records(forum.PostStateChanged)
def disputed(fact: forum.PostStateChanged) -> None:
    """A hidden post is a dispute."""
    if fact.state == "hidden":
        _end(fact.thread_id)
