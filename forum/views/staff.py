"""Staff pages for boards: layout, rights, people. Behind the second factor."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.core.access import Invalid, absent
from community.core.whole import whole
from community.members.models import Member
from community.members.queries import meant_by
from forum import access, actions
from forum import rights as rules
from forum.forms import BoardForm, EnrolForm, GroupForm
from forum.models import Board, BoardGroup, BoardMember, BoardRole, Verb
from forum.views._shared import act_and_return, actor_of, attempt, members_only, posted


def arranger(request: HttpRequest) -> Member:
    """Administrators; for everyone else these pages do not exist."""
    actor = actor_of(request)
    if not access.may_arrange(actor):
        raise absent()
    return actor


@require_safe
@members_only
def board_list(request: HttpRequest) -> HttpResponse:
    arranger(request)
    groups = BoardGroup.objects.prefetch_related("boards__parent")
    return render(request, "forum/staff/boards.html", {"groups": groups, "here": "staff"})


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def new_group(request: HttpRequest) -> HttpResponse:
    actor = arranger(request)
    form = GroupForm(posted(request), new=True)
    if request.method == "POST" and form.is_valid():
        group = attempt(form, lambda: actions.create_group(actor=actor, **form.cleaned_data))
        if group:
            messages.success(request, _("The group is there. Now add its boards."))
            return redirect("forum:staff_boards")
    return _form_page(request, form, _("New board group"))


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def edit_group(request: HttpRequest, group_id: int) -> HttpResponse:
    actor = arranger(request)
    group = get_object_or_404(BoardGroup, pk=group_id)
    initial = {name: getattr(group, name) for name in ("title_en", "title_zh", "position")}
    form = GroupForm(posted(request), new=False, initial=initial)
    saved = None
    if form.is_valid():
        saved = attempt(form, lambda: actions.edit_group(actor=actor, group_id=group.pk, **form.wished()))
    if saved:
        messages.success(request, _("Saved."))
        return redirect("forum:staff_boards")
    return _form_page(request, form, group.title)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def new_board(request: HttpRequest) -> HttpResponse:
    actor = arranger(request)
    form = BoardForm(posted(request), new=True, initial={"group": request.GET.get("group")})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        closed, group, parent = data.pop("is_closed"), data.pop("group"), data.pop("parent")
        board = attempt(
            form,
            lambda: actions.create_board(
                actor=actor, group_id=group.pk, parent_id=parent.pk if parent else None, **data
            ),
        )
        if board:
            if closed:
                actions.edit_board(actor=actor, board_id=board.pk, is_closed=True)
            messages.success(request, _("The board is there. Check who may do what on it."))
            return redirect("forum:staff_rights", board_id=board.pk)
    return _form_page(request, form, _("New board"))


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def edit_board(request: HttpRequest, board_id: int) -> HttpResponse:
    actor = arranger(request)
    board = get_object_or_404(Board, pk=board_id)
    names = (
        "title_en",
        "title_zh",
        "about_en",
        "about_zh",
        "lanes",
        "position",
        "is_closed",
        "group",
        "parent",
    )
    form = BoardForm(posted(request), new=False, initial={name: getattr(board, name) for name in names})
    saved = None
    if form.is_valid():
        saved = attempt(form, lambda: actions.edit_board(actor=actor, board_id=board.pk, **form.wished()))
    if saved:
        messages.success(request, _("Saved."))
        return redirect("forum:staff_boards")
    return _form_page(request, form, board.title, board=board)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def rights(request: HttpRequest, board_id: int) -> HttpResponse:
    """The rights table. "Show the effect" says who gains and loses what; only then it can be saved."""
    actor = arranger(request)
    board = get_object_or_404(Board, pk=board_id)
    wanted, problem = board.rights, ""
    changes: list[rules.RightChange] | None = None
    if request.method == "POST":
        asked = {verb.value: request.POST.getlist(verb.value) for verb in Verb}
        try:
            wanted = rules.clean_rights(asked)
        except Invalid as refusal:
            wanted, problem = asked, refusal.reason
        else:
            changes = rules.effect(board.rights, wanted)
            if "save" in request.POST and request.POST.get("shown") != rules.mark(board.rights, wanted):
                problem = _("The effect of these ticks was not shown yet. Look at it, then put it in force.")
            elif "save" in request.POST:
                actions.set_rights(actor=actor, board_id=board.pk, rights=wanted)
                messages.success(request, _("The rights are in force."))
                return HttpResponseRedirect(request.path)
    context = {
        "board": board,
        "roles": BoardRole.choices,
        "rows": [_rights_row(verb, wanted) for verb in Verb],
        "changes": _in_words(changes),
        "shown": rules.mark(board.rights, wanted),
        "problem": problem,
        "here": "staff",
    }
    return render(request, "forum/staff/rights.html", context, status=422 if problem else 200)


def _rights_row(verb: Verb, wanted: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "verb": verb,
        "cells": [
            {
                "role": role.value,
                "label": role.label,
                "ticked": role == BoardRole.ADMIN or role.value in wanted.get(verb.value, ()),
                "implied": role != BoardRole.ADMIN and rules.allowed(wanted, role, verb),
                "fixed": role == BoardRole.ADMIN or role.value in rules.NEVER.get(verb.value, set()),
            }
            for role in BoardRole
        ],
    }


def _in_words(changes: list[rules.RightChange] | None) -> list[str] | None:
    """One sentence for each right that some gain or lose; None when no effect was asked for."""
    if changes is None:
        return None
    touched: dict[tuple[str, bool], list[str]] = {}
    for change in changes:
        touched.setdefault((change.verb, change.gains), []).append(str(BoardRole(change.role).label))
    return [
        _sentence(Verb(verb), gains) % {"roles": _(", ").join(roles)}
        for (verb, gains), roles in touched.items()
    ]


def _sentence(verb: Verb, gains: bool) -> str:
    match verb:
        case Verb.READ:
            will, no_longer = (
                _("May read this board from now on: %(roles)s."),
                _("May no longer read this board: %(roles)s."),
            )
        case Verb.START:
            will, no_longer = (
                _("May start threads here from now on: %(roles)s."),
                _("May no longer start threads here: %(roles)s."),
            )
        case Verb.REPLY:
            will, no_longer = (
                _("May reply here from now on: %(roles)s."),
                _("May no longer reply here: %(roles)s."),
            )
        case Verb.REACT:
            will, no_longer = (
                _("May react to posts here from now on: %(roles)s."),
                _("May no longer react to posts here: %(roles)s."),
            )
        case Verb.MODERATE:
            will, no_longer = (
                _("May keep order here from now on: %(roles)s."),
                _("May no longer keep order here: %(roles)s."),
            )
    return will if gains else no_longer


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def people(request: HttpRequest, board_id: int) -> HttpResponse:
    """Who is in this board's circle and who moderates it."""
    actor = arranger(request)
    board = get_object_or_404(Board, pk=board_id)
    if request.method == "POST" and "leave" in request.POST:
        row = get_object_or_404(
            BoardMember.objects.select_related("member"),
            pk=whole(request.POST["leave"], otherwise=0),
            board=board,
        )
        return act_and_return(
            request,
            lambda: actions.unenrol(actor=actor, board_id=board.pk, member=row.member, kind=row.kind),
            done=_("%(name)s is no longer on this list.") % {"name": row.member.name},
            to=request.path,
        )
    form = EnrolForm(posted(request))
    if request.method == "POST" and form.is_valid():
        member = meant_by(form.cleaned_data["name"])
        if member is None:
            form.add_error("name", _("Nobody here has this name."))
        elif attempt(
            form,
            lambda: actions.enrol(
                actor=actor, board_id=board.pk, member=member, kind=form.cleaned_data["kind"]
            ),
        ):
            messages.success(request, _("%(name)s is on the list.") % {"name": member.name})
            return HttpResponseRedirect(request.path)
    rows = board.enrolled.select_related("member").order_by("kind", "member__name")
    context = {"board": board, "form": form, "rows": rows, "here": "staff"}
    return render(request, "forum/staff/people.html", context, status=422 if form.errors else 200)


def _form_page(request: HttpRequest, form: Any, title: str, board: Board | None = None) -> HttpResponse:
    context = {"form": form, "title": title, "board": board, "here": "staff"}
    return render(request, "forum/staff/form.html", context, status=422 if form.errors else 200)
