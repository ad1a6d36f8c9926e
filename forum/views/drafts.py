"""Drafts: kept while somebody writes, shown on their own page, opened, set aside, discarded and brought back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core import idempotency
from community.core.access import Refused, Verdict, absent
from community.core.whole import whole
from forum import actions
from forum.actions.drafts import Conflict, Written
from forum.models import Draft
from forum.queries import drafts as queries
from forum.sent import sent_words
from forum.views._shared import act_and_return, actor_of, members_only
from forum.views.limits import require_few


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """What the composer's script asks: the draft of `place`, or keep these words there.

    200 with the draft as it stands; 409 with another device's words, or without any where it was published or
    discarded; 401 for guests, 422 for words that cannot be kept, 403 with a reason.
    """
    if not request.user.is_authenticated:
        return JsonResponse({}, status=401)
    member = actor_of(request)
    if request.method != "POST":
        return JsonResponse(_told(queries.at(member, request.GET.get("place", "")[:80])))
    try:
        require_few(request, "draft", limit=120, per=60)
        kept = actions.save_draft(
            member=member,
            written=written(request, request.POST.get("place", "")),
            words=sent_words(request.POST),
            settle=request.POST.get("settle", ""),
        )
    except Conflict as conflict:
        return JsonResponse(_told(conflict.draft), status=409)
    except Refused as refusal:
        status = 422 if refusal.code == "invalid" else 403
        return JsonResponse({"error": refusal.reason, "code": refusal.code}, status=status)
    return JsonResponse(_told(kept))


def _told(kept: Draft | None) -> dict[str, Any]:
    if kept is None:
        return {"revision": 0, "words": {}, "at": None}
    return {"revision": kept.revision, "words": kept.words, "at": kept.saved_at.isoformat()}


def written(request: HttpRequest, place: str) -> Written:
    """Which draft a form that was sent stands for."""
    revision = whole(request.POST.get("draft_revision"), 8, otherwise=0)
    key, writer = (idempotency.usable(request.POST.get(name)) or "" for name in ("key", "writer"))
    return Written(place=place, form_key=key, revision=revision, writer=writer)


def save_asked(request: HttpRequest, place: str) -> HttpResponse | None:
    """The answer to the button that saves a draft without the script; None when it was not that one, or in vain."""
    if "draft" not in request.POST:
        return None
    member, form = actor_of(request), written(request, place)
    try:
        try:
            actions.save_draft(member=member, written=form, words=sent_words(request.POST))
        except Conflict:
            actions.save_draft(member=member, written=form, words=sent_words(request.POST), settle="mine")
            messages.info(
                request,
                _("Another device wrote here meanwhile. Its words are kept under “My drafts” as well."),
            )
    except Refused as refusal:
        messages.error(request, refusal.reason)
        return None
    messages.success(request, _("Saved as a draft. Only you can read it."))
    return HttpResponseRedirect(request.path)


def begun(request: HttpRequest, place: str) -> Draft | None:
    """The draft that a form starts with. None for a form that was sent already. One statement."""
    if request.method == "POST" or not request.user.is_authenticated:
        return None
    return queries.at(actor_of(request), place)


def words_of(kept: Draft | None) -> dict[str, str]:
    """What a form starts with. Words that were sent before under a key keep it: they count once."""
    if kept is None:
        return {}
    words: dict[str, str] = dict(kept.words)
    if "once" in words:
        words["key"] = words.pop("once")
    return words


def form_context(request: HttpRequest, place: str, kept: Draft | None) -> dict[str, Any]:
    """What `_draft_state.html` and the form's hooks read."""
    is_mine = request.user.is_authenticated
    sent = written(request, place).revision if request.method == "POST" else 0
    return {
        "draft_key": place,
        "draft_url": reverse("forum:draft") if is_mine else "",
        "draft_revision": kept.revision if kept else sent,
        "draft_saved_at": kept.saved_at if kept else None,
    }


def refused(request: HttpRequest, verdict: Verdict, place: str) -> HttpResponse:
    """Somebody came to go on with a draft where they may not write now: the reason, and where the words are.

    Raises the refusal where there is no draft.
    """
    if begun(request, place) is None:
        raise Refused(verdict)
    messages.error(request, f"{verdict.reason} " + _("Your words are kept here."))
    return HttpResponseRedirect(reverse("forum:drafts"))


@require_safe
@members_only
def mine(request: HttpRequest) -> HttpResponse:
    """My drafts. At most five statements besides the account's."""
    lines = queries.of(actor_of(request))
    return render(request, "forum/drafts.html", {"lines": lines})


@require_POST
@members_only
def act(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Discard a draft, or bring it back to its place."""
    member, what, back = actor_of(request), request.POST.get("do"), reverse("forum:drafts")
    if what == "discard":
        return act_and_return(
            request,
            lambda: actions.discard_draft(member=member, draft_id=draft_id),
            done=_("Discarded. You can bring it back for seven days."),
            to=back,
        )
    if what == "use":
        return act_and_return(
            request,
            lambda: actions.use_draft(member=member, draft_id=draft_id),
            done=_("This draft stands at its place again."),
            to=back,
        )
    raise absent()
