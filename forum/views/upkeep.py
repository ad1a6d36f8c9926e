"""What moderators (and authors, for its details) do to a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.core.access import Refused, require
from community.core.pagination import numbered
from community.core.retrying import action
from forum import access, actions
from forum.forms import (
    DetailsForm,
    MergeForm,
    MoveForm,
    PinForm,
    ReasonForm,
    SlowForm,
    SplitForm,
    TakeAwayForm,
)
from forum.models import Board, Post, PostState, Thread
from forum.views._shared import actor_of, attempt, members_only, posted

SPLIT_ROWS = 100  # replies on a page to choose from


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def details(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Title, lane and tags on one page."""
    actor = actor_of(request)
    thread = access.thread_for_reading(actor, thread_id=thread_id)
    require(access.may_describe(actor, thread))
    start = {
        "title": thread.title,
        "lane": thread.lane,
        "tags": ", ".join(name for _slug, name in thread.tag_list),
    }
    form = DetailsForm(posted(request), initial=start)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: _save_details(form, actor, thread))
        if saved:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(saved.get_absolute_url())
    return _page(request, "forum/details.html", form, thread)


@action
def _save_details(form: DetailsForm, actor: Any, thread: Thread) -> Thread:
    wished, reason = form.wished(), form.cleaned_data["reason"]
    if "title" in wished:
        thread = actions.rename_thread(actor=actor, thread_id=thread.pk, title=wished["title"], reason=reason)
    if "lane" in wished:
        thread = actions.change_lane(actor=actor, thread_id=thread.pk, lane=wished["lane"], reason=reason)
    if "tags" in wished:
        thread = actions.retag_thread(actor=actor, thread_id=thread.pk, tags=form.tag_names(), reason=reason)
    return thread


@require_safe
@members_only
def manage(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Everything a moderator can do to a thread, each with its form."""
    actor = actor_of(request)
    thread = access.thread_for_reading(actor, thread_id=thread_id)
    require(access.may_moderate(actor, thread))
    forms_shown = [(verb, _verb(verb, request, thread)) for verb in offered(thread)]
    return render(
        request,
        "forum/manage.html",
        {"thread": thread, "board": thread.board, "verbs": forms_shown, "here": "boards"},
    )


def offered(thread: Thread) -> list[str]:
    """The verbs that make sense for a thread as it stands."""
    if thread.state != "visible":
        return ["restore"]
    return [
        "unlock" if thread.is_locked else "lock",
        *(["unslow"] if thread.is_slow else []),
        "slow",
        *(["unpin"] if thread.is_pinned else []),
        "pin",
        "move",
        "merge",
        "hide",
        "remove",
    ]


class _Offer:
    """One verb on the page: its words, its form and what it does."""

    def __init__(
        self, label: str, lead: str, form: forms.Form, done: str, act: Callable[[Any, forms.Form], object]
    ) -> None:
        self.label, self.lead, self.form, self.done, self.act = label, lead, form, done, act


def _verb(verb: str, request: HttpRequest, thread: Thread, data: Any = None) -> _Offer:
    pk = thread.pk
    if verb == "lock":
        return _Offer(
            _("Lock"),
            _("Nobody but moderators can reply."),
            ReasonForm(data, prefix=verb),
            _("Locked."),
            lambda actor, form: actions.lock_thread(
                actor=actor, thread_id=pk, reason=form.cleaned_data["reason"]
            ),
        )
    if verb == "unlock":
        return _Offer(
            _("Unlock"),
            _("Members can reply again."),
            forms.Form(data, prefix=verb),
            _("Unlocked."),
            lambda actor, _form: actions.unlock_thread(actor=actor, thread_id=pk),
        )
    if verb == "slow":
        return _Offer(
            _("Slow mode"),
            _("Members post once in so many minutes, until it ends. Staff are exempt, and labelled."),
            SlowForm(data, prefix=verb),
            _("Slow mode is on."),
            lambda actor, form: actions.slow_thread(
                actor=actor,
                thread_id=pk,
                minutes=form.cleaned_data["minutes"],
                until=form.until(),  # type: ignore[attr-defined]
                reason=form.cleaned_data["reason"],
            ),
        )
    if verb == "unslow":
        return _Offer(
            _("End slow mode"),
            _("Everybody posts as they like again."),
            forms.Form(data, prefix=verb),
            _("Slow mode is over."),
            lambda actor, _form: actions.end_slow(actor=actor, thread_id=pk),
        )
    if verb == "pin":
        return _Offer(
            _("Pin"),
            _("It stands on top of its board until the date, with your reason on the row."),
            PinForm(data, prefix=verb),
            _("Pinned."),
            lambda actor, form: actions.pin_thread(
                actor=actor,
                thread_id=pk,
                until=form.moment(),  # type: ignore[attr-defined]
                reason=form.cleaned_data["reason"],
            ),
        )
    if verb == "unpin":
        return _Offer(
            _("Unpin"),
            _("It takes its ordinary place again."),
            forms.Form(data, prefix=verb),
            _("Unpinned."),
            lambda actor, _form: actions.unpin_thread(actor=actor, thread_id=pk),
        )
    if verb == "move":
        boards = Board.objects.moderated_by(actor_of(request)).exclude(pk=thread.board_id)
        return _Offer(
            _("Move"),
            _("Its address stays the same; its log says where it came from."),
            MoveForm(data, prefix=verb, boards=boards),
            _("Moved."),
            lambda actor, form: actions.move_thread(
                actor=actor,
                thread_id=pk,
                board_id=form.cleaned_data["board"].pk,
                reason=form.cleaned_data["reason"],
            ),
        )
    return _verb_out_of_sight(verb, thread, data)


def _verb_out_of_sight(verb: str, thread: Thread, data: Any) -> _Offer:
    pk = thread.pk
    if verb == "merge":
        return _Offer(
            _("Merge"),
            _("Its posts go to the end of another thread; its address leads there."),
            MergeForm(data, prefix=verb),
            _("Merged."),
            lambda actor, form: actions.merge_threads(
                actor=actor,
                source_id=pk,
                target_id=form.cleaned_data["target"],
                reason=form.cleaned_data["reason"],
            ),
        )
    if verb == "hide":
        return _Offer(
            _("Hide"),
            _("Only its author and staff still see it. It can be restored."),
            TakeAwayForm(data, prefix=verb),
            _("Hidden."),
            lambda actor, form: actions.hide_thread(actor=actor, thread_id=pk, **form.cleaned_data),
        )
    if verb == "remove":
        return _Offer(
            _("Remove"),
            _("Only staff still see it. It can be restored."),
            TakeAwayForm(data, prefix=verb),
            _("Removed."),
            lambda actor, form: actions.remove_thread(actor=actor, thread_id=pk, **form.cleaned_data),
        )
    if verb == "restore":
        return _Offer(
            _("Restore"),
            _("Everyone who may read the board sees it again."),
            forms.Form(data, prefix=verb),
            _("The thread is back."),
            lambda actor, _form: actions.restore_thread(actor=actor, thread_id=pk),
        )
    raise Http404


# What may be sent for a thread out of sight; pressing twice what took it away changes nothing.
_STILL = {"hidden": ("restore", "hide", "remove"), "removed": ("restore", "remove")}


@require_http_methods(["POST"])
@members_only
def act(request: HttpRequest, thread_id: int, verb: str) -> HttpResponse:
    """One verb, sent. What cannot be done comes back with the form and the reason."""
    actor = actor_of(request)
    thread = access.thread_for_reading(actor, thread_id=thread_id)
    require(access.may_moderate(actor, thread))
    if thread.state != "visible" and verb not in _STILL.get(thread.state, ("restore",)):
        # The page was opened before somebody took the thread away.
        raise Refused(
            _("This thread is out of sight. Restore it before you do anything else to it."), "not_visible"
        )
    offer = _verb(verb, request, thread, data=request.POST)
    if offer.form.is_valid():
        result = attempt(offer.form, lambda: offer.act(actor, offer.form))
        if isinstance(result, Thread):
            messages.success(request, offer.done)
            readable = Thread.objects.visible_to(actor).filter(pk=result.pk).exists()
            to = result.get_absolute_url() if readable else thread.board.get_absolute_url()
            return HttpResponseRedirect(to)
    shown = [(name, offer if name == verb else _verb(name, request, thread)) for name in offered(thread)]
    context = {"thread": thread, "board": thread.board, "verbs": shown, "failed": verb, "here": "boards"}
    return render(request, "forum/manage.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def split(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Choose replies, by ticking over any number of pages or from number to number; give them a thread of their own."""
    actor = actor_of(request)
    thread = access.thread_for_reading(actor, thread_id=thread_id)
    require(access.may_moderate(actor, thread))
    looks = "page" in request.POST  # turning a page sends nothing off, and loses nothing
    start = {"lane": thread.lane} | (
        {name: request.POST.get(name) for name in SplitForm.base_fields} if looks else {}
    )
    form = SplitForm(None if looks else posted(request), initial=start)
    chosen = {*_numbers(request.POST.getlist("posts")), *_numbers(request.POST.get("others", "").split(","))}
    replies = Post.objects.filter(thread=thread, number__gt=1).exclude(
        state__in=[PostState.MOVED, PostState.PURGED]
    )
    if form.is_valid():
        data, (first, last) = form.cleaned_data, form.bounds()
        between = replies.filter(number__gte=first, number__lte=last).values_list("pk", flat=True)
        new = attempt(
            form,
            lambda: actions.split_thread(
                actor=actor,
                thread_id=thread.pk,
                post_ids=sorted(chosen | set(between)),
                title=data["title"],
                lane=data["lane"],
                reason=data["reason"],
            ),
        )
        if new:
            messages.success(request, _("Split off."))
            return HttpResponseRedirect(new.get_absolute_url())
    asked = _numbers([request.POST.get("page") or request.POST.get("shown") or request.GET.get("page", "1")])
    pages = numbered(thread.last_number, asked[0] if asked else 1, SPLIT_ROWS)
    posts = list(
        replies.filter(number__gte=pages.first, number__lte=pages.last)
        .select_related("author")
        .defer("source", "html")
        .order_by("number")
    )
    others = sorted(chosen - {post.pk for post in posts})
    return _page(
        request, "forum/split.html", form, thread, posts=posts, chosen=chosen, others=others, pages=pages
    )


def _numbers(typed: Iterable[str]) -> list[int]:
    return [int(one) for one in typed if one.isdecimal() and len(one) < 19]


def _page(
    request: HttpRequest, template: str, form: forms.Form, thread: Thread, **extra: Any
) -> HttpResponse:
    context = {"form": form, "thread": thread, "board": thread.board, "here": "boards", **extra}
    return render(request, template, context, status=422 if form.errors else 200)
