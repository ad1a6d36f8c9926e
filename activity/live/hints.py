"""Hints to the hubs: "look again". Sent after the commit, never waited for, never needed.

A hint says where to look, not what is there: a lost one costs a second (`Hub` looks by itself), a doubled one
nothing. The writer's thread only puts it down; a loop of its own talks to Redis.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections import deque
from collections.abc import Iterable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

import structlog
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction

if TYPE_CHECKING:
    from activity.live.hub import Hub

log = structlog.get_logger("community.live")

SITE = "live.site"  # the group that every hub is in
REST = 2.0  # seconds without trying after a failure
PATIENCE = 0.5  # seconds one hint may take
MOST_WAITING = 2_000  # hints; older ones are dropped

_hubs: set[Hub] = set()


def group_of(topic: str) -> str:
    """The channel layer's name for a topic: `thread:12` → `live.thread.12`."""
    return f"live.{topic.replace(':', '.')}"


def wake(topic: str, sequence: int) -> None:
    """After the commit: `topic` has reached `sequence` (0: unknown)."""
    tell_later(group_of(topic), {"type": "live.wake", "topic": topic, "sequence": sequence})


def ask_again(kind: str, subject_id: int) -> None:
    """After the commit: the rights of a member, or on a board, changed."""
    tell_later(SITE, {"type": "live.rights", "kind": kind, "id": subject_id})


def notices(member_ids: Iterable[int]) -> None:
    """After the commit: what waits for these members is another number now."""
    tell_later(SITE, {"type": "live.notices", "ids": list(member_ids)})


def tell_later(group: str, message: dict[str, Any]) -> None:
    transaction.on_commit(partial(tell, group, message), robust=True)


def tell(group: str, message: dict[str, Any]) -> None:
    """Hand a message to the hubs in this process and, over Redis, to the others. Returns at once."""
    for hub in list(_hubs):
        with contextlib.suppress(RuntimeError):  # its loop has just been closed
            hub.loop.call_soon_threadsafe(hub.hear, message)
    if has_layer():
        _sender().put(group, message)


def has_layer() -> bool:
    """Whether hubs of other processes can be reached at all."""
    return "default" in getattr(settings, "CHANNEL_LAYERS", {})


def register(hub: Hub) -> None:
    _hubs.add(hub)


def unregister(hub: Hub) -> None:
    _hubs.discard(hub)


class Sender:
    """A daemon thread with a loop that publishes what it is given. One a process."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._waiting: deque[tuple[str, dict[str, Any]]] = deque(maxlen=MOST_WAITING)
        self._loop = asyncio.new_event_loop()
        self._news = asyncio.Event()
        self._rests_until = 0.0
        threading.Thread(target=self._run, name="live-hints", daemon=True).start()

    def put(self, group: str, message: dict[str, Any]) -> None:
        """Queue a message. While Redis rests it is dropped: the hubs look by themselves."""
        if monotonic() < self._rests_until:
            return
        self._waiting.append((group, message))
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._news.set)

    def _run(self) -> None:
        self._loop.run_until_complete(self._publish())

    async def _publish(self) -> None:
        layer = get_channel_layer()
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                group, message = self._waiting.popleft()
                try:
                    await asyncio.wait_for(layer.group_send(group, message), PATIENCE)
                except Exception as error:  # whatever the client throws: nobody waits for this
                    log.warning("live_hints_rest", error=type(error).__name__)
                    self._rests_until = monotonic() + REST
                    self._waiting.clear()


_lock = threading.Lock()
_the_sender: Sender | None = None


def _sender() -> Sender:
    global _the_sender  # noqa: PLW0603  one a process, made in the process that needs it: servers fork
    with _lock:
        if _the_sender is None or _the_sender.pid != os.getpid():
            _the_sender = Sender()
        return _the_sender
