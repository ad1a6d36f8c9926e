"""Files that come with a writing form itself: for those without the script, and for when it could not do its work."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from community.core import idempotency
from community.core.access import Refused
from community.core.text import keys_in
from community.files.actions import receive_upload
from community.files.models import Upload
from forum.views._shared import actor_of

FIELD = "files"
MOST = 10  # of one form
View = Callable[..., HttpResponseBase]


def takes_files(view: View) -> View:
    """Store what came with a form, and write it at the end of its words before the view reads them.

    What cannot be taken, or could not be used since it was, is said, and the form comes back as a preview (`preview` is
    put into what was sent): nothing is posted without its picture. One statement for words that name a file.
    """

    @functools.wraps(view)
    def taking(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        keys = keys_in(request.POST.get("body", ""))
        if keys or request.FILES:
            given = request.POST.copy()
            if keys:
                _take_out(request, given, keys)
            if request.FILES:
                _take(request, given)
            given._mutable = False
            request.POST = given  # type: ignore[assignment]
        return view(request, *args, **kwargs)

    return taking


def _take(request: HttpRequest, given: QueryDict) -> None:
    """Store the files; those that were taken are in the words then."""
    key = idempotency.usable(given.get("key"))
    words = [given.get("body", "").rstrip()]
    for number, file in enumerate(request.FILES.getlist(FIELD)[:MOST]):
        try:
            upload = receive_upload(
                owner=actor_of(request),
                file=file,
                name=file.name or "",
                # Sent twice, the form has the same files, and so the same words.
                idempotency_key=f"{key}-{number}" if key else None,
            )
        except Refused as refusal:
            messages.error(request, f"{file.name}: {refusal.reason}")
            given["preview"] = "1"
        else:
            words.append(_written(upload))
    given["body"] = "\n\n".join(part for part in words if part)


def _take_out(request: HttpRequest, given: QueryDict, keys: list[str]) -> None:
    """Pictures that nothing came of since they were taken are named no more in the words."""
    before = body = str(given["body"])
    for lost in Upload.objects.failed_among(actor_of(request).pk, keys):
        named = rf"!?\[(?:\\.|[^\]\\\n])*\]\({re.escape(lost.address)}[^)\n]*\)\n?"
        body, count = re.subn(named, "", body)
        if count:
            messages.error(
                request,
                _("%(name)s was taken out of your text. %(reason)s")
                % {"name": lost.name, "reason": lost.problem_words},
            )
    if body != before:
        given["body"], given["preview"] = body.strip("\n"), "1"


def _written(upload: Upload) -> str:
    name = upload.name
    for sign in "\\[]":
        name = name.replace(sign, f"\\{sign}")
    return f"![{name}]({upload.address})" if upload.is_picture else f"[{name}]({upload.address})"
