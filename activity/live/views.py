"""The same news by plain HTTP: for pages whose sockets are blocked, and a link for pages without a script."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from activity.live import frames, looks, rights
from community.core.middleware import wants_json
from community.core.pagecache import kept_for_guests, stands_on
from community.core.pagination import number_to_page
from community.core.whole import whole
from forum import access, kept, policy
from forum.models import Thread
from forum.queries import threads as queries


@require_safe
@never_cache
def since(request: HttpRequest, thread_id: int) -> HttpResponse:
    """What happened in a thread after step `after`, as this viewer sees it: JSON for scripts.

    For people: the page with the first post after number `read`. At most five statements beside the session's.
    """
    try:
        if not wants_json(request):
            row = access.thread_for_reading(request.user, thread_id=thread_id)
            return HttpResponseRedirect(_first_after(row, whole(request.GET.get("read"), otherwise=0)))
        after = whole(request.GET.get("after"), otherwise=0)
        thread, news, told = frames.news_for(request.user, thread_id, after)
    except Http404:
        return _where_it_went(request, thread_id)
    return JsonResponse({"s": thread.sequence, "reload": news.has_gap, "frames": told})


def _where_it_went(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Of a merged thread: that it was merged, and into which. 404 for whoever may not read that one."""
    if not wants_json(request):
        moved = queries.merged_target(request.user, thread_id)
        if moved is None:
            raise Http404
        row, first = moved
        read = whole(request.GET.get("read"), otherwise=0) + first - 1
        return HttpResponseRedirect(_first_after(row, read))
    topic = f"thread:{thread_id}"
    (went,) = rights.led_on([request.user], topic)
    if went is None:
        raise Http404
    told = frames.led_on(topic, *went)
    return JsonResponse({"s": told["s"], "reload": False, "frames": [told]})


@kept_for_guests(kept.BOARDS, kept.UPKEEP)
@require_safe
def board_since(request: HttpRequest, slug: str) -> HttpResponse:
    """How far a board has got, and its liveliest threads: `{s, threads: [[id, last, opened], …]}`, microseconds.

    Two statements beside the session's. The same for everybody who asks, however far they have heard, so that one copy
    serves all guests; what is new to a page the page finds out itself.
    """
    board = access.board_for_reading(request.user, slug=slug)
    stands_on(kept.board_topic(board.pk))
    return JsonResponse({"s": rights.moment_of(board), "threads": looks.board_threads(board.pk)})


def _first_after(thread: Thread, read: int) -> str:
    """The address of the first post after `read`; of the last one when there is none."""
    number = min(read + 1, thread.last_number)
    page = number_to_page(number, policy.POSTS_PER_PAGE)
    query = f"?page={page}" if page > 1 else ""
    return f"{thread.get_absolute_url()}{query}#n{number}"
