"""Who is writing just now. Kept for seconds in memory, told at most once a second, never stored."""

from __future__ import annotations

import json
from collections import defaultdict
from time import monotonic
from typing import TYPE_CHECKING, Any

from activity.live import hints
from activity.live.frames import message_of

if TYPE_CHECKING:
    from activity.live.hub import Hub
    from activity.live.rooms import Seat

FADES = 7.0  # seconds after the last key
NAMED = 2  # people named; the others are counted


class Presence:
    """The writers of each topic that somebody in this process listens to."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._writers: dict[str, dict[int, tuple[str, bool, float]]] = defaultdict(dict)
        self._told: dict[str, tuple[tuple[int, str, bool], ...]] = {}

    def beat(self, seat: Seat) -> None:
        """The member in this seat pressed a key. Told to every process."""
        if not seat.socket.shows_online:
            return
        message = {
            "type": "live.presence",
            "topic": seat.topic.name,
            "member": seat.socket.member_id,
            "name": seat.socket.member_name,
            "staff": seat.is_staff,
        }
        hints.tell(hints.group_of(seat.topic.name), message)

    def heard(self, message: dict[str, Any]) -> None:
        topic = str(message["topic"])
        if topic in self.hub.topics:
            entry = (str(message["name"]), bool(message["staff"]), monotonic() + FADES)
            self._writers[topic][int(message["member"])] = entry
            if topic not in self._told:
                self._tell(topic)

    def wrote(self, topic: str, member_id: int) -> None:
        """Whoever has posted is not writing any more."""
        if self._writers.get(topic, {}).pop(member_id, None):
            self._tell(topic)

    def tick(self) -> None:
        """Let those fade who stopped, and tell what changed."""
        now = monotonic()
        for topic, writers in list(self._writers.items()):
            for member_id in [pk for pk, (_name, _staff, until) in writers.items() if until < now]:
                del writers[member_id]
            self._tell(topic)
            if not writers:
                self.forget(topic)

    def forget(self, topic: str) -> None:
        self._writers.pop(topic, None)
        self._told.pop(topic, None)

    def show(self, seat: Seat) -> None:
        """Tell a newcomer who is writing, or somebody for whom that may be others now."""
        writers = self._told.get(seat.topic.name, ())
        if writers or seat.hears_of:
            self._tell_seat(seat, writers, {})

    def _tell(self, topic: str) -> None:
        found = self.hub.topics.get(topic)
        writers = tuple(
            (pk, name, staff) for pk, (name, staff, _until) in sorted(self._writers.get(topic, {}).items())
        )
        if found is None or self._told.get(topic, ()) == writers:
            return
        self._told[topic] = writers
        texts: dict[int, tuple[int, dict[str, Any]]] = {}
        for seat in list(found.seats):
            if not seat.is_held:
                self._tell_seat(seat, writers, texts)

    @staticmethod
    def _tell_seat(
        seat: Seat, writers: tuple[tuple[int, str, bool], ...], texts: dict[int, tuple[int, dict[str, Any]]]
    ) -> None:
        # Guests see that somebody writes; names are for members, and nobody hears of themselves, of whom they ignore,
        # or of who keeps them away.
        me = seat.socket.member_id
        unheard = {me, *seat.apart}
        key = me if any(pk in unheard for pk, _name, _staff in writers) else (-1 if me else 0)
        if key not in texts:
            others = [(name, staff) for pk, name, staff in writers if pk not in unheard]
            told = {
                "t": seat.topic.name,
                "k": "presence",
                "count": len(others),
                "staff": any(staff for _name, staff in others),
                "names": [name for name, _staff in sorted(others, key=lambda one: not one[1])][:NAMED]
                if me
                else [],
            }
            texts[key] = (
                len(others),
                message_of(json.dumps(told, ensure_ascii=False, separators=(",", ":"))),
            )
        count, message = texts[key]
        if not count and seat.apart and not seat.hears_of:
            return  # that there is nothing to tell would tell of somebody, too
        seat.hears_of = count
        seat.socket.push(message)
