"""What pages show of polls. A thread without one costs nothing, a thread with some two statements."""

from __future__ import annotations

import shlex
from datetime import date
from typing import TYPE_CHECKING, Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from community.core import clock, display, pieces
from community.core.pagecache import stands_on
from community.core.whole import whole
from polls import access, drawing, labels, tally, wording
from polls import said as terms
from polls.kept import POLLS, poll_topic
from polls.models import Choice, Poll
from polls.queries import lists, said, trials
from polls.queries import shown as queries
from polls.queries.dressing import Shown
from polls.voters import Voter

if TYPE_CHECKING:
    from forum.models import Board
    from forum.queries.threads import ThreadPage

register = template.Library()
register.filter("in_a_shell", shlex.quote)
register.filter("moment", pieces.time_when)
register.filter("poll_rules", wording.rules)
register.filter("why_not", wording.why_not)
register.filter("poll_end", wording.end)
register.filter("truth_label", labels.of_poll)
register.filter("told_apart", wording.told_apart)
register.filter("ties", wording.ties)
register.filter("points_for_places", wording.points_for_places)
register.simple_tag(drawing.bars, name="bars")
register.simple_tag(drawing.notes, name="result_notes")
register.simple_tag(drawing.warnings, name="truth_warnings")
register.simple_tag(drawing.table, name="votes_table")
register.simple_tag(drawing.picture_in, name="choice_picture")
register.simple_tag(drawing.tile_of, name="choice_tile")


@register.inclusion_tag("polls/_poll.html", takes_context=True)
def poll_box(context: Context, shown: Shown, style: str = "thread", at: str = "") -> dict[str, Any]:
    """A poll that was fetched already. No statement."""
    return _context(context, shown, style, at)


@register.inclusion_tag("polls/_poll.html", takes_context=True)
def poll(context: Context, poll_id: int, style: str = "thread") -> dict[str, Any]:
    """The poll of this id, wherever a template wants it. Two statements; an absent poll is an error of the page."""
    request = context["request"]
    stands_on(poll_topic(poll_id))
    return _context(context, queries.one(Voter.of(request.user), poll_id), style, request.path)


@register.inclusion_tag("polls/_on_board.html", takes_context=True)
def board_polls(context: Context, board: Board) -> dict[str, Any]:
    """Polls that stand on this board, and the way to another for who may add one. No statement when warm."""
    stands_on(POLLS)
    may_add = bool(access.may_make(context["request"].user, board=board))
    return {"board": board, "polls": lists.on_board(board.pk), "may_add": may_add}


@register.simple_tag(takes_context=True)
def todays_poll(context: Context) -> str:
    """The poll of the first page, drawn, or "". One statement, two if there is one."""
    request = context["request"]
    stands_on(POLLS)
    voter = Voter.of(request.user)
    trial_id = trial_runs(context)
    if trial_id:  # kept for all guests alike: which poll somebody is drawn to see comes afterwards
        first = next((arm.poll_id for arm in trials.arms_of(trial_id) if arm.poll_id), 0)
        shown = queries.of_ids(voter, [first]).get(first)
    else:
        shown = queries.of_today(voter)
    if shown is None:
        return ""
    stands_on(poll_topic(shown.poll.pk))
    drawn = render_to_string("polls/_poll.html", _context(context, shown, "home", "/"), request=request)
    return render_to_string("polls/_trial.html", {"drawn": drawn}) if trial_id else drawn


@register.simple_tag(takes_context=True)
def trial_runs(context: Context) -> int:
    """The trial that a guest's first page takes part in, 0 for members and without one. A statement a minute."""
    return 0 if context["request"].user.is_authenticated else trials.running()


@register.simple_tag(takes_context=True)
def put_polls(context: Context, page: ThreadPage) -> str:
    """Put a thread's polls under the posts of this page where they stand. Draws nothing by itself."""
    thread = page.thread
    if not thread.poll_count:
        return ""
    request = context["request"]
    posts = {post.pk: post for post in page.posts}
    for shown in queries.of_thread(Voter.of(request.user), thread.pk):
        stands_on(poll_topic(shown.poll.pk))
        post = posts.get(shown.poll.post_id or 0)
        if post is not None and post.shown:
            at = f"{request.path}#poll-{shown.poll.pk}"
            drawn = render_to_string(
                "polls/_poll.html", _context(context, shown, "thread", at), request=request
            )
            post.below = format_html("{}{}", getattr(post, "below", ""), drawn)
    return ""


@register.inclusion_tag("polls/_said.html", takes_context=True)
def decision(context: Context, poll: Poll, style: str = "page") -> dict[str, Any]:
    """How it stands with the brand's answer. No statement but on a page of its own, one where there is an answer."""
    viewer = context["request"].user
    return {
        "poll": poll,
        "answers": said.answers_of(poll) if style == "page" else [],
        "may_answer": access.may_answer_for_brand(viewer),
    }


def _context(context: Context, shown: Shown, style: str, at: str) -> dict[str, Any]:
    told = {"shown": shown, "style": style, "at": at}
    return told | {"request": context["request"], "csrf_token": context.get("csrf_token")}


@register.simple_tag
def asked_by(poll: Poll) -> SafeString:
    """Who asks, with the sign of whoever speaks for the brand."""
    sign = pieces.role_badge(poll.author)
    who = format_html("{} {}", poll.author.name, sign) if sign else poll.author.name
    return format_html(_("Asked by {who}"), who=who)


# Small words ----------------------------------------------------------------------------------------------------


@register.filter
def plain(value: float) -> str:
    """A number as a drawing takes it, the same in every language."""
    return f"{value:g}"


@register.filter
def nth(texts: list[str], place: int) -> str:
    return texts[place]


@register.filter
def per_cent(value: int) -> str:
    return _("%(n)d %%") % {"n": value}


@register.filter
def share_of(part: int, whole: int) -> int:
    return tally.share(part, whole)


@register.filter
def plain_day(day: date | None) -> str:
    return display.day(day, clock.now().date()) if day else ""


@register.filter
def late_by(poll: Poll) -> int:
    """How many days the first answer came after the last one on which it was in time."""
    return terms.days_late(poll.answer_by, poll.answered_at.date()) if poll.answered_at else 0


@register.filter
def one_decimal(value: float | None) -> str:
    return "" if value is None else number_format(value, 1)


@register.filter
def how_to_vote(poll: Poll) -> str:
    return wording.how(poll)


@register.filter
def own_page(poll: Poll) -> str:
    return poll.get_absolute_url()


@register.filter
def is_picked(number: int, shown: Shown) -> bool:
    """Whether the form shows this choice as chosen: as typed last, else as voted."""
    typed = shown.typed.get("choice")
    return str(number) in typed if typed is not None else number in shown.mine


@register.filter
def rank_in(number: int, shown: Shown) -> int:
    typed = shown.typed.get("ranks")
    if typed is not None:
        return whole(typed.get(str(number)), 3, otherwise=0)
    return shown.mine.get(number, (0, ""))[0]


@register.filter
def in_my_order(shown: Shown) -> list[Choice]:
    """The choices as the voter ranked them, the others after these."""
    return sorted(
        shown.choices, key=lambda choice: (shown.mine.get(choice.number, (10_000, ""))[0], choice.place)
    )


@register.filter
def my_words(shown: Shown) -> str:
    return str(shown.typed.get("other", shown.my_words))


@register.filter
def highest(shown: Shown) -> str:
    return shown.choices[-1].text


@register.filter
def my_vote(shown: Shown) -> str:
    """What the viewer chose, in one line."""
    mine = sorted(
        (rank, choice.place, choice) for choice in shown.choices if (rank := _rank(shown, choice)) >= 0
    )
    names = [shown.mine[choice.number][1] or choice.text for _rank_, _place, choice in mine]
    if shown.poll.is_ranked:
        return _("Your order: %(choices)s") % {"choices": " › ".join(names)}
    return _("Your vote: %(choices)s") % {"choices": _(", ").join(names)}


def _rank(shown: Shown, choice: Choice) -> int:
    return shown.mine.get(choice.number, (-1, ""))[0]
