"""Taking a file: looked at, put away whole, then named by a row. In this order, so that no row lacks its file."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass

from django.core.files.base import File
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.core import clock, idempotency, images
from community.core.access import Invalid, Refused, require
from community.core.retrying import action
from community.files import access, policy, store
from community.files.models import Kind, State, Upload
from community.members.models import Member

logger = logging.getLogger(__name__)

_REASONS: dict[str, str | Promise] = {
    "empty": gettext_lazy("This file is empty. Please choose another one."),
    "unknown": gettext_lazy(
        "This kind of file cannot be taken. Pictures (JPEG, PNG, WebP, GIF, HEIC, AVIF), PDF and GPX can."
    ),
    "too_big": gettext_lazy("This file is larger than 10 MB. Please choose a smaller one."),
    "full": gettext_lazy("The site has no room for this file at the moment. Please try again later."),
    "waiting": gettext_lazy("Your earlier pictures are still being prepared. Please try again in a moment."),
}


class BadUpload(Invalid):
    """This file cannot be taken; `code` is one of the keys of the reasons, or "quota"."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(reason or _REASONS[code], field="file", code=code)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a file turned out to be."""

    kind: Kind
    form: str
    width: int | None = None
    height: int | None = None
    frames: int = 1


def receive_upload(
    *, owner: Member, file: File[bytes], name: str, alt: str = "", idempotency_key: str | None = None
) -> Upload:
    """Take a file of this member; its sizes are made by a task. Repeatable under a key, for one and the same file.

    Raises Refused when they may not upload, Invalid (BadImage, BadUpload) for the file. Nothing stays behind then.
    """
    require(access.may_upload(owner))
    data = _all_of(file)
    looked = _look(data)
    _require_room(owner, len(data))
    upload = Upload(
        owner=owner,
        key=store.new_key(),
        mark=store.new_mark(),
        kind=looked.kind,
        form=looked.form,
        name=policy.clean_name(name, form=looked.form),
        alt=" ".join(alt.split())[:200],
        width=looked.width,
        height=looked.height,
        frames=looked.frames,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    place = store.incoming_name(upload.key) if upload.is_picture else store.document_name(upload)
    try:
        store.put(place, data)
    except OSError as error:
        logger.exception("an upload could not be stored")
        raise BadUpload("full") from error
    try:
        kept = _keep(owner_id=owner.pk, upload=upload, idempotency_key=idempotency_key)
    except Refused:
        store.drop(place)
        raise
    # Any other error may hide a commit that happened: then the row needs its file, and if not, it is swept.
    if kept.key != upload.key:
        store.drop(place)  # answered before: that one has its own
    return kept


@action
def _keep(*, owner_id: int, upload: Upload, idempotency_key: str | None) -> Upload:
    from community.files.tasks import prepare_sizes

    claim = idempotency.claim(
        key=idempotency_key, owner=f"member:{owner_id}", verb="upload", body={"sha256": upload.sha256}
    )
    if claim.result is not None:
        return Upload.objects.get(pk=claim.result["upload_id"])
    # The owner's row is held, so that many at once do not each find the same room.
    owner = Member.objects.select_for_update(no_key=True).get(pk=owner_id)
    _require_room(owner, upload.size)
    upload.pk, upload.created_at = None, clock.now()  # an earlier try of this verb may have set it
    if not upload.is_picture:
        upload.state, upload.ready_at = State.READY, upload.created_at
    upload.save(force_insert=True)
    if upload.is_picture:
        prepare_sizes.enqueue(upload_id=upload.pk)
    claim.finish({"upload_id": upload.pk})
    return upload


def _all_of(file: File[bytes]) -> bytes:
    if getattr(file, "is_lost", False):
        raise BadUpload("full")
    data: bytes = file.read(images.MAX_BYTES + 1)
    if not data:
        raise BadUpload("empty")
    return data


def _look(data: bytes) -> _Looked:
    form = policy.document_form(data[:2048])
    if form:
        if len(data) > policy.MAX_DOCUMENT:
            raise BadUpload("too_big")
        return _Looked(Kind.DOCUMENT, form)
    try:
        width, height, frames = images.look(data)
    except images.BadImage as refusal:
        if refusal.code == "unreadable":
            raise BadUpload("unknown") from refusal
        raise
    _edge, width, height = policy.sizes_of(width, height)[0]
    return _Looked(Kind.PICTURE, "webp", width, height, min(frames, policy.MANY_FRAMES))


def _require_room(owner: Member, size: int) -> None:
    rows = Upload.objects.kept().filter(owner_id=owner.pk).order_by()
    if rows.filter(state=State.RECEIVED).count() >= policy.MOST_WAITING:
        raise BadUpload("waiting")
    used = rows.aggregate(used=Sum("size"))["used"] or 0
    most = access.quota_of(owner).most
    if used + size > most:
        raise BadUpload(
            "quota",
            _(
                "Your uploads take %(used)s of %(most)s; this file has no room. Delete some that you no longer need."
            )
            % {"used": filesizeformat(used), "most": filesizeformat(most)},
        )
