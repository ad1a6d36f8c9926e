"""Uploads for tests, made through the actions."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from community.core.tasks.testing import run_due
from community.files import actions
from community.files.models import Upload
from community.members.models import Member

GPS, MAKER = 0x8825, "A camera maker"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
GPX = b'<?xml version="1.0"?>\n<gpx version="1.1" creator="x"><trk><name>Alps</name></trk></gpx>'


def photo(
    width: int = 1200, height: int = 800, *, kind: str = "JPEG", colour: str = "teal", turn: int = 1
) -> bytes:
    """A picture as a phone makes it: with where it was taken, and by what."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = turn, MAKER
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (31.0, 13.0, 49.0)
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind, exif=exif.tobytes())
    return out.getvalue()


def spoiled(width: int = 900, height: int = 600) -> bytes:
    """A picture that is all there, with pixels that no decoder can read: its header tells nothing of that."""
    whole = photo(width, height, kind="PNG")
    at = whole.index(b"IDAT") + 4
    return whole[:at] + bytes(reversed(whole[at:-20])) + whole[-20:]


def an_upload(
    *,
    owner: Member,
    data: bytes | None = None,
    name: str = "IMG_0001.jpg",
    is_ready: bool = True,
    **fields: Any,
) -> Upload:
    """A picture of this member (or what `data` is), its sizes made unless told otherwise."""
    given = ContentFile(photo() if data is None else data, name=name)
    upload = actions.receive_upload(owner=owner, file=given, name=name, **fields)
    if is_ready:
        run_due()
        upload.refresh_from_db()
    return upload
