"""Handing out. Whoever knows a name may have the file: names are secrets, and the same for every reader.

In front of this the file server answers for pictures that lie on the disk; what comes here is a picture that is not
made yet, a download, or a site whose files lie in an object store.
"""

from __future__ import annotations

import structlog
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from community.core.access import absent
from community.files import links, policy, store
from community.files.models import State, Upload
from community.members.access import may_moderate_members

log = structlog.get_logger("community.files")

YEAR = 365 * 24 * 3600
SANDBOX = "default-src 'none'; sandbox"
WEBP = "image/webp"
_PICTURES = {
    "webp": WEBP,
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "avif": "image/avif",
}
_SHAPE = 32  # longest side of a placeholder: the page has reserved the place, this gives only its shape


@require_safe
def served(request: HttpRequest, shard: str, file: str) -> HttpResponseBase:
    """One size of a picture, or a placeholder while it is being made. No statement for one that is there."""
    name = f"{store.SERVED}/{shard}/{file}"
    if file.startswith(shard):
        try:
            return _whole(name, WEBP)
        except FileNotFoundError:
            pass
    upload = Upload.objects.filter(key=store.key_in(name), kind="picture").first()
    # What is ready lies there or does not exist; a placeholder stands for the sizes that are to come, and for what was.
    if upload is None or upload.mark != file[33:41] or upload.is_ready:
        raise absent()
    return _placeholder(upload)


@require_safe
def named(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
    """What people's words name: leads to the picture as it is now, or hands out the download. One statement."""
    upload = Upload.objects.filter(key=key, form=form).first()
    is_held = upload is not None and upload.is_held
    if upload is None or (
        upload.state == State.GONE and not (is_held and may_moderate_members(request.user))
    ):
        raise absent()
    if upload.is_picture:
        if not (upload.is_ready or is_held):
            return _placeholder(upload)
        answer = HttpResponseRedirect(links.shown(upload, is_held=is_held).href)
        answer.headers["Cache-Control"] = "no-cache"
        return answer
    try:
        response = _whole(
            store.document_name(upload, upload.held if is_held else ""), policy.DOCUMENTS[upload.form]
        )
    except FileNotFoundError as error:
        raise Http404 from error
    disposition = content_disposition_header(as_attachment=True, filename=upload.name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    # Under this address it can be deleted: ask again.
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """What lies in an object store, faces and the magazine's pictures. A folder is served in front of the site."""
    is_hidden = any(part.startswith(".") or not part for part in path.split("/"))
    if isinstance(default_storage, FileSystemStorage) or is_hidden or path.startswith(f"{store.SERVED}/"):
        raise absent()
    kind = _PICTURES.get(path.rpartition(".")[2].lower(), "")
    try:
        response = _whole(path, kind or "application/octet-stream")
    except FileNotFoundError as error:
        raise Http404 from error
    if not kind:
        response.headers["Content-Disposition"] = "attachment"
    return response


def _whole(name: str, kind: str) -> HttpResponseBase:
    """The file itself; 503 while the store is out of reach. Raises FileNotFoundError where there is none."""
    try:
        file = store.opened(name)
    except FileNotFoundError:
        raise
    except OSError as error:
        log.warning("store_out_of_reach", file=name, error=repr(error))
        resting = HttpResponse(status=503, headers={"Retry-After": "30", "Cache-Control": "no-store"})
        return _inert(resting)
    response = FileResponse(file, content_type=kind)
    response.headers["Content-Encoding"] = "identity"  # packed already: compressing again only costs
    response.headers["Cache-Control"] = f"max-age={YEAR}, public, immutable"
    return _inert(response)


def _placeholder(upload: Upload) -> HttpResponse:
    """A plain field of the picture's shape; struck through when no picture will come."""
    width, height = upload.width or 1, upload.height or 1
    scale = _SHAPE / max(width, height)
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    is_lost = upload.state == State.GONE
    line = f'<path d="M0 0 {across} {down}" stroke="#8a8f98" stroke-width=".4"/>' if is_lost else ""
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}">'
        f'<rect width="100%" height="100%" fill="#8a8f98" fill-opacity=".25"/>{line}</svg>'
    )
    response = HttpResponse(drawn, content_type="image/svg+xml", status=410 if is_lost else 200)
    response.headers["Cache-Control"] = "no-store"
    _inert(response)
    return response


def _inert(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
