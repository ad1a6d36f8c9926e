"""Faults injected, and faults for real. A longer form of some of them: CONVOY_FAULTS=long."""

import os

import pytest

pytest.register_assert_rewrite("tests.concurrency.together")


@pytest.fixture(scope="session")
def is_long() -> bool:
    """Whether there is time: every statement with every fault, minutes instead of seconds."""
    return os.environ.get("CONVOY_FAULTS") == "long"
