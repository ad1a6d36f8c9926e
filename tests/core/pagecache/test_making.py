"""One request makes a page; the others wait, or read the copy from before where nothing was taken away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler

from community.core.pagecache import PageCache, figures
from community.core.pagecache.store import FAILED_SECONDS, STALE_SECONDS, STALE_WHILE_MAKING
from tests.core.pagecache.asking import ASGISite, WSGISite, behind, kept_connections

PAGE = "/threads/1/a/"


def until_waiting(count: int) -> None:
    """Return once so many requests wait for another one's page."""
    tick = threading.Event()
    for _ in range(20_000):
        if figures.read()["waits"] >= count:
            return
        tick.wait(0.001)
    raise AssertionError(f"{figures.read()['waits']} requests wait instead of {count}")


TOPIC = "thread:1"


@pytest.fixture
def quiet() -> Iterator[None]:
    with kept_connections():
        yield


@pytest.mark.usefixtures("quiet")
def test_a_thousand_at_once_run_the_page_once_on_the_loop(cache: PageCache, settings: Any) -> None:
    settings.ROOT_URLCONF, settings.MIDDLEWARE = (
        "tests.core.pagecache.asking",
        ["django.middleware.locale.LocaleMiddleware"],
    )
    behind.reset()
    behind.gate = threading.Event()
    site = ASGISite(cache)

    async def rush() -> list[Any]:
        asks = [asyncio.ensure_future(site.ask_on_loop(PAGE)) for _ in range(1000)]
        await asyncio.to_thread(behind.entered.wait, 20)
        while figures.read()["waits"] < 999:
            await asyncio.sleep(0)
        behind.gate.set()
        return await asyncio.gather(*asks)

    answers = asyncio.run(rush())
    site.close()
    assert behind.runs == 1
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1


@pytest.mark.usefixtures("quiet")
def test_many_threads_at_once_run_the_page_once(cache: PageCache, settings: Any) -> None:
    settings.ROOT_URLCONF, settings.MIDDLEWARE = (
        "tests.core.pagecache.asking",
        ["django.middleware.locale.LocaleMiddleware"],
    )
    behind.reset()
    behind.gate = threading.Event()
    site = WSGISite(cache)
    with ThreadPoolExecutor(32) as pool:
        asks = [pool.submit(site.ask, PAGE) for _ in range(32)]
        assert behind.entered.wait(20)
        until_waiting(31)
        behind.gate.set()
        answers = [ask.result(20) for ask in asks]
    assert behind.runs == 1
    assert len({answer.body for answer in answers}) == 1


def test_a_hard_change_ends_the_copy_at_once(site: Any, cache: PageCache) -> None:
    site.ask(PAGE)
    behind.words = "other words"
    cache.change([TOPIC], hard=True)
    assert "other words" in site.ask(PAGE).text


def test_another_topic_leaves_the_copy(site: Any, cache: PageCache) -> None:
    site.ask(PAGE)
    cache.change(["thread:2", "people"], hard=True)
    site.ask(PAGE)
    assert behind.runs == 1


def test_an_addition_is_seen_by_the_next_guest(site: Any, cache: PageCache) -> None:
    site.ask(PAGE)
    behind.words = "words and a reply"
    cache.change([TOPIC], hard=False)
    assert "and a reply" in site.ask(PAGE).text


def _while_making(site: Any, cache: PageCache, *, hard: bool) -> tuple[Any, Any]:
    """A guest's answer while another request makes the page anew, and that request's own."""
    site.ask(PAGE)
    behind.words = "new words"
    cache.change([TOPIC], hard=hard)
    behind.gate, behind.entered = threading.Event(), threading.Event()
    with ThreadPoolExecutor(2) as pool:
        makes = pool.submit(site.ask, PAGE)
        assert behind.entered.wait(20)
        reads = pool.submit(site.ask, PAGE)
        if hard:
            until_waiting(1)
        else:
            reads.result(20)
        behind.gate.set()
        return reads.result(20), makes.result(20)


def test_after_an_addition_others_read_the_old_copy_meanwhile(site: Any, cache: PageCache) -> None:
    read, made = _while_making(site, cache, hard=False)
    assert "new words" not in read.text and "new words" in made.text
    assert figures.read()["stale"] == 1


def test_after_a_hard_change_nobody_does(site: Any, cache: PageCache) -> None:
    read, made = _while_making(site, cache, hard=True)
    assert "new words" in read.text and "new words" in made.text
    assert behind.runs == 2


def test_an_addition_is_waited_for_after_a_second(site: Any, cache: PageCache, hand: Any) -> None:
    site.ask(PAGE)
    behind.words = "new words"
    cache.change([TOPIC], hard=False)
    behind.gate, behind.entered = threading.Event(), threading.Event()
    with ThreadPoolExecutor(2) as pool:
        makes = pool.submit(site.ask, PAGE)
        assert behind.entered.wait(20)
        hand.at += STALE_WHILE_MAKING + 0.1
        reads = pool.submit(site.ask, PAGE)
        until_waiting(1)
        behind.gate.set()
        assert "new words" in reads.result(20).text and "new words" in makes.result(20).text


@pytest.mark.parametrize("hard", [True, False])
def test_a_page_that_was_overtaken_while_it_was_made_is_not_kept(
    site: Any, cache: PageCache, hard: bool
) -> None:
    """It read the rows before the change: a copy of it would be false for ever."""
    behind.meanwhile = lambda: cache.change([TOPIC], hard=hard)
    site.ask(PAGE)
    assert len(cache.local) == 0
    behind.meanwhile, behind.words = None, "new words"
    assert "new words" in site.ask(PAGE).text
    assert figures.read()["raced"] == 1


def test_who_came_after_the_change_does_not_get_what_was_overtaken(site: Any, cache: PageCache) -> None:
    behind.gate = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(site.ask, PAGE)
        assert behind.entered.wait(20)
        behind.words = "after the change"
        cache.change([TOPIC], hard=True)
        second = pool.submit(site.ask, PAGE)
        until_waiting(1)
        behind.gate.set()
        assert "after the change" not in first.result(20).text
        assert "after the change" in second.result(20).text


def test_a_page_that_cannot_be_made_is_replaced_by_its_copy(site: Any, cache: PageCache, hand: Any) -> None:
    site.ask(PAGE)
    behind.status = 500
    hand.at += 61
    assert site.ask(PAGE).status == 200
    assert site.ask(PAGE).status == 200
    assert behind.runs == 2, "it is not tried again at once"
    hand.at += FAILED_SECONDS + 0.1
    behind.status, behind.words = 200, "back"
    assert "back" in site.ask(PAGE).text
    assert figures.read()["stale_on_error"] == 2


def test_after_a_hard_change_a_failure_is_a_failure(site: Any, cache: PageCache) -> None:
    site.ask(PAGE)
    behind.status = 500
    cache.change([TOPIC], hard=True)
    assert site.ask(PAGE).status == 500


def test_a_hard_change_counts_also_while_the_page_fails(site: Any, cache: PageCache, hand: Any) -> None:
    site.ask(PAGE)
    hand.at += 61
    behind.status = 500
    behind.meanwhile = lambda: cache.change([TOPIC], hard=True)
    assert site.ask(PAGE).status == 500


def test_copies_grow_old(site: Any, hand: Any) -> None:
    site.ask(PAGE)
    hand.at += 59
    site.ask(PAGE)
    assert behind.runs == 1
    hand.at += 2
    site.ask(PAGE)
    assert behind.runs == 2
    behind.status = 500
    hand.at += 61 + STALE_SECONDS
    assert site.ask(PAGE).status == 500


@pytest.mark.usefixtures("quiet")
def test_a_crash_in_the_application_leaves_nobody_waiting(cache: PageCache, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.core.pagecache.asking"
    behind.reset()

    def broken(environ: Any, start: Any) -> Any:
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            WSGISite(cache, broken).ask(PAGE)
    assert WSGISite(cache, WSGIHandler()).ask("/plain/").status == 200


def test_copies_leave_when_there_are_too_many(site: Any, cache: PageCache) -> None:
    cache.local.most_bytes = 200_000
    for number in range(1, 60):
        site.ask(f"/threads/{number}/a/")
    assert 0 < cache.local.bytes <= 200_000
    site.ask("/threads/59/a/")
    assert behind.runs == 59
    site.ask(PAGE)
    assert behind.runs == 60


def test_many_topics_are_forgotten_together(
    cache: PageCache, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("community.core.pagecache.changes.MOST_TOPICS", 10)
    site.ask(PAGE)
    for number in range(100, 130):
        cache.change([f"thread:{number}"], hard=False)
    site.ask(PAGE)
    assert behind.runs == 2, "what is not known any more counts as changed"
