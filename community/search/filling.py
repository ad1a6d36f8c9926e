"""Filling a new Elasticsearch index beside the living one.

A new index takes every change from the moment it exists, so filling it from the entries misses nothing; versions sort
out who is newer. Only when it holds everything do questions go to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import blake2s
from typing import Any

from elasticsearch import Elasticsearch

from community.core import clock
from community.search import drift, elastic, sending
from community.search.elastic_engine import EntryDocument
from community.search.models import SearchEntry

BATCH = 500
NOTED_EVERY = (
    20  # batches between two notes of how far a run came: each note is a change of the whole cluster
)


class Unequal(RuntimeError):
    """The new index does not hold what the database holds, so questions stay with the old one."""


def fill(advance: Callable[[int], None] = lambda _done: None) -> str:
    """Make the read alias name an index that holds every entry; its name. A run that was cut off is taken up again."""
    elastic.wake()
    index, last = _unfinished() or (_create(), 0)
    advance(SearchEntry.objects.filter(pk__lte=last).count())
    batches = 0
    while batch := list(SearchEntry.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        sending.deliver(index, [sending.index_action(entry) for entry in batch])
        last, batches = batch[-1].pk, batches + 1
        if batches % NOTED_EVERY == 0:
            _remember(index, last)
        advance(len(batch))
    sending.send_noted()
    found = drift.in_elasticsearch(index, repair=True)
    if found.total and drift.in_elasticsearch(index, repair=False).total:
        raise Unequal(f"{index}: {found}")
    _swap(index)
    return index


def _shape() -> str:
    """Tells one way of keeping documents from the next."""
    told = json.dumps(
        [EntryDocument._index.to_dict(), EntryDocument._doc_type.mapping.to_dict()], sort_keys=True
    )
    return blake2s(told.encode(), digest_size=6).hexdigest()


def _create() -> str:
    name = f"{elastic.alias()}-{clock.now():%Y%m%d%H%M%S%f}-{_shape()}"
    body: dict[str, Any] = EntryDocument._index.to_dict()

    def made(client: Elasticsearch) -> str:
        patient = client.options(request_timeout=sending.PATIENCE)
        patient.indices.create(
            index=name,
            settings=body["settings"],
            mappings=body["mappings"] | {"_meta": {"filled": 0}},
            aliases={f"{elastic.alias()}-write": {}},
        )
        return name

    return elastic.ask(made)


def _unfinished() -> tuple[str, int] | None:
    """An index of today's shape that a run left behind, and how far it came. Others left behind are deleted."""

    def looked_up(client: Elasticsearch) -> tuple[str, int] | None:
        patient = client.options(request_timeout=sending.PATIENCE)
        found = None
        indices = patient.indices.get(index=f"{elastic.alias()}-*", allow_no_indices=True)
        for name, told in sorted(indices.items()):
            if elastic.alias() in told["aliases"]:
                continue
            if found is None and name.endswith(_shape()):
                found = name, int(told["mappings"].get("_meta", {}).get("filled", 0))
            else:
                patient.indices.delete(index=name)
        return found

    return elastic.ask(looked_up)


def _remember(index: str, last: int) -> None:
    elastic.ask(
        lambda client: client.options(request_timeout=sending.PATIENCE).indices.put_mapping(
            index=index, meta={"filled": last}
        )
    )


def _swap(index: str) -> None:
    """Questions and changes go to this index alone, in one step; the others go."""

    def swapped(client: Elasticsearch) -> None:
        patient = client.options(request_timeout=sending.PATIENCE)
        others = [name for name in patient.indices.get(index=f"{elastic.alias()}-*") if name != index]
        actions: list[dict[str, Any]] = [{"remove_index": {"index": name}} for name in others]
        actions += [
            {"add": {"index": index, "alias": name}} for name in (elastic.alias(), f"{elastic.alias()}-write")
        ]
        patient.indices.update_aliases(actions=actions)

    elastic.ask(swapped)
