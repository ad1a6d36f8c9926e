"""The staff's pages of answers kept ready: behind the second factor, like everything under /desk/."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.access import Refused, absent
from community.core.text import stored
from community.members.models import Member
from forum.models import Board
from forum.rendering import render_body
from forum.views._shared import act_and_return, actor_of, attempt, members_only, posted
from moderation.canned import access, actions, policy, queries, wording
from moderation.canned.forms import TEAM, AnswerForm
from moderation.canned.models import CannedAnswer
from moderation.canned.policy import Blank

FIELDS = ("name", "fits", "text_en", "text_zh", "lane")


def _keeper(request: HttpRequest) -> Member:
    actor = actor_of(request)
    if not access.may_keep(actor):
        raise absent()
    return actor


@require_safe
@members_only
def answers(request: HttpRequest) -> HttpResponse:
    """The team's answers and one's own, with what became of each."""
    viewer = _keeper(request)
    return render(request, "canned/list.html", {"rows": queries.for_staff(viewer), "here": "desk"})


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def new(request: HttpRequest) -> HttpResponse:
    actor = _keeper(request)
    form = AnswerForm(posted(request), boards=_boards(actor), is_new=True)
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        data = form.cleaned_data
        told = _told(data) | {"is_shared": data["whose"] == TEAM}
        if attempt(form, lambda: actions.make_answer(actor=actor, **told)):
            messages.success(request, _("Kept. It stands ready on the desk."))
            return HttpResponseRedirect(reverse("canned:list"))
    return _page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def change(request: HttpRequest, answer_id: int) -> HttpResponse:
    actor = _keeper(request)
    row = access.seen_by(actor).select_related("changed_by").filter(pk=answer_id).first()
    if row is None:
        raise absent()
    start = {name: getattr(row, name) for name in FIELDS} | {"board": row.board_id, "version": row.version}
    form = AnswerForm(posted(request), initial=start, boards=_boards(actor), is_new=False)
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        data = form.cleaned_data
        version = data["version"] if data["version"] is not None else -1
        if attempt(
            form,
            lambda: actions.change_answer(actor=actor, answer_id=answer_id, version=version, **_told(data)),
        ):
            messages.success(request, _("Changed. What was begun from it before stays as it is."))
            return HttpResponseRedirect(reverse("canned:list"))
    return _page(request, form, row)


@require_POST
@members_only
def retire(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Take an answer away, or (`back`) offer it again."""
    actor = _keeper(request)
    back = request.POST.get("back") == "1"
    act = actions.bring_back if back else actions.retire
    return act_and_return(
        request,
        lambda: act(actor=actor, answer_id=answer_id),
        done=_("It is offered again.") if back else _("It is offered no more. Its figures stay."),
        to=reverse("canned:list"),
    )


def _boards(actor: Member) -> list[Board]:
    return list(Board.objects.moderated_by(actor).order_by("group__position", "group_id", "position", "id"))


def _told(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in FIELDS} | {"board_id": data["board"]}


def _page(request: HttpRequest, form: AnswerForm, row: CannedAnswer | None) -> HttpResponse:
    context = {
        "form": form,
        "answer": row,
        "blanks": [(blank, wording.in_words(blank)) for blank in Blank],
        "previews": _previews(request, form),
        "here": "desk",
    }
    refused = form.errors and "preview" not in request.POST
    return render(request, "canned/form.html", context, status=422 if refused else 200)


def _previews(request: HttpRequest, form: AnswerForm) -> list[tuple[str, str, str]]:
    """(language, HTML, problem) of each text as it would stand in a thread, with examples in its blanks."""
    if "preview" not in request.POST:
        return []
    shown: list[tuple[str, str, str]] = []
    for lang in ("en", "zh"):
        typed = request.POST.get(f"text_{lang}", "")
        if typed.strip():
            try:
                html = render_body(policy.fill(typed, wording.examples()).text).html
                shown.append((lang, stored(html), ""))
            except Refused as refusal:
                shown.append((lang, "", str(refusal.reason)))
    return shown
