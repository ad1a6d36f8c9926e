"""The search node is a real Elasticsearch with the filters that the site's mappings name."""

import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

import pytest

ANALYSIS = {
    "analyzer": {
        "both": {
            "tokenizer": "standard",
            "filter": ["cjk_width", "lowercase", "asciifolding", "cjk_bigram", "porter_stem"],
        }
    }
}


class Index:
    """One throw-away index."""

    def __init__(self, address: str) -> None:
        self.address = address

    def call(self, method: str, path: str = "", body: Any = None) -> Any:
        request = Request(
            f"{self.address}/convoy-test-{os.getpid()}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=30) as response:
            return json.load(response)

    def found(self, phrase: str) -> list[str]:
        answer = self.call("POST", "/_search", {"query": {"match_phrase": {"text": phrase}}})
        return [hit["_id"] for hit in answer["hits"]["hits"]]


@pytest.fixture(scope="module")
def index(elasticsearch_url: str) -> Iterator[Index]:
    index = Index(elasticsearch_url)
    mapping = {"properties": {"text": {"type": "text", "analyzer": "both"}}}
    index.call("PUT", "", {"settings": {"analysis": ANALYSIS, "number_of_replicas": 0}, "mappings": mapping})
    index.call("PUT", "/_doc/zh?refresh=true", {"text": "冷车启动时发动机异响怎么办"})
    index.call("PUT", "/_doc/en?refresh=true", {"text": "The café brakes are squealing again"})
    yield index
    index.call("DELETE")


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [("发动", ["zh"]), ("发动机异响", ["zh"]), ("机发动", []), ("cafe brake", ["en"]), ("squeals", ["en"])],
)
def test_two_characters_phrases_and_stems_are_found(index: Index, phrase: str, expected: list[str]) -> None:
    assert index.found(phrase) == expected
