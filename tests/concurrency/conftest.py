"""Real threads need a real server: SQLite lets one writer in at a time and would prove nothing."""

from pathlib import Path

import pytest
from django.db import connection

from tests.support.required import need

pytest.register_assert_rewrite("tests.concurrency.together")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.services)


@pytest.fixture(autouse=True)
def _real_server(transactional_db: None) -> None:
    need("services", connection.vendor == "postgresql", "row locks need PostgreSQL: set DATABASE_URL")
