"""The way to Elasticsearch, for sites that outgrow the database's own index. On where ELASTICSEARCH_URL is set.

It answers within a second or rests, and the database answers instead. Its library is imported where it is asked for
something (`elastic_engine`): a site without it does not hold ten megabytes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from django.conf import settings

from community.search.models import SearchEntry

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

T = TypeVar("T")
log = structlog.get_logger("community.search")

PATIENCE = 0.6  # seconds a question may take; then the database is asked
REST = 5.0  # seconds without asking after a failure


class Away(Exception):
    """Elasticsearch does not answer, or not in time."""


def source(entry: SearchEntry) -> dict[str, Any]:
    """The document of an entry."""
    return {
        "kind": entry.kind,
        "ref": entry.ref,
        "seq": entry.pk,
        "version": entry.version,
        "title_terms": entry.title_terms,
        "body_terms": entry.body_terms,
        "marks": marks_of(entry),
    }


def marks_of(entry: SearchEntry) -> list[str]:
    """An entry's marks without the letter that keeps them apart from words in the database."""
    return [mark[1:] for mark in entry.marks.split()]


def is_on() -> bool:
    return bool(settings.ELASTICSEARCH_URL)


def alias() -> str:
    """Where questions go. `<alias>-write` is on every index that changes are sent to."""
    return str(settings.ELASTICSEARCH_INDEX)


@cache
def _client(url: str) -> Elasticsearch:
    from elasticsearch import Elasticsearch

    return Elasticsearch(url, request_timeout=PATIENCE, max_retries=0, retry_on_timeout=False)


def client() -> Elasticsearch:
    return _client(settings.ELASTICSEARCH_URL)


class _Health:
    rests_until = 0.0


def is_resting() -> bool:
    """Whether it failed a moment ago and is left alone."""
    return monotonic() < _Health.rests_until


def wake() -> None:
    """Ask it again at once."""
    _Health.rests_until = 0.0


def ask(work: Callable[[Elasticsearch], T]) -> T:
    """What `work` makes of the client. `Away` where it fails, and for `REST` seconds after."""
    if is_resting():
        raise Away
    from elastic_transport import TransportError
    from elasticsearch import ApiError

    try:
        return work(client())
    except (ApiError, TransportError) as error:
        _Health.rests_until = monotonic() + REST
        log.warning("search_away", error=type(error).__name__)
        raise Away(f"{type(error).__name__}: {error}"[:300]) from error


def oldest_version(client: Elasticsearch) -> str:
    """Of all nodes. Asked of them, because not every node answers at the root."""
    told = client.nodes.info(filter_path="nodes.*.version")["nodes"].values()
    return min((str(node["version"]) for node in told), key=lambda one: int(one.partition(".")[0]))
