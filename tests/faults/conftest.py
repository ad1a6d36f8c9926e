"""Faults injected, and faults for real. A longer form of some of them: CONVOY_FAULTS=long."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.house import House
from tests.support.migrated import restore_migrated
from tests.support.required import need

pytest.register_assert_rewrite("tests.concurrency.together")


@pytest.fixture(scope="session")
def is_long() -> bool:
    """Whether there is time: every statement with every fault, minutes instead of seconds."""
    return os.environ.get("CONVOY_FAULTS") == "long"


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """PostgreSQL and Redis of its own, free to be stopped, and the site's processes on them."""
    is_root = os.geteuid() == 0 and shutil.which("apt-get")
    is_here = Path("/usr/lib/postgresql/15/bin/postgres").exists() and shutil.which("redis-server")
    need("services", is_here or is_root, "PostgreSQL and Redis are not installed")
    need("services", os.environ.get("DATABASE_URL"), "faults of real services are for the run that has them")
    site = House(is_embedded=False, lay=restore_migrated)
    try:
        yield site
    finally:
        site.close()


@pytest.fixture(scope="session")
def cast(house: House) -> dict[str, Any]:
    """Members with sessions, a board and four threads to write to."""
    found: dict[str, Any] = house.inside("people", "60")
    return found
