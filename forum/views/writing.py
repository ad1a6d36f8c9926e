"""Writing: a new thread, a reply, a preview."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.access import Refused, require
from community.core.ratelimit import limited
from community.core.text import quote_source
from forum import access, actions
from forum.forms import ReplyForm, ThreadForm
from forum.models import Lane, Post, PostState, Thread
from forum.queries import lists
from forum.rendering import render_body
from forum.views._shared import actor_of, attempt, kept_words, members_only, posted, viewer_of
from forum.views.posts import post_url


@require_safe
@members_only
def choose_board(request: HttpRequest) -> HttpResponse:
    """Where to write: the boards the member may start threads on. One statement."""
    boards = lists.writable_boards(viewer_of(request))
    if len(boards) == 1:
        return redirect("forum:new_thread", slug=boards[0].slug)
    return render(request, "forum/choose_board.html", {"boards": boards, "here": "write"})


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
@limited("open_thread", limit=10, per=3600)
def new_thread(request: HttpRequest, slug: str) -> HttpResponse:
    author = actor_of(request)
    board = access.board_for_reading(author, slug=slug)
    verdict = access.may_start(author, board)
    if request.method != "POST":
        require(verdict)
    initial = {"lane": request.GET.get("lane", ""), "title": request.GET.get("title", "")[:160]}
    initial |= kept_words(request)
    form = ThreadForm(posted(request), board=board, initial={k: v for k, v in initial.items() if v})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        thread = attempt(
            form,
            lambda: actions.open_thread(
                author=author,
                board_id=board.pk,
                title=data["title"],
                body=data["body"],
                lane=data["lane"],
                tags=form.tag_names(),
                idempotency_key=form.once_key,
            ),
        )
        if thread:
            return HttpResponseRedirect(thread.get_absolute_url())
    context = {
        "form": form,
        "board": board,
        "lanes": lane_options(form),
        "draft_key": f"new-{board.slug}",
        "here": "write",
    }
    return render(request, "forum/compose.html", context, status=422 if form.errors else 200)


def lane_options(form: ThreadForm) -> list[dict[str, object]]:
    """The lanes of a board with what each is for, and which one is chosen."""
    hints = {
        "ask": _("You want an answer. You mark the one that helped."),
        "tell": _("You measured, fixed or tried something."),
        "meet": _("A place, a date, seats or tools to share."),
        "chat": _("Anything else."),
    }
    chosen = form["lane"].value()
    return [
        {"value": value, "label": Lane(value).label, "hint": hints[value], "chosen": value == chosen}
        for value in form.lanes
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
@limited("reply", limit=30, per=600)
def reply(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The reply page: for a quote, without JavaScript, and when something was wrong with a reply."""
    author = actor_of(request)
    thread = access.thread_for_reading(author, thread_id=thread_id)
    if request.method != "POST":
        require(access.may_reply(author, thread))
        form = ReplyForm(initial=_quoted(request, thread) | kept_words(request))
    else:
        form = ReplyForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            post = attempt(
                form,
                lambda: actions.post_reply(
                    author=author,
                    thread_id=thread.pk,
                    body=data["body"],
                    reply_to_id=data["reply_to"],
                    idempotency_key=form.once_key,
                ),
            )
            if post:
                return HttpResponseRedirect(post_url(thread, post))
    context = {
        "form": form,
        "thread": thread,
        "board": thread.board,
        "draft_key": f"thread-{thread.pk}",
        "here": "boards",
    }
    return render(request, "forum/reply.html", context, status=422 if form.errors else 200)


def _quoted(request: HttpRequest, thread: Thread) -> dict[str, object]:
    """What `?to=` and `?quote=` start the reply with."""
    raw = request.GET.get("quote") or request.GET.get("to") or ""
    if not raw.isdecimal() or len(raw) > 18:
        return {}
    post = (
        Post.objects.filter(pk=int(raw), thread=thread, state=PostState.VISIBLE)
        .select_related("author")
        .first()
    )
    if post is None:
        return {}
    start: dict[str, object] = {"reply_to": post.pk}
    if request.GET.get("quote") and post.author:
        start["body"] = quote_source(post.pk, post.author.name, post.plain[:1000]) + "\n\n"
    return start


@require_POST
@members_only
@limited("preview", limit=60, per=60)
def preview(request: HttpRequest) -> HttpResponse:
    """The text as it will stand: rendered by the same hand as the post itself."""
    try:
        body = render_body(request.POST.get("source", request.POST.get("body", "")))
    except Refused as refusal:
        return render(request, "forum/_preview.html", {"problem": refusal.reason}, status=422)
    return render(request, "forum/_preview.html", {"html": body.html, "empty": _("Nothing to show yet.")})
