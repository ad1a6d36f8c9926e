"""A board that promises something, and a recount after every test that stands on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moderation.promises.counters import rebuild_clocks, refresh_records
from tests.promises.street import Street


@pytest.fixture
def street(frozen_clock):
    made = Street(frozen_clock)
    yield made
    frozen_clock.move(timedelta(seconds=1))
    rebuild_clocks()  # what only time has changed
    assert rebuild_clocks() == 0 and refresh_records() == 0, "a recount agrees"
