"""Limits that slide, tell the truth about waiting, and become stricter when the cache is gone."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.utils import translation

from community.core import ratelimit
from community.core.clock import FrozenClock
from community.core.ratelimit import Window, hit, hit_each, peek, reset

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, frozen_clock: FrozenClock) -> None:
    """What the module remembers starts empty, and time stands still unless moved."""
    monkeypatch.setattr(ratelimit, "_shared", ratelimit._Shared())
    monkeypatch.setattr(ratelimit, "_local", ratelimit._Local())


def allowed(times: int, **limits: int) -> int:
    return sum(bool(hit("post", "42", **limits)) for _ in range(times))


class Dead(LocMemCache):
    """A cache whose server does not answer."""

    asked = 0

    def add(self, *args: object, **kwargs: object) -> bool:
        type(self).asked += 1
        raise ConnectionError("nobody there")

    incr = get_many = delete_many = add  # type: ignore[assignment]


@pytest.fixture
def dead_cache(monkeypatch: pytest.MonkeyPatch) -> type[Dead]:
    monkeypatch.setattr(Dead, "asked", 0)
    monkeypatch.setattr(ratelimit, "_cache", lambda: Dead("dead", {}))
    return Dead


def test_so_many_and_no_more() -> None:
    assert allowed(10, limit=5, per=60) == 5


def test_a_refusal_says_why_and_how_long() -> None:
    allowed(5, limit=5, per=60)

    verdict = hit("post", "42", limit=5, per=60)

    assert not verdict
    assert verdict.code == "rate"
    assert 60 <= verdict.retry_after <= 70
    assert str(verdict.retry_after) in str(verdict.reason)


@pytest.mark.parametrize(
    ("per", "words"),
    [(1, "2 seconds"), (60, "70 seconds"), (600, "12 minutes"), (60 * 60 * 24, "27 hours")],
)
def test_waits_are_told_in_units_people_use(per: int, words: str) -> None:
    hit("post", "42", limit=1, per=per)
    assert words in str(hit("post", "42", limit=1, per=per).reason)


def test_the_reason_is_translatable() -> None:
    hit("post", "42", limit=1, per=60)
    with translation.override("zh-hans"):
        assert "70" in str(hit("post", "42", limit=1, per=60).reason)


@pytest.mark.parametrize("per", [1, 7, 60, 100, 299, 3600])
@pytest.mark.parametrize("limit", [1, 2, 5])
@pytest.mark.parametrize("offset", [0.0, 0.37, 5.5, 59.999])
def test_waiting_as_told_is_enough_and_waiting_less_is_not(
    per: int, limit: int, offset: float, frozen_clock: FrozenClock
) -> None:
    frozen_clock.move(timedelta(seconds=offset))
    assert allowed(limit, limit=limit, per=per) == limit
    refused = hit("post", "42", limit=limit, per=per)

    frozen_clock.move(SECOND * refused.retry_after - timedelta(seconds=1.01))
    assert not hit("post", "42", limit=limit, per=per)
    frozen_clock.move(timedelta(seconds=1.01))
    assert hit("post", "42", limit=limit, per=per)


def test_never_more_than_the_limit_in_any_window(frozen_clock: FrozenClock) -> None:
    let_in: list[float] = []
    for step in range(400):
        if hit("post", "42", limit=5, per=60):
            let_in.append(step * 1.7)
        frozen_clock.move(timedelta(seconds=1.7))

    assert len(let_in) > 30
    assert all(later - earlier >= 60 for earlier, later in zip(let_in, let_in[5:], strict=False))


def test_refused_tries_do_not_prolong_the_wait(frozen_clock: FrozenClock) -> None:
    allowed(5, limit=5, per=60)
    first = hit("post", "42", limit=5, per=60)
    allowed(100, limit=5, per=60)

    frozen_clock.move(SECOND * first.retry_after)
    assert allowed(10, limit=5, per=60) == 5


def test_subjects_and_scopes_do_not_share() -> None:
    assert hit("post", "42", limit=1, per=60)
    assert hit("post", "43", limit=1, per=60)
    assert hit("vote", "42", limit=1, per=60)
    assert not hit("post", "42", limit=1, per=60)


@pytest.mark.parametrize("subject", ["", "林小北", "a b\n", "x" * 5_000, "\ud800"])
def test_any_text_is_a_subject(subject: str) -> None:
    assert hit("post", subject, limit=1, per=60)
    assert not hit("post", subject, limit=1, per=60)


def test_reset_forgets() -> None:
    assert allowed(2, limit=1, per=60) == 1
    reset("post", "42")
    assert allowed(2, limit=1, per=60) == 1


def test_reset_forgets_the_local_tries_too(monkeypatch: pytest.MonkeyPatch, dead_cache: type[Dead]) -> None:
    assert allowed(2, limit=1, per=60) == 1
    monkeypatch.setattr(ratelimit, "_cache", lambda: LocMemCache("other", {}))
    reset("post", "42")
    assert allowed(2, limit=1, per=60) == 1


@pytest.mark.parametrize(("limit", "per"), [(0, 60), (5, 0), (-1, 60)])
def test_a_limit_that_makes_no_sense_is_an_error(limit: int, per: int) -> None:
    with pytest.raises(ValueError, match="rate limit"):
        hit("post", "42", limit=limit, per=per)


def test_many_threads_get_exactly_the_limit() -> None:
    results: list[bool] = []
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        results.extend(bool(hit("race", "42", limit=50, per=60)) for _ in range(25))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(results) == 50


def test_without_the_cache_the_limit_is_stricter_not_gone(dead_cache: type[Dead]) -> None:
    assert allowed(100, limit=40, per=60) == 10
    assert allowed(100, limit=2, per=61) == 1


def test_the_local_limit_slides_and_keeps_its_word(dead_cache: type[Dead], frozen_clock: FrozenClock) -> None:
    assert allowed(9, limit=8, per=60) == 2
    refused = hit("post", "42", limit=8, per=60)
    assert refused.retry_after == 60

    frozen_clock.move(SECOND * 59)
    assert not hit("post", "42", limit=8, per=60)
    frozen_clock.move(SECOND)
    assert hit("post", "42", limit=8, per=60)


def test_a_dead_cache_is_not_asked_at_every_request(
    dead_cache: type[Dead], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = [100.0]
    monkeypatch.setattr(ratelimit.time, "monotonic", lambda: seconds[0])

    allowed(50, limit=40, per=60)
    assert dead_cache.asked == 1
    assert caplog.text.count("counted in this process") == 1

    seconds[0] += ratelimit.REST_SECONDS
    allowed(1, limit=40, per=60)
    assert dead_cache.asked == 2


def test_a_cache_that_forgets_at_once_is_as_good_as_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.cache.backends.dummy import DummyCache

    monkeypatch.setattr(ratelimit, "_cache", lambda: DummyCache("dummy", {}))
    assert allowed(100, limit=40, per=60) == 10


class Dying(LocMemCache):
    """Answers so many calls; then it says "nothing there" for "nobody there", as a forgiving client does."""

    calls_left = 10_000

    def _alive(self) -> bool:
        Dying.calls_left -= 1
        return Dying.calls_left >= 0

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return self._alive() and super().add(*args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        return super().get_many(*args, **kwargs) if self._alive() else {}

    def incr(self, *args: Any, **kwargs: Any) -> int:
        if not self._alive():
            raise ValueError("not found")
        return super().incr(*args, **kwargs)


@pytest.mark.parametrize("calls_left", range(5))
def test_a_cache_that_goes_away_while_it_is_asked_lets_nobody_past(
    calls_left: int, monkeypatch: pytest.MonkeyPatch, frozen_clock: FrozenClock
) -> None:
    monkeypatch.setattr(ratelimit, "_cache", lambda: Dying(f"dying-{calls_left}", {}))
    monkeypatch.setattr(Dying, "calls_left", 10_000)
    assert allowed(40, limit=40, per=60) == 40
    frozen_clock.move(SECOND * 30)

    Dying.calls_left = calls_left
    verdict = hit("post", "42", limit=40, per=60)

    assert not verdict or ratelimit._local._tries, "let in by a cache that had nothing to say"
    assert allowed(100, limit=40, per=60) <= 10


def test_a_counter_flushed_between_two_calls_is_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class Flushed(LocMemCache):
        flushes = 1

        def incr(self, *args: Any, **kwargs: Any) -> int:
            if Flushed.flushes:
                Flushed.flushes -= 1
                self.clear()
            return super().incr(*args, **kwargs)

    monkeypatch.setattr(ratelimit, "_cache", lambda: Flushed("flushed", {}))
    assert allowed(100, limit=40, per=60) == 40


def test_local_memory_is_bounded(dead_cache: type[Dead], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratelimit, "LOCAL_SUBJECTS", 100)
    for number in range(500):
        hit("flood", str(number), limit=4, per=60)
    assert len(ratelimit._local._tries) == 100
    assert not hit("flood", "499", limit=4, per=60)


def test_another_cache_can_be_named(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Names(dict[str, LocMemCache]):
        def __missing__(self, name: str) -> LocMemCache:
            asked.append(name)
            return LocMemCache(name, {})

    monkeypatch.setattr(ratelimit, "caches", Names())
    settings.RATELIMIT_CACHE = "limits"  # type: ignore[attr-defined]
    assert hit("post", "42", limit=1, per=60)
    assert set(asked) == {"limits"}


def test_several_windows_are_counted_at_once_and_each_for_itself() -> None:
    narrow, wide = Window("a", "somebody", 1, 60), Window("b", "somebody", 3, 60)
    assert [bool(one) for one in hit_each(narrow, wide)] == [True, True]
    assert [bool(one) for one in hit_each(narrow, wide)] == [False, True], "the other is counted all the same"
    assert peek("b", "somebody", limit=3, per=60)[0] == 1
    with pytest.raises(ValueError, match="at least one try"):
        hit_each(wide, Window("c", "somebody", 0, 60))
    assert peek("b", "somebody", limit=3, per=60)[0] == 1
