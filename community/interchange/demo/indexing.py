"""Makes what was seeded findable in one go, in place of one queued task a post."""

from __future__ import annotations

from collections.abc import Callable

from django_tasks_db.models import DBTaskResult

from community.members.models import Member
from community.search import indexing
from forum.models import Post

REACTIONS = "community.core.facts.react"
BATCH = 200


def index_everything(advance: Callable[[int], None]) -> None:
    """Index every post and member, and take back the queued tasks that would do the same again."""
    members = list(Member.objects.values_list("pk", flat=True))
    indexing.index_members(members)
    posts = list(Post.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(posts), BATCH):
        some = posts[start : start + BATCH]
        indexing.index_posts(some)
        advance(len(some))
    DBTaskResult.objects.filter(
        task_path=REACTIONS, args_kwargs__kwargs__reactor__startswith="search."
    ).delete()
