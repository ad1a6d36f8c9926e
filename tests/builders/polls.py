"""Polls for tests, made and voted in through the actions."""

from __future__ import annotations

from itertools import count
from typing import Any

from community.members.models import Member
from forum.models import Thread
from polls import actions
from polls.actions import Cast, Option, Spec
from polls.models import Poll
from polls.policy import Picks
from polls.queries import shown
from polls.voters import Voter
from tests.builders.members import a_member

_serial = count(1)


def a_spec(*options: str, **fields: Any) -> Spec:
    """A poll as it might be typed; three choices unless others are named."""
    n = next(_serial)
    texts = options or ("Under 250 km", "250 to 300 km", "Over 300 km")
    typed = {"question": f"How far does a charge take you, part {n}?", "options": [Option(t) for t in texts]}
    return Spec(**(typed | fields))


def a_poll(
    *options: str,
    author: Member | None = None,
    thread: Thread | None = None,
    board_id: int | None = None,
    **fields: Any,
) -> Poll:
    """A poll by an editor, with a page alone unless a thread is given."""
    author = author or (thread.author if thread else a_member(role="editor"))
    return actions.make_poll(
        actor=author,
        spec=a_spec(*options, **fields),
        thread_id=thread.pk if thread else None,
        board_id=board_id,
    )


def a_vote(
    poll: Poll, *numbers: int, by: Member | None = None, guest: str = "", words: str = "", **more: Any
) -> Cast:
    """A ballot by a member (a new one unless named), or by a guest with this key."""
    voter = Voter(None, guest) if guest else Voter.of(by or a_member())
    return actions.cast_ballot(voter=voter, poll_id=poll.pk, picks=Picks(numbers, words), **more)


def counted(poll: Poll) -> dict[str, int]:
    """What is shown as counted: key → votes of members and guests; "" is ballots."""
    counts = shown.counts_of(poll.pk)
    return {"": counts.total} | {key: counts.of(key) for key in counts.votes if counts.of(key)}
