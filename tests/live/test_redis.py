"""Hints between processes: over Redis, without it, and after it came back empty."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from channels.layers import channel_layers

from activity.live import hints
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member
from tests.live.house import House, play
from tests.support.required import need

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    """A Redis that carries hints; nothing is handed over inside this process."""
    address = os.environ.get("REDIS_URL")
    need("services", address, 'REDIS_URL is not set: eval "$(deploy/services.sh env)"')
    use(settings, str(address))
    monkeypatch.setattr(hints, "_hubs", set())
    monkeypatch.setattr(hints, "register", lambda hub: None)
    yield redis.Redis.from_url(str(address))
    channel_layers.backends.clear()
    hints._the_sender = None


def use(settings: Any, address: str) -> None:
    channel_layers.backends.clear()
    hints._the_sender = None
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [address], "prefix": "convoy-test"},
        }
    }


def test_a_hint_from_elsewhere_brings_a_reply_at_once_and_one_subscription_serves_all_pages(server):
    author = a_member()
    thread = a_thread(author=author)

    async def scene(house: House) -> None:
        pages = [await house.open() for _ in range(5)]
        for page in pages:
            await page.joined(thread, 0)
        assert dict(server.pubsub_numsub(f"convoy-test__group__live.thread.{thread.pk}")) == {
            f"convoy-test__group__live.thread.{thread.pk}".encode(): 1
        }
        await house.do(a_reply, author=author, thread=thread)
        assert [(await page.frame())["s"] for page in pages] == [1] * 5
        assert house.hub.counts["healed"] == 0

    play(scene)


def test_connections_that_redis_cut_cost_no_frame(server):
    """What a restart does: every connection ends, and nobody remembers the subscriptions."""
    author = a_member()
    thread = a_thread(author=author)

    async def scene(house: House) -> None:
        page = await house.open()
        await page.joined(thread, 0)
        for step in range(1, 9):
            if step % 3 == 0:
                server.client_kill_filter(skipme=True, _type="pubsub")
                server.flushall()
            await house.do(a_reply, author=author, thread=thread)
        assert [frame["s"] for frame in await page.frames(8)] == list(range(1, 9))

    play(scene, pulse=0.2)


def test_without_redis_everything_arrives_within_a_pulse_and_writing_is_not_held_up(server, settings):
    use(settings, "redis://127.0.0.1:1/0")
    author = a_member()
    thread = a_thread(author=author)

    async def scene(house: House) -> None:
        page = await house.open()
        await page.joined(thread, 0)
        for _ in range(3):
            await house.do(a_reply, author=author, thread=thread)
        assert [frame["s"] for frame in await page.frames(3)] == [1, 2, 3]

    play(scene, pulse=0.2)
