"""What happens in the forum, in the past tense. Ids only: readers fetch with their own rights.

`sequence` is the step of the thread that the change took (`Thread.sequence`): open pages are brought up to date by it.
"""

from dataclasses import dataclass
from datetime import datetime

from community.core.facts import Fact


@dataclass(frozen=True)
class ThreadOpened(Fact):
    thread_id: int
    post_id: int
    board_id: int
    author_id: int
    mentioned_ids: tuple[int, ...] = ()
    quoted_ids: tuple[int, ...] = ()  # posts
    called: tuple[str, ...] = ()  # groups


@dataclass(frozen=True)
class ReplyPosted(Fact):
    post_id: int
    thread_id: int
    board_id: int
    author_id: int
    number: int
    reply_to_id: int | None = None
    mentioned_ids: tuple[int, ...] = ()
    quoted_ids: tuple[int, ...] = ()  # posts
    sequence: int = 0
    called: tuple[str, ...] = ()  # groups


@dataclass(frozen=True)
class PostEdited(Fact):
    """`named_ids`: whom the words name since this edit; `unnamed_ids`: whom they do not name any more.

    `called` and `uncalled`: the same of groups.
    """

    post_id: int
    thread_id: int
    editor_id: int
    revision: int
    sequence: int = 0
    named_ids: tuple[int, ...] = ()
    unnamed_ids: tuple[int, ...] = ()
    called: tuple[str, ...] = ()
    uncalled: tuple[str, ...] = ()


@dataclass(frozen=True)
class PostCardsShown(Fact):
    """What another site says of a page that the post links to is known now, and stands under it."""

    post_id: int
    thread_id: int
    sequence: int = 0


@dataclass(frozen=True)
class PostRedrawn(Fact):
    """The same words look different: a picture in them was covered in parts, or is gone."""

    post_id: int
    thread_id: int
    sequence: int = 0


@dataclass(frozen=True)
class PostUndone(Fact):
    """Its author took a reply back within seconds: it never was. The number is free again."""

    post_id: int
    thread_id: int
    board_id: int
    author_id: int
    number: int
    sequence: int = 0


@dataclass(frozen=True)
class ThreadUndone(Fact):
    """Its author took a thread back within seconds: it never was."""

    thread_id: int
    post_id: int
    board_id: int
    author_id: int


@dataclass(frozen=True)
class PostStateChanged(Fact):
    """Hidden, restored, removed or purged: `state` is where it stands now."""

    post_id: int
    thread_id: int
    actor_id: int
    state: str
    at: datetime
    sequence: int = 0


@dataclass(frozen=True)
class PostErased(Fact):
    """A moderator erased somebody's words for good. The row does not say any more whose they were."""

    post_id: int
    thread_id: int
    author_id: int
    actor_id: int
    reason: str


@dataclass(frozen=True)
class TitleErased(Fact):
    """A thread's title was erased for good, and with it all that it ever had. Recorders only: nothing may keep them."""

    thread_id: int
    titles: tuple[str, ...]  # the last one first
    stands_in: tuple[int, ...]  # of a merged thread: where its posts are now
    title: str  # what stands there instead


@dataclass(frozen=True)
class ThreadStateChanged(Fact):
    thread_id: int
    board_id: int
    actor_id: int
    state: str
    at: datetime
    sequence: int = 0


@dataclass(frozen=True)
class ReactionChanged(Fact):
    """`kind` is what the member's reaction is now; empty when withdrawn."""

    post_id: int
    thread_id: int
    member_id: int
    kind: str
    at: datetime
    sequence: int = 0


@dataclass(frozen=True)
class AnswerAccepted(Fact):
    thread_id: int
    post_id: int
    actor_id: int
    at: datetime
    sequence: int = 0


@dataclass(frozen=True)
class AnswerWithdrawn(Fact):
    thread_id: int
    post_id: int
    actor_id: int
    at: datetime
    sequence: int = 0


@dataclass(frozen=True)
class ThreadLocked(Fact):
    thread_id: int
    actor_id: int
    at: datetime
    sequence: int = 0


@dataclass(frozen=True)
class ThreadUnlocked(Fact):
    thread_id: int
    actor_id: int
    at: datetime
    sequence: int = 0


@dataclass(frozen=True)
class ThreadPinned(Fact):
    thread_id: int
    actor_id: int
    until: datetime
    sequence: int = 0


@dataclass(frozen=True)
class ThreadUnpinned(Fact):
    thread_id: int
    actor_id: int | None  # None: the end date came
    at: datetime
    sequence: int = 0


@dataclass(frozen=True)
class ThreadChanged(Fact):
    """Title, lane or tags were changed, the pace that slow mode sets, its theme, or what stands under its posts."""

    thread_id: int
    actor_id: int | None  # None: nobody in person
    what: str  # renamed | lane | retagged | slowed | unslowed | topic | polls | known
    at: datetime
    sequence: int = 0


@dataclass(frozen=True)
class ThreadMoved(Fact):
    thread_id: int
    from_board_id: int
    to_board_id: int
    actor_id: int
    at: datetime
    sequence: int = 0


@dataclass(frozen=True)
class ThreadsMerged(Fact):
    source_id: int
    target_id: int
    actor_id: int
    moved_post_ids: tuple[int, ...]
    at: datetime
    sequence: int = 0  # of the target
    source_sequence: int = 0


@dataclass(frozen=True)
class ThreadSplit(Fact):
    source_id: int
    new_thread_id: int
    actor_id: int
    moved_post_ids: tuple[int, ...]
    at: datetime
    sequence: int = 0  # of the source; the new thread begins its own


@dataclass(frozen=True)
class ThreadsTied(Fact):
    """Somebody found that two threads belong together. `kind`: same | related."""

    thread_id: int
    target_id: int
    actor_id: int
    kind: str
    at: datetime


@dataclass(frozen=True)
class ThreadsUntied(Fact):
    thread_id: int
    target_id: int
    actor_id: int
    kind: str
    at: datetime


@dataclass(frozen=True)
class ScheduledReturned(Fact):
    """What was to be published by the clock could not be: it is a draft again. `reason` in its writer's language."""

    member_id: int
    draft_id: int
    title: str
    reason: str


@dataclass(frozen=True)
class TagFollowed(Fact):
    tag_id: int
    member_id: int


@dataclass(frozen=True)
class TagUnfollowed(Fact):
    tag_id: int
    member_id: int


@dataclass(frozen=True)
class BoardRightsChanged(Fact):
    board_id: int
    actor_id: int | None
    at: datetime


@dataclass(frozen=True)
class BoardArranged(Fact):
    """A board or a group of boards was added, or what it is called and where it stands was changed."""

    board_id: int | None  # None: a group
    actor_id: int | None
    at: datetime


@dataclass(frozen=True)
class BoardFormChanged(Fact):
    """A board asks something else, or in other words. `renamed_id`: the field whose answers are said anew, if any."""

    board_id: int
    renamed_id: int | None
    actor_id: int | None
    at: datetime


@dataclass(frozen=True)
class PostsImported(Fact):
    """A batch moved in from elsewhere; one fact for all of it."""

    thread_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True)
class PostsRerendered(Fact):
    """These posts say something else, and nobody wrote anything: a newer renderer, or a field with another name."""

    post_ids: tuple[int, ...]
    at: datetime
