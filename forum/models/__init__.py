"""Rows of the forum. Behaviour lives in actions, queries and policy."""

from forum.models.boards import Board, BoardGroup, BoardMember, BoardRight, BoardRole, Verb
from forum.models.cards import LinkCard, PostLink
from forum.models.drafts import Draft
from forum.models.fields import BoardField, FieldKind, FieldValue
from forum.models.posts import Post, PostRevision, PostState, Reaction, ReactionKind
from forum.models.raised import Raised
from forum.models.reading import BoardMark, ReadMark, TagFollow, Watch, WatchLevel
from forum.models.scheduled import Scheduled
from forum.models.threads import (
    GoneFor,
    Lane,
    LinkKind,
    Tag,
    TagUse,
    Thread,
    ThreadLink,
    ThreadLog,
    ThreadState,
)
from forum.models.uploads import PostUpload

__all__ = [
    "Board",
    "BoardField",
    "BoardGroup",
    "BoardMark",
    "BoardMember",
    "BoardRight",
    "BoardRole",
    "Draft",
    "FieldKind",
    "FieldValue",
    "GoneFor",
    "Lane",
    "LinkCard",
    "LinkKind",
    "Post",
    "PostLink",
    "PostRevision",
    "PostState",
    "PostUpload",
    "Raised",
    "Reaction",
    "ReactionKind",
    "ReadMark",
    "Scheduled",
    "Tag",
    "TagFollow",
    "TagUse",
    "Thread",
    "ThreadLink",
    "ThreadLog",
    "ThreadState",
    "Verb",
    "Watch",
    "WatchLevel",
]
