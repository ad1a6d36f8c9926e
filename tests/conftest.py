"""What holds for every test: a quiet network, a fresh cache, English, a clock that can be held."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.utils import translation

from community.core import catalogs, clock, near
from community.core.facts import Fact
from tests.support.emptying import empty_by_rows
from tests.support.migrated import copy_migrated, place_migrated
from tests.support.network import block_outbound

_network = pytest.MonkeyPatch()
_databases = pytest.MonkeyPatch()

# A busy machine is no failure; in CI the same examples come every time.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    block_outbound(_network)
    copy_migrated(_databases, config.cache.mkdir("migrated"))
    empty_by_rows(_databases)
    if not hasattr(config, "workerinput"):  # catalogues are git-ignored; the controller compiles for all
        catalogs.compile_stale(django_settings.LOCALE_PATHS)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--on-services",
        action="store_true",
        help="only what a database or another service can change: the rest said the same on SQLite",
    )


# Folders whose tests reach services in ways of their own.
_WITH_SERVICES = ("tests/services/", "tests/live/", "tests/concurrency/", "tests/faults/")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Our own spreading, unless another was asked for."""
    from tests.support.spreading import Spreading  # only where several processes run

    return Spreading(config, log) if config.getvalue("dist") == "load" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that commit come last: cleaning up after them empties the tables, the migrations' own rows included.

    Of those the longest come first, so that the last processor does not work on alone.
    """
    if config.getoption("on_services"):
        config.hook.pytest_deselected(items=[item for item in items if not _reaches_services(item)])
        items[:] = filter(_reaches_services, items)
    items.sort(key=lambda item: (_commits(item), "test_every_statement" not in item.nodeid))


def _reaches_services(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "live_server", "django_db_setup", "redis_url", "elasticsearch_url"}
    asked = item.get_closest_marker("django_db") or fixtures & set(getattr(item, "fixturenames", ()))
    named = {"cache", "caches", "ratelimit", "redis"} & set(vars(getattr(item, "module", None) or object))
    return bool(asked or named) or item.nodeid.startswith(_WITH_SERVICES)


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = bool(marker and (marker.kwargs.get("transaction") or (marker.args and marker.args[0])))
    return asked or bool({"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())))


def pytest_unconfigure(config: pytest.Config) -> None:
    _network.undo()
    _databases.undo()
    if django_settings.VAR_DIR.name.startswith("convoy-test-"):
        shutil.rmtree(django_settings.VAR_DIR, ignore_errors=True)


@pytest.fixture(autouse=True)
def _clean_slate() -> Iterator[None]:
    """Each test starts with an empty cache, speaking English."""
    cache.clear()
    near.forget()
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def lay_database(pytestconfig: pytest.Config) -> Callable[[Path], bool]:
    """`lay_database(var)`: an embedded site in that folder finds its migrations done. False where none lies ready."""
    folder = pytestconfig.cache.mkdir("migrated")  # type: ignore[union-attr]
    return lambda var: place_migrated(var / "convoy.sqlite3", folder)


@pytest.fixture
def frozen_clock() -> Iterator[clock.FrozenClock]:
    """Time held at a Monday morning; `.move(timedelta)` and `.set(datetime)` are the only hands."""
    with clock.frozen(datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) as held:
        yield held


@pytest.fixture
def media_root(tmp_path: Path, settings: django_settings.__class__) -> Path:
    """A media folder of the test's own, so that it can assert what was and was not written."""
    root = tmp_path / "media"
    root.mkdir()
    settings.MEDIA_ROOT = root
    return root


class HeardFacts:
    """What was published while a test ran."""

    def __init__(self) -> None:
        self.all: list[Fact] = []

    def of(self, name: str) -> list[Any]:
        return [fact for fact in self.all if type(fact).__name__ == name]

    def only(self, name: str) -> Any:
        (fact,) = self.of(name)
        return fact


@pytest.fixture
def facts(monkeypatch: pytest.MonkeyPatch) -> HeardFacts:
    """Every fact published from here on; `facts.only("ReplyPosted")` is the one of that name."""
    heard = HeardFacts()
    to_json = Fact.to_json

    def listening(fact: Fact) -> dict[str, Any]:
        heard.all.append(fact)
        return to_json(fact)

    monkeypatch.setattr(Fact, "to_json", listening)  # publish() writes every fact down first
    return heard
