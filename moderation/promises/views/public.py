"""What a board promises, and what who asked says of a reply."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.core import clock
from community.core.pagecache import kept_for_guests, stands_on
from forum import access
from forum import kept as forum_kept
from forum.views._shared import act_and_return, actor_of, members_only, viewer_of
from moderation.promises import actions, typed
from moderation.promises.policy import Record
from moderation.promises.queries import boards


@kept_for_guests(forum_kept.BOARDS, forum_kept.UPKEEP)
@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """A board's promise, its record with the rows behind it, and what was promised when. Six statements at most."""
    viewer = viewer_of(request)
    place = access.board_for_reading(viewer, slug=slug)
    stands_on(forum_kept.board_topic(place.pk))
    row = boards.promise_of(place.pk)
    line = boards.record_line(row) if row else None
    record = line.record if line else Record()
    today = clock.now().date().isoformat()
    calendar = row.calendar if row else None
    context = {
        "board": place,
        "promise": row,
        "record": record,
        "counted_at": line.counted_at if line else None,
        "missed_count": record.asked - record.kept,
        "misses": boards.misses(viewer, place.pk),
        "kept": boards.in_time(viewer, place.pk),
        "past": boards.past_terms(place.pk),
        "week": typed.week_words(calendar.hours) if calendar else [],
        "holidays": [
            (typed.day_words(date.fromisoformat(day)), name)
            for day, name in (calendar.holidays if calendar else [])
            if day >= today
        ],
        "here": "boards",
    }
    return render(request, "promises/board.html", context)


@require_POST
@members_only
def no_answer(request: HttpRequest, post_id: int) -> HttpResponse:
    """Who asked says that a reply is no answer, or takes it back."""
    actor = actor_of(request)
    thread, _post = access.post_for_reading(actor, post_id=post_id)
    undoes = request.POST.get("do") == "undo"
    verb = actions.call_answer if undoes else actions.call_no_answer
    return act_and_return(
        request,
        lambda: verb(actor=actor, post_id=post_id),
        done=_("Taken back: the reply counts as an answer.")
        if undoes
        else _("The clock starts anew, unless somebody else has answered."),
        to=f"{thread.get_absolute_url()}#promise",
    )
