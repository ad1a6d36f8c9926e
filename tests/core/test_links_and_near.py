"""Addresses without the resolver, and values kept near for a second."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.urls import reverse

from community.core import near
from community.core.links import link


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("forum:post", [1]),
        ("forum:post_react", [2**40]),
        ("forum:thread", [7, "冬天-续航-100"]),
        ("forum:thread", [7, "a~b_c-d"]),
        ("forum:board", ["off-topic"]),
        ("members:profile", ["李 伟"]),
        ("members:profile", ["O'Neil & Söhne (2)+*;,=@:!$%?#"]),
        ("forum:boards", []),
    ],
)
def test_links_are_what_the_resolver_says(name, args):
    assert link(name, *args) == reverse(name, args=args)


def test_a_near_value_is_read_once_and_shared(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(near, "monotonic", lambda: now[0])
    asked = []

    def read():
        asked.append(1)
        return ["value"]

    assert near.near("test:near", read, 60) == ["value"]
    assert near.near("test:near", read, 60) == ["value"]
    assert len(asked) == 1 and cache.get("test:near") == ["value"]
    cache.set("test:near", ["newer"], 60)  # as another process would
    assert near.near("test:near", read, 60) == ["value"]
    now[0] += near.SECONDS
    assert near.near("test:near", read, 60) == ["newer"]


def test_what_is_forgotten_is_read_anew_at_once():
    assert near.near("test:near", lambda: "old", 60) == "old"
    near.forget("test:near")
    assert cache.get("test:near") is None
    assert near.near("test:near", lambda: "new", 60) == "new"
