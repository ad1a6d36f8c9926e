"""What changes the index. Queued with the change, run after it; a repeat writes the same entry again."""

from collections.abc import Sequence

from django.db import transaction

from community.core.facts import reacts, records
from community.core.tasks.queue import task
from community.editorial.facts import ArticlePublished, ArticleWithdrawn
from community.members.facts import AccountErased, ImportedMemberClaimed, MemberJoined, MemberRenamed
from community.search import indexing, relatives
from forum.facts import (
    AnswerAccepted,
    AnswerWithdrawn,
    PostEdited,
    PostsImported,
    PostsRerendered,
    PostStateChanged,
    PostUndone,
    ReplyPosted,
    ThreadChanged,
    ThreadMoved,
    ThreadOpened,
    ThreadsMerged,
    ThreadSplit,
    ThreadStateChanged,
    ThreadsTied,
    ThreadsUntied,
    ThreadUndone,
)
from forum.models import ThreadLog
from forum.queries import documents


@records(ThreadsTied, ThreadsUntied)
def forget_relatives(fact: ThreadsTied | ThreadsUntied) -> None:
    """Both pages show each other, or not any more, from the next look on."""
    transaction.on_commit(lambda: relatives.forget([fact.thread_id, fact.target_id]))


@reacts(ThreadOpened, ReplyPosted, PostEdited, PostStateChanged, name="search.index_post", many=True)
def index_posts(facts: Sequence[ThreadOpened | ReplyPosted | PostEdited | PostStateChanged]) -> None:
    indexing.index_posts([fact.post_id for fact in facts])
    for fact in facts:
        if isinstance(fact, ThreadOpened):
            relatives.find(fact.thread_id)


@reacts(
    ThreadChanged,
    ThreadMoved,
    ThreadStateChanged,
    AnswerAccepted,
    AnswerWithdrawn,
    name="search.index_thread",
)
def index_thread(
    fact: ThreadChanged | ThreadMoved | ThreadStateChanged | AnswerAccepted | AnswerWithdrawn,
) -> None:
    """What is said of a thread narrows each of its posts; its title and tags are words of the opening post."""
    opening = documents.opening_of(fact.thread_id)
    if opening:
        indexing.index_posts([opening])
    _mark_thread(fact.thread_id)
    if isinstance(fact, ThreadChanged) and fact.what == ThreadLog.Kind.RENAMED:
        relatives.find(fact.thread_id)


def _mark_thread(thread_id: int) -> None:
    """Long threads in portions, each a task of its own: nobody waits while twenty thousand rows are written."""
    ids = documents.of_threads([thread_id])
    indexing.mark_posts(ids[: indexing.BATCH])
    for start in range(indexing.BATCH, len(ids), indexing.BATCH):
        mark_posts.enqueue(post_ids=ids[start : start + indexing.BATCH])


@task("search.mark_posts")
def mark_posts(post_ids: list[int]) -> None:
    indexing.mark_posts(post_ids)


@records(PostUndone, ThreadUndone)
def forget_undone(fact: PostUndone | ThreadUndone) -> None:
    """At once: words that live with this entry are looked for elsewhere before it goes with the post."""
    indexing.forget_posts([fact.post_id])


@reacts(ThreadsMerged, ThreadSplit, name="search.index_moved")
def index_moved(fact: ThreadsMerged | ThreadSplit) -> None:
    indexing.index_posts(fact.moved_post_ids)
    _mark_thread(fact.source_id)  # a split may take its accepted answer away
    if isinstance(fact, ThreadSplit):
        relatives.find(fact.new_thread_id)


@reacts(PostsRerendered, name="search.index_rerendered")
def index_rerendered(fact: PostsRerendered) -> None:
    indexing.index_posts(fact.post_ids)


@reacts(PostsImported, name="search.index_imported")
def index_imported(fact: PostsImported) -> None:
    ids = documents.of_threads(fact.thread_ids)
    for start in range(0, len(ids), indexing.BATCH):
        indexing.index_posts(ids[start : start + indexing.BATCH])


@reacts(ImportedMemberClaimed, name="search.index_claimed")
def index_claimed(fact: ImportedMemberClaimed) -> None:
    indexing.index_members([fact.imported_id])


@reacts(MemberJoined, MemberRenamed, name="search.index_member")
def index_member(fact: MemberJoined | MemberRenamed) -> None:
    indexing.index_members([fact.member_id])


@reacts(AccountErased, name="search.forget_member")
def forget_member(fact: AccountErased) -> None:
    indexing.forget_member(fact.member_id)


@reacts(ArticlePublished, ArticleWithdrawn, name="search.index_article")
def index_article(fact: ArticlePublished | ArticleWithdrawn) -> None:
    indexing.follow_article(fact.page_id)
