"""What the doctor says of Elasticsearch: which one it is, before what it holds."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import BadRequestError

from community.search import elastic
from community.search.checkup import search_engine

pytestmark = pytest.mark.django_db


def a_server(version: Callable[[], str]) -> Any:
    """Answers as Elasticsearch does, with one index."""
    return SimpleNamespace(
        nodes=SimpleNamespace(info=lambda filter_path: {"nodes": {"a": {"version": version()}}}),
        cluster=SimpleNamespace(health=lambda: {"status": "green"}),
        indices=SimpleNamespace(exists_alias=lambda name: True, get_alias=lambda name: {"threads-1": {}}),
    )


@pytest.fixture
def examined(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], str]], Any]:
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"

    def look(version: Callable[[], str]) -> Any:
        monkeypatch.setattr(elastic, "client", lambda: a_server(version))
        return search_engine()

    return look


@pytest.mark.parametrize(
    ("version", "status", "mend"),
    [
        ("8.19.3", "OK", ""),
        ("8.0.1", "OK", ""),
        ("7.17.29", "WARN", "Upgrade it, then: manage.py reindex"),
        ("9.1.0", "WARN", "Run Elasticsearch 8.19"),
        ("10.0.0-rc1", "WARN", "Run Elasticsearch 8.19"),
    ],
)
def test_its_version_is_judged(examined: Any, version: str, status: str, mend: str) -> None:
    found = examined(lambda: version)
    assert found.status == status and mend in found.mend and bool(found.mend) == bool(mend)
    assert f"Elasticsearch {version} green" in found.told


def test_one_too_old_to_understand_us_is_not_called_away(examined: Any) -> None:
    def refuse() -> str:
        node = NodeConfig("http", "127.0.0.1", 9)
        meta = ApiResponseMeta(400, "1.1", HttpHeaders(), 0.0, node)
        told = {"error": {"type": "media_type_header_exception", "reason": "Invalid media-type value"}}
        raise BadRequestError("media_type_header_exception", meta, told)

    found = examined(refuse)
    assert found.status == "WARN" and "Upgrade it" in found.mend
    elastic.wake()
