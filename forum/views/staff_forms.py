"""Staff pages for what a board asks: its fields in order, one field, with what it will look like."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.access import absent
from forum import actions
from forum.actions.board_forms import drawn_field
from forum.asking import AskingForm
from forum.fields import Asked, form_of
from forum.models import Board, BoardField, FieldKind, Lane
from forum.staff_forms import FieldForm
from forum.views._shared import act_and_return, attempt, members_only, posted
from forum.views.staff import arranger


@require_safe
@members_only
def board_form(request: HttpRequest, board_id: int) -> HttpResponse:
    """What the board asks, in order; what it asked once; and the form as writers see it."""
    arranger(request)
    board = get_object_or_404(Board, pk=board_id)
    rows = list(board.field_rows.all())
    shown = AskingForm()
    shown.ask(form_of(board))
    context = {
        "board": board,
        "rows": [_row(row) for row in rows if row.retired_at is None],
        "retired": [row for row in rows if row.retired_at],
        "kinds": FieldKind.choices,
        "form": shown,
        "here": "staff",
    }
    return render(request, "forum/staff/fields.html", context)


def _row(row: BoardField) -> dict[str, Any]:
    return {"field": row, "lanes": [Lane(lane).label for lane in row.lanes]}


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def new_field(request: HttpRequest, board_id: int, field_kind: str) -> HttpResponse:
    actor = arranger(request)
    board = get_object_or_404(Board, pk=board_id)
    if field_kind not in FieldKind.values:
        raise absent()
    form = FieldForm(posted(request), kind=field_kind, field=None)
    if "preview" not in request.POST and form.is_valid():
        made = attempt(
            form, lambda: actions.add_field(actor=actor, board_id=board.pk, kind=field_kind, **form.told())
        )
        if made:
            messages.success(request, _("The board asks for it from now on."))
            return redirect("forum:staff_form", board_id=board.pk)
    return _page(request, board, form, _("New field: %(kind)s") % {"kind": FieldKind(field_kind).label})


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def edit_field(request: HttpRequest, board_id: int, field_id: int) -> HttpResponse:
    actor = arranger(request)
    field = get_object_or_404(BoardField.objects.select_related("board"), pk=field_id, board_id=board_id)
    form = FieldForm(posted(request), kind=field.kind, field=field)
    if "preview" not in request.POST and form.is_valid():
        saved = attempt(form, lambda: actions.edit_field(actor=actor, field_id=field.pk, **form.told()))
        if saved:
            messages.success(request, _("Saved. Where it was answered, it is called so within moments."))
            return redirect("forum:staff_form", board_id=board_id)
    return _page(request, field.board, form, field.label_en)


@require_POST
@members_only
def act(request: HttpRequest, board_id: int, field_id: int) -> HttpResponse:
    """Move a field, retire it, or bring it back."""
    actor = arranger(request)
    get_object_or_404(BoardField, pk=field_id, board_id=board_id)
    what = request.POST.get("do")
    verbs = {
        "up": (lambda: actions.move_field(actor=actor, field_id=field_id, by=-1), ""),
        "down": (lambda: actions.move_field(actor=actor, field_id=field_id, by=1), ""),
        "retire": (
            lambda: actions.retire_field(actor=actor, field_id=field_id),
            _("It is asked no more. What was answered stays."),
        ),
        "return": (
            lambda: actions.return_field(actor=actor, field_id=field_id),
            _("The board asks for it again."),
        ),
    }
    if what not in verbs:
        raise absent()
    verb, done = verbs[what]
    return act_and_return(request, verb, done=done, to=reverse("forum:staff_form", args=[board_id]))


def _page(request: HttpRequest, board: Board, form: FieldForm, title: str) -> HttpResponse:
    preview = None
    if "preview" in request.POST and form.is_valid():
        drawn = attempt(form, lambda: drawn_field(board, form.kind, form.row, form.told()))
        preview = _as_asked(drawn) if drawn else None
    context = {
        "form": form,
        "title": title,
        "board": board,
        "preview": preview,
        "kind": FieldKind(form.kind).label,
        "here": "staff",
    }
    return render(request, "forum/staff/field.html", context, status=422 if form.errors else 200)


def _as_asked(asked: Asked) -> AskingForm:
    shown = AskingForm(auto_id="preview_%s")
    shown.ask([asked])
    return shown
