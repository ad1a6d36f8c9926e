"""Copies of pages shared by several processes: each test has two caches, as two workers have, on one real Redis."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from redis import Redis

from community.core import pagecache
from community.core.pagecache import PageCache, figures, shared
from community.core.pagecache import link as line
from community.core.tasks.testing import run_due
from forum import actions
from tests.builders.forum import a_thread
from tests.builders.members import a_member
from tests.core.pagecache.asking import WSGISite, behind, kept_connections

PAGE, TOPIC = "/threads/1/a/", "thread:1"


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    client = Redis.from_url(redis_url)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.fixture
def two(
    redis: Redis, redis_url: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[WSGISite, WSGISite]]:
    """Two processes' layers before the same small site; each asks Redis every time."""
    monkeypatch.setattr(shared, "HEARD_SECONDS", 0.0)
    settings.ROOT_URLCONF = "tests.core.pagecache.asking"
    settings.MIDDLEWARE = ["django.middleware.locale.LocaleMiddleware"]
    behind.reset()
    figures.reset()
    with kept_connections():
        yield tuple(WSGISite(PageCache(redis_url=redis_url, release="test")) for _ in range(2))  # type: ignore[misc]


def away(cache: PageCache, monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis does not answer this process any more."""

    def fail(*_args: Any) -> None:
        raise OSError("no answer")

    monkeypatch.setattr(cache.changes.link, "_call", fail)  # type: ignore[attr-defined]


def test_a_page_made_by_one_is_read_by_the_other(two: tuple[WSGISite, WSGISite]) -> None:
    one, other = two
    assert one.ask(PAGE).body == other.ask(PAGE).body
    assert behind.runs == 1
    assert one.ask(PAGE, accept_encoding="gzip").headers["etag"] == other.ask(PAGE).headers["etag"]


@pytest.mark.parametrize("hard", [True, False])
def test_a_change_told_by_one_is_seen_by_the_other(two: tuple[WSGISite, WSGISite], hard: bool) -> None:
    one, other = two
    one.ask(PAGE), other.ask(PAGE)
    behind.words = "changed"
    one.cache.change([TOPIC], hard=hard)
    assert "changed" in other.ask(PAGE).text
    assert "changed" in one.ask(PAGE).text
    assert behind.runs == 2
    other.cache.change(["thread:2"], hard=True)
    one.ask(PAGE)
    assert behind.runs == 2


def test_redis_is_not_asked_again_in_the_moment_after_it_answered(
    two: tuple[WSGISite, WSGISite], redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    one.ask(PAGE), other.ask(PAGE)
    monkeypatch.setattr(shared, "HEARD_SECONDS", 60.0)
    redis.config_resetstat()
    assert [other.ask(PAGE).status for _ in range(5)] == [200] * 5
    assert "cmdstat_mget" not in redis.info("commandstats")
    behind.words = "changed"
    other.cache.change([TOPIC], hard=True)
    assert "changed" in other.ask(PAGE).text, "what this process itself did is known at once"
    monkeypatch.setattr(shared, "HEARD_SECONDS", 0.0)
    assert "changed" in one.ask(PAGE).text
    assert "cmdstat_mget" in redis.info("commandstats")


def test_two_processes_make_a_page_once(two: tuple[WSGISite, WSGISite]) -> None:
    one, other = two
    behind.gate = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(one.ask, PAGE)
        assert behind.entered.wait(10)
        second = pool.submit(other.ask, PAGE)
        while not other.cache._flights:
            threading.Event().wait(0.001)
        behind.gate.set()
        assert first.result(10).body == second.result(10).body
    assert behind.runs == 1


def test_what_is_being_taken_away_is_neither_given_nor_kept(two: tuple[WSGISite, WSGISite]) -> None:
    """Between a process's announcement and its commit, and after it when the process dies in between."""
    one, other = two
    other.ask(PAGE)
    one.cache.announce([TOPIC])
    behind.words = "read while it changes"
    assert "read while" in other.ask(PAGE).text
    behind.words = "changed"
    assert "changed" in other.ask(PAGE).text
    one.cache.change([TOPIC], hard=True)
    other.ask(PAGE)
    before = behind.runs
    other.ask(PAGE)
    assert behind.runs == before


def test_a_flushed_redis_gives_out_nothing_from_before(two: tuple[WSGISite, WSGISite], redis: Redis) -> None:
    one, other = two
    one.ask(PAGE), other.ask(PAGE)
    redis.flushdb()
    behind.words = "after the flush"
    assert "after the flush" in one.ask(PAGE).text
    assert "after the flush" in other.ask(PAGE).text


def test_a_forgotten_topic_is_out_of_date(two: tuple[WSGISite, WSGISite], redis: Redis) -> None:
    one, _other = two
    one.ask(PAGE)
    redis.delete(f"pages:t:{TOPIC}")
    one.ask(PAGE)
    assert behind.runs == 2


def test_numbers_never_start_again(two: tuple[WSGISite, WSGISite], redis: Redis) -> None:
    one, _other = two
    one.cache.change([TOPIC], hard=True)
    before = int(redis.get("pages:clock") or 0)  # type: ignore[arg-type]
    redis.flushdb()
    one.cache.change([TOPIC], hard=True)
    assert int(redis.get("pages:clock") or 0) > before  # type: ignore[arg-type]


def test_without_redis_a_page_lives_for_a_second(
    two: tuple[WSGISite, WSGISite], monkeypatch: pytest.MonkeyPatch
) -> None:
    from community.core.pagecache import shared

    one, _other = two
    one.ask(PAGE)
    away(one.cache, monkeypatch)
    one.ask(PAGE)
    assert behind.runs == 1
    now = shared.monotonic() + shared.ALONE_SECONDS + 0.1
    monkeypatch.setattr(shared, "monotonic", lambda: now)
    one.ask(PAGE)
    assert behind.runs == 2
    assert one.ask(PAGE).status == 200


def test_without_redis_the_own_changes_still_count(
    two: tuple[WSGISite, WSGISite], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _other = two
    one.ask(PAGE)
    away(one.cache, monkeypatch)
    behind.words = "changed"
    one.cache.change([TOPIC], hard=True)
    assert "changed" in one.ask(PAGE).text


def test_a_change_that_redis_missed_is_made_good(
    two: tuple[WSGISite, WSGISite], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process heard nothing and asked nothing meanwhile: its copy must go when Redis is back."""
    one, other = two
    other.ask(PAGE)
    monkeypatch.setattr(line, "PAY_AGAIN", 0.01)
    for site in two:
        monkeypatch.setattr(site.cache.changes.link.rest, "first", 0.0)  # type: ignore[attr-defined]
    with monkeypatch.context() as apart:
        away(one.cache, apart)
        behind.words = "changed"
        one.cache.change([TOPIC], hard=True)
    link = one.cache.changes.link  # type: ignore[attr-defined]
    for _ in range(5000):
        if not link.owes and not link._paying:
            break
        threading.Event().wait(0.001)
    assert not link.owes
    assert "changed" in other.ask(PAGE).text


def test_another_redis_than_before_ends_every_copy(two: tuple[WSGISite, WSGISite]) -> None:
    """A replica that took over, or a restart from an old file: changes told to the one before may be missing."""
    one, other = two
    one.ask(PAGE), other.ask(PAGE)
    link = one.cache.changes.link  # type: ignore[attr-defined]
    link._identity = b"run_id:of-the-one-before"
    link.forget()
    one.ask(PAGE)
    assert behind.runs == 2
    other.ask(PAGE)
    assert behind.runs == 2, "what was made since is good for both"


def test_an_idle_connection_that_was_closed_costs_nothing(
    two: tuple[WSGISite, WSGISite], redis: Redis
) -> None:
    one, _other = two
    one.ask(PAGE)
    for client in redis.client_list():
        if client["id"] != str(redis.client_id()):
            redis.client_kill_filter(_id=client["id"])
    one.ask(PAGE)
    assert behind.runs == 1
    assert figures.read()["away"] == 0


def test_what_another_release_made_is_not_read(redis_url: str, two: tuple[WSGISite, WSGISite]) -> None:
    one, _other = two
    one.ask(PAGE)
    WSGISite(PageCache(redis_url=redis_url, release="next")).ask(PAGE)
    assert behind.runs == 2


def test_rubbish_in_redis_is_a_miss(two: tuple[WSGISite, WSGISite], redis: Redis) -> None:
    one, other = two
    one.ask(PAGE)
    for key in redis.keys("pages:b:*"):  # type: ignore[union-attr]
        redis.set(key, b"\x00\x00\x00\x02{}")
    assert other.ask(PAGE).status == 200
    assert behind.runs == 2


# -- a word that was never given


def test_what_was_told_costs_no_page_when_it_is_told_again(two: tuple[WSGISite, WSGISite]) -> None:
    one, other = two
    one.ask(PAGE)
    behind.words = "reply"
    one.cache.change([TOPIC], hard=False, name="post:1")
    one.ask(PAGE)
    other.cache.retell([TOPIC], name="post:1")
    assert "reply" in one.ask(PAGE).text and behind.runs == 2
    other.cache.retell([TOPIC], name="post:2")
    one.ask(PAGE)
    assert behind.runs == 3, "the control: another one's word was not given"


@pytest.mark.django_db(transaction=True)
def test_guests_see_the_words_of_a_process_that_was_killed_before_it_told_of_them(
    redis: Redis, redis_url: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PAGE_CACHE = True
    killed, worker, reader = (PageCache(redis_url=redis_url, release="test") for _ in range(3))
    monkeypatch.setattr(killed, "change", lambda *_topics, **_how: None)
    monkeypatch.setattr(pagecache, "_made", [worker])
    thread, author = a_thread(author=a_member(), title="A road"), a_member()
    run_due()
    site, page = WSGISite(reader), thread.get_absolute_url()
    first = site.ask(page)
    assert first.status == 200 and site.ask(page).body == first.body
    monkeypatch.setattr(pagecache, "_made", [killed])
    actions.post_reply(author=author, thread_id=thread.pk, body="Tunnelvision", idempotency_key="press")
    assert site.ask(page).body == first.body, "nobody has told"
    monkeypatch.setattr(pagecache, "_made", [worker])
    run_due()
    assert "Tunnelvision" in site.ask(page).text
