"""What pages for guests show of known answers: under the posts that are linked to one, and under the answer itself."""

from __future__ import annotations

from community.core.facts import records
from community.core.pagecache import changed
from forum import facts as forum
from forum.kept import thread_topic
from moderation.solutions import facts
from moderation.solutions.models import Link


def solution_topic(solution_id: int) -> str:
    return f"solution:{solution_id}"


def helped_topic(member_id: int) -> str:
    """Whom somebody's answers helped, on their page."""
    return f"solved-by:{member_id}"


@records(facts.SolutionChanged)
def solution_changed(fact: facts.SolutionChanged) -> None:
    changed(solution_topic(fact.solution_id))


@records(facts.SolvedSaid)
def solved_said(fact: facts.SolvedSaid) -> None:
    topics = [solution_topic(fact.solution_id)]
    if fact.author_id:
        topics.append(helped_topic(fact.author_id))
    changed(*topics, hard=not fact.is_so)


@records(forum.PostStateChanged, forum.ThreadMoved, forum.ThreadStateChanged)
def seen_otherwise(fact: forum.PostStateChanged | forum.ThreadMoved | forum.ThreadStateChanged) -> None:
    """An answer that comes into sight, or goes, shows on other threads. One statement where there is none."""
    linked = Link.objects.filter(solution__thread=fact.thread_id, ended_at=None)
    topics = {thread_topic(pk) for pk in linked.values_list("thread_id", flat=True)}
    if topics:
        changed(*sorted(topics))
