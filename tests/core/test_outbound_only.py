"""Nothing but core.outbound opens connections to other people's servers."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OUTBOUND = ROOT / "community" / "core" / "outbound"
CLIENTS = """
aiohttp ftplib http.client httpx pycurl requests socket telnetlib urllib.request urllib3 xmlrpc.client
""".split()  # noqa: SIM905  readable
# Serving is not fetching: a socket to listen on may be bound here, as long as nothing in the file connects.
LISTENERS = {"community/core/embedded.py"}
CONNECTING = {"connect", "connect_ex", "create_connection", "getaddrinfo", "gethostbyname", "sendto"}
SOURCES = [
    path
    for room in ("community", "forum", "polls")
    for path in sorted((ROOT / room).rglob("*.py"))
    if OUTBOUND not in path.parents
] + [ROOT / "manage.py"]


def imported(source: str) -> Iterator[str]:
    """Every module that this source names in an import, wherever in the file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def clients(source: str) -> set[str]:
    names = set(imported(source))
    return {client for client in CLIENTS for name in names if f"{name}.".startswith(f"{client}.")}


def connects(source: str) -> bool:
    nodes = ast.walk(ast.parse(source))
    return any(isinstance(node, ast.Attribute) and node.attr in CONNECTING for node in nodes)


def test_no_other_module_imports_a_network_client() -> None:
    assert len(SOURCES) > 20
    offenders: dict[str, set[str]] = {}
    for path in SOURCES:
        name, source = str(path.relative_to(ROOT)), path.read_text("utf-8")
        only_listens = name in LISTENERS and not connects(source)
        if found := clients(source) - ({"socket"} if only_listens else set()):
            offenders[name] = found
    assert offenders == {}, "use community.core.outbound.fetch"


def test_a_listener_that_connects_is_seen() -> None:
    assert connects("import socket\nsocket.create_connection(('10.0.0.1', 80))")
    assert connects("def f(sock): sock.connect(('10.0.0.1', 80))")
    assert not connects("import socket\nsocket.socket().bind(('127.0.0.1', 0))")


def test_only_tests_may_go_elsewhere_than_the_public_internet() -> None:
    policies = {
        "community.core.outbound.Policy",
        "community.core.outbound.wire",
        "community.core.outbound.wire.Policy",
    }
    offenders = [path for path in SOURCES if policies & set(imported(path.read_text("utf-8")))]
    assert offenders == []


SEEN = [
    "import socket",
    "import socket as s",
    "from urllib import request",
    "from urllib.request import urlopen",
    "import urllib.request",
    "def f():\n    import requests",
    "from http import client",
    "import urllib3.util",
]
HARMLESS = [
    "from urllib.parse import urlsplit",
    "import http",
    "import socketserver",
    "from .socket import x",
]


@pytest.mark.parametrize("source", SEEN)
def test_the_guard_sees_an_import(source: str) -> None:
    assert clients(source)


@pytest.mark.parametrize(
    "source", ["from urllib.parse import urlsplit", "import http", "from .socket import x"]
)
def test_the_guard_lets_the_harmless_pass(source: str) -> None:
    assert not clients(source)
