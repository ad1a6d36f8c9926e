"""The public list of themes, and the staff's calendar behind the second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.access import Refused, absent
from community.core.pagecache import kept_for_guests
from community.members.models import Member
from forum import kept as forum_kept
from forum.models import Board
from forum.queries.team import team_of
from forum.views._shared import act_and_return, actor_of, attempt, members_only, posted, viewer_of
from moderation.topics import access, actions, queries
from moderation.topics.forms import BoardForm, SummaryForm, ThreadForm, TopicForm
from moderation.topics.kept import TOPICS
from moderation.topics.models import Topic, TopicState

WRITES = require_http_methods(["GET", "HEAD", "POST"])


@kept_for_guests(TOPICS, forum_kept.BOARDS, forum_kept.UPKEEP, "people")
@require_safe
def themes(request: HttpRequest) -> HttpResponse:
    """What is on, what comes, and what came of what is over. Five statements at most, beside session and account."""
    context = {"found": queries.listed(viewer_of(request)), "here": "topics"}
    return render(request, "topics/list.html", context)


def _planner(request: HttpRequest) -> Member:
    actor = actor_of(request)
    if not access.may_plan(actor):
        raise absent()
    return actor


@WRITES
@members_only
def calendar(request: HttpRequest) -> HttpResponse:
    """Every theme on the viewer's boards, what is owed first; choosing a board begins a new one."""
    actor = _planner(request)
    boards = Board.objects.moderated_by(actor).filter(is_closed=False)
    form = BoardForm(posted(request), boards=boards)
    if form.is_valid():
        return redirect("topics:new", slug=form.cleaned_data["board"].slug)
    context = {"rows": queries.for_staff(actor), "form": form, "here": "staff"}
    return render(request, "topics/calendar.html", context, status=422 if form.errors else 200)


@WRITES
@members_only
def new(request: HttpRequest, slug: str) -> HttpResponse:
    actor = _planner(request)
    board = Board.objects.moderated_by(actor).filter(slug=slug).first()
    if board is None:
        raise absent()
    form = TopicForm(posted(request), team=list(team_of(board)), topic=None)
    if form.is_valid():
        made = attempt(form, lambda: actions.plan_topic(actor=actor, board_id=board.pk, **form.told()))
        if made:
            messages.success(request, _said(made))
            return redirect("topics:topic", topic_id=made.pk)
    context = {"form": form, "board": board, "here": "staff"}
    return render(request, "topics/topic.html", context, status=422 if form.errors else 200)


def _said(topic: Topic) -> str:
    is_scheduled = topic.state == TopicState.SCHEDULED
    return _("Scheduled. Its owner is reminded.") if is_scheduled else _("Kept as an idea.")


@WRITES
@members_only
def topic(request: HttpRequest, topic_id: int) -> HttpResponse:
    """One theme: its plan, its thread, its summary; each form for itself."""
    actor = _planner(request)
    row = _mine(actor, topic_id)
    asked = next((name for name in ("thread", "summary") if name in request.POST), "plan")
    given = {name: request.POST if request.method == "POST" and asked == name else None for name in _FORMS}
    plan = TopicForm(given["plan"], team=list(team_of(row.board)), topic=row)
    shown: dict[str, forms.Form] = {
        "plan": plan,
        "thread": ThreadForm(given["thread"]),
        "summary": SummaryForm(given["summary"]),
    }
    sent = shown[asked]
    if sent.is_valid():
        made = attempt(sent, lambda: _FORMS[asked](actor, row, sent))
        if made:
            messages.success(request, _said(made) if asked == "plan" else _("Saved."))
            return HttpResponseRedirect(request.path)
    (one,) = queries.shown_to(actor, [row])
    if asked not in _stand_there(row, has_thread=one.thread is not None):
        for problem in sent.non_field_errors():  # its form is gone, since somebody was quicker
            messages.error(request, str(problem))
    context = {"topic": row, "one": one, "board": row.board, "form": plan, "forms": shown, "here": "staff"}
    context["is_overtaken"] = plan.has_error("__all__", "changed")
    return render(request, "topics/topic.html", context, status=422 if sent.errors else 200)


def _stand_there(row: Topic, *, has_thread: bool) -> set[str]:
    """Which forms a theme's page has, as it stands now."""
    if row.state == TopicState.CLOSED:
        return set()
    if row.state != TopicState.SCHEDULED:
        return {"plan"}
    return {"plan", "thread", "summary"} if has_thread else {"plan", "thread"}


def _plan(actor: Member, row: Topic, form: Any) -> Topic:
    try:
        return actions.change_topic(actor=actor, topic_id=row.pk, version=form.seen, **form.told())
    except Refused as refusal:
        if refusal.code == "changed":
            form.put(
                "version", Topic.objects.get(pk=row.pk).version
            )  # sent again, it is meant over what stands now
        raise


def _thread(actor: Member, row: Topic, form: forms.Form) -> Topic:
    return actions.give_thread(actor=actor, topic_id=row.pk, thread_id=form.cleaned_data["target"])


def _summary(actor: Member, row: Topic, form: forms.Form) -> Topic:
    return actions.sum_up(actor=actor, topic_id=row.pk, number=form.cleaned_data["number"])


_FORMS: dict[str, Callable[[Member, Topic, Any], Topic]] = {
    "plan": _plan,
    "thread": _thread,
    "summary": _summary,
}


def _mine(actor: Member, topic_id: int) -> Topic:
    row = queries.rows_for(actor).filter(pk=topic_id).first()
    if row is None:
        raise absent()
    return row


@require_POST
@members_only
def act(request: HttpRequest, topic_id: int, verb: str) -> HttpResponse:
    """Drop a theme, or take its summary off."""
    actor = _planner(request)
    row = _mine(actor, topic_id)
    verbs = {"drop": actions.drop_topic, "open": actions.take_summary_off}
    if verb not in verbs:
        raise absent()
    done = _("Dropped. Save it again to take it up.") if verb == "drop" else _("It is open again.")
    return act_and_return(
        request,
        lambda: verbs[verb](actor=actor, topic_id=row.pk),
        done=done,
        to=request.path.removesuffix(f"{verb}/"),
    )
