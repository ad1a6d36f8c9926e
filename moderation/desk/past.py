"""What was known of every open thread at a moment: nothing that happens later can be in it.

A `Past` only ever takes in events in the order of time and only ever tells what it has taken in. So the same code
that ranks today's threads replays a community's history, and cannot look ahead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from forum.models import Lane
from forum.queries.history import Deed, Event
from moderation.desk.rhythm import Rhythm

FRESH = timedelta(hours=72)  # a thread older than this is no longer a matter of hours


@dataclass(frozen=True, slots=True)
class Known:
    """One open thread as it stood at a moment. Hours are fractions; what only a running site knows is 0 in replays."""

    thread_id: int
    board_id: int
    lane: str
    age: float  # hours since it was opened
    quiet: float  # hours since anybody wrote
    others: int  # posts by anybody but its author
    staff: int  # of these by staff
    asks: bool  # wants an answer: in the lane for it, or a question mark in its words
    follow_up: bool  # its author wrote last, after others did, and asks
    author_posts: int  # what its author had written before it
    rhythm: float  # of the coming day's share of the board's words, by hour and weekday; 1 is the usual
    pace: float  # posts a day on the board, of late
    viewers: int = 0
    watchers: int = 0
    is_key: bool = False  # by a key member
    poll_closed: float | None = None  # hours since its poll closed
    promise: float | None = None  # hours left of the board's reply promise; below 0 when it is broken

    @property
    def is_unanswered(self) -> bool:
        """Nobody else wrote, or what they wrote is no answer: the clock of the board's promise still runs."""
        return self.others == 0 or self.promise is not None


@dataclass(slots=True)
class _Thread:
    board_id: int
    lane: str
    author_id: int | None
    opened_at: datetime
    asks: bool
    author_posts: int
    last_at: datetime
    others: int = 0
    staff: int = 0
    follow_up: bool = False


class Past:
    """What has happened so far."""

    def __init__(self) -> None:
        self._open: dict[int, _Thread] = {}
        self._boards: dict[int, Rhythm] = defaultdict(Rhythm)
        self._written: dict[int, int] = defaultdict(int)
        self.now: datetime | None = None

    def take_in(self, event: Event) -> None:
        """The next thing that happened. ValueError for one that happened before the last."""
        if self.now is not None and event.at < self.now:
            raise ValueError("history is told in the order of time")
        self.now = event.at
        match event.deed:
            case Deed.OPENED:
                self._open[event.thread_id] = _Thread(
                    board_id=event.board_id,
                    lane=event.lane,
                    author_id=event.author_id,
                    opened_at=event.at,
                    asks=event.lane == Lane.ASK or event.asks,
                    author_posts=self._written[event.author_id or 0] if event.author_id else 0,
                    last_at=event.at,
                )
                self._note_words(event)
            case Deed.REPLIED:
                self._reply(event)
                self._note_words(event)
            case Deed.ACCEPTED | Deed.LOCKED:
                self._open.pop(event.thread_id, None)

    def _reply(self, event: Event) -> None:
        thread = self._open.get(event.thread_id)
        if thread is None:
            return  # closed, grown old, or moved here before its opening post was
        thread.last_at = event.at
        if event.author_id is not None and event.author_id == thread.author_id:
            thread.follow_up = event.asks and thread.others > 0
        else:
            thread.others += 1
            thread.staff += event.is_staff
            thread.follow_up = False

    def _note_words(self, event: Event) -> None:
        if event.author_id is not None:
            self._written[event.author_id] += 1
        self._boards[event.board_id].note(event.at)

    def open_at(self, now: datetime) -> list[Known]:
        """The open threads at most 72 hours old, by number. ValueError for a moment before the last event."""
        if self.now is not None and now < self.now:
            raise ValueError("what was known before the last event is forgotten")
        self.let_go(now)
        return [self._known(pk, thread, now) for pk, thread in sorted(self._open.items())]

    def let_go(self, now: datetime) -> None:
        """Forget threads that are older than 72 hours."""
        for old in [pk for pk, thread in self._open.items() if now - thread.opened_at > FRESH]:
            del self._open[old]

    def _known(self, pk: int, thread: _Thread, now: datetime) -> Known:
        board = self._boards[thread.board_id]
        return Known(
            thread_id=pk,
            board_id=thread.board_id,
            lane=thread.lane,
            age=hours(now - thread.opened_at),
            quiet=hours(now - thread.last_at),
            others=thread.others,
            staff=thread.staff,
            asks=thread.asks,
            follow_up=thread.follow_up,
            author_posts=thread.author_posts,
            rhythm=board.share_ahead(now),
            pace=board.pace_at(now),
        )


def told_until(events: Iterable[Event], moment: datetime) -> Past:
    """The past at a moment, from events in the order of time; what comes after the moment is not read."""
    past = Past()
    for event in events:
        if event.at > moment:
            break
        past.take_in(event)
    return past


def hours(span: timedelta) -> float:
    return span.total_seconds() / 3600
