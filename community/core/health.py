"""Is the process alive (/healthz), and is it fit to be sent visitors (/readyz)?"""

from __future__ import annotations

import ipaddress
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community.core import clock, retrying, schema
from community.core.tasks import beats

WORKER_SILENT_AFTER = timedelta(minutes=3)
LEAST_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the site stands on. Without a vital one no visitor may be sent here."""

    name: str
    ok: bool
    vital: bool
    detail: str

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "ok": self.ok, "vital": self.vital, "detail": self.detail}


def check_database() -> str:
    """Answers in how long; raises what the database raised."""
    began = perf_counter()
    retrying.read_again(_ask_database)
    return f"{connection.vendor}, {(perf_counter() - began) * 1000:.1f} ms"


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def check_migrations() -> str:
    missing = schema.pending()
    if missing:
        raise Unfit(f"{len(missing)} not applied, first {missing[0]}")
    return "all applied"


def check_disk() -> str:
    usage = shutil.disk_usage(settings.VAR_DIR)
    told = f"{usage.free // 2**20} MiB free"
    if usage.free < LEAST_FREE_BYTES:
        raise Unfit(told)
    return told


def check_cache() -> str:
    stamp = clock.now().isoformat()
    cache.set("core.health", stamp, 60)
    if cache.get("core.health") != stamp:
        raise Unfit("does not keep what it is given")
    return "keeps what it is given"


def check_worker() -> str:
    last = beats.last_beat()
    if last is None:
        raise Unfit("no worker has ever run, or the last one said goodbye")
    silent = clock.now() - last
    if silent > WORKER_SILENT_AFTER:
        raise Unfit(f"the last sign of life is {int(silent.total_seconds())} s old")
    return f"last sign of life {max(0, int(silent.total_seconds()))} s ago"


class Unfit(Exception):
    """A check's answer when the thing works but not well enough."""


# Without a cache or a worker the site is slower or later, not wrong: visitors may still come.
CHECKS: list[tuple[str, bool, Callable[[], str]]] = [
    ("database", True, check_database),
    ("migrations", True, check_migrations),
    ("disk", True, check_disk),
    ("cache", False, check_cache),
    ("worker", False, check_worker),
]


def look() -> list[Check]:
    """Every check's answer. Those that need a database that is away are not asked."""
    found: list[Check] = []
    for name, vital, check in CHECKS:
        if name in ("migrations", "worker") and not found[0].ok:
            found.append(Check(name, False, vital, "not asked: the database is away"))
            continue
        try:
            found.append(Check(name, True, vital, check()))
        except Exception as error:
            told = str(error) if isinstance(error, Unfit) else type(error).__name__
            found.append(Check(name, False, vital, told))
    return found


def state_of(checks: list[Check]) -> str:
    """ready, degraded (fit, but something rests) or unready."""
    if not all(check.ok for check in checks if check.vital):
        return "unready"
    return "ready" if all(check.ok for check in checks) else "degraded"


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all. Touches nothing else: a restart mends nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 while visitors may be sent here, else 503. Details for staff and for this machine only."""
    checks = look()
    state = state_of(checks)
    answer: dict[str, Any] = {"status": state}
    if _may_see_details(request, database_answers=checks[0].ok):
        answer["checks"] = [check.as_json() for check in checks]
    return JsonResponse(answer, status=503 if state == "unready" else 200)


def _may_see_details(request: HttpRequest, *, database_answers: bool) -> bool:
    # Behind a proxy on the same machine everybody seems to come from here: then only the header is honest.
    is_forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    if not is_forwarded and _is_loopback(request.META.get("REMOTE_ADDR", "")):
        return True
    user = getattr(request, "user", None) if database_answers else None
    return bool(getattr(user, "is_authenticated", False) and getattr(user, "is_staff_role", False))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
