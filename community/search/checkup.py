"""What `manage.py doctor` asks about search."""

from __future__ import annotations

from community.core.doctor import Finding
from community.search import elastic, sending

LATE = 120.0  # seconds a change may wait before somebody is told


def search_engine() -> Finding:
    """Elasticsearch answers, holds an index, and is told of changes."""
    if not elastic.is_on():
        return Finding("search", "OK", "the database searches")
    elastic.wake()
    try:
        status = elastic.ask(lambda client: str(client.cluster.health()["status"]))
        indices = sending.write_indices()
    except elastic.Away as error:
        mend = "Is Elasticsearch up, and ELASTICSEARCH_URL right? Until then the database searches, slower."
        return Finding("search", "WARN", str(error), mend)
    if not indices:
        return Finding("search", "WARN", f"{status}, but holds no index", "Run: manage.py reindex")
    waits = sending.index_lag().total_seconds()
    told = f"Elasticsearch {status}, {indices[-1]}, the oldest change waits {waits:.0f} s"
    if waits > LATE:
        return Finding("search", "WARN", told, "Does a worker run? Then: manage.py reindex --repair")
    return Finding("search", "OK", told)
