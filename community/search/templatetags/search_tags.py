"""Search on other rooms' pages."""

from __future__ import annotations

import logging
from typing import Any

from django import template
from django.db import DatabaseError
from django.template.context import Context
from django.utils.safestring import SafeString

from community.search import queries, relatives, snippets
from community.search.besides import near_title, with_known
from forum.kept import note_related
from forum.models import Thread
from moderation.solutions.queries import of_thread

register = template.Library()
logger = logging.getLogger(__name__)
SHOWN = 4


@register.inclusion_tag("search/_related.html", takes_context=True)
def related_threads(context: Context, thread: Thread) -> dict[str, Any]:
    """Threads on the same road, and those that ask the same.

    Which they are was found when they were written; who may read them is asked each time: one statement.
    """
    same_ids, rows = _related(context["request"].user, thread)
    note_related(rows)
    return {
        "same": [row for row in rows if row.pk in same_ids][:SHOWN],
        "threads": [row for row in rows if row.pk not in same_ids][:SHOWN],
    }


@register.simple_tag(takes_context=True)
def near_threads(context: Context, thread: Thread) -> dict[str, Any]:
    """What comes near to this thread: known answers first, then threads not tied to it as the same question.

    `linked`: what this thread leads to already. As `related_threads`; three statements more where there is any.
    """
    viewer = context["request"].user
    same_ids, rows = _related(viewer, thread)
    known, others = with_known(viewer, [row for row in rows if row.pk != thread.pk])
    own = of_thread(viewer, thread.pk) if thread.has_known else []
    linked = [one for one in own if one.thread.pk != thread.pk]
    return {
        "linked": linked,
        "linked_threads": [one.thread for one in linked],
        "known": [one for one in known if one.thread.pk != thread.pk and one not in own][:SHOWN],
        "threads": [row for row in others if row.pk not in same_ids][:SHOWN],
    }


def _related(viewer: Any, thread: Thread) -> tuple[list[int], list[Thread]]:
    """Ids of threads that ask the same, and all that belong to it, as far as the viewer may read them."""
    try:
        same_ids, near_ids = relatives.of_thread(thread.pk)
        return same_ids, queries.readable_threads(viewer, [*same_ids, *near_ids])
    except DatabaseError:
        logger.exception("related threads failed")
        return [], []


@register.inclusion_tag("search/_near.html", takes_context=True)
def threads_near(context: Context, title: str) -> dict[str, Any]:
    """Known answers and threads that a title comes close to, beside the form where it is written."""
    return near_title(context["request"].user, title)


@register.filter
def snippet(text: str, query: str) -> SafeString:
    """The stretch of a text where the query's words stand, marked."""
    return snippets.snippet(text, query)


@register.filter
def marked(text: str, query: str) -> SafeString:
    """A title with the query's words marked."""
    return snippets.mark(text, query)
