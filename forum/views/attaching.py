"""Files that come with a writing form itself: for those without the script, and for when it could not do its work."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from community.core.access import Refused
from community.files.actions import receive_upload
from community.files.models import Upload
from forum.views._shared import actor_of

FIELD = "files"
MOST = 10  # of one form
View = Callable[..., HttpResponseBase]


def takes_files(view: View) -> View:
    """Store what came with a form, and write it at the end of its words before the view reads them.

    What cannot be taken is said, and the form comes back as a preview: nothing is posted without its picture.
    """

    @functools.wraps(view)
    def taking(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "POST" and request.FILES:
            _take(request)
        return view(request, *args, **kwargs)

    return taking


def _take(request: HttpRequest) -> None:
    given = request.POST.copy()
    key = given.get("key", "")
    is_plain = 0 < len(key) <= 64 and key.isascii() and key.isprintable()
    words = [given.get("body", "").rstrip()]
    for number, file in enumerate(request.FILES.getlist(FIELD)[:MOST]):
        try:
            upload = receive_upload(
                owner=actor_of(request),
                file=file,
                name=file.name or "",
                # Sent twice, the form has the same files, and so the same words.
                idempotency_key=f"{key}-{number}" if is_plain else None,
            )
        except Refused as refusal:
            messages.error(request, f"{file.name}: {refusal.reason}")
            given["preview"] = "1"
        else:
            words.append(_written(upload))
    given["body"] = "\n\n".join(part for part in words if part)
    given._mutable = False
    request.POST = given  # type: ignore[assignment]


def _written(upload: Upload) -> str:
    name = upload.name
    for sign in "\\[]":
        name = name.replace(sign, f"\\{sign}")
    return f"![{name}]({upload.address})" if upload.is_picture else f"[{name}]({upload.address})"
