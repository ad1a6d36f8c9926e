"""Tying a thread to a known answer, and saying which of its posts is one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.core.access import Invalid, require
from community.members.models import Member
from forum import access as forum
from forum.models import Post, Thread
from forum.views._shared import act_and_return, actor_of, attempt, members_only
from moderation.solutions import access, actions, queries
from moderation.solutions.forms import LinkForm, MakeForm, RangeForm, ReplaceForm, TakeBackForm
from moderation.solutions.models import Solution


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def known(request: HttpRequest, thread_id: int) -> HttpResponse:
    """What a thread has to do with known answers: its link, its own, and forms for either."""
    actor = actor_of(request)
    thread = forum.thread_for_reading(actor, thread_id=thread_id)
    link = queries.link_of(thread.pk)
    do = request.POST.get("do", "")
    if do == "unlink":
        return _unlink(request, actor, thread)
    may_tie = access.may_tie(actor, thread)
    if not (link is not None and access.may_untie(actor, thread, link)):
        require(may_tie)
    shown: dict[str, forms.Form] = {
        "link": LinkForm(prefix="link"),
        "make": MakeForm(initial={"post": _accepted_number(thread)}, prefix="make"),
    }
    if do in shown:
        form = shown[do] = type(shown[do])(request.POST, prefix=do)
        act = _link if do == "link" else _make
        if form.is_valid() and attempt(form, lambda: act(actor, thread, form)):
            done = (
                _("Linked. Readers find the answer from here.")
                if do == "link"
                else _("It is a known answer.")
            )
            messages.success(request, done)
            return HttpResponseRedirect(thread.get_absolute_url())
    found = queries.of_thread(actor, thread.pk)
    own = [one for one in found if one.solution.thread_id == thread.pk]
    context: dict[str, Any] = {
        "thread": thread,
        "board": thread.board,
        "forms": shown,
        "link": link,
        "leads_to": next((one for one in found if one.solution.thread_id != thread.pk), None),
        "own": own,
        "changeable": {one.solution.pk for one in own if access.may_change(actor, one.solution)},
        "may_tie": may_tie,
        "here": "boards",
    }
    refused = any(form.errors for form in shown.values())
    return render(request, "solutions/thread.html", context, status=422 if refused else 200)


def _unlink(request: HttpRequest, actor: Member, thread: Thread) -> HttpResponse:
    return act_and_return(
        request,
        lambda: actions.unlink_problem(actor=actor, thread_id=thread.pk),
        done=_("The link is gone. The thread’s log keeps that it was there."),
        to=thread.get_absolute_url(),
    )


def _link(actor: Member, thread: Thread, form: forms.Form) -> bool:
    target_id, post_id = form.cleaned_data["target"]
    reason = form.cleaned_data["reason"]
    solution_id = None
    try:
        if post_id is not None:
            host, post = forum.post_for_reading(actor, post_id=post_id)
            target_id = host.pk
            solution_id = _solution_on(actor, host, post)
        reached = actions.link_to_thread(
            actor=actor, thread_id=thread.pk, target_id=target_id, solution_id=solution_id, reason=reason
        )
    except Http404:
        raise Invalid(_("There is no such answer for you."), field="target") from None
    if reached.link is None:
        raise Invalid(
            _("Nothing in that thread is a known answer yet. Give the address of the post that answers it."),
            field="target",
        )
    return True


def _solution_on(actor: Member, host: Thread, post: Post) -> int:
    """The known answer on a post, made one where the actor may."""
    found = Solution.objects.filter(post=post, withdrawn_at=None).values_list("pk", flat=True).first()
    if found is not None:
        return found
    return actions.make_known(actor=actor, post_id=post.pk).pk


def _make(actor: Member, thread: Thread, form: forms.Form) -> bool:
    assert isinstance(form, MakeForm)
    data = form.cleaned_data
    actions.make_known(
        actor=actor,
        post_id=_post_numbered(thread, data["post"]),
        held=form.held(),
        review_after=data["review_after"],
        reason=data["reason"],
    )
    return True


def _post_numbered(thread: Thread, number: int) -> int:
    found = Post.objects.filter(thread=thread, number=number).values_list("pk", flat=True).first()
    if found is None:
        raise Invalid(_("This thread has no post with that number."), field="post")
    return found


def _accepted_number(thread: Thread) -> int | None:
    return Post.objects.filter(pk=thread.accepted_post_id or 0).values_list("number", flat=True).first()


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def answer(request: HttpRequest, solution_id: int) -> HttpResponse:
    """A known answer: for which cars it holds, another post in its place, taking it back."""
    actor = actor_of(request)
    row = access.solution_for_reading(actor, solution_id=solution_id)
    require(access.may_change(actor, row))
    shown: dict[str, forms.Form] = {
        "range": RangeForm(solution=row, prefix="range"),
        "replace": ReplaceForm(prefix="replace"),
        "withdraw": TakeBackForm(prefix="withdraw"),
    }
    do = request.POST.get("do", "")
    if do in shown:
        form = shown[do] = type(shown[do])(request.POST, prefix=do)
        saved = attempt(form, lambda: _DONE[do](actor, row, form)) if form.is_valid() else None
        if saved is not None:
            messages.success(request, _SAID[do]())
            return HttpResponseRedirect(row.thread.get_absolute_url())
    context = {
        "known": queries.one(actor, row.pk),
        "thread": row.thread,
        "board": row.thread.board,
        "forms": shown,
        "here": "boards",
    }
    refused = any(form.errors for form in shown.values())
    return render(request, "solutions/answer.html", context, status=422 if refused else 200)


def _range(actor: Member, row: Solution, form: forms.Form) -> Solution:
    assert isinstance(form, RangeForm)
    return actions.change_range(
        actor=actor, solution_id=row.pk, held=form.held(), review_after=form.cleaned_data["review_after"]
    )


def _replace(actor: Member, row: Solution, form: forms.Form) -> Solution:
    data = form.cleaned_data
    post_id = _post_numbered(row.thread, data["post"])
    return actions.replace(actor=actor, solution_id=row.pk, post_id=post_id, reason=data["reason"])


def _withdraw(actor: Member, row: Solution, form: forms.Form) -> Solution:
    return actions.take_back(actor=actor, solution_id=row.pk, reason=form.cleaned_data["reason"])


_DONE = {"range": _range, "replace": _replace, "withdraw": _withdraw}
_SAID = {
    "range": lambda: _("Kept. The range stands beside the answer."),
    "replace": lambda: _("Another answer took its place. Everybody concerned hears of it once."),
    "withdraw": lambda: _("Taken back. Everybody concerned hears of it once."),
}
