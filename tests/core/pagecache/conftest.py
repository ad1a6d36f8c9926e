"""A cache of its own for each test, before a small site, under both kinds of server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from community.core.pagecache import PageCache, figures
from tests.core.pagecache.asking import ASGISite, WSGISite, behind, kept_connections


class Hand:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def cache(hand: Hand) -> PageCache:
    figures.reset()
    return PageCache(most_bytes=4 * 1024 * 1024, now=hand)


@pytest.fixture(params=["wsgi", "asgi"])
def site(request: pytest.FixtureRequest, cache: PageCache, settings: Any) -> Iterator[Any]:
    """The small site of `asking` behind the cache."""
    settings.ROOT_URLCONF = "tests.core.pagecache.asking"
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    settings.MIDDLEWARE = [
        "community.core.middleware.RequestLogMiddleware",
        "django.middleware.gzip.GZipMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
    behind.reset()
    made = WSGISite(cache) if request.param == "wsgi" else ASGISite(cache)
    with kept_connections():
        yield made
    made.close()
