"""Asking again who may listen: at once when a fact says so, and by and by for everybody.

A seat in doubt is held: it hears nothing until the answer is there. Then it is brought up to date, or its socket
closes. Whoever was suspended or muted is cut off as well: their page comes back and hears what it may still read.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import structlog

from activity.live import frames, rights
from activity.live.models import RightsNote, mark_of
from activity.live.rights import Place
from community.core import clock
from community.members.access import may_speak

if TYPE_CHECKING:
    from activity.live.hub import Hub
    from activity.live.rooms import Seat, Topic
    from activity.live.sockets import Socket

Q = TypeVar("Q")
A = TypeVar("A")
Doubt: TypeAlias = tuple[str, int | str]  # what kind of thing something was said about, and which
Question: TypeAlias = tuple[str, str, str]  # topic, language, session key (empty: every guest's)
# Where the listener may sit now, whether the session itself is over, whether they may speak, and of a merged thread where
# it went.
Answer: TypeAlias = tuple[Place | None, bool, bool, tuple[int, int] | None]

log = structlog.get_logger("community.live")

TOPIC = "topic"  # what a doubt may be about, beside the kinds of a note
AT_ONCE = 2  # questions under way together; the other work threads go on reading
A_QUESTION = 500  # sessions asked for in one go
A_PULSE = 100  # sessions asked for again in each pulse, whether or not anything was said
AGAIN = 1.0  # seconds until a question that failed is asked again
WINDOW = timedelta(seconds=60)  # notes committed out of order are found as long as this
MOST_NOTES = 10_000


class Asking:
    """The hub's conscience."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._began = clock.now()
        self._heard: set[int] = set()
        self._turn: deque[Socket] = deque()
        self._limit = asyncio.Semaphore(AT_ONCE)
        self._looking: list[set[Doubt]] = []

    @contextmanager
    def listening(self) -> Iterator[set[Doubt]]:
        """What is said about rights from here on: somebody is being looked up who has no seat yet to be held."""
        said: set[Doubt] = set()
        self._looking.append(said)
        try:
            yield said
        finally:
            self._looking = [one for one in self._looking if one is not said]

    def _tell_looking(self, doubt: Doubt) -> None:
        for said in self._looking:
            said.add(doubt)

    def about(self, kind: str, subject_id: int) -> None:
        """Hold whoever this is about and ask for them again; whoever signed out goes at once."""
        self._tell_looking((kind, subject_id))
        if kind == RightsNote.Kind.SESSION:
            for socket in list(self.hub.sockets):
                if socket.session_key and mark_of(socket.session_key) == subject_id:
                    socket.close(4401)
            return
        if kind == RightsNote.Kind.MEMBER:
            sockets = [socket for socket in self.hub.sockets if socket.member_id == subject_id]
            self._ask_sockets(socket for socket in sockets if not socket.seats)
            seats = {seat for socket in sockets for seat in socket.seats.values()}
        else:
            seats = {
                seat
                for topic in self.hub.topics.values()
                if topic.board_id == subject_id
                for seat in topic.seats
            }
        self._soon(seats)

    def about_topic(self, topic: Topic) -> None:
        """Hold everybody who listens to this and ask for them again."""
        self._tell_looking((TOPIC, topic.name))
        self._soon(topic.seats)

    def _soon(self, seats: Iterable[Seat]) -> None:
        """Hold these seats and ask for them, many in one question."""
        wanted: dict[Question, list[Seat]] = defaultdict(list)
        for seat in seats:
            seat.is_held = True
            seat.doubts += 1
            wanted[seat.topic.name, seat.audience.language, seat.socket.session_key].append(seat)
        # Those of one topic together: a right is looked up once for all who stand alike.
        for batch in _parts(sorted(wanted), A_QUESTION):
            self.hub.spawn(self._ask({question: wanted[question] for question in batch}))

    async def _ask(self, wanted: dict[Question, list[Seat]]) -> None:
        answers = await self._answered(_answers, list(wanted))
        still: dict[Topic, list[Seat]] = defaultdict(list)
        for question, seats in wanted.items():
            place, is_over, speaks, went = answers[question]
            for seat in seats:
                seat.doubts -= 1
                if place is None:
                    if went is not None:
                        seat.socket.push(frames.message_of(frames.led_on_text(seat.topic.name, *went)))
                    seat.socket.close(4401 if is_over else 4403)
                elif seat.socket.speaks and not speaks:
                    seat.socket.close(4410)
                elif seat.doubts:
                    continue  # something was said meanwhile: the later answer counts
                elif (
                    seat in seat.topic.seats
                ):  # or its socket has left, or joined anew and been asked for then
                    if place.may_write != seat.may_write:
                        # The reply box of their page opens or closes with it.
                        seat.socket.push(frames.message_of(frames.joined_text(seat.topic.name, place)))
                    seat.take(place)
                    still[seat.topic].append(seat)
        for topic, seats in still.items():
            await self.hub.catch_up(topic, seats)
            for seat in seats:
                if not seat.is_held:
                    self.hub.presence.show(seat)

    def _ask_sockets(self, sockets: Iterable[Socket]) -> None:
        """Whether the sessions of these sockets live, whatever they listen to."""
        for batch in _parts(list(sockets), A_QUESTION):
            self.hub.spawn(self._ask_batch(batch))

    async def _ask_batch(self, sockets: Sequence[Socket]) -> None:
        viewers = await self._answered(rights.viewers_of, [socket.session_key for socket in sockets])
        for socket in sockets:
            viewer = viewers[socket.session_key]
            if viewer is None:
                socket.close(4401)
            elif socket.speaks and not may_speak(viewer):
                socket.close(4410)

    async def _answered(self, ask: Callable[[list[Q]], A], questions: list[Q]) -> A:
        while True:
            try:
                async with self._limit:
                    return await self.hub.work.run(ask, questions)
            except Exception as error:
                # Nobody hears anything while nobody can be asked for.
                log.warning("live_question_failed", error=repr(error))
                await asyncio.sleep(AGAIN)

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
        due = [self._turn.popleft() for _ in range(min(A_PULSE, len(self._turn)))]
        self._ask_sockets(socket for socket in due if socket.session_key and socket in self.hub.sockets)


def _parts(whole: list[Q], size: int) -> Iterator[list[Q]]:
    for start in range(0, len(whole), size):
        yield whole[start : start + size]


def _answers(questions: list[Question]) -> dict[Question, Answer]:
    """Two statements for all sessions, and a handful for each topic."""
    viewers = rights.viewers_of({session_key for _topic, _language, session_key in questions})
    answers: dict[Question, Answer] = {
        question: (None, viewers[question[2]] is None, False, None) for question in questions
    }
    for (topic, language), asked in groupby(questions, key=lambda question: question[:2]):
        here = [(one, viewer) for one in asked if (viewer := viewers[one[2]]) is not None]
        places = rights.places_for([viewer for _one, viewer in here], topic, language)
        for (question, viewer), place in zip(here, places, strict=True):
            answers[question] = place, False, bool(may_speak(viewer)), None
        if lost := [one for one, place in zip(here, places, strict=True) if place is None]:
            led = rights.led_on([viewer for _one, viewer in lost], topic)
            for (question, viewer), went in zip(lost, led, strict=True):
                answers[question] = None, False, bool(may_speak(viewer)), went
    return answers
