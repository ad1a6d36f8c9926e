"""How much of what a member may keep here, and what a file is. No database, no request."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from community.core import images

MEGABYTE = 1024 * 1024
MAX_DOCUMENT = 10 * MEGABYTE
UNUSED_DAYS = 30  # after which something that nothing uses is taken away
MOST_WAITING = 20  # pictures of one member whose sizes are not made yet
MAX_BOXES = 8
MANY_FRAMES = 10_000  # counted no further
EDGES = images.PROFILES["post"].edges

# Of documents: how its address ends, and what it is served as.
DOCUMENTS = {"pdf": "application/pdf", "gpx": "application/gpx+xml"}

_GPX = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*)?<gpx[\s>]", re.DOTALL
)
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_BIDI = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Quota:
    """Bytes that may be kept together, and which kind of member that is for."""

    most: int
    tier: str


def quota(
    *,
    is_staff: bool,
    is_warned: bool,
    posts: int,
    joined_at: datetime,
    now: datetime,
    megabytes: dict[str, int],
) -> Quota:
    """What a member may keep: little while new, plenty once they took part, half of it while warned."""
    is_new = posts < 5 or now - joined_at < timedelta(days=3)
    tier = "staff" if is_staff else "new" if is_new else "member"
    most = megabytes[tier] * MEGABYTE
    return Quota(most // 2 if is_warned else most, tier)


def document_form(head: bytes) -> str:
    """ "pdf" or "gpx" by a file's first bytes; empty when it is neither. Names are not believed."""
    if head.startswith(b"%PDF-"):
        return "pdf"
    return "gpx" if _GPX.match(head[:2048]) else ""


def clean_name(name: str, *, form: str, longest: int = 100) -> str:
    """A file's name without folders, controls and what turns a line around; its ending is ours."""
    text = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    text = _BIDI.sub("", _UNFIT.sub(" ", text.encode("utf-8", "ignore").decode()))
    stem = text.rpartition(".")[0] if "." in text else text
    stem = " ".join(stem.split()).strip(" .") or "file"
    ending = f".{form}" if form != "webp" else ""
    return stem[: longest - len(ending)].rstrip(" .") + ending


def sizes_of(width: int, height: int) -> list[tuple[int, int, int]]:
    """Edge, width and height of each size made of a picture, the largest first; none is enlarged."""
    main = images.fitted((width, height), EDGES[0])
    smaller = [edge for edge in EDGES[1:] if edge < max(main)]
    return [(edge, *images.fitted(main, edge)) for edge in (EDGES[0], *smaller)]
