"""Long forms, read piece by piece: Python's own reading makes an object of every encoded byte, which is a gigabyte for
five megabytes of Chinese."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.core.files.uploadedfile import UploadedFile
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

PIECE = 64 * 1024  # bytes of a form that are decoded at once; a form that is no longer is Django's own


class SparingRequest(WSGIRequest):
    """A request whose long form costs a few times its own size while it is read, whatever is in it."""

    def _load_post_and_files(self) -> None:
        is_there = hasattr(self, "_body") or not self._read_started  # type: ignore[attr-defined]
        is_plain = self.content_type == "application/x-www-form-urlencoded" and self.encoding in (
            None,
            "utf-8",
        )
        if self.method == "POST" and is_plain and is_there and len(self.body) > PIECE:
            self._post = read_form(self.body)
            self._files: MultiValueDict[str, UploadedFile[Any]] = MultiValueDict()
        else:
            super()._load_post_and_files()


class Pages(WSGIHandler):
    """Django's handler, with requests that read long forms sparingly."""

    request_class = SparingRequest


def read_form(body: bytes) -> QueryDict:
    """What `QueryDict(body)` holds. TooManyFieldsSent where it has more fields than are taken."""
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    if most is not None and body.count(b"&") >= most:
        raise TooManyFieldsSent("The form has more fields than settings.DATA_UPLOAD_MAX_NUMBER_FIELDS.")
    form = QueryDict(mutable=True)
    for pair in body.split(b"&"):
        name, _equals, value = pair.partition(b"=")
        if pair:
            form.appendlist(_decoded(name), _decoded(value))
    form._mutable = False
    return form


def _decoded(raw: bytes) -> str:
    words, start = bytearray(), 0
    while start < len(raw):
        end = start + PIECE
        split = (
            raw.rfind(b"%", end - 2, end) if end < len(raw) else -1
        )  # no piece ends within an encoded byte
        end = end if split < 0 else split
        words += unquote_to_bytes(raw[start:end].replace(b"+", b" "))
        start = end
    return words.decode("utf-8", "replace")
