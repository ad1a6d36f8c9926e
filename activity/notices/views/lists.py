"""My list, and the one-button acts beside each notice."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from activity.notices import actions, pictures, queries
from activity.notices.kinds import ON_DUTY, Kind
from activity.notices.models import Notification
from community.core.access import Refused
from community.core.whole import wholes
from community.members.models import Member
from community.members.views._shared import next_address


def me(request: HttpRequest) -> Member:
    """The signed-in member. Views that ask stand behind `login_required`."""
    return cast(Member, request.user)


@require_safe
@login_required
@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """What I was told, grouped. Three statements with the account."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in Kind.values else ""
    only_unread = request.GET.get("show") == "unread"
    page = queries.notices(me(request), unread=only_unread, kind=kind, cursor=request.GET.get("page"))
    context = {
        "page": page,
        "sections": queries.sections(page.items),
        "noise": queries.noise(me(request)),
        "only_unread": only_unread,
        "kind": kind,
        "kinds": [(one.value, one.label) for one in Kind if me(request).is_staff_role or one not in ON_DUTY],
        "here": "notices",
    }
    return render(request, "notices/list.html", context)


@require_safe
@never_cache
def count(request: HttpRequest) -> HttpResponse:
    """How many are unread, for pages whose sockets are blocked; of those that lie on a device (`?of=3-5`) the ones
    that still are. At most two statements; guests have none."""
    if not request.user.is_authenticated:
        return JsonResponse({"n": 0})
    told: dict[str, object] = {"n": me(request).notice_count}
    if lying := wholes(request.GET.get("of", "").split("-")):
        told["open"] = queries.open_among(me(request), lying[: queries.MOST_LYING])
    return JsonResponse(told)


@require_safe
@login_required
@never_cache
def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to what a notice is about; it counts as read."""
    row = queries.mine(me(request), pk)
    if row is None:
        raise Http404
    actions.read_some(member=me(request), ids=[pk])
    return HttpResponseRedirect(target(row))


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    actions.read_all(member=me(request))
    return _back(request)


@require_POST
@login_required
def read(request: HttpRequest, pk: int) -> HttpResponse:
    actions.read_some(member=me(request), ids=[pk])
    return _back(request)


@require_POST
@login_required
def off(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch the reason of one notice off."""
    try:
        messages.success(request, actions.switch_off(member=me(request), notification_id=pk))
    except Refused as refusal:
        messages.error(request, refusal.reason)
    return _back(request)


# Of what is about none of one's posts: the page where it is seen to.
_PAGES = {
    "not_published": "forum:drafts",
    pictures.ELSEWHERE: "files:mine",
    "report_settled": "messages:list",
    "report_dismissed": "messages:list",
}


def target(row: Notification) -> str:
    """Where a notice leads: its post, its thread, or my settings for what concerns my account."""
    if row.kind == Kind.MESSAGE and row.data.get("conversation"):
        return reverse("messages:conversation", args=[row.data["conversation"]])
    if row.kind == Kind.FOLLOWER:
        return _followers(row)
    if row.kind == Kind.POLL and row.data.get("poll"):
        return reverse("polls:poll_short", args=[row.data["poll"]])
    if row.kind == Kind.DUTY and row.data.get("to"):
        return str(row.data["to"])
    what = str(row.data.get("what", ""))
    if what in _PAGES:
        return reverse(_PAGES[what])
    if row.kind != Kind.HOUSE or what.startswith("post_"):
        if row.post_id:
            return reverse("forum:post", args=[row.post_id])
    elif row.data.get("thread"):
        return reverse("forum:thread_short", args=[row.data["thread"]])
    return row.thread.get_absolute_url() if row.thread is not None else reverse("members:settings")


def _followers(row: Notification) -> str:
    """The page of whoever follows me now; of several, the list of them."""
    if row.actor is not None and row.actor_count == 1:
        return row.actor.get_absolute_url()
    return reverse("members:followers", args=[row.recipient.name])


def _back(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(next_address(request, reverse("notices:list")))
