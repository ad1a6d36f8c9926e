"""Whether threads that praise and threads that criticise are raised alike.

Read in sums: the team may open what the lists took for what, to see where they are wrong; nothing is ever marked so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from forum.models import Thread
from moderation.insight.tone import Measured, Tone, measured, tone_of
from moderation.insight.window import Window
from moderation.raises.models import Raise
from moderation.raises.policy import Effect, Share

MOST = 20_000  # of the latest threads


@dataclass(frozen=True, slots=True)
class Treatment:
    """Raised among all, by tone; `gap` compares praise with blame as raises are compared with what lot left out."""

    shares: Mapping[str, Share]
    measured: Measured

    @property
    def rows(self) -> Sequence[tuple[str, Share]]:
        return [(tone.value, self.shares[tone.value]) for tone in Tone]

    @property
    def gap(self) -> Effect:
        return Effect(self.shares[Tone.POSITIVE], self.shares[Tone.CRITICAL])


def _judged(board_ids: Collection[int], window: Window) -> QuerySet[Any]:
    lifted = Raise.objects.filter(thread_id=OuterRef("pk"))
    return (
        Thread.objects.public()
        .filter(
            board_id__in=board_ids,
            opened_at__gte=window.since,
            opened_at__lt=window.until,
            imported_from="",
        )
        .annotate(is_lifted=Exists(lifted))
        .order_by("-opened_at", "-id")
    )


def threads_of(tone: str, board_ids: Collection[int], window: Window, *, lifted: bool) -> list[int]:
    """The threads behind a number, as `treatment` counts them; `lifted`: those alone. One statement."""
    rows = _judged(board_ids, window).values_list("pk", "title", "excerpt", "is_lifted")[:MOST]
    return [
        pk
        for pk, title, excerpt, is_lifted in rows
        if (is_lifted or not lifted) and tone_of(f"{title}\n{excerpt}").value == tone
    ]


def treatment(board_ids: Collection[int], window: Window) -> Treatment:
    """Threads opened in the window by title and first words; one that was asked to be raised and left out by lot counts
    as asked for. One statement.
    """
    rows = _judged(board_ids, window).values_list("title", "excerpt", "is_lifted")[:MOST]
    up = dict.fromkeys([tone.value for tone in Tone], 0)
    all_ = dict(up)
    for title, excerpt, is_lifted in rows:
        tone = tone_of(f"{title}\n{excerpt}").value
        all_[tone] += 1
        up[tone] += bool(is_lifted)
    return Treatment({tone: Share(up[tone], all_[tone]) for tone in all_}, measured())
