"""The hub: one a process, on the loop that carries the sockets.

It reads each topic's new steps once and writes them to every socket that listens. Hints say when to look; once
a second it looks by itself, so that what Redis lost, or a process that died did not say, is late and never gone.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any

import structlog

from activity.live import frames, hints, looks, rights, runs, tallies
from activity.live.asking import TOPIC, Asking
from activity.live.badges import Badges
from activity.live.layer import Ears
from activity.live.models import RightsNote
from activity.live.presence import Presence
from activity.live.rooms import Seat, Topic
from activity.live.work import THREADS, Work
from community.core import metrics

if TYPE_CHECKING:
    from activity.live.frames import News
    from activity.live.rights import Audience, Place
    from activity.live.sockets import Socket

GAPS = metrics.counter("live_replay_gaps_total", "Pages that were too far behind to be replayed.")
HEALED = metrics.counter("live_lost_hints_total", "Topics found ahead without a hint.")

log = structlog.get_logger("community.live")

PULSE = 1.0  # seconds between looks of the hub's own
# Seconds between two frames about the same: a board, what was counted in a poll or in a step of a hosted quiz, a
# private conversation.
BOARD_REST, POLL_REST, LETTERS_REST = 1.0, 0.5, 0.2
# Topics that are told how they stand, not step by step, and what to ask for that.
STANDING: dict[str, Callable[[int, int], tuple[str, int]]] = {
    "board": looks.board_news,
    "poll": tallies.news,
    "run": runs.news,
    "conversation": looks.letters_news,
}


class Hub:
    """Who listens to what in this process. Every method runs on `loop`."""

    def __init__(self, *, pulse: float = PULSE, threads: int = THREADS) -> None:
        self.loop = asyncio.get_running_loop()
        self.work = Work(threads)
        self.topics: dict[str, Topic] = {}
        self.sockets: set[Socket] = set()
        self.counts: Counter[str] = Counter()
        self.pulse = pulse
        self.asking = Asking(self)
        self.presence = Presence(self)
        self.badges = Badges(self)
        self.ears = Ears(self)
        self._tasks: set[asyncio.Task[None]] = set()
        self._lasting: set[asyncio.Task[None]] = set()
        self._is_closing = False

    # -- life

    def start(self) -> None:
        hints.register(self)
        self._lasting.add(self.spawn(self._pulse()))
        if hints.has_layer():
            self._lasting.add(self.spawn(self.ears.listen()))

    async def stop(self) -> None:
        """Close every socket; they come back, to another process or to this one's successor."""
        hints.unregister(self)
        self._is_closing = True
        goodbyes = [socket.close(1012) for socket in list(self.sockets)]
        await asyncio.gather(*(task for task in goodbyes if task), return_exceptions=True)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.work.close()

    def spawn(self, coroutine: Any) -> asyncio.Task[None]:
        """Run beside the rest; a failure is logged, never lost."""
        task = self.loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def settle(self) -> None:
        """Return when everything that was heard has been acted on."""
        while busy := self._tasks - self._lasting:
            await asyncio.wait(busy)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("live_task_failed", exc_info=task.exception())

    # -- hints

    def hear(self, message: dict[str, Any]) -> None:
        """A hint, from this process or another."""
        match message:
            case {"type": "live.wake", "topic": str(topic), "sequence": int(sequence)}:
                self.wake(topic, sequence)
            case {"type": "live.rights", "kind": str(kind), "id": int(subject)}:
                self.asking.about(kind, subject)
            case {"type": "live.notices", "ids": list(member_ids)}:
                self.badges.heard(member_ids)
            case {"type": "live.presence"}:
                self.presence.heard(message)

    def wake(self, name: str, sequence: int) -> None:
        topic = self.topics.get(name)
        if topic is None:
            return
        if topic.kind in STANDING:
            sequence = sequence or topic.sequence + 1
        if sequence > topic.sequence:
            topic.wanted, topic.is_stale = max(topic.wanted, sequence), True
            if topic.kind == "run" and runs.is_step(topic.sequence, sequence):
                topic.stir.set()  # the next question waits for no counts
            if not topic.is_reading:
                topic.is_reading = True
                self.spawn(self._read(topic))

    # -- joining and leaving

    async def join(self, socket: Socket, name: str, after: int, language: str) -> bool:
        """Seat a socket and bring it from `after` to now. False: absent, or not theirs."""
        place = await self._place_for(socket, name, language)
        if place is None or socket.is_closed:
            if went := await self.work.run(looks.where_it_went, socket.session_key, name):
                socket.push(frames.message_of(frames.led_on_text(name, *went)))
            return False
        # No await between the answer and the seat: from here on it is held with the others.
        topic = self.topics.get(name)
        if topic is None:
            kind, pk = rights.split_topic(name)
            topic = self.topics[name] = Topic(name, kind, pk, place.board_id, place.sequence)
        self.leave(socket, name)
        seat = socket.seats[name] = Seat(socket, topic, place, after)
        # Held while it is brought up to date: what happens meanwhile comes after what happened before.
        seat.is_held = True
        topic.seats.add(seat)
        await self.ears.subscribe(topic)
        socket.push(frames.message_of(frames.joined_text(name, place)))
        await self.catch_up(topic, [seat])
        self.wake(name, place.sequence)
        self.presence.show(seat)
        return True

    async def _place_for(self, socket: Socket, name: str, language: str) -> Place | None:
        """Where a socket may sit, looked up again while something is said about its rights."""
        while True:
            with self.asking.listening() as said:
                place = await self.work.run(looks.look_once, socket.session_key, name, language)
            if place is None or said.isdisjoint(
                {
                    (TOPIC, name),
                    (RightsNote.Kind.BOARD, place.board_id),
                    (RightsNote.Kind.MEMBER, socket.member_id),
                }
            ):
                return place

    def leave(self, socket: Socket, name: str) -> None:
        seat = socket.seats.pop(name, None)
        if seat is None:
            return
        seat.topic.seats.discard(seat)
        if not seat.topic.seats and self.topics.get(name) is seat.topic:
            del self.topics[name]
            self.presence.forget(name)
            self.spawn(self.ears.unsubscribe(seat.topic))

    def part(self, socket: Socket) -> None:
        """A socket is gone."""
        self.sockets.discard(socket)
        for name in list(socket.seats):
            self.leave(socket, name)

    async def catch_up(self, topic: Topic, seats: Iterable[Seat]) -> None:
        """Tell held seats what they missed, then let them hear again. One read for all that stand alike."""
        alike: dict[int, list[Seat]] = defaultdict(list)
        for seat in seats:
            alike[seat.sequence].append(seat)
        for after, group in alike.items():
            if topic.kind in STANDING:
                await self._catch_up_standing(topic, after, group)
            else:
                await self._catch_up_thread(topic, after, group)

    async def _catch_up_thread(self, topic: Topic, after: int, seats: list[Seat]) -> None:
        while True:
            audiences = {seat.audience for seat in seats}
            news, notes = await self.work.run(self._news, topic.pk, after, audiences)
            self.asking.heed(notes)
            # Whoever is in doubt now stays held: the answer brings them up to date.
            seats = [seat for seat in seats if not seat.doubts]
            if not seats:
                return
            for seat in seats:
                if news.has_gap:
                    GAPS.inc()
                    seat.socket.push(frames.message_of(frames.reload_text(topic.name, news.sequence)))
                for frame in news.frames:
                    seat.socket.push(frame.message(seat.audience))
                seat.sequence = news.sequence
            after = news.sequence
            if after >= topic.sequence or news.is_gone:
                break
        # No await between the comparison and this: what comes next is told by the topic.
        for seat in seats:
            seat.is_held = False

    async def _catch_up_standing(self, topic: Topic, after: int, seats: list[Seat]) -> None:
        knew = after
        while True:
            text, at = await self.work.run(STANDING[topic.kind], topic.pk, after)
            seats = [seat for seat in seats if not seat.doubts]
            for seat in seats:
                if text and knew:
                    seat.socket.push(frames.message_of(text))
                seat.sequence = max(after, at)
            is_behind = after < at < topic.sequence  # it moved on meanwhile
            after = max(after, at)
            if not is_behind:
                break
        # No await between the comparison and this: what comes next is told by the topic.
        for seat in seats:
            seat.is_held = False

    # -- reading

    async def _read(self, topic: Topic) -> None:
        """Read and tell until nothing newer is known. Never two at a time for one topic."""
        try:
            if topic.kind in STANDING:
                # A hint while one reads may speak of what came after: it is read again.
                while topic.is_stale and topic.seats:
                    await self._read_standing(topic)
            while topic.kind not in STANDING and topic.wanted > topic.sequence and topic.seats:
                await self._read_thread(topic)
        except Exception as error:
            # The database is away: the pulse asks again.
            log.warning("live_read_failed", topic=topic.name, error=repr(error))
            topic.wanted = 0
        finally:
            topic.is_reading = False

    async def _read_thread(self, topic: Topic) -> None:
        news, notes = await self.work.run(self._news, topic.pk, topic.sequence, topic.audiences())
        # Whoever lost a right before these steps were taken is held before they are told, hint or no hint.
        self.asking.heed(notes)
        if news.is_gone or news.asks_again:
            # Who may read the thread may have changed with it: nobody is told before they were asked for.
            topic.sequence = max(topic.sequence, news.sequence)
            topic.wanted = 0 if news.is_gone else topic.wanted
            self.asking.about_topic(topic)
            return
        for frame in news.frames:
            self.counts["frames"] += topic.tell(frame)
            if frame.wrote:
                self.presence.wrote(topic.name, frame.wrote)
        if news.sequence <= topic.sequence:
            topic.wanted = 0  # the hint came before the commit it spoke of, or from a restored database
        topic.sequence = max(topic.sequence, news.sequence)

    def _news(
        self, thread_id: int, after: int, audiences: set[Audience]
    ) -> tuple[News, list[tuple[int, str, int]]]:
        """The steps, then the notes on rights: in this order. Runs on a work thread; four statements."""
        return frames.news_for_hub(thread_id, after, audiences), self.asking.notes()

    async def _read_standing(self, topic: Topic) -> None:
        began = monotonic()
        rest = {"board": BOARD_REST, "conversation": LETTERS_REST}.get(topic.kind, POLL_REST)
        topic.is_stale = False
        topic.stir.clear()
        text, at = await self.work.run(STANDING[topic.kind], topic.pk, topic.sequence)
        if topic.kind == "conversation":
            # Whoever left, or keeps the other away, is held before anybody is told of what came after that.
            self.asking.heed(await self.work.run(self.asking.notes))
        topic.wanted = 0 if at <= topic.sequence else at
        if text and at > topic.sequence:
            self.counts["frames"] += topic.tell(frames.Frame(at, topic.kind, texts={None: text}))
        topic.sequence = max(topic.sequence, at)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(topic.stir.wait(), max(0.0, rest - (monotonic() - began)))

    # -- the net below

    async def _pulse(self) -> None:
        while not self._is_closing:
            await asyncio.sleep(self.pulse)
            try:
                await self._look()
            except Exception as error:
                log.warning("live_look_failed", error=repr(error))
            self.presence.tick()

    async def _look(self) -> None:
        """Two or three statements a process, however many sockets: where topics are, whose rights changed."""
        if not self.sockets:
            return
        self.asking.heed(await self.work.run(self.asking.notes))
        await self.ears.mend()
        self.asking.trickle()
        self.badges.trickle()
        if not self.topics:
            return
        asked = set(self.topics)
        where = await self.work.run(looks.sequences, asked)
        for name, sequence in where.items():
            topic = self.topics.get(name)
            if topic is not None and sequence > max(topic.sequence, topic.wanted):
                self.counts["healed"] += 1
                HEALED.inc()
                self.wake(name, sequence)
        for name in (asked - set(where)) & set(self.topics):
            self.asking.about_topic(self.topics[name])

    # -- figures

    def figures(self) -> dict[str, int]:
        """Counters for operators: sockets, topics, frames told, steps found without a hint, sockets dropped."""
        return {"sockets": len(self.sockets), "topics": len(self.topics), **self.counts}


_current: Hub | None = None


def current() -> Hub:
    """The hub of the running loop, started when first asked for."""
    global _current  # noqa: PLW0603  one a process
    if _current is None or _current.loop is not asyncio.get_running_loop():
        _current = Hub()
        _current.start()
    return _current


async def stop_current() -> None:
    global _current
    if _current is not None:
        hub, _current = _current, None
        with contextlib.suppress(RuntimeError):
            await hub.stop()
