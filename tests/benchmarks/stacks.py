"""What is measured: the site as people run it, in processes of its own, with the processor time of all of them.

`Embedded` is `manage.py serve` on SQLite; `Production` is two gunicorns with threads, as `deploy/stack.sh` starts them, a
worker, PostgreSQL, Redis and, where there is one, Elasticsearch, as the environment names them
(`deploy/services.sh env`), on a database and an index that it makes for itself and may drop.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import digits
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks.load import WrongAnswer, cpu_seconds, resident_mb
from tests.browser.site import Site, begun, free_port, is_well, ran

PATIENCE = 60


class Stack:
    """A site that can be filled, started, asked about its cost, and stopped."""

    name = ""
    headers: dict[str, str] = {}

    def __init__(self, var: Path) -> None:
        self.var = var
        self.answers_at = var / "answers.json"
        self.answers: dict[str, Any] = {}
        self.ports: tuple[int, ...] = ()  # of each page process
        var.mkdir(parents=True, exist_ok=True)

    @property
    def port(self) -> int:
        """That of the first page process."""
        return self.ports[0]

    @property
    def environment(self) -> dict[str, str]:
        raise NotImplementedError

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def roots(self) -> dict[str, int]:
        """Name → process whose whole family belongs to the site."""
        raise NotImplementedError

    def fill(self, posts: int) -> str:
        """Make the community, or take the one kept here; what the generator said."""
        if self.answers_at.exists():
            self.answers = json.loads(self.answers_at.read_text())
            return "made before"
        said = self.run(
            "-m", "tests.benchmarks.community", "--posts", str(posts), "--answers", str(self.answers_at)
        )
        self.answers = json.loads(self.answers_at.read_text())
        return said

    def indexed(self) -> tuple[int, float] | None:
        """Documents put into a search server of their own and the seconds it took; None where the database searches."""
        return None

    def run(self, *arguments: str, told: str = "") -> str:
        """Run Python on this site's data; its output, or a failure with its error."""
        done = ran(self.environment, *arguments, told=told)
        if done.returncode:
            raise WrongAnswer(f"{' '.join(arguments)}:\n{done.stdout[-1500:]}\n{done.stderr[-3000:]}")
        return done.stdout

    def cpu(self) -> dict[str, float]:
        """Processor seconds each part of the site has used so far; processes of one kind are one part."""
        families, spent = _families(), defaultdict[str, float](float)
        for name, pid in self.roots().items():
            spent[name.rstrip(digits)] += _family_cpu(pid, families)
        return dict(spent)

    def memory(self) -> dict[str, float]:
        """Resident MB of each part; pages that processes share are counted in each of them."""
        families, held = _families(), defaultdict[str, float](float)
        for name, pid in self.roots().items():
            held[name.rstrip(digits)] += sum(resident_mb(one) for one in _members(pid, families))
        return dict(held)


def _families() -> dict[int, list[int]]:
    children: dict[int, list[int]] = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children[parent].append(int(stat.parent.name))
    return children


def _members(pid: int, families: dict[int, list[int]]) -> list[int]:
    return [pid, *(one for child in families[pid] for one in _members(child, families))]


def _family_cpu(pid: int, families: dict[int, list[int]]) -> float:
    total = 0.0
    for one in _members(pid, families):
        try:
            total += cpu_seconds(one, with_ended=True)
        except OSError:
            continue
    return total


class _BehindProxy(Site):
    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"CONVOY_PROXIES": "1"}


class Embedded(Stack):
    name = "embedded"
    headers = {"Host": "localhost"}

    def __init__(self, var: Path) -> None:
        super().__init__(var)
        self._site = _BehindProxy(var / "site", demo=False)
        self._site.var.mkdir(exist_ok=True)
        self.ports = (self._site.port,)

    @property
    def environment(self) -> dict[str, str]:
        return self._site.environment

    def start(self) -> None:
        self._site.start()

    def stop(self) -> None:
        self._site.stop()

    def roots(self) -> dict[str, int]:
        return {"site": self._site.pid}


class Production(Stack):
    name = "production"
    headers = {"Host": "localhost", "X-Forwarded-Proto": "https"}
    PROCESSES = 2

    def __init__(self, var: Path, database: str) -> None:
        missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
        if missing:
            raise SystemExit(
                f"--production needs {' and '.join(missing)}: run `deploy/services.sh start`, then "
                '`eval "$(deploy/services.sh env)"`.'
            )
        super().__init__(var)
        self.ports = tuple(free_port() for _ in range(self.PROCESSES))
        self._server = os.environ["DATABASE_URL"].rpartition("/")[0]
        self._database = database
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._others: dict[str, int] = {}
        key = var / "secret_key"
        if not key.exists():
            key.write_text(secrets.token_urlsafe(60))
        self._key = key.read_text()

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: text for name, text in os.environ.items() if not name.startswith(("DJANGO_", "CONVOY_"))
        }
        return kept | {
            "DJANGO_SETTINGS_MODULE": "community.settings.production",
            "SECRET_KEY": self._key,
            "DATABASE_URL": f"{self._server}/{self._database}",
            "CONVOY_HOSTS": "localhost",
            "CONVOY_BASE_URL": "https://localhost",
            "CONVOY_VAR": str(self.var),
            "CONVOY_WEB_PROCESSES": "1",
            "ELASTICSEARCH_URL": os.environ.get("ELASTICSEARCH_URL", ""),
            "ELASTICSEARCH_INDEX": self._database.replace("_", "-"),
            "EMAIL_URL": "smtp+tls://nobody:nothing@127.0.0.1:9",
            "DEFAULT_FROM_EMAIL": "Convoy <convoy@localhost>",
            "PYTHONUNBUFFERED": "1",
        }

    @classmethod
    @contextmanager
    def of_its_own(cls, database: str) -> Iterator[Production]:
        """A site in a folder that goes, on a new and empty database; not started, and ended in the end."""
        with TemporaryDirectory(prefix="convoy-bench-", ignore_cleanup_errors=True) as folder:
            stack = cls(Path(folder), database)
            try:
                stack.create()
                stack.run("manage.py", "migrate", "--verbosity", "0")
                yield stack
            finally:
                stack.stop()

    def fill(self, posts: int) -> str:
        """Make the community in a new database, or take the one made before of this size."""
        if not self.create():
            self.run("manage.py", "migrate", "--verbosity", "0")
            self.answers = json.loads(self.answers_at.read_text())
            return "made before"
        return super().fill(posts)

    def create(self) -> bool:
        """Make a new, empty database, unless there is one that was filled before; whether it was made."""
        import psycopg

        if not (self.var / "static" / "staticfiles.json").exists():
            self.run("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        with psycopg.connect(f"{self._server}/postgres", autocommit=True) as server:
            there = server.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [self._database]
            ).fetchone()
            if there and self.answers_at.exists():
                return False
            server.execute(f'DROP DATABASE IF EXISTS "{self._database}" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{self._database}"')
        return True

    def indexed(self) -> tuple[int, float] | None:
        """As `Stack.indexed`: a new index each time, which the site's own check has found equal to the database."""
        address = os.environ.get("ELASTICSEARCH_URL")
        if not address:
            return None
        from elasticsearch import Elasticsearch

        began = time.perf_counter()
        self.run("manage.py", "reindex", "--elasticsearch")
        seconds = time.perf_counter() - began
        client = Elasticsearch(address)
        held = int(client.count(index=self._database.replace("_", "-"))["count"])
        (node,) = client.nodes.info(metric="process")["nodes"].values()
        self._others["elasticsearch"] = int(node["process"]["id"])
        return held, seconds

    def start(self) -> None:
        import psycopg
        import redis

        with psycopg.connect(f"{self._server}/{self._database}") as connection:
            stat = Path(f"/proc/{connection.info.backend_pid}/stat").read_text()
            self._others["postgres"] = int(stat.rpartition(")")[2].split()[1])
        store = redis.Redis.from_url(os.environ["REDIS_URL"])
        self._others["redis"] = int(store.info("server")["process_id"])
        store.flushall()
        gunicorn = ("-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "community.wsgi:application")
        for number, port in enumerate(self.ports, 1):
            self._open(f"web{number}", *gunicorn, CONVOY_BIND=f"127.0.0.1:{port}")
        self._open("worker", "manage.py", "run_worker")
        deadline = time.monotonic() + PATIENCE
        for number, port in enumerate(self.ports, 1):
            while not is_well(port):
                if time.monotonic() > deadline or self._processes[f"web{number}"].poll() is not None:
                    self.stop()
                    raise RuntimeError((self.var / f"web{number}.log").read_text()[-3000:])
                time.sleep(0.2)

    def stop(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            process.wait(timeout=PATIENCE)
        self._processes = {}

    def roots(self) -> dict[str, int]:
        return {name: process.pid for name, process in self._processes.items()} | self._others

    def _open(self, name: str, *arguments: str, **more: str) -> None:
        self._processes[name] = begun(self.environment | more, self.var / f"{name}.log", *arguments)
