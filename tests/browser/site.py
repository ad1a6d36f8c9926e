"""One running site for the browser: the program people run, on data of its own, in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
STARTUP_SECONDS = 180  # the first start migrates and seeds


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def ran(
    environment: dict[str, str], *arguments: str, told: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python from the root of the house to its end, with nothing on its input but what it is told."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        input=told or "",
        capture_output=True,
        text=True,
        check=False,
    )


def begun(environment: dict[str, str], log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Begin to run Python, in a process group of its own; what it says goes to the log."""
    with log.open("ab") as said:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def is_well(port: int) -> bool:
    """Whether a site on this port says so."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


class Site:
    """A site of its own, empty without `demo`. `address` is its origin; `manage()` works on its data."""

    def __init__(self, var: Path, *, demo: bool = True) -> None:
        self.var = var
        self.demo = demo
        self.port = free_port()
        # "localhost", not 127.0.0.1: passkeys want a name.
        self.address = f"http://localhost:{self.port}"
        self.log = var / "serve.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "CONVOY_"))
        }
        for name in ("DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL"):
            inherited.pop(name, None)
        return inherited | {
            "CONVOY_VAR": str(self.var),
            "CONVOY_DEMO": str(int(self.demo)),
            "CONVOY_BASE_URL": self.address,
            "CONVOY_EASE_LIMITS": "20",  # few people do everything here
            "PYTHONUNBUFFERED": "1",
        }

    def manage(self, *arguments: str) -> str:
        """Run `manage.py` on this site's data; its output, or a failure with its error."""
        return self.run("manage.py", *arguments)

    def run(self, *arguments: str) -> str:
        """Run Python on this site's data; its output, or a failure with its error."""
        done = ran(self.environment, *arguments)
        assert done.returncode == 0, f"{' '.join(arguments)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Serve, and return once /healthz answers."""
        self.var.mkdir(parents=True, exist_ok=True)
        serve = ("manage.py", "serve", "--host", "127.0.0.1", "--port", str(self.port))
        self._process = begun(self.environment, self.log, *serve)
        deadline = time.monotonic() + STARTUP_SECONDS
        while not is_well(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                tail = self.log.read_text(errors="replace")[-3000:]
                self.stop()
                raise RuntimeError(f"the site did not start:\n{tail}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End the server and whatever it started."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._process = None

    def mails(self) -> list[str]:
        """Every mail the site wrote to its folder, oldest first."""
        return [path.read_text() for path in sorted((self.var / "mail").glob("*"))]

    def letters_to(self, address: str) -> list[tuple[str, str]]:
        """Subject and text of every mail to this address, oldest first."""
        files = sorted((self.var / "mail").glob("*"))
        parsed = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        mine = [letter for letter in parsed if address in str(letter["To"])]
        return [(str(letter["Subject"]).strip(), _text(letter)) for letter in mine]


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """The site runs while the block does."""
    site.start()
    try:
        yield site
    finally:
        site.stop()
