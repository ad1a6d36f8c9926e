"""What pages show of known answers. A thread without any costs nothing, one with some a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _

from community.core.links import link
from community.core.moulds import filled
from community.core.pagecache import stands_on
from community.members.kept import member_topic
from community.members.models import Member
from forum.kept import LISTS, thread_topic
from forum.models import Board, Thread
from moderation.solutions import access, queries, ranges
from moderation.solutions.kept import helped_topic, solution_topic
from moderation.solutions.models import Review, Solution
from moderation.solutions.queries import Known

if TYPE_CHECKING:
    from forum.queries.threads import ThreadPage

register = template.Library()


@register.filter
def range_words(solution: Solution) -> str:
    """For which cars an answer holds."""
    return ranges.in_words(solution.range)


@register.filter
def has_range(solution: Solution) -> bool:
    return bool(solution.range)


@register.simple_tag(takes_context=True)
def put_known(context: Context, page: ThreadPage) -> str:
    """Put known answers under the posts of this page: the card under the opening post of a linked thread, what it did
    for others under the answer itself. Draws nothing by itself."""
    thread = page.thread
    if not thread.has_known:
        return ""
    viewer = context["request"].user
    posts = {post.pk: post for post in page.posts}
    opening = next((post for post in page.posts if post.is_opening), None)
    for known in queries.of_thread(viewer, thread.pk):
        stands_on(solution_topic(known.solution.pk))
        is_own = known.solution.thread_id == thread.pk
        post = posts.get(known.solution.post_id) if is_own else opening
        if post is None or not post.shown:
            continue
        if not is_own:
            stands_on(thread_topic(known.solution.thread_id), member_topic(known.post.author_id or 0))
        drawn = render_to_string(
            "solutions/_helped.html" if is_own else "solutions/_card.html",
            _context(context, known, thread)
            | {"may_change": bool(access.may_change(viewer, known.solution))},
            request=context["request"],
        )
        post.below = format_html("{}{}", getattr(post, "below", ""), drawn)
    return ""


@register.inclusion_tag("solutions/_solved.html", takes_context=True)
def solved_button(context: Context, known: Known, thread: Thread) -> dict[str, Any]:
    """The button that says so, or takes it back; nothing for whoever is not counted."""
    return _context(context, known, thread)


def _context(context: Context, known: Known, thread: Thread) -> dict[str, Any]:
    request = context["request"]
    viewer = request.user
    verdict = access.may_say_solved(viewer, known.solution)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "known": known,
        "thread": thread,
        "may_say": bool(verdict) or not viewer.is_authenticated,
    }


@register.simple_tag(takes_context=True)
def known_offer(context: Context, page: ThreadPage) -> str:
    """The way to tying a thread, for the team, and for members whose answers were accepted somewhere. No statement."""
    viewer, thread = context["request"].user, page.thread
    asked = thread.has_known and viewer.is_authenticated and thread.author_id == viewer.pk
    helped = getattr(viewer, "helped_count", 0)
    if not (page.can["moderate"] or helped or asked):
        return ""
    return filled("solutions/_offer.html", {"address": link("solutions:known", thread.pk)})


@register.simple_tag(takes_context=True)
def helped_people(context: Context, member: Member) -> int:
    """How many people this member's answers helped, as far as the viewer (or whom the viewer pretends to be) may know."""
    stands_on(*LISTS, helped_topic(member.pk))
    viewer = AnonymousUser() if context.get("seen_as") == "guest" else context["request"].user
    return queries.helped_by(viewer, member)


@register.simple_tag
def reviews_waiting(boards: list[Board]) -> int:
    """How many known answers wait for another look on these boards. No statement most of the time."""
    return queries.waiting_on(boards)


@register.filter
def review_words(review: Review) -> str:
    """Why an answer came back to the desk."""
    release = review.release
    if release is None:
        return str(Review.Why(review.why).label)
    told = {
        "why": Review.Why(review.why).label,
        "car": release.car,
        "which": release.year or release.software,
    }
    return _("%(why)s: %(car)s %(which)s") % told
