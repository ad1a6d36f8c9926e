"""What pages put where news may arrive."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from activity.live import runs, tallies
from activity.live.rights import moment_of
from community.core.links import link
from community.core.moulds import filled
from forum import policy
from forum.models import Board
from forum.queries.threads import ThreadPage

register = template.Library()
register.simple_tag(tallies.topic_of, name="poll_topic")
register.simple_tag(runs.topic_of, name="run_topic")


@register.simple_tag(takes_context=True)
def live_bar(context: Context, page: ThreadPage) -> SafeString:
    """The line under a thread's posts: a link to refresh, which the script makes into a live one. No statement."""
    thread = page.thread
    return filled(
        "live/_bar.html",
        {
            "pk": thread.pk,
            "sequence": str(thread.sequence),
            "since_url": link("live:since", thread.pk),
            "last": str(page.posts[-1].number if page.posts else 0),
            "until": str(page.pages.page * policy.POSTS_PER_PAGE),
            "me": str(context["request"].user.pk or 0),
        },
    )


@register.inclusion_tag("live/_board.html")
def live_board(board: Board) -> dict[str, Any]:
    """The line over a board's threads that says when somebody wrote there. No statement."""
    return {"board": board, "sequence": moment_of(board)}
