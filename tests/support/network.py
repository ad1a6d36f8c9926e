"""No test talks to the outside: only loopback and local sockets connect."""

import ipaddress
import socket
from typing import Any

import pytest


class OutboundAttempt(pytest.fail.Exception):
    """Not an `Exception`: code that catches everything may not hide it."""


def _is_local(host: Any) -> bool:
    text = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if text == "localhost":
        return True
    try:
        return ipaddress.ip_address(text.split("%")[0]).is_loopback
    except ValueError:
        return False


def block_outbound(patch: pytest.MonkeyPatch) -> None:
    """Refuse name look-ups and connections that leave this machine until `patch` is undone."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(sock: socket.socket, address: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
            raise OutboundAttempt(f"a test tried to reach {address[0]}")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        check(self, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        flags = kwargs.get("flags", args[4] if len(args) > 4 else 0)
        if host is not None and not _is_local(host) and not flags & socket.AI_NUMERICHOST:
            raise OutboundAttempt(f"a test tried to look up {host}")
        return getaddrinfo(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
