"""What `manage.py doctor` asks about search."""

from __future__ import annotations

from django.db import DatabaseError

from community.core.doctor import Finding
from community.search import elastic, sending

LATE = 120.0  # seconds a change may wait before somebody is told
VERSION, TESTED = 8, "8.19"
NOT_UNDERSTOOD = "media_type_header_exception"  # what older ones say to a client of VERSION


def search_engine() -> Finding:
    """Elasticsearch answers, is one we know, holds an index, and is told of changes."""
    if not elastic.is_on():
        return Finding("search", "OK", "the database searches")
    elastic.wake()
    try:
        version = elastic.ask(elastic.oldest_version)
        status = elastic.ask(lambda client: str(client.cluster.health()["status"]))
        indices = sending.write_indices()
        waits = sending.index_lag().total_seconds()
    except DatabaseError:
        return Finding("search", "WARN", f"Elasticsearch {version} {status}", "Mend the database first.")
    except elastic.Away as error:
        if NOT_UNDERSTOOD in str(error):
            return Finding("search", "WARN", "an Elasticsearch that does not understand us", mend_version(0))
        mend = "Is Elasticsearch up, and ELASTICSEARCH_URL right? Until then the database searches, slower."
        return Finding("search", "WARN", str(error), mend)
    told = f"Elasticsearch {version} {status}"
    if mend := mend_version(int(version.partition(".")[0])):
        return Finding("search", "WARN", told, mend)
    if not indices:
        return Finding("search", "WARN", f"{told}, but holds no index", "Run: manage.py reindex")
    told = f"{told}, {indices[-1]}, the oldest change waits {waits:.0f} s"
    if waits > LATE:
        return Finding("search", "WARN", told, "Does a worker run? Then: manage.py reindex --repair")
    return Finding("search", "OK", told)


def mend_version(major: int) -> str:
    """What to do about an Elasticsearch of this major version; empty for the one we are made for."""
    if major < VERSION:
        return f"Convoy speaks to Elasticsearch {VERSION} (tested: {TESTED}). Upgrade it, then: manage.py reindex"
    if major > VERSION:
        return f"Nobody tested Convoy with it. Run Elasticsearch {TESTED}, then: manage.py reindex"
    return ""
