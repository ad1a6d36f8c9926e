"""What is measured of every request, of the queue and of the database pool; and /metrics, which tells it."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks.signals import task_finished

from community.core import clock, metrics
from community.core.pagecache import figures

GetResponse = Callable[[HttpRequest], HttpResponse]

MACHINES = ("/healthz", "/readyz", "/metrics")

REQUESTS = metrics.counter("requests_total", "Requests answered, by route and status.", ("route", "status"))
SECONDS = metrics.histogram(
    "request_seconds",
    "Time from the first middleware to the last, by route.",
    ("route",),
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
STATEMENTS = metrics.histogram(
    "request_statements", "Database statements a request took.", ("route",), buckets=(0, 1, 2, 4, 6, 8, 12, 20, 50)
)  # fmt: skip
TASKS = metrics.counter(
    "tasks_total", "Runs of tasks by this machine's workers, by how they ended.", ("task", "end")
)
POOL_OPEN = metrics.gauge("pool_connections", "Database connections held by processes.")
POOL_IDLE = metrics.gauge("pool_idle", "Database connections that nobody uses just now.")
POOL_WAITERS = metrics.gauge("pool_waiters", "Threads that wait for a database connection just now.")
POOL_WAITED = metrics.gauge(
    "pool_waited_seconds", "Time threads of living processes waited for a connection."
)
POOL_REFUSED = metrics.gauge("pool_refused", "Times a thread of a living process waited in vain.")
PAGE_CACHE = metrics.counter("page_cache_total", "What the page cache did, by what it did.", ("what",))
CACHE_RESTS = metrics.gauge("cache_resting", "Processes whose cache is away just now.")


# -- each request


class MeasureMiddleware:
    """Counts and times every request by its route. Stands first: what it does not see, nobody waited for here."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.own_name = urlsplit(settings.WAGTAILADMIN_BASE_URL).netloc

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in MACHINES:
            # Probes come by whatever name or number the process has inside.
            request.META["HTTP_HOST"] = self.own_name
        before, began = statements_here(), perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = (match.view_name or match.route) if match else "none"
        SECONDS.labels(route).observe(perf_counter() - began)
        STATEMENTS.labels(route).observe(statements_here() - before)
        REQUESTS.labels(route, response.status_code).inc()
        metrics.sample()
        return response


# -- statements


class _Count(threading.local):
    value = 0


_count = _Count()


def statements_here() -> int:
    """How many statements this thread has sent so far."""
    return _count.value


def _counting(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    _count.value += 1
    return execute(sql, params, many, context)


def _count_on(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if _counting not in connection.execute_wrappers:
        # At the front: whoever adds a wrapper for a while takes the last one away again.
        connection.execute_wrappers.insert(0, _counting)


# -- tasks


def _count_task(task_result: Any, **kwargs: Any) -> None:
    TASKS.labels(task_result.task.name, task_result.status.lower()).inc()


def start() -> None:
    """Listen to what this process does from here on."""
    connection_created.connect(_count_on, dispatch_uid="core.count_statements")
    task_finished.connect(_count_task, dispatch_uid="core.count_tasks")


# -- the pool, the cache, the queue


@metrics.sampled
def pool() -> None:
    """What this process holds of the database, if it holds a pool, and whether its cache rests."""
    from community.core.caches import is_resting  # with the Redis client, which the embedded site never needs

    CACHE_RESTS.set(is_resting())
    pools: dict[str, Any] = getattr(connections["default"], "_connection_pools", {})
    if found := pools.get("default"):
        told = found.get_stats()
        POOL_OPEN.set(told.get("pool_size", 0))
        POOL_IDLE.set(told.get("pool_available", 0))
        POOL_WAITERS.set(told.get("requests_waiting", 0))
        POOL_WAITED.set(told.get("requests_wait_ms", 0) / 1000)
        POOL_REFUSED.set(told.get("requests_errors", 0))


_told: dict[str, int] = {}


@metrics.sampled
def page_cache() -> None:
    """What the page cache, which answers before this middleware, has counted since the last look."""
    for what, count in figures.read().items():
        if grown := count - _told.get(what, 0):
            PAGE_CACHE.labels(what).inc(max(grown, 0))  # less than before: somebody measured, and began anew
            _told[what] = count


@metrics.asked
def queue() -> Iterator[metrics.Reading]:
    """Three statements."""
    from community.core.tasks import beats, operators

    found = operators.figures()
    yield metrics.Reading("tasks_ready", "Tasks that wait for their time or a worker.", found.ready)
    yield metrics.Reading("tasks_running", "Tasks that a worker holds.", found.running)
    yield metrics.Reading("tasks_parked", "Tasks that gave up; an operator decides.", found.parked)
    yield metrics.Reading(
        "tasks_oldest_due_seconds",
        "How long the task that waits longest has been due.",
        found.oldest_due.total_seconds(),
    )
    if last := beats.last_beat():
        silent = (clock.now() - last).total_seconds()
        yield metrics.Reading("worker_silent_seconds", "Since the last sign of life of any worker.", silent)


# -- the page that tells


@require_safe
@never_cache
def tell(request: HttpRequest) -> HttpResponse:
    """All figures, for this machine, for the nets in METRICS_NETS and for who has METRICS_TOKEN; else absent."""
    if not _may_look(request):
        raise Http404
    return HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE)


def _may_look(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    if token and constant_time_compare(given, f"Bearer {token}"):
        return True
    # Behind a proxy everybody seems to come from the proxy: then an address says nothing.
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP")):
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(net) for net in settings.METRICS_NETS)
