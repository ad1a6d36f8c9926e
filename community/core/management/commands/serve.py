"""`manage.py serve`: the whole site in one process. `make run` is this."""

import gc
import signal
import subprocess
import sys
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from community.core import embedded

PATIENCE = 10  # seconds an open request gets when the site stops


class Command(BaseCommand):
    help = (
        "Run the embedded site: pages and worker in one process, on SQLite. The first start makes the "
        "database and moves the demo in. Example: manage.py serve --port 8001"
    )
    requires_system_checks: list[str] = []  # they load every room once more; `make check` runs them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
        parser.add_argument(
            "--prepare", action="store_true", help="make the database and the demo where missing, then stop"
        )
        parser.add_argument("--no-seed", action="store_false", dest="seed", help="no demo in a new database")

    def handle(
        self, *args: Any, host: str, port: int, seed: bool, prepare: bool = False, **options: Any
    ) -> None:
        if not settings.EMBEDDED_WORKER:
            raise CommandError(
                "serve runs the embedded site (DJANGO_SETTINGS_MODULE=community.settings.embedded). "
                "In production a WSGI server runs community.wsgi, and manage.py run_worker the queue."
            )
        if prepare:
            embedded.prepare(self._tell, seed=seed)
            return
        embedded.return_memory_early()
        try:
            listening = embedded.reserve(host, port)
        except OSError as error:
            hint = f"Choose another port: make run PORT={port + 1}"
            raise CommandError(f"{host}:{port} cannot be used ({error.strerror}). {hint}") from error
        at = embedded.address(host, listening.getsockname()[1])
        embedded.known_as(at)
        with listening:
            if embedded.is_new(seed=seed):
                self._prepare_apart(seed=seed)
            embedded.prepare(self._tell, seed=seed)
            self._tell(f"\nConvoy runs at {at}  (Ctrl-C stops it)\n")
            embedded.show_accounts(self._tell)
            self._run(listening)
        self._tell("Stopped.")

    def _run(self, listening: Any) -> None:
        import uvicorn

        from community.asgi import application

        config = uvicorn.Config(
            application,
            loop="uvloop",
            http="httptools",
            ws="activity.live.wire:Wire",
            ws_max_size=4096,  # pages send little; what is longer is not from ours
            ws_per_message_deflate=False,  # it would compress each frame once for every reader
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=PATIENCE,
        )
        # What was built while starting stays: looking through it at each collection is wasted.
        gc.collect()
        gc.freeze()
        # The server stops gently on both signals, then raises them once more: by then it is an ordinary exit.
        signal.signal(signal.SIGTERM, _leave)
        signal.signal(signal.SIGINT, _leave)
        uvicorn.Server(config).run(sockets=[listening])

    def _prepare_apart(self, *, seed: bool) -> None:
        """The first start's work in a process of its own: what it loads would stay in this one for ever."""
        command = [sys.executable, sys.argv[0], "serve", "--prepare", *([] if seed else ["--no-seed"])]
        try:
            done = subprocess.run(command, check=False)  # noqa: S603  ourselves
        except KeyboardInterrupt:
            raise CommandError("Stopped. The next start goes on from here.", returncode=130) from None
        if done.returncode:
            raise CommandError("The site could not be prepared.", returncode=done.returncode)

    def _tell(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _leave(number: int, frame: FrameType | None) -> None:
    """Nothing is left to do."""
