"""Pictures from outside: nothing is kept or served that was not decoded and re-encoded in a limited child."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.core.access import Invalid
from community.core.images import child, worker
from community.core.images.child import Processed

MAX_BYTES = 20 * worker.MEGABYTE
ACCEPT = "image/jpeg,image/png,image/webp,image/gif,image/avif"

_REASONS: dict[str, str | Promise] = {
    "too_big": _("This picture file is larger than 20 MB. Please choose a smaller one."),
    "unreadable": _("This file is not a picture we can read. Please use JPEG, PNG, WebP, GIF or AVIF."),
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
class Profile:
    """Target sizes in pixels: longest edges, or the sides of a centred square."""

    main: int
    thumb: int
    square: bool = False


PROFILES = {"avatar": Profile(256, 64, square=True), "post": Profile(1600, 480)}


def process(data: bytes, *, profile: str = "avatar") -> Processed:
    """Re-encode an uploaded picture as `profile` says ("avatar" or "post").

    Takes up to 3 s, and up to 5 s more when many arrive at once; raises BadImage, changes nothing.
    """
    wanted = PROFILES[profile]
    if len(data) > MAX_BYTES:
        raise BadImage("too_big")
    if not data:
        raise BadImage("unreadable")
    try:
        return child.work(data, main=wanted.main, thumb=wanted.thumb, square=wanted.square)
    except child.Failed as failure:
        raise BadImage(str(failure)) from failure


__all__ = ["ACCEPT", "MAX_BYTES", "BadImage", "Processed", "process"]
