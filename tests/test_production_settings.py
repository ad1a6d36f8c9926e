"""Production starts only when everything it needs is there and safe, and names all that is not."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as running
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from community.core import demo, server
from community.core.models import DemoMark

ROOT = Path(__file__).resolve().parents[1]
WHOLE = {
    "SECRET_KEY": "Xk3vQ9s-LmT7pR2wYc8ZbN4hJ6dF1gV5aUeOiKtMqSyWzBxDn0rPHjCl",
    "DATABASE_URL": "postgres://convoy:pw@db.internal:5432/convoy",
    "REDIS_URL": "redis://cache.internal:6379/0",
    "CONVOY_HOSTS": "community.example.org,www.example.org",
    "CONVOY_BASE_URL": "https://community.example.org",
    "EMAIL_URL": "smtp+tls://user:pw@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "Aurora <community@example.org>",
}


def load(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> dict[str, Any]:
    """The production settings in an environment that holds exactly WHOLE with `changes` (None: missing)."""
    for name in list(os.environ):
        if name.startswith("CONVOY_") or name in WHOLE or name in ("DEBUG", "SECRET_KEY_FALLBACKS"):
            monkeypatch.delenv(name)
    for name, value in (WHOLE | changes).items():
        if value is not None:
            monkeypatch.setenv(name, value)
    return runpy.run_module("community.settings.production")


def refusal(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> str:
    with pytest.raises(ImproperlyConfigured) as refused:
        load(monkeypatch, **changes)
    return str(refused.value)


# -- refusals


@pytest.mark.parametrize("missing", list(WHOLE))
@pytest.mark.parametrize("value", [None, "  "])
def test_each_missing_value_is_named_with_a_hint(
    monkeypatch: pytest.MonkeyPatch, missing: str, value: str | None
) -> None:
    told = refusal(monkeypatch, **{missing: value})
    (line,) = [line for line in told.splitlines() if line.startswith("  - ")]
    assert line.startswith(f"  - {missing} is missing. ")
    assert len(line) > len(f"  - {missing} is missing. ") + 10, "no hint"


def test_everything_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refusal(monkeypatch, **dict.fromkeys(WHOLE))
    assert [name for name in WHOLE if f"{name} is missing" not in told] == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is weak"),
        ("SECRET_KEY", "a" * 60, "SECRET_KEY is weak"),
        ("SECRET_KEY", "django-insecure-" + WHOLE["SECRET_KEY"], "SECRET_KEY is weak"),
        ("DATABASE_URL", "sqlite:///convoy.sqlite3", "does not name PostgreSQL"),
        ("DATABASE_URL", "mysql://u:p@h/n", "does not name PostgreSQL"),
        ("DATABASE_URL", "postgres://u:p@h:5432/", "names no database"),
        ("REDIS_URL", "http://cache", "REDIS_URL is redis://"),
        ("ELASTICSEARCH_INDEX", "Our Site", "ELASTICSEARCH_INDEX is small letters"),
        ("CONVOY_HOSTS", "*", "never '*'"),
        ("CONVOY_HOSTS", "community.example.org, *", "never '*'"),
        ("CONVOY_HOSTS", "https://community.example.org", "plain host names"),
        ("CONVOY_HOSTS", "community.example.org:443", "plain host names"),
        ("CONVOY_BASE_URL", "http://community.example.org", "CONVOY_BASE_URL is https://"),
        ("CONVOY_BASE_URL", "https://community.example.org/forum", "without a path"),
        ("CONVOY_BASE_URL", "https://elsewhere.example.org", "not in CONVOY_HOSTS"),
        ("EMAIL_URL", "consolemail://", "EMAIL_URL is smtp"),
        ("EMAIL_URL", "dummymail://", "EMAIL_URL is smtp"),
        ("EMAIL_URL", "smtp://", "EMAIL_URL is smtp"),
        ("DEFAULT_FROM_EMAIL", "Aurora", "holds no e-mail address"),
        ("CONVOY_DEMO", "1", "CONVOY_DEMO is on"),
        ("CONVOY_DEBUG", "true", "CONVOY_DEBUG is on"),
        ("DEBUG", "yes", "DEBUG is on"),
        ("CONVOY_DEMO", "perhaps", "neither yes nor no"),
        ("CONVOY_POOL", "0", "CONVOY_POOL is not a whole number from 1"),
        ("CONVOY_POOL", "many", "CONVOY_POOL is not a whole number"),
        ("CONVOY_STATEMENT_TIMEOUT", "-5", "CONVOY_STATEMENT_TIMEOUT is not"),
    ],
)
def test_each_unsafe_value_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    assert told in refusal(monkeypatch, **{name: value})


def test_no_refusal_repeats_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refusal(
        monkeypatch, SECRET_KEY="hunter2", DATABASE_URL="mysql://convoy:hunter2@h/n", CONVOY_DEMO="1"
    )
    assert "hunter2" not in told


# -- what starts


def test_a_whole_environment_starts_safely(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(monkeypatch)
    assert loaded["problems"] == []
    assert not (loaded["DEBUG"] or loaded["DEMO"] or loaded["EMBEDDED_WORKER"])
    assert loaded["REFUSES_DEMO"]
    assert loaded["ALLOWED_HOSTS"] == ["community.example.org", "www.example.org"]
    assert loaded["CSRF_TRUSTED_ORIGINS"] == ["https://community.example.org"]
    assert loaded["SECURE_SSL_REDIRECT"] and loaded["SECURE_HSTS_SECONDS"] == 31_536_000
    assert loaded["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert loaded["SESSION_COOKIE_SECURE"] and loaded["CSRF_COOKIE_SECURE"]
    assert loaded["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert loaded["EMAIL_BACKEND"].endswith("HoldingEmailBackend") and loaded["EMAIL_USE_TLS"]
    assert (loaded["EMAIL_HOST"], loaded["EMAIL_PORT"], loaded["EMAIL_TIMEOUT"]) == (
        "mail.example.org",
        587,
        10,
    )
    assert "Manifest" in loaded["STORAGES"]["staticfiles"]["BACKEND"]
    assert loaded["CACHES"]["default"]["LOCATION"] == WHOLE["REDIS_URL"]
    assert (loaded["TRUSTED_PROXIES"], loaded["SERVE_MEDIA"]) == (1, False)


def test_the_pool_is_capped_and_statements_end(monkeypatch: pytest.MonkeyPatch) -> None:
    database = load(monkeypatch)["DATABASES"]["default"]
    assert database["OPTIONS"]["pool"]["max_size"] == 8
    assert "statement_timeout" not in database["OPTIONS"]["options"], "a migration may take its time"
    assert "idle_in_transaction_session_timeout" in database["OPTIONS"]["options"]
    assert "-c plan_cache_mode=force_generic_plan" in database["OPTIONS"]["options"]
    assert (database["CONN_MAX_AGE"], database["ATOMIC_REQUESTS"]) == (0, False)
    changed = load(monkeypatch, CONVOY_POOL="20", CONVOY_STATEMENT_TIMEOUT="15")["DATABASES"]["default"]
    assert changed["OPTIONS"]["pool"]["max_size"] == 20
    assert "-c statement_timeout=15s" in changed["OPTIONS"]["options"]


def test_options_written_in_the_database_address_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    url = WHOLE["DATABASE_URL"] + "?sslmode=require"
    assert load(monkeypatch, DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]["sslmode"] == "require"


def test_a_leading_dot_covers_its_subdomains(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, CONVOY_HOSTS=".example.org")["BASE_URL"] == "https://community.example.org"


def test_choices_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(
        monkeypatch,
        CONVOY_SSL_REDIRECT="no",
        CONVOY_HSTS_SUBDOMAINS="yes",
        CONVOY_HSTS_SECONDS="60",
        CONVOY_PROXIES="2",
        CONVOY_MEDIA="/srv/media",
        CONVOY_STATIC="/srv/static",
        CONVOY_LOG_LEVEL="warning",
        SECRET_KEY_FALLBACKS="old1,old2",
    )
    assert (loaded["SECURE_SSL_REDIRECT"], loaded["SECURE_HSTS_INCLUDE_SUBDOMAINS"]) == (False, True)
    assert (loaded["SECURE_HSTS_SECONDS"], loaded["TRUSTED_PROXIES"]) == (60, 2)
    assert (str(loaded["MEDIA_ROOT"]), str(loaded["STATIC_ROOT"])) == ("/srv/media", "/srv/static")
    assert loaded["LOGGING"]["root"]["level"] == "WARNING"
    assert loaded["SECRET_KEY_FALLBACKS"] == ["old1", "old2"]


def test_members_copies_never_lie_where_files_are_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refusal(monkeypatch, CONVOY_MEDIA="/srv/media", CONVOY_EXPORTS="/srv/media/copies")
    assert "CONVOY_EXPORTS and CONVOY_MEDIA overlap" in told
    loaded = load(monkeypatch, CONVOY_MEDIA="/srv/media", CONVOY_EXPORTS="/srv/shared/copies")
    assert loaded["STORAGES"]["exports"]["OPTIONS"]["location"] == "/srv/shared/copies"


def test_a_half_set_site_does_not_start_as_a_process() -> None:
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "community.settings.production"}
    ran = subprocess.run(
        [sys.executable, "-c", "import community.wsgi"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode != 0
    assert "Convoy does not start half-set" in ran.stderr
    assert "SECRET_KEY is missing" in ran.stderr and "REDIS_URL is missing" in ran.stderr


# -- a demo database


@pytest.fixture
def production(settings: Any) -> Any:
    settings.REFUSES_DEMO = True
    return settings


@pytest.mark.django_db
@pytest.mark.usefixtures("production")
def test_production_refuses_a_demo_database_by_check_and_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [found.id for found in run_checks(tags=["database"], databases=["default"])] == []
    demo.refuse_demo()
    DemoMark.objects.mark()
    (found,) = run_checks(tags=["database"], databases=["default"])
    assert (found.id, found.is_serious()) == ("core.E001", True)
    assert "DATABASE_URL" in (found.hint or "")
    monkeypatch.setattr(server.django, "setup", lambda set_prefix: None)
    for start in (demo.refuse_demo, server.asgi_site, server.wsgi_site):
        with pytest.raises(ImproperlyConfigured, match="marked as a demo"):
            start()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("production")
def test_looking_leaves_no_connection_open_for_a_fork_to_share(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []
    monkeypatch.setattr(demo.connection, "close_pool", lambda: closed.append(True), raising=False)
    monkeypatch.setattr(demo.connection, "close", lambda: closed.append(False))
    demo.refuse_demo()
    assert closed == [False, True]


@pytest.mark.django_db
def test_elsewhere_a_demo_is_welcome() -> None:
    DemoMark.objects.mark()
    assert not getattr(running, "REFUSES_DEMO", False)
    demo.refuse_demo()
    assert run_checks(tags=["database"], databases=["default"]) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("production")
def test_a_database_nobody_migrated_is_no_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    DemoMark.objects.mark()
    introspection = demo.connections["default"].introspection
    monkeypatch.setattr(introspection, "table_names", lambda: [])
    demo.refuse_demo()


@pytest.mark.django_db
def test_the_mark_is_one_row_and_finishes_once() -> None:
    assert not DemoMark.objects.marked()
    first = DemoMark.objects.mark()
    assert DemoMark.objects.mark() == first
    assert DemoMark.objects.marked() and not DemoMark.objects.finished()
    DemoMark.objects.finish()
    at = DemoMark.objects.get().seeded_at
    DemoMark.objects.finish()
    assert DemoMark.objects.finished() and DemoMark.objects.get().seeded_at == at
