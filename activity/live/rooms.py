"""Topics, and the sockets that listen to them. Lives on one loop; knows neither database nor Redis."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from activity.live.rights import Audience, Place

if TYPE_CHECKING:
    from activity.live.frames import Frame
    from activity.live.sockets import Socket


class Seat:
    """One socket in one topic. `sequence` is the last step it was sent; a held seat is sent nothing.

    `doubts`: questions about its rights that nobody has answered yet. `hears_of`: how many it was told are writing.
    """

    __slots__ = (
        "apart",
        "audience",
        "doubts",
        "hears_of",
        "is_held",
        "is_staff",
        "may_write",
        "sequence",
        "socket",
        "topic",
    )

    def __init__(self, socket: Socket, topic: Topic, place: Place, sequence: int) -> None:
        self.socket, self.topic = socket, topic
        self.sequence = sequence
        self.is_held = False
        self.doubts = self.hears_of = 0
        self.take(place)

    def take(self, place: Place) -> None:
        """What a (new) look at the listener's rights said."""
        self.audience: Audience = place.audience
        self.may_write = place.may_write
        self.is_staff = place.is_staff
        self.apart = place.apart
        self.topic.board_id = place.board_id  # it may have moved


@dataclass(eq=False, slots=True)
class Topic:
    """What its listeners have heard of (`sequence`) and how far it is known to have got (`wanted`)."""

    name: str
    kind: str
    pk: int
    board_id: int
    sequence: int
    wanted: int = 0
    seats: set[Seat] = field(default_factory=set)
    is_reading: bool = False
    is_subscribed: bool = False
    is_stale: bool = False  # of what is told as it stands: somebody said that it stands otherwise now
    stir: asyncio.Event = field(default_factory=asyncio.Event)  # ends the rest between two frames

    def audiences(self) -> set[Audience]:
        return {seat.audience for seat in self.seats}

    def tell(self, frame: Frame) -> int:
        """Send a step to everybody who has not had it; how many. The inner loop of the whole room."""
        sequence, told = frame.sequence, 0
        for seat in list(self.seats):
            if seat.is_held or seat.sequence >= sequence:
                continue
            seat.sequence = sequence
            seat.socket.push(frame.message(seat.audience))
            told += 1
        return told
