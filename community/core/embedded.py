"""What the one-process site needs and production does not: its secret, its first start, its socket."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

from community.core import chance

Tell = Callable[[str], None]

ACCOUNTS = "demo_accounts.json"


def persistent_secret(path: Path) -> str:
    """The secret kept in `path`, made on first use, readable by its owner only."""
    with contextlib.suppress(FileNotFoundError):
        if kept := path.read_text().strip():
            return kept
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:  # noqa: PTH123
        file.write(chance.token(48))
    try:
        # Two processes may start at once: the first to link its file wins, and both read that one.
        os.link(fresh, path)
    except FileExistsError:
        if not path.read_text().strip():
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return path.read_text().strip()


def return_memory_early() -> None:
    """Keep glibc from holding an arena of freed memory for every thread. No-op elsewhere."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(-8, 2)  # M_ARENA_MAX


def reserve(host: str, port: int) -> socket.socket:
    """A bound socket, so that a taken port is known before any work is done. OSError if it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    reserved = socket.socket(family, socket.SOCK_STREAM)
    try:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind((host, port))
        reserved.listen(256)
    except OSError:
        reserved.close()
        raise
    reserved.set_inheritable(False)
    return reserved


def address(host: str, port: int) -> str:
    """What to type into a browser. Passkeys work at `localhost`, not at an address in numbers."""
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::1", "::") else host  # noqa: S104
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"


def known_as(address: str) -> None:
    """Letters, and polls on other pages, lead to where the site runs, unless CONVOY_BASE_URL says how people reach it."""
    from django.conf import settings

    os.environ.setdefault("CONVOY_BASE_URL", address.rstrip("/"))  # for a process that this one starts
    settings.WAGTAILADMIN_BASE_URL = os.environ["CONVOY_BASE_URL"]


def prepare(tell: Tell, *, seed: bool) -> None:
    """Folders, translations, tables, and in a new database the demo. Quick when nothing is to be done."""
    from django.conf import settings
    from django.core.management import call_command

    from community.core import catalogs, schema

    for folder in (settings.VAR_DIR, settings.MEDIA_ROOT):
        Path(folder).mkdir(parents=True, exist_ok=True)
    catalogs.compile_stale(settings.LOCALE_PATHS)
    if missing := schema.pending():
        tell(f"Preparing the database: {len(missing)} steps (the first time takes about a minute) …")
        call_command("migrate", interactive=False, verbosity=0)
    if seed and settings.DEMO:
        seed_once(tell)


def is_new(*, seed: bool) -> bool:
    """Whether the first start's work is still to be done, all of it or the rest."""
    from django.conf import settings

    from community.core import schema

    return bool(schema.pending()) or (seed and settings.DEMO and _wants_demo())


def _wants_demo() -> bool:
    from django.contrib.auth import get_user_model
    from django.core.management import get_commands

    from community.core.models import DemoMark

    if "seed_demo" not in get_commands() or DemoMark.objects.finished():
        return False
    # Where real people live, nobody is invented.
    return DemoMark.objects.marked() or not get_user_model()._default_manager.exists()


def seed_once(tell: Tell) -> bool:
    """Fill a database without members with the demo, or finish one that was interrupted. False if neither."""
    from django.core.management import call_command

    from community.core.models import DemoMark

    if not _wants_demo():
        return False
    tell("Moving the demo community in …")
    # Marked first: invented people never stand in a database that does not say so.
    DemoMark.objects.mark()
    call_command("seed_demo", "--no-accounts")  # they are shown with the site's address
    DemoMark.objects.finish()
    return True


def show_accounts(tell: Tell) -> None:
    """Name the demo's accounts, if there is a demo here."""
    from django.conf import settings
    from django.core.management import call_command, get_commands

    kept = Path(settings.VAR_DIR) / ACCOUNTS
    if not kept.exists() or "seed_demo" not in get_commands():
        return
    try:
        json.loads(kept.read_text())
        call_command("seed_demo", "--print-accounts")
    except Exception as error:
        tell(f"The demo's accounts could not be read from {kept} ({type(error).__name__}).")
