"""Who lays out the calendar: whoever moderates the board of a theme. Nothing of it is there for anybody else."""

from __future__ import annotations

from community.core.access import absent, require
from community.members.models import Member
from forum import access as forum
from forum.models import Board
from forum.queries.team import TEAM
from moderation.topics.models import Topic


def may_plan(viewer: Member) -> bool:
    """Whether the staff page is there for them at all: the team that moderates."""
    return viewer.role in TEAM


def board_for_topics(actor: Member, *, board_id: int) -> Board:
    """404 for a board they may not read, Refused for one that they do not moderate."""
    board = forum.board_for_writing(actor, board_id=board_id)
    require(forum.may_moderate(actor, board))
    return board


def topic_for_change(actor: Member, *, topic_id: int) -> Topic:
    """The theme, held until commit. 404 unless the actor moderates its board."""
    held = Topic.objects.select_for_update(of=("self",)).select_related("board", "owner", "thread")
    topic = held.filter(pk=topic_id, board__in=Board.objects.moderated_by(actor).values("pk")).first()
    if topic is None:
        raise absent()
    require(forum.may_moderate(actor, topic.board))
    return topic
