"""Figures: what is counted, who may read it, and that processes that end take nothing with them."""

import os
import re
import subprocess
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from community.core import measuring, metrics, retrying
from community.core.pagecache import figures as figures_of_cache
from community.core.tasks import beats, operators, rows
from tests.core import sample_tasks

pytestmark = pytest.mark.django_db


def figures(text: bytes) -> dict[str, float]:
    lines = [line for line in text.decode().splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def look(**headers: str) -> dict[str, float]:
    answer = Client().get("/metrics", headers=headers or None)
    assert (answer.status_code, answer["Content-Type"]) == (200, metrics.CONTENT_TYPE)
    return figures(answer.content)


# -- what is counted


def test_a_request_is_counted_by_route_and_status_with_its_statements(client: Client) -> None:
    route = 'route="forum:thread"'
    before = look()
    assert client.get("/threads/987654/none/").status_code == 404
    after = look()

    def grew(name: str) -> float:
        return after[name] - before.get(name, 0.0)

    assert grew(f'convoy_requests_total{{{route},status="404"}}') == 1
    assert grew(f"convoy_request_seconds_count{{{route}}}") == 1
    assert grew(f"convoy_request_statements_count{{{route}}}") == 1
    assert grew(f"convoy_request_statements_sum{{{route}}}") >= 1


def test_statements_are_counted_one_by_one() -> None:
    before = measuring.statements_here()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT 2")
    assert measuring.statements_here() - before == 2


def test_a_passing_wrapper_is_taken_away_and_ours_stays() -> None:
    def passing(execute: Any, *told: Any) -> Any:
        return execute(*told)

    with connection.execute_wrapper(passing):
        connection.execute_wrappers.remove(measuring._counting)
        measuring._count_on(connection)  # a connection that opens meanwhile
    assert connection.execute_wrappers == [measuring._counting]


def test_an_address_nobody_knows_is_one_route(client: Client) -> None:
    before = look()
    for number in range(5):
        client.get(f"/account/made-up-{number}/%00")
    new = {name for name in look() if name.startswith("convoy_requests_total")} - set(before)
    assert len(new) <= 2, new


def test_the_queue_is_told() -> None:
    beats.beat("w", "process")
    sample_tasks.note.enqueue()
    sample_tasks.note.enqueue()
    row = rows.claim("w")
    assert row
    rows.rows().filter(pk=row.pk).update(status="FAILED")
    told = look()
    assert (told["convoy_tasks_ready"], told["convoy_tasks_parked"]) == (1, 1)
    assert told["convoy_tasks_oldest_due_seconds"] >= 0
    assert told["convoy_worker_silent_seconds"] < 60


def test_the_page_cache_is_told_by_what_it_did() -> None:
    name = 'convoy_page_cache_total{what="hits"}'
    before = look().get(name, 0.0)
    figures_of_cache.count("hits", 3)
    assert look()[name] - before == 3, "without a page of Django's in between"
    measuring.page_cache()
    assert look()[name] - before == 3, "once, however often it is looked at"


def test_a_process_that_only_gives_out_copies_is_sampled_too(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[int] = []
    monkeypatch.setattr(metrics, "_samplers", [lambda: ran.append(1)])
    monkeypatch.setattr(metrics, "_last_sample", 0.0)
    figures_of_cache.count("hits")
    figures_of_cache.count("hits")
    assert ran == [1]


def test_what_waits_for_elasticsearch_is_told(settings: Any) -> None:
    assert "convoy_index_lag_seconds" not in look()
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    assert look()["convoy_index_lag_seconds"] >= 0


def test_what_cannot_be_asked_is_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise OperationalError("away")

    monkeypatch.setattr(operators, "figures", broken)
    told = look()
    assert told["convoy_figures_silent"] == 1
    assert "convoy_tasks_ready" not in told
    assert "convoy_requests_total" in "".join(told), "what is counted is told all the same"


def test_a_connection_from_before_a_restart_silences_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    cut = OperationalError("terminating connection due to administrator command")
    cut.__cause__ = psycopg.errors.AdminShutdown("x")
    errors, figures = iter([cut]), operators.figures
    recovered: list[bool] = []

    def once_cut() -> Any:
        if error := next(errors, None):
            raise error
        return figures()

    monkeypatch.setattr(operators, "figures", once_cut)
    monkeypatch.setattr(retrying, "recover", lambda: recovered.append(True))
    told = look()
    assert told["convoy_figures_silent"] == 0 and "convoy_tasks_ready" in told and recovered == [True]


def test_the_same_name_is_the_same_figure() -> None:
    first = metrics.counter("test_once_total", "Once.")
    assert metrics.counter("test_once_total", "Once.") is first
    first.inc()
    assert look()["convoy_test_once_total"] == 1


def test_samplers_run_at_most_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[float] = []
    now = [100.0]
    monkeypatch.setattr(metrics, "_samplers", [lambda: ran.append(now[0])])
    monkeypatch.setattr(metrics, "_last_sample", 0.0)
    monkeypatch.setattr(metrics, "monotonic", lambda: now[0])
    for now[0] in (100.0, 100.4, 100.9, 101.0, 101.5, 103.0):
        metrics.sample()
    assert ran == [100.0, 101.0, 103.0]


def test_nobodys_page_fails_over_a_figure(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    def broken() -> None:
        raise OperationalError("away")

    monkeypatch.setattr(metrics, "_samplers", [broken])
    monkeypatch.setattr(metrics, "_last_sample", 0.0)
    assert client.get("/healthz").status_code == 200


# -- who may read


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_nobody_reads_figures_through_a_proxy(header: str) -> None:
    assert Client().get("/metrics", headers={header: "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize(
    ("address", "status"), [("203.0.113.9", 404), ("10.1.2.3", 200), ("10.2.0.1", 404), ("no", 404)]
)
def test_only_the_named_nets_read(settings: Any, address: str, status: int) -> None:
    settings.METRICS_NETS = ["10.1.0.0/16"]
    assert Client(REMOTE_ADDR=address).get("/metrics").status_code == status


def test_a_token_opens_from_anywhere_and_nothing_else_does(settings: Any) -> None:
    settings.METRICS_TOKEN = "s3cret-token"
    far = Client(REMOTE_ADDR="203.0.113.9")
    for given, status in [("Bearer s3cret-token", 200), ("Bearer wrong", 404), ("s3cret-token", 404)]:
        assert far.get("/metrics", headers={"Authorization": given}).status_code == status
    settings.METRICS_TOKEN = ""
    assert far.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("path", measuring.MACHINES)
def test_probes_come_by_any_name(path: str) -> None:
    assert Client().get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200
    assert Client().get("/", headers={"Host": "10.0.0.7:8000"}).status_code == 400


# -- several processes


COUNT = """
import os, sys
sys.path.insert(0, os.getcwd())
from community.core import metrics
metrics.counter("drops_total", "Drops.", ("colour",)).labels("red").inc(2)
metrics.histogram("wait_seconds", "Waits.", buckets=(1, 2)).observe(1.5)
metrics.gauge("sockets", "Sockets.").set(7)
if len(sys.argv) > 1:
    print(metrics.exposition().decode())
"""


def count(folder: Path, *more: str) -> dict[str, float]:
    ran = subprocess.run(
        [sys.executable, "-c", COUNT, *more],
        env={"PATH": os.environ["PATH"], "CONVOY_METRICS_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return figures(ran.stdout.encode())


def test_ended_processes_leave_their_counts_and_take_their_gauges(tmp_path: Path) -> None:
    for _ in range(3):
        count(tmp_path)
    told = count(tmp_path, "look")
    again = count(tmp_path, "look")
    assert told['convoy_drops_total{colour="red"}'] == 8, "three that ended, and the one that looks"
    assert again['convoy_drops_total{colour="red"}'] == 10
    assert (told['convoy_wait_seconds_bucket{le="2.0"}'], told["convoy_wait_seconds_count"]) == (4, 4)
    assert told["convoy_wait_seconds_sum"] == 6
    assert (told["convoy_sockets"], again["convoy_sockets"]) == (7, 7), "only the living have sockets"
    kept = sorted(re.sub(r"\d+", "N", file.name) for file in tmp_path.glob("*.db"))
    assert kept == [
        "counter_N.db",
        "counter_gone.db",
        "gauge_livesum_N.db",
        "histogram_N.db",
        "histogram_gone.db",
    ]


# -- what it costs


def test_measuring_costs_little_beside_the_smallest_page() -> None:
    cache.clear()
    request = RequestFactory().get("/healthz")
    bare = HttpResponse()

    def plain(request: Any) -> HttpResponse:
        return bare

    def cpu_of(call: Any, times: int = 2000) -> float:
        best = float("inf")
        for _ in range(5):
            began = process_time()
            for _ in range(times):
                call()
            best = min(best, (process_time() - began) / times)
        return best

    measured = measuring.MeasureMiddleware(plain)
    measured(request)
    began = perf_counter()
    sum(number * number for number in range(100_000))
    slowness = (perf_counter() - began) / 0.006  # what this loop takes on the machine the figure is for
    assert cpu_of(lambda: measured(request)) < 50e-6 * max(1.0, slowness)
