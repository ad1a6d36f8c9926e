"""What lies in the hands of somebody who cannot work it any more is free again."""

from __future__ import annotations

from django.db.models import Q

from community.core.retrying import action
from moderation.desk.actions.acts import put
from moderation.desk.actions.stepping import FREE
from moderation.desk.models import DeskLog, DeskThread
from moderation.promises.queries.rota import who_can_take


@action
def free_lost(*, holding: Q) -> int:
    """Free the rows among `holding` whose holder lost their role, their standing or the right on the board; how many.

    The log says whose it was. Repeat-safe. One statement where nobody holds anything, then one a board and two a row.
    """
    rows = DeskThread.objects.select_for_update(of=("self",)).filter(holding, assignee__isnull=False)
    able: dict[int, frozenset[int]] = {}
    freed = 0
    for row in rows.select_related("thread__board", "assignee").order_by("pk"):
        board, holder = row.thread.board, row.assignee
        if board.pk not in able:
            able[board.pk] = who_can_take(board)
        if holder is not None and holder.pk not in able[board.pk]:
            data = {"to": holder.pk, "name": holder.name, "lost": True}
            put(row, None, DeskLog.Verb.RELEASED, FREE, data=data)
            freed += 1
    return freed
