"""Redis and PostgreSQL frozen, emptied, restarted under a site that is in use; five hundred visitors at once."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.faults.house import House, Visitor, until
from tests.faults.voting import Guest

pytestmark = [pytest.mark.services, pytest.mark.stack]
CLIENTS, PAGES, THREADS = 500, 2, 8


@pytest.fixture(scope="module")
def site(house: House, cast: dict[str, Any]) -> Iterator[House]:
    """Two processes of pages."""
    house.start_pages(threads=THREADS, pool=THREADS)
    house.start_pages("more pages", port=house.second, threads=THREADS, pool=THREADS)
    yield house
    for name in ("pages", "more pages"):
        house.kill(name)


@contextmanager
def frozen(house: House, service: str) -> Iterator[None]:
    pid = house.pid_of(service)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def redis(house: House, *words: str) -> str:
    from redis import Redis

    return str(Redis.from_url(house.env["REDIS_URL"]).execute_command(*words))


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.get("/account/settings/").status == 200


def reply(visitor: Visitor, cast: dict[str, Any], words: str) -> int:
    return visitor.post(f"/threads/{cast['threads'][0][0]}/reply/", body=words, key=words).status


# -- Redis


def test_with_redis_frozen_people_read_sign_in_and_reply_and_limits_are_stricter(
    site: House, cast: dict[str, Any]
) -> None:
    visitor, other = Visitor(site, cast, 1), Visitor(site, cast, 2)
    assert is_signed_in(visitor)
    with frozen(site, "redis"):
        assert is_signed_in(visitor) and is_signed_in(other)
        assert visitor.get(cast["threads"][0][1]).status == 200
        assert reply(visitor, cast, "while-redis-slept") == 302
        login = Visitor(site)
        login.cookies[cast["csrf_cookie"]] = "c" * 32
        assert login.get("/account/login/").status == 200
        answered = Counter(visitor.post("/compose/preview/", body="x").status for _ in range(100))
        assert 0 < answered[200] <= 60 and answered[200] + answered[429] == 100, (
            "a hundred and twenty a minute, a quarter of it for each of two processes"
        )
    assert until(lambda: visitor.get("/boards/").status == 200)
    assert "while-redis-slept" in visitor.get(cast["threads"][0][1]).text


def test_a_session_ended_while_redis_was_frozen_stays_ended_in_every_process(
    site: House, cast: dict[str, Any]
) -> None:
    here, there = Visitor(site, cast, 3), Visitor(site, cast, 3, port=site.second)
    assert is_signed_in(here) and is_signed_in(there), "and so the session lies in Redis"
    with frozen(site, "redis"):
        assert here.post("/account/logout/").status == 302
        assert not is_signed_in(here)
    # Nobody asks the process that knows of it any more; the other one must hear of it all the same.
    assert until(lambda: not is_signed_in(there), 10)
    for _look in range(5):
        assert not is_signed_in(there) and not is_signed_in(here)


def test_an_emptied_and_a_restarted_redis_sign_nobody_out(site: House, cast: dict[str, Any]) -> None:
    visitor = Visitor(site, cast, 4)
    redis(site, "FLUSHALL")
    assert is_signed_in(visitor)
    site.services("stop", "redis")
    (_killed, poll, *_others), guest = cast["polls"], Guest(site, 3, 399)
    assert guest.vote(poll, 1).status == 200 and guest.vote(poll, 2).status == 200, "votes count without it"
    assert is_signed_in(visitor) and reply(visitor, cast, "while-redis-was-gone") == 302
    site.services("start", "redis")
    assert is_signed_in(visitor)
    assert until(lambda: redis(site, "DBSIZE") != "0" or not visitor.get("/boards/"), 20), (
        "and it is used again"
    )


# -- PostgreSQL


def test_while_postgresql_is_down_a_calm_page_keeps_the_words_and_everything_is_back_in_seconds(
    site: House, cast: dict[str, Any]
) -> None:
    visitor = Visitor(site, cast, 5)
    assert visitor.get("/boards/").status == 200
    thread = cast["threads"][0][0]
    site.services("stop", "postgres")
    try:
        assert until(lambda: visitor.get(f"/threads/{thread}/reply/").status == 503, 30)
        answer = visitor.post(f"/threads/{thread}/reply/", body="Kept words", key="kept-1")
        assert answer.status == 503 and "Kept words" in answer.text and answer.headers["Retry-After"]
        chinese = visitor.get(f"/threads/{thread}/reply/", **{"Accept-Language": "zh-CN"})
        assert chinese.status == 503 and "请稍等片刻" in chinese.text
        assert Visitor(site).get("/healthz").status == 200, "the process itself is well"
    finally:
        site.services("start", "postgres")
    back = time.monotonic()
    assert until(lambda: visitor.get(f"/threads/{thread}/reply/").status == 200, 20)
    assert until(lambda: Visitor(site, cast, 5, port=site.second).get("/boards/").status == 200, 20)
    assert time.monotonic() - back < 15
    statuses = Counter(
        visitor.get(path).status for path in ["/boards/", "/latest/", cast["threads"][0][1]] * 8
    )
    assert set(statuses) == {200}, "nothing fails once it is back"
    for _press in range(2):
        assert visitor.post(f"/threads/{thread}/reply/", body="Kept words", key="kept-1").status == 302
    assert site.inside("stand")["replies"].count("Kept words") == 1


def test_sessions_ended_by_the_server_are_replaced_unnoticed(site: House, cast: dict[str, Any]) -> None:
    """What a restart does to a pool, without the pause: every connection in it is broken."""
    visitors = [Visitor(site, cast, who) for who in (6, 7, 8)]
    for visitor in visitors:
        assert visitor.get("/boards/").status == 200
    for round_ in range(4):
        site.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = 'convoy' AND pid <> pg_backend_pid()"
        )
        assert [visitor.get("/watched/").status for visitor in visitors] == [200] * 3
        site.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = 'convoy' AND pid <> pg_backend_pid()"
        )
        assert reply(visitors[0], cast, f"after-the-cut-{round_}") == 302
    stand = site.inside("stand")
    assert sum(words.startswith("after-the-cut") for words in stand["replies"]) == 4
    assert stand["drift"] == 0


# -- many


def test_five_hundred_visitors_at_once_share_a_hundred_connections(site: House, cast: dict[str, Any]) -> None:
    site.sql("ALTER SYSTEM SET max_connections = 100")
    site.services("stop", "postgres")
    restart_with_its_own_limit(site)
    assert until(lambda: Visitor(site, cast, 9).get("/boards/").status == 200, 20)
    assert site.sql("SHOW max_connections") == [("100",)]
    gate, statuses, peak = threading.Barrier(CLIENTS + 1), Counter[int](), [0]
    lock, is_over = threading.Lock(), threading.Event()

    def visit(number: int) -> None:
        visitor = Visitor(site, cast, number % 60, port=(site.port, site.second)[number % 2])
        gate.wait(60)
        if number % 10:
            found = visitor.get(cast["threads"][number % 4][1]).status
        else:
            found = reply(visitor, cast, f"crowd-{number}")
        with lock:
            statuses[found] += 1

    def watch() -> None:
        while not is_over.wait(0.1):
            ((held,),) = site.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = 'convoy'")
            peak[0] = max(peak[0], held)

    workers = [threading.Thread(target=visit, args=(number,)) for number in range(CLIENTS)]
    watching = threading.Thread(target=watch)
    for thread in [*workers, watching]:
        thread.start()
    gate.wait(60)
    for worker in workers:
        worker.join(120)
    is_over.set()
    watching.join()
    assert statuses == {200: CLIENTS * 9 // 10, 302: CLIENTS // 10}
    assert peak[0] <= PAGES * THREADS + 2, "the cap holds"
    assert sum(words.startswith("crowd-") for words in site.inside("stand")["replies"]) == CLIENTS // 10


def test_without_a_cap_the_hundred_and_first_is_turned_away(site: House) -> None:
    """The control: what each visitor with a connection of their own would meet."""
    held = []
    try:
        with pytest.raises(psycopg.OperationalError, match=r"too many clients|remaining connection slots"):
            for _ in range(CLIENTS):
                held.append(psycopg.connect(site.env["DATABASE_URL"]))
    finally:
        for connection in held:
            connection.close()
    assert len(held) <= 100


def restart_with_its_own_limit(site: House) -> None:
    """As the service's script starts it, but for the number of connections."""
    data = site.var / "services" / "postgres"
    port = (site.var / "services" / "postgres.port").read_text()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    command = ["/usr/lib/postgresql/15/bin/pg_ctl", "start", "-s", "-w", "-D", str(data), "-o", options]
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run(
        [*as_user, *command], check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    pid = (data / "postmaster.pid").read_text().split("\n", 1)[0]
    (site.var / "services" / "postgres.pid").write_text(f"{pid}\n")
