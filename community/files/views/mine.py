"""Uploading, and what I uploaded."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core import images
from community.core.access import Invalid, Refused, require
from community.core.ratelimit import hit
from community.files import access, actions, links, queries
from community.files.forms import BoxesForm
from community.files.models import Upload
from community.members.access import standing_verdict
from community.members.models import Member
from community.members.views._shared import act_and_return, attempt, me, mine

UPLOADS, IN_SECONDS = 60, 600
_STATUS = {
    "guest": 401,
    "too_big": 413,
    "rate": 429,
    "busy": 429,
    "waiting": 429,
    "unavailable": 503,
    "full": 507,
}


@require_POST
@never_cache
def upload(request: HttpRequest) -> JsonResponse:
    """Take `file` (once under `idempotency_key`) and tell how to name it: 201; or 4xx with a translated `error`.

    Answered before its sizes are made: until then its addresses give a placeholder of its shape.
    """
    try:
        require(access.may_upload(request.user))
        assert isinstance(request.user, Member)  # whoever may upload is one
        file = request.FILES.get("file")
        if file is None:
            return _refusal(_("No file arrived. Please choose one."), 400)
        require(hit("upload", f"member:{request.user.pk}", limit=UPLOADS, per=IN_SECONDS))
        made = actions.receive_upload(
            owner=request.user,
            file=file,
            name=file.name or "",
            alt=request.POST.get("alt", ""),
            idempotency_key=request.POST.get("idempotency_key") or None,
        )
    except Refused as refusal:
        status = _STATUS.get(refusal.code, 422 if isinstance(refusal, Invalid) else 403)
        answer = _refusal(refusal.reason, status)
        if wait := getattr(refusal.verdict, "retry_after", 0):
            answer.headers["Retry-After"] = str(wait)
        return answer
    return JsonResponse(told(made), status=201)


def told(upload: Upload) -> dict[str, object]:
    """An upload as scripts read it. `url` is what to show, `markdown_url` what to write."""
    shown = links.shown(upload)
    return {
        "id": upload.pk,
        "markdown_url": upload.address,
        "url": shown.src or shown.href,
        "width": upload.width,
        "height": upload.height,
        "name": upload.name,
        "kind": upload.kind,
        "note": _still_note(upload),
    }


def _still_note(upload: Upload) -> str:
    """What to say of an animation that is too much to move here; empty for everything else."""
    is_too_much = upload.frames > 1 and not images.may_move(
        upload.frames, upload.width or 0, upload.height or 0
    )
    return (
        _("This animation is too long or too large to move here: its first frame is shown.")
        if is_too_much
        else ""
    )


def _refusal(reason: str, status: int) -> JsonResponse:
    return JsonResponse({"error": reason}, status=status, json_dumps_params={"ensure_ascii": False})


@require_safe
@mine
def uploads(request: HttpRequest) -> HttpResponse:
    """Everything I uploaded, what it takes, and how to be rid of it."""
    member = me(request)
    page = queries.uploads_of(member, request.GET.get("page"))
    context = {
        "page": page,
        "rows": [
            (row, links.small(row) if row.is_picture and not (row.problem or row.is_held) else "")
            for row in page.items
        ],
        "room": queries.room_of(member),
        "standing": standing_verdict(member),
        "here": "me",
    }
    return render(request, "files/mine.html", context)


@require_POST
@mine
def delete(request: HttpRequest, key: str) -> HttpResponse:
    def done(upload: Upload) -> str:
        return _("The line is cleared.") if request.POST.get("failed") else access.gone_words(upload)

    return act_and_return(
        request,
        lambda: done(actions.delete_upload(actor=me(request), key=key)),
        to=reverse("files:mine"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@mine
def cover(request: HttpRequest, key: str) -> HttpResponse:
    """Make number plates and faces in a picture unreadable: boxes drawn on it, or given as numbers."""
    member = me(request)
    picture = access.upload_for_change(member, key=key)
    form = BoxesForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and attempt(
        form, lambda: actions.cover_picture(actor=member, key=key, boxes=form.boxes())
    ):
        messages.success(request, _("Covered for good, in every size. What was there before is deleted."))
        return HttpResponseRedirect(reverse("files:cover", args=[key]))
    picture.refresh_from_db()
    context = {
        "form": form,
        "upload": picture,
        "shown": links.shown(picture) if picture.is_picture else None,
        "standing": access.may_cover(member, picture),
        "here": "me",
    }
    return render(request, "files/cover.html", context, status=422 if form.errors else 200)
