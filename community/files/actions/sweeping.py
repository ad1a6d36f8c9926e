"""Taking away what nothing stands for: files without a row, rows that nothing came to use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from community.core import clock
from community.files import policy, store
from community.files.actions.holding import let_go_of_held
from community.files.actions.keeping import discard_unused
from community.files.models import State, Upload

GRACE = timedelta(
    minutes=15
)  # between a file and the row that names it; with a run every half hour, an hour at most
BATCH = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep took away."""

    files: int
    unused: int


def sweep() -> Swept:
    """Delete files without a row, and uploads that nothing used for thirty days. Harmless beside others and itself."""
    let_go_of_held()
    files = sum(
        _sweep_shard(shard) for folder in (store.INCOMING, store.SERVED) for shard in store.shards(folder)
    )
    return Swept(files, _sweep_unused())


def _sweep_shard(shard: str) -> int:
    names = store.files_in(shard)
    rows = {row.key: row for row in Upload.objects.filter(key__in={store.key_in(name) for name in names})}
    cutoff, swept = clock.now() - GRACE, 0
    for name in names:
        # Not ours, never named, let go, or of an earlier mark; young ones may be about to be named.
        if not _is_named(name, rows.get(store.key_in(name))) and store.written_at(name) < cutoff:
            store.drop(name)
            swept += 1
    return swept


def _is_named(name: str, row: Upload | None) -> bool:
    if row is not None and row.held and name in store.held_names(row):
        return True
    if row is None or row.state == State.GONE:
        return False
    if name == store.incoming_name(row.key):
        return row.state == State.RECEIVED
    return name in store.names_of(row)


def _sweep_unused() -> int:
    old = Upload.objects.kept().filter(created_at__lt=clock.now() - timedelta(days=policy.UNUSED_DAYS))
    swept, after = 0, 0
    while batch := list(old.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        after = batch[-1]
        swept += discard_unused(upload_ids=batch)
    return swept
