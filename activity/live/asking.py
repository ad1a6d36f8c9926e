"""Asking again who may listen: at once when a fact says so, and by and by for everybody.

A seat in doubt is held: it hears nothing until the answer is there. Then it is brought up to date, or its socket
closes.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from activity.live import rights
from activity.live.models import RightsNote, mark_of
from activity.live.rights import Place
from community.core import clock

if TYPE_CHECKING:
    from activity.live.hub import Hub
    from activity.live.rooms import Seat

log = structlog.get_logger("community.live")

AT_ONCE = 4  # questions under way together
A_PULSE = 20  # sessions asked for again in each pulse, whether or not anything was said
WINDOW = timedelta(seconds=60)  # notes committed out of order are found as long as this
MOST_NOTES = 10_000


class Asking:
    """The hub's conscience."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._began = clock.now()
        self._heard: set[int] = set()
        self._turn: deque[object] = deque()
        self._limit = asyncio.Semaphore(AT_ONCE)

    def about(self, kind: str, subject_id: int) -> None:
        """Hold whoever this is about and ask for them again; whoever signed out goes at once."""
        if kind == RightsNote.Kind.SESSION:
            for socket in list(self.hub.sockets):
                if socket.session_key and mark_of(socket.session_key) == subject_id:
                    socket.close(4401)
            return
        if kind == RightsNote.Kind.MEMBER:
            sockets = [socket for socket in self.hub.sockets if socket.member_id == subject_id]
            for socket in sockets:
                if not socket.seats:
                    self.hub.spawn(self._ask_socket(socket))
            seats = {seat for socket in sockets for seat in socket.seats.values()}
        else:
            seats = {
                seat
                for topic in self.hub.topics.values()
                if topic.board_id == subject_id
                for seat in topic.seats
            }
        self.soon(self.hold(seats))

    def hold(self, seats: Iterable[Seat]) -> set[Seat]:
        held = set(seats)
        for seat in held:
            seat.is_held = True
        return held

    def soon(self, seats: Iterable[Seat]) -> None:
        """Ask for held seats: one question for each session, and one for all guests of a topic together."""
        questions: dict[tuple[str, str, str], list[Seat]] = defaultdict(list)
        for seat in seats:
            questions[seat.socket.session_key, seat.topic.name, seat.audience.language].append(seat)
        for (session_key, topic, language), asked in questions.items():
            self.hub.spawn(self._ask(session_key, topic, language, asked))

    async def _ask(self, session_key: str, topic: str, language: str, seats: list[Seat]) -> None:
        while True:
            try:
                async with self._limit:
                    place, is_over = await self.hub.work.run(_answer, session_key, topic, language)
                break
            except Exception as error:
                # Nobody hears anything while nobody can be asked for.
                log.warning("live_question_failed", error=repr(error))
                await asyncio.sleep(1.0)
        if place is None:
            for seat in seats:
                seat.socket.close(4401 if is_over else 4403)
            return
        # A socket may have left meanwhile, or joined anew and been asked for in joining.
        still = [seat for seat in seats if seat in seat.topic.seats]
        for seat in still:
            seat.take(place)
        if still:
            await self.hub.catch_up(still[0].topic, still)

    async def _ask_socket(self, socket: object) -> None:
        """A socket that listens to nothing yet is only asked whether its session lives."""
        session_key = getattr(socket, "session_key", "")
        async with self._limit:
            if await self.hub.work.run(rights.viewer_of, session_key) is None:
                socket.close(4401)  # type: ignore[attr-defined]

    def notes(self) -> list[tuple[int, str, int]]:
        """The notes of the last minute. One statement; runs on a work thread."""
        since = max(self._began - timedelta(seconds=5), clock.now() - WINDOW)
        return list(RightsNote.objects.filter(at__gte=since).values_list("pk", "kind", "subject_id"))

    def heed(self, notes: list[tuple[int, str, int]]) -> None:
        """Act on those that were not heard before."""
        fresh = [(kind, subject) for pk, kind, subject in notes if pk not in self._heard]
        self._heard |= {pk for pk, _kind, _subject in notes}
        if len(self._heard) > MOST_NOTES:
            self._heard = {pk for pk, _kind, _subject in notes}
        for kind, subject in dict.fromkeys(fresh):
            self.about(kind, subject)

    def trickle(self) -> None:
        """A few sessions each pulse: a suspension that began or a session that ran out says nothing."""
        if not self._turn:
            self._turn.extend(self.hub.sockets)
        for _ in range(min(A_PULSE, len(self._turn))):
            socket = self._turn.popleft()
            if getattr(socket, "session_key", "") and socket in self.hub.sockets:
                self.hub.spawn(self._ask_socket(socket))


def _answer(session_key: str, topic: str, language: str) -> tuple[Place | None, bool]:
    """Where the listener may sit now, and whether the session itself is over."""
    viewer = rights.viewer_of(session_key)
    if viewer is None:
        return None, True
    return rights.place_for(viewer, topic, language), False
