"""One thread."""

from __future__ import annotations

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.core import chance
from community.core.pagecache import NUMBER, kept_for_guests
from community.core.pagination import number_to_page
from forum import access, actions, kept, pace, policy
from forum.models import Thread
from forum.queries import threads as queries
from forum.road import road
from forum.views import limits, moments
from forum.views._shared import act_and_return, actor_of, members_only, sleep_note, viewer_of
from forum.views.merged import follows_merge


def address(thread: Thread, number: int = 1) -> str:
    """The page and anchor of a post, by arithmetic on its number."""
    page = number_to_page(number, policy.POSTS_PER_PAGE)
    query = f"?page={page}" if page > 1 else ""
    return f"{thread.get_absolute_url()}{query}"


@kept_for_guests(kept.BOARDS, "thread:{thread_id}", params={"page": NUMBER})
@require_safe
def thread(request: HttpRequest, thread_id: int, slug: str) -> HttpResponse:
    """A page of a thread. At most six statements with session and account; a wrong slug redirects."""
    viewer = viewer_of(request)
    moved = None
    try:
        row = access.thread_for_reading(viewer, thread_id=thread_id)
    except Http404:
        moved = queries.merged_target(viewer, thread_id)
        if moved is None:
            raise
    if moved:
        return HttpResponsePermanentRedirect(address(*moved))
    if slug != row.slug:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(row.get_absolute_url() + (f"?{query}" if query else ""))
    if "unread" in request.GET and viewer.is_authenticated:
        return HttpResponseRedirect(unread_address(row))
    wanted = request.GET.get("page", "")
    number = queries.page_number(wanted, row)
    if wanted.isdecimal() and (len(wanted) > 9 or int(wanted) > number):
        return HttpResponseRedirect(address(row, row.last_number))
    page = queries.thread_page(viewer, row, number)
    kept.note_thread(page)
    context = {
        "thread": row,
        "board": row.board,
        "page": page,
        "reply_key": chance.token(12),
        "undoable": queries.undoable(viewer, page),
        "road": road(viewer, page),
        "draft_key": f"thread-{row.pk}",
        "draft_url": reverse("forum:draft") if viewer.is_authenticated else "",
        "sleep": sleep_note(row) if page.reply_verdict else "",
        "limit_note": reply_note(request, row) if page.reply_verdict else "",
        "here": "boards",
    }
    if page.reply_verdict:
        context |= moments.later_context(request)
    response = render(request, "forum/thread.html", context)
    if viewer.is_authenticated and page.posts and request.method == "GET":
        actions.mark_read(member=actor_of(request), thread=row, number=page.posts[-1].number)
    return response


def reply_note(request: HttpRequest, row: Thread) -> str:
    """What may keep the next reply waiting, before it is written: slow mode, or a limit that is near."""
    return pace.note(viewer_of(request), row) or limits.REPLY.note(request)


@require_safe
def short_address(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The address without its readable part, for people who type numbers."""
    return thread(request, thread_id=thread_id, slug="-")


@require_safe
@follows_merge
@members_only
def first_unread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Jump to the first post the member has not seen; to the last one when all are read."""
    viewer = viewer_of(request)
    row = access.thread_for_reading(viewer, thread_id=thread_id)
    return HttpResponseRedirect(unread_address(row))


def unread_address(row: Thread) -> str:
    number = min(int(getattr(row, "first_new", 1)), row.shown_number)
    return f"{address(row, number)}#n{number}"


@require_POST
@members_only
def watch(request: HttpRequest, thread_id: int) -> HttpResponse:
    row = access.thread_for_reading(viewer_of(request), thread_id=thread_id)
    return act_and_return(
        request,
        lambda: actions.set_watch(
            member=actor_of(request), thread_id=row.pk, level=request.POST.get("level", "")
        ),
        done=_("Your choice is saved."),
        to=row.get_absolute_url(),
    )


@require_POST
@members_only
def unaccept(request: HttpRequest, thread_id: int) -> HttpResponse:
    row = access.thread_for_reading(viewer_of(request), thread_id=thread_id)
    return act_and_return(
        request,
        lambda: actions.unaccept_answer(actor=actor_of(request), thread_id=row.pk),
        done=_("The question is open again."),
        to=row.get_absolute_url(),
    )
