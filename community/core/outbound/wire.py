"""Sockets with one deadline for everything: look-up, connection, handshake, each read."""

import io
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from community.core.outbound.addresses import Address, Target, is_public, parse_resolved
from community.core.outbound.errors import Blocked, Failed


class Deadline:
    """A moment by which everything must be done."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, always more than zero; Failed("slow") afterwards."""
        seconds = self._at - time.monotonic()
        if seconds <= 0:
            raise Failed("slow")
        return seconds


def resolve(host: str, port: int, seconds: float) -> Sequence[str]:
    """The addresses of `host` in the system's order. TimeoutError after `seconds`: the system sets none."""
    answers: list[str] = []
    errors: list[OSError] = []

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.extend(dict.fromkeys(str(entry[4][0]) for entry in found))
        except OSError as error:
            errors.append(error)
        except UnicodeError as error:
            errors.append(OSError(str(error)))

    thread = threading.Thread(target=ask, name="outbound-resolve", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError(f"looking up {host} took longer than {seconds:.1f} s")
    if errors:
        raise errors[0]
    return answers


def connect(address: Address, port: int, seconds: float) -> socket.socket:
    """A connection to exactly this address: nothing is looked up again."""
    return socket.create_connection((str(address), port), timeout=seconds)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Policy:
    """Where the client may go and how it gets there. The site has one, PUBLIC; tests make others."""

    ports: frozenset[int] = frozenset({80, 443})
    allows: Callable[[Address], bool] = is_public
    resolve: Callable[[str, int, float], Sequence[str]] = resolve
    connect: Callable[[Address, int, float], socket.socket] = connect
    tls: Callable[[], ssl.SSLContext] = _tls


PUBLIC = Policy()


def dial(target: Target, policy: Policy, deadline: Deadline) -> socket.socket:
    """A connection to `target`, encrypted if it says so, to an address that was checked just now."""
    addresses = _allowed(target, policy, deadline)
    problem: OSError | None = None
    for index, address in enumerate(addresses):
        try:
            sock = policy.connect(address, target.port, deadline.left() / (len(addresses) - index))
        except OSError as error:
            problem = error
            continue
        return _encrypted(sock, target, policy, deadline) if target.secure else sock
    raise Failed("slow" if isinstance(problem, TimeoutError) else "connect", str(problem)) from problem


def _allowed(target: Target, policy: Policy, deadline: Deadline) -> list[Address]:
    if target.literal is not None:
        addresses = [target.literal]
    else:
        try:
            found = policy.resolve(target.host, target.port, deadline.left())
        except TimeoutError as error:
            raise Failed("slow", target.host) from error
        except OSError as error:
            raise Failed("dns", target.host) from error
        addresses = [parse_resolved(text) for text in found]
    if not addresses:
        raise Failed("dns", target.host)
    # One bad address spoils the name: nobody honest mixes public and private ones.
    for address in addresses:
        if not policy.allows(address):
            raise Blocked("address", f"{target.host} is {address}")
    return addresses


def _encrypted(sock: socket.socket, target: Target, policy: Policy, deadline: Deadline) -> socket.socket:
    try:
        sock.settimeout(deadline.left())
        return policy.tls().wrap_socket(sock, server_hostname=target.host)
    except BaseException as error:
        sock.close()
        if isinstance(error, ssl.SSLError):
            raise Failed("secure", str(error)) from error
        if isinstance(error, TimeoutError):
            raise Failed("slow", target.host) from error
        if isinstance(error, OSError):
            raise Failed("connect", str(error)) from error
        raise


class Line:
    """What http.client may have of a socket: a file to read. Each read respects the deadline and the cap."""

    def __init__(self, sock: socket.socket, deadline: Deadline, max_raw: int) -> None:
        self._file = io.BufferedReader(_Incoming(sock, deadline, max_raw))

    def makefile(self, _mode: str) -> io.BufferedIOBase:
        return self._file


class _Incoming(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: Deadline, max_raw: int) -> None:
        super().__init__()
        self._sock, self._deadline, self._left = sock, deadline, max_raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.left())
        count = self._sock.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise Failed("size")
        return count
