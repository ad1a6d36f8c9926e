"""What happens to known answers when threads and posts do, and what waited while somebody signed in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from community.core.facts import reacts, records
from community.members.models import Member
from forum import facts as forum
from forum.actions.leaving import GONE_TEXT
from forum.actions.visibility import ERASED_TEXT
from forum.models import PostState, ThreadState
from moderation.solutions import actions, pressing, tasks
from moderation.solutions.facts import ReleaseNamed
from moderation.solutions.models import Solution


@records(forum.ThreadsMerged)
def merged(fact: forum.ThreadsMerged) -> None:
    actor = Member.objects.filter(pk=fact.actor_id).first()
    actions.follow_merge(source_id=fact.source_id, target_id=fact.target_id, actor=actor)


@records(forum.ThreadSplit)
def split(fact: forum.ThreadSplit) -> None:
    actions.follow_split(source_id=fact.source_id, new_id=fact.new_thread_id, post_ids=fact.moved_post_ids)


@records(forum.PostEdited)
def edited(fact: forum.PostEdited) -> None:
    """One statement for posts that are no known answer."""
    row = (
        Solution.objects.filter(post=fact.post_id, withdrawn_at=None)
        .values_list("pk", "post__source")
        .first()
    )
    if row is None:
        return
    solution_id, source = row
    if source.strip() in (GONE_TEXT, ERASED_TEXT):
        actions.let_go(post_ids=[fact.post_id], actor=None)
    else:
        tasks.look_later(solution_id, fact.editor_id)


@records(forum.PostStateChanged)
def post_state(fact: forum.PostStateChanged) -> None:
    """Hidden, an answer is only out of sight; removed or erased, it is none any more."""
    if fact.state in (PostState.REMOVED, PostState.PURGED):
        actor = Member.objects.filter(pk=fact.actor_id).first()
        actions.let_go(post_ids=[fact.post_id], actor=actor)


@records(forum.ThreadStateChanged)
def thread_state(fact: forum.ThreadStateChanged) -> None:
    if fact.state == ThreadState.REMOVED:
        ids = Solution.objects.filter(thread=fact.thread_id, withdrawn_at=None)
        posts = list(ids.values_list("post_id", flat=True))
        if posts:
            actions.let_go(post_ids=posts, actor=Member.objects.filter(pk=fact.actor_id).first())


@reacts(ReleaseNamed, name="solutions.review_release")
def released(fact: ReleaseNamed) -> None:
    actions.review_release(release_id=fact.release_id)


@receiver(user_logged_in)
def press_for_member(sender: object, request: HttpRequest | None, user: Member, **kwargs: Any) -> None:
    """What a guest pressed counts once they are known."""
    pressing.hand_over(request, user)
