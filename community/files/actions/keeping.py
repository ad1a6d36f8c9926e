"""Uploads come into use and leave."""

from __future__ import annotations

from collections.abc import Iterable

from community.core import clock
from community.core.access import require
from community.core.facts import publish
from community.core.retrying import action
from community.files import access, store, uses
from community.files.actions import holding
from community.files.facts import UploadGone
from community.files.models import State, Upload
from community.members.models import Member


@action
def attach_uploads(*, upload_ids: Iterable[int]) -> None:
    """Note that something uses these. Whoever joins to them calls it in the same transaction."""
    Upload.objects.filter(pk__in=list(upload_ids), attached_at=None).update(attached_at=clock.now())


@action
def delete_upload(*, actor: Member, key: str) -> Upload:
    """Take an upload away for good, also where it is in use; or take note of one that no picture came of.

    By its owner or a moderator. What was reported is held back for those who decide: `is_held` says so.
    """
    upload = access.upload_for_change(actor, key=key, lock=True, also_failed=True)
    require(access.may_delete(actor, upload))
    upload.held = holding.set_aside(actor, upload) or upload.held
    _let_go(upload, by_id=actor.pk)
    return upload


@action
def discard_unused(*, upload_ids: Iterable[int]) -> int:
    """Take away those of the uploads that nothing uses any more; how many. After the last join was deleted."""
    asked = set(upload_ids)
    rest = sorted(asked - uses.used_among(asked))
    rows = (
        Upload.objects.select_for_update(of=("self",), no_key=True).kept().filter(pk__in=rest).order_by("pk")
    )
    gone = list(rows)
    for upload in gone:
        _let_go(upload)
    return len(gone)


def erase_uploads(*, owner_id: int, also_used: bool, batch: int = 100) -> int:
    """Take away what somebody who leaves uploaded, and what it says of them; how many. Repeatable.

    Without `also_used` what stands in words that stay is kept.
    """
    taken, last = 0, 0
    mine = Upload.objects.filter(owner_id=owner_id).order_by("pk")
    while ids := list(mine.kept().filter(pk__gt=last).values_list("pk", flat=True)[:batch]):
        taken += _take_away(upload_ids=ids) if also_used else discard_unused(upload_ids=ids)
        last = ids[-1]
    held = Upload.objects.filter(owner_id=owner_id).exclude(held="")
    holding.let_go_of_held(upload_ids=list(held.values_list("pk", flat=True)), also_reported=True)
    Upload.objects.filter(owner_id=owner_id, state=State.GONE).exclude(alt="").update(alt="")
    return taken


@action
def _take_away(*, upload_ids: Iterable[int]) -> int:
    rows = Upload.objects.select_for_update(of=("self",), no_key=True).kept().filter(pk__in=list(upload_ids))
    gone = list(rows.order_by("pk"))
    for upload in gone:
        _let_go(upload)
    return len(gone)


def clear_away(*, upload_id: int) -> None:
    """Delete the files of an upload that is gone. Harmless to repeat; files do not come back with a rollback."""
    upload = Upload.objects.filter(pk=upload_id, state=State.GONE).first()
    if upload is not None:
        store.drop(store.incoming_name(upload.key), *store.names_of(upload))


def _let_go(upload: Upload, *, by_id: int = 0) -> None:
    upload.state, upload.size, upload.problem = State.GONE, 0, ""
    upload.save(update_fields=["state", "size", "problem", "held"])
    publish(UploadGone(upload_id=upload.pk, by_id=by_id))
