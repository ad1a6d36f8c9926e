"""Polls whose bars move: a topic for each, which only those know who see its result.

The name holds a token that the page gets with the result. So everybody who may see it listens to one topic, and a
frame is written once for all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.utils.crypto import constant_time_compare, salted_hmac

from community.core.whole import whole
from forum.queries import readers
from polls import tally
from polls.models import Poll, Tally
from polls.queries.shown import counts_of

if TYPE_CHECKING:
    from forum.roles import Viewer

MEMBERS, GUESTS = ("owner", "member"), ("guest",)


def topic_of(poll_id: int) -> str:
    """`poll:12-3f…`: what whoever sees the result of poll 12 may listen to."""
    return f"poll:{poll_id}-{_token(poll_id)}"


def poll_of(rest: str) -> int:
    """The poll of a topic's name behind `poll:`; 0 for a name that was not given out."""
    number, _, token = rest.partition("-")
    found = whole(number)
    return found if found is not None and constant_time_compare(token, _token(found)) else 0


def places(viewers: Sequence[Viewer], poll_id: int) -> list[tuple[int, int] | None]:
    """How far the counts are, and the board of the poll, for each viewer who may read its place; else None.

    At most a handful of statements.
    """
    poll = Poll.objects.public().select_related("thread").filter(pk=poll_id).first()
    if poll is None:
        return [None] * len(viewers)
    board_id = poll.thread.board_id if poll.thread else poll.board_id or 0
    place = versions([poll_id])[poll_id], board_id
    if poll.thread_id:
        rows: Sequence[object] = readers.threads_for(viewers, thread_id=poll.thread_id)
    elif poll.board_id:
        rows = readers.boards_for(viewers, board_id=poll.board_id)
    else:
        rows = [poll] * len(viewers)
    return [place if row is not None else None for row in rows]


def versions(poll_ids: Iterable[int]) -> dict[int, int]:
    """How many steps the counts of these polls have taken. One statement."""
    ids = list(poll_ids)
    steps = Tally.objects.filter(poll__in=ids, key="~").values_list("poll_id").annotate(n=Sum("count"))
    return dict.fromkeys(ids, 0) | {pk: int(n) for pk, n in steps}


def news(poll_id: int, after: int) -> tuple[str, int]:
    """What is counted now, as a frame, if that is newer than `after`; and how far it has got. Two statements."""
    counts = counts_of(poll_id)
    poll = Poll.objects.filter(pk=poll_id).first()
    if poll is None or counts.version <= after:
        return "", counts.version
    told = {
        "t": topic_of(poll_id),
        "s": counts.version,
        "k": "tally",
        "n": [counts.members, counts.guests],
        "over": poll.is_over,
    }
    if poll.is_sealed:
        told["left"] = tally.uncounted(counts, poll.kind)
    if not poll.is_ranked:
        told["votes"] = {key: [counts.of(key, MEMBERS), counts.of(key, GUESTS)] for key in counts.votes}
    return json.dumps(told, separators=(",", ":")), counts.version


def _token(poll_id: int) -> str:
    return salted_hmac("live.poll", str(poll_id), algorithm="sha256").hexdigest()[:24]
