"""Invented people live only in a database marked as demo, and production refuses such a database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections

HINT = (
    "Point DATABASE_URL at the real site's database. To keep this one as a demo, run it with "
    "DJANGO_SETTINGS_MODULE=community.settings.embedded."
)


def is_demo_database(alias: str = "default") -> bool:
    """Whether the database holds a demo. False where nothing was migrated yet."""
    from community.core.models import DemoMark

    if DemoMark._meta.db_table not in connections[alias].introspection.table_names():
        return False
    return DemoMark.objects.using(alias).filter(pk=DemoMark.ONLY).exists()


def refuse_demo() -> None:
    """Stop a production site from starting on a demo database: ImproperlyConfigured."""
    if not getattr(settings, "REFUSES_DEMO", False):
        return
    try:
        if is_demo_database():
            raise ImproperlyConfigured(f"This database is marked as a demo. {HINT}")
    finally:
        _let_go()


def _let_go() -> None:
    # The process may fork into workers after this: neither a connection nor a pool's threads survive that.
    if not connection.in_atomic_block:
        connection.close()
        close_pool = getattr(connection, "close_pool", None)
        if close_pool:
            close_pool()


def check_no_demo(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The same as a system check: `manage.py check --database default`."""
    if not getattr(settings, "REFUSES_DEMO", False):
        return []
    return [
        Error("This database is marked as a demo.", hint=HINT, id="core.E001")
        for alias in databases or []
        if is_demo_database(alias)
    ]
