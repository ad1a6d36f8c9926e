"""The hub's questions to the database."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404

from activity.live import rights, runs, tallies
from activity.live.rights import Place
from activity.messages import queries as letters
from activity.messages.models import Conversation
from activity.notices import actions as notices
from community.members.access import audience_of, may_speak
from community.members.models import Member
from forum import access, actions
from forum.models import Board, Post, PostState, Thread, ThreadState

MOST_THREADS = 20  # named in one frame about a board


@dataclass(frozen=True, slots=True)
class Who:
    """A signed-in listener."""

    member_id: int
    name: str
    shows_online: bool
    may_speak: bool


def who_is(session_key: str) -> Who | None:
    """Whose session this is; None for guests. Two statements, none for guests."""
    viewer = rights.viewer_of(session_key)
    if not isinstance(viewer, Member):
        return None
    shows_online = audience_of(viewer, "online") != "nobody"
    return Who(viewer.pk, viewer.name, shows_online, bool(may_speak(viewer)))


def note_read(member_id: int, topic: str, number: int) -> None:
    """The member had posts up to `number` on screen. A few statements; nothing where they may not read."""
    kind, pk = rights.split_topic(topic)
    member = Member.objects.filter(pk=member_id, is_active=True).first()
    if kind == "thread" and member is not None:
        with contextlib.suppress(Http404):
            thread = access.thread_for_reading(member, thread_id=pk)
            actions.mark_read(member=member, thread=thread, number=number)
            last = None
            if number < thread.last_number:
                posts = Post.objects.filter(thread=thread, number__lte=max(0, number))
                there = posts.exclude(state=PostState.MOVED).order_by("-number")
                last = there.values_list("pk", flat=True).first() or 0
            notices.read_thread(member=member, thread_id=thread.pk, up_to=last)


def unread(member_ids: Iterable[int]) -> dict[int, int]:
    """How many notices each of these members has not read. One statement."""
    rows = Member.objects.get_queryset().filter(pk__in=list(member_ids))
    return dict(rows.values_list("pk", "notice_count"))


def look_once(session_key: str, topic: str, language: str) -> Place | None:
    """Where a listener may sit, asked afresh. At most five statements."""
    viewer = rights.viewer_of(session_key)
    return None if viewer is None else rights.place_for(viewer, topic, language)


def where_it_went(session_key: str, topic: str) -> tuple[int, int] | None:
    """The thread that a merged one went into, if this listener may read it, and the step that said so."""
    viewer = rights.viewer_of(session_key)
    return None if viewer is None else rights.led_on([viewer], topic)[0]


def sequences(topics: Iterable[str]) -> dict[str, int]:
    """How far each topic has got; those that are gone are missing. One statement a kind of topic."""
    wanted: dict[str, list[int]] = {"thread": [], "board": [], "conversation": [], "poll": [], "run": []}
    for topic in topics:
        kind, pk = rights.split_topic(topic)
        if kind:
            wanted[kind].append(pk)
    found: dict[str, int] = {}
    if wanted["thread"]:
        rows = Thread.objects.filter(pk__in=wanted["thread"]).values_list("pk", "sequence")
        found |= {f"thread:{pk}": sequence for pk, sequence in rows}
    if wanted["board"]:
        boards = Board.objects.filter(pk__in=wanted["board"]).only("pk", "last_posted_at")
        found |= {f"board:{board.pk}": rights.moment_of(board) for board in boards}
    if wanted["conversation"]:
        steps = Conversation.objects.filter(pk__in=wanted["conversation"]).values_list("pk", "sequence")
        found |= {f"conversation:{pk}": sequence for pk, sequence in steps}
    if wanted["poll"]:
        found |= {tallies.topic_of(pk): version for pk, version in tallies.versions(wanted["poll"]).items()}
    if wanted["run"]:
        found |= {runs.topic_of(pk): version for pk, version in runs.kept(wanted["run"]).items()}
    return found


def board_news(board_id: int, after: int) -> tuple[str, int]:
    """The threads of a board somebody wrote in since `after` (microseconds), as a frame; and how far it has got.

    At most two statements. Empty when there is nothing. Only what everybody on the board sees is counted.
    """
    board = Board.objects.filter(pk=board_id).only("pk", "last_posted_at").first()
    at = rights.moment_of(board) if board else after
    if board is None or at <= after:
        return "", at
    fresh = [one for one in board_threads(board_id) if one[1] > after]
    told = {
        "t": f"board:{board_id}",
        "s": at,
        "k": "board",
        "threads": [pk for pk, _last, _opened in fresh],
        "new": [pk for pk, _last, opened in fresh if opened > after],
    }
    return json.dumps(told, separators=(",", ":")), at


def letters_news(conversation_id: int, after: int) -> tuple[str, int]:
    """How far a private conversation has got, as a frame, if that is further than `after`. At most two statements.

    Numbers only: `n` is the last message, `gone` are those whose words were taken out lately.
    """
    row = Conversation.objects.filter(pk=conversation_id).only("sequence", "last_number").first()
    if row is None or row.sequence <= after:
        return "", row.sequence if row else after
    told = {
        "t": f"conversation:{conversation_id}",
        "s": row.sequence,
        "k": "letters",
        "n": row.last_number,
        "gone": letters.removed_numbers(conversation_id),
    }
    return json.dumps(told, separators=(",", ":")), row.sequence


def board_threads(board_id: int) -> list[tuple[int, int, int]]:
    """(id, when somebody last wrote, when it was opened) of a board's liveliest threads, in microseconds.

    One statement. Only what everybody on the board sees.
    """
    rows = (
        Thread.objects.filter(board_id=board_id, state=ThreadState.VISIBLE)
        .order_by("-last_posted_at", "-id")
        .values_list("pk", "last_posted_at", "opened_at")[:MOST_THREADS]
    )
    return [(pk, rights.microseconds(last), rights.microseconds(opened)) for pk, last, opened in rows]
