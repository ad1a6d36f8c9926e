"""Bringing changes of entries to Elasticsearch: noted with the change, sent after it, kept until they arrived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from community.core import clock
from community.core.tasks import rows
from community.core.tasks.crons import cron
from community.core.tasks.queue import task
from community.search import elastic
from community.search.models import SearchEntry, Unsent

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

BATCH = 500
PATIENCE = 20  # seconds a batch may take
SOON = timedelta(seconds=elastic.REST + 1)  # by then it may be asked again


def note(kind: str, refs: Iterable[int], version: int) -> None:
    """Note within the transaction that these entries changed; they are sent once it commits."""
    if not elastic.is_on():
        return
    at = clock.now()
    Unsent.objects.bulk_create(
        [Unsent(key=f"{kind}-{ref}", version=version, noted_at=at) for ref in refs], batch_size=BATCH
    )
    send.enqueue()


def _send_once(_told: list[dict[str, Any]]) -> None:
    send.func()


@task("search.send", max_attempts=3, together=_send_once)
def send() -> None:
    """Send what is noted. While Elasticsearch is away it stays noted and is tried again soon, once for everybody."""
    try:
        send_noted()
    except elastic.Away:
        now = clock.now()
        if not rows.waiting(send.module_path, after=now):
            send.using(run_after=now + SOON).enqueue()


@cron("* * * * *", name="search.send_again")
def send_again() -> None:
    """The net below: whatever became of the tasks, what is noted is sent."""
    if elastic.is_on() and Unsent.objects.exists():
        elastic.wake()
        send.func()


def send_noted() -> int:
    """Send everything noted, oldest first; how many entries. `Away` when it cannot be delivered."""
    sent = 0
    while noted := list(Unsent.objects.order_by("pk")[:BATCH]):
        indices = write_indices()
        if indices:  # without any, the first `reindex` brings everything
            versions: dict[str, int] = {}
            for one in noted:
                versions[one.key] = max(one.version, versions.get(one.key, 0))
            for index in indices:
                deliver(index, actions_for(versions))
            sent += len(versions)
        Unsent.objects.filter(pk__in=[one.pk for one in noted]).delete()
    return sent


def write_indices() -> list[str]:
    """Every index that changes go to: the one that is read, and the one that is being filled."""
    name = f"{elastic.alias()}-write"

    def listed(client: Elasticsearch) -> list[str]:
        if not client.indices.exists_alias(name=name):
            return []
        return sorted(client.indices.get_alias(name=name))

    return elastic.ask(listed)


def actions_for(versions: Mapping[str, int]) -> list[dict[str, Any]]:
    """What makes Elasticsearch agree about these keys: the entry as it is now, or its deletion."""
    refs: dict[str, list[int]] = {"post": [], "member": [], "article": []}
    for key in versions:
        kind, _, ref = key.partition("-")
        refs[kind].append(int(ref))
    actions = []
    gone = dict(versions)  # a copy: the same changes go to every index
    for kind, ids in refs.items():
        for entry in SearchEntry.objects.filter(**{f"{kind}_id__in": ids}) if ids else []:
            gone.pop(entry.key)
            actions.append(index_action(entry))
    for key, version in gone.items():
        actions.append({"_op_type": "delete", "_id": key, "version": version, "version_type": "external_gte"})
    return actions


def index_action(entry: SearchEntry) -> dict[str, Any]:
    return {
        "_op_type": "index",
        "_id": entry.key,
        "_source": elastic.source(entry),
        "version": entry.version,
        "version_type": "external_gte",
    }


def deliver(index: str, actions: Sequence[dict[str, Any]]) -> None:
    """Send a batch. An older version than what is there, and a deletion of nothing, are what should be."""
    from elasticsearch.helpers import streaming_bulk

    def all_of(client: Elasticsearch) -> None:
        patient = client.options(request_timeout=PATIENCE)
        for ok, answer in streaming_bulk(patient, actions, index=index, raise_on_error=False, max_retries=0):
            outcome: dict[str, Any] = next(iter(answer.values()))
            if not ok and outcome.get("status") not in (404, 409):
                raise RuntimeError(f"{outcome.get('_id')}: {outcome.get('error')}")

    elastic.ask(all_of)


def index_lag() -> timedelta:
    """How long the oldest change has been waiting to be sent. One statement."""
    oldest = Unsent.objects.order_by("pk").values_list("noted_at", flat=True).first()
    return clock.now() - oldest if oldest else timedelta(0)
