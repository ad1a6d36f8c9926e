"""What search tells of itself at /metrics."""

from __future__ import annotations

from collections.abc import Iterator

from community.core import metrics
from community.search import elastic, sending


@metrics.asked
def index() -> Iterator[metrics.Reading]:
    """One statement, and none where the database searches."""
    if elastic.is_on():
        waits = sending.index_lag().total_seconds()
        yield metrics.Reading(
            "index_lag_seconds", "How long the oldest change waits for Elasticsearch.", waits
        )
        yield metrics.Reading(
            "index_resting",
            "Whether Elasticsearch is away for this process just now.",
            float(elastic.is_resting()),
        )
