"""One post: its permanent address, its words, and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.access import Refused, absent, require
from community.core.ratelimit import limited
from community.core.whole import whole
from forum import access, actions, policy, waiting
from forum.diff import line_diff
from forum.fields import told_of
from forum.forms import EditForm, OptionalReasonForm, TakeAwayForm
from forum.models import Post, PostRevision, PostState, Thread
from forum.places import spots
from forum.queries import threads as queries
from forum.views import drafts, limits
from forum.views._shared import (
    act_and_return,
    actor_of,
    attempt,
    members_only,
    posted,
    previewed,
    sent,
    unsent,
    viewer_of,
)
from forum.views.attaching import takes_files
from forum.views.threads import address


def post_url(thread: Thread, post: Post) -> str:
    return f"{address(thread, post.number)}#post-{post.pk}"


@require_safe
def permalink(request: HttpRequest, post_id: int) -> HttpResponse:
    """Where a post is today: its thread, page and anchor."""
    viewer = viewer_of(request)
    thread, post = queries.post_address(viewer, post_id)
    if post.state == PostState.MOVED and viewer.is_authenticated:
        messages.info(request, _("It was moved where you cannot read it."))
    return HttpResponseRedirect(post_url(thread, post))


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
@takes_files
def edit(request: HttpRequest, post_id: int) -> HttpResponse:
    actor = actor_of(request)
    thread, post = access.post_for_reading(actor, post_id=post_id)
    place = f"edit-{post.pk}"
    verdict = access.may_edit(actor, thread, post)
    if not verdict:
        return drafts.refused(request, verdict, place)
    kept = drafts.save_asked(request, place)
    if kept:
        return kept
    draft = drafts.begun(request, place)
    start: dict[str, object] = {"title": thread.title, "body": post.source}
    start |= {"edit_count": post.edit_count, "title_was": thread.title}
    start |= drafts.words_of(draft) | dict(waiting.words_of(request)) | unsent(request)
    form = EditForm(sent(request), initial=start, thread=thread, post=post)
    limit = limits.EDIT
    if form.is_valid() and limit.counts(request, form):
        data = form.cleaned_data
        saved = attempt(
            form,
            lambda: actions.edit_post(
                actor=actor,
                post_id=post.pk,
                body=data["body"],
                title=form.new_title(),
                reason=data["reason"],
                edit_count=data["edit_count"],
                values=form.values(),
                draft=drafts.written(request, place),
            ),
        )
        if saved:
            thread.refresh_from_db(fields=["slug", "title"])
            return HttpResponseRedirect(post_url(thread, saved))
        limit.takes_back(request)
    stands: dict[str, object] = {}
    if form.has_error(NON_FIELD_ERRORS, "conflict"):
        thread, post = access.post_for_reading(actor, post_id=post_id)
        form.start_from(thread, post)
        stands = {
            "stands": post,
            "between": line_diff(older=post.source, newer=form.cleaned_data["body"]),
            "told": [one.line() for one in told_of(post.particulars)],
        }
    context = stands | {
        "form": form,
        "thread": thread,
        "post": post,
        "board": thread.board,
        "upload_most": policy.MAX_UPLOADS,
        "limit_note": limit.note(request),
        "here": "boards",
    }
    context |= drafts.form_context(request, place, draft) | previewed(request, thread, post=post)
    return limits.answer(request, "forum/edit.html", context, form)


@require_POST
@members_only
def undo(request: HttpRequest, post_id: int) -> HttpResponse:
    """Take one's own post of a moment ago back and go on writing it; too late, the reason where it stands."""
    actor = actor_of(request)
    try:
        undone = actions.undo_post(actor=actor, post_id=post_id)
    except Refused as refusal:
        messages.error(request, refusal.reason)
        return HttpResponseRedirect(post_url(*queries.post_address(actor, post_id)))
    messages.success(request, _("Taken back before anybody was told. Your words are here again."))
    spot = spots(actor, [undone.place]).get(undone.place)
    return HttpResponseRedirect(spot.address if spot else reverse("forum:drafts"))


@require_safe
def history(request: HttpRequest, post_id: int) -> HttpResponse:
    """Every version of a post with what changed between them."""
    viewer = viewer_of(request)
    found = queries.history(viewer, post_id, whole(request.GET.get("page"), 5) or 1)
    thread, post = found.thread, found.post
    context = {
        "thread": thread,
        "post": post,
        "steps": [
            {
                "version": version,
                "diff": line_diff(older=_everything_in(version), newer=_everything_in(newer)),
            }
            for version, newer in found.steps
        ],
        "pages": found.pages,
        "may_revert": bool(access.may_edit(viewer, thread, post)),
        "board": thread.board,
        "here": "boards",
    }
    return render(request, "forum/history.html", context)


def _everything_in(version: Post | PostRevision) -> str:
    """What a version answered to its board's form, a line each, above its words."""
    lines = [one.line() for one in told_of(version.particulars)]
    return "\n".join([*lines, "", version.source] if lines else [version.source])


@require_POST
@members_only
def revert(request: HttpRequest, post_id: int, revision: int) -> HttpResponse:
    thread, post = access.post_for_reading(viewer_of(request), post_id=post_id)
    return act_and_return(
        request,
        lambda: actions.revert_post(actor=actor_of(request), post_id=post_id, revision=revision),
        done=_("The earlier words are back. The others stay in the history."),
        to=post_url(thread, post),
    )


@require_POST
@members_only
@limited("react", limit=60, per=60)
def react(request: HttpRequest, post_id: int) -> HttpResponse:
    """Set or withdraw the member's reaction; scripts get the new counts, forms go back to the post."""
    actor, kind = actor_of(request), request.POST.get("kind", "")
    kind = "" if kind == "none" else kind
    thread, _post = access.post_for_reading(actor, post_id=post_id)

    def act() -> Post:
        if kind:
            return actions.react(actor=actor, post_id=post_id, kind=kind)
        return actions.unreact(actor=actor, post_id=post_id)

    if request.headers.get("Accept", "").startswith("application/json"):
        try:
            post = act()
        except Refused as refusal:
            return JsonResponse({"error": refusal.reason, "code": refusal.code}, status=403)
        return JsonResponse({"reactions": post.reactions, "mine": kind})
    return act_and_return(request, act, done="", to=post_url(thread, _post))


@require_POST
@members_only
def accept(request: HttpRequest, post_id: int) -> HttpResponse:
    thread, post = access.post_for_reading(viewer_of(request), post_id=post_id)
    return act_and_return(
        request,
        lambda: actions.accept_answer(actor=actor_of(request), post_id=post_id),
        done=_("Accepted. The answer now stands under the question."),
        to=post_url(thread, post),
    )


def _confirm(
    request: HttpRequest,
    post_id: int,
    *,
    title: str,
    lead: str,
    button: str,
    done: str,
    act: Callable[..., object],
    is_own: bool = False,
    danger: bool = True,
    seen_by: str = "",
) -> HttpResponse:
    """Ask once, naming what will go, then act."""
    actor = actor_of(request)
    thread, post = access.post_for_reading(actor, post_id=post_id)
    if not access.may_see_post(actor, thread, post):
        raise absent()
    form = (OptionalReasonForm if is_own else TakeAwayForm)(posted(request))
    if seen_by:
        form.fields["reason"].help_text = seen_by
    acted = None
    if form.is_valid():
        acted = attempt(form, lambda: act(**form.cleaned_data))
    if acted is not None:
        to = thread.board.get_absolute_url() if post.is_opening else post_url(thread, post)
        return act_and_return(request, lambda: None, done=done, to=to)
    context = {
        "form": form,
        "thread": thread,
        "post": post,
        "title": title,
        "lead": lead,
        "button": button,
        "danger": danger,
        "board": thread.board,
        "here": "boards",
    }
    return render(request, "forum/confirm.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def remove(request: HttpRequest, post_id: int) -> HttpResponse:
    actor = actor_of(request)
    thread, post = access.post_for_reading(actor, post_id=post_id)
    require(access.may_remove(actor, thread, post))
    mine = post.author_id == actor.pk
    return _confirm(
        request,
        post_id,
        title=_("Remove this thread?") if post.is_opening else _("Remove this post?"),
        lead=_("Its place and number stay, its words leave the page. A moderator can bring it back."),
        button=_("Remove"),
        done=_("Removed."),
        act=partial(actions.remove_post, actor=actor, post_id=post_id),
        is_own=mine,
    )


def _staff_verb(request: HttpRequest, post_id: int) -> Post:
    thread, post = access.post_for_reading(viewer_of(request), post_id=post_id)
    require(access.may_moderate(viewer_of(request), thread))
    return post


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def hide(request: HttpRequest, post_id: int) -> HttpResponse:
    _staff_verb(request, post_id)
    return _confirm(
        request,
        post_id,
        title=_("Hide this post?"),
        lead=_("Readers see that a post was hidden and why. Its author and staff still see the words."),
        button=_("Hide"),
        done=_("Hidden. It can be restored at any time."),
        act=partial(actions.hide_post, actor=actor_of(request), post_id=post_id),
    )


@require_POST
@members_only
def restore(request: HttpRequest, post_id: int) -> HttpResponse:
    thread, post = access.post_for_reading(viewer_of(request), post_id=post_id)
    return act_and_return(
        request,
        lambda: actions.restore_post(actor=actor_of(request), post_id=post_id),
        done=_("The post is back."),
        to=post_url(thread, post),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def purge(request: HttpRequest, post_id: int) -> HttpResponse:
    post = _staff_verb(request, post_id)
    return _confirm(
        request,
        post_id,
        title=_("Erase this post for good?"),
        lead=_(
            "The title, the first words, their files and their history leave the database, and nobody can bring "
            "them back. The replies stay; if nobody should read those either, remove the thread as well."
        )
        if post.is_opening
        else _(
            "Its words, its author, its history and its reactions leave the database. Nobody can bring them back."
        ),
        button=_("Erase for good"),
        done=_("Erased."),
        act=partial(actions.purge_post, actor=actor_of(request), post_id=post_id),
        seen_by="" if post.is_opening else _("Its author reads it. Readers see only that a post is gone."),
    )
