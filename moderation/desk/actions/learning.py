"""Keeping what the ranking learnt, and asking whether it may speak."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.db import transaction

from community.core import clock
from community.core.near import forget, near
from community.core.retrying import action
from forum.queries import history
from moderation.desk.hazard import Hazard
from moderation.desk.learning import BEFORE, WINDOW, Trial, try_out
from moderation.desk.models import ModelTrial

KEY = "desk.learnt"
SECONDS = 600
KEPT = 30  # trials


@dataclass(frozen=True, slots=True)
class Learnt:
    """The latest trial, if there was one, and the model where it is on."""

    trial: ModelTrial | None
    model: Hazard | None


def learnt() -> Learnt:
    """One statement once in ten minutes; a new trial counts at once."""
    return near(KEY, _latest, SECONDS)


def _latest() -> Learnt:
    row = ModelTrial.objects.order_by("-at", "-id").first()
    model = Hazard.from_json(row.model) if row is not None and row.is_on and row.model else None
    return Learnt(row, model)


def learn_anew() -> ModelTrial:
    """Learn from the last months and judge by the last weeks. Reads the history as a stream; memory stays flat."""
    now = clock.now()
    begin = now - WINDOW
    return keep_trial(trial=try_out(history.told(since=begin - BEFORE), begin=begin))


@action
def keep_trial(*, trial: Trial) -> ModelTrial:
    """Write down how a trial went; from its commit on the desk ranks by it, or does not. Older ones go after a month."""
    told = {name: [one.value, one.low, one.high] for name, one in trial.figures.items()}
    row = ModelTrial.objects.create(
        at=clock.now(),
        rows=trial.rows,
        since=trial.since,
        until=trial.until,
        figures=told if all(math.isfinite(figure) for figures in told.values() for figure in figures) else {},
        model=trial.model.to_json() if trial.model else None,
        is_on=trial.is_on,
    )
    kept = ModelTrial.objects.order_by("-at", "-id").values_list("pk", flat=True)[:KEPT]
    ModelTrial.objects.exclude(pk__in=list(kept)).delete()
    transaction.on_commit(lambda: forget(KEY))
    return row
