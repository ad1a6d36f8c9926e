"""Publishing later: the button of a writing form, and the page of what waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.access import Refused, absent
from forum import access, actions
from forum.forms import LaterForm, OnceForm, ReplyForm, ThreadForm
from forum.models import Scheduled, Thread
from forum.moments import Wall, in_words, zone_in_words
from forum.places import spots
from forum.queries import scheduled as queries
from forum.sent import sent_words
from forum.views import drafts
from forum.views._shared import act_and_return, actor_of, attempt, members_only
from forum.views.posts import post_url


def scheduled_instead(
    request: HttpRequest, form: OnceForm, later: LaterForm, place: str
) -> HttpResponse | None:
    """The answer to the button that publishes later, for a valid form; None where it could not be done."""
    if not later.is_valid():
        return None
    row = _attempt(
        form,
        later,
        lambda: actions.schedule_post(
            author=actor_of(request),
            place=place,
            words=sent_words(request.POST),
            wall=later.wall(timezone.get_current_timezone_name()),
            draft=drafts.written(request, place),
            idempotency_key=form.once_key,
        ),
    )
    if row is None:
        return None
    messages.success(request, _said_when(row))
    return HttpResponseRedirect(reverse("forum:scheduled"))


def _attempt(form: Any, later: LaterForm, act: Callable[[], Scheduled]) -> Scheduled | None:
    """As `attempt`; what is wrong with the moment stands beside the moment."""

    def acted() -> Scheduled | None:
        try:
            return act()
        except Refused as refusal:
            if refusal.field not in later.fields:
                raise
            later.add_error(refusal.field, refusal.reason)
            return None

    return attempt(form, acted)


def _said_when(row: Scheduled) -> str:
    said = _("It waits until %(when)s.") % {"when": in_words(row.local)}
    if Wall(row.local.replace(tzinfo=None), row.zone).comes_twice:
        said += " " + _("That hour comes twice that night; the first one counts.")
    return said


@require_safe
@members_only
def mine(request: HttpRequest) -> HttpResponse:
    """What waits to be published. At most three statements besides the account's."""
    return render(request, "forum/scheduled.html", {"lines": queries.of(actor_of(request))})


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def edit(request: HttpRequest, scheduled_id: int) -> HttpResponse:
    """Other words or another moment, in the zone it was written in."""
    member = actor_of(request)
    row = queries.one(member, scheduled_id)
    if row is None:
        raise absent()
    spot = spots(member, [row.place]).get(row.place)
    if spot is None:
        messages.error(request, _("Its place is no longer open to you."))
        return HttpResponseRedirect(reverse("forum:scheduled"))
    data = request.POST if request.method == "POST" else None
    form = _form_of(request, row, data)
    later = LaterForm(data, initial={"later_day": row.local.date(), "later_time": row.local.time()})
    if form.is_valid() and later.is_valid():
        changed = _attempt(
            form,
            later,
            lambda: actions.change_scheduled(
                member=member, scheduled_id=row.pk, words=sent_words(request.POST), wall=later.wall(row.zone)
            ),
        )
        if changed:
            messages.success(request, _said_when(changed))
            return HttpResponseRedirect(reverse("forum:scheduled"))
    kind, _dash, about = row.place.partition("-")
    context = {
        "form": form,
        "later": later,
        "row": row,
        "spot": spot,
        "board_slug": about if kind == "new" else "",
        "thread_id": about if kind == "thread" else "",
        "later_zone": zone_in_words(row.zone, row.local),
    }
    status = 422 if form.errors or later.errors else 200
    return render(request, "forum/scheduled_edit.html", context, status=status)


def _form_of(request: HttpRequest, row: Scheduled, data: Mapping[str, Any] | None) -> ThreadForm | ReplyForm:
    if not row.is_thread:
        return ReplyForm(data, initial=row.words)
    slug = row.place.removeprefix("new-")
    return ThreadForm(data, board=access.board_for_reading(actor_of(request), slug=slug), initial=row.words)


@require_POST
@members_only
def act(request: HttpRequest, scheduled_id: int) -> HttpResponse:
    """Publish one now, or let it be a draft again."""
    member, what, back = actor_of(request), request.POST.get("do"), reverse("forum:scheduled")
    if what == "cancel":
        return act_and_return(
            request,
            lambda: actions.cancel_scheduled(member=member, scheduled_id=scheduled_id),
            done=_("It waits no more. Its words are a draft again."),
            to=back,
        )
    if what != "publish":
        raise absent()
    try:
        post = actions.publish_scheduled(scheduled_id=scheduled_id, by=member)
    except Refused as refusal:
        messages.error(request, refusal.reason)
        return HttpResponseRedirect(back)
    assert post is not None  # by its writer it is published or refused
    return HttpResponseRedirect(post_url(Thread.objects.get(pk=post.thread_id), post))
