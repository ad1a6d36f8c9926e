"""Addresses of the real services: a skip with its reason where absent, a failure where required."""

import os
from pathlib import Path

import pytest

from tests.support.required import need


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.services)


def _address(variable: str) -> str:
    need("services", os.environ.get(variable), f'{variable} is not set: eval "$(deploy/services.sh env)"')
    return os.environ[variable]


@pytest.fixture(scope="session")
def postgres_url() -> str:
    return _address("DATABASE_URL")


@pytest.fixture(scope="session")
def redis_url() -> str:
    return _address("REDIS_URL")


@pytest.fixture(scope="session")
def elasticsearch_url() -> str:
    return _address("ELASTICSEARCH_URL")
