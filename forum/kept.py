"""What the forum's pages for guests stand on, and which facts change it.

Additions let the copy from before stand in for a moment. Whatever takes away, moves, renames or closes is hard:
no page from before is given out once it is committed. If in doubt, hard.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from community.core.facts import records, retells
from community.core.pagecache import changed, leave_out, retold, stands_on
from community.members.kept import member_topic
from forum import facts

if TYPE_CHECKING:
    from community.core.pagination import KeysetPage
    from forum.models import Thread
    from forum.queries.threads import ThreadPage

BOARDS = "boards"  # which boards there are and who may read them: every page of the forum
THREADS = "threads"  # lists across boards: something was written somewhere
UPKEEP = "forum-upkeep"  # some thread is not what lists said of it
LISTS = (BOARDS, THREADS, UPKEEP, "people")


def thread_topic(thread_id: int) -> str:
    return f"thread:{thread_id}"


def board_topic(board_id: int) -> str:
    return f"board:{board_id}"


def note_list(page: KeysetPage[Thread]) -> None:
    """Lists that answer a made-up question are not kept: there are endlessly many of them."""
    if page.bad_cursor or not page.items:
        leave_out()


def note_thread(page: ThreadPage) -> None:
    """A thread's page stands on everybody it names, and on threads its log names, besides the thread itself."""
    people: set[int | None] = {page.thread.author_id}
    others: set[int | None] = set()
    for post in [*page.posts, *([page.accepted] if page.accepted else [])]:
        people.add(post.author_id)
        people.add(post.reply_to.author_id if post.reply_to else None)
        for line in getattr(post, "log_after", ()):
            people.add(line.actor_id)
            others |= {line.other_id, line.other.merged_into_id if line.other else None}
    stands_on(*(member_topic(pk) for pk in people if pk is not None))
    stands_on(*(thread_topic(pk) for pk in others if pk is not None))


def note_related(threads: Iterable[Thread]) -> None:
    """A page that shows these threads' titles."""
    stands_on(*(thread_topic(row.pk) for row in threads))


@records(facts.ThreadOpened)
def thread_opened(fact: facts.ThreadOpened) -> None:
    changed(board_topic(fact.board_id), THREADS, hard=False, name=_post(fact))


@records(facts.ReplyPosted)
def reply_posted(fact: facts.ReplyPosted) -> None:
    topics = (thread_topic(fact.thread_id), board_topic(fact.board_id), THREADS)
    changed(*topics, hard=False, name=_post(fact))


@retells(facts.ThreadOpened, facts.ReplyPosted)
def words_posted(fact: facts.ThreadOpened | facts.ReplyPosted) -> None:
    """A page process may be killed between its commit and its word; the worker gives it then."""
    retold(thread_topic(fact.thread_id), board_topic(fact.board_id), THREADS, name=_post(fact))


def _post(fact: facts.ThreadOpened | facts.ReplyPosted) -> str:
    return f"post:{fact.post_id}"


@records(facts.PostUndone)
def post_undone(fact: facts.PostUndone) -> None:
    changed(thread_topic(fact.thread_id), board_topic(fact.board_id), THREADS)


@records(facts.ThreadUndone)
def thread_undone(fact: facts.ThreadUndone) -> None:
    changed(thread_topic(fact.thread_id), board_topic(fact.board_id), THREADS)


@records(facts.ReactionChanged)
def reaction_changed(fact: facts.ReactionChanged) -> None:
    changed(thread_topic(fact.thread_id), hard=False)


@records(facts.PostCardsShown)
def cards_shown(fact: facts.PostCardsShown) -> None:
    changed(thread_topic(fact.thread_id), hard=False)


@records(facts.AnswerAccepted)
def answer_accepted(fact: facts.AnswerAccepted) -> None:
    changed(thread_topic(fact.thread_id), UPKEEP, hard=False)


@records(
    facts.AnswerWithdrawn,
    facts.PostEdited,
    facts.PostRedrawn,
    facts.PostStateChanged,
    facts.ThreadChanged,
    facts.ThreadLocked,
    facts.ThreadMoved,
    facts.ThreadPinned,
    facts.ThreadStateChanged,
    facts.ThreadUnlocked,
    facts.ThreadUnpinned,
)
def thread_kept_up(
    fact: facts.AnswerWithdrawn
    | facts.PostEdited
    | facts.PostRedrawn
    | facts.PostStateChanged
    | facts.ThreadChanged
    | facts.ThreadLocked
    | facts.ThreadMoved
    | facts.ThreadPinned
    | facts.ThreadStateChanged
    | facts.ThreadUnlocked
    | facts.ThreadUnpinned,
) -> None:
    changed(thread_topic(fact.thread_id), UPKEEP)


@records(facts.ThreadsMerged)
def threads_merged(fact: facts.ThreadsMerged) -> None:
    changed(thread_topic(fact.source_id), thread_topic(fact.target_id), UPKEEP)


@records(facts.ThreadsTied, facts.ThreadsUntied)
def threads_tied(fact: facts.ThreadsTied | facts.ThreadsUntied) -> None:
    changed(thread_topic(fact.thread_id), thread_topic(fact.target_id))


@records(facts.ThreadSplit)
def thread_split(fact: facts.ThreadSplit) -> None:
    changed(thread_topic(fact.source_id), thread_topic(fact.new_thread_id), UPKEEP)


@records(
    facts.BoardArranged,
    facts.BoardFormChanged,
    facts.BoardRightsChanged,
    facts.PostsImported,
    facts.PostsRerendered,
)
def boards_changed(fact: object) -> None:
    """Rare and far-reaching: every page of the forum is made anew."""
    changed(BOARDS)
