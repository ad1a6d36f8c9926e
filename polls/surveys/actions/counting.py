"""Counting what lies in the boxes of an anonymous wave: by the clock, five or more together, nothing left linked."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

from django.db.models import F

from community.core import chance, clock
from community.core.retrying import action
from polls import policy as ballots
from polls import sealing
from polls.surveys import statements
from polls.surveys.keeping import place_of
from polls.surveys.models import Box, Counted, Question, Wave, Words

SETTLED = timedelta(seconds=30)  # after an end by the clock, until everybody who met it has committed
ANSWERED = -1  # the value under which stands who answered a question at all


@action
def count_boxes(*, wave_id: int) -> int:
    """Add waiting answers to the counts, in groups that hide each of them; how many people's.

    While the wave is open a group stays in the boxes, so that the last one counted is no smaller than the others.
    """
    is_open = statements.hold_open(wave_id)
    wave = Wave.objects.get(pk=wave_id)
    if not is_open and wave.ended_at is not None and wave.ended_at > clock.now() - SETTLED:
        return 0
    boxes = list(Box.objects.select_for_update(no_key=True).filter(wave=wave).order_by("slot"))
    place = place_of(wave.pk)
    inside = [told for box in boxes for told in sealing.opened(box.content, poll_id=place, slot=box.slot)]
    is_closed = not is_open and not wave.is_prepared
    now, later = ballots.released(inside, is_closed=is_closed, pick=chance.shuffled(inside))
    if not now:
        return 0
    for slot, box in enumerate(boxes):
        box.content = sealing.sealed(later[slot :: len(boxes)], poll_id=place, slot=box.slot)
        box.save(update_fields=["content"])
    _count(wave, now)
    return len(now)


def _count(wave: Wave, sheets: list[str]) -> None:
    ids = dict(Question.objects.filter(wave=wave).values_list("number", "pk"))
    counts: Counter[tuple[int, int]] = Counter()
    words: dict[int, list[str]] = {}
    for sheet in sheets:
        for number, (values, text) in json.loads(sheet).items():
            question = ids[int(number)]
            counts.update((question, value) for value in (ANSWERED, *values))
            if text:
                words.setdefault(question, []).append(text)
    for (question, value), n in sorted(counts.items()):
        row, made = Counted.objects.get_or_create(question_id=question, value=value, defaults={"count": n})
        if not made:
            Counted.objects.filter(pk=row.pk).update(count=F("count") + n)
    # Each question's words in an order of their own: nobody's stand at the same place twice.
    Words.objects.bulk_create(
        Words(question_id=question, text=text)
        for question, texts in sorted(words.items())
        for text in chance.shuffled(texts)
    )
