"""Addresses of the real services: a skip with its reason where absent, a failure where required."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from community.search import elastic, filling
from tests.interchange import dumps
from tests.services.stack import ROOT, Stack, Visitor, signed_up, stack
from tests.support.migrated import restore_migrated
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


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[Stack]:
    """The running stack, with a small community moved in."""
    own = subprocess.run(
        [ROOT / "deploy/services.sh", "env"], capture_output=True, text=True, check=True
    ).stdout
    need("services", postgres_url in own, "DATABASE_URL is not what deploy/services.sh brought up")
    is_root = os.geteuid() == 0 and shutil.which("apt-get")
    need("services", shutil.which("caddy") or is_root, "caddy is not installed")
    dump = dumps.write(
        tmp_path_factory.mktemp("dump"),
        prefix="brew.",
        Posts=[dumps.question(1), dumps.answer(2, 1), dumps.question(3)],
        Users=[dumps.user(7, "Ada"), dumps.user(8, "Ben")],
    )
    restore_migrated(postgres_url)
    stack("start", "--import", str(dump))
    try:
        yield Stack()
    finally:
        stack("stop")


@pytest.fixture(scope="package")
def member(site: Stack) -> Visitor:
    """Somebody who signed up."""
    return signed_up(site, f"Stack {os.getpid()}", f"s{os.getpid()}@example.org")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no outage; the tests of outages set their own patience."""
    monkeypatch.setattr(elastic, "PATIENCE", 20)
    elastic._client.cache_clear()
    elastic.wake()


@pytest.fixture
def engine(elasticsearch_url: str, patient: None) -> Iterator[str]:
    """An empty index of this process's own."""
    name = f"convoy-test-{os.getpid()}"
    with override_settings(ELASTICSEARCH_URL=elasticsearch_url, ELASTICSEARCH_INDEX=name):
        _forget(name)
        filling.fill()
        yield name
        elastic.wake()
        _forget(name)
    elastic._client.cache_clear()


def _forget(name: str) -> None:
    for index in elastic.client().indices.get(index=f"{name}-*"):
        elastic.client().indices.delete(index=index)
