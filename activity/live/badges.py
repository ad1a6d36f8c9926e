"""Open pages hear how many notices wait for their member: the number on the badge, within a second."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

from activity.live import looks
from activity.live.frames import message_of

if TYPE_CHECKING:
    from activity.live.hub import Hub
    from activity.live.sockets import Socket

A_PULSE = 100  # members asked for again in each pulse, whether or not anything was said


class Badges:
    """The numbers of one process's members. Every method runs on the hub's loop."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._wanted: set[int] = set()
        self._is_reading = False
        self._turn: deque[int] = deque()

    def join(self, socket: Socket, shown: int) -> None:
        """A page shows this number and wants to hear of another. One that is wrong already is told at once."""
        if socket.member_id:
            socket.unread = shown
            self.heard([socket.member_id])

    def heard(self, member_ids: Iterable[int]) -> None:
        """The numbers of these members may be others now."""
        here = self._listening() & set(member_ids)
        self._wanted |= here
        if here and not self._is_reading:
            self._is_reading = True
            self.hub.spawn(self._read())

    def trickle(self) -> None:
        """A few members each pulse: what a lost hint did not say is late, and never gone."""
        if not self._turn:
            self._turn.extend(self._listening())
        self.heard([self._turn.popleft() for _ in range(min(A_PULSE, len(self._turn)))])

    def _listening(self) -> set[int]:
        return {socket.member_id for socket in self.hub.sockets if socket.unread is not None}

    async def _read(self) -> None:
        try:
            while self._wanted:
                asked, self._wanted = self._wanted, set()
                for member_id, count in (await self.hub.work.run(looks.unread, asked)).items():
                    self._tell(member_id, count)
        finally:
            self._is_reading = False

    def _tell(self, member_id: int, count: int) -> None:
        message = message_of(json.dumps({"k": "notices", "n": count}))
        for socket in self.hub.sockets:
            if socket.member_id == member_id and socket.unread not in (None, count):
                socket.unread = count
                socket.push(message)
