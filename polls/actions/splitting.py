"""Telling a result apart by who answered: once, after the close, with small cells left out for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.db.models import Q

from community.core import clock
from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from polls import splits
from polls.actions.closing import SETTLED
from polls.facts import PollToldApart
from polls.models import Choice, Kind, Poll, PollState, Split
from polls.queries.splits import MEMBERS, columns_of, parts_of

LATELY = timedelta(days=7)


@action
def tell_apart(*, poll_id: int) -> bool:
    """Write down who chose what in a poll that has closed and settled, as far as it may be told; once. False otherwise.

    Never of a sealed poll: there is nothing it could be told from.
    """
    poll = Poll.objects.select_for_update().filter(pk=poll_id).first()
    if poll is None or poll.is_sealed or poll.closed_at is None or poll.closed_at > clock.now() - SETTLED:
        return False
    columns = columns_of(poll, list(Choice.objects.filter(poll=poll).order_by("place", "number")))
    parts = parts_of(poll, columns)
    members = [part for part in parts if part.kind in MEMBERS]
    adds_up = poll.kind != Kind.MULTIPLE
    rows = splits.by_car(members)
    grid = splits.told(rows, adds_up=adds_up)
    together = splits.by_car(replace(part, car="") for part in members)
    whole = splits.told(together, adds_up=adds_up)
    if splits.cells_told(whole) > splits.cells_told(grid):  # too few for each car: owners together
        rows, grid = together, whole
    content: dict[str, object] = {}
    if grid is not None:
        told = [[row.kind, row.car, row.n, cells] for row, cells in zip(rows, grid, strict=True)]
        # What guests chose stands apart on the page anyway.
        told += [[part.kind, "", part.n, list(part.cells)] for part in parts if part.kind == "guest"]
        content = {"columns": [key for key, _numbers in columns], "rows": told}
    if not put_once(Split(poll=poll, made_at=clock.now(), content=content)):
        return False
    publish(PollToldApart(poll.pk, poll.thread_id))
    return True


def untold_polls() -> list[int]:
    """Polls that closed lately and were not told apart. One statement."""
    now = clock.now()
    rows = Poll.objects.filter(split=None, closed_at__lte=now - SETTLED, closed_at__gt=now - LATELY)
    rows = rows.filter(~Q(secrecy="sealed"), ~Q(state=PollState.REMOVED))
    return list(rows.order_by("closed_at").values_list("pk", flat=True)[:200])


def drop_split(poll: Poll) -> None:
    """Tell it no more: the poll takes votes again or was counted anew. For actions that hold the poll."""
    Split.objects.filter(poll=poll, dropped_at=None).update(content={}, dropped_at=clock.now())
