"""The hub's ears on Redis: one subscription a process and topic. Deaf ears are mended; nothing is lost by them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog
from channels.layers import get_channel_layer

from activity.live import hints

if TYPE_CHECKING:
    from activity.live.hub import Hub
    from activity.live.rooms import Topic

log = structlog.get_logger("community.live")

PATIENCE = 0.5


class Ears:
    """Subscriptions of one process."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.channel = ""
        self._hears_site = False
        self._lock = asyncio.Lock()

    async def listen(self) -> None:
        """Pass hints on until cancelled."""
        layer = get_channel_layer()
        while True:
            try:
                if not self.channel:
                    self.channel = await layer.new_channel()
                    await self.mend()
                self.hub.hear(await layer.receive(self.channel))
            except Exception as error:
                log.warning("live_ears_deaf", error=repr(error))
                await asyncio.sleep(1.0)

    async def subscribe(self, topic: Topic) -> None:
        if not self.channel or topic.is_subscribed:
            return
        topic.is_subscribed = await self._try("group_add", hints.group_of(topic.name))
        if not topic.seats:
            await self.unsubscribe(topic)

    async def unsubscribe(self, topic: Topic) -> None:
        if self.channel and topic.is_subscribed:
            topic.is_subscribed = not await self._try("group_discard", hints.group_of(topic.name))

    async def mend(self) -> None:
        """Subscribe to what could not be subscribed to before."""
        if not self.channel:
            return
        if not self._hears_site:
            self._hears_site = await self._try("group_add", hints.SITE)
        for topic in list(self.hub.topics.values()):
            if not topic.is_subscribed and not await self._retry(topic):
                return  # still away: the next pulse tries again

    async def _retry(self, topic: Topic) -> bool:
        await self.subscribe(topic)
        return topic.is_subscribed

    async def _try(self, verb: str, group: str) -> bool:
        layer = get_channel_layer()
        try:
            await asyncio.wait_for(getattr(layer, verb)(group, self.channel), PATIENCE)
        except Exception as error:
            log.warning("live_subscription_failed", verb=verb, error=type(error).__name__)
            return False
        return True
