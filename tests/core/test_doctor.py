"""The doctor names what is wrong and how to mend it."""

import json
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from community.core import clock, doctor, doctor_redis
from community.core.doctor import Finding, examine
from community.core.models import DemoMark
from community.core.tasks import beats, rows
from tests.core import sample_tasks


def broken(*args: Any, **kwargs: Any) -> Any:
    raise OperationalError("no route to host\nand more")


def finding(name: str) -> Finding:
    (found,) = [found for found in examine() if found.name == name]
    return found


@pytest.fixture
def healthy(db: None, settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SECRET_KEY = "k" * 60
    beats.beat("w", "process")


@pytest.mark.usefixtures("healthy")
def test_a_healthy_site_has_nothing_to_mend() -> None:
    assert [found for found in examine() if found.status != "OK"] == []
    assert all(not found.mend for found in examine())
    assert "发动机" in finding("opencc").told


@pytest.mark.usefixtures("healthy")
def test_a_database_that_is_away_fails_and_nothing_crashes_or_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(connection, "ensure_connection", lambda: asked.append("") or broken())
        found = {one.name: one for one in examine()}
    assert found["database"].status == "FAIL"
    assert found["database"].told == "OperationalError: no route to host"
    assert len(asked) == 1
    assert {found[name].status for name in ("migrations", "demo", "queue")} == {"FAIL"}
    assert found["worker"].status == "WARN"
    assert all(one.mend for one in found.values() if one.status != "OK")


@pytest.mark.usefixtures("healthy")
def test_missing_migrations_fail() -> None:
    MigrationRecorder(connection).record_unapplied("core", "0001_toolkit")
    assert (finding("migrations").status, finding("migrations").mend) == ("FAIL", "Run: manage.py migrate")


def take_key_away(settings: Any) -> None:
    settings.SECRET_KEY = "short"


def open_key_file(settings: Any) -> None:
    kept = Path(settings.VAR_DIR) / "secret_key"
    kept.write_text("k" * 60)
    kept.chmod(0o644)


def stop_worker(settings: Any) -> None:
    beats.leave("w")


def park_a_task(settings: Any) -> None:
    sample_tasks.note.enqueue()
    rows.rows().update(status="FAILED")


def let_a_task_wait(settings: Any) -> None:
    sample_tasks.note.enqueue()
    rows.rows().update(enqueued_at=clock.now() - timedelta(minutes=11))


def hide_statics(settings: Any) -> None:
    settings.STATICFILES_DIRS = ["/nowhere/at/all"]


def ask_for_a_manifest(settings: Any) -> None:
    backend = "servestatic.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    settings.STATIC_ROOT = settings.VAR_DIR / "static"


def unmake_translations(settings: Any) -> None:
    folder = Path(settings.VAR_DIR) / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text("")
    settings.LOCALE_PATHS = [Path(settings.VAR_DIR) / "locale"]


def age_translations(settings: Any) -> None:
    unmake_translations(settings)
    source = settings.LOCALE_PATHS[0] / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.with_suffix(".mo").write_bytes(b"")
    later = source.stat().st_mtime + 10
    os.utime(source, (later, later))


def misname_the_mail_server(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


def block_uploads(settings: Any) -> None:
    settings.MEDIA_ROOT = Path(settings.VAR_DIR) / "a-file" / "media"
    (Path(settings.VAR_DIR) / "a-file").write_text("in the way")


def move_a_demo_into_production(settings: Any) -> None:
    settings.REFUSES_DEMO = True
    DemoMark.objects.mark()


@pytest.mark.usefixtures("healthy")
@pytest.mark.parametrize(
    ("harm", "name", "status", "hint"),
    [
        (take_key_away, "secret key", "FAIL", "SECRET_KEY"),
        (open_key_file, "secret key", "WARN", "chmod 600"),
        (stop_worker, "worker", "WARN", "run_worker"),
        (park_a_task, "queue", "WARN", "tasks list"),
        (let_a_task_wait, "queue", "WARN", "run_worker"),
        (hide_statics, "static files", "FAIL", "checkout"),
        (ask_for_a_manifest, "static files", "FAIL", "collectstatic"),
        (unmake_translations, "translations", "WARN", "compile_locale"),
        (age_translations, "translations", "WARN", "compile_locale"),
        (misname_the_mail_server, "mail", "FAIL", "EMAIL_URL"),
        (block_uploads, "uploads", "FAIL", "CONVOY_MEDIA"),
        (move_a_demo_into_production, "demo", "FAIL", "DATABASE_URL"),
    ],
)
def test_each_harm_is_found_and_its_mending_told(
    settings: Any, harm: Callable[[Any], None], name: str, status: str, hint: str
) -> None:
    harm(settings)
    found = finding(name)
    assert found.status == status
    assert hint in found.mend


@pytest.mark.usefixtures("healthy")
def test_a_cache_that_is_away_and_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "set", broken)
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda where: usage._replace(free=0))
    assert (finding("cache").status, finding("disk").status) == ("WARN", "FAIL")


@pytest.mark.usefixtures("healthy")
def test_an_old_python_and_a_broken_opencc_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import opencc

    monkeypatch.setattr(doctor.sys, "version_info", (3, 10, 9))
    monkeypatch.setattr(opencc.OpenCC, "convert", lambda self, text: text)
    assert (finding("python").status, finding("opencc").status) == ("FAIL", "FAIL")


class OtherServer:
    """Stands for a PostgreSQL whose answers we choose."""

    vendor = "postgresql"

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def cursor(self) -> "OtherServer":
        return self

    def __enter__(self) -> "OtherServer":
        return self

    def __exit__(self, *error: object) -> None: ...

    def execute(self, sql: str) -> None: ...

    def fetchone(self) -> tuple[Any]:
        return (self.answer,)


def test_an_old_server_and_a_clock_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "connection", OtherServer("140011"))
    assert (doctor.database().status, doctor.database().told) == ("FAIL", "PostgreSQL 14.11")
    monkeypatch.setattr(doctor, "connection", OtherServer("150018"))
    assert doctor.database().status == "OK"
    monkeypatch.setattr(doctor, "connection", OtherServer(clock.now() - timedelta(seconds=60)))
    assert doctor.clock_skew().status == "WARN"
    monkeypatch.setattr(doctor, "connection", OtherServer(clock.now()))
    assert doctor.clock_skew().status == "OK"


class RefusingServer(OtherServer):
    """One that is asked through a pool, which tells nothing of why."""

    Database: Any

    def __enter__(self) -> "OtherServer":
        raise OperationalError("couldn't get a connection after 10.00 sec")

    def get_connection_params(self) -> dict[str, Any]:
        return {"dbname": "nothing"}

    @staticmethod
    def connect(**told: Any) -> Any:
        raise OperationalError(f'database "{told["dbname"]}" does not exist')


RefusingServer.Database = RefusingServer


def test_why_the_server_refuses_is_told_and_not_how_long_was_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "connection", RefusingServer(""))
    assert doctor.database().told == 'OperationalError: database "nothing" does not exist'


@pytest.mark.usefixtures("healthy")
def test_the_command_exits_by_what_it_found(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("doctor")
    assert "OK" in capsys.readouterr().out
    stop_worker(settings)
    call_command("doctor")  # a warning is no failure
    assert "→ Start one: manage.py run_worker" in capsys.readouterr().out
    take_key_away(settings)
    with pytest.raises(SystemExit) as stopped:
        call_command("doctor", "--json")
    assert stopped.value.code == 1
    told = json.loads(capsys.readouterr().out)
    assert {"name": "secret key", "status": "FAIL"}.items() <= told[1].items()


GOOD = {
    "redis_version": "7.0.15",
    "maxmemory": 2**28,
    "maxmemory_policy": "allkeys-lru",
    "used_memory": 2**20,
}


@pytest.mark.parametrize(
    ("changes", "status", "mend"),
    [
        ({}, "OK", ""),
        ({"redis_version": "5.0.14"}, "FAIL", "Redis 6 or newer"),
        ({"maxmemory_policy": "noeviction"}, "WARN", "allkeys-lru"),
        ({"maxmemory": 0, "maxmemory_policy": "noeviction"}, "WARN", "maxmemory 256mb"),
    ],
)
def test_redis_is_judged_by_what_it_says(changes: dict[str, Any], status: str, mend: str) -> None:
    found = doctor_redis.judge(GOOD | changes)
    assert (found.status, mend in found.mend) == (status, True)


def test_a_redis_that_is_away_fails(settings: Any) -> None:
    away = {"BACKEND": "community.core.caches.RestingRedisCache", "LOCATION": "redis://127.0.0.1:9/0"}
    settings.CACHES = {"default": away}
    found = doctor_redis.redis()
    assert found.status == "FAIL" and "REDIS_URL" in found.mend
