"""Which process takes which test: those that look at one thing that takes long to make go to one process together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xdist.scheduler import LoadScheduling

# A fixture for a whole module or class is made by each process that runs one of its tests.
MADE_ONCE = (
    "tests/test_page_cost.py::",
    "tests/test_bench_community.py::",
    "tests/desk/test_backtest.py::",
    "tests/interchange/test_demo_seeding.py::TestTheDemo::",
    "tests/search/test_words_found.py::",
)
LONGEST = 400  # tests that look at one thing


def at_least(names: Sequence[str], number: int) -> int:
    """How many of these tests, in their order, to give to one process so that nothing made once is made twice."""
    while 0 < number < len(names) and _made(names[number - 1]) == _made(names[number]) != "":
        number += 1
    return number


def _made(name: str) -> str:
    return next((made for made in MADE_ONCE if name.startswith(made)), "")


class Spreading(LoadScheduling):
    """As `--dist load`, in pieces that end where what was made once is needed no more."""

    def _send_tests(self, node: Any, num: int) -> None:
        names = self.collection or []
        super()._send_tests(node, at_least([names[index] for index in self.pending[: num + LONGEST]], num))
