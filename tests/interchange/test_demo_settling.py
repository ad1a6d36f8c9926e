"""What the seeding queued is worked off, and every task is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from community.core import clock
from community.core.facts import Fact, publish, reacts
from community.interchange.demo import settling

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class CrateUnpacked(Fact):
    crate_id: int


@reacts(CrateUnpacked, name="tests.unpack", many=True)
def unpack(facts: Sequence[CrateUnpacked]) -> None:
    """Several at once."""


@pytest.mark.usefixtures("frozen_clock")
def test_the_bar_ends_where_it_said_it_would() -> None:
    for pk in range(1, 8):
        publish(CrateUnpacked(pk))
    due, done = settling.waiting(), []
    settling.work_off(clock.now(), done.append)
    assert due == sum(done) == 7
    assert len(done) < due, "they went together"
    assert settling.waiting() == 0
