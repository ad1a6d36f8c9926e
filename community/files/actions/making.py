"""What is served of a picture: made from what was received, and made anew when parts of it are covered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from community.core import clock, images
from community.core.access import Invalid, Refused, require
from community.core.facts import publish
from community.core.retrying import action
from community.files import access, policy, store
from community.files.actions import holding
from community.files.facts import UploadCovered, UploadGone, UploadMoves, UploadReady
from community.files.models import State, Upload
from community.members.models import Member

# Not the picture's fault, or perhaps not: tried again for a while.
_PASSING = frozenset({"busy", "unavailable", "slow"})
PATIENCE = timedelta(minutes=10)


def make_sizes(*, upload_id: int) -> None:
    """Make every size of a received picture and let go of what was received. Harmless to repeat.

    Raises BadImage while it may yet come right; a picture that cannot be read is gone, with the reason.
    """
    upload = Upload.objects.filter(pk=upload_id, state=State.RECEIVED).first()
    if upload is None:
        return
    place = store.incoming_name(upload.key)
    try:
        data = store.read(place)
        made = images.process(data, profile="post")
    except FileNotFoundError:
        _settle_problem(upload_id=upload.pk, problem="lost")
        return
    except images.BadImage as refusal:
        if refusal.code in _PASSING and clock.now() - upload.created_at < PATIENCE:
            raise
        _settle_problem(upload_id=upload.pk, problem=refusal.code)
        store.drop(place)
        return
    sizes = _put(upload.key, upload.mark, made)
    # What is too much, or breaks on the way, stands still: that is no reason to refuse the picture.
    moving = images.move(data) if upload.frames > 1 else None
    if moving:
        store.put(store.motion_name(upload.key, upload.mark), moving.data)
    motion = len(moving.data) if moving else 0
    if not _settle(upload_id=upload.pk, sizes=sizes, motion=motion):
        # Deleted meanwhile, by its owner or with its post.
        upload.sizes, upload.motion = sizes, motion
        store.drop(*store.names_of(upload))
    store.drop(place)


def cover_picture(*, actor: Member, key: str, boxes: Sequence[images.Box]) -> Upload:
    """Make parts of a picture unreadable for good, in every size; its files of before are deleted.

    A box is left, top, width and height in ten-thousandths of the picture. Raises Http404, Refused, Invalid.
    """
    upload = access.upload_for_change(actor, key=key)
    require(access.may_cover(actor, upload))
    if not upload.is_picture:
        raise Invalid(_("Only pictures can be covered in parts."), code="kind")
    if not upload.is_ready:
        raise Refused(
            _("This picture is still being prepared. Please try again in a moment."), code="waiting"
        )
    checked = _checked(boxes)
    aside = holding.set_aside(actor, upload)
    before = store.names_of(upload)
    # Reading and making take a second: not inside a transaction, which would keep others from writing.
    made = images.process(store.read(before[0]), profile="post", boxes=checked)
    mark = store.new_mark()
    sizes = _put(upload.key, mark, made)
    try:
        covered = _settle_cover(actor=actor, key=key, before=upload.mark, mark=mark, sizes=sizes, aside=aside)
    except Refused:
        store.drop(*(store.held_names(upload, aside) if aside else ()))
        store.drop(*(store.picture_name(upload.key, mark, edge) for edge, *_rest in sizes))
        raise
    store.drop(*before)
    return covered


def _checked(boxes: Sequence[images.Box]) -> list[images.Box]:
    if not boxes:
        raise Invalid(_("Draw at least one box, or give its numbers."), field="boxes", code="none")
    if len(boxes) > policy.MAX_BOXES:
        raise Invalid(
            _("At most %(most)d boxes at once, please.") % {"most": policy.MAX_BOXES},
            field="boxes",
            code="many",
        )
    for left, top, width, height in boxes:
        is_inside = left >= 0 and top >= 0 and left + width <= images.WHOLE and top + height <= images.WHOLE
        if not is_inside or min(width, height) < 1:
            raise Invalid(_("A box reaches beyond the picture, or is empty."), field="boxes", code="outside")
    return list(boxes)


def _put(key: str, mark: str, made: images.Processed) -> list[list[int]]:
    main, *smaller = made.pictures
    pairs = list(zip(policy.EDGES, [main, *smaller], strict=True))
    wanted = {edge for edge, *_rest in policy.sizes_of(main.width, main.height)}
    kept = [(edge, one) for edge, one in pairs if edge in wanted]
    for edge, one in kept:
        store.put(store.picture_name(key, mark, edge), one.data)
    return [[edge, one.width, one.height, len(one.data)] for edge, one in kept]


@action
def _settle(*, upload_id: int, sizes: list[list[int]], motion: int) -> bool:
    (_edge, width, height, _bytes), total = sizes[0], motion + sum(size[3] for size in sizes)
    told = {"sizes": sizes, "width": width, "height": height, "size": total, "motion": motion}
    changed = Upload.objects.filter(pk=upload_id, state=State.RECEIVED).update(
        state=State.READY, ready_at=clock.now(), **told
    )
    if changed:
        publish(UploadReady(upload_id=upload_id))
        if motion:
            publish(UploadMoves(upload_id=upload_id))
    return bool(changed) or Upload.objects.filter(pk=upload_id, state=State.READY).exists()


@action
def _settle_problem(*, upload_id: int, problem: str) -> None:
    changed = Upload.objects.filter(pk=upload_id, state=State.RECEIVED).update(
        state=State.GONE, problem=problem, size=0
    )
    if changed:
        publish(UploadGone(upload_id=upload_id, problem=problem))


@action
def _settle_cover(
    *, actor: Member, key: str, before: str, mark: str, sizes: list[list[int]], aside: str = ""
) -> Upload:
    upload = access.upload_for_change(actor, key=key, lock=True)
    if upload.mark != before:
        raise Refused(
            _("Somebody covered parts of this picture meanwhile. Look at it and try again."), "conflict"
        )
    upload.mark, upload.sizes, upload.size = mark, sizes, sum(size[3] for size in sizes)
    upload.motion = 0  # what was covered must not show in another frame: it stands still from now on
    upload.held = aside or upload.held
    upload.save(update_fields=["mark", "sizes", "size", "motion", "held"])
    publish(UploadCovered(upload_id=upload.pk, by_id=actor.pk, before=before))
    return upload
