"""Filling a new Elasticsearch index beside the living one, and finding where the two sides disagree.

A new index takes every change from the moment it exists, so filling it from the entries misses nothing; versions sort
out who is newer. Only when it holds everything do questions go to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import Any

from django.db import transaction
from elasticsearch import Elasticsearch

from community.core import clock
from community.core.tasks.crons import cron
from community.search import elastic, indexing, sending
from community.search.elastic import EntryDocument
from community.search.models import Kind, SearchEntry, Unsent

BATCH = 500
NOTED_EVERY = (
    20  # batches between two notes of how far a run came: each note is a change of the whole cluster
)
PAGE = 5000  # documents compared at a time


class Unequal(RuntimeError):
    """The new index does not hold what the database holds, so questions stay with the old one."""


@dataclass(slots=True)
class Drift:
    """Where database and index disagree, by key."""

    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    repaired: bool = False

    @property
    def total(self) -> int:
        return len(self.missing) + len(self.stale) + len(self.surplus)

    def __str__(self) -> str:
        told = f"{len(self.missing)} missing, {len(self.stale)} stale, {len(self.surplus)} too many"
        return f"{told}, repaired" if self.repaired and self.total else told


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
    found = drift(index, repair=True)
    if found.total and drift(index).total:
        raise Unequal(f"{index}: {found}")
    _swap(index)
    return index


def drift(index: str = "", *, repair: bool = False) -> Drift:
    """What is in the database and not in the index, older there, or there alone. What is on its way does not count.

    Both sides are read in one order, a page at a time: memory does not grow with the site.
    """
    index = index or elastic.alias()
    _refreshed(index)
    found = Drift(repaired=repair)
    theirs = _documents(index)
    other = next(theirs, None)
    for seq, key, version in _entries():
        while other and other[0] < seq:
            found.surplus.append(other[1])
            other = next(theirs, None)
        if other and other[1] == key:
            if other[2] != version:
                found.stale.append(key)
            other = next(theirs, None)
        else:
            found.missing.append(key)
    found.surplus += [other[1]] if other else []
    found.surplus += [key for _seq, key, _version in theirs]
    _forgive(found)
    if repair:
        _repair(index, found)
    return found


def _forgive(found: Drift) -> None:
    """Leave out what changed while both sides were read, or is noted and will be sent."""
    keys = {*found.missing, *found.stale, *found.surplus}
    if keys:
        noted = set(Unsent.objects.values_list("key", flat=True)[:100_000])
        for kind in (found.missing, found.stale, found.surplus):
            kind[:] = [key for key in dict.fromkeys(kind) if key not in noted]


def _repair(index: str, found: Drift) -> None:
    """Under a new version: whatever the index remembers of these keys, it is older."""
    keys = list(dict.fromkeys([*found.missing, *found.stale, *found.surplus]))
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        with transaction.atomic():
            version = indexing.begin([int(key.rpartition("-")[2]) for key in some])
            for kind in Kind.values:
                refs = [int(key.rpartition("-")[2]) for key in some if key.startswith(f"{kind}-")]
                SearchEntry.objects.filter(**{f"{kind}_id__in": refs}).update(version=version)
        sending.deliver(index, sending.actions_for(dict.fromkeys(some, version)))


def _entries() -> Iterator[tuple[int, str, int]]:
    last = 0
    while batch := list(
        SearchEntry.objects.filter(pk__gt=last)
        .order_by("pk")
        .only("pk", "kind", "post_id", "member_id", "article_id", "version")[:PAGE]
    ):
        yield from ((entry.pk, entry.key, entry.version) for entry in batch)
        last = batch[-1].pk


def _documents(index: str) -> Iterator[tuple[int, str, int]]:
    after: list[Any] | None = None
    while True:
        more = {} if after is None else {"search_after": after}
        answer = elastic.ask(
            lambda client, more=more: client.options(request_timeout=sending.PATIENCE).search(  # type: ignore[misc]
                index=index,
                size=PAGE,
                sort=[{"seq": "asc"}],
                source=["version"],
                track_total_hits=False,
                **more,
            )
        )
        hits = answer["hits"]["hits"]
        for hit in hits:
            yield hit["sort"][0], hit["_id"], hit["_source"]["version"]
        if len(hits) < PAGE:
            return
        after = hits[-1]["sort"]


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


def _refreshed(index: str) -> None:
    elastic.ask(lambda client: client.options(request_timeout=sending.PATIENCE).indices.refresh(index=index))


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


@cron("23 * * * *", name="search.drift")
def mend_drift() -> None:
    """Each hour both sides are compared, and the index is put right."""
    if elastic.is_on() and sending.write_indices():
        found = drift(repair=True)
        if found.total:
            elastic.log.warning("search_drift", missing=len(found.missing), stale=len(found.stale))
