"""Pictures from outside: nothing is kept or served that was not decoded and re-encoded in a limited child."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.core.access import Invalid
from community.core.images import child, ending, motion, worker
from community.core.images.child import Made
from community.core.images.worker import WHOLE, Box, fitted

MAX_BYTES = 20 * worker.MEGABYTE
ACCEPT = "image/jpeg,image/png,image/webp,image/gif,image/avif,image/heic,image/heif"

_REASONS: dict[str, str | Promise] = {
    "too_big": _("This picture file is larger than 20 MB. Please choose a smaller one."),
    "unreadable": _("This file is not a picture we can read. Please use JPEG, PNG, WebP, GIF, HEIC or AVIF."),
    "damaged": _("This picture file is damaged, so it cannot be used. Please try another one."),
    "pixels": _("This picture has too many pixels. Please make it smaller and try again."),
    "slow": _("This picture took too long to read. Please make it smaller and try again."),
    "busy": _("Many pictures are being uploaded right now. Please try again in a moment."),
    "unavailable": _("Pictures cannot be taken at the moment. Please try again later."),
}


class BadImage(Invalid):
    """This picture cannot be taken; `reason` is translated, `code` one of the keys of the reasons."""

    def __init__(self, code: str, *, field: str = "") -> None:
        known = code if code in _REASONS else "damaged"
        super().__init__(_REASONS[known], field=field, code=known)


@dataclass(frozen=True, slots=True)
class Processed:
    """What became of a picture: the main one and its smaller copies, the largest first."""

    pictures: tuple[Made, ...]

    @property
    def main(self) -> bytes:
        return self.pictures[0].data

    @property
    def thumb(self) -> bytes:
        return self.pictures[-1].data

    @property
    def width(self) -> int:
        return self.pictures[0].width

    @property
    def height(self) -> int:
        return self.pictures[0].height


class Looked(NamedTuple):
    """What a picture's header says."""

    width: int
    height: int
    frames: int = 1


# Target sizes in pixels, the largest first: longest edges, or the sides of a centred square.
PROFILES = {"avatar": worker.Wanted((256, 64), square=True), "post": worker.Wanted((1600, 960, 480))}


def process(data: bytes, *, profile: str = "avatar", boxes: Sequence[Box] = ()) -> Processed:
    """Re-encode an uploaded picture as `profile` says ("avatar" or "post"), with `boxes` made unreadable.

    A box is left, top, width and height in ten-thousandths (WHOLE) of the upright picture. Takes up to 3 s, and up
    to 5 s more when many arrive at once; raises BadImage, changes nothing.
    """
    _refuse_length(data)
    try:
        return Processed(child.work(data, PROFILES[profile]._replace(boxes=tuple(boxes))))
    except child.Failed as failure:
        raise BadImage(str(failure)) from failure


def look(data: bytes) -> Looked:
    """An uploaded picture as it will stand, by its header alone. Raises BadImage.

    One whose end seems to be missing is decoded too, which takes as long as `process`: half a picture is refused.
    """
    _refuse_length(data)
    try:
        looked = Looked(*child.look(data))
    except child.Failed as failure:
        raise BadImage(str(failure)) from failure
    if ending.seems_cut(data):
        _refuse_damaged(data)
    return looked


def move(data: bytes) -> Made | None:
    """A small animation of a GIF or WebP that moves; None for one that is too much, broken, or stands still.

    Takes up to 8 s. The limits stand in `motion`: frames, pixels in all of them, bytes and seconds.
    """
    try:
        return child.move(data)
    except child.Failed:
        return None


def may_move(frames: int, width: int, height: int) -> bool:
    """Whether so many frames of this size are within what is made to move."""
    return motion.size_of(frames, (width, height)) is not None


def _refuse_damaged(data: bytes) -> None:
    try:
        child.work(data, worker.Wanted((64,)))
    except child.Failed as failure:
        if str(failure) == "damaged":  # anything else is found, or passes, when its sizes are made
            raise BadImage("damaged") from failure


def _refuse_length(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise BadImage("too_big")
    if not data:
        raise BadImage("unreadable")


__all__ = [
    "ACCEPT",
    "MAX_BYTES",
    "PROFILES",
    "WHOLE",
    "BadImage",
    "Box",
    "Looked",
    "Processed",
    "fitted",
    "look",
    "may_move",
    "move",
    "process",
]
