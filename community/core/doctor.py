"""Looks at everything the site stands on, and says how to mend what is not right."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend
from django.db import OperationalError, connection
from django.utils.module_loading import import_string

from community.core import clock, health, hold
from community.core.demo import is_demo_database
from community.core.doctor_findings import Finding, Status
from community.core.doctor_redis import redis

__all__ = ["CHECKS", "Finding", "examine"]

OLDEST_PYTHON = (3, 11)
WORST_SKEW = 5.0  # seconds; more than this and tokens and timetables go wrong


def _ok(name: str, told: str) -> Finding:
    return Finding(name, "OK", told)


def python() -> Finding:
    """A version this release runs on."""
    told = sys.version.split()[0]
    if sys.version_info[:2] < OLDEST_PYTHON:
        return Finding("python", "FAIL", told, "Make the environment with Python 3.11 or newer.")
    return _ok("python", told)


def secret_key() -> Finding:
    """Long enough, and readable by nobody else where it lies in a file."""
    kept = Path(settings.VAR_DIR) / "secret_key"
    if len(settings.SECRET_KEY) < 32:
        return Finding(
            "secret key", "FAIL", "too short", f"Delete {kept} and start again, or set SECRET_KEY."
        )
    if kept.exists() and stat.S_IMODE(kept.stat().st_mode) & 0o077:
        return Finding("secret key", "WARN", "others on this machine may read it", f"chmod 600 {kept}")
    return _ok("secret key", f"{len(settings.SECRET_KEY)} characters")


def database() -> Finding:
    """Reachable, of a version and in a mode the site is made for."""
    mend = "Is the server up, and DATABASE_URL right? The embedded site keeps its file in CONVOY_VAR."
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
                version = cursor.execute("SELECT sqlite_version()").fetchone()[0]
                told = f"SQLite {version}, {mode}"
                if mode not in ("wal", "memory"):
                    mend = "Readers and writers block each other: set journal_mode=WAL in init_command."
                    return Finding("database", "WARN", told, mend)
                return _ok("database", told)
            cursor.execute("SHOW server_version_num")
            number = int(cursor.fetchone()[0])
    except Exception as error:
        return Finding("database", "FAIL", _brief(_refusal() or error), mend)
    told = f"PostgreSQL {number // 10000}.{number % 10000}"
    if number < 150000:
        return Finding("database", "FAIL", told, "Convoy needs PostgreSQL 15 or newer.")
    return _ok("database", told)


def _refusal() -> Exception | None:
    """What the server says to a connection of its own: the pool tells only how long it waited."""
    if connection.vendor != "postgresql":
        return None
    try:
        told = connection.get_connection_params() | {"connect_timeout": 3}
        connection.Database.connect(**told).close()  # type: ignore[attr-defined]  # PostgreSQL's has it
    except Exception as error:
        return error
    return None


def migrations() -> Finding:
    """The tables are those this code expects."""
    return _from_health("migrations", health.check_migrations, "FAIL", "Run: manage.py migrate")


def demo() -> Finding:
    """Invented people are where they belong."""
    try:
        is_demo = is_demo_database()
    except Exception as error:
        return Finding("demo", "FAIL", _brief(error), "Mend the database first.")
    if is_demo and getattr(settings, "REFUSES_DEMO", False):
        return Finding("demo", "FAIL", "this database holds a demo", "Point DATABASE_URL at the real one.")
    return _ok("demo", "demo database" if is_demo else "no demo in this database")


def cache() -> Finding:
    """Keeps what it is given."""
    mend = "Is Redis up, and REDIS_URL right? Until then pages work, slower, and limits count per process."
    return _from_health("cache", health.check_cache, "WARN", mend)


def worker() -> Finding:
    """Somebody works through the queue."""
    mend = "Start one: manage.py run_worker (the embedded site has its own while it runs)."
    return _from_health("worker", health.check_worker, "WARN", mend)


def queue() -> Finding:
    """Nothing gave up, nothing waits for long."""
    from community.core.tasks import operators

    try:
        figures = operators.figures()
    except Exception as error:
        return Finding("queue", "FAIL", _brief(error), "Mend the database first.")
    waits = int(figures.oldest_due.total_seconds())
    told = f"{figures.ready} ready, {figures.parked} parked, the oldest due waits {waits} s"
    if figures.parked:
        return Finding("queue", "WARN", told, "See why: manage.py tasks list --trace; then retry or discard.")
    if waits > 600:
        return Finding("queue", "WARN", told, "More workers: manage.py run_worker, once more.")
    return _ok("queue", told)


def clock_skew() -> Finding:
    """This machine and the database agree about the time."""
    if connection.vendor != "postgresql":
        return _ok("clock", "the database is on this machine")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            skew = abs((clock.now() - cursor.fetchone()[0]).total_seconds())
    except Exception as error:
        return Finding("clock", "FAIL", _brief(error), "Mend the database first.")
    told = f"{skew:.1f} s apart from the database"
    if skew > WORST_SKEW:
        return Finding("clock", "WARN", told, "Let both machines follow a time server (NTP).")
    return _ok("clock", told)


def disk() -> Finding:
    """Room to write."""
    return _from_health(
        "disk", health.check_disk, "FAIL", f"Make room on the disk that holds {settings.VAR_DIR}."
    )


def static_files() -> Finding:
    """The site has its clothes."""
    backend = settings.STORAGES["staticfiles"]["BACKEND"]
    if "Manifest" in backend:
        manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
        if not manifest.exists():
            return Finding("static files", "FAIL", f"no {manifest}", "Run: manage.py collectstatic --noinput")
        return _ok("static files", f"collected in {settings.STATIC_ROOT}")
    missing = [str(folder) for folder in settings.STATICFILES_DIRS if not Path(folder).is_dir()]
    if missing or not finders.find("admin/css/base.css"):
        return Finding("static files", "FAIL", f"missing: {', '.join(missing)}", "Is this a whole checkout?")
    return _ok("static files", "served from where they lie")


def translations() -> Finding:
    """Every catalogue is compiled, and from its latest text."""
    stale = [
        str(source.relative_to(root))
        for root in map(Path, settings.LOCALE_PATHS)
        for source in root.glob("*/LC_MESSAGES/*.po")
        if not source.with_suffix(".mo").exists()
        or source.with_suffix(".mo").stat().st_mtime < source.stat().st_mtime
    ]
    if stale:
        return Finding("translations", "WARN", f"stale: {', '.join(stale)}", "Run: manage.py compile_locale")
    return _ok("translations", "compiled")


def mail() -> Finding:
    """A mail server answers, or mail goes to a folder that is there."""
    backend = settings.EMAIL_BACKEND.rpartition(".")[0].rpartition(".")[2]
    if not issubclass(import_string(settings.EMAIL_BACKEND), SMTPBackend):
        return _ok("mail", f"not sent: {backend}")
    told = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection(timeout=5):
            pass
    except Exception as error:
        mend = "Is EMAIL_URL right, and does this machine reach that server? People sign in by mailed codes."
        return Finding("mail", "FAIL", f"{told}: {_brief(error)}", mend)
    return _ok("mail", told)


def restored() -> Finding:
    """This is the real site, or a copy that reaches nobody."""
    try:
        held = hold.held()
    except Exception as error:
        return Finding("restored", "FAIL", _brief(error), "Mend the database first.")
    if held:
        told = f"restored from a backup of {held.made_at:%Y-%m-%d %H:%M} UTC; it sends nothing"
        return Finding(
            "restored", "WARN", told, "When this is the real site: manage.py restore --confirm-mail"
        )
    return _ok("restored", "sends to people")


def chinese() -> Finding:
    """Traditional and simplified Chinese find each other."""
    try:
        import opencc

        folded = opencc.OpenCC("t2s").convert("發動機")
    except Exception as error:
        return Finding("opencc", "FAIL", _brief(error), "Install the locked requirements again: make")
    if folded != "发动机":
        return Finding(
            "opencc", "FAIL", f"folds 發動機 to {folded}", "Install the locked requirements again: make"
        )
    return _ok("opencc", "發動機 → 发动机")


CHECKS: list[Callable[[], Finding]] = [
    python, secret_key, database, migrations, demo, clock_skew, cache, worker, queue, disk,
    static_files, translations, mail, restored, chinese, redis,
]  # fmt: skip


def add_check(check: Callable[[], Finding]) -> None:
    """Let a room above look at what it alone stands on; once, from its `ready`."""
    if check not in CHECKS:
        CHECKS.append(check)


def examine() -> list[Finding]:
    """Every finding, in the order in which things depend on each other."""
    found: list[Finding] = []
    with ExitStack() as stack:
        for check in CHECKS:
            found.append(check())
            if (found[-1].name, found[-1].status) == ("database", "FAIL"):
                stack.enter_context(_no_waiting())
    return found


@contextmanager
def _no_waiting() -> Iterator[None]:
    """Inside, whoever asks a database that was found away is told at once: each would wait for ten seconds."""

    def refuse() -> None:
        raise OperationalError("not asked: the database is away")

    ask = connection.ensure_connection
    connection.ensure_connection = refuse  # type: ignore[method-assign]
    try:
        yield
    finally:
        connection.ensure_connection = ask  # type: ignore[method-assign]


def _from_health(name: str, check: Callable[[], str], otherwise: Status, mend: str) -> Finding:
    try:
        return _ok(name, check())
    except Exception as error:
        return Finding(name, otherwise, _brief(error), mend)


def _brief(error: Exception) -> str:
    line = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {line}" if not isinstance(error, health.Unfit) else line
