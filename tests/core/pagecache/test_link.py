"""The line to a Redis that hangs: one thread finds out, the others go on at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from community.core import resting
from community.core.pagecache import link as line
from community.core.pagecache.link import Away, Link
from tests.support.hanging import hanging, waits

PING = line.pack("PING")


@pytest.fixture
def link() -> Iterator[Link]:
    with hanging() as url:
        yield Link(url, lambda _ask: None)


def wave(link: Link) -> list[float]:
    """How long each of many threads was kept, the shortest first."""

    def ask() -> None:
        with pytest.raises(Away):
            link.call(PING)

    return waits(ask)


def test_after_the_rest_one_asks_and_the_others_go_on_without(link: Link) -> None:
    assert wave(link)[-1] < 2 * line.TIMEOUT
    link.rest.rests_until = 0.0  # the rest is over
    times = wave(link)
    assert times[-2] < line.TIMEOUT <= times[-1] < 2 * line.TIMEOUT, times


def test_the_rest_grows_while_it_stays_away(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    at = [1000.0]
    monkeypatch.setattr(resting, "monotonic", lambda: at[0])
    monkeypatch.setattr(line, "TIMEOUT", 0.01)
    rests = []
    for _ in range(4):
        with pytest.raises(Away):
            link.call(PING)
        rests.append(link.rest.rests_until - at[0])
        at[0] = link.rest.rests_until
    assert rests == [1.0, 2.0, 4.0, 4.0]
