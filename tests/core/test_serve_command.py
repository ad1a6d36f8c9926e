"""`manage.py serve`: the whole site from nothing, once; and the application it runs."""

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import uvicorn
from django.contrib.auth import get_user_model
from django.core import management
from django.core.management import CommandError, call_command

from community.core import embedded, schema, server
from community.core.management.commands import serve
from community.core.models import DemoMark

# -- the secret


def test_the_secret_is_made_once_and_is_its_owner_s_alone(tmp_path: Path) -> None:
    kept = tmp_path / "var" / "secret_key"
    secret = embedded.persistent_secret(kept)
    assert len(secret) >= 50
    assert embedded.persistent_secret(kept) == secret
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [file.name for file in kept.parent.iterdir()] == ["secret_key"]


def test_an_empty_secret_is_no_secret(tmp_path: Path) -> None:
    kept = tmp_path / "secret_key"
    kept.touch()
    assert len(embedded.persistent_secret(kept)) >= 50
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_of_two_that_start_at_once_both_read_the_first_one_s_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "secret_key"
    real_link = os.link

    def somebody_was_faster(source: Path, target: Path) -> None:
        kept.write_text("the other process's")
        real_link(source, target)

    monkeypatch.setattr(os, "link", somebody_was_faster)
    assert embedded.persistent_secret(kept) == "the other process's"


# -- the address


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "http://localhost:8000/"),
        ("0.0.0.0", "http://localhost:8000/"),
        ("::1", "http://localhost:8000/"),
        ("192.168.1.5", "http://192.168.1.5:8000/"),
        ("fd00::5", "http://[fd00::5]:8000/"),
    ],
)
def test_the_address_is_one_that_passkeys_accept(host: str, shown: str) -> None:
    assert embedded.address(host, 8000) == shown


def test_letters_lead_to_where_it_runs_or_to_where_people_reach_it(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVOY_BASE_URL", "https://aurora.example")
    embedded.known_as("http://localhost:8001/")
    assert settings.WAGTAILADMIN_BASE_URL == "https://aurora.example"
    monkeypatch.delenv("CONVOY_BASE_URL")
    embedded.known_as("http://localhost:8001/")
    assert settings.WAGTAILADMIN_BASE_URL == "http://localhost:8001"


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        yield occupant.getsockname()[1]


def test_a_taken_port_is_told_before_any_work(
    taken: int, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMBEDDED_WORKER = True
    monkeypatch.setattr(embedded, "prepare", lambda *args, **kwargs: pytest.fail("worked for nothing"))
    with pytest.raises(CommandError, match=rf"make run PORT={taken + 1}"):
        call_command("serve", "--port", str(taken))


def test_production_is_not_served_by_it() -> None:
    with pytest.raises(CommandError, match=r"community\.wsgi"):
        call_command("serve")


# -- the first start


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    settings.MEDIA_ROOT = tmp_path / "var" / "media"
    settings.LOCALE_PATHS = []
    settings.DEMO = True
    return tmp_path / "var"


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which commands were called; none of them runs."""
    called: list[str] = []
    monkeypatch.setattr(management, "call_command", lambda *args, **kwargs: called.append(" ".join(args)))
    monkeypatch.setattr(management, "get_commands", lambda: {"seed_demo": "community.interchange"})
    return called


@pytest.mark.django_db
def test_a_new_site_is_migrated_and_seeded_and_the_second_start_does_nothing(
    home: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    get_user_model()._default_manager.all().delete()
    with monkeypatch.context() as at_first:
        at_first.setattr(schema, "pending", lambda: ["core.0001_toolkit"] * 236)
        embedded.prepare(told.append, seed=True)
    assert commands == ["migrate", "seed_demo --no-accounts"]
    assert "236 steps" in told[0]
    assert (home / "media").is_dir()
    assert DemoMark.objects.finished()
    embedded.prepare(told.append, seed=True)
    assert commands == ["migrate", "seed_demo --no-accounts"]
    assert len(told) == 2


@pytest.mark.django_db
def test_the_first_start_works_in_a_process_of_its_own(
    home: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What migrations and the demo load into memory leaves with that process."""
    get_user_model()._default_manager.all().delete()
    assert embedded.is_new(seed=True) and not embedded.is_new(seed=False)
    embedded.prepare(print, seed=True)
    assert not embedded.is_new(seed=True)
    ran: list[list[str]] = []
    monkeypatch.setattr(
        subprocess, "run", lambda command, check: ran.append(command) or CompletedProcess(command, 3)
    )
    with pytest.raises(CommandError) as stopped:
        serve.Command()._prepare_apart(seed=False)
    assert stopped.value.returncode == 3
    assert ran[0][-3:] == ["serve", "--prepare", "--no-seed"]


@pytest.mark.django_db
@pytest.mark.parametrize("off", ["--no-seed", "DEMO", "no such command"])
def test_the_demo_stays_out_where_it_is_not_wanted(
    home: Path, commands: list[str], settings: Any, monkeypatch: pytest.MonkeyPatch, off: str
) -> None:
    settings.DEMO = off != "DEMO"
    if off == "no such command":
        monkeypatch.setattr(management, "get_commands", dict)
    embedded.prepare(print, seed=off != "--no-seed")
    assert commands == []
    assert not DemoMark.objects.exists()


@pytest.mark.django_db
def test_real_people_are_never_joined_by_invented_ones(home: Path, commands: list[str]) -> None:
    get_user_model()._default_manager.create(name="Anna", name_key="anna", email="anna@example.org")
    assert not embedded.seed_once(print)
    assert commands == []
    assert not DemoMark.objects.exists()


@pytest.mark.django_db
def test_a_seeding_that_was_killed_is_taken_up_again(
    home: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: Any) -> None:
        get_user_model()._default_manager.create(name="Demo", name_key="demo", email="demo@example.org")
        raise KeyboardInterrupt

    with monkeypatch.context() as at_first:
        at_first.setattr(management, "call_command", killed)
        with pytest.raises(KeyboardInterrupt):
            embedded.seed_once(print)
    assert DemoMark.objects.marked() and not DemoMark.objects.finished()
    assert embedded.seed_once(print)
    assert commands == ["seed_demo --no-accounts"]
    assert DemoMark.objects.finished()


def test_the_accounts_are_shown_if_there_are_any(home: Path, commands: list[str]) -> None:
    told: list[str] = []
    embedded.show_accounts(told.append)
    assert commands == [] == told
    home.mkdir(parents=True)
    (home / embedded.ACCOUNTS).write_text(json.dumps([]))
    embedded.show_accounts(told.append)
    assert commands == ["seed_demo --print-accounts"]
    (home / embedded.ACCOUNTS).write_text("half a fi")
    embedded.show_accounts(told.append)
    assert "could not be read" in told[0]


@pytest.mark.django_db
def test_serving_begins_on_the_reserved_socket_and_ends_quietly(
    home: Path, commands: list[str], settings: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    settings.EMBEDDED_WORKER = True
    settings.DEMO = False
    heard: list[Any] = []
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def run(self: uvicorn.Server, sockets: list[socket.socket]) -> None:
        heard.append((self.config, sockets[0].getsockname()))
        signal.raise_signal(signal.SIGTERM)  # as the server does when it has stopped

    monkeypatch.setattr(uvicorn.Server, "run", run)
    try:
        call_command(serve.Command(), "--port", "0")
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    ((config, (host, port)),) = heard
    assert (host, port != 0) == ("127.0.0.1", True)
    assert (config.lifespan, config.access_log, config.proxy_headers) == ("on", False, False)
    out = capsys.readouterr().out
    assert f"Convoy runs at http://localhost:{port}/" in out and out.endswith("Stopped.\n")


# -- the application


class Thread:
    """Stands for the worker thread."""

    life: list[str] = []

    def start(self) -> None:
        self.life.append("start")

    def stop(self) -> bool:
        self.life.append("stop")
        return True


@pytest.mark.parametrize("embedded_worker", [True, False])
def test_the_worker_lives_as_long_as_the_server(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedded_worker: bool
) -> None:
    settings.EMBEDDED_WORKER = embedded_worker
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(Thread, "life", [])
    monkeypatch.setattr(server, "EmbeddedWorker", Thread)
    site = server.asgi_site()
    assert Thread.life == [], "importing the site starts nothing"
    said: list[str] = []

    async def live() -> None:
        messages = ["lifespan.startup", "lifespan.shutdown"]

        async def receive() -> dict[str, str]:
            if len(messages) == 1:
                assert Thread.life == (["start"] if embedded_worker else [])
            return {"type": messages.pop(0)}

        async def send(message: dict[str, str]) -> None:
            said.append(message["type"])

        await site({"type": "lifespan"}, receive, send)

    asyncio.run(live())
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert Thread.life == (["start", "stop"] if embedded_worker else [])
    with pytest.raises(RuntimeError):
        site.pages.pool.submit(print)
