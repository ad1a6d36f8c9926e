"""Whether threads that praise and threads that criticise are raised alike. Sums alone: no thread is called anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

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


def treatment(board_ids: Collection[int], window: Window) -> Treatment:
    """Threads opened in the window by title and first words; one that was asked to be raised and left out by lot counts
    as asked for. One statement.
    """
    lifted = Raise.objects.filter(thread_id=OuterRef("pk"))
    rows = (
        Thread.objects.public()
        .filter(
            board_id__in=board_ids,
            opened_at__gte=window.since,
            opened_at__lt=window.until,
            imported_from="",
        )
        .annotate(is_lifted=Exists(lifted))
        .order_by("-opened_at", "-id")
        .values_list("title", "excerpt", "is_lifted")[:MOST]
    )
    up = dict.fromkeys([tone.value for tone in Tone], 0)
    all_ = dict(up)
    for title, excerpt, is_lifted in rows:
        tone = tone_of(f"{title}\n{excerpt}").value
        all_[tone] += 1
        up[tone] += bool(is_lifted)
    return Treatment({tone: Share(up[tone], all_[tone]) for tone in all_}, measured())
