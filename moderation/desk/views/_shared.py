"""What the desk's pages do alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from community.core.whole import whole
from community.members.models import Member
from community.members.views._shared import next_address
from forum.forms import ReplyForm
from forum.models import Lane, Post, Thread
from forum.raising import raised_of
from forum.views import drafts, limits
from forum.views._shared import act_and_return, sleep_note, sleeps
from moderation.canned import queries as canned
from moderation.desk import queries, wording
from moderation.desk.forms import (
    AssignForm,
    FeatureForm,
    FilterForm,
    LaneForm,
    LinkForm,
    NoteForm,
    SettleForm,
    SnoozeForm,
)
from moderation.desk.wanted import Wanted, saved_filters


def wanted_of(request: HttpRequest, viewer: Member) -> Wanted:
    """Which part of the desk this page stands in. One statement."""
    return Wanted.of(request.GET.dict(), queries.boards_for(viewer))


def address(thread_id: int, wanted: Wanted) -> str:
    return reverse("desk:thread", args=[thread_id]) + wanted.query


def queue_context(request: HttpRequest, viewer: Member, wanted: Wanted) -> dict[str, Any]:
    """The queue at the left of every page of the desk. Two statements."""
    page = queries.queue(viewer, wanted, request.GET.get("page"))
    return {
        "queue": [queries.dress(row) for row in page.items],
        "queue_page": page,
        "wanted": wanted,
        "saved": saved_filters(viewer, wanted),
        "filter_form": FilterForm(prefix="filter"),
        "boards": wanted.boards,
        "lanes": Lane.choices,
        "here": "desk",
    }


def remove_and_return(
    request: HttpRequest, actor: Member, act: Callable[[], object], *, done: str, to: str
) -> HttpResponse:
    """`act_and_return` for a button that takes something away: pressed twice it says so, to whoever has a desk."""
    try:
        return act_and_return(request, act, done=done, to=to)
    except Http404:
        if not queries.boards_for(actor):
            raise
        messages.info(request, _("It was gone already."))
        return HttpResponseRedirect(next_address(request, to))


def reply_form(
    request: HttpRequest, viewer: Member, thread: Thread, opening: Post | None
) -> tuple[ReplyForm, dict[str, Any]]:
    """A reply not begun, begun by a draft, with a question (`?ask=1`) or an answer kept ready (`?canned=`, `?as=`).

    What a draft holds stays in front. One statement, at most three with an answer.
    """
    place = f"thread-{thread.pk}"
    draft = drafts.begun(request, place)
    start: dict[str, object] = {"seen": thread.last_number, "awake": "1" if sleeps(thread) else ""}
    start |= drafts.words_of(draft)
    if "ask" in request.GET and not start.get("body"):
        start["body"] = begun_question(thread)
    if chosen := _chosen(request, viewer, thread, opening):
        start["body"] = "\n\n".join(filter(None, (str(start.get("body", "")).rstrip(), chosen)))
    return ReplyForm(initial=start), drafts.form_context(request, place, draft)


def _chosen(request: HttpRequest, viewer: Member, thread: Thread, opening: Post | None) -> str:
    """The text of the answer that the address asks for, with its blanks filled; "" where there is none."""
    answer = whole(request.GET.get("canned"))
    if answer is None:
        return ""
    said = canned.offer_of(viewer, thread, opening, answer, request.GET.get("as", ""))
    return said.text if said else ""


def begun_question(thread: Thread) -> str:
    """The first words of a question back, in the language of the thread."""
    with translation.override({"zh": "zh-hans", "en": "en"}.get(thread.lang, translation.get_language())):
        return _("So that we can help: ")


def case_page(
    request: HttpRequest,
    viewer: Member,
    thread: Thread,
    *,
    bound: dict[str, forms.Form] | None = None,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """One thread on the desk. `bound`: forms that were sent and come back with what was wrong."""
    wanted = wanted_of(request, viewer)
    case = queries.case(viewer, thread)
    opening = next((post for post in case.page.posts if post.is_opening and post.shown), None)
    version = {"version": case.row.desk.version if case.row else 0}
    team = [(one.pk, one.name) for one in case.team]
    shown: dict[str, Any] = {
        "assign": AssignForm(initial=version, team=team, prefix="assign"),
        "snooze": SnoozeForm(initial=version, prefix="snooze"),
        "settle": SettleForm(initial=version, prefix="settle"),
        "link": LinkForm(initial=version, prefix="link"),
        "feature": FeatureForm(initial=version, is_raised=raised_of(thread) is not None, prefix="feature"),
        "lane": LaneForm(initial=version, thread=thread, prefix="lane"),
        "note": NoteForm(),
    }
    given = {"upload_most": 50, **queue_context(request, viewer, wanted)}
    if "reply" not in (bound or {}):
        shown["reply"], more = reply_form(request, viewer, thread, opening)
        given |= more
    shown |= bound or {}
    given |= {
        "thread": thread,
        "board": thread.board,
        "case": case,
        "page": case.page,
        "forms": shown,
        "form": shown["reply"],
        "opened": next((name for name, form in (bound or {}).items() if form.errors), ""),
        "lines": [(line, wording.line_in_words(line)) for line in case.log],
        "sleep": sleep_note(thread),
        "seen_version": request.POST.get("desk_version", ""),
        "canned": canned.offers(viewer, thread, opening, most=canned.SHOWN),
        **(context or {}),
    }
    return limits.answer(request, "desk/thread.html", given, *(bound or {}).values())
