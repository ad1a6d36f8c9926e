"""While one writes: the words as they will stand, and whom one may call by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from community.core.access import Refused, absent
from community.core.ratelimit import limited
from community.core.text import keys_in
from community.core.whole import whole
from community.members.models import Member
from forum import access
from forum.calls import Calls, Place, groups_called
from forum.models import Post, Thread
from forum.queries import calls as groups
from forum.queries import writing as queries
from forum.rendering import render_body
from forum.views import limits
from forum.views._shared import actor_of, calls_of, members_only, uploads_shown


@require_POST
@members_only
@limited("preview", limit=120, per=60)
def preview(request: HttpRequest) -> HttpResponse:
    """The text as it will stand: rendered by the same hand as the post itself, for the place that the address names."""
    actor, source = actor_of(request), request.POST.get("source", request.POST.get("body", ""))
    calls = Calls(actor, lambda: _known_place(request))
    try:
        body = render_body(source, files=uploads_shown(actor, source, _edited(request, source)), calls=calls)
    except Refused as refusal:
        return render(request, "forum/_preview.html", {"problem": refusal.reason}, status=422)
    told = {"html": body.html, "empty": _("Nothing to show yet."), "calls": calls_of(calls)}
    return render(request, "forum/_preview.html", told)


@require_safe
@members_only
def people(request: HttpRequest) -> HttpResponse:
    """Names for completion while writing: `?q=` begins them, `?thread=` puts those who write there first.

    `groups`: those that may be called there by such a word, with how many would hear it, or why not.
    """
    member = actor_of(request)
    limits.require_few(request, "people", limit=240, per=60)
    place = _place(request)
    text = request.GET.get("q", "")[:24].strip()
    row = place.row if place else None
    found = queries.people_for(member, text, row if isinstance(row, Thread) else None)
    called = groups.groups_for(member, text, row) if row is not None else []
    return JsonResponse(
        {
            "people": [
                {"name": one.member.name, "here": one.is_here, "role": _role(one.member)} for one in found
            ],
            "groups": [_group(one) for one in called],
        }
    )


def _role(member: Member) -> str:
    return "" if member.role == "member" else str(member.get_role_display())


def _group(one: groups.Callee) -> Mapping[str, Any]:
    if not one.verdict:
        return {"name": one.word, "refused": str(one.verdict.reason)}
    hears = ngettext("%(count)s person hears it", "%(count)s people hear it", one.count)
    return {"name": one.word, "role": hears % {"count": one.count}}


def _place(request: HttpRequest) -> Place | None:
    """The post, thread or board that somebody writes in. 404 for one that they may not read."""
    member, board = actor_of(request), request.GET.get("board", "")
    if post_id := _id(request, "post"):
        thread, post = access.post_for_reading(member, post_id=post_id)
        if not access.may_see_post(member, thread, post):
            raise absent()
        return Place(thread, groups_called(post.html))
    if thread_id := _id(request, "thread"):
        return Place(access.thread_for_reading(member, thread_id=thread_id))
    return Place(access.board_for_reading(member, slug=board[:60])) if board else None


def _edited(request: HttpRequest, source: str) -> Post | None:
    """The post that is edited, where it matters: for words that name a file. None for one that they may not edit."""
    actor, post_id = actor_of(request), _id(request, "post")
    if not post_id or not keys_in(source):
        return None
    try:
        thread, post = access.post_for_reading(actor, post_id=post_id)
    except Http404:
        return None
    return post if access.may_edit(actor, thread, post) else None


def _id(request: HttpRequest, name: str) -> int:
    return whole(request.GET.get(name), otherwise=0)


def _known_place(request: HttpRequest) -> Place | None:
    try:
        return _place(request)
    except Http404:
        return None
