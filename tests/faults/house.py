"""A site of its own, in real processes that may be killed: its services, its pages, its worker, and its visitors."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from tests.browser.site import free_port
from tests.faults.answering import ROOT, Answering

TOKEN = "c" * 32
SECRET = "only-for-these-tests-0123456789-abcdefghijklmnopqrstuvwxyz-9876543210"


def until(condition: Callable[[], object], seconds: float = 60.0) -> bool:
    """Poll without a fixed sleep; False when it never came true."""
    tick, end = threading.Event(), time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        tick.wait(0.05)
    return False


@dataclass
class Answer:
    """What a visitor got; status 0: no answer at all."""

    status: int
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class House:
    """Processes of one site, all ended by `close`. `is_embedded`: SQLite and one process, as `make run`.

    `lay` puts a migrated database in the place it is given and says so, where one lies ready; otherwise it is
    migrated here.
    """

    def __init__(self, *, is_embedded: bool, lay: Callable[[Any], bool] = lambda _place: False) -> None:
        self.is_embedded = is_embedded
        self.var = Path(tempfile.mkdtemp(prefix="convoy-faults-"))
        self.var.chmod(0o755)  # PostgreSQL's user must pass
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.answering: Answering | None = None
        self.port, self.second = free_port(), free_port()
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.env = kept | {"CONVOY_VAR": str(self.var), "PYTHONPATH": str(ROOT)}
        if is_embedded:
            settings = "community.settings.embedded"
            self.env |= {"CONVOY_DEMO": "1", "CONVOY_PROXIES": "1"}
        else:
            self.services("start", "postgres", "redis")
            told = self.services("env")
            self.env |= dict(re.findall(r"export (\w+)=(\S+)", told))
            settings = "community.settings.production"
            self.env |= {
                "SECRET_KEY": SECRET,
                "CONVOY_HOSTS": "localhost",
                "CONVOY_BASE_URL": "https://localhost",
                "EMAIL_URL": "smtp://127.0.0.1:9",
                "DEFAULT_FROM_EMAIL": "convoy@localhost.test",
                "CONVOY_STATIC": str(self.var / "static"),
                "CONVOY_LOG_LEVEL": "WARNING",
            }
        self.env["DJANGO_SETTINGS_MODULE"] = settings
        if not lay(self.var if is_embedded else self.env["DATABASE_URL"]):
            self.manage("migrate", "--verbosity", "0")
        if not is_embedded:
            self.manage("collectstatic", "--noinput", "--verbosity", "0")

    # -- services

    def services(self, *words: str) -> str:
        ran = subprocess.run(
            [ROOT / "deploy/services.sh", *words],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr[-2000:]
        return ran.stdout

    def pid_of(self, service: str) -> int:
        return int((self.var / "services" / f"{service}.pid").read_text().split()[0])

    def sql(self, statement: str) -> Any:
        with psycopg.connect(self.env["DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else None

    # -- processes

    def manage(self, *words: str) -> str:
        return self._said("manage.py", *words)

    def inside(self, *words: str) -> Any:
        return json.loads(self._said(*words))

    def _said(self, *words: str) -> str:
        if self.answering is None or self.answering.env != self.env:
            self._end_answering()
            self.answering = Answering("tests.faults.inside", self.env)
        said = self.answering.ask(*words)
        assert said.code == 0, said.err[-3000:]
        return said.out

    def _end_answering(self) -> None:
        if self.answering is not None:
            self.answering.close()
            self.answering = None

    def start(self, name: str, command: list[str], **env: str) -> None:
        with (self.var / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.env | env, stdout=log, stderr=log, start_new_session=True
            )

    def start_pages(
        self, name: str = "pages", *, port: int = 0, threads: int = 8, pool: int = 8, processes: int = 1
    ) -> int:
        """Serve pages on a port (its own unless given); returns it once it answers."""
        port = port or self.port
        if self.is_embedded:
            command = [
                "-m",
                "uvicorn",
                "community.asgi:application",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
            ]
        else:
            command = ["-m", "gunicorn", "community.wsgi:application", "--config", "deploy/gunicorn.conf.py"]
        bind, width = f"127.0.0.1:{port}", str(threads)
        extra = {"CONVOY_BIND": bind, "CONVOY_WEB_THREADS": width, "CONVOY_POOL": str(pool)}
        extra |= {"CONVOY_WEB_PROCESSES": str(processes)}
        self.start(name, [sys.executable, *command], **extra)
        assert until(lambda: Visitor(self, port=port).get("/healthz").status == 200), self.log(name)
        return port

    def start_live(self, name: str, port: int) -> None:
        """Serve sockets, as the stack does; returns once it answers."""
        command = "-m uvicorn community.asgi:application --lifespan on --ws activity.live.wire:Wire --ws-max-size 4096"
        where = f"--host 127.0.0.1 --port {port} --ws-per-message-deflate false --no-access-log --no-proxy-headers"
        self.start(name, [sys.executable, *command.split(), *where.split()])
        assert until(lambda: Visitor(self, port=port).get("/healthz").status == 200), self.log(name)

    def start_worker(self, name: str = "worker") -> None:
        self.start(name, [sys.executable, "manage.py", "run_worker"])

    def log(self, name: str) -> str:
        return (self.var / f"{name}.log").read_text()[-4000:]

    def kill(self, name: str, *, how: int = signal.SIGKILL) -> None:
        """End a process and its children as a crash does: nothing said, nothing finished."""
        process = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        process.wait(60)

    def close(self) -> None:
        self._end_answering()
        for name in list(self.running):
            self.kill(name)
        if not self.is_embedded:
            for service in ("redis", "postgres", "search"):
                with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                    os.kill(self.pid_of(service), signal.SIGCONT)
            self.services("stop")
        shutil.rmtree(self.var, ignore_errors=True)


class Visitor:
    """Somebody with a browser, behind the proxy that ends TLS."""

    def __init__(
        self, house: House, cast: dict[str, Any] | None = None, who: int | None = None, port: int = 0
    ) -> None:
        self.port = port or house.port
        self.scheme = "http" if house.is_embedded else "https"
        self.cookies: dict[str, str] = {}
        if cast is not None and who is not None:
            self.cookies = {cast["session_cookie"]: cast["sessions"][who], cast["csrf_cookie"]: TOKEN}

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, **fields: str) -> Answer:
        return self._ask("POST", path, urlencode(fields | {"csrfmiddlewaretoken": TOKEN}), {})

    def _ask(self, method: str, path: str, body: str | None, extra: dict[str, str]) -> Answer:
        headers = {
            "Host": "localhost",
            "Origin": f"{self.scheme}://localhost",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if self.scheme == "https":
            headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
        headers |= extra
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            asked.request(method, path, body, headers)
            answer = asked.getresponse()
            text = answer.read().decode("utf-8", "replace")
            return Answer(answer.status, text, dict(answer.headers))
        except (OSError, http.client.HTTPException):
            return Answer(0)
        finally:
            asked.close()
