"""What will be seeded, decided to the last word before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Quote:
    """The first lines of a reply: words of an earlier post of the same thread."""

    index: int  # of the quoted post, 0 = the opening post
    text: str


@dataclass(frozen=True)
class Liking:
    """One member's reaction to one post."""

    name: str
    kind: str  # a forum.ReactionKind value
    at: datetime


@dataclass(frozen=True)
class PlannedPost:
    author: str
    at: datetime
    body: str
    quote: Quote | None = None
    reply_to: int | None = None  # index of the post it answers, when that is not the one before
    first_body: str = ""  # what it said before its author edited it
    edited_at: datetime | None = None
    accepted_at: datetime | None = None
    hidden: str = ""  # a moderator's reason
    likings: tuple[Liking, ...] = ()


@dataclass(frozen=True)
class PlannedThread:
    """One thread with everything that ever happens to it. `posts[0]` is the opening post."""

    title: str
    board: str
    lane: str
    tongue: str
    tags: tuple[str, ...]
    posts: tuple[PlannedPost, ...]
    source: str = ""  # where its words come from: "story" or a kit's name
    pin_days: int = 0  # from the day of seeding
    pin_reason: str = ""
    lock_reason: str = ""
    hide_reason: str = ""
    opened_on: str = ""  # the board it was opened on, before a moderator moved it
    move_reason: str = ""
    fault_codes: str = ""  # what its form was given
    merge_into: str = ""  # beginning of the title of the thread it was merged into

    @property
    def ended_at(self) -> datetime:
        return max(post.at for post in self.posts)


@dataclass(frozen=True)
class Plan:
    """Everything the demo says, in the order threads were opened."""

    now: datetime
    threads: tuple[PlannedThread, ...] = field(default=())

    @property
    def post_count(self) -> int:
        return sum(len(thread.posts) for thread in self.threads)

    @property
    def liking_count(self) -> int:
        return sum(len(post.likings) for thread in self.threads for post in thread.posts)
