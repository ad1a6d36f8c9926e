"""What moderators (and authors, for its details) do to a thread."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.core.access import Refused, require
from community.core.pagination import numbered
from community.core.retrying import action
from community.core.whole import whole, wholes
from forum import access, actions
from forum.forms import DetailsForm, SplitForm
from forum.models import Post, PostState, Thread
from forum.views._shared import actor_of, attempt, members_only, posted
from forum.views.verbs import STILL, Offer, offered

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
    forms_shown = [(verb, Offer(verb, actor, thread)) for verb in offered(thread)]
    return render(
        request,
        "forum/manage.html",
        {"thread": thread, "board": thread.board, "verbs": forms_shown, "here": "boards"},
    )


@require_http_methods(["POST"])
@members_only
def act(request: HttpRequest, thread_id: int, verb: str) -> HttpResponse:
    """One verb, sent. What cannot be done comes back with the form and the reason."""
    actor = actor_of(request)
    thread = access.thread_for_reading(actor, thread_id=thread_id)
    require(access.may_moderate(actor, thread))
    if thread.state != "visible" and verb not in STILL.get(thread.state, ("restore",)):
        raise Refused(access.OUT_OF_SIGHT)  # the page was opened before somebody took the thread away
    offer = Offer(verb, actor, thread, data=request.POST)
    if offer.form.is_valid():
        result = attempt(offer.form, offer.act)
        if result:
            messages.success(request, str(offer.verb.done))
            readable = Thread.objects.visible_to(actor).filter(pk=result.pk).exists()
            to = result.get_absolute_url() if readable else thread.board.get_absolute_url()
            return HttpResponseRedirect(to)
    shown = [(name, offer if name == verb else Offer(name, actor, thread)) for name in offered(thread)]
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
    chosen = {*wholes(request.POST.getlist("posts")), *wholes(request.POST.get("others", "").split(","))}
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
    asked = request.POST.get("page") or request.POST.get("shown") or request.GET.get("page")
    pages = numbered(thread.last_number, whole(asked, otherwise=1), SPLIT_ROWS)
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


def _page(
    request: HttpRequest, template: str, form: forms.Form, thread: Thread, **extra: Any
) -> HttpResponse:
    context = {"form": form, "thread": thread, "board": thread.board, "here": "boards", **extra}
    return render(request, template, context, status=422 if form.errors else 200)
