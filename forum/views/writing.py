"""Writing: a new thread, and a reply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from community.core.text import clean_source, quote_source, stored
from community.core.whole import wholes
from community.members.models import Member
from forum import access, actions, pace, policy, waiting
from forum.forms import ReplyForm, ThreadForm
from forum.models import Lane, Post, Thread
from forum.queries import lists
from forum.queries import writing as queries
from forum.views import drafts, guests, limits, moments, repeats, scheduled
from forum.views._shared import (
    actor_of,
    attempt,
    members_only,
    posted,
    previewed,
    sent,
    sleep_note,
    sleeps,
    unsent,
    viewer_of,
)
from forum.views.attaching import takes_files
from forum.views.merged import follows_merge
from forum.views.posts import post_url

if TYPE_CHECKING:
    from forum.roles import Viewer


@require_safe
@members_only
def choose_board(request: HttpRequest) -> HttpResponse:
    """Where to write: the boards the member may start threads on. One statement."""
    boards = lists.writable_boards(viewer_of(request))
    if len(boards) == 1:
        return redirect("forum:new_thread", slug=boards[0].slug)
    return render(request, "forum/choose_board.html", {"boards": boards, "here": "write"})


def _asked_for(request: HttpRequest) -> dict[str, str]:
    return {"lane": request.GET.get("lane", ""), "title": request.GET.get("title", "")[:160]}


def _guests_thread(request: HttpRequest, slug: str) -> guests.Page | None:
    board = access.board_for_reading(viewer_of(request), slug=slug)
    if not guests.may_begin(board):
        return None
    initial = {name: value for name, value in _asked_for(request).items() if value}
    form = ThreadForm(posted(request), board=board, initial=initial)
    context = {"board": board, "lanes": lane_options(form), "draft_key": f"new-{board.slug}", "here": "write"}
    return form, "forum/compose.html", context


@require_http_methods(["GET", "HEAD", "POST"])
@guests.or_write_first(_guests_thread)
@members_only
@takes_files
def new_thread(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for a thread. Without the script, `preview` shows it as it will stand, beside threads that are near."""
    author = actor_of(request)
    board = access.board_for_reading(author, slug=slug)
    place = f"new-{board.slug}"
    verdict = access.may_start(author, board)
    if request.method != "POST" and not verdict:
        return drafts.refused(request, verdict, place)
    kept = drafts.save_asked(request, place)
    if kept:
        return kept
    draft = drafts.begun(request, place)
    initial = _asked_for(request) | drafts.words_of(draft)
    initial |= dict(waiting.words_of(request)) | unsent(request)
    form = ThreadForm(sent(request), board=board, initial={k: v for k, v in initial.items() if v})
    form.guess(author.drives)
    limit, later = limits.OPEN_THREAD, moments.later_form(request)
    if later.is_bound:
        if form.is_valid() and (done := scheduled.scheduled_instead(request, form, later, place)):
            return done
    elif (
        form.is_valid()
        and moments.is_meant_now(request, form, later)
        and repeats.is_new_thread(form, author, board)
        and limit.counts(request, form)
    ):
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
                values=form.values(),
                draft=drafts.written(request, place),
                idempotency_key=form.once_key,
            ),
        )
        if thread:
            return HttpResponseRedirect(thread.get_absolute_url())
        limit.takes_back(request)
    context = {
        "form": form,
        "board": board,
        "lanes": lane_options(form),
        "upload_most": policy.MAX_UPLOADS,
        "limit_note": limit.note(request),
        "title_typed": str(form["title"].value() or ""),
        "here": "write",
    }
    context |= drafts.form_context(request, place, draft) | previewed(request, board)
    context |= moments.later_context(request, later)
    return limits.answer(request, "forum/compose.html", context, form, later)


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


def _guests_reply(request: HttpRequest, thread_id: int) -> guests.Page | None:
    thread = access.thread_for_reading(viewer_of(request), thread_id=thread_id)
    if access.may_reply(viewer_of(request), thread).code != "sign_in" or thread.board.is_closed:
        return None
    if not guests.members_may(thread.board.rights, "reply"):
        return None
    start: dict[str, object] = {"seen": thread.last_number, "awake": "1" if sleeps(thread) else ""}
    start |= _quoted(thread, request.GET.getlist("quote"), request.GET.get("to"))
    context = {
        "thread": thread,
        "board": thread.board,
        "latest": _latest(viewer_of(request), thread),
        "sleep": sleep_note(thread),
        "draft_key": f"thread-{thread.pk}",
        "here": "boards",
    }
    return ReplyForm(posted(request), initial=start), "forum/reply.html", context


def _latest(viewer: Viewer, thread: Thread) -> list[Post]:
    latest = queries.latest(viewer, thread)
    for post in latest:
        post.html = stored(post.html)
    return latest


@require_http_methods(["GET", "HEAD", "POST"])
@follows_merge
@guests.or_write_first(_guests_reply)
@members_only
@takes_files
def reply(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The reply page: for a quote, without JavaScript, and when something was wrong with a reply.

    `preview` shows the words as they will stand, `quote` adds that post's words; neither posts anything.
    """
    author = actor_of(request)
    thread = access.thread_for_reading(author, thread_id=thread_id)
    limit, place = limits.REPLY, f"thread-{thread.pk}"
    verdict = access.may_reply(author, thread)
    if request.method != "POST" and not verdict:
        return drafts.refused(request, verdict, place)
    kept = drafts.save_asked(request, place)
    if kept:
        return kept
    draft = drafts.begun(request, place)
    start: dict[str, object] = {"seen": thread.last_number, "awake": "1" if sleeps(thread) else ""}
    start |= _quoted(thread, request.GET.getlist("quote"), request.GET.get("to"))
    if draft:
        start |= drafts.words_of(draft) | _behind(draft.words, start)
    start |= dict(waiting.words_of(request)) | unsent(request)
    if "quote" in request.POST:
        start |= _with_quote(start, thread, request.POST.getlist("quote"))
    form, later = ReplyForm(sent(request), initial=start), moments.later_form(request)
    if later.is_bound:
        if form.is_valid() and (done := scheduled.scheduled_instead(request, form, later, place)):
            return done
    elif (
        form.is_valid()
        and moments.is_meant_now(request, form, later)
        and repeats.is_new_reply(form, author, thread)
        and is_timely(form, author, thread)
        and limit.counts(request, form)
    ):
        data = form.cleaned_data
        post = attempt(
            form,
            lambda: actions.post_reply(
                author=author,
                thread_id=thread.pk,
                body=data["body"],
                reply_to_id=data["reply_to"],
                draft=drafts.written(request, place),
                idempotency_key=form.once_key,
            ),
        )
        if post:
            return HttpResponseRedirect(post_url(thread, post))
        limit.takes_back(request)
    context = {
        "form": form,
        "thread": thread,
        "board": thread.board,
        "latest": _latest(author, thread),
        "sleep": sleep_note(thread),
        "upload_most": policy.MAX_UPLOADS,
        "limit_note": pace.note(author, thread) or limit.note(request),
        "here": "boards",
    }
    context |= drafts.form_context(request, place, draft) | previewed(request, thread)
    context |= moments.later_context(request, later)
    return limits.answer(request, "forum/reply.html", context, form, later)


def is_timely(form: ReplyForm, author: Member, thread: Thread) -> bool:
    """Whether nothing happened that the author should know first; else it is said once, on the form."""
    data = form.cleaned_data
    seen = data["seen"]
    if seen is not None and not queries.has_posted(author, thread, seen, clean_source(data["body"])):
        new = queries.arrived(author, thread, seen)
        if new:
            form.put("seen", thread.last_number)
            told = ngettext(
                "%(count)s reply arrived while you wrote. Look at it below; send again when you are ready.",
                "%(count)s replies arrived while you wrote. Look at them below; send again when you are ready.",
                new,
            )
            form.add_error(None, told % {"count": new})
    if not data["awake"] and sleeps(thread):
        form.put("awake", "1")
        form.add_error(None, sleep_note(thread) + " " + _("Send again if that is what you want."))
    return not form.errors


def _quoted(thread: Thread, quotes: list[str], to: str | None) -> dict[str, object]:
    """What `?to=` and `?quote=` (as often as there are posts to quote) start the reply with."""
    wanted = wholes(quotes or [to])
    posts = queries.quotable(thread, wanted)
    if not posts:
        return {}
    start: dict[str, object] = {"reply_to": posts[0].pk}
    if quotes:
        start["body"] = "".join(map(_quotation, posts))
    return start


def _quotation(post: Post) -> str:
    return quote_source(post.pk, post.author.name, post.source) if post.author else ""


def _behind(words: Mapping[str, str], start: Mapping[str, object]) -> dict[str, object]:
    """A draft, with what was asked to be quoted below it."""
    body = "\n\n".join(part for part in (words.get("body", "").rstrip(), str(start.get("body", ""))) if part)
    return {"body": body, "reply_to": words.get("reply_to") or start.get("reply_to")}


def _with_quote(start: dict[str, object], thread: Thread, quotes: list[str]) -> dict[str, object]:
    """What a form starts with when one more post is quoted below what is written already."""
    added = _quoted(thread, quotes, None)
    if not added:
        return {}
    written = str(start.get("body", "")).rstrip()
    body = "\n\n".join(part for part in (written, str(added["body"])) if part)
    return {"body": body, "reply_to": start.get("reply_to") or added["reply_to"]}
